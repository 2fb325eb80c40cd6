"""What several alerts mean together that a rule takes for one: the episode fires while any of them does.

    group = joined(group, report)        a report of one member, known or new
    group = bridged(groups)              groups that a late report touches all
    told(group, urgency)                 the episode that all its members make
    grouped(events, rule)                what a rule would have made of earlier alerts

Both are order-independent and idempotent (property-tested): each member is merged by the one rule for reports
of an alert (`domain/alerts.merge`), and the episode is made from all members anew.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from reliability_studio.domain.alerts import AlertEvent, Identity, merge, recency
from reliability_studio.domain.incidents.identity import IdentityRule

MAX_MEMBERS = 500
"""Members that one episode keeps: a further one takes the place of the one that ended first."""

Key = tuple[str, datetime]
"""A member: the fingerprint that its source gave it, and its start."""
Urgency = Callable[[Mapping[str, str]], int]
"""How urgent labels are; the smaller, the more urgent."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OF_THE_MOST_URGENT = ("alertname", "severity")


@dataclass(frozen=True, slots=True)
class Group:
    """The alerts that a rule takes for one episode."""

    fingerprint: str
    """What identifies the episode, in place of a source's fingerprint."""
    identity: Identity
    members: Mapping[Key, AlertEvent] = field(default_factory=dict)
    began: datetime | None = None
    """When the earliest member began that anybody heard of, also if it is kept no more; None without any."""

    @property
    def end(self) -> datetime | None:
        """When the last member ended; None while one fires.

        With clocks that differ a member may end before it began; it fired then at its start at least.
        """
        latest: datetime | None = None
        for one in self.members.values():
            if one.ends_at is None:
                return None
            ended = max(one.starts_at, one.ends_at)
            latest = ended if latest is None else max(latest, ended)
        return latest

    @property
    def full(self) -> bool:
        """Whether there is no room for another member: all that it can hold fire."""
        if len(self.members) < MAX_MEMBERS:
            return False
        return all(one.ends_at is None for one in self.members.values())

    def touches(self, event: AlertEvent) -> bool:
        """Whether a report tells of the same continuous firing: the times overlap or meet."""
        if self.began is None:
            return False
        if event.ends_at is not None and max(event.starts_at, event.ends_at) < self.began:
            return False
        end = self.end
        return end is None or event.starts_at <= end


def joined(group: Group, event: AlertEvent) -> Group:
    """The group with a report of a member."""
    key = event.episode
    known = group.members.get(key)
    members = {**group.members, key: event if known is None else merge(known, event)}
    began = min(event.starts_at, group.began or event.starts_at)
    return replace(group, members=_kept(members), began=began)


def bridged(groups: Sequence[Group]) -> Group:
    """The one that several are, since a report tells of firing that touches all; it is called as the first.

    Raises:
        ValueError: there is none, or they are of different alerts.
    """
    if len({one.fingerprint for one in groups}) != 1:
        message = "only groups of the same alerts can be one"
        raise ValueError(message)
    members = {key: event for one in groups for key, event in one.members.items()}
    began = [one.began for one in groups if one.began is not None]
    return replace(groups[0], members=_kept(members), began=min(began, default=None))


def told(group: Group, urgency: Urgency) -> AlertEvent:
    """The episode that the members make together.

    Its labels are those that all members share; name and severity are those of the most urgent one. What is
    said beside the labels comes from the report received last, as with the reports of a single alert.

    Raises:
        ValueError: the group has no member.
    """
    members = list(group.members.values())
    if not members or group.began is None:
        message = "an episode has at least one member"
        raise ValueError(message)
    lead = min(members, key=lambda one: (urgency(one.labels), one.starts_at, one.fingerprint))
    received = [one.received_at for one in members if one.received_at is not None]
    shared = set.intersection(*(set(one.labels.items()) for one in members))
    own = {name: lead.labels[name] for name in _OF_THE_MOST_URGENT if name in lead.labels}
    return replace(
        max(members, key=recency),
        source=lead.source,
        integration=lead.integration,
        fingerprint=group.fingerprint,
        starts_at=group.began,
        ends_at=group.end,
        labels={**dict(sorted(shared)), **own},
        received_at=max(received) if received else None,
        identity=group.identity,
    )


def grouped(events: Sequence[AlertEvent], rule: IdentityRule) -> tuple[Group, ...]:
    """The episodes that a rule would have made of alerts that it covers, the earliest first."""
    done: list[Group] = []
    last: dict[str, Group] = {}
    for event in sorted(events, key=lambda one: (one.starts_at, one.fingerprint)):
        wanted = rule.fingerprint(event.labels)
        open_ = last.get(wanted)
        if open_ is not None and not open_.touches(event):
            done.append(open_)
            open_ = None
        last[wanted] = joined(open_ or Group(wanted, rule.identity(event)), event)
    return tuple(sorted((*done, *last.values()), key=lambda one: (one.began or _EPOCH, one.fingerprint)))


def _kept(members: Mapping[Key, AlertEvent]) -> Mapping[Key, AlertEvent]:
    """As many as are kept; those that ended first go, and none that fires."""
    if len(members) <= MAX_MEMBERS:
        return members
    over = sorted(
        ((one.ends_at, key) for key, one in members.items() if one.ends_at is not None),
        key=lambda pair: (pair[0], pair[1]),
    )
    gone = {key for _, key in over[: len(members) - MAX_MEMBERS]}
    return {key: one for key, one in members.items() if key not in gone}
