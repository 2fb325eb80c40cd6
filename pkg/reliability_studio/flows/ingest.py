"""One door for alerts, wherever they come from: webhook, polling, our own burn rates.

    outcome = await intake.apply(org_id, events, now)

One transaction: lock the organisation → known episodes → merge → place → settle → write incidents, alerts,
timeline and messages; then publish. The answer comes after the commit, so an alert that was taken is
durable, and one that was not is the sender's to repeat. `sweep` ends what flap damping held open.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.clock import Clock
from reliability_studio.domain.alerts import AlertEvent, merge
from reliability_studio.domain.incidents.fold import (
    News,
    Outcome,
    Settled,
    enough,
    opened,
    opening_entry,
    release,
    settle,
)
from reliability_studio.domain.incidents.grouping import Draft, Placement, Reason, place
from reliability_studio.domain.incidents.lifecycle import SYSTEM
from reliability_studio.domain.incidents.model import Incident
from reliability_studio.domain.incidents.policy import Policy
from reliability_studio.errors import StaleWrite, StoreUnavailable
from reliability_studio.flows.hub import Hub, Notice
from reliability_studio.flows.rules import policy as read_policy
from reliability_studio.store import alerts, incidents, timeline
from reliability_studio.store.alerts import Decision, StoredAlert
from reliability_studio.store.engine import Database, lock_organisation

_log = logging.getLogger(__name__)

Episode = tuple[str, datetime]


class Tell(Protocol):
    """Writes down who outside is to be told of a change, inside the change's transaction."""

    async def __call__(
        self, connection: AsyncConnection, before: Incident | None, after: Incident, *, at: datetime, by: str
    ) -> object:
        """Called once per stored change."""
        ...


