"""The incidents that an alert may belong to, found by what ties them instead of one after the other.

A delivery of thousands of alerts that each open an incident of their own, or a store with thousands of open
ones, must not make everybody wait while each alert is held against each incident.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from reliability_studio.domain.incidents.model import Incident, Status
from reliability_studio.domain.incidents.policy import Rule


@dataclass(frozen=True, slots=True)
class Draft:
    """An incident that is about to be opened. `key` is its place among those of one batch."""

    key: int
    service: str
    environment: str
    started: datetime
    rule: Rule
    group_key: str


Candidate = Incident | Draft


def rule_id(one: Candidate) -> str:
    """The rule that opened it; empty for the defaults and for what people opened."""
    return one.rule.id if isinstance(one, Draft) else one.rule


def onset(one: Candidate) -> datetime:
    """When it began."""
    return one.started if isinstance(one, Draft) else one.started_at


class Candidates:
    """Incidents in the order of their numbers, then drafts in the order in which they were made."""

    def __init__(self, incidents: Iterable[Incident]) -> None:
        self.drafts = 0
        self._all: list[Candidate] = []
        self._group: dict[tuple[str, str], Candidate] = {}
        self._ended: defaultdict[tuple[str, str], list[Incident]] = defaultdict(list)
        self._about: defaultdict[str, list[int]] = defaultdict(list)
        self._affects: defaultdict[str, list[int]] = defaultdict(list)
        for one in sorted(incidents, key=lambda one: one.number):
            if one.status.active:
                self._add(one, one.services)
            else:
                self._all.append(one)
            if one.status is Status.RESOLVED:
                self._ended[rule_id(one), one.group_key].append(one)

    def add(self, draft: Draft) -> None:
        """One more that is about to be opened."""
        self._add(draft, ())
        self.drafts += 1

    def every(self) -> Sequence[Candidate]:
        """All of them, those that are over too."""
        return self._all

    def of_group(self, rule: Rule, key: str) -> Candidate | None:
        """The first open one of a group of this rule."""
        return self._group.get((rule.id, key))

    def ended(self, rule: Rule, key: str) -> Iterable[Incident]:
        """Those of a group that were resolved, the newest first."""
        return reversed(self._ended.get((rule.id, key), ()))

    def affecting(self, service: str) -> Iterable[Candidate]:
        """Open ones of a service or with an effect on it."""
        return (self._all[place] for place in self._affects.get(service, ()))

    def about(self, services: Collection[str]) -> Iterable[Candidate]:
        """Open ones of any of these services."""
        places = sorted(place for service in services for place in self._about.get(service, ()))
        return (self._all[place] for place in places)

    def _add(self, one: Candidate, affected: Sequence[str]) -> None:
        place = len(self._all)
        self._all.append(one)
        self._group.setdefault((rule_id(one), one.group_key), one)
        self._about[one.service].append(place)
        for service in {one.service, *affected}:
            self._affects[service].append(place)
