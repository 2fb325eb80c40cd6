"""Alerts that a rule takes for one, on their way into the store: which episode each report belongs to.

    gathered = await gather(connection, org_id, fresh, policy)
    gathered.own          reports that stay what their source says
    gathered.episodes     what all members of a touched episode say together, and the members to write

An alert that has its own episode keeps it, and a member stays where it is, whatever rules say by now: a rule
that is new, changed or gone decides about new alerts only. Without rules and members this costs one look at
an empty table, and only for a delivery with something new.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.alerts import AlertEvent
from reliability_studio.domain.incidents.identity import IdentityRule
from reliability_studio.domain.incidents.members import Group, Key, forgotten, joined, told
from reliability_studio.domain.incidents.policy import Policy
from reliability_studio.store import alerts, members
from reliability_studio.store.alerts import StoredAlert
from reliability_studio.store.members import Member
from reliability_studio.store.tables.base import name


@dataclass(frozen=True, slots=True)
class Joined:
    """One episode of several alerts, after a delivery."""

    stored: StoredAlert | None
    """As it was; None when it begins with this delivery."""
    event: AlertEvent
    reports: tuple[AlertEvent, ...]
    """Members that the delivery told of, merged with what was known of each."""
    forgotten: tuple[Key, ...]
    """Members that had to make room."""

    @property
    def moved(self) -> bool:
        """Whether it began earlier than was known."""
        return self.stored is not None and self.event.starts_at != self.stored.event.starts_at


@dataclass(frozen=True, slots=True)
class Gathered:
    """What became of reports that have no episode of their own yet."""

    own: Mapping[Key, AlertEvent]
    episodes: tuple[Joined, ...] = ()


@dataclass(slots=True)
class _Open:
    """An episode while reports join it."""

    stored: StoredAlert | None
    before: Group
    group: Group
    told: list[Key]

    def take(self, event: AlertEvent) -> None:
        self.group = joined(self.group, event)
        self.told.append(event.episode)


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
    by_id = {one.stored.id: one for one in open_ if one.stored is not None}
    own: dict[Key, AlertEvent] = {}
    # The earliest first, so that of those that make one episode together none is left over.
    for key in sorted(named, key=lambda one: (named[one].starts_at, one)):
        event = named[key]
        place = by_id.get(held[key].alert_id) if key in held else None
        if place is None and key in ruled:
            place = _place(open_, event, ruled[key])
        if place is None:
            own[key] = fresh[key]
        else:
            place.take(event)
    return Gathered(own, tuple(_joined(one, policy) for one in open_ if one.told))


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
            opened.append(_Open(one, group, group, []))
    return opened


def _place(open_: list[_Open], event: AlertEvent, rule: IdentityRule) -> _Open | None:
    """Where a new alert belongs that a rule decides about; None when the episode holds no more of them."""
    wanted = rule.fingerprint(event.labels)
    fitting = [one for one in open_ if one.group.fingerprint == wanted and one.group.touches(event)]
    if fitting:
        return None if fitting[0].group.full else fitting[0]
    group = Group(wanted, rule.identity(event))
    begun = _Open(None, group, group, [])
    open_.append(begun)
    return begun


def _joined(one: _Open, policy: Policy) -> Joined:
    reports: Sequence[AlertEvent] = [
        one.group.members[key] for key in dict.fromkeys(one.told) if key in one.group.members
    ]
    gone = tuple(forgotten(one.before, one.group))
    return Joined(one.stored, told(one.group, policy.urgency), tuple(reports), gone)
