"""Rules of an organisation: stored as documents, read whole before every decision.

`policy` is what the intake decides by; the rest is what people do with rules. Changing a rule never moves
an alert that has its place already.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.alerts import AlertEvent
from reliability_studio.domain.catalog import neighbours
from reliability_studio.domain.incidents.candidates import Draft
from reliability_studio.domain.incidents.enrichment import Enrichment
from reliability_studio.domain.incidents.grouping import place
from reliability_studio.domain.incidents.identity import IdentityRule
from reliability_studio.domain.incidents.ladder import Ladder
from reliability_studio.domain.incidents.maintenance import Window
from reliability_studio.domain.incidents.matchers import Matcher, Operator, pattern_problem
from reliability_studio.domain.incidents.model import Severity
from reliability_studio.domain.incidents.policy import History, Policy, Rule
from reliability_studio.errors import (
    Conflict,
    FieldProblem,
    Invalid,
    NotFound,
    SourceNotConfigured,
    StaleWrite,
)
from reliability_studio.flows.alert_history import remembered
from reliability_studio.sources.prometheus import Prometheus
from reliability_studio.store import alerts, audit, catalog, documents, ladder
from reliability_studio.store.documents import Document, Kind
from reliability_studio.store.engine import Database, lock_organisation
from reliability_studio.store.ladder import ladder_in
from reliability_studio.store.status_names import NAME, names_in

MAX_RULES = 500
_DECIDING = (
    Kind.RULE,
    Kind.MAINTENANCE,
    Kind.LADDER,
    Kind.PREFERENCE,
    Kind.IDENTITY,
    Kind.ENRICHMENT,
)
"""Documents that decide about alerts."""
DRY_RUN_ALERTS = 5_000
"""Episodes that a dry run looks at, the newest first."""
_PAGE = 500


@dataclass(frozen=True, slots=True)
class DryPlace:
    """Where a dry run would have put one alert."""

    alert: alerts.StoredAlert
    rule: str
    group: str
    """Name of the incident within the dry run; empty when it would open none."""
    reason: str
    reason_text: str


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a rule would have done with the alerts of a period."""

    places: tuple[DryPlace, ...]
    incidents: int
    truncated: bool
    """There were more alerts than a dry run looks at."""


async def policy(connection: AsyncConnection, org_id: int) -> Policy:
    """Everything that decides about the organisation's alerts."""
    services = await catalog.listing(connection, org_id)
    found = await documents.of_kinds(connection, org_id, _DECIDING)
    windows = [msgspec.convert(one.body, Window) for one in found[Kind.MAINTENANCE] if one.enabled]
    declared = {service.name: frozenset(service.depends_on) for service in services}
    return Policy(
        tuple(map(_rule, found[Kind.RULE])),
        neighbours(services),
        declared,
        {service.name: service.runbook_url for service in services if service.runbook_url},
        tuple(windows),
        ladder_in(next(iter(found[Kind.LADDER]), None)),
        names_in(next((one for one in found[Kind.PREFERENCE] if one.name == NAME), None)),
        tuple(_identity(one) for one in found[Kind.IDENTITY] if one.enabled),
        tuple(_enrichment(one) for one in found[Kind.ENRICHMENT] if one.enabled),
    )


def _identity(document: Document) -> IdentityRule:
    return replace(msgspec.convert(document.body, IdentityRule), id=document.name)


def _enrichment(document: Document) -> Enrichment:
    return replace(msgspec.convert(document.body, Enrichment), id=document.name)


async def stored_rules(connection: AsyncConnection, org_id: int) -> tuple[Rule, ...]:
    """The rules in their order, disabled ones too."""
    found = await documents.listing(connection, org_id, Kind.RULE)
    return tuple(map(_rule, found))


