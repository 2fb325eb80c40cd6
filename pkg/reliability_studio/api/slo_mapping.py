"""What is known of an SLO as the API tells it: a `View` becomes its answer."""

from datetime import UTC, datetime

import msgspec

from reliability_studio.api import slo_shapes as shapes
from reliability_studio.api.slo_writing import written
from reliability_studio.domain.slo import budget
from reliability_studio.domain.slo.measure import Measurement, WindowValue
from reliability_studio.domain.slo.spec import Definition, Slo
from reliability_studio.domain.slo.standing import GoalStanding, MemberStanding
from reliability_studio.domain.slo.watching import Watch
from reliability_studio.domain.slo.ways import told
from reliability_studio.domain.slo.windows import chosen_tiers
from reliability_studio.flows.slo_course import Course
from reliability_studio.flows.slo_views import View


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
        **msgspec.structs.asdict(written(what)),
        groups=shapes.SloGroupsShape(seen.instances, seen.standing.groups_left_out)
        if what.group_by
        else None,
        whole_id=slo.whole_id,
        group=dict(slo.group),
        window_text=what.window.text,
        created_at=slo.created_at,
        updated_at=slo.updated_at,
        updated_by=slo.updated_by,
        provisioned_from=slo.origin,
        target_percentage=what.objective.text,
        current_percentage=None if sli is None else sli * 100,
        error_budget_remaining=None if left is None else left * 100,
        status=status_shape(seen),
    )


def status_shape(seen: View) -> shapes.SloStatusShape:
    """Where it stands, with everything needed to explain it."""
    standing = seen.standing
    measurement = standing.measurement
    counted = told(seen.slo.definition.indicator, standing.chosen)
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
        conditions=_conditions(seen.slo.definition, measurement, standing.main),
        firing=standing.main.firing,
        measured_since=_optional(measurement.measured_since) if measurement else None,
        calculated_at=_optional(standing.calculated_at),
        counted_by=counted.way,
        counted_by_why=counted.why,
        uncorrected=window_value_shape(measurement.uncorrected)
        if measurement and measurement.uncorrected
        else None,
        further_objectives=[_goal(seen.slo.definition, each) for each in seen.further],
        members=[_member(each) for each in standing.members],
    )


def _member(stands: MemberStanding) -> shapes.SloMemberShape:
    found = stands.share
    return shapes.SloMemberShape(
        status=stands.verdict.status,
        text=stands.verdict.text,
        slo_id=found.slo_id,
        service=found.service,
        name=found.name,
        good=found.counts.good,
        bad=found.counts.bad,
        total=found.counts.total,
        sli=found.sli,
        coverage=found.coverage,
        weight=found.weight,
        spent=found.spent,
    )


def _goal(definition: Definition, stands: GoalStanding) -> shapes.GoalStatusShape:
    found, verdict = stands.measurement, stands.verdict
    return shapes.GoalStatusShape(
        objective=stands.goal.objective.text,
        window_text=stands.goal.window.text,
        status=verdict.status,
        reason=verdict.reason,
        text=verdict.text,
        window=window_value_shape(found.window) if found else None,
        budget=_budget(found) if found else None,
        burn_rates=[window_value_shape(each) for each in found.burns] if found else [],
        uncorrected=window_value_shape(found.uncorrected) if found and found.uncorrected else None,
        conditions=_conditions(definition.promising(stands.goal), found, stands.watch),
        firing=stands.watch.firing,
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


def _conditions(
    definition: Definition, measurement: Measurement | None, watch: Watch
) -> list[shapes.SloConditionShape]:
    tiers = chosen_tiers(definition, measurement.period.length_s) if measurement else ()
    by_name = {tier.name: tier for tier in tiers}
    return [
        shapes.SloConditionShape(
            name=c.name,
            severity=c.severity,
            judgement=c.judgement.value,
            text=c.text,
            limit=float(tier.factor) if (tier := by_name.get(c.name)) else None,
            long_seconds=tier.long_s if tier else None,
            short_seconds=tier.short_s if tier else None,
        )
        for c in watch.conditions
    ]


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


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _optional(at: int | None) -> datetime | None:
    return None if at is None else _moment(at)
