"""What an investigation hands back, as frozen values; what it reads is in `telemetry`.

    Telemetry + Question  ──engine.investigate──►  Verdict
                                                    ├ causes[]      every service, ranked, with evidence
                                                    ├ impact[]      who feels it, with hops
                                                    ├ findings[]    each check: found, clean, no_data, …
                                                    └ ruled_out[]   what was considered and why not

A `Finding` is one check's outcome on one service with its numbers: window, baseline, effect, sample size,
query. Nothing in here decides anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from reliability_studio.domain.correlation.kinds import Kind, Type
from reliability_studio.domain.correlation.telemetry import Change, Source


class Outcome(StrEnum):
    """How a check ended."""

    FOUND = "found"
    CLEAN = "clean"
    NO_DATA = "no_data"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Window:
    """From (included) to (excluded)."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """One check on one service: what it measured, against what, and what came out."""

    id: str
    """Stable within a verdict; causes refer to it."""
    service: str
    kind: Kind
    type: Type
    outcome: Outcome
    subject: str
    """The metric, log pattern, operation, event reason or change that was looked at."""
    window: Window
    baseline: Window
    before: float | None = None
    now: float | None = None
    effect: float | None = None
    """Shift as a share of the usual level; signed."""
    samples: int = 0
    strength: float = 0.0
    """-log10 of how often its own noise looks like this; one unit for all evidence."""
    first_seen: datetime | None = None
    """Where comparisons place it: the start of the bucket in which it shows first."""
    shown: datetime | None = None
    """Where people are told of it: the end of that bucket, or the very line or event. A bucket's start may
    lie before the change that brought it, and nobody believes an effect before its cause."""
    pod: str = ""
    query: str = ""
    link: str = ""
    """Filled in by whoever knows the data source's address."""
    detail: str = ""
    explained_by: str = ""
    """The neighbour that explains this away, if one does."""
    explained_share: float = 0.0
    samples_text: tuple[str, ...] = ()
    """A few example lines, for log findings."""
    unit: str = ""
    """Of `before` and `now`, where the source tells it."""


@dataclass(frozen=True, slots=True)
class Term:
    """One bar of the score: where log-odds come from."""

    name: str
    log_odds: float
    because: str


@dataclass(frozen=True, slots=True)
class Cause:
    """One service as the root cause, with how likely that is and why."""

    service: str
    kind: str
    """A kind of evidence (`cpu`, `memory`, …), a kind of change (`rollout`, `config`, …) or `failure`."""
    confidence: float
    log_odds: float
    summary: str
    terms: tuple[Term, ...] = ()
    evidence: tuple[Finding, ...] = ()
    """At most five, strongest first."""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Affected:
    """One service that feels the cause."""

    service: str
    hops: int
    share: float | None
    """Share of its requests that go towards the cause; None if not known."""
    impaired: bool
    """Whether its own telemetry shows it."""


@dataclass(frozen=True, slots=True)
class Call:
    """One edge of the call graph."""

    caller: str
    callee: str
    share: float | None
    """Share of the caller's requests that make this call; None if not known."""


@dataclass(frozen=True, slots=True)
class Chart:
    """The points behind one finding, kept with the answer: they outlive the source's retention.

    `values` begin at `start`, one per step; None where nothing was measured.
    """

    finding: str
    start: datetime
    step_ms: int
    values: tuple[float | None, ...]
    samples: int
    """Points before they were thinned to fit."""


@dataclass(frozen=True, slots=True)
class RuledOut:
    """Something that was considered and is not blamed."""

    service: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """What a person can do next; commands are shown, never run."""

    title: str
    command: str
    why: str


class Likely(StrEnum):
    """How the leading cause is worded."""

    LIKELY = "likely"
    SUSPECTED = "suspected"
    NONE = "no cause found"


@dataclass(frozen=True, slots=True)
class Onset:
    """When it began and how well that is known."""

    at: datetime
    reported: datetime
    found: bool
    """False: no step was found and `at` is the reported start."""
    votes: int
    """Series whose own step lies there."""
    shown: datetime
    """By when it had shown: the end of the bucket that `at` begins, or `at` itself where it was reported."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The whole answer."""

    onset: Onset
    window: Window
    baseline: Window
    causes: tuple[Cause, ...]
    none: float
    """Probability that none of the services is to blame."""
    likely: Likely
    headline: str
    caps: tuple[str, ...]
    """Limits on the confidence that applied, in words."""
    impact: tuple[Affected, ...] = ()
    """Who feels trouble in `center`, with hops."""
    center: str = ""
    """The service whose blast radius `impact` is: the named cause, else where the symptom shows."""
    calls: tuple[Call, ...] = ()
    """The edges among the affected services."""
    charts: tuple[Chart, ...] = ()
    findings: tuple[Finding, ...] = ()
    ruled_out: tuple[RuledOut, ...] = ()
    steps: tuple[Step, ...] = ()
    sources: Mapping[Source, str] = field(default_factory=dict)
    """Per source: `used`, `no data`, or why it failed."""

    @property
    def leading(self) -> Cause | None:
        """The first cause if it is likely enough to be named in a headline."""
        return self.causes[0] if self.causes and self.likely is not Likely.NONE else None
