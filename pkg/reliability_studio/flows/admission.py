"""The transaction in which alerts come in: known episodes → merge → gather → place → settle → write.

    admission = Admission(connection, org_id, now, policy, tell)
    await admission.take(merged)
    admission.taken, admission.notices     what became of them, and what to publish after the commit

What belongs to several alerts or incidents is read and written by one statement for all of them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.alerts import AlertEvent, merge
from reliability_studio.domain.incidents.candidates import Draft
from reliability_studio.domain.incidents.entries import opening_entry
from reliability_studio.domain.incidents.fold import Outcome, Settled, enough, opened, release, settle
from reliability_studio.domain.incidents.grouping import Placement, Reason, place
from reliability_studio.domain.incidents.lifecycle import SYSTEM
from reliability_studio.domain.incidents.model import Incident, Status
from reliability_studio.domain.incidents.news import News
from reliability_studio.domain.incidents.policy import Policy
from reliability_studio.domain.incidents.suppression import AFTERWARDS, Parent, suppressor
from reliability_studio.domain.timeline import Entry
from reliability_studio.flows.answers import tell_answers
from reliability_studio.flows.asking import asked_about
from reliability_studio.flows.gathering import gather, keep, tell_united, unite
from reliability_studio.flows.hub import Notice
from reliability_studio.flows.outward import Tell
from reliability_studio.flows.taken import Taken
from reliability_studio.store import alerts, incidents, joins, questions, timeline
from reliability_studio.store.alerts import StoredAlert
from reliability_studio.store.joins import Decision

Episode = tuple[str, datetime]


class Admission:
    """One delivery of alerts on its way through its transaction."""

    def __init__(
        self, connection: AsyncConnection, org_id: int, now: datetime, policy: Policy, tell: Tell
    ) -> None:
        self._connection = connection
        self._org_id = org_id
        self._now = now
        self._policy = policy
        self._tell = tell
        self.taken = Taken()
        """What became of the alerts so far."""
        self.notices: list[Notice] = []
        """What to publish once the transaction is committed."""

    async def take(self, merged: Mapping[Episode, AlertEvent]) -> None:
        """Store episodes; put those that are new where they belong, and tell incidents what changed."""
        known = dict(await alerts.known(self._connection, self._org_id, merged))
        fresh = {episode: event for episode, event in merged.items() if episode not in known}
        gathered = await gather(self._connection, self._org_id, fresh, self._policy)
        await unite(self._connection, self._org_id, gathered, self._now)
        after = {episode: merge(one.event, merged[episode]) for episode, one in known.items()}
        after |= gathered.own
        after |= {one.event.episode: one.event for one in gathered.episodes}
        known |= {one.event.episode: one.stored for one in gathered.episodes if one.stored is not None}
        moved = {one.stored.id: one.event.starts_at for one in gathered.episodes if one.moved and one.stored}
        await alerts.begun_earlier(self._connection, moved)
        stored = await alerts.put(self._connection, self._org_id, list(after.values()))
        ids = {one.event.episode: one.id for one in stored}
        ids = {episode: ids[one.event.episode] for episode, one in zip(after, stored, strict=True)}
        if gathered.episodes:
            await keep(self._connection, self._org_id, gathered, ids)
        if self._policy.enrichments:
            new = {ids[episode]: event for episode, event in after.items() if episode not in known}
            await questions.ask(self._connection, self._org_id, asked_about(new, self._policy, self._now))
        by_incident = self._changes(known, after)
        await self._known_incidents(by_incident)
        self.notices += await tell_united(self._connection, self._org_id, gathered, self._now)
        homeless = [
            event for episode, event in after.items() if episode not in known or _back(known[episode], event)
        ]
        if homeless:
            earlier = {ids[episode] for episode in known}
            await self._place(homeless, ids, earlier)

    async def end_waits(self) -> None:
        """End incidents whose flap damping is over; place alerts whose maintenance, or parent, is over."""
        held = await incidents.held_until(self._connection, self._org_id, self._now)
        of = await alerts.of_incidents(self._connection, self._org_id, [one.id for one in held])
        await self._store(
            [
                (one, release(one, [each.event for each in of[one.id]], self._policy, self._now))
                for one in held
            ]
        )
        set_aside = await alerts.firing(self._connection, self._org_id, reason=Reason.MAINTENANCE.value)
        waiting = [one for one in set_aside if self._policy.window_for(one.event.labels, self._now) is None]
        waiting += await self._unsuppressed()
        if waiting:
            ids = {one.event.episode: one.id for one in waiting}
            await self._place([one.event for one in waiting], ids, set(ids.values()))

    async def _unsuppressed(self) -> list[StoredAlert]:
        """Alerts that fire and wait for a parent that is over, or that no rule suppresses any more."""
        found = await alerts.firing(self._connection, self._org_id, reason=Reason.SUPPRESSED.value)
        if not found:
            return []
        since = self._now - AFTERWARDS
        recent = await incidents.active(self._connection, self._org_id, resolved_since=since)
        parents = [parent for one in recent if (parent := Parent.of(one)) is not None]
        rule_for, declared = self._policy.rule_for, self._policy.depends_on
        return [
            one
            for one in found
            if suppressor(one.event, rule_for(one.event.labels), parents, declared, self._now) is None
        ]

    async def _place(
        self,
        fresh: Sequence[AlertEvent],
        ids: Mapping[Episode, int],
        earlier: Collection[int],
    ) -> None:
        """Put stored alerts (with their ids) into incidents, new ones where none fits, or aside.

        `earlier` are the ids of those that came before this moment: about them answers may be known.
        """
        since = self._now - self._policy.memory
        candidates = await incidents.active(self._connection, self._org_id, resolved_since=since)
        drafts: dict[int, tuple[Draft, list[Placement]]] = {}
        joining: dict[int, tuple[Incident, list[Placement]]] = {}
        aside: list[Placement] = []
        for one in place(fresh, candidates, self._policy, self._now):
            if isinstance(one.target, Draft):
                drafts.setdefault(one.target.key, (one.target, []))[1].append(one)
            elif one.target is None:
                aside.append(one)
            else:
                joining.setdefault(one.target.id, (one.target, []))[1].append(one)
        decided = _decisions(None, aside, ids, self._now)
        for incident, placements in joining.values():
            decided += _decisions(incident, placements, ids, self._now)
        await joins.decide(self._connection, decided)
        await self._settle([(incident, _news(placements)) for incident, placements in joining.values()])
        decided += await self._open(list(drafts.values()), ids)
        await self._tell_answers(
            {one.alert_id: one.incident_id for one in decided if one.alert_id in earlier}
        )
        self.taken = replace(self.taken, set_aside=self.taken.set_aside + len(aside))

    def _changes(
        self,
        known: Mapping[Episode, StoredAlert],
        after: Mapping[Episode, AlertEvent],
    ) -> dict[int, list[News]]:
        """News about episodes that have their place, by incident number; repeats are only counted."""
        found: dict[int, list[News]] = {}
        repeated = 0
        for episode, one in known.items():
            event = after[episode]
            news = News(event, one.event, Reason(one.reason), one.reason_text)
            if event.ends_at == one.event.ends_at and not (news.louder or news.earlier):
                repeated += 1
            elif one.incident_number is not None:
                # How it came here is history: only what fires anew reopens.
                back = one.event.resolved and not event.resolved
                settled = replace(news, reason=Reason.REOPENED if back else Reason.JOINED_GROUP)
                found.setdefault(one.incident_number, []).append(settled)
        self.taken = replace(self.taken, repeated=repeated)
        return found

    async def _tell_answers(self, homes: Mapping[int, int | None]) -> None:
        """Tell what was answered about alerts before they came to their incidents, by the alerts' ids."""
        joined = {alert_id: home for alert_id, home in homes.items() if home is not None}
        await tell_answers(self._connection, self._org_id, joined, self._now)

    async def _known_incidents(self, news: Mapping[int, list[News]]) -> None:
        if not news:
            return
        found = await incidents.get_many(self._connection, self._org_id, news)
        await self._settle([(one, _reopening(one, news[one.number])) for one in found])

    async def _open(
        self, drafts: Sequence[tuple[Draft, Sequence[Placement]]], ids: Mapping[Episode, int]
    ) -> Sequence[Decision]:
        """Open an incident for each draft; all of them with as many statements as one."""
        if not drafts:
            return ()
        numbers = await incidents.take_numbers(self._connection, self._org_id, len(drafts))
        drafted = [
            self._drafted(draft, placements, number)
            for (draft, placements), number in zip(drafts, numbers, strict=True)
        ]
        stored = await incidents.insert_all(self._connection, [settled.incident for settled, _ in drafted])
        made = [
            decision
            for incident, (_, placements) in zip(stored, drafts, strict=True)
            for decision in _decisions(incident, placements, ids, self._now)
        ]
        await joins.decide(self._connection, made)
        entries = [
            (incident.id, entry)
            for incident, (_, told) in zip(stored, drafted, strict=True)
            for entry in told
        ]
        await timeline.add_all(self._connection, self._org_id, entries)
        for incident, (settled, _) in zip(stored, drafted, strict=True):
            await self._tell(self._connection, None, incident, at=self._now, by=SYSTEM)
            self._note(incident, settled.outcomes | {Outcome.OPENED})
        return made

    def _drafted(
        self, draft: Draft, placements: Sequence[Placement], number: int
    ) -> tuple[Settled, Sequence[Entry]]:
        """The incident that a group of alerts opens, settled, and what its timeline begins with."""
        news = _news(placements)
        new = replace(opened(self._org_id, draft, news, self._now, self._policy), number=number)
        settled = settle(new, news, [one.event for one in news], self._policy, self._now)
        first = opening_entry(new, SYSTEM, self._now, placements[0].text, self._policy.ladder)
        return settled, (first, *settled.entries)

    async def _settle(
        self,
        changed: Sequence[tuple[Incident, Sequence[News]]],
    ) -> None:
        # A delivery may touch an incident twice; the second time sees what the first has stored.
        numbers = [incident.number for incident, _ in changed]
        current = {one.id: one for one in await incidents.get_many(self._connection, self._org_id, numbers)}
        touched = [(current.get(incident.id, incident), news) for incident, news in changed]
        of = await self._episodes(touched)
        await self._store(
            [
                (incident, settle(incident, news, of[incident.id], self._policy, self._now))
                for incident, news in touched
            ],
        )

    async def _episodes(
        self,
        touched: Sequence[tuple[Incident, Sequence[News]]],
    ) -> Mapping[int, Sequence[AlertEvent]]:
        """As many episodes of each incident as are enough to settle it; all of them only where they count."""
        found: dict[int, Sequence[AlertEvent]] = {}
        org_id, policy = self._org_id, self._policy
        for incident, news in touched:
            if enough(incident, news, (), policy):
                found[incident.id] = [one.event for one in news]
        rest = [(incident, news) for incident, news in touched if incident.id not in found]
        firing = (
            await alerts.one_firing(self._connection, org_id, [one.id for one, _ in rest]) if rest else {}
        )
        for incident, news in rest:
            others = [firing[incident.id].event] if incident.id in firing else []
            if enough(incident, news, others, policy):
                found[incident.id] = [*(one.event for one in news), *others]
        whole = [incident.id for incident, _ in rest if incident.id not in found]
        if whole:
            every = await alerts.of_incidents(self._connection, org_id, whole)
            found.update((id_, [one.event for one in stored]) for id_, stored in every.items())
        return found

    async def _store(
        self,
        changed: Sequence[tuple[Incident, Settled]],
    ) -> None:
        stored: list[Incident] = []
        for before, settled in changed:
            after = settled.incident
            if after != before:
                after = await incidents.save(self._connection, after)
                await self._tell(self._connection, before, after, at=self._now, by=SYSTEM)
            stored.append(after)
        entries = [(before.id, entry) for before, settled in changed for entry in settled.entries]
        added = {one.incident_id for one in await timeline.add_all(self._connection, self._org_id, entries)}
        for (before, settled), after in zip(changed, stored, strict=True):
            if after.version != before.version or after.id in added:
                self._note(after, settled.outcomes)

    def _note(self, incident: Incident, outcomes: frozenset[Outcome]) -> None:
        key, taken = incident.key, self.taken
        if Outcome.OPENED in outcomes:
            taken = replace(taken, opened=(*taken.opened, key))
        elif Outcome.JOINED in outcomes and key not in taken.joined:
            taken = replace(taken, joined=(*taken.joined, key))
        if Outcome.RESOLVED in outcomes and key not in taken.resolved:
            taken = replace(taken, resolved=(*taken.resolved, key))
        self.taken = taken
        change = next((one.value for one in _TOLD if one in outcomes), "alert")
        self.notices.append(Notice("incident", key, incident.version, change, self._now))


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


def _back(known: StoredAlert, event: AlertEvent) -> bool:
    """Whether an episode in no incident was over and fires again, since a late alert belongs to it."""
    return known.incident_number is None and known.event.resolved and not event.resolved


def _reopening(incident: Incident, news: Sequence[News]) -> Sequence[News]:
    """The news; what people closed stays closed."""
    if incident.status is Status.RESOLVED:
        return news
    return [replace(one, reason=Reason.JOINED_GROUP) for one in news]


def _news(placements: Sequence[Placement]) -> list[News]:
    return [News(one.event, None, one.reason, one.text, one.quiet) for one in placements]
