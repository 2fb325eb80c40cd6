"""Was a new version worse than the one before: what its pods did, beside what the old pods did.

    verdict = judge(compared, restarts=0)      a state, its reasons and every measure with its limits

Beside old pods at the same time is the comparison that tells the version from the service: a dependency that
fails hurts both. Conservative on purpose. A measure counts as higher only when the limits of its difference
leave zero out, the difference is large both as such and as a factor, and it rests on enough requests. Too few
requests is an answer of its own, and so is no data.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

LEAST_REQUESTS = 100
"""Requests on either side without which nothing is said."""
LEAST_FAILED = 10
"""Failed requests without which the share of failures is not called higher: failures come in bursts."""
Z = 2.576
"""Standard deviations of the limits: 99 % of them hold the true value, were requests independent."""
TAIL = 0.95
"""The quantile of durations that is compared."""


class RolloutState(StrEnum):
    """What a rollout came to."""

    RUNNING = "in_progress"
    """Too new to be judged."""
    WORSE = "worse"
    BETTER = "better"
    SAME = "no_difference"
    UNKNOWN = "not_enough_data"
    STUCK = "stuck"
    """It did not get on within its deadline."""


class RolloutBasis(StrEnum):
    """What was compared with what, the most telling first."""

    SIDE_BY_SIDE = "pods_side_by_side"
    """New pods with old pods, over the time in which both served."""
    PODS = "pods_before_after"
    """New pods after the start with old pods before it."""
    SERVICE = "service_before_after"
    """The whole service after the start with itself before: nothing tells its versions apart."""


class KnownBy(StrEnum):
    """What tells when a rollout began."""

    CREATED = "created"
    """The version was created then."""
    FIRST_STEP = "first_step"
    """A version that came back was scaled up from nothing then."""
    RENUMBERED = "renumbered"
    """A controller revision that came back got its present number then."""
    LATER_STEP = "later_step"
    FIRST_POD = "first_pod"
    PROGRESS = "progress"


BOUNDS = {
    KnownBy.LATER_STEP: "it was scaled up then",
    KnownBy.FIRST_POD: "its oldest pod is from then",
    KnownBy.PROGRESS: "its rollout got on then",
}
"""Those that tell only that it had begun by then, and in which words."""


def rollout_id(version: str, revision: int, back_to: int | None) -> str:
    """A rollout's name, unique in its namespace; `back_to` is None for a version's first."""
    return version if back_to is None else f"{version}#{revision}"


class Shift(StrEnum):
    """How a measure of the new version stands to that of the old one."""

    HIGHER = "higher"
    LOWER = "lower"
    ALIKE = "alike"
    """Nothing that is both certain and large."""
    TOO_FEW = "too_few"
    NO_DATA = "no_data"


class RolloutMeasure(StrEnum):
    """What is measured. Pods just started use more processor and less memory, so these decide nothing."""

    ERRORS = "error_percent"
    TAIL = "p95_ms"
    PROCESSOR = "cores_per_pod"
    MEMORY = "mib_per_pod"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its lower and upper limit."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Side:
    """One version over one window; None where nothing was measured."""

    start: datetime
    end: datetime
    requests: float | None = None
    failed: float | None = None
    tail_ms: Estimate | None = None
    """Its 95th percentile, in milliseconds, with the limits of `levels`."""
    cores: tuple[float, ...] = ()
    """Processor that each pod used, on average."""
    mib: tuple[float, ...] = ()
    """Memory that each pod used, on average."""
    queries: tuple[str, ...] = ()
    """What was asked, at the moment `end`."""

    @property
    def error_percent(self) -> float | None:
        """Failed requests among all."""
        return 100 * self.failed / self.requests if self.requests and self.failed is not None else None


@dataclass(frozen=True, slots=True)
class Compared:
    """The two sides, what they are, and why no closer comparison was made (empty when there is none)."""

    basis: RolloutBasis
    old: Side
    new: Side
    why: str = ""

    def told(self) -> str:
        """In one line: which comparison, when, and on how many requests."""
        names = {
            RolloutBasis.SIDE_BY_SIDE: "new pods beside old pods",
            RolloutBasis.PODS: "new pods after it against old pods before it",
            RolloutBasis.SERVICE: "the service after it against the service before it",
        }
        new, old = self.new, self.old
        when = f"{new.start:%H:%M:%S} to {new.end:%H:%M:%S} UTC"
        if self.basis is not RolloutBasis.SIDE_BY_SIDE:
            when += f" against {old.start:%H:%M:%S} to {old.end:%H:%M:%S}"
        return f"{names[self.basis]}, {when}, {_count(new.requests)} against {_count(old.requests)} requests"


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that was compared. `low` and `high` are the limits of new minus old."""

    what: RolloutMeasure
    shift: Shift
    old: float | None = None
    new: float | None = None
    low: float | None = None
    high: float | None = None
    samples_old: int = 0
    """Requests, or pods."""
    samples_new: int = 0


