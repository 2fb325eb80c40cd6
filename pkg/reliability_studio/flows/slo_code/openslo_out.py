"""SLOs as OpenSLO v1 documents; `openslo` reads them back.

What OpenSLO has no words for goes out as annotations under our own prefix.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from reliability_studio.domain.slo.goals import SCALE, CalendarUnit, Objective, Rolling, Window
from reliability_studio.domain.slo.indicators import (
    CompositeIndicator,
    GaugeIndicator,
    LatencyIndicator,
    LogsIndicator,
    MemberSlo,
    MixedIndicator,
    Part,
    RatioIndicator,
    ShareIndicator,
)
from reliability_studio.domain.slo.policy import AlertPolicy
from reliability_studio.domain.slo.spec import Budgeting, Definition, Occurrences, Slo, Timeslices
from reliability_studio.flows.slo_code import composites
from reliability_studio.flows.slo_code.expressions import counters, events
from reliability_studio.sources.logql import counting
from reliability_studio.sources.promql import for_window, render
from reliability_studio.store.slo_document import alerts_text, goals_text
from reliability_studio.store.slo_indicator_document import indicator_text

VERSION = "openslo/v1"
PREFIX = "reliability-studio/"
"""Of annotations that are ours."""
MAX_DESCRIPTION = 1050
NOBODY = "none"
"""What the annotation of objectives that alert says when none does; it numbers them, 0 being the main one."""

UNITS = {
    "1w": CalendarUnit.WEEK,
    "1M": CalendarUnit.MONTH,
    "1Q": CalendarUnit.QUARTER,
    "1Y": CalendarUnit.YEAR,
}
_LENGTHS = {unit: text for text, unit in UNITS.items()}


def written(definition: Definition, name: str, others: Mapping[str, Slo]) -> Mapping[str, object]:
    """The definition as an OpenSLO document; `name` is its identifier there.

    Args:
        definition: what is written; the members of a composite must be among `others`.
        name: lower case, with hyphens.
        others: SLOs by their ids.
    """
    indicator = definition.indicator
    if isinstance(indicator, CompositeIndicator):
        counted: dict[str, object] = {}
        objectives = [
            _member_out(definition.objective, each, others[each.slo_id].definition, f"{name}-{at}")
            for at, each in enumerate(indicator.members)
        ]
    else:
        counted = {"indicator": {"metadata": {"name": f"{name}-sli"}, "spec": _metric(definition)}}
        objectives = [
            _objective_out(goal.objective, definition.budgeting)
            for goal in definition.goals
            if goal.window == definition.window
        ]
    metadata: dict[str, object] = {"name": name, "displayName": definition.name}
    if definition.labels:
        metadata["labels"] = dict(definition.labels)
    metadata["annotations"] = _annotations(definition, others)
    return {
        "apiVersion": VERSION,
        "kind": "SLO",
        "metadata": metadata,
        "spec": {
            "description": definition.description[:MAX_DESCRIPTION],
            "service": definition.service,
            **counted,
            "timeWindow": [_window_out(definition.window)],
            "budgetingMethod": type(definition.budgeting).__name__,
            "objectives": objectives,
        },
    }


def _member_out(whole: Objective, member: MemberSlo, what: Definition, name: str) -> Mapping[str, object]:
    """A member as an objective of a composite in OpenSLO's words: what it counts, and what it weighs."""
    return {
        **_objective_out(whole, Occurrences()),
        "displayName": f"{what.service} / {what.name}",
        "compositeWeight": member.weight,
        "indicator": {"metadata": {"name": f"{name}-sli"}, "spec": _metric(what)},
    }


def _objective_out(objective: Objective, budgeting: Budgeting) -> Mapping[str, object]:
    found: dict[str, object] = {
        "displayName": f"{objective.text}%",
        "targetPercent": Decimal(objective.text),
    }
    if isinstance(budgeting, Timeslices):
        found["timeSliceTarget"] = Decimal(budgeting.target.parts) / SCALE
    if not isinstance(budgeting, Occurrences):
        found["timeSliceWindow"] = f"{budgeting.step_s // 60}m"
    return found


