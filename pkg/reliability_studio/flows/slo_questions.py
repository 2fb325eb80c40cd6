"""What is asked about an SLO, query by query.

Of counters: one per selection, each the newest value of every series within a range, so that a missed scrape
breaks nothing. Of what is no counter: its questions about the bucket that ends.
"""

from dataclasses import dataclass

from reliability_studio.domain.slo.indicators import (
    CompositeIndicator,
    CounterIndicator,
    GaugeIndicator,
    LogsIndicator,
    MixedIndicator,
    ProbeIndicator,
    SampledIndicator,
    ShareIndicator,
)
from reliability_studio.domain.slo.reading import Snapshot, reading
from reliability_studio.domain.slo.selector import Selector
from reliability_studio.domain.slo.spec import Definition
from reliability_studio.sources.logql import counting, streams
from reliability_studio.sources.promql import for_window, last, of_native, over

LEAST_RANGE_S = 120


class LogQuery(str):
    """A query of Loki's among those of an SLO that asks Prometheus as well."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """One query of an SLO."""

    query: str
    selector: Selector | None = None
    """Of a plain snapshot: the counters that it shows. None: the query is something else."""
    range_s: int = 0
    """Of a plain snapshot: how old the values may be."""


def asked(definition: Definition, step_s: int) -> tuple[str, ...]:
    """The queries of an SLO whose snapshots lie `step_s` apart."""
    return tuple(str(each.query) for each in wanted(definition, step_s))


def wanted(definition: Definition, step_s: int) -> tuple[Wanted, ...]:
    """The same, with what they select."""
    indicator = definition.indicator
    if isinstance(indicator, CompositeIndicator):
        return ()
    if not isinstance(indicator, CounterIndicator):
        return tuple(map(Wanted, _questions(definition, indicator, step_s)))
    range_s = max(step_s, 2 * definition.delay_s, LEAST_RANGE_S)
    return tuple(_snapshot(each, range_s) for each in reading(indicator).snapshots)


def _snapshot(what: Snapshot, range_s: int) -> Wanted:
    if what.counts or what.quicker_than is not None:
        return Wanted(of_native(what.selector, range_s, what.quicker_than))
    return Wanted(last(what.selector, range_s), what.selector, range_s)


def _questions(definition: Definition, indicator: SampledIndicator, step_s: int) -> tuple[str, ...]:
    if isinstance(indicator, ProbeIndicator):
        return over("sum", indicator.probe, step_s), over("count", indicator.probe, step_s)
    if isinstance(indicator, GaugeIndicator):
        return (over(indicator.over.value, indicator.gauge, step_s),)
    if isinstance(indicator, ShareIndicator):
        return (for_window(indicator.query, step_s),)
    if isinstance(indicator, LogsIndicator):
        by = definition.group_by.names if definition.group_by else ()
        lines = indicator.part, indicator.total
        part, total = (counting(each, step_s, by=by, only=indicator.only) for each in lines)
        return part, total
    if isinstance(indicator, MixedIndicator):
        lines = (indicator.part, streams(indicator.part))
        part, kept = (LogQuery(counting(each, step_s)) for each in lines)
        return part, for_window(indicator.total, step_s), kept
    return for_window(indicator.part, step_s), for_window(indicator.total, step_s)
