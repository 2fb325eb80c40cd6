"""What an OpenSLO document counts: counters, log lines, lines of all events, a precomputed ratio, a gauge.

What OpenSLO has no words for comes from annotations of ours. No text of a document gets into a query that was
not read by the grammar.
"""

from collections.abc import Mapping
from decimal import Decimal

from reliability_studio.domain.slo.indicators import (
    WINDOW,
    Compare,
    GaugeIndicator,
    Indicator,
    LatencyIndicator,
    LogsIndicator,
    MixedIndicator,
    Over,
    Part,
    RatioIndicator,
    ShareIndicator,
)
from reliability_studio.domain.slo.numbers import decimal_of
from reliability_studio.domain.slo.selector import Selector
from reliability_studio.errors import Invalid
from reliability_studio.flows.slo_code import composites
from reliability_studio.flows.slo_code.drafts import Node
from reliability_studio.flows.slo_code.openslo_out import PREFIX
from reliability_studio.flows.slo_code.queries import lines_of, selector_of
from reliability_studio.sources.logql_text import parse_lines
from reliability_studio.sources.promql import render
from reliability_studio.sources.promql_text import parse_query, parse_selector
from reliability_studio.store.slo_indicator_document import indicator_from


def indicator_of(
    spec: Node, objective: Node, indicators: Mapping[str, Node], own: Mapping[str, str]
) -> Indicator:
    """What an SLO counts.

    Args:
        spec: of the SLO.
        objective: of its objectives the one in question; thresholds of gauges stand there.
        indicators: the SLIs that there are, by name.
        own: annotations of the SLO.

    Raises:
        Invalid: it cannot be counted here; names the path.
    """
    if objective.has("indicator") or objective.has("indicatorRef"):
        text = f"is put together by burn rates, which is not done here; name SLOs in {composites.ANNOTATION}"
        raise Invalid.field(objective.path, text)
    if buckets := own.get(f"{PREFIX}buckets"):
        path = f"$.metadata.annotations.{PREFIX}"
        return LatencyIndicator(parse_selector(buckets, f"{path}buckets"), _threshold(own, path))
    if kept := own.get(f"{PREFIX}indicator"):
        return _own(indicator_from(kept), f"$.metadata.annotations.{PREFIX}indicator")
    found = _sli(spec, indicators)
    if found.has("thresholdMetric"):
        return _gauge(found.node("thresholdMetric"), objective)
    return _ratio(found.node("ratioMetric"))


def _ratio(ratio: Node) -> Indicator:
    if ratio.has("raw"):
        query, path = _text(ratio.node("raw"))
        kind = Part.BAD if ratio.text("rawType", "success") == "failure" else Part.GOOD
        return ShareIndicator(parse_query(query, path, windowed=False), kind)
    if ratio.has("good") == ratio.has("bad"):
        raise Invalid.field(ratio.path, "give either `good` or `bad`")
    part_is = Part.GOOD if ratio.has("good") else Part.BAD
    if _kind(ratio.node("total")) != "loki" and _kind(ratio.node(part_is.value)) == "loki":
        return _mixed(ratio, part_is)
    if _kind(ratio.node("total")) == "loki":
        return LogsIndicator(_lines(ratio.node("total")), _lines(ratio.node(part_is.value)), part_is)
    if ratio.text("counter", "true") != "true":
        raise Invalid.field(f"{ratio.path}.counter", "must be true: events are counted by counters")
    part = _query(ratio.node(part_is.value))
    return RatioIndicator(_query(ratio.node("total")), part, part_is)


def _mixed(ratio: Node, part_is: Part) -> MixedIndicator:
    """Lines of Loki's of all events of one selection in Prometheus."""
    every = render(_query(ratio.node("total")))
    return MixedIndicator(f"sum(increase({every}[{WINDOW}]))", _lines(ratio.node(part_is.value)), part_is)


def _own(indicator: Indicator, path: str) -> Indicator:
    """What an annotation says: no text of it gets into a query that was not read by the grammar."""
    if isinstance(indicator, MixedIndicator):
        query = parse_query(indicator.total, path, windowed=True)
        return MixedIndicator(query, parse_lines(indicator.part, path), indicator.part_is)
    if isinstance(indicator, LogsIndicator):
        total, part = parse_lines(indicator.total, path), parse_lines(indicator.part, path)
        return LogsIndicator(total, part, indicator.part_is)
    return indicator


def _sli(spec: Node, indicators: Mapping[str, Node]) -> Node:
    if spec.has("indicator"):
        return spec.node("indicator").node("spec")
    name = spec.text("indicatorRef", "")
    if name not in indicators:
        raise Invalid.field(f"{spec.path}.indicatorRef", f"there is no SLI named '{name}'")
    return indicators[name].node("spec")


_COMPARES = {
    "lt": Compare.BELOW,
    "lte": Compare.AT_MOST,
    "gt": Compare.ABOVE,
    "gte": Compare.AT_LEAST,
}


def _gauge(metric: Node, objective: Node) -> GaugeIndicator:
    operation = objective.text("op", "lte")
    if operation not in _COMPARES:
        raise Invalid.field(f"{objective.path}.op", f"must be one of {', '.join(_COMPARES)}")
    query, path = _text(metric)
    compare = _COMPARES[operation]
    return GaugeIndicator(parse_selector(query, path), Over.MEAN, compare, objective.number("value"))


def _query(metric: Node) -> Selector:
    query, path = _text(metric)
    return selector_of(query, path)


def _kind(metric: Node) -> str:
    return metric.node("metricSource").text("type", "Prometheus").lower()


def _lines(metric: Node) -> str:
    query, path = _text(metric, "loki")
    return lines_of(query, path)


def _text(metric: Node, source_kind: str = "prometheus") -> tuple[str, str]:
    source = metric.node("metricSource")
    if (kind := _kind(metric)) != source_kind:
        text = f"is {kind}; only Prometheus is read, and Loki for both counts of a ratio"
        raise Invalid.field(f"{source.path}.type", text)
    spec = source.node("spec")
    name = next((n for n in ("query", "promql", "logql") if spec.has(n)), "query")
    return spec.text(name), f"{spec.path}.{name}"


def _threshold(own: Mapping[str, str], path: str) -> Decimal:
    try:
        return decimal_of(own.get(f"{PREFIX}threshold", ""))
    except ValueError as error:
        raise Invalid.field(f"{path}threshold", "must be a number") from error
