"""What metrics of spans are called, and so which counters an indicator of spans counts.

    Tempo                  traces_spanmetrics_calls_total   traces_spanmetrics_latency      seconds
    Collector's connector  traces_span_metrics_calls_total  traces_span_metrics_duration_*  ms or seconds
      without namespace    calls_total                      duration_*                      ms or seconds

A call failed when the status of its span is an error. With their names known they are
counters like others.
"""

from decimal import Decimal

from reliability_studio.domain.slo.indicators import (
    CounterIndicator,
    LatencyIndicator,
    NativeLatencyIndicator,
    Part,
    PlainIndicator,
    RatioIndicator,
    SpanKind,
    SpanNames,
    SpansIndicator,
    SpanUnit,
)
from reliability_studio.domain.slo.selector import Matcher, Op, Selector

ERROR = Matcher("status_code", Op.EQUAL, "STATUS_CODE_ERROR")
"""The spans that failed."""

_CALLS = {
    SpanNames.TEMPO: "traces_spanmetrics_calls_total",
    SpanNames.CONNECTOR: "traces_span_metrics_calls_total",
    SpanNames.CONNECTOR_BARE: "calls_total",
}
_DURATION = {
    SpanNames.CONNECTOR: "traces_span_metrics_duration",
    SpanNames.CONNECTOR_BARE: "duration",
}
_WORDS = {SpanUnit.SECONDS: "seconds", SpanUnit.MILLISECONDS: "milliseconds"}
_PER_SECOND = {SpanUnit.SECONDS: 1, SpanUnit.MILLISECONDS: 1000}


def plain(indicator: CounterIndicator) -> PlainIndicator:
    """The counters that an indicator stands for; one of counters stands for itself."""
    if not isinstance(indicator, SpansIndicator):
        return indicator
    if indicator.quicker_than is None:
        calls = _selector(indicator, _CALLS[indicator.names])
        return RatioIndicator(calls, calls.narrowed(ERROR), Part.BAD)
    threshold = indicator.quicker_than * Decimal(_PER_SECOND[indicator.unit])
    histogram = _histogram(indicator)
    if indicator.native:
        return NativeLatencyIndicator(_selector(indicator, histogram), threshold)
    return LatencyIndicator(_selector(indicator, f"{histogram}_bucket"), threshold)


def _histogram(indicator: SpansIndicator) -> str:
    if indicator.names is SpanNames.TEMPO:
        return "traces_spanmetrics_latency"
    return f"{_DURATION[indicator.names]}_{_WORDS[indicator.unit]}"


def _selector(indicator: SpansIndicator, metric: str) -> Selector:
    service = "service" if indicator.names is SpanNames.TEMPO else "service_name"
    matchers = [Matcher(service, Op.EQUAL, indicator.service)]
    if indicator.span:
        matchers.append(Matcher("span_name", Op.EQUAL, indicator.span))
    if indicator.kind is not SpanKind.ANY:
        matchers.append(Matcher("span_kind", Op.EQUAL, f"SPAN_KIND_{indicator.kind.value.upper()}"))
    return Selector.of(metric, matchers)