class Rules:
    """What people do with rules."""

    def __init__(self, database: Database, prometheus: Prometheus | None = None) -> None:
        self._database = database
        self._prometheus = prometheus

    async def listing(self, org_id: int) -> tuple[Rule, ...]:
        """All rules, in the order in which they are tried."""
        async with self._database.reading() as connection:
            return await stored_rules(connection, org_id)

    async def get(self, org_id: int, rule_id: str) -> Rule:
        """One rule.

        Raises:
            NotFound: there is no such rule.
        """
        async with self._database.reading() as connection:
            return await self._existing(connection, org_id, rule_id)

    async def add(self, org_id: int, rule: Rule, *, by: str, now: datetime) -> Rule:
        """Store a new rule; it comes back with its id.

        Raises:
            Invalid: a matcher cannot be used.
            Conflict: there are too many.
        """
        check(rule)
        async with self._database.writing() as connection:
            await lock_organisation(connection, org_id)
            levelled = _levelled(rule, await ladder.read(connection, org_id))
            fresh = replace(levelled, id=rule.id or uuid4().hex[:12], version=1)
            if len(await documents.listing(connection, org_id, Kind.RULE)) >= MAX_RULES:
                raise Conflict(f"there are {MAX_RULES} rules already: delete some first")
            stored = await documents.add(connection, org_id, _document(fresh, by, now))
            await audit.append(
                connection, org_id, now, by, "rule.create", f"rule:{fresh.id}", None, stored.body
            )
        return replace(fresh, version=stored.version)

    async def change(
        self, org_id: int, rule: Rule, *, by: str, now: datetime, version: int | None = None
    ) -> Rule:
        """Replace a rule; with a version only over that one.

        Raises:
            NotFound: there is no such rule.
            StaleWrite: somebody else changed it meanwhile.
            Invalid: a matcher cannot be used.
        """
        check(rule)
        async with self._database.writing() as connection:
            before = await self._existing(connection, org_id, rule.id)
            if version is not None and version != before.version:
                raise StaleWrite("the rule changed meanwhile: read it again", current=before.version)
            levelled = _levelled(rule, await ladder.read(connection, org_id))
            wanted = _document(replace(levelled, version=before.version), by, now)
            stored = await documents.save(connection, org_id, wanted)
            await audit.append(
                connection, org_id, now, by, "rule.update", f"rule:{rule.id}", _body(before), stored.body
            )
        return replace(levelled, version=stored.version)

    async def delete(self, org_id: int, rule_id: str, *, by: str, now: datetime) -> None:
        """Delete a rule; its incidents stay and follow the defaults.

        Raises:
            NotFound: there is no such rule.
        """
        async with self._database.writing() as connection:
            before = await self._existing(connection, org_id, rule_id)
            await documents.delete(connection, org_id, Kind.RULE, rule_id)
            await audit.append(
                connection, org_id, now, by, "rule.delete", f"rule:{rule_id}", _body(before), None
            )

    async def dry_run(
        self, org_id: int, rule: Rule, *, since: datetime, now: datetime, history: History = History.STORED
    ) -> DryRun:
        """What the rules with this one among them would have done with the alerts since then.

        Raises:
            Invalid: a matcher cannot be used.
            SourceError: Prometheus is to be asked, and is not configured or fails.
        """
        check(rule)
        # Asked while no connection is held: a slow source keeps nobody from the database.
        past = await self._remembered(org_id, since, now) if history is History.PROMETHEUS else None
        async with self._database.reading() as connection:
            found, truncated = past or await recent(connection, org_id, since)
            base = await policy(connection, org_id)
        others = [other for other in base.rules if other.id != rule.id]
        tried = tuple(sorted([*others, _levelled(rule, base.ladder)], key=lambda one: one.position))
        return _dry(found, replace(base, rules=tried), now, truncated=truncated)

    async def _remembered(
        self, org_id: int, since: datetime, now: datetime
    ) -> tuple[list[alerts.StoredAlert], bool]:
        if self._prometheus is None:
            raise SourceNotConfigured("no Prometheus is configured", source="prometheus")
        return await remembered(self._prometheus, org_id, since, now, limit=DRY_RUN_ALERTS)

    async def _existing(self, connection: AsyncConnection, org_id: int, rule_id: str) -> Rule:
        found = await documents.get(connection, org_id, Kind.RULE, rule_id)
        if found is None:
            raise NotFound(f"there is no rule '{rule_id[:100]}'")
        return _rule(found)


