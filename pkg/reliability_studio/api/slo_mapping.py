"""SLOs between JSON and the domain: what people write becomes a `Definition`, a `View` becomes its answer.

Selectors are read by the PromQL grammar; whatever breaks a rule is told with the field's path. An edit takes
only the fields that were given.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

import msgspec

from reliability_studio.api import slo_shapes as shapes
from reliability_studio.domain.slo import budget
from reliability_studio.domain.slo.measure import Measurement, WindowValue
from reliability_studio.domain.slo.reading import BOUND
from reliability_studio.domain.slo.spec import (
    BadSpec,
    Budgeting,
    Calendar,
    Definition,
    Indicator,
    LatencyIndicator,
    Objective,
    Occurrences,
    Part,
    RatioIndicator,
    RatioTimeslices,
    Rolling,
    Slo,
    Timeslices,
    Window,
)
from reliability_studio.errors import Invalid
from reliability_studio.flows.slo_course import Course
from reliability_studio.flows.slos import View
from reliability_studio.sources.promql import parse_selector, render


def definition(given: shapes.SloInput) -> Definition:
    """The definition that was written.

    Raises:
        Invalid: a selector cannot be read or a rule is broken; names the field.
    """
    try:
        return Definition(
            name=given.name.strip(),
            service=given.service.strip(),
            indicator=_indicator(given.indicator),
            objective=Objective.percent(given.objective),
            window=_window(given.window),
            budgeting=_budgeting(given.budgeting),
            missing=given.missing_data,
            description=given.description,
            owner=given.owner,
            labels=given.labels,
            runbook_url=_url(given.runbook_url),
            delay_s=given.delay_seconds,
        )
    except BadSpec as error:
        raise Invalid.field(error.path, str(error)) from error


def patched(old: Definition, given: shapes.SloPatch) -> Definition:
    """The definition with the fields that were given; all others stay.

    Raises:
        Invalid: as for `definition`.
    """
    changes: dict[str, object] = {}
    try:
        for field in msgspec.structs.fields(shapes.SloPatch):
            value = getattr(given, field.name)
            if value is not msgspec.UNSET and field.name != "version":
                name, changed = _changed(field.name, value)
                changes[name] = changed
        return replace(old, **changes)  # type: ignore[arg-type]
    except BadSpec as error:
        raise Invalid.field(error.path, str(error)) from error


def _changed(name: str, value: object) -> tuple[str, object]:
    if isinstance(value, shapes.RatioInput | shapes.LatencyInput):
        return name, _indicator(value)
    if isinstance(value, shapes.RollingInput | shapes.CalendarInput):
        return name, _window(value)
    if isinstance(value, shapes.OccurrencesInput | shapes.TimeslicesInput | shapes.RatioTimeslicesInput):
        return name, _budgeting(value)
    text = str(value)
    texts: Mapping[str, tuple[str, object]] = {
        "name": ("name", text.strip()),
        "service": ("service", text.strip()),
        "missing_data": ("missing", value),
        "delay_seconds": ("delay_s", value),
    }
    if name == "objective":
        return name, Objective.percent(text)
    if name == "runbook_url":
        return name, _url(text)
    return texts.get(name, (name, value))


def _indicator(given: shapes.Indicator) -> Indicator:
    if isinstance(given, shapes.LatencyInput):
        return _latency(given)
    if (given.good is None) == (given.bad is None):
        raise Invalid.field("$.indicator", "give either `good` or `bad`")
    total = parse_selector(given.total, "$.indicator.total")
    if given.good is not None:
        return RatioIndicator(total, parse_selector(given.good, "$.indicator.good"), Part.GOOD)
    return RatioIndicator(total, parse_selector(given.bad or "", "$.indicator.bad"), Part.BAD)


def _latency(given: shapes.LatencyInput) -> LatencyIndicator:
    buckets = parse_selector(given.buckets, "$.indicator.buckets")
    if any(matcher.name == BOUND for matcher in buckets.matchers):
        raise Invalid.field("$.indicator.buckets", "leave `le` out: the threshold chooses the bucket")
    if not buckets.metric.endswith("_bucket"):
        raise Invalid.field("$.indicator.buckets", "must be the `…_bucket` series of a histogram")
    try:
        threshold = Decimal(given.threshold)
    except InvalidOperation as error:
        raise Invalid.field("$.indicator.threshold", "must be a number like 0.3") from error
    if not threshold.is_finite() or threshold <= 0:
        raise Invalid.field("$.indicator.threshold", "must be a number above 0")
    return LatencyIndicator(buckets, threshold)


def _window(given: shapes.Window) -> Window:
    if isinstance(given, shapes.RollingInput):
        return Rolling(given.days)
    try:
        ZoneInfo(given.zone)
    except (ValueError, OSError, KeyError) as error:
        raise Invalid.field("$.window.zone", "is no time zone; write it like Europe/Berlin") from error
    return Calendar(given.unit, given.zone)


def _budgeting(given: shapes.Budgeting) -> Budgeting:
    if isinstance(given, shapes.TimeslicesInput):
        target = Objective.percent(given.target, "$.budgeting.target")
        return Timeslices(given.slice_seconds, target)
    if isinstance(given, shapes.RatioTimeslicesInput):
        return RatioTimeslices(given.slice_seconds)
    return Occurrences()


def _url(text: str) -> str:
    if text and not text.startswith(("https://", "http://")):
        raise Invalid.field("$.runbookUrl", "must begin with https:// or http://")
    return text


def slo_shape(seen: View) -> shapes.SloShape:
    """The answer about one SLO."""
    slo, what = seen.slo, seen.slo.definition
    measurement = seen.standing.measurement
    sli = measurement.window.sli if measurement else None
    left = measurement.remaining if measurement else None
    return shapes.SloShape(
        id=slo.id,
        version=slo.version,
        generation=slo.generation,
        name=what.name,
        service=what.service,
        description=what.description,
        owner=what.owner,
        labels=dict(what.labels),
        runbook_url=what.runbook_url,
        indicator=indicator_shape(what.indicator),
        objective=what.objective.text,
        window=window_shape(what.window),
        window_text=what.window.text,
        budgeting=budgeting_shape(what.budgeting),
        missing_data=what.missing,
        delay_seconds=what.delay_s,
        created_at=slo.created_at,
        updated_at=slo.updated_at,
        updated_by=slo.updated_by,
        target_percentage=what.objective.text,
        current_percentage=None if sli is None else sli * 100,
        error_budget_remaining=None if left is None else left * 100,
        status=status_shape(seen),
    )


def status_shape(seen: View) -> shapes.SloStatusShape:
    """Where it stands, with everything needed to explain it."""
    standing = seen.standing
    measurement = standing.measurement
    return shapes.SloStatusShape(
        status=seen.verdict.status,
        reason=seen.verdict.reason,
        text=seen.verdict.text,
        as_of=_moment(measurement.as_of) if measurement else None,
        stale=bool(seen.stale_reason),
        stale_reason=seen.stale_reason,
        queries=list(standing.queries),
        window=window_value_shape(measurement.window) if measurement else None,
        budget=_budget(measurement) if measurement else None,
        burn_rates=[window_value_shape(each) for each in measurement.burns] if measurement else [],
        conditions=[
            shapes.SloConditionShape(
                name=c.name, severity=c.severity, judgement=c.judgement.value, text=c.text
            )
            for c in standing.conditions
        ],
        firing=standing.alert.condition if standing.alert.firing else "",
        measured_since=_optional(measurement.measured_since) if measurement else None,
        calculated_at=_optional(standing.calculated_at),
    )


def window_value_shape(value: WindowValue) -> shapes.WindowValueShape:
    """One window with its counts."""
    return shapes.WindowValueShape(
        window_seconds=value.length_s,
        start=_moment(value.start),
        end=_moment(value.end),
        good=value.counts.good,
        bad=value.counts.bad,
        total=value.counts.total,
        coverage=value.coverage,
        sli=value.sli,
        error_ratio=budget.error_ratio(value.counts),
        burn_rate=value.burn,
    )


def _budget(measurement: Measurement) -> shapes.BudgetShape:
    return shapes.BudgetShape(
        remaining=measurement.remaining,
        consumed=measurement.consumed,
        allowed_bad=measurement.allowed_bad,
        bad_left=measurement.bad_left,
        minutes_left=measurement.minutes_left,
    )


def history_shape(slo: Slo, course: Course) -> shapes.SloHistoryShape:
    """The course of one SLO."""
    return shapes.SloHistoryShape(
        id=slo.id,
        start=_moment(course.start),
        end=_moment(course.end),
        step_seconds=course.step_s,
        points=[
            shapes.HistoryPointShape(
                at=_moment(point.at),
                good=point.total - point.bad,
                bad=point.bad,
                total=point.total,
                coverage=point.coverage,
                sli=point.sli,
                budget_remaining=point.remaining,
                burn_rate=point.burn,
            )
            for point in course.points
        ],
    )


def indicator_shape(indicator: Indicator) -> shapes.Indicator:
    """The indicator as it is written."""
    if isinstance(indicator, LatencyIndicator):
        threshold = f"{indicator.threshold.normalize():f}"
        return shapes.LatencyInput(buckets=render(indicator.buckets), threshold=threshold)
    part = render(indicator.part)
    good = indicator.part_is is Part.GOOD
    return shapes.RatioInput(
        total=render(indicator.total), good=part if good else None, bad=None if good else part
    )


def window_shape(window: Window) -> shapes.Window:
    """The window as it is written."""
    if isinstance(window, Rolling):
        return shapes.RollingInput(days=window.days)
    return shapes.CalendarInput(unit=window.unit, zone=window.zone)


def budgeting_shape(budgeting: Budgeting) -> shapes.Budgeting:
    """The budgeting method as it is written."""
    if isinstance(budgeting, Timeslices):
        return shapes.TimeslicesInput(target=budgeting.target.text, slice_seconds=budgeting.width_s)
    if isinstance(budgeting, RatioTimeslices):
        return shapes.RatioTimeslicesInput(slice_seconds=budgeting.width_s)
    return shapes.OccurrencesInput()


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _optional(at: int | None) -> datetime | None:
    return None if at is None else _moment(at)
