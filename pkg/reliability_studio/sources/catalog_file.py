"""The operator's file of declared services: YAML, read strictly, each mistake with its place.

apiVersion: 1
services:
  - name: checkout
    orgId: 1                 # the organisation; 1 when it is left out
    ownerTeam: shop
    tier: "1"
    dependsOn: [payments]
    links: [{title: Wiki, url: https://wiki.example.org/checkout}]
    contacts: [{kind: slack, value: "#shop"}]
"""

from pathlib import Path
from typing import Annotated

import msgspec
import yaml

from reliability_studio.domain.catalog import Contact, Service, ServiceLink
from reliability_studio.errors import FieldProblem, SettingsError

MAX_BYTES = 4 << 20
MAX_SERVICES = 5_000

_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"\S")]
_Word = Annotated[str, msgspec.Meta(max_length=200)]
_Text = Annotated[str, msgspec.Meta(max_length=50_000)]
_Url = Annotated[str, msgspec.Meta(max_length=2000, pattern=r"^https?://")]


class _Strict(msgspec.Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """A slip in a name must not look like a setting that works."""


class _Link(_Strict):
    title: _Name
    url: _Url


class _Contact(_Strict):
    kind: _Name
    value: _Name


class _Service(_Strict):
    name: _Name
    org_id: Annotated[int, msgspec.Meta(ge=1)] = 1
    description: _Text = ""
    owner_team: _Word = ""
    tier: _Word = ""
    labels: dict[_Name, _Text] = msgspec.field(default_factory=dict)
    links: list[_Link] = msgspec.field(default_factory=list)
    runbook_url: _Url | None = None
    contacts: list[_Contact] = msgspec.field(default_factory=list)
    depends_on: list[_Name] = msgspec.field(default_factory=list)


class _File(_Strict):
    api_version: Annotated[int, msgspec.Meta(ge=1, le=1)]
    services: Annotated[list[_Service], msgspec.Meta(max_length=MAX_SERVICES)]


def read(path: Path, org_id: int) -> tuple[Service, ...]:
    """The services that the file declares for an organisation, by name.

    Raises:
        SettingsError: the file cannot be read or holds a mistake; says where.
    """
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _problem(path, f"cannot be read: {error.strerror or error}") from error
    if len(text) > MAX_BYTES:
        raise _problem(path, f"is larger than {MAX_BYTES} bytes")
    return parse(text, path, org_id)


def parse(text: bytes, path: Path, org_id: int) -> tuple[Service, ...]:
    """The same, of a text that was read.

    Raises:
        SettingsError: it holds a mistake; says where.
    """
    try:
        document = yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise _problem(path, f"is not YAML: {' '.join(str(error).split())[:300]}") from error
    try:
        found = msgspec.convert(document, _File)
    except msgspec.ValidationError as error:
        raise _problem(path, str(error)) from error
    seen: dict[tuple[int, str], int] = {}
    for place, one in enumerate(found.services):
        key = (one.org_id, one.name.strip())
        if key in seen:
            raise _problem(path, f"$.services[{place}].name: '{one.name}' is there twice")
        seen[key] = place
    mine = [_service(one) for one in found.services if one.org_id == org_id]
    return tuple(sorted(mine, key=lambda one: one.name))


def _service(one: _Service) -> Service:
    name = one.name.strip()
    return Service(
        name=name,
        description=one.description,
        owner_team=one.owner_team.strip(),
        tier=one.tier.strip(),
        labels=one.labels,
        links=tuple(ServiceLink(link.title, link.url) for link in one.links),
        runbook_url=one.runbook_url or "",
        contacts=tuple(Contact(contact.kind, contact.value) for contact in one.contacts),
        depends_on=tuple(sorted({other.strip() for other in one.depends_on} - {"", name})),
        declared=True,
        provisioned=True,
    )


def _problem(path: Path, text: str) -> SettingsError:
    return SettingsError((FieldProblem(path.name, text),))
