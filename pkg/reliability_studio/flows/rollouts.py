"""Every rollout gets a verdict, not only those of an incident: its new pods against the old ones.

Versions are read off the cluster; no pipeline calls. A rollout is noted when it is seen, a rollback as one of
its own; it is looked at while both versions serve, judged when it is old enough and once more half an hour
after its start, and marked on Grafana's graphs when that is wanted.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import escape
from typing import Self

from reliability_studio.domain.correlation.rollout import (
    Compared,
    KnownBy,
    RolloutBasis,
    RolloutState,
    RolloutVerdict,
    Side,
    judge,
    so_far,
)
from reliability_studio.domain.manifest import differences
from reliability_studio.errors import SourceError
from reliability_studio.flows.annotate import Marks
from reliability_studio.flows.rollout_sides import Versions, compared
from reliability_studio.flows.sights import WorkloadSight
from reliability_studio.flows.telemetry import Signals
from reliability_studio.flows.turns import Turn, turns
from reliability_studio.sources.cluster_objects import Pod, Version, Workload
from reliability_studio.sources.grafana import Mark
from reliability_studio.store import rollouts
from reliability_studio.store.engine import Database
from reliability_studio.store.rollouts import Rollout

_log = logging.getLogger(__name__)

SEEN_FOR = timedelta(hours=2)
"""How old a rollout may be to be noted at all."""
LOOKED_AT = (timedelta(minutes=4), timedelta(minutes=8))
"""When a rollout that goes on is looked at: pods beside pods, or restarts, may be bad news already."""
JUDGED_AFTER = timedelta(minutes=12)
JUDGED_AGAIN = timedelta(minutes=30)
AT_ONCE = 10
"""Rollouts that one sweep judges; the rest waits for the next."""
MOST = 500
STUCK = "ProgressDeadlineExceeded"

MarkRollout = Callable[[Rollout], Awaitable[None]]


async def mark_nothing(_rollout: Rollout) -> None:
    """For organisations that want no marks on their graphs."""


def marking(marks: Marks) -> MarkRollout:
    """Marks each rollout on Grafana's graphs, from its start until it was judged."""

    async def mark(rollout: Rollout) -> None:
        reasons = f": {'; '.join(rollout.reasons)}" if rollout.reasons else ""
        what = "rolled out" if rollout.back_to is None else "rolled back"
        lines = [f"{rollout.service} {what}, {rollout.state.replace('_', ' ')}{reasons}", rollout.summary]
        if rollout.compared is not None:
            lines.append(rollout.compared.told())
        text = escape("\n".join(lines))
        tags = ("rollout", rollout.service, rollout.state)
        end = rollout.judged_at if rollout.state != RolloutState.RUNNING.value else None
        await marks.put(
            f"rollout:{rollout.namespace}:{rollout.change}", Mark(text, tags, rollout.started_at, end)
        )

    return mark


@dataclass(frozen=True, slots=True)
class _Seen:
    """A version that replaced another."""

    turn: Turn
    workload: Workload
    before: Version
    service: str
    restarts: int

    def since(self, at: datetime, known_by: KnownBy) -> Self:
        """The same with the start that it was noted with."""
        return replace(self, turn=replace(self.turn, at=at, known_by=known_by))


