"""Which earlier incidents are like this one, and how rare its kind is.

Three things make two incidents alike: what their alerts share (the group), the service, and the words of
the title. The score says which of them agree; the label says how often this kind came in the last 30 days.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from reliability_studio.domain.incidents.model import Incident

GROUP_WEIGHT = 0.5
SERVICE_WEIGHT = 0.2
WORDS_WEIGHT = 0.3
LEAST = 0.35
"""Below this two incidents have too little in common to show one beside the other."""

RARITY_WINDOW = timedelta(days=30)
FREQUENT_SHARE = 0.2
RARE_SHARE = 0.05

_WORD = re.compile(r"[^\W_]+")


class Rarity(StrEnum):
    """How often this kind of incident came in the last 30 days."""

    NEVER_SEEN = "never_seen"
    RARE = "rare"
    """At most 5 % of the incidents."""
    OCCASIONAL = "occasional"
    FREQUENT = "frequent"
    """At least 20 % of the incidents."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """An earlier incident and why it is shown."""

    incident: Incident
    score: float
    """0..1; the sum of what agrees, for ordering, no probability."""
    agrees: tuple[str, ...]
    """`group`, `service`, `title`."""


@dataclass(frozen=True, slots=True)
class Similar:
    """The most similar earlier incidents, best first, and the rarity of the kind."""

    items: tuple[Likeness, ...]
    rarity: Rarity
    recurrences: int
    """Incidents of the same kind in the last 30 days."""


def similar(incident: Incident, others: Sequence[Incident], *, now: datetime, limit: int = 10) -> Similar:
    """Compare an incident with others of its organisation."""
    rest = [other for other in others if other.number != incident.number and not other.drill]
    likes = [like for other in rest if (like := likeness(incident, other)).score >= LEAST]
    likes.sort(key=lambda like: (-like.score, -like.incident.number))
    recent = [other for other in rest if now - other.started_at <= RARITY_WINDOW]
    same = [other for other in recent if recurs(incident, other)]
    return Similar(tuple(likes[:limit]), _rarity(len(same), len(recent)), len(same))


def likeness(one: Incident, other: Incident) -> Likeness:
    """How much two incidents have in common."""
    mine, theirs = _words(one.title), _words(other.title)
    shared = len(mine & theirs) / len(mine | theirs) if mine | theirs else 0.0
    score = WORDS_WEIGHT * shared
    agrees = ["title"] if shared >= 0.5 else []  # noqa: PLR2004 - half the words
    services = {one.service, *one.services} & {other.service, *other.services}
    if one.service in services or other.service in services:
        score += SERVICE_WEIGHT
        agrees.append("service")
    if one.group_key and one.group_key == other.group_key:
        score += GROUP_WEIGHT
        agrees.append("group")
    return Likeness(other, round(score, 3), tuple(sorted(agrees)))


def recurs(one: Incident, other: Incident) -> bool:
    """Whether both are of one kind: the same group, or the same title for the same service."""
    if one.group_key or other.group_key:
        return one.group_key == other.group_key and _words(one.title) == _words(other.title)
    return one.service == other.service and _words(one.title) == _words(other.title)


def _rarity(same: int, all_: int) -> Rarity:
    if not same:
        return Rarity.NEVER_SEEN
    share = same / all_
    if share >= FREQUENT_SHARE:
        return Rarity.FREQUENT
    return Rarity.RARE if share <= RARE_SHARE else Rarity.OCCASIONAL


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))
