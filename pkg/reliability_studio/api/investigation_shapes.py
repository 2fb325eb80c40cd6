"""JSON of investigations.

An answer says which of three things it is: nobody looked yet, a cause is named, or none is. Evidence is told
as it was kept: numbers, query, window and the points of the chart.
"""

from datetime import datetime
from typing import Annotated

import msgspec

from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.api.rollout_shapes import DifferenceShape
from reliability_studio.api.texts import Word
from reliability_studio.domain.checks.check import Statistic
from reliability_studio.domain.checks.record import Trigger
from reliability_studio.domain.correlation.evidence import Likely, Outcome
from reliability_studio.domain.correlation.kinds import Kind, Type
from reliability_studio.domain.correlation.telemetry import Source
from reliability_studio.domain.slo.measure import Status as SloStatus
from reliability_studio.flows.inquiry import InvestigationState


class EvidenceWindowShape(Shape):
    """From (included) to (excluded)."""

    start: datetime
    end: datetime


class OnsetShape(Shape):
    """When it really began. `found` is false when no step was found and `at` is the reported start."""

    at: datetime
    reported: datetime
    found: bool
    votes: int
    """Series whose own step lies there."""


class FindingShape(Shape):
    """One measurement that was judged. `strength` is -log10 of how often its own noise looks like this."""

    id: str
    service: str
    kind: Kind
    type: Type
    outcome: Outcome
    subject: str
    detail: str
    before: float | None
    now: float | None
    unit: str
    effect: float | None
    """Shift as a share of the usual level; signed."""
    samples: int
    strength: float
    first_seen: datetime | None
    pod: str
    query: str
    link: str
    """Explore with this query and window; empty when the source is not a Grafana data source."""
    window: EvidenceWindowShape
    baseline: EvidenceWindowShape
    explained_by: str
    """The neighbour that explains this away, if one does."""
    examples: list[str]
    """Log lines or event messages."""


class TermShape(Shape):
    """One bar of a cause's score."""

    name: str
    log_odds: float
    because: str


class SuspectChangeShape(Shape):
    """A change that may have caused it."""

    at: datetime
    kind: str
    summary: str
    id: str
    differences: list[DifferenceShape]
    """What differs from before, field by field, where Kubernetes knows it."""


class CauseShape(Shape):
    """One service as the cause, with the probability that it is, and why."""

    rank: int
    service: str
    kind: str
    confidence: float
    log_odds: float
    summary: str
    named: bool
    """Whether it is likely enough to be named in the headline; only the first can be."""
    terms: list[TermShape]
    evidence: list[FindingShape]
    changes: list[SuspectChangeShape]


class ConsideredShape(Shape):
    """A service that was ranked and is not plausible as the cause."""

    service: str
    confidence: float
    summary: str


class FloorShape(Shape):
    """The confidence from which on a service counts as a possible cause, and why there."""

    confidence: float
    because: str


class PointShape(Shape):
    """One point of a kept chart; null where nothing was measured."""

    at: datetime
    value: float | None


class EvidenceChartShape(Shape):
    """The points behind one finding, as they were when it was judged. It needs no source any more."""

    finding: str
    """Id of the finding."""
    title: str
    service: str
    kind: Kind
    unit: str
    query: str
    link: str
    window: EvidenceWindowShape
    baseline: EvidenceWindowShape
    before: float | None
    now: float | None
    samples: int
    """Points before they were thinned to fit."""
    step_seconds: float
    points: list[PointShape]


class CheckResultShape(Shape):
    """What one check said about this incident."""

    id: str
    title: str
    source: Source
    type: Type
    statistic: Statistic
    threshold: str
    outcome: Outcome
    summary: str
    """What was found, or why nothing can be said."""
    services: list[str]
    findings: list[str]
    """Ids of the findings behind it; charts refer to the same ids."""
    before: float | None
    now: float | None
    unit: str
    effect: float | None
    samples: int
    strength: float
    query: str
    link: str
    fix: str
    """What usually helps; only of what was found."""


