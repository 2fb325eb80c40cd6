"""Trials, forecasts and reports of SLOs as the API tells them."""

from datetime import UTC, datetime

from reliability_studio.api import slo_report_shapes as reports
from reliability_studio.api import slo_trial_shapes as shapes
from reliability_studio.api.slo_mapping import history_shape, status_shape
from reliability_studio.domain.slo.forecast import Forecast
from reliability_studio.domain.slo.goals import Goal
from reliability_studio.domain.slo.rehearsal import Rehearsal
from reliability_studio.domain.slo.report import Line
from reliability_studio.flows.slo_report import Reported
from reliability_studio.flows.slo_trial import Trial
from reliability_studio.flows.slo_views import View


def trial_shape(found: Trial) -> shapes.SloPreviewShape:
    """What an SLO would be."""
    definition, measurement = found.slo.definition, found.standing.measurement
    now = found.course.end if measurement is None else measurement.as_of
    verdict = found.standing.verdict_at(definition, now)
    return shapes.SloPreviewShape(
        status=status_shape(
            View(found.slo, found.standing, verdict, "", further=found.standing.further_at(definition, now))
        ),
        series=found.series,
        history=history_shape(found.slo, found.course),
        objective=definition.objective.text,
        window_text=definition.window.text,
        alerts=[_rehearsal(goal, each) for goal, each in found.rehearsals],
        forecast=forecast_shape(found.forecast),
        warnings=[shapes.SloRemarkShape(doubt=each.doubt.value, text=each.text) for each in found.remarks],
    )


def _rehearsal(goal: Goal, found: Rehearsal) -> shapes.SloRehearsalShape:
    return shapes.SloRehearsalShape(
        objective=goal.objective.text,
        window_text=goal.window.text,
        start=_moment(found.since),
        end=_moment(found.until),
        step_seconds=found.step_s,
        fired=found.fired,
        pages=found.pages,
        firing_seconds=found.firing_s,
        episodes=[
            shapes.SloEpisodeShape(
                start=_moment(each.start),
                end=_optional(each.end),
                condition=each.condition,
                severity=each.severity,
            )
            for each in found.episodes
        ],
    )


def forecast_shape(found: Forecast) -> shapes.SloForecastShape:
    """How the budget goes on."""
    full = found.full_period
    return shapes.SloForecastShape(
        as_of=_moment(found.as_of),
        outlooks=[
            shapes.SloOutlookShape(
                lookback_seconds=each.lookback_s,
                bad=each.counts.bad,
                total=each.counts.total,
                fate=each.fate.value,
                at=_optional(each.at),
            )
            for each in found.outlooks
        ],
        earliest=_optional(found.earliest),
        latest=_optional(found.latest),
        full_period=None
        if full is None
        else shapes.SloFullPeriodShape(
            start=_moment(full.period.start),
            end=_moment(full.period.end),
            projected_total=full.projected_total,
            allowed_bad=full.allowed_bad,
            bad_left=full.bad_left,
            remaining=full.remaining,
        ),
    )


def report_item_shape(found: Reported) -> reports.SloReportItemShape:
    """One SLO of a report."""
    definition = found.slo.definition
    return reports.SloReportItemShape(
        id=found.slo.id,
        name=definition.name,
        service=definition.service,
        objective=definition.objective.text,
        lines=[_line(each) for each in found.lines],
    )


def _line(found: Line) -> reports.SloReportLineShape:
    return reports.SloReportLineShape(
        start=_moment(found.period.start),
        end=_moment(found.period.end),
        counted_from=_moment(found.taken.start),
        counted_to=_moment(found.taken.end),
        complete=found.complete,
        good=found.counts.good,
        bad=found.counts.bad,
        total=found.counts.total,
        coverage=found.coverage,
        sli=found.sli,
        met=found.met,
        consumed=found.consumed,
        bad_left=found.bad_left,
        incidents=[
            reports.SloIncidentCostShape(
                number=cost.incident.number, title=cost.incident.title, bad=cost.bad, spent=cost.spent
            )
            for cost in found.worst
        ],
    )


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _optional(at: int | None) -> datetime | None:
    return None if at is None else _moment(at)
