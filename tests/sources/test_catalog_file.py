"""The operator's file of services: read strictly, each mistake with its place."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.catalog import Contact, ServiceLink
from reliability_studio.errors import SettingsError
from reliability_studio.sources.catalog_file import parse, read

PATH = Path("services.yaml")
GOOD = b"""
apiVersion: 1
services:
  - name: checkout
    ownerTeam: shop
    tier: "1"
    labels: {team: shop}
    dependsOn: [payments, checkout, cart]
    links: [{title: Wiki, url: https://wiki.example.org}]
    runbookUrl: https://runbooks.example.org
    contacts: [{kind: slack, value: "#shop"}]
  - {name: elsewhere, orgId: 2}
  - name: cart
"""


def test_a_file_declares_services_of_an_organisation() -> None:
    """By name; a service does not call itself."""
    cart, checkout = parse(GOOD, PATH, 1)
    assert (cart.name, cart.declared, cart.provisioned) == ("cart", True, True)
    assert checkout.depends_on == ("cart", "payments")
    assert checkout.links == (ServiceLink("Wiki", "https://wiki.example.org"),)
    assert checkout.contacts == (Contact("slack", "#shop"),)
    assert [one.name for one in parse(GOOD, PATH, 2)] == ["elsewhere"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (b"services: [", "services.yaml: is not YAML"),
        (b"\xff\xfe\x00", "is not YAML"),
        (b"services: []", "apiVersion"),
        (b"{apiVersion: 2, services: []}", "$.apiVersion"),
        (b"{apiVersion: 1, services: [{name: a}, {nome: b}]}", "$.services[1]"),
        (b"{apiVersion: 1, services: [{name: ''}]}", "$.services[0].name"),
        (b"{apiVersion: 1, services: [{name: a, tier: 1}]}", "$.services[0].tier"),
        (b"{apiVersion: 1, services: [{name: a, links: [{title: x, url: 'javascript:'}]}]}", "links[0].url"),
        (b"{apiVersion: 1, services: [{name: a}, {name: a}]}", "$.services[1].name: 'a' is there twice"),
        (b"{apiVersion: 1, services: [{name: !!python/object/apply:os.system [id]}]}", "is not YAML"),
        (b"", "services.yaml"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: bytes, place: str) -> None:
    """And nothing of the file is taken."""
    with pytest.raises(SettingsError) as told:
        parse(text, PATH, 1)
    assert place in str(told.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """By its name, not by its whole path."""
    with pytest.raises(SettingsError, match=r"services\.yaml: cannot be read: No such file"):
        read(tmp_path / "services.yaml", 1)
    (tmp_path / "services.yaml").write_bytes(GOOD)
    assert len(read(tmp_path / "services.yaml", 1)) == 2


@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_no_bytes_break_the_reader(text: bytes) -> None:
    """Services or a problem, never a crash."""
    with contextlib.suppress(SettingsError):
        parse(text, PATH, 1)
