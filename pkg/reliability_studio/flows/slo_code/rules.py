"""Prometheus recording and alert rules with the same tiers, for who wants paging without this plugin.

Per SLO: the error ratio over each window that a tier uses, and for each objective that alerts one alert per
severity. Names and labels are Sloth's, so that dashboards made for it work. A quiet service gives no sample
instead of a NaN, and errors that never happened are zero errors.
"""

from collections.abc import Mapping, Sequence

from reliability_studio.domain.slo.alert_event import ALERT_NAME
from reliability_studio.domain.slo.goals import SCALE
from reliability_studio.domain.slo.indicators import (
    SLICED,
    Combine,
    CompositeIndicator,
    LogsIndicator,
    MixedIndicator,
    Part,
    ProbeIndicator,
    QueryIndicator,
)
from reliability_studio.domain.slo.policy import Severity
from reliability_studio.domain.slo.spec import Definition, Occurrences, Slo
from reliability_studio.domain.slo.watching import watching
from reliability_studio.domain.slo.windows import Tier, chosen_tiers, period
from reliability_studio.flows.slo_code import composites
from reliability_studio.flows.slo_code.expressions import events
from reliability_studio.sources.literals import quote
from reliability_studio.sources.promql import duration

_TIE = 1 + 1e-9
"""Exactly the factor is not above it, but a quotient of floats may come out a little higher than it is."""

_SEVERITY = {Severity.PAGE: "critical", Severity.TICKET: "warning"}


def rule_groups(
    slos: Sequence[Slo], now: int, members: Mapping[str, Slo]
) -> tuple[list[Mapping[str, object]], list[str]]:
    """The groups of a rule file, and what could not be written.

    Args:
        slos: whose rules.
        now: Unix seconds; calendar windows are as long as the running one.
        members: SLOs by their ids, of which composites are made.
    """
    groups: list[Mapping[str, object]] = []
    left_out: list[str] = []
    for slo in slos:
        definition = slo.definition
        if why := _why_not(definition, members) or _without_alerts(definition):
            left_out.append(f"{definition.service}/{definition.name}: {why}")
        else:
            groups.append({"name": f"slo-{slo.id}", "rules": _rules(slo, now, members)})
    return groups, left_out


def _why_not(definition: Definition, members: Mapping[str, Slo]) -> str:
    """Why there are no rules that say what an SLO says; empty when there are."""
    indicator = definition.indicator
    if isinstance(indicator, CompositeIndicator):
        if why := composites.missing(indicator, members):
            return why
        each = [members[member.slo_id].definition for member in indicator.members]
        # A composite of composites is refused where it is written.
        found = ((one.name, _why_not(one, {})) for one in each)
        return next((f"its member '{name}' has no rules: {why}" for name, why in found if why), "")
    if not isinstance(definition.budgeting, Occurrences):
        return "rules count events, not time slices"
    lines = isinstance(indicator, LogsIndicator | MixedIndicator)
    return "Prometheus cannot count log lines" if lines else ""


def _without_alerts(definition: Definition) -> str:
    return "" if watching(definition) else "none of its objectives alerts"


def _rules(slo: Slo, now: int, members: Mapping[str, Slo]) -> list[Mapping[str, object]]:
    definition = slo.definition
    alerting = [
        (alone, chosen_tiers(alone, period(alone.window, now).length_s))
        for alone in watching(definition).values()
    ]
    windows = sorted(
        {window for _, tiers in alerting for tier in tiers for window in (tier.long_s, tier.short_s)}
    )
    named = {"sloth_id": slo.id, "sloth_service": definition.service, "sloth_slo": definition.name}
    rules: list[Mapping[str, object]] = [
        {
            "record": _record(window),
            "expr": _ratio(definition, window, members),
            "labels": {**named, "sloth_window": duration(window)},
        }
        for window in windows
    ]
    for alone, tiers in alerting:
        for severity in Severity:
            matching = [tier for tier in tiers if tier.severity is severity]
            if matching:
                rules.append(_alert(slo.id, alone, severity, matching, named))
    return rules


def _record(window_s: int) -> str:
    return f"slo:sli_error:ratio_rate{duration(window_s)}"


