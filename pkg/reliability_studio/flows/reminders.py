"""Reminders at work: what waits too long is told once per interval, a few times, to those who hear messages.

    await reminders.put(org_id, policy, by=…, now=…, version=…)
    await reminders.sweep(org_id, now)                 by a job

A reminder is one transaction: its timeline entry and its messages. It is decided under the organisation's
lock, by what the timeline holds, so that two processes never tell the same thing.
"""

from datetime import datetime, timedelta

from reliability_studio.domain.incidents.model import Incident
from reliability_studio.domain.incidents.reminders import (
    SOURCE,
    Facts,
    Lapse,
    Late,
    Policy,
    Turn,
    overdue,
    turn,
)
from reliability_studio.domain.timeline import Entry, EntryType
from reliability_studio.flows.hub import Hub, Notice
from reliability_studio.flows.outward import Remind
from reliability_studio.flows.shelf import MAX_PREFERENCES, Held, Shelf
from reliability_studio.store import incidents, reminders, timeline
from reliability_studio.store.documents import Kind
from reliability_studio.store.engine import Database, lock_organisation

NAME = "reminders"
"""Under which the policy is kept among the preferences of an organisation."""

MOST_AT_ONCE = 50
"""Incidents that one run of the job reminds of; the others have their turn a minute later."""

SLACK = timedelta(days=7)
"""How long the job may have stood still until what is left afterwards is not reminded of any more."""


class Reminders:
    """The reminders of one database."""

    def __init__(self, database: Database, hub: Hub, remind: Remind) -> None:
        self._database = database
        self._hub = hub
        self._remind = remind
        self._shelf = Shelf(database, Kind.PREFERENCE, Policy, most=MAX_PREFERENCES)

    async def policy(self, org_id: int) -> Held[Policy]:
        """What an organisation wants to be reminded of; version 0 while nobody said anything: of nothing."""
        return await self._shelf.find(org_id, NAME) or Held(NAME, Policy())

    async def put(
        self, org_id: int, policy: Policy, *, by: str, now: datetime, version: int | None = None
    ) -> Held[Policy]:
        """Say what to be reminded of.

        Raises:
            StaleWrite: somebody else changed it meanwhile.
        """
        return await self._shelf.put(org_id, Held(NAME, policy), by=by, now=now, version=version)

    async def sweep(self, org_id: int, now: datetime) -> int:
        """Remind of what waits; how many reminders that were."""
        policy = (await self.policy(org_id)).value
        if not policy.severities:
            return 0
        async with self._database.reading() as connection:
            found = await reminders.candidates(
                connection,
                org_id,
                resolved_since=now - (_horizon(policy, Lapse.REPORT) or timedelta()),
                followups=_followups(policy, now),
            )
            known = await reminders.facts(connection, found)
            waiting = [each for each in known if overdue(each, policy, now)]
            sent = await reminders.sent(connection, [each.incident.id for each in waiting])
        due = [each for each in waiting if _due(each, sent.get(each.incident.id, ()), policy, now)]
        return sum([await self._incident(org_id, each.incident, policy, now) for each in due[:MOST_AT_ONCE]])

    async def _incident(self, org_id: int, incident: Incident, policy: Policy, now: datetime) -> int:
        """Remind of one incident, judged again by how it stands under the lock."""
        async with self._database.writing() as connection:
            await lock_organisation(connection, org_id)
            current = await incidents.get(connection, org_id, incident.number)
            if current is None:
                return 0
            (known,) = await reminders.facts(connection, (current,))
            sent = (await reminders.sent(connection, (current.id,))).get(current.id, ())
            due = _due(known, sent, policy, now)
            for late, earlier in due:
                words, key = late.words(now), f"{late.key}:{earlier + 1}"
                told = await self._remind(connection, current, words, key, at=now)
                entry = _entry(late, words, key, earlier + 1, policy.most, told, now)
                await timeline.add(connection, org_id, current.id, (entry,))
        if due:
            self._hub.publish(org_id, Notice("incident", current.key, current.version, "reminder", now))
        return len(due)


def _due(
    known: Facts, sent: tuple[tuple[str, datetime], ...], policy: Policy, now: datetime
) -> list[tuple[Late, int]]:
    """What people are reminded of now, each with how often they were before."""
    found: list[tuple[Late, int]] = []
    for late in overdue(known, policy, now):
        earlier = [at for key, at in sent if key.startswith(f"{late.key}:")]
        if turn(late, earlier, policy, now) is Turn.DUE:
            found.append((late, len(earlier)))
    return found


def _entry(
    late: Late, words: str, key: str, count: int, most: int, told: tuple[str, ...], now: datetime
) -> Entry:
    heard = f"told: {', '.join(told)}" if told else "no target of the notifications hears it"
    return Entry(
        type=EntryType.NOTIFICATION,
        occurred_at=now,
        recorded_at=now,
        title=f"Reminder: {words}",
        description=f"Reminder {count} of at most {most}; {heard}.",
        source=SOURCE,
        source_key=key,
        metadata={
            "lapse": late.lapse.value,
            "since": late.since.isoformat(),
            "count": count,
            "most": most,
            "targets": list(told),
        },
    )


def _horizon(policy: Policy, lapse: Lapse) -> timedelta | None:
    """How far back something can lie of which people may still be reminded; None: of nothing."""
    days = policy.longest_days(lapse)
    return None if days is None else timedelta(days=days) + policy.repeat(lapse) * policy.most + SLACK


def _followups(policy: Policy, now: datetime) -> tuple[datetime, datetime] | None:
    horizon = _horizon(policy, Lapse.FOLLOWUP)
    return None if horizon is None else (now - horizon, now)