@dataclass(frozen=True, slots=True)
class RolloutVerdict:
    """A state with its reasons in words and the measures behind it."""

    state: RolloutState
    reasons: tuple[str, ...]
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rule:
    """How large a difference must be, as such and as a factor, and how it is told."""

    least: float
    times: float
    text: str
    decides: bool


_RULES = {
    RolloutMeasure.ERRORS: _Rule(1.0, 2.0, "failed requests from {:.2f}% to {:.2f}%", decides=True),
    RolloutMeasure.TAIL: _Rule(20.0, 1.3, "p95 from {:.0f} ms to {:.0f} ms", decides=True),
    RolloutMeasure.PROCESSOR: _Rule(
        0.05, 1.5, "processor per pod from {:.2f} to {:.2f} cores", decides=False
    ),
    RolloutMeasure.MEMORY: _Rule(32.0, 1.5, "memory per pod from {:.0f} to {:.0f} MiB", decides=False),
}


DECIDING = frozenset(what for what, rule in _RULES.items() if rule.decides)
"""Measures that make a version worse or better."""


def judge(compared: Compared | None, restarts: int) -> RolloutVerdict:
    """The verdict on a new version.

    Args:
        compared: both sides; None when nothing could be compared.
        restarts: of the new version's pods.
    """
    measures = () if compared is None else _measures(compared.old, compared.new)
    deciding = [each for each in measures if each.what in DECIDING]
    worse = [_words(each) for each in deciding if each.shift is Shift.HIGHER]
    better = [_words(each) for each in deciding if each.shift is Shift.LOWER]
    beside = [
        _words(each)
        for each in measures
        if each not in deciding and each.shift in {Shift.HIGHER, Shift.LOWER}
    ]
    if restarts > 0:
        worse.insert(0, f"{restarts} restarts of its pods")
    if worse:
        return RolloutVerdict(RolloutState.WORSE, (*worse, *beside), measures)
    if better:
        return RolloutVerdict(RolloutState.BETTER, (*better, *beside), measures)
    if any(each.shift is Shift.ALIKE for each in deciding):
        return RolloutVerdict(RolloutState.SAME, tuple(beside), measures)
    return RolloutVerdict(RolloutState.UNKNOWN, (_lacking(compared), *beside), measures)


def so_far(beside: Compared | None, restarts: int) -> RolloutVerdict:
    """The verdict on a rollout that goes on: bad news, or none yet.

    Args:
        beside: new pods with old pods over the same time; None when they cannot be compared so.
        restarts: of the new version's pods.
    """
    verdict = judge(beside, restarts)
    if verdict.state is RolloutState.WORSE:
        return verdict
    return RolloutVerdict(RolloutState.RUNNING, (), verdict.measures)


def levels(requests: float) -> tuple[float, float]:
    """The quantiles between which the true 95th percentile of so many requests lies, whatever they are like.

    Their ranks are those of the binomial distribution around the 95th percentile's own, so no shape of the
    durations is assumed.
    """
    spread = Z * math.sqrt(TAIL * (1 - TAIL) / max(requests, 1.0))
    return max(0.0, TAIL - spread), min(1.0, TAIL + spread)


def share_limits(part: float, whole: float, z: float = Z) -> tuple[float, float]:
    """Wilson's limits of a share, which hold for few and for no cases as well."""
    share, z2 = part / whole, z * z / whole
    middle = (share + z2 / 2) / (1 + z2)
    spread = z * math.sqrt(share * (1 - share) / whole + z2 / (4 * whole)) / (1 + z2)
    return max(0.0, min(share, middle - spread)), min(1.0, max(share, middle + spread))


