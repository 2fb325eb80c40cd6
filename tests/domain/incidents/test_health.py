"""How a service stands: every point that is missing has a part that says why."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.incidents.health import WHOLE, PartKind, SloStanding, score, urgent
from reliability_studio.domain.incidents.model import Severity
from tests.support.records import an_incident

STATUSES = ("healthy", "warning", "critical", "breached", "no_data")


def slo(status: str) -> SloStanding:
    """An SLO that stands so."""
    return SloStanding(status, f"{status} one", status, 0.5)


def test_each_part_says_what_it_takes_and_why() -> None:
    """The heaviest first; drills and what is well take nothing."""
    incidents = [
        an_incident(1, severity=Severity.HIGH),
        an_incident(2, severity=Severity.CRITICAL, drill=True),
    ]
    found = score(incidents, [slo(status) for status in STATUSES], ["payments"])
    assert [(one.kind, one.name, one.points) for one in found.parts] == [
        (PartKind.INCIDENT, "INC-1", -40),
        (PartKind.SLO, "breached", -40),
        (PartKind.SLO, "critical", -25),
        (PartKind.DEPENDENCY, "payments", -15),
        (PartKind.SLO, "warning", -10),
    ]
    assert all(one.text for one in found.parts)
    assert found.value == 0


def test_a_service_without_trouble_is_whole() -> None:
    """Nothing measured is nothing against it."""
    assert score([], [], []) == score([], [slo("no_data")], [])
    assert score([], [], []).value == WHOLE
    assert not urgent(
        [an_incident(severity=Severity.MEDIUM), an_incident(severity=Severity.HIGH, drill=True)]
    )


@given(
    st.lists(st.sampled_from(list(Severity)), max_size=4),
    st.lists(st.sampled_from(STATUSES), max_size=4),
    st.lists(st.text(min_size=1, max_size=3), max_size=3),
)
def test_the_number_is_what_the_parts_leave(
    severities: list[Severity], statuses: list[str], called: list[str]
) -> None:
    """Within 0 and 100; more trouble never makes it better."""
    incidents = [an_incident(n, severity=s) for n, s in enumerate(severities, 1)]
    found = score(incidents, [slo(status) for status in statuses], called)
    assert found.value == max(0, WHOLE + sum(one.points for one in found.parts))
    worse = score([*incidents, an_incident(9)], [slo(status) for status in statuses], called)
    assert worse.value <= found.value


@pytest.mark.parametrize(
    ("severity", "left"),
    [(Severity.CRITICAL, 40), (Severity.HIGH, 60), (Severity.MEDIUM, 85), (Severity.LOW, 95)],
)
def test_an_open_incident_takes_by_its_severity(severity: Severity, left: int) -> None:
    """The numbers that docs/incidents.md says; a drill takes nothing."""
    incident = an_incident(severity=severity)
    assert score([incident], (), ()).value == left
    assert score([replace(incident, drill=True)], (), ()).value == 100


def test_one_urgent_incident_among_others_is_enough() -> None:
    """Unless it is a drill."""
    low, high = an_incident(severity=Severity.LOW), an_incident(severity=Severity.HIGH)
    assert urgent([low, high])
    assert not urgent([low, replace(high, drill=True)])
    assert not urgent([])
