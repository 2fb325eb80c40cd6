"""Telling the outside: messages are written down with the change that they tell, and delivered by a job.

    notify.enqueue(connection, before, after, …)   inside the transaction of the change
    notify.remind(connection, incident, …)         the same, for what waits although nothing changed
    notify.deliver(now)                            sends what is due; bounded, side by side

Because a message is stored with its change, it is neither lost when the process dies nor told for a change
that was rolled back. Delivery is at least once; the key of a message is the same at every try. A target
that refuses is not asked again; one that cannot be reached is, later and later, for about a day.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.model import Incident
from reliability_studio.domain.incidents.notices import Choice, Notice, Target, choose, notice, reminder
from reliability_studio.domain.incidents.reminders import SOURCE as REMINDER
from reliability_studio.errors import SourceError
from reliability_studio.sources.outgoing import Sender
from reliability_studio.store import deliveries, ladder, status_names
from reliability_studio.store.deliveries import Delivery
from reliability_studio.store.engine import Database

_log = logging.getLogger(__name__)

BATCH = 20
"""Messages sent in one run of the job."""

WAITS_S = (15, 60, 300, 900, 3600, 4 * 3600, 8 * 3600, 12 * 3600)
"""How long to wait after each failed try; then a message is given up."""


def retry_at(attempts: int, now: datetime, *, retryable: bool) -> datetime | None:
    """When a message is tried again after `attempts` failures; None: given up."""
    if not retryable or attempts > len(WAITS_S):
        return None
    return now + timedelta(seconds=WAITS_S[attempts - 1])


class Notifier:
    """One organisation's targets and their messages."""

    def __init__(
        self,
        database: Database,
        org_id: int,
        *,
        targets: Sequence[Target],
        senders: Mapping[str, Sender],
        incident_url: str,
        clock: Clock,
    ) -> None:
        """Put the parts together.

        Args:
            database: where incidents and messages are.
            org_id: whose.
            targets: who wants to hear what.
            senders: the way to each target, by name.
            incident_url: address of the incidents' page, to which a number is added; empty when unknown.
            clock: for the moments of deliveries.
        """
        self._database = database
        self._org_id = org_id
        self._targets = tuple(targets)
        self._senders = senders
        self._incident_url = incident_url.rstrip("/")
        self._clock = clock

    async def enqueue(
        self,
        connection: AsyncConnection,
        before: Incident | None,
        after: Incident,
        *,
        at: datetime,
        by: str,
    ) -> tuple[str, ...]:
        """Write down who is to be told of this change; the names of the targets."""
        message = notice(before, after, link=self._link(after), at=at, by=by)
        return () if message is None else await self._write(connection, after, message)

    async def remind(
        self, connection: AsyncConnection, incident: Incident, reason: str, key: str, *, at: datetime
    ) -> tuple[str, ...]:
        """Write down who is to be reminded of what waits; the names of the targets."""
        message = reminder(incident, reason, key, link=self._link(incident), at=at, by=REMINDER)
        return await self._write(connection, incident, message)

    async def deliver(self, now: datetime) -> int:
        """Send what is due; how many messages were taken."""
        async with self._database.reading() as connection:
            waiting = await deliveries.due(connection, self._org_id, now, limit=BATCH)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._send(delivery)) for delivery in waiting]
        return sum(task.result() for task in tasks)

    async def aclose(self) -> None:
        """Close the ways to the targets."""
        for sender in self._senders.values():
            await sender.aclose()

    def _link(self, incident: Incident) -> str:
        return f"{self._incident_url}/{incident.key}" if self._incident_url else ""

    async def _write(
        self, connection: AsyncConnection, incident: Incident, message: Notice
    ) -> tuple[str, ...]:
        wanted = [each for each in self._targets if choose(each, incident, message.news) is Choice.TOLD]
        if not wanted:
            return ()
        names = await status_names.read(connection, self._org_id)
        levels = await ladder.read(connection, self._org_id)
        message = replace(
            message, stage=names.called(*incident.standing), level=levels.called(incident.grade)
        )
        told: list[str] = []
        for target in wanted:
            written = await deliveries.enqueue(
                connection,
                self._org_id,
                incident_id=incident.id,
                target=target.name,
                dedupe_key=message.key,
                message=msgspec.to_builtins(message),
                at=message.at,
            )
            if written is not None:
                told.append(target.name)
        return tuple(told)

    async def _send(self, delivery: Delivery) -> bool:
        sender = self._senders.get(delivery.target)
        if sender is None:
            await self._failed(delivery, "the target is no longer configured", retryable=False)
            return False
        try:
            await sender.send(msgspec.convert(delivery.message, type=Notice))
        except SourceError as error:
            await self._failed(delivery, str(error), retryable=error.retryable)
            return False
        except Exception:  # noqa: BLE001 - one message that cannot be sent must not hold up all the others
            _log.exception("a notification failed", extra={"target": delivery.target, "id": delivery.id})
            await self._failed(delivery, "the plugin failed to send it; its log says why", retryable=True)
            return False
        async with self._database.writing() as connection:
            await deliveries.sent(connection, delivery.id, self._clock.now())
        _log.info("notification sent", extra={"target": delivery.target, "id": delivery.id})
        return True

    async def _failed(self, delivery: Delivery, problem: str, *, retryable: bool) -> None:
        now = self._clock.now()
        again = retry_at(delivery.attempts + 1, now, retryable=retryable)
        async with self._database.writing() as connection:
            await deliveries.failed(connection, delivery.id, now, problem, retry_at=again)
        _log.warning(
            "notification not sent",
            extra={"target": delivery.target, "reason": problem, "given_up": again is None},
        )
