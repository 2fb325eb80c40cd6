"""What a workload's annotations say of its service (row 113): the catalogue kept beside the code.

    reliability-studio.io/service: payments            the service's name, where labels do not name it
    reliability-studio.io/owner: team-money
    reliability-studio.io/tier: "1"
    reliability-studio.io/description: Takes the money
    reliability-studio.io/runbook: https://runbooks.example/payments
    reliability-studio.io/depends-on: ledger, bank
    reliability-studio.io/link.dashboard: https://grafana.example/d/payments

It fills gaps of what people declared and never overrules it. What cannot be used is told, the rest counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from reliability_studio.domain.catalog import Service, ServiceLink

PREFIX = "reliability-studio.io/"
_LINK = "link."
_WORDS = ("service", "owner", "tier", "description", "runbook", "depends-on")
_LONGEST = 200
_LONGEST_DESCRIPTION = 2_000
_MOST = 50
"""Links, and services that are depended on."""


@dataclass(frozen=True, slots=True)
class Annotated:
    """A service as annotations describe it."""

    service: Service
    problems: tuple[str, ...] = ()
    """What could not be used, each with its annotation and the reason."""


def ours(annotations: Mapping[str, str]) -> Mapping[str, str]:
    """Those that speak of services, without the prefix."""
    return {
        key.removeprefix(PREFIX): value.strip()
        for key, value in annotations.items()
        if key.startswith(PREFIX)
    }


def describe(name: str, said: Mapping[str, str]) -> Annotated:
    """The service of this name as `ours` describes it."""
    problems = [
        f"{PREFIX}{key}: nobody knows this annotation"
        for key in sorted(said)
        if key not in _WORDS and not key.startswith(_LINK)
    ]

    def text(key: str, longest: int = _LONGEST) -> str:
        value = said.get(key, "")
        if len(value) > longest:
            problems.append(f"{PREFIX}{key}: is longer than {longest} characters")
            return ""
        return value

    def address(key: str) -> str:
        value = text(key, 10 * _LONGEST)
        if value and not _is_web(value):
            problems.append(f"{PREFIX}{key}: must be an address that begins with http:// or https://")
            return ""
        return value

    titles = sorted(key for key in said if key.startswith(_LINK) and key != _LINK)[:_MOST]
    links = [ServiceLink(key.removeprefix(_LINK), url) for key in titles if (url := address(key))]
    called = {each.strip() for each in text("depends-on", _MOST * _LONGEST).split(",")} - {"", name}
    return Annotated(
        Service(
            name,
            description=text("description", _LONGEST_DESCRIPTION),
            owner_team=text("owner"),
            tier=text("tier"),
            links=tuple(links),
            runbook_url=address("runbook"),
            discovered=tuple(sorted(called)[:_MOST]),
        ),
        tuple(problems),
    )


def _is_web(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)