def _annotations(definition: Definition, others: Mapping[str, Slo]) -> dict[str, str]:
    found = {
        "delay-seconds": str(definition.delay_s),
        "missing-data": definition.missing.value,
        "owner": definition.owner,
        "runbook-url": definition.runbook_url,
        "editors": ",".join(definition.editors),
    }
    if definition.group_by:
        found["group-by"] = ",".join(definition.group_by.labels)
        found["max-groups"] = str(definition.group_by.most)
    indicator = definition.indicator
    if isinstance(indicator, LatencyIndicator):
        found["buckets"] = render(indicator.buckets)
        found["threshold"] = f"{indicator.threshold.normalize():f}"
    elif isinstance(indicator, CompositeIndicator):
        found["composite"] = composites.written(indicator, others)
    elif not isinstance(indicator, RatioIndicator):
        found["indicator"] = indicator_text(indicator)
    # The objectives of one document share its window; those of a composite are its members.
    members = isinstance(indicator, CompositeIndicator)
    apart = {
        at: goal
        for at, goal in enumerate(definition.goals)
        if goal.window != definition.window or (members and at > 0)
    }
    if apart:
        found["objectives"] = goals_text({at: replace(goal, alerting=False) for at, goal in apart.items()})
    alerting = [str(at) for at, goal in enumerate(definition.goals) if goal.alerting]
    if alerting != ["0"]:
        found["alerting"] = ",".join(alerting) or NOBODY
    if definition.alerts != AlertPolicy():
        found["alerts"] = alerts_text(definition.alerts)
    return {f"{PREFIX}{name}": value for name, value in found.items() if value}


def _metric(definition: Definition) -> dict[str, object]:
    """The indicator in OpenSLO's words, as near as they come; the annotations say it exactly."""
    indicator = definition.indicator
    if isinstance(indicator, ShareIndicator):
        kind = "success" if indicator.share_is is Part.GOOD else "failure"
        return {"ratioMetric": {"rawType": kind, "raw": _source(indicator.query)}}
    if isinstance(indicator, GaugeIndicator):
        return {"thresholdMetric": _source(render(indicator.gauge))}
    if isinstance(indicator, LogsIndicator):
        lines = {indicator.part_is.value: indicator.part, "total": indicator.total}
        queries = {name: _source(counting(each, 60), "Loki") for name, each in lines.items()}
        return {"ratioMetric": {"counter": False, **queries}}
    if isinstance(indicator, MixedIndicator):
        of = {indicator.part_is.value: _source(counting(indicator.part, 60), "Loki")}
        return {"ratioMetric": {"counter": False, **of, "total": _source(for_window(indicator.total, 60))}}
    if isinstance(indicator, CompositeIndicator):
        raise TypeError("what other SLOs count has no words in OpenSLO")
    if isinstance(indicator, RatioIndicator | LatencyIndicator):
        part, total, part_is = counters(indicator)
        return {"ratioMetric": {"counter": True, part_is.value: _source(part), "total": _source(total)}}
    part, total, part_is = events(indicator, "1m")
    return {"ratioMetric": {"counter": False, part_is.value: _source(part), "total": _source(total)}}


def _source(query: str, kind: str = "Prometheus") -> dict[str, object]:
    return {"metricSource": {"type": kind, "spec": {"query": query}}}


def _window_out(window: Window) -> dict[str, object]:
    if isinstance(window, Rolling):
        return {"duration": f"{window.days}d", "isRolling": True}
    calendar = {"startTime": window.anchor.isoformat(" "), "timeZone": window.zone}
    return {"duration": _LENGTHS[window.unit], "isRolling": False, "calendar": calendar}