def check(rule: Rule) -> None:
    """Refuse a rule that cannot work.

    Raises:
        Invalid: names each matcher with its problem.
    """
    check_matchers(rule.matchers)


def check_matchers(matchers: Sequence[Matcher]) -> None:
    """Refuse patterns that cannot be used.

    Raises:
        Invalid: names each matcher with its problem.
    """
    problems = [
        FieldProblem(f"$.matchers[{position}].value", problem)
        for position, matcher in enumerate(matchers)
        if matcher.operator in {Operator.MATCHES, Operator.NOT_MATCHES}
        and (problem := pattern_problem(matcher.value))
    ]
    if problems:
        raise Invalid("; ".join(f"{p.path}: {p.problem}" for p in problems), tuple(problems))


def _levelled(rule: Rule, levels: Ladder) -> Rule:
    """The rule with what its levels count as.

    Raises:
        Invalid: names each level that there is not.
    """
    severities = dict(rule.severities)
    problems: list[FieldProblem] = []
    for word, level in rule.levels.items():
        grade, wrong = levels.chosen(severities.get(word, Severity.MEDIUM), level, f"$.levels.{word}")
        problems += [FieldProblem(path, text) for path, text in wrong]
        severities[word] = grade.severity
    if problems:
        raise Invalid("; ".join(f"{p.path}: {p.problem}" for p in problems), tuple(problems))
    return replace(rule, severities=severities)


async def recent(
    connection: AsyncConnection, org_id: int, since: datetime
) -> tuple[list[alerts.StoredAlert], bool]:
    """Alerts that began since then, the newest first, and whether there were more than a dry run looks at."""
    found: list[alerts.StoredAlert] = []
    cursor: str | None = None
    while True:
        page = await alerts.search(connection, org_id, firing=None, cursor=cursor, limit=_PAGE)
        fresh = [one for one in page.items if one.event.starts_at >= since]
        found += fresh
        cursor = page.cursor
        if cursor is None or len(fresh) < len(page.items):
            return found, False
        if len(found) >= DRY_RUN_ALERTS:
            return found, True


def _dry(found: Sequence[alerts.StoredAlert], tried: Policy, now: datetime, *, truncated: bool) -> DryRun:
    by_episode = {one.event.episode: one for one in found}
    # Ends are left out: the question is what would have been grouped, not what is over by now.
    events: list[AlertEvent] = [replace(one.event, ends_at=None) for one in found]
    placed = place(events, (), replace(tried, windows=()), now)
    places = tuple(
        DryPlace(
            alert=by_episode[one.event.episode],
            rule=one.rule.name,
            group=f"#{one.target.key + 1}" if isinstance(one.target, Draft) else "",
            reason=one.reason.value,
            reason_text=one.text,
        )
        for one in placed
    )
    return DryRun(places, len({one.group for one in places} - {""}), truncated)


def _rule(document: Document) -> Rule:
    return replace(
        msgspec.convert(document.body, Rule),
        id=document.name,
        position=document.position,
        enabled=document.enabled,
        version=document.version,
    )


def _document(rule: Rule, by: str, now: datetime) -> Document:
    return Document(
        kind=Kind.RULE,
        name=rule.id,
        body=_body(rule),
        updated_at=now,
        updated_by=by,
        position=rule.position,
        enabled=rule.enabled,
        version=rule.version,
    )


def _body(rule: Rule) -> object:
    return msgspec.to_builtins(rule)
