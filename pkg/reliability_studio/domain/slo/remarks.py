"""What somebody should know about an SLO before trusting or saving it: doubts about its numbers, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from reliability_studio.domain.slo.indicators import (
    CounterIndicator,
    LatencyIndicator,
    QueryIndicator,
    ShareIndicator,
)
from reliability_studio.domain.slo.measure import COVERAGE_FLOOR, Measurement, Reason
from reliability_studio.domain.slo.reading import reading
from reliability_studio.domain.slo.spans import plain
from reliability_studio.domain.slo.spec import Definition
from reliability_studio.domain.slo.windows import CEILING_SHARE, DAY, tiers

FEW_BAD = 10
"""With a budget of fewer bad events than this, each of them is a large part of it."""


class Doubt(StrEnum):
    """What may be wrong."""

    NO_SERIES = "no_series"
    PART_WITHOUT_SERIES = "part_without_series"
    """No series of the errors (or of the good events) exists: none happened, or it is misspelt."""
    RECORDED = "recorded"
    """A metric looks like the result of a recording rule, which shows no resets and may be a rate."""
    MORE_BAD_THAN_TOTAL = "more_bad_than_total"
    NO_GROUPS = "no_groups"
    """The answers of a query do not have the labels that it is to be grouped by."""
    NO_EVENTS = "no_events"
    SHORT_HISTORY = "short_history"
    """The source does not reach back over the whole window."""
    LOW_COVERAGE = "low_coverage"
    SMALL_BUDGET = "small_budget"
    FACTORS_LOWERED = "factors_lowered"
    """Usual burn rates could never be reached under this objective."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One doubt, for a person."""

    doubt: Doubt
    text: str


@dataclass(frozen=True, slots=True)
class Members:
    """How many series were found for what."""

    total: int
    part: int


def remarks(
    definition: Definition,
    measurement: Measurement | None,
    members: Members | None,
    groups: int | None = None,
) -> list[Remark]:
    """Every doubt, the gravest first. `members` and `groups` are None where nobody looked at them."""
    return [
        *_about_metrics(definition),
        *_about_groups(definition, groups),
        *(_about_series(definition, members) if members else ()),
        *(_about_counts(measurement) if measurement else ()),
        *_about_alerts(definition, measurement),
    ]


def _about_metrics(definition: Definition) -> Iterator[Remark]:
    """Counters are differenced series by series; a sum or a rate of them is none."""
    if not isinstance(definition.indicator, CounterIndicator):
        return
    names = sorted({each.selector.metric for each in reading(definition.indicator).snapshots})
    recorded = [name for name in names if ":" in name]
    if recorded:
        text = (
            f"{', '.join(recorded)}: by its name what a recording rule computes. Restarts cannot be seen "
            "in it, and a rate is no counter: name the raw counters, or count with a query of your own"
        )
        yield Remark(Doubt.RECORDED, text)


def _about_groups(definition: Definition, groups: int | None) -> Iterator[Remark]:
    by = definition.group_by
    asked = isinstance(definition.indicator, QueryIndicator | ShareIndicator)
    if by is not None and groups == 0 and asked:
        names = ", ".join(by.names)
        text = f"the answers have no label {names}, so there are no groups: keep it with `by`"
        yield Remark(Doubt.NO_GROUPS, text)


def _about_series(definition: Definition, members: Members) -> Iterator[Remark]:
    if members.total == 0:
        yield Remark(Doubt.NO_SERIES, "no series of the total exists in the newest hours")
        return
    if members.part:
        return
    indicator = definition.indicator
    counted = plain(indicator) if isinstance(indicator, CounterIndicator) else indicator
    if isinstance(counted, LatencyIndicator):
        text = f"the histogram has no bucket with the bound {counted.threshold.normalize():f}"
        yield Remark(Doubt.PART_WITHOUT_SERIES, text)
    else:
        text = "no series of the good or bad part exists: there were none, or the selector is misspelt"
        yield Remark(Doubt.PART_WITHOUT_SERIES, text)


def _about_counts(measurement: Measurement) -> Iterator[Remark]:
    verdict, window = measurement.verdict, measurement.window
    if verdict.reason is Reason.MORE_BAD_THAN_TOTAL:
        yield Remark(Doubt.MORE_BAD_THAN_TOTAL, verdict.text)
    if verdict.reason is Reason.NO_EVENTS:
        yield Remark(Doubt.NO_EVENTS, verdict.text)
    since = measurement.measured_since
    missing_s = 0 if since is None else since - measurement.period.start
    if missing_s >= DAY // 24:
        days = (measurement.as_of - (since or 0)) / DAY
        yield Remark(Doubt.SHORT_HISTORY, f"there is history of {days:.1f} days only; the window is longer")
    if window.coverage is not None and window.coverage < COVERAGE_FLOOR:
        yield Remark(Doubt.LOW_COVERAGE, f"only {window.coverage:.1%} of that time was measured")
    if 0 < measurement.allowed_bad < FEW_BAD:
        share = 1 / measurement.allowed_bad
        text = (
            f"the whole budget is {measurement.allowed_bad:.2g} bad events: one of them is {share:.0%} of it"
        )
        yield Remark(Doubt.SMALL_BUDGET, text)


def _about_alerts(definition: Definition, measurement: Measurement | None) -> Iterator[Remark]:
    if measurement is None or definition.alerts.rules:
        return
    length = measurement.period.length_s
    lowered = [t for t in tiers(definition.objective, length) if t.factor < t.share * length / t.long_s]
    if lowered:
        names = ", ".join(tier.name for tier in lowered)
        text = (
            f"{names}: complete failure burns {10**9 / definition.objective.budget:.3g} times the budget, "
            f"so the factor is {float(CEILING_SHARE):.0%} of that"
        )
        yield Remark(Doubt.FACTORS_LOWERED, text)
