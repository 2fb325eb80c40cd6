"""Routes of rollouts."""

from datetime import timedelta
from typing import Any

from reliability_studio.api import asked
from reliability_studio.api.calls import Role
from reliability_studio.api.rollout_shapes import (
    ComparedShape,
    DifferenceShape,
    MeasureShape,
    RolloutListShape,
    RolloutShape,
    RolloutSideShape,
)
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.domain.correlation.rollout import Measure, RolloutState, Side
from reliability_studio.domain.manifest import Difference
from reliability_studio.flows.rollout_log import RolloutLog
from reliability_studio.store.rollouts import Rollout

WINDOW = timedelta(days=7)


def rollout_routes(rollouts: RolloutLog, clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""

    async def listing(call: Call[None]) -> Reply:
        since = asked.moment(call, "from") or clock.now() - WINDOW
        service = call.first("service")
        found = await rollouts.listing(
            since=since, services=(service,) if service else (), limit=asked.limit(call)
        )
        items = [
            RolloutShape(
                service=each.service,
                namespace=each.namespace,
                version=each.version,
                revision=each.revision,
                started_at=each.started_at,
                known_by=each.known_by,
                back_to=each.back_to,
                state=RolloutState(each.state),
                summary=each.summary,
                reasons=list(each.reasons),
                numbers=dict(each.numbers),
                judged_at=each.judged_at,
                compared=_compared(each),
                differences=[difference_shape(one) for one in each.differences],
            )
            for each in found
        ]
        return Reply(RolloutListShape(items=items))

    summary = "Rollouts with their verdicts, newest first (`service`, `from`)"
    return (Route("GET", "rollouts", Role.VIEWER, listing, summary, returns=RolloutListShape),)


def _compared(rollout: Rollout) -> ComparedShape | None:
    compared = rollout.compared
    if compared is None:
        return None
    return ComparedShape(
        basis=compared.basis,
        why=compared.why,
        told=compared.told(),
        old=_side(compared.old),
        new=_side(compared.new),
        measures=[_measure(each) for each in rollout.measures],
    )


def _side(side: Side) -> RolloutSideShape:
    return RolloutSideShape(
        start=side.start,
        end=side.end,
        requests=side.requests,
        pods=max(len(side.cores), len(side.mib)),
        queries=list(side.queries),
    )


def _measure(each: Measure) -> MeasureShape:
    return MeasureShape(
        what=each.what,
        shift=each.shift,
        old=each.old,
        new=each.new,
        low=each.low,
        high=each.high,
        samples_old=each.samples_old,
        samples_new=each.samples_new,
    )


def difference_shape(each: Difference) -> DifferenceShape:
    """A field of a pod template that changed."""
    return DifferenceShape(field=each.field, before=each.before, after=each.after)
