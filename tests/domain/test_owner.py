"""Which service a Kubernetes object belongs to, by its name alone."""

import pytest

from reliability_studio.domain.catalog import owner_of


@pytest.mark.parametrize(
    ("name", "known", "owner"),
    [
        ("checkout-5d9c7b8f6-x2vbk", (), "checkout"),
        ("checkout-api-5d9c7b8f6-x2vbk", ("checkout", "checkout-api"), "checkout-api"),
        ("postgres-0", (), "postgres"),
        ("data-postgres-0", ("postgres",), "postgres"),
        ("node-exporter-x2vbk", (), "node-exporter"),
        ("web", (), "web"),
        ("web-api", ("web-api-v2",), "web-api"),
        ("", ("web",), ""),
    ],
)
def test_what_kubernetes_adds_to_a_name_is_taken_off(name, known, owner):
    """Row 106: the longest known service that the name holds between dashes wins."""
    assert owner_of(name, known) == owner