class RuledOutShape(Shape):
    """Something that was considered and is not blamed."""

    service: str
    what: str
    reason: str


class NextStepShape(Shape):
    """What a person can do next. The command is shown and never run."""

    title: str
    command: str
    why: str


class RiskShape(Shape):
    """An objective of an affected service and how it stands now."""

    slo_id: str
    name: str
    service: str
    status: SloStatus
    remaining: float | None
    """Share of the error budget that is left."""


class BlastNodeShape(Shape):
    """One service that feels the trouble."""

    service: str
    hops: int
    request_share: float | None
    """Share of its requests that go towards the cause; null if not known."""
    impaired: bool
    """Whether its own telemetry shows it."""
    slos_at_risk: list[RiskShape]


class BlastEdgeShape(Shape):
    """One call between two of them."""

    caller: str
    callee: str
    share: float | None
    """Share of the caller's requests that make this call; null if not known."""


class BlastRadiusShape(Shape):
    """Who feels trouble in `center`: itself and everyone who calls it, however far."""

    center: str
    nodes: list[BlastNodeShape]
    edges: list[BlastEdgeShape]


class InvestigationVersionShape(Shape):
    """One run in short."""

    version: int
    at: datetime
    trigger: Trigger
    by: str
    headline: str
    verdict: str
    cause: str
    """The named service; empty when none is named."""
    confidence: float | None


class GradeShape(Shape):
    """What a person thought of the answer."""

    right: bool
    service: str
    note: str
    by: str
    at: datetime


class AnswerShape(Shape):
    """What one run came to."""

    verdict: Likely
    headline: str
    onset: OnsetShape
    window: EvidenceWindowShape
    baseline: EvidenceWindowShape
    causes: list[CauseShape]
    """The plausible ones, the likeliest first, whether named or not; may be empty."""
    considered: list[ConsideredShape]
    """Those that follow in the ranking: below `floor`, so not possible causes."""
    floor: FloorShape
    ranked: int
    """How many services were ranked."""
    none: float
    """Probability that none of them is to blame."""
    caps: list[str]
    """Limits on the confidence that applied, in words."""
    charts: list[EvidenceChartShape]
    checks: list[CheckResultShape]
    """Every check, what was found first."""
    outcomes: dict[str, int]
    """How many checks ended which way."""
    ruled_out: list[RuledOutShape]
    affected_services: list[str]
    blast_radius: BlastRadiusShape
    slos_at_risk: list[RiskShape]
    next_steps: list[NextStepShape]
    sources: dict[str, str]
    """Per source: `used`, `no data`, `not configured`, or what is wrong."""
    service: str
    namespace: str
    dialect: str
    """How the service's request metrics are named; empty when no known name was found."""
    queries: int
    """Calls to all sources."""
    took_ms: float


class RunningShape(Shape):
    """A run that is not at its end, and what it says from what has arrived; replaced as more arrives."""

    began_at: datetime
    waiting: list[str]
    """Sources that have not answered yet; the answer says so of them too."""
    answer: AnswerShape | None
    """Null before the first source has answered. Nothing of it is kept: the answer at the end is."""


class InvestigationShape(Shape):
    """The newest answer about an incident, or one of its versions. `answer` is null before the first run."""

    incident: str
    state: InvestigationState
    version: int
    """Which run this is, from 1; 0 before the first."""
    at: datetime | None
    trigger: Trigger | None
    by: str
    answer: AnswerShape | None
    versions: list[InvestigationVersionShape]
    """All runs, newest first."""
    grade: GradeShape | None
    running: RunningShape | None
    """What an investigation that runs at this moment has found so far."""


class GradeInput(InputShape):
    """Whether the answer was right."""

    right: bool
    service: Word = ""
    """The true cause's service; may stay empty when the named one was right."""
    note: Annotated[str, msgspec.Meta(max_length=5000)] = ""