class Rollouts:
    """Rollouts of one organisation's cluster."""

    def __init__(
        self, org_id: int, database: Database, signals: Signals, mark: MarkRollout = mark_nothing
    ) -> None:
        self._org_id = org_id
        self._database = database
        self._signals = signals
        self._mark = mark
        self._unread: tuple[str, ...] = ()

    async def sweep(self, now: datetime) -> int:
        """Note and judge what is due; returns how many rollouts changed. Without a cluster, none does."""
        if not self._signals.cluster.configured:
            return 0
        seen = await self._look(now)
        if seen is None:
            return 0
        async with self._database.reading() as connection:
            known = await rollouts.listing(connection, self._org_id, since=now - 2 * SEEN_FOR, limit=MOST)
        began = {(each.namespace, each.version, each.revision): each for each in known}
        due: list[_Seen] = []
        for found in _replaced(seen, now):
            held = began.get((found.workload.namespace, found.turn.version.name, found.turn.revision))
            # What bounds the start of a rollback comes and goes; the first look saw most of it.
            again = found if held is None else found.since(held.started_at, held.known_by)
            if _due(held, again, now):
                due.append(again)
        due = due[:AT_ONCE]
        async with asyncio.TaskGroup() as group:
            judging = [group.create_task(self._judged(each, now)) for each in due]
        for each in judging:
            await self._keep(each.result())
        return len(due)

    async def _look(self, now: datetime) -> WorkloadSight | None:
        """What runs in the cluster; None when it cannot be read, for example for lack of rights."""
        try:
            seen = await self._signals.cluster.workloads("", now - SEEN_FOR)
        except ExceptionGroup as failures:
            _, others = failures.split(SourceError)
            if others is not None:
                raise
            _log.warning("rollouts could not be read", extra={"reason": str(failures.exceptions[0])})
            return None
        if seen.unread and seen.unread != self._unread:
            _log.warning(
                "some rollouts are not seen: the account may not list these", extra={"kinds": seen.unread}
            )
        self._unread = seen.unread
        return seen

    async def _keep(self, rollout: Rollout) -> None:
        async with self._database.writing() as connection:
            await rollouts.put(connection, self._org_id, rollout)
        try:
            await self._mark(rollout)
        except SourceError:
            return  # The verdict is kept; the next judgement marks it.

    async def _judged(self, seen: _Seen, now: datetime) -> Rollout:
        verdict, sides = await self._verdict(seen, now)
        turn = seen.turn
        images = f"{', '.join(seen.before.images)} to {', '.join(turn.version.images)}"
        return Rollout(
            service=seen.service,
            namespace=seen.workload.namespace,
            version=turn.version.name,
            revision=turn.revision,
            started_at=turn.at,
            state=verdict.state.value,
            summary=f"{turn.title}{': ' if turn.back_to is None else ', '}{images}{turn.bound}",
            judged_at=now,
            reasons=verdict.reasons,
            numbers={} if sides is None else _numbers(sides.old, sides.new),
            differences=differences(seen.before.manifest, turn.version.manifest),
            compared=sides,
            measures=verdict.measures,
            back_to=turn.back_to,
            known_by=turn.known_by,
        )

    async def _verdict(self, seen: _Seen, now: datetime) -> tuple[RolloutVerdict, Compared | None]:
        """What is thought of a rollout at its age, and what that rests on."""
        age = now - seen.turn.at
        if seen.workload.problem == STUCK:
            return RolloutVerdict(RolloutState.STUCK, ("it did not get on within its deadline",)), None
        if age < LOOKED_AT[0]:
            return RolloutVerdict(RolloutState.RUNNING, ()), None
        failure = ""
        sides: Compared | None = None
        try:
            pair = Versions(seen.service, seen.before, seen.turn.version, seen.turn.at)
            sides = await compared(self._signals, pair, now)
        except SourceError as error:
            failure = str(error)
        if age < JUDGED_AFTER:
            beside = sides if sides is not None and sides.basis is RolloutBasis.SIDE_BY_SIDE else None
            return so_far(beside, seen.restarts), beside
        verdict = judge(sides, seen.restarts)
        return (replace(verdict, reasons=(*verdict.reasons, failure)) if failure else verdict), sides


def _numbers(old: Side, new: Side) -> dict[str, float | None]:
    return {
        "requestsBefore": old.requests,
        "requestsAfter": new.requests,
        "errorPercentBefore": old.error_percent,
        "errorPercentAfter": new.error_percent,
        "p95MsBefore": None if old.tail_ms is None else old.tail_ms.value,
        "p95MsAfter": None if new.tail_ms is None else new.tail_ms.value,
    }


def _replaced(seen: WorkloadSight, now: datetime) -> Sequence[_Seen]:
    """The newest turn of each workload that has an older one, if it is recent."""
    found = []
    for workload in seen.workloads:
        taken = turns(workload, seen)
        newest = taken[-1] if taken else None
        if newest is not None and newest.before is not None and now - newest.at <= SEEN_FOR:
            service = seen.service_of(workload.name, workload.labels)
            restarts = sum(each.restarts for each in seen.pods if _of_turn(each, newest))
            found.append(_Seen(newest, workload, newest.before, service, restarts))
    return found


def _of_turn(pod: Pod, turn: Turn) -> bool:
    """Whether a pod is of this turn: a version that came back may have pods that it never lost."""
    at = turn.at.replace(microsecond=0)  # Pods are dated in whole seconds.
    return turn.version.runs(pod) and (pod.created is None or pod.created >= at)


def _due(held: Rollout | None, seen: _Seen, now: datetime) -> bool:
    """Not noted yet, or old enough for a judgement that was not made since."""
    if held is None:
        return True
    start = seen.turn.at
    return any(held.judged_at < start + age <= now for age in (*LOOKED_AT, JUDGED_AFTER, JUDGED_AGAIN))
