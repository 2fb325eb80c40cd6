"""Routes of rollouts."""

from datetime import timedelta
from typing import Any

from reliability_studio.api import asked
from reliability_studio.api.calls import Role
from reliability_studio.api.rollout_shapes import DifferenceShape, RolloutListShape, RolloutShape
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.domain.correlation.rollout import RolloutState
from reliability_studio.domain.manifest import Difference
from reliability_studio.flows.rollout_log import RolloutLog

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
                state=RolloutState(each.state),
                summary=each.summary,
                reasons=list(each.reasons),
                numbers=dict(each.numbers),
                judged_at=each.judged_at,
                differences=[difference_shape(one) for one in each.differences],
            )
            for each in found
        ]
        return Reply(RolloutListShape(items=items))

    summary = "Rollouts with their verdicts, newest first (`service`, `from`)"
    return (Route("GET", "rollouts", Role.VIEWER, listing, summary, returns=RolloutListShape),)


def difference_shape(each: Difference) -> DifferenceShape:
    """A field of a pod template that changed."""
    return DifferenceShape(field=each.field, before=each.before, after=each.after)
