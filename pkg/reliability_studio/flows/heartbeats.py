"""Heartbeats at work: signals are remembered, and what is missing goes through the same door as every alert.

await heartbeats.beat(org_id, "nightly-backup", now)    a signal came
await heartbeats.check(org_id, now)                     by the upkeep job: who is late, who is back
"""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.alerts import AlertEvent, AlertSource
from reliability_studio.domain.incidents.heartbeats import (
    Heartbeat,
    Pulse,
    due_at,
    ended,
    identity,
    missing,
    pulse,
)
from reliability_studio.domain.incidents.ladder import Ladder
from reliability_studio.errors import NotFound, StoreError
from reliability_studio.flows.ingest import Intake
from reliability_studio.flows.ladder import graded
from reliability_studio.flows.rules import check_matchers
from reliability_studio.flows.shelf import Held, Shelf
from reliability_studio.flows.taken import Taken
from reliability_studio.store import alerts, heartbeats, ladder, members
from reliability_studio.store.documents import Kind
from reliability_studio.store.engine import Database

_log = logging.getLogger(__name__)

MAX_HEARTBEATS = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """A heartbeat, when it was heard last, and how it stands."""

    held: Held[Heartbeat]
    last: datetime | None
    due: datetime
    pulse: Pulse


class Heartbeats:
    """The expected signals of one database."""

    def __init__(self, database: Database, intake: Intake) -> None:
        self._database = database
        self._intake = intake
        self._shelf = Shelf(database, Kind.HEARTBEAT, Heartbeat, most=MAX_HEARTBEATS)

    async def listing(self, org_id: int, now: datetime) -> tuple[Standing, ...]:
        """All of them, by name, with how each stands."""
        async with self._database.reading() as connection:
            held = await self._shelf.read(connection, org_id)
            last = await heartbeats.last(connection, org_id)
        return tuple(_standing(one, last.get(one.name), now) for one in held)

    async def put(
        self, org_id: int, wanted: Held[Heartbeat], *, by: str, now: datetime, version: int | None = None
    ) -> Standing:
        """Declare one, or change it; switched on again, it is expected from now on.

        Raises:
            Invalid: a matcher or the name cannot be used, or there is no such level.
            StaleWrite: somebody else changed it meanwhile.
        """
        check_matchers(wanted.value.matchers)
        before = await self._shelf.find(org_id, wanted.name)
        going_on = before is not None and before.enabled
        since = before.value.since if before is not None and going_on else now
        grade = await graded(self._database, org_id, wanted.value.severity, wanted.value.level)
        fresh = replace(wanted, value=replace(wanted.value, since=since, severity=grade.severity))
        async with self._database.reading() as connection:
            last = await heartbeats.last(connection, org_id)
        stored = await self._shelf.put(org_id, fresh, by=by, now=now, version=version)
        await self._check_soon(org_id, now)
        return _standing(stored, last.get(stored.name), now)

    async def delete(self, org_id: int, name: str, *, by: str, now: datetime) -> None:
        """Expect it no more; an alert about it ends.

        Raises:
            NotFound: there is no such heartbeat.
        """
        await self._shelf.delete(
            org_id, name, by=by, now=now, alongside=lambda db: heartbeats.forget(db, org_id, name)
        )
        await self.check(org_id, now)

    async def beat(self, org_id: int, name: str, now: datetime) -> Standing:
        """A signal came; an alert about its absence ends at once.

        Raises:
            NotFound: nobody expects it.
        """
        held = await self._shelf.get(org_id, name)
        if not held.enabled:
            raise NotFound(f"the heartbeat '{name[:100]}' is switched off")
        async with self._database.writing() as connection:
            await heartbeats.heard(connection, org_id, name, now)
        await self._check_soon(org_id, now)
        return _standing(held, now, now)

    async def check(self, org_id: int, now: datetime) -> Taken:
        """Tell the intake who is late and who is back."""
        held, last, firing, levels = await self._read(org_id)
        events: list[AlertEvent] = []
        expected: set[str] = set()
        for one in held:
            if not one.enabled:
                continue
            heard, told = last.get(one.name), firing.get(identity(one.name))
            absent = pulse(one.value, heard, now) is Pulse.MISSING
            expected.add(identity(one.name))
            if absent and told is None:
                events.append(missing(one.name, one.value, heard, now, levels))
            elif told is not None and not absent:
                events.append(ended(told, heard, now))
        events += [ended(told, None, now) for key, told in firing.items() if key not in expected]
        return await self._intake.apply(org_id, events, now)

    async def _check_soon(self, org_id: int, now: datetime) -> None:
        """Check at once, if that works: what was asked for is stored, and the upkeep job checks anyway."""
        try:
            await self.check(org_id, now)
        except StoreError as error:
            _log.warning("heartbeats are checked later", extra={"reason": str(error)})

    async def _read(
        self, org_id: int
    ) -> tuple[Collection[Held[Heartbeat]], Mapping[str, datetime], Mapping[str, AlertEvent], Ladder]:
        async with self._database.reading() as connection:
            levels = await ladder.read(connection, org_id)
            held = await self._shelf.read(connection, org_id)
            last = dict(await heartbeats.last(connection, org_id))
            firing = await alerts.firing(connection, org_id, source=AlertSource.HEARTBEAT)
            listens = any(one.enabled and one.value.matchers for one in held)
            heard = _heard(held, await _reported(connection, org_id)) if listens else {}
        newer = {name: at for name, at in heard.items() if name not in last or last[name] < at}
        if newer:
            async with self._database.writing() as connection:
                for name, at in newer.items():
                    await heartbeats.heard(connection, org_id, name, at)
        return held, {**last, **newer}, {one.event.fingerprint: one.event for one in firing}, levels


async def _reported(connection: AsyncConnection, org_id: int) -> Collection[AlertEvent]:
    """What fires, as its sources report it: a rule may take several alerts for one."""
    firing = await alerts.firing(connection, org_id)
    return [*(one.event for one in firing), *await members.firing(connection, org_id)]


def _heard(held: Collection[Held[Heartbeat]], firing: Collection[AlertEvent]) -> Mapping[str, datetime]:
    """When each heartbeat that is an alert was reported last."""
    found: dict[str, datetime] = {}
    for one in held:
        fitting = [
            alert.received_at
            for alert in firing
            if one.enabled
            and one.value.matchers
            and alert.received_at is not None
            and alert.source is not AlertSource.HEARTBEAT
            and all(matcher.matches(alert.labels) for matcher in one.value.matchers)
        ]
        if fitting:
            found[one.name] = max(fitting)
    return found


def _standing(held: Held[Heartbeat], last: datetime | None, now: datetime) -> Standing:
    how = pulse(held.value, last, now) if held.enabled else Pulse.OFF
    return Standing(held, last, due_at(held.value, last), how)
