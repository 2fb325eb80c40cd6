"""Pyrra's `ServiceLevelObjective` (`pyrra.dev/v1alpha1`), read only."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.goals import Objective, Rolling
from reliability_studio.domain.slo.indicators import (
    Indicator,
    LatencyIndicator,
    NativeLatencyIndicator,
    Part,
    ProbeIndicator,
    RatioIndicator,
)
from reliability_studio.domain.slo.numbers import decimal_of
from reliability_studio.domain.slo.reading import BOUND
from reliability_studio.domain.slo.selector import Op, Selector
from reliability_studio.domain.slo.spec import Definition, GroupBy
from reliability_studio.errors import Invalid
from reliability_studio.flows.slo_code.drafts import (
    Draft,
    Node,
    Notes,
    known_labels,
    settled,
    unsupported,
    whole_days,
)
from reliability_studio.flows.slo_code.queries import selector_of

VERSION = "pyrra.dev/v1alpha1"


def read_pyrra(document: Node) -> list[Draft]:
    """The SLO of one document."""
    notes = Notes()
    metadata, spec = document.node("metadata"), document.node("spec")
    labels = metadata.texts("labels")
    name = metadata.text("name", "unnamed")
    service = labels.get("pyrra.dev/service") or labels.get("service") or metadata.text("namespace", name)
    try:
        alerting = spec.node("alerting")
        unsupported([(alerting, "name", "alerts are named by the SLO; left out")], notes)
        definition = Definition(
            name=name,
            service=service,
            indicator=_indicator(spec.node("indicator")),
            objective=Objective.percent(spec.number("target"), f"{spec.path}.target"),
            window=Rolling(whole_days(spec.text("window"), f"{spec.path}.window")),
            description=spec.text("description", ""),
            labels=known_labels(labels, f"{metadata.path}.labels", notes),
            group_by=_group_by(spec.node("indicator")),
            alerting=alerting.text("disabled", "false") != "true"
            and alerting.text("burnrates", "true") != "false",
        )
    except (Invalid, BadSpec) as error:
        return [settled(name, service, notes, error)]
    return [Draft(name, service, definition, warnings=tuple(notes.warnings))]


def _indicator(indicator: Node) -> Indicator:
    for kind, read in _KINDS.items():
        if indicator.has(kind):
            return read(indicator.node(kind))
    raise Invalid.field(indicator.path, f"must have one of {', '.join(_KINDS)}")


def _group_by(indicator: Node) -> GroupBy | None:
    for kind in _KINDS:
        if indicator.has(kind) and (labels := indicator.node(kind).words("grouping")):
            return GroupBy(labels)
    return None


def _ratio(ratio: Node) -> RatioIndicator:
    return RatioIndicator(_metric(ratio, "total"), _metric(ratio, "errors"), Part.BAD)


def _latency(latency: Node) -> LatencyIndicator:
    quick = _metric(latency, "success")
    bounds = [m for m in quick.matchers if m.name == BOUND and m.op is Op.EQUAL]
    path = f"{latency.path}.success.metric"
    if len(bounds) != 1 or not quick.metric.endswith("_bucket"):
        raise Invalid.field(path, 'must be the `…_bucket` series with one condition le="…"')
    try:
        threshold = decimal_of(bounds[0].value)
    except ValueError as error:
        raise Invalid.field(path, "has a bucket bound that is no number") from error
    others = [m for m in quick.matchers if m.name != BOUND]
    return LatencyIndicator(Selector.of(quick.metric, others), threshold)


def _native(latency: Node) -> NativeLatencyIndicator:
    text, path = latency.text("latency"), f"{latency.path}.latency"
    found = _LATENCY.fullmatch(text)
    if not found:
        raise Invalid.field(path, "must be a duration like 250ms or 1.5s")
    return NativeLatencyIndicator(_metric(latency, "total"), Decimal(found[1]) * _SECONDS[found[2]])


_LATENCY = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|s|m)", re.ASCII)
_SECONDS = {"ms": Decimal("0.001"), "s": Decimal(1), "m": Decimal(60)}


def _probe(gauge: Node) -> ProbeIndicator:
    return ProbeIndicator(selector_of(gauge.text("metric"), f"{gauge.path}.metric"))


def _metric(node: Node, name: str) -> Selector:
    metric = node.node(name)
    return selector_of(metric.text("metric"), f"{metric.path}.metric")


_KINDS: Mapping[str, Callable[[Node], Indicator]] = {
    "ratio": _ratio,
    "latency": _latency,
    "latencyNative": _native,
    "bool_gauge": _probe,
}