def _ratio(definition: Definition, window_s: int, members: Mapping[str, Slo]) -> str:
    """The share of bad events over a window; no sample where there are none."""
    indicator = definition.indicator
    if isinstance(indicator, CompositeIndicator):
        of = [members[one.slo_id].definition for one in indicator.members]
        if indicator.combine is Combine.POOLED:
            return _pooled([_rates(each, window_s) for each in of])
        return _weighed(indicator, [_counts(each, window_s) for each in of])
    bad, every = _counts(definition, window_s)
    return f"{bad} / ({every} > 0)"


def _counts(definition: Definition, window_s: int) -> tuple[str, str]:
    """Expressions for the bad and for all events of a window: no sample where nothing was measured."""
    indicator = definition.indicator
    if isinstance(indicator, (*SLICED, LogsIndicator, MixedIndicator, CompositeIndicator)):
        raise TypeError("neither slices, log lines nor composites of composites are rules")
    part, every, part_is = events(indicator, duration(window_s))
    counted = f"({part} or 0 * {every})"
    return counted if part_is is Part.BAD else f"({every} - {counted})", every


def _rates(definition: Definition, window_s: int) -> tuple[str, str]:
    """The same by the second: some kinds are counted and some are rates, which cannot be added up."""
    bad, every = _counts(definition, window_s)
    if isinstance(definition.indicator, ProbeIndicator | QueryIndicator):
        return f"({bad} / {window_s})", f"({every} / {window_s})"
    return bad, every


def _pooled(each: Sequence[tuple[str, str]]) -> str:
    """The share of all bad events; one member that was not measured leaves no sum and so no sample."""
    bad, every = (" + ".join(parts) for parts in zip(*each, strict=True))
    return f"({bad}) / (({every}) > 0)"


def _weighed(indicator: CompositeIndicator, each: Sequence[tuple[str, str]]) -> str:
    """The mean or the worst of the bad shares, as `domain.slo.composite` puts them together.

    A member without events says nothing; one that was not measured leaves no sample of the whole.
    """
    if indicator.combine is Combine.WORST:
        shares = [
            f'label_replace({bad} / ({every} > 0), "member", "{at}", "", "")'
            for at, (bad, every) in enumerate(each)
        ]
        return f"max({' or '.join(shares)}) and ({' + '.join(every for _, every in each)})"
    weights = [f"{member.weight.normalize():f}" for member in indicator.members]
    weighed = [
        f"({weight} * ({bad} / ({every} > 0)) or 0 * {every})"
        for weight, (bad, every) in zip(weights, each, strict=True)
    ]
    whole = [f"{weight} * ({every} > bool 0)" for weight, (_, every) in zip(weights, each, strict=True)]
    return f"({' + '.join(weighed)}) / (({' + '.join(whole)}) > 0)"


def _alert(
    slo_id: str,
    definition: Definition,
    severity: Severity,
    matching: Sequence[Tier],
    named: Mapping[str, str],
) -> Mapping[str, object]:
    """The alert of the main objective of a definition."""
    budget = definition.objective.budget / SCALE
    conditions = [
        f"({_over(slo_id, tier.long_s, tier, budget)} and {_over(slo_id, tier.short_s, tier, budget)})"
        for tier in matching
    ]
    promise = definition.goals[0].text
    labels = {
        **definition.labels,
        **named,
        "slo_id": slo_id,
        "objective": promise,
        "slo": definition.name,
        "service": definition.service,
        "severity": _SEVERITY[severity],
        "sloth_severity": severity.value,
    }
    summary = f"{definition.name}: the error budget of {definition.service} burns too fast ({promise})"
    annotations = {"summary": summary.replace("{{", "{ {")}
    if definition.runbook_url:
        annotations["runbook_url"] = definition.runbook_url.replace("{{", "{ {")
    return {
        "alert": ALERT_NAME,
        "expr": " or ".join(conditions),
        "labels": {name: value.replace("{{", "{ {") for name, value in labels.items()},
        "annotations": annotations,
    }


def _over(slo_id: str, window_s: int, tier: Tier, budget: float) -> str:
    selected = f"{_record(window_s)}{{sloth_id={quote(slo_id)}}}"
    # Windows are aggregated away, so that the two sides of `and` have the same labels.
    return f"(max without (sloth_window) ({selected}) > {float(tier.factor) * budget * _TIE:.12g})"
