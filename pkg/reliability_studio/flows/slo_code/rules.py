"""Prometheus recording and alert rules with the same tiers, for who wants paging without this plugin.

Per SLO: the error ratio over each window that a tier uses, and one alert per severity. Names and labels are
Sloth's, so that dashboards made for it work. A quiet service gives no sample instead of a NaN, and errors
that never happened are zero errors.
"""

from collections.abc import Mapping, Sequence

from reliability_studio.domain.slo.alert_event import ALERT_NAME
from reliability_studio.domain.slo.indicators import SLICED, CompositeIndicator, LogsIndicator, Part
from reliability_studio.domain.slo.policy import Severity
from reliability_studio.domain.slo.spec import SCALE, Occurrences, Slo
from reliability_studio.domain.slo.windows import Tier, chosen_tiers, period
from reliability_studio.flows.slo_code.expressions import events
from reliability_studio.sources.promql import duration, quote

_SEVERITY = {Severity.PAGE: "critical", Severity.TICKET: "warning"}


def rule_groups(slos: Sequence[Slo], now: int) -> tuple[list[Mapping[str, object]], list[str]]:
    """The groups of a rule file, and what could not be written.

    Args:
        slos: whose rules.
        now: Unix seconds; calendar windows are as long as the running one.
    """
    groups: list[Mapping[str, object]] = []
    left_out: list[str] = []
    for slo in slos:
        definition = slo.definition
        if not isinstance(definition.budgeting, Occurrences):
            left_out.append(f"{definition.service}/{definition.name}: rules count events, not time slices")
            continue
        if isinstance(definition.indicator, CompositeIndicator):
            left_out.append(f"{definition.service}/{definition.name}: it is made of other SLOs")
            continue
        if isinstance(definition.indicator, LogsIndicator):
            left_out.append(f"{definition.service}/{definition.name}: Prometheus cannot count log lines")
            continue
        groups.append({"name": f"slo-{slo.id}", "rules": _rules(slo, now)})
    return groups, left_out


def _rules(slo: Slo, now: int) -> list[Mapping[str, object]]:
    definition = slo.definition
    found = chosen_tiers(definition, period(definition.window, now).length_s)
    windows = sorted({window for tier in found for window in (tier.long_s, tier.short_s)})
    named = {"sloth_id": slo.id, "sloth_service": definition.service, "sloth_slo": definition.name}
    rules: list[Mapping[str, object]] = [
        {
            "record": _record(window),
            "expr": _ratio(slo, window),
            "labels": {**named, "sloth_window": duration(window)},
        }
        for window in windows
    ]
    for severity in Severity:
        matching = [tier for tier in found if tier.severity is severity]
        if matching:
            rules.append(_alert(slo, severity, matching, named))
    return rules


def _record(window_s: int) -> str:
    return f"slo:sli_error:ratio_rate{duration(window_s)}"


def _ratio(slo: Slo, window_s: int) -> str:
    indicator = slo.definition.indicator
    if isinstance(indicator, (*SLICED, LogsIndicator, CompositeIndicator)):
        raise TypeError("neither slices, log lines nor what other SLOs count are rules")
    part, every, part_is = events(indicator, duration(window_s))
    counted = f"({part} or 0 * {every})"
    bad = counted if part_is is Part.BAD else f"({every} - {counted})"
    return f"{bad} / ({every} > 0)"


def _alert(
    slo: Slo, severity: Severity, matching: Sequence[Tier], named: Mapping[str, str]
) -> Mapping[str, object]:
    definition = slo.definition
    budget = definition.objective.budget / SCALE
    conditions = [
        f"({_over(slo, tier.long_s, tier, budget)} and {_over(slo, tier.short_s, tier, budget)})"
        for tier in matching
    ]
    labels = {
        **definition.labels,
        **named,
        "slo_id": slo.id,
        "slo": definition.name,
        "service": definition.service,
        "severity": _SEVERITY[severity],
        "sloth_severity": severity.value,
    }
    summary = f"{definition.name}: the error budget of {definition.service} burns too fast"
    annotations = {"summary": summary.replace("{{", "{ {")}
    if definition.runbook_url:
        annotations["runbook_url"] = definition.runbook_url.replace("{{", "{ {")
    return {
        "alert": ALERT_NAME,
        "expr": " or ".join(conditions),
        "labels": {name: value.replace("{{", "{ {") for name, value in labels.items()},
        "annotations": annotations,
    }


def _over(slo: Slo, window_s: int, tier: Tier, budget: float) -> str:
    selected = f"{_record(window_s)}{{sloth_id={quote(slo.id)}}}"
    # Windows are aggregated away, so that the two sides of `and` have the same labels.
    return f"(max without (sloth_window) ({selected}) > {float(tier.factor) * budget:.12g})"
