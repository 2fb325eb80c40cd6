"""How a service stands, as a number from 0 to 100 with every part of it shown.

A whole service has 100 points. Open incidents, SLOs in trouble, and services that it calls take points away;
each part says how many and why. What nobody measures takes nothing away: a service without SLOs has no part
about them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from reliability_studio.domain.incidents.ladder import BUILT_IN, Ladder
from reliability_studio.domain.incidents.model import Incident, Severity
from reliability_studio.domain.incidents.status_names import BUILT_IN_NAMES, StatusNames

WHOLE = 100

_INCIDENT = {Severity.CRITICAL: 60, Severity.HIGH: 40, Severity.MEDIUM: 15, Severity.LOW: 5}
_SLO = {"breached": 40, "critical": 25, "warning": 10}
_CALLED = 15
"""For each service that it calls and that has an urgent incident itself."""
_URGENT = frozenset({Severity.CRITICAL, Severity.HIGH})


class PartKind(StrEnum):
    """What a part is about."""

    INCIDENT = "incident"
    SLO = "slo"
    DEPENDENCY = "dependency"


@dataclass(frozen=True, slots=True)
class Part:
    """Points that are taken away, and why."""

    kind: PartKind
    name: str
    """Number of the incident, id of the SLO, name of the service."""
    points: int
    """Negative."""
    text: str


@dataclass(frozen=True, slots=True)
class SloStanding:
    """What counts of an SLO here."""

    id: str
    name: str
    status: str
    """`healthy`, `warning`, `critical`, `breached` or `no_data`."""
    remaining: float | None
    """Share of the error budget that is left; None when it was never measured."""


@dataclass(frozen=True, slots=True)
class Score:
    """The number and its parts, the heaviest first."""

    value: int
    parts: tuple[Part, ...]


def urgent(incidents: Sequence[Incident]) -> bool:
    """Whether one of these incidents is critical or high, drills aside."""
    return any(one.severity in _URGENT and not one.drill for one in incidents)


def score(
    incidents: Sequence[Incident],
    slos: Sequence[SloStanding],
    troubled: Sequence[str],
    ladder: Ladder = BUILT_IN,
    names: StatusNames = BUILT_IN_NAMES,
) -> Score:
    """How a service stands.

    Args:
        incidents: its open incidents; drills do not count.
        slos: its SLOs.
        troubled: services that it calls and that have an urgent incident.
        ladder: what people call severities.
        names: what people call states.
    """
    parts = [
        *(
            Part(
                PartKind.INCIDENT,
                one.key,
                -_INCIDENT[one.severity],
                f"{one.key} ({ladder.called(one.grade)}) is {names.called(*one.standing)}",
            )
            for one in incidents
            if not one.drill
        ),
        *(
            Part(PartKind.SLO, one.id, -_SLO[one.status], f"the SLO '{one.name}' is {one.status}")
            for one in slos
            if one.status in _SLO
        ),
        *(
            Part(PartKind.DEPENDENCY, name, -_CALLED, f"it calls {name}, which has an urgent incident")
            for name in troubled
        ),
    ]
    ordered = tuple(sorted(parts, key=lambda one: (one.points, one.kind.value, one.name)))
    return Score(max(0, WHOLE + sum(one.points for one in ordered)), ordered)
