"""What people write of an SLO and its `Definition`, there and back.

Selectors are read by the PromQL grammar; whatever breaks a rule is told with the field's path. An edit is
what was written before with the fields that were given.
"""

from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import msgspec

from reliability_studio.api import slo_input_shapes as shapes
from reliability_studio.api.slo_indicators import indicator, indicator_shape
from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.goals import Calendar, Goal, Objective, Rolling, Window
from reliability_studio.domain.slo.numbers import decimal_of
from reliability_studio.domain.slo.policy import AlertPolicy, BudgetStep, BurnRule
from reliability_studio.domain.slo.spec import (
    Budgeting,
    Definition,
    GroupBy,
    Occurrences,
    RatioTimeslices,
    Timeslices,
)
from reliability_studio.errors import Invalid


def definition(given: shapes.SloInput) -> Definition:
    """The definition that was written.

    Raises:
        Invalid: a selector cannot be read or a rule is broken; names the field.
    """
    try:
        return Definition(
            name=given.name.strip(),
            service=given.service.strip(),
            indicator=indicator(given.indicator),
            objective=Objective.percent(given.objective),
            window=_window(given.window, "$.window"),
            budgeting=_budgeting(given.budgeting),
            missing=given.missing_data,
            description=given.description,
            owner=given.owner,
            labels=given.labels,
            runbook_url=_url(given.runbook_url),
            delay_s=given.delay_seconds,
            alerts=_alerts(given.alerts),
            group_by=GroupBy(tuple(given.group_by), given.max_groups) if given.group_by else None,
            editors=tuple(each.strip() for each in given.editors),
            alerting=given.alerting,
            further=tuple(
                _goal(each, f"$.furtherObjectives[{at}]") for at, each in enumerate(given.further_objectives)
            ),
        )
    except BadSpec as error:
        raise Invalid.field(error.path, str(error)) from error


def patched(old: Definition, given: shapes.SloPatch) -> Definition:
    """The definition with the fields that were given; all others stay.

    Raises:
        Invalid: as for `definition`.
    """
    changes = {
        field.name: value
        for field in msgspec.structs.fields(shapes.SloPatch)
        if field.name != "version" and (value := getattr(given, field.name)) is not msgspec.UNSET
    }
    return definition(msgspec.structs.replace(written(old), **changes))


def written(what: Definition) -> shapes.SloInput:
    """The definition as somebody would write it; `definition` gives it back."""
    return shapes.SloInput(
        name=what.name,
        service=what.service,
        indicator=indicator_shape(what.indicator),
        objective=what.objective.text,
        window=window_shape(what.window),
        budgeting=budgeting_shape(what.budgeting),
        missing_data=what.missing,
        description=what.description,
        owner=what.owner,
        labels=dict(what.labels),
        runbook_url=what.runbook_url,
        delay_seconds=what.delay_s,
        alerts=alerts_shape(what.alerts),
        group_by=list(what.group_by.labels) if what.group_by else [],
        max_groups=what.group_by.most if what.group_by else 100,
        editors=list(what.editors),
        alerting=what.alerting,
        further_objectives=[
            shapes.GoalInput(
                objective=goal.objective.text, window=window_shape(goal.window), alerting=goal.alerting
            )
            for goal in what.further
        ],
    )


def _goal(given: shapes.GoalInput, path: str) -> Goal:
    objective = Objective.percent(given.objective, f"{path}.objective")
    return Goal(objective, _window(given.window, f"{path}.window"), given.alerting)


def _window(given: shapes.Window, path: str) -> Window:
    try:
        return _any_window(given, path)
    except BadSpec as error:
        # The domain names the field of the main window.
        raise BadSpec(error.path.replace("$.window", path, 1), str(error)) from error


def _any_window(given: shapes.Window, path: str) -> Window:
    if isinstance(given, shapes.RollingInput):
        return Rolling(given.days)
    try:
        ZoneInfo(given.zone)
    except (ValueError, OSError, KeyError) as error:
        raise Invalid.field(f"{path}.zone", "is no time zone; write it like Europe/Berlin") from error
    try:
        anchor = datetime.fromisoformat(given.anchor)
    except ValueError as error:
        raise Invalid.field(f"{path}.anchor", "must be a moment like 2024-01-15T06:00") from error
    return Calendar(given.unit, given.zone, anchor)


def _budgeting(given: shapes.Budgeting) -> Budgeting:
    if isinstance(given, shapes.TimeslicesInput):
        target = Objective.percent(given.target, "$.budgeting.target")
        return Timeslices(given.slice_seconds, target)
    if isinstance(given, shapes.RatioTimeslicesInput):
        return RatioTimeslices(given.slice_seconds)
    return Occurrences()


def _alerts(given: shapes.SloAlertsInput) -> AlertPolicy:
    return AlertPolicy(
        rules=tuple(_rule(rule, f"$.alerts.rules[{at}]") for at, rule in enumerate(given.rules)),
        off=frozenset(given.off),
        severities=given.severities,
        spent_percent=tuple(given.spent_percent),
        min_failures=given.min_failures,
        min_total=given.min_total,
        traffic_aware=given.traffic_aware,
        sustain_s=given.sustain_seconds,
        no_data_s=given.no_data_seconds,
        budget_policy=tuple(BudgetStep(each.percent, each.action) for each in given.budget_policy),
        exhausted_within_s=given.exhausted_within_seconds,
        annotations=given.annotations,
    )


def _rule(given: shapes.BurnRuleInput, path: str) -> BurnRule:
    try:
        factor = Fraction(decimal_of(given.factor))
    except ValueError as error:
        raise BadSpec(f"{path}.factor", "must be a number like 14.4") from error
    return BurnRule(given.name, given.severity, given.long_seconds, given.short_seconds, factor)


def alerts_shape(policy: AlertPolicy) -> shapes.SloAlertsInput:
    """The alert policy as it is written."""
    return shapes.SloAlertsInput(
        rules=[
            shapes.BurnRuleInput(
                name=rule.name,
                severity=rule.severity,
                long_seconds=rule.long_s,
                short_seconds=rule.short_s,
                factor=f"{float(rule.factor):.12g}",
            )
            for rule in policy.rules
        ],
        off=sorted(policy.off),
        severities=dict(policy.severities),
        spent_percent=list(policy.spent_percent),
        min_failures=policy.min_failures,
        min_total=policy.min_total,
        traffic_aware=policy.traffic_aware,
        sustain_seconds=policy.sustain_s,
        no_data_seconds=policy.no_data_s,
        budget_policy=[shapes.BudgetStepInput(each.percent, each.action) for each in policy.budget_policy],
        exhausted_within_seconds=policy.exhausted_within_s,
        annotations=dict(policy.annotations),
    )


def _url(text: str) -> str:
    if text and not text.startswith(("https://", "http://")):
        raise Invalid.field("$.runbookUrl", "must begin with https:// or http://")
    return text


def window_shape(window: Window) -> shapes.Window:
    """The window as it is written."""
    if isinstance(window, Rolling):
        return shapes.RollingInput(days=window.days)
    return shapes.CalendarInput(
        unit=window.unit, zone=window.zone, anchor=window.anchor.isoformat(timespec="minutes")
    )


def budgeting_shape(budgeting: Budgeting) -> shapes.Budgeting:
    """The budgeting method as it is written."""
    if isinstance(budgeting, Timeslices):
        return shapes.TimeslicesInput(target=budgeting.target.text, slice_seconds=budgeting.width_s)
    if isinstance(budgeting, RatioTimeslices):
        return shapes.RatioTimeslicesInput(slice_seconds=budgeting.width_s)
    return shapes.OccurrencesInput()
