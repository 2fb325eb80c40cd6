"""The jobs of one organisation that are more than one call of one flow."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from reliability_studio.app.ground import Ground
from reliability_studio.app.sources import Sources
from reliability_studio.domain import changes
from reliability_studio.errors import SourceError
from reliability_studio.flows.heartbeats import Heartbeats
from reliability_studio.flows.ingest import Intake
from reliability_studio.flows.notify import Notifier
from reliability_studio.flows.reconcile import Lister, poll
from reliability_studio.flows.slo_refresh import SloRefresh
from reliability_studio.jobs import table
from reliability_studio.settings.retention import RetentionSettings
from reliability_studio.store import changes as change_rows
from reliability_studio.store import retention, slo_chunks
from reliability_studio.store import rollouts as rollout_rows
from reliability_studio.store.retention import Horizon

_log = logging.getLogger(__name__)

KEEP_ROLLOUTS = timedelta(days=90)
KEEP_IDEMPOTENCY = timedelta(days=2)

Work = Callable[[datetime], Awaitable[object]]


def jobs(
    ground: Ground, sources: Sources, intake: Intake, refresh: SloRefresh, notifier: Notifier
) -> Mapping[str, Work]:
    """What is done with alerts, SLOs and messages without being asked, by the job's name."""

    async def refresh_slos(_now: datetime) -> object:
        return await refresh.run()

    async def reconcile(now: datetime) -> object:
        async with asyncio.TaskGroup() as group:
            for lister in sources.listers:
                group.create_task(_polled(ground, intake, lister, now))
        return None

    async def upkeep(now: datetime) -> object:
        ended = await intake.sweep(ground.org_id, now)
        return ended, await Heartbeats(ground.database, intake).check(ground.org_id, now)

    return {
        table.SLO_REFRESH.name: refresh_slos,
        table.ALERT_RECONCILE.name: reconcile,
        table.INCIDENT_UPKEEP.name: upkeep,
        table.NOTIFICATIONS.name: notifier.deliver,
    }


def retain(ground: Ground, keep: RetentionSettings) -> Work:
    """What takes away whatever is over its time."""

    async def sweep(now: datetime) -> object:
        horizon = Horizon(
            incidents=_before(now, keep.incidents),
            alerts=_before(now, keep.alerts),
            audit=_before(now, keep.audit),
            deliveries=_before(now, keep.deliveries),
            idempotency=now - KEEP_IDEMPOTENCY,
        )
        gone = await retention.sweep(ground.database, ground.org_id, horizon)
        if any(gone.values()):
            _log.info("what was over its time is gone", extra=dict(gone))
        async with ground.database.writing() as connection:
            await rollout_rows.prune(connection, ground.org_id, now - KEEP_ROLLOUTS)
            await change_rows.prune(connection, ground.org_id, now - changes.KEPT)
            return gone, await slo_chunks.prune(connection, int(now.timestamp()))

    return sweep


def _before(now: datetime, kept: timedelta | None) -> datetime | None:
    return None if kept is None else now - kept


async def _polled(ground: Ground, intake: Intake, lister: Lister, now: datetime) -> None:
    """Ask one source; another one's failure must not hide its answer."""
    try:
        await poll(ground.database, intake, lister, ground.org_id, now)
    except SourceError as error:
        _log.warning("alerts could not be polled", extra={"source": error.source, "reason": str(error)})
