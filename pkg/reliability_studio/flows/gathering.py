"""Alerts that a rule takes for one, on their way into the store: which episode each report belongs to.

    gathered = await gather(connection, org_id, fresh, policy)
    gathered.own          reports that stay what their source says
    gathered.episodes     what all members of a touched episode say together, and the members to write

An alert that has its own episode keeps it, and a member stays where it is, whatever rules say by now: a rule
that is new, changed or gone decides about new alerts only. Without rules and members this costs one look at
an empty table, and only for a delivery with something new.

A late report may touch episodes that were told apart. They become one, unless they were told in several
incidents: what people read there is not taken back, so those stay apart and the incidents tell of each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.alerts import AlertEvent
from reliability_studio.domain.incidents.identity import IdentityRule
from reliability_studio.domain.incidents.members import Group, Key, bridged, joined, told
from reliability_studio.domain.incidents.news import apart_entry, united_entry
from reliability_studio.domain.incidents.policy import Policy
from reliability_studio.domain.timeline import Entry
from reliability_studio.flows.answers import tell_answers
from reliability_studio.flows.hub import Notice
from reliability_studio.store import alerts, incidents, joins, members, timeline
from reliability_studio.store.alerts import StoredAlert
from reliability_studio.store.members import Member
from reliability_studio.store.tables.base import name

_UNITED = "; a message that came late made one of several episodes"


@dataclass(frozen=True, slots=True)
class Joined:
    """One episode of several alerts, after a delivery."""

    stored: StoredAlert | None
    """As it was told, several that are one now as one; None when it begins with this delivery."""
    event: AlertEvent
    reports: tuple[AlertEvent, ...]
    """Members that the delivery told of, merged with what was known of each."""
    forgotten: tuple[Key, ...]
    """Members that had to make room."""
    parts: tuple[StoredAlert, ...] = ()
    """The stored episodes that it was, the one that stays first; several when this delivery joins them."""
    apart: tuple[StoredAlert, ...] = ()
    """Episodes of other incidents that a report touched as well."""

    @property
    def moved(self) -> bool:
        """Whether it began earlier than was known."""
        return bool(self.parts) and self.event.starts_at != self.parts[0].event.starts_at


@dataclass(frozen=True, slots=True)
class Gathered:
    """What became of reports that have no episode of their own yet."""

    own: Mapping[Key, AlertEvent]
    episodes: tuple[Joined, ...] = ()


@dataclass(slots=True)
class _Open:
    """An episode while reports join it."""

    group: Group
    parts: list[StoredAlert]
    """What it was in the store, the one that stays first."""
    held: set[Key]
    """Members that are stored."""
    told: list[Key] = field(default_factory=list)
    apart: list[StoredAlert] = field(default_factory=list)
    into: "_Open | None" = None
    """The episode that it became part of."""

    @property
    def home(self) -> int | None:
        """The incident that it was told in."""
        return self.parts[0].incident_id if self.parts else None

    @property
    def whole(self) -> "_Open":
        """The episode that it is now."""
        return self if self.into is None else self.into.whole

    def take(self, event: AlertEvent) -> None:
        self.group = joined(self.group, event)
        self.told.append(event.episode)

    def absorb(self, others: Sequence["_Open"]) -> None:
        self.group = bridged([self.group, *(one.group for one in others)])
        for one in others:
            self.parts += one.parts
            self.held |= one.held
            self.told += one.told
            self.apart += one.apart
            one.into = self


async def gather(
    connection: AsyncConnection, org_id: int, fresh: Mapping[Key, AlertEvent], policy: Policy
) -> Gathered:
    """Decide which reports are members of an episode, and of which; nothing is written."""
    if not fresh or not (policy.identities or await members.there_are(connection, org_id)):
        return Gathered(fresh)
    named = {key: replace(event, fingerprint=name(event.fingerprint)) for key, event in fresh.items()}
    held = await members.known(connection, org_id, named)
    ruled = {
        key: rule
        for key, event in named.items()
        if key not in held and (rule := policy.identity_for(event)) is not None
    }
    if not held and not ruled:
        return Gathered(fresh)
    open_ = await _open(connection, org_id, held, named, ruled)
    by_id = {part.id: one for one in open_ for part in one.parts}
    own: dict[Key, AlertEvent] = {}
    # The earliest first, so that of those that make one episode together none is left over.
    for key in sorted(named, key=lambda one: (named[one].starts_at, one)):
        event = named[key]
        found = by_id.get(held[key].alert_id) if key in held else None
        place = None if found is None else found.whole
        if place is None and key in ruled:
            place = _place(open_, event, ruled[key])
        if place is None:
            own[key] = fresh[key]
        else:
            place.take(event)
    return Gathered(own, tuple(_joined(one, policy) for one in open_ if one.told and one.into is None))


async def unite(connection: AsyncConnection, org_id: int, found: Gathered, now: datetime) -> None:
    """Make stored episodes one that a report joins, before what they are now is written."""
    for one in found.episodes:
        if len(one.parts) > 1:
            stays, *others = one.parts
            await alerts.absorb(connection, org_id, stays.id, [part.id for part in others])
            text = f"{stays.reason_text.removesuffix(_UNITED)}{_UNITED}"
            await joins.place(connection, [stays.id], stays.incident_id, stays.reason, text, at=now)


async def keep(connection: AsyncConnection, org_id: int, found: Gathered, ids: Mapping[Key, int]) -> None:
    """Write the members, once their episodes are stored.

    Args:
        connection: the transaction of the delivery.
        org_id: whose they are.
        found: what `gather` decided.
        ids: the episodes' ids, by fingerprint and start.
    """
    await members.put(
        connection,
        org_id,
        [Member(ids[one.event.episode], report) for one in found.episodes for report in one.reports],
    )
    await members.forget(connection, org_id, [key for one in found.episodes for key in one.forgotten])


async def tell_united(
    connection: AsyncConnection, org_id: int, found: Gathered, now: datetime
) -> tuple[Notice, ...]:
    """Say in the timelines which episodes became one, and which did not; what to publish about it."""
    entries: list[tuple[int, Entry]] = []
    for one in found.episodes:
        ours = None if one.stored is None else one.stored.incident_number
        if ours is None:
            continue
        if len(one.parts) > 1:
            entries.append((ours, united_entry(one.event, [part.event for part in one.parts], now)))
        for part in one.apart:
            theirs = part.incident_number
            if theirs is not None:
                entries.append((ours, apart_entry(one.event, part.event, f"INC-{theirs}", now)))
                entries.append((theirs, apart_entry(part.event, one.event, f"INC-{ours}", now)))
    if not entries:
        return ()
    of = {
        one.number: one
        for one in await incidents.get_many(connection, org_id, {number for number, _ in entries})
    }
    added = await timeline.add_all(connection, org_id, [(of[number].id, entry) for number, entry in entries])
    # The one that stays has the answers about all of them now.
    homes = {one.stored.id: one.stored.incident_id for one in found.episodes if one.stored is not None}
    await tell_answers(connection, org_id, {alert: home for alert, home in homes.items() if home}, now)
    new = {one.incident_id for one in added}
    return tuple(
        Notice("incident", one.key, one.version, "evidence", now) for one in of.values() if one.id in new
    )


async def _open(
    connection: AsyncConnection,
    org_id: int,
    held: Mapping[Key, Member],
    fresh: Mapping[Key, AlertEvent],
    ruled: Mapping[Key, IdentityRule],
) -> list[_Open]:
    """The stored episodes that any of the reports may belong to, oldest first, with all their members."""
    stored = list(await alerts.of_ids(connection, org_id, [one.alert_id for one in held.values()]))
    if ruled:
        wanted = {rule.fingerprint(fresh[key].labels) for key, rule in ruled.items()}
        since: datetime = min(fresh[key].starts_at for key in ruled)
        there = {one.id for one in stored}
        found = await alerts.touching(connection, org_id, wanted, since)
        stored += [one for one in found if one.id not in there]
    of = await members.of_alerts(connection, org_id, [one.id for one in stored])
    opened: list[_Open] = []
    for one in sorted(stored, key=lambda each: (each.event.starts_at, each.id)):
        if one.event.identity is not None:
            known = {member.episode: member for member in of[one.id]}
            group = Group(one.event.fingerprint, one.event.identity, known, one.event.starts_at)
            opened.append(_Open(group, [one], set(known)))
    return opened


def _place(open_: list[_Open], event: AlertEvent, rule: IdentityRule) -> _Open | None:
    """Where a new alert belongs that a rule decides about; None when the episode holds no more of them."""
    wanted = rule.fingerprint(event.labels)
    fitting = [
        one
        for one in open_
        if one.into is None and one.group.fingerprint == wanted and one.group.touches(event)
    ]
    if not fitting:
        begun = _Open(Group(wanted, rule.identity(event)), [], set())
        open_.append(begun)
        return begun
    # Told in several incidents, what fires goes on; otherwise the earliest stays.
    lead = next((one for one in fitting if one.group.end is None), fitting[0])
    home = lead.home or next((one.home for one in fitting if one.home is not None), None)
    # One that is stored stays, and of those one that has its place in the incident.
    ours = sorted(
        (one for one in fitting if one.home in {None, home}),
        key=lambda one: (not one.parts, one.home is None),
    )
    stays, *others = ours
    if bridged([one.group for one in ours]).full:
        return None if stays.group.full else stays
    if others:
        stays.absorb(others)
    for one in fitting:
        if one.home not in {None, home}:
            stays.apart += one.parts
    return stays


def _joined(one: _Open, policy: Policy) -> Joined:
    reports: Sequence[AlertEvent] = [
        one.group.members[key] for key in dict.fromkeys(one.told) if key in one.group.members
    ]
    gone = tuple(key for key in one.held if key not in one.group.members)
    return Joined(
        stored=_as_told(one.parts, policy),
        event=told(one.group, policy.urgency),
        reports=tuple(reports),
        forgotten=gone,
        parts=tuple(one.parts),
        apart=tuple({part.id: part for part in one.apart}.values()),
    )


def _as_told(parts: Sequence[StoredAlert], policy: Policy) -> StoredAlert | None:
    """What their incident knew of the episodes that are one now: what one of them told there is no news."""
    events = [one.event for one in parts if one.incident_id == parts[0].incident_id]
    if len(events) <= 1:
        return parts[0] if parts else None
    ends = [one.ends_at for one in events if one.ends_at is not None]
    loudest = min(events, key=lambda event: policy.urgency(event.labels))
    event = replace(
        loudest,
        starts_at=min(one.starts_at for one in events),
        ends_at=max(ends) if len(ends) == len(events) else None,
    )
    return replace(parts[0], event=event)
