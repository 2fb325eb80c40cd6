"""How labels name a service, and how declarations and discoveries combine."""

import pytest

from reliability_studio.domain.catalog import Service, combine, environment_of, neighbours, service_of


@pytest.mark.parametrize(
    ("labels", "service", "environment"),
    [
        ({"service": "a", "service_name": "b", "app": "c", "job": "d"}, "a", ""),
        ({"service_name": "b", "app": "c", "job": "d", "env": "prod"}, "b", "prod"),
        ({"app": "c", "job": "d", "namespace": "shop", "cluster": "eu"}, "c", "shop"),
        ({"job": "d", "cluster": "eu"}, "d", "eu"),
        ({"service": " ", "job": "d"}, "d", ""),
        ({"alertname": "x"}, "", ""),
    ],
)
def test_the_most_telling_label_names_the_service(
    labels: dict[str, str], service: str, environment: str
) -> None:
    """An empty label tells nothing."""
    assert (service_of(labels), environment_of(labels)) == (service, environment)


def test_dependencies_are_neighbours_in_both_directions() -> None:
    """A service is not its own neighbour."""
    edges = neighbours([Service("checkout", depends_on=("checkout", "payments"))])
    assert edges == {"checkout": frozenset({"payments"}), "payments": frozenset({"checkout"})}


def test_a_declaration_wins_and_a_discovery_fills_gaps() -> None:
    """Labels and dependencies add up; who said what of the dependencies stays apart."""
    declared = Service("a", owner_team="shop", labels={"x": "1"}, depends_on=("b",), declared=True)
    found = Service("a", description="found", owner_team="?", labels={"x": "2", "y": "3"}, discovered=("c",))
    both = combine(declared, found)
    assert (both.owner_team, both.description, both.declared) == ("shop", "found", True)
    assert (both.labels, both.depends_on, both.discovered) == ({"x": "1", "y": "3"}, ("b",), ("c",))
    assert both.calls == ("b", "c")
    assert neighbours([both])["a"] == {"b", "c"}
