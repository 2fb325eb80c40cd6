"""Rules about which alerts are one, as people write them; the intake reads them with the other rules."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from reliability_studio.domain.alerts import AlertEvent, AlertSource
from reliability_studio.domain.incidents.identity import SOURCES, IdentityRule
from reliability_studio.domain.incidents.members import Group, grouped
from reliability_studio.errors import FieldProblem, Invalid, NotFound
from reliability_studio.flows.rules import check_matchers, recent
from reliability_studio.flows.shelf import Held, Shelf
from reliability_studio.store import alerts, documents, members
from reliability_studio.store.documents import Kind
from reliability_studio.store.engine import Database

MAX_RULES = 200


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a rule would have made of the alerts of a period."""

    covered: int
    """Alerts that it would have decided about."""
    groups: tuple[Group, ...]
    """The episodes that they would have been, those of the most alerts first."""
    truncated: bool
    """There were more alerts than a dry run looks at."""


class Identities:
    """The rules of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._shelf = Shelf(database, Kind.IDENTITY, IdentityRule, most=MAX_RULES)

    async def listing(self, org_id: int) -> tuple[Held[IdentityRule], ...]:
        """All of them, in the order in which they are tried."""
        return await self._shelf.listing(org_id)

    async def get(self, org_id: int, name: str) -> Held[IdentityRule]:
        """One rule.

        Raises:
            NotFound: there is no such rule.
        """
        return await self._shelf.get(org_id, name)

    async def add(
        self, org_id: int, wanted: Held[IdentityRule], *, by: str, now: datetime
    ) -> Held[IdentityRule]:
        """Write a new rule; it comes back with its id.

        Raises:
            Invalid: names the fields that cannot be.
            Conflict: there are too many.
        """
        await self._check(org_id, wanted)
        return await self._shelf.add(
            org_id, wanted.value, position=wanted.position, enabled=wanted.enabled, by=by, now=now
        )

    async def change(
        self,
        org_id: int,
        wanted: Held[IdentityRule],
        *,
        by: str,
        now: datetime,
        version: int | None = None,
    ) -> Held[IdentityRule]:
        """Replace a rule; it decides about alerts that come from now on.

        Raises:
            Invalid: names the fields that cannot be.
            NotFound: there is no such rule.
            StaleWrite: somebody else changed it meanwhile.
        """
        await self._check(org_id, wanted)
        return await self._shelf.put(org_id, wanted, by=by, now=now, version=version, must_exist=True)

    async def delete(self, org_id: int, name: str, *, by: str, now: datetime) -> None:
        """Delete a rule; episodes that it made stay one until their last alert is over.

        Raises:
            NotFound: there is no such rule.
        """
        await self._shelf.delete(org_id, name, by=by, now=now)

    async def rehearse(self, org_id: int, rule: Held[IdentityRule], *, since: datetime) -> Rehearsal:
        """What a rule among the others would have made of the alerts since then.

        Raises:
            Invalid: names the fields that cannot be.
        """
        check(rule.value)
        async with self._database.reading() as connection:
            found, truncated = await recent(connection, org_id, since)
            others = [one for one in await self._shelf.read(connection, org_id) if one.enabled]
        tried = replace(rule.value, id=rule.name)
        earlier = [one.value for one in others if _order(one) < _order(rule) and one.name != rule.name]
        covered = [
            one.event
            for one in found
            if one.event.identity is None
            and tried.covers(one.event)
            and not any(other.covers(one.event) for other in earlier)
        ]
        groups = sorted(grouped(covered, tried), key=lambda one: -len(one.members))
        return Rehearsal(len(covered), tuple(groups), truncated)

    async def members(self, org_id: int, alert_id: int) -> tuple[AlertEvent, ...]:
        """The alerts that make an episode, oldest first; none where its source says what it is.

        Raises:
            NotFound: there is no such alert in this organisation.
        """
        async with self._database.reading() as connection:
            if await alerts.get(connection, org_id, alert_id) is None:
                raise NotFound(f"there is no alert {alert_id}")
            return (await members.of_alerts(connection, org_id, [alert_id]))[alert_id]

    async def _check(self, org_id: int, wanted: Held[IdentityRule]) -> None:
        """Refuse a rule that cannot work, or that is in use and names an integration that is not there.

        Raises:
            Invalid: names each field with its problem.
        """
        check(wanted.value)
        integration = wanted.value.integration
        if not integration or not wanted.enabled:
            return
        async with self._database.reading() as connection:
            if await documents.get(connection, org_id, Kind.INTEGRATION, integration) is None:
                raise Invalid.field("$.integration", f"there is no integration '{integration[:100]}'")


def check(rule: IdentityRule) -> None:
    """Refuse a rule that cannot work.

    Raises:
        Invalid: names each field with its problem.
    """
    check_matchers(rule.matchers)
    problems = tuple(_problems(rule))
    if problems:
        raise Invalid("; ".join(f"{p.path}: {p.problem}" for p in problems), problems)


def _problems(rule: IdentityRule) -> Iterator[FieldProblem]:
    if not rule.labels:
        yield FieldProblem("$.labels", "must name a label at least")
    if len(set(rule.labels)) < len(rule.labels):
        yield FieldProblem("$.labels", "names a label twice")
    if rule.source is not None and rule.source not in SOURCES:
        known = ", ".join(one.value for one in SOURCES)
        yield FieldProblem("$.source", f"must be one of {known}")
    if rule.integration and rule.source is not AlertSource.GENERIC:
        yield FieldProblem("$.integration", "is of generic senders: the source must be generic")


def _order(one: Held[IdentityRule]) -> tuple[int, str]:
    return one.position, one.name
