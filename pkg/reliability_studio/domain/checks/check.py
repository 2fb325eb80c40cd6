"""The one shape of a check, what it may look at, and what it hands back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from reliability_studio.domain.correlation.evidence import Finding, Outcome, Verdict
from reliability_studio.domain.correlation.kinds import Kind, Type
from reliability_studio.domain.correlation.signals import PodState
from reliability_studio.domain.correlation.telemetry import Source
from reliability_studio.domain.correlation.topology import Graph

PLACES = ("$namespace", "$services", "$service", "$range", "$requests")
"""What a query may leave open: names are filled in quoted, `$services` as a pattern of the services in
question, `$range` as a duration, `$requests` as the selector of the service's request counter."""


class Statistic(StrEnum):
    """How an answer is judged."""

    OWN_NOISE = "own noise"
    """Worse than both normals, as happens by itself at most once in a hundred windows."""
    THRESHOLD = "fixed threshold"
    EITHER = "own noise or fixed threshold"
    FACT = "fact"
    """Something happened or is the case; no number decides."""


class Op(StrEnum):
    """Which side of a threshold is bad."""

    ABOVE = ">"
    BELOW = "<"


@dataclass(frozen=True, slots=True)
class Condition:
    """A fixed threshold: met when so many points of the incident's window lie on its bad side."""

    op: Op
    value: float
    points: int = 2

    def met_by(self, value: float) -> bool:
        """Whether one value lies on the bad side."""
        return value > self.value if self.op is Op.ABOVE else value < self.value


@dataclass(frozen=True, slots=True)
class Measured:
    """What the query of a metric check gave for one service within the incident's window."""

    service: str
    subject: str
    """The pod, node or edge with the worst value."""
    worst: float
    beyond: int
    """Points on the bad side of the threshold."""
    samples: int


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a source told as it is: a slow trace, an over-represented attribute, a spent budget."""

    check: str
    service: str
    text: str
    value: float | None = None
    samples: int = 1
    query: str = ""
    before: float | None = None
    """What is usual, where the value is compared with it."""
    strength: float = 0.0
    """-log10 of how often chance looks like this, where that is known."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that checks of one incident may look at."""

    verdict: Verdict
    sources: Mapping[str, str]
    """Per source: `used`, `no data`, `not configured`, or what is wrong."""
    scope: frozenset[str]
    """The incident's service and what it depends on; empty means everything."""
    measured: Mapping[str, Sequence[Measured]] = field(default_factory=dict)
    """By check id; a check whose query gave no series has an empty entry."""
    queries: Mapping[str, str] = field(default_factory=dict)
    """What was sent, by check id."""
    unanswered: Mapping[str, tuple[Outcome, str]] = field(default_factory=dict)
    """Checks that could not be asked or got no answer: skipped or failed, and why."""
    pods: Mapping[str, Sequence[PodState]] = field(default_factory=dict)
    """By service; a service without an entry was not asked about."""
    zones: Mapping[str, str] | None = None
    """The zone of each node, empty where it has none; None when nodes were not read."""
    guarded: frozenset[str] | None = None
    """Services with a pod that a disruption budget guards; None when budgets were not read."""
    graph: Graph | None = None
    """Who calls whom; None when nobody knows."""
    facts: Sequence[Fact] = ()
    asked: frozenset[str] = frozenset()
    """Checks that bring facts and were asked; one that brought none is clean."""

    def concerns(self, service: str) -> bool:
        """Whether a service is one of those in question."""
        return not self.scope or service in self.scope

    def findings(self, claims: Callable[[Finding], bool]) -> tuple[Finding, ...]:
        """The findings about services in question that a check claims, strongest first."""
        mine = [each for each in self.verdict.findings if self.concerns(each.service) and claims(each)]
        return tuple(sorted(mine, key=lambda each: (-each.strength, each.id)))


@dataclass(frozen=True, slots=True)
class Judged:
    """The outcome of a check with its numbers."""

    outcome: Outcome
    summary: str
    services: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    """Ids of the verdict's findings behind it, strongest first."""
    before: float | None = None
    now: float | None = None
    effect: float | None = None
    samples: int = 0
    strength: float = 0.0
    query: str = ""


Judge = Callable[["Check", Inputs], Judged]


@dataclass(frozen=True, slots=True)
class Check:
    """One question about an incident."""

    id: str
    title: str
    """Also names the check's series, so that its findings can be told."""
    source: Source
    type: Type
    judge: Judge = field(repr=False, compare=False)
    kind: Kind = Kind.GENERIC
    query: str = ""
    """PromQL with the places of `PLACES`; empty when the source is asked in another way."""
    needs: tuple[str, ...] = ()
    """Metrics without which the query cannot answer; `a|b` is either of two."""
    by: tuple[str, ...] = ()
    """Labels of the answer that name whom it is about, the most telling first."""
    unit: str = ""
    statistic: Statistic = Statistic.OWN_NOISE
    condition: Condition | None = None
    fix: str = ""
    """What usually helps."""
    enabled: bool = True
    custom: bool = False
    """Added by a user."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One check's place in the report. Numbers are null where the check has none."""

    check: str
    title: str
    source: Source
    type: Type
    statistic: Statistic
    threshold: str
    outcome: Outcome
    summary: str
    services: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    before: float | None = None
    now: float | None = None
    effect: float | None = None
    samples: int = 0
    strength: float = 0.0
    unit: str = ""
    query: str = ""
    fix: str = ""