def difference_limits(
    old: tuple[float, float], new: tuple[float, float], z: float = Z
) -> tuple[float, float]:
    """Newcombe's limits of the difference of two shares, new minus old, each given as (part, whole)."""
    before, after = old[0] / old[1], new[0] / new[1]
    (low_old, high_old), (low_new, high_new) = share_limits(*old, z), share_limits(*new, z)
    return (
        after - before - math.hypot(after - low_new, high_old - before),
        after - before + math.hypot(high_new - after, before - low_old),
    )


def _measures(old: Side, new: Side) -> tuple[Measure, ...]:
    return (
        _errors(old, new),
        _tail(old, new),
        _pods(RolloutMeasure.PROCESSOR, old.cores, new.cores),
        _pods(RolloutMeasure.MEMORY, old.mib, new.mib),
    )


def _errors(old: Side, new: Side) -> Measure:
    limits = None
    if old.requests and new.requests and old.failed is not None and new.failed is not None:
        low, high = difference_limits((old.failed, old.requests), (new.failed, new.requests))
        limits = 100 * low, 100 * high
    certain = max(old.failed or 0.0, new.failed or 0.0) >= LEAST_FAILED
    return _of_requests(
        RolloutMeasure.ERRORS, (old, old.error_percent), (new, new.error_percent), limits, certain=certain
    )


def _tail(old: Side, new: Side) -> Measure:
    before, after = old.tail_ms, new.tail_ms
    limits = None if before is None or after is None else (after.low - before.high, after.high - before.low)
    values = [None if each is None else each.value for each in (before, after)]
    return _of_requests(RolloutMeasure.TAIL, (old, values[0]), (new, values[1]), limits, certain=True)


def _of_requests(
    what: RolloutMeasure,
    old: tuple[Side, float | None],
    new: tuple[Side, float | None],
    limits: tuple[float, float] | None,
    *,
    certain: bool,
) -> Measure:
    samples = round(old[0].requests or 0.0), round(new[0].requests or 0.0)
    found = _measure(what, old[1], new[1], limits, samples)
    if found.shift is Shift.NO_DATA:
        return found
    if min(old[0].requests or 0.0, new[0].requests or 0.0) < LEAST_REQUESTS:
        return replace(found, shift=Shift.TOO_FEW)
    return found if certain else replace(found, shift=Shift.ALIKE)


def _pods(what: RolloutMeasure, old: Sequence[float], new: Sequence[float]) -> Measure:
    """Of few pods no distribution is known, so their ranges must not even touch."""
    limits = (min(new) - max(old), max(new) - min(old)) if old and new else None
    means = [sum(each) / len(each) if each else None for each in (old, new)]
    return _measure(what, means[0], means[1], limits, (len(old), len(new)))


def _measure(
    what: RolloutMeasure,
    old: float | None,
    new: float | None,
    limits: tuple[float, float] | None,
    samples: tuple[int, int],
) -> Measure:
    if old is None or new is None or limits is None:
        return Measure(what, Shift.NO_DATA, old, new, None, None, *samples)
    rule, (low, high) = _RULES[what], limits
    found = Shift.ALIKE
    if low > 0 and new - old >= rule.least and new >= rule.times * old:
        found = Shift.HIGHER
    elif high < 0 and old - new >= rule.least and old >= rule.times * new:
        found = Shift.LOWER
    return Measure(what, found, old, new, low, high, *samples)


def _words(measure: Measure) -> str:
    return _RULES[measure.what].text.format(measure.old, measure.new)


def _lacking(compared: Compared | None) -> str:
    """Why nothing can be said."""
    if compared is None or compared.old.requests is None or compared.new.requests is None:
        return "its requests are not measured on both sides"
    old, new = compared.old.requests, compared.new.requests
    if min(old, new) < LEAST_REQUESTS:
        return (
            f"{_count(old)} requests of the old version and {_count(new)} of the new; "
            f"{LEAST_REQUESTS} of each are needed"
        )
    return "neither failures nor durations of its requests are measured"


def _count(requests: float | None) -> str:
    return "no" if requests is None else f"{requests:,.0f}"