async def tell_nobody(
    connection: AsyncConnection,  # noqa: ARG001 - the shape of `Tell`
    before: Incident | None,  # noqa: ARG001
    after: Incident,  # noqa: ARG001
    *,
    at: datetime,  # noqa: ARG001
    by: str,  # noqa: ARG001
) -> object:
    """For organisations without targets."""
    return None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one delivery; numbers are those of incidents."""

    received: int = 0
    opened: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()
    repeated: int = 0
    set_aside: int = 0


def together(parts: Sequence[Taken]) -> Taken:
    """What became of a delivery that was taken in parts."""
    return Taken(
        received=sum(one.received for one in parts),
        opened=_names(one.opened for one in parts),
        joined=_names(one.joined for one in parts),
        resolved=_names(one.resolved for one in parts),
        repeated=sum(one.repeated for one in parts),
        set_aside=sum(one.set_aside for one in parts),
    )


def _names(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in parts for name in part))


@dataclass(slots=True)
class _Delivery:
    """One delivery on its way through the transaction."""

    org_id: int
    now: datetime
    policy: Policy
    taken: Taken
    notices: list[Notice] = field(default_factory=list)


class Intake:
    """Takes alerts in, for all organisations of one database."""

    def __init__(self, database: Database, hub: Hub, clock: Clock, *, tell: Tell = tell_nobody) -> None:
        self._database = database
        self._hub = hub
        self._clock = clock
        self._tell = tell

    async def apply(self, org_id: int, events: Sequence[AlertEvent], now: datetime | None = None) -> Taken:
        """Take events in; when this returns, they are stored.

        Raises:
            StoreUnavailable: nothing was stored; the sender may repeat all of it.
        """
        moment = now or self._clock.now()
        if not events:
            return Taken()
        merged: dict[Episode, AlertEvent] = {}
        for event in events:
            earlier = merged.get(event.episode)
            merged[event.episode] = event if earlier is None else merge(earlier, event)
        try:
            async with self._database.writing() as connection:
                await lock_organisation(connection, org_id)
                rules = await read_policy(connection, org_id)
                delivery = _Delivery(org_id, moment, rules, Taken(received=len(events)))
                await self._take(connection, delivery, merged)
        except StaleWrite as error:
            # Another process changed the incident between our read and our write: all of it is repeated.
            raise StoreUnavailable("an incident changed while its alerts came in; send them again") from error
        for notice in delivery.notices:
            self._hub.publish(org_id, notice)
        _log.info(
            "alerts taken in",
            extra={
                "received": delivery.taken.received,
                "opened": len(delivery.taken.opened),
                "repeated": delivery.taken.repeated,
                "set_aside": delivery.taken.set_aside,
            },
        )
        return delivery.taken

    async def sweep(self, org_id: int, now: datetime) -> tuple[str, ...]:
        """End incidents whose flap damping is over, and place alerts whose maintenance is over.

        Returns:
            The numbers of the incidents that ended.
        """
        async with self._database.writing() as connection:
            await lock_organisation(connection, org_id)
            rules = await read_policy(connection, org_id)
            held = [
                one
                for one in await incidents.active(connection, org_id, resolved_since=now)
                if one.status.active and one.hold_until is not None and one.hold_until <= now
            ]
            delivery = _Delivery(org_id, now, rules, Taken())
            of = await alerts.of_incidents(connection, org_id, [one.id for one in held])
            ended = [
                (incident, release(incident, [one.event for one in of[incident.id]], rules, now))
                for incident in held
            ]
            await self._store(connection, delivery, ended)
            waiting = [
                one
                for one in await alerts.firing(connection, org_id, reason=Reason.MAINTENANCE.value)
                if rules.window_for(one.event.labels, now) is None
            ]
            if waiting:
                ids = {one.event.episode: one.id for one in waiting}
                await self._place(connection, delivery, [one.event for one in waiting], ids)
        for notice in delivery.notices:
            self._hub.publish(org_id, notice)
        return delivery.taken.resolved

    async def _take(
        self, connection: AsyncConnection, delivery: _Delivery, merged: Mapping[Episode, AlertEvent]
    ) -> None:
        known = await alerts.known(connection, delivery.org_id, merged)
        after = {
            episode: merge(known[episode].event, event) if episode in known else event
            for episode, event in merged.items()
        }
        stored = await alerts.put(connection, delivery.org_id, list(after.values()))
        ids = {one.event.episode: one.id for one in stored}
        ids = {episode: ids[one.event.episode] for episode, one in zip(after, stored, strict=True)}
        by_incident = self._changes(delivery, known, after)
        await self._known_incidents(connection, delivery, by_incident)
        fresh = [event for episode, event in after.items() if episode not in known]
        if fresh:
            await self._place(connection, delivery, fresh, ids)

    def _changes(
        self,
        delivery: _Delivery,
        known: Mapping[Episode, StoredAlert],
        after: Mapping[Episode, AlertEvent],
    ) -> dict[int, list[News]]:
        """News about episodes that have their place, by incident number; repeats are only counted."""
        found: dict[int, list[News]] = {}
        repeated = 0
        for episode, one in known.items():
            event = after[episode]
            if event.ends_at == one.event.ends_at:
                repeated += 1
            elif one.incident_number is not None:
                news = News(event, one.event, Reason(one.reason), one.reason_text)
                # How it came here is history: only a fresh episode reopens.
                settled = replace(news, reason=Reason.JOINED_GROUP)
                found.setdefault(one.incident_number, []).append(settled)
        delivery.taken = replace(delivery.taken, repeated=repeated)
        return found

    async def _known_incidents(
        self, connection: AsyncConnection, delivery: _Delivery, news: Mapping[int, list[News]]
    ) -> None:
        if not news:
            return
        found = await incidents.get_many(connection, delivery.org_id, news)
        await self._settle(connection, delivery, [(one, news[one.number]) for one in found])

    async def _place(
        self,
        connection: AsyncConnection,
        delivery: _Delivery,
        fresh: Sequence[AlertEvent],
        ids: Mapping[Episode, int],
    ) -> None:
        since = delivery.now - delivery.policy.memory
        candidates = await incidents.active(connection, delivery.org_id, resolved_since=since)
        drafts: dict[int, list[Placement]] = {}
        joining: dict[int, tuple[Incident, list[Placement]]] = {}
        aside: list[Placement] = []
        for one in place(fresh, candidates, delivery.policy, delivery.now):
            if isinstance(one.target, Draft):
                drafts.setdefault(one.target.key, []).append(one)
            elif one.target is None:
                aside.append(one)
            else:
                joining.setdefault(one.target.id, (one.target, []))[1].append(one)
        decided = _decisions(None, aside, ids, delivery.now)
        for incident, placements in joining.values():
            decided += _decisions(incident, placements, ids, delivery.now)
        await alerts.decide(connection, decided)
        await self._settle(
            connection, delivery, [(incident, _news(placements)) for incident, placements in joining.values()]
        )
        for placements in drafts.values():
            await self._open(connection, delivery, placements, ids)
        delivery.taken = replace(delivery.taken, set_aside=delivery.taken.set_aside + len(aside))

    async def _open(
        self,
        connection: AsyncConnection,
        delivery: _Delivery,
        placements: Sequence[Placement],
        ids: Mapping[Episode, int],
    ) -> None:
        draft = placements[0].target
        if not isinstance(draft, Draft):  # pragma: no cover - the caller sorted them
            return
        news = _news(placements)
        number = await incidents.take_number(connection, delivery.org_id)
        new = replace(opened(delivery.org_id, draft, news, delivery.now), number=number)
        settled = settle(new, news, [one.event for one in news], delivery.policy, delivery.now)
        stored = await incidents.insert(connection, settled.incident)
        await alerts.decide(connection, _decisions(stored, placements, ids, delivery.now))
        entries = (opening_entry(new, SYSTEM, delivery.now, placements[0].text), *settled.entries)
        await timeline.add(connection, delivery.org_id, stored.id, entries)
        await self._tell(connection, None, stored, at=delivery.now, by=SYSTEM)
        self._note(delivery, stored, settled.outcomes | {Outcome.OPENED})

    async def _settle(
        self,
        connection: AsyncConnection,
        delivery: _Delivery,
        changed: Sequence[tuple[Incident, Sequence[News]]],
    ) -> None:
        # A delivery may touch an incident twice; the second time sees what the first has stored.
        numbers = [incident.number for incident, _ in changed]
        current = {one.id: one for one in await incidents.get_many(connection, delivery.org_id, numbers)}
        touched = [(current.get(incident.id, incident), news) for incident, news in changed]
        of = await self._episodes(connection, delivery, touched)
        await self._store(
            connection,
            delivery,
            [
                (incident, settle(incident, news, of[incident.id], delivery.policy, delivery.now))
                for incident, news in touched
            ],
        )

    async def _episodes(
        self,
        connection: AsyncConnection,
        delivery: _Delivery,
        touched: Sequence[tuple[Incident, Sequence[News]]],
    ) -> Mapping[int, Sequence[AlertEvent]]:
        """As many episodes of each incident as are enough to settle it; all of them only where they count."""
        found: dict[int, Sequence[AlertEvent]] = {}
        org_id, policy = delivery.org_id, delivery.policy
        for incident, news in touched:
            if enough(incident, news, (), policy):
                found[incident.id] = [one.event for one in news]
        rest = [(incident, news) for incident, news in touched if incident.id not in found]
        firing = await alerts.one_firing(connection, org_id, [one.id for one, _ in rest]) if rest else {}
        for incident, news in rest:
            others = [firing[incident.id].event] if incident.id in firing else []
            if enough(incident, news, others, policy):
                found[incident.id] = [*(one.event for one in news), *others]
        whole = [incident.id for incident, _ in rest if incident.id not in found]
        if whole:
            every = await alerts.of_incidents(connection, org_id, whole)
            found.update((id_, [one.event for one in stored]) for id_, stored in every.items())
        return found

    async def _store(
        self,
        connection: AsyncConnection,
        delivery: _Delivery,
        changed: Sequence[tuple[Incident, Settled]],
    ) -> None:
        stored: list[Incident] = []
        for before, settled in changed:
            after = settled.incident
            if after != before:
                after = await incidents.save(connection, after)
                await self._tell(connection, before, after, at=delivery.now, by=SYSTEM)
            stored.append(after)
        entries = [(before.id, entry) for before, settled in changed for entry in settled.entries]
        added = {one.incident_id for one in await timeline.add_all(connection, delivery.org_id, entries)}
        for (before, settled), after in zip(changed, stored, strict=True):
            if after.version != before.version or after.id in added:
                self._note(delivery, after, settled.outcomes)

    def _note(self, delivery: _Delivery, incident: Incident, outcomes: frozenset[Outcome]) -> None:
        key, taken = incident.key, delivery.taken
        if Outcome.OPENED in outcomes:
            taken = replace(taken, opened=(*taken.opened, key))
        elif Outcome.JOINED in outcomes and key not in taken.joined:
            taken = replace(taken, joined=(*taken.joined, key))
        if Outcome.RESOLVED in outcomes and key not in taken.resolved:
            taken = replace(taken, resolved=(*taken.resolved, key))
        delivery.taken = taken
        change = next((one.value for one in _TOLD if one in outcomes), "alert")
        delivery.notices.append(Notice("incident", key, incident.version, change, delivery.now))


_TOLD = (Outcome.OPENED, Outcome.RESOLVED, Outcome.REOPENED, Outcome.ESCALATED, Outcome.JOINED)
"""The change that a notice names when there were several."""


def _decisions(
    incident: Incident | None, placements: Sequence[Placement], ids: Mapping[Episode, int], at: datetime
) -> list[Decision]:
    """Where these alerts belong, as it is stored."""
    incident_id = None if incident is None else incident.id
    return [
        Decision(ids[one.event.episode], incident_id, one.reason.value, one.text, at) for one in placements
    ]


def _news(placements: Sequence[Placement]) -> list[News]:
    return [News(one.event, None, one.reason, one.text, one.quiet) for one in placements]
