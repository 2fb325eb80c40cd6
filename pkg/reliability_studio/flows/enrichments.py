"""Rules that have a question asked when an alert comes in, as people write them, and what was asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from reliability_studio.domain.incidents.enrichment import (
    Enrichment,
    EnrichmentSource,
    QuestionState,
    Reading,
)
from reliability_studio.errors import Invalid, NotFound
from reliability_studio.flows.asking import Asking, query_for
from reliability_studio.flows.rules import check_matchers
from reliability_studio.flows.shelf import Held, Shelf
from reliability_studio.sources.alert_places import check_logql, check_promql
from reliability_studio.store import alerts, questions
from reliability_studio.store.documents import Kind
from reliability_studio.store.engine import Database
from reliability_studio.store.questions import Question

MAX_RULES = 100
MOST_WINDOW = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule would have found for labels that somebody gave."""

    query: str
    """As it was sent; empty when it could not be."""
    reading: Reading


class Enrichments:
    """The rules of one database, and the answers to what they asked."""

    def __init__(self, database: Database, asking: Asking) -> None:
        self._database = database
        self._asking = asking
        self._shelf = Shelf(database, Kind.ENRICHMENT, Enrichment, most=MAX_RULES)

    async def listing(self, org_id: int) -> tuple[Held[Enrichment], ...]:
        """All rules, in their order."""
        return await self._shelf.listing(org_id)

    async def get(self, org_id: int, name: str) -> Held[Enrichment]:
        """One rule.

        Raises:
            NotFound: there is no such rule.
        """
        return await self._shelf.get(org_id, name)

    async def add(self, org_id: int, wanted: Held[Enrichment], *, by: str, now: datetime) -> Held[Enrichment]:
        """Write a new rule; it comes back with its id.

        Raises:
            Invalid: names the fields that cannot be.
            Conflict: there are too many.
        """
        check(wanted.value)
        return await self._shelf.add(
            org_id, wanted.value, position=wanted.position, enabled=wanted.enabled, by=by, now=now
        )

    async def change(
        self, org_id: int, wanted: Held[Enrichment], *, by: str, now: datetime, version: int | None = None
    ) -> Held[Enrichment]:
        """Replace a rule; what it had asked stays as it was.

        Raises:
            Invalid: names the fields that cannot be.
            NotFound: there is no such rule.
            StaleWrite: somebody else changed it meanwhile.
        """
        check(wanted.value)
        return await self._shelf.put(org_id, wanted, by=by, now=now, version=version, must_exist=True)

    async def delete(self, org_id: int, name: str, *, by: str, now: datetime) -> None:
        """Delete a rule; what it had asked stays.

        Raises:
            NotFound: there is no such rule.
        """
        await self._shelf.delete(org_id, name, by=by, now=now)

    async def of_alert(self, org_id: int, alert_id: int) -> tuple[Question, ...]:
        """What was asked about an alert, and what came of it.

        Raises:
            NotFound: there is no such alert in this organisation.
        """
        async with self._database.reading() as connection:
            if await alerts.get(connection, org_id, alert_id) is None:
                raise NotFound(f"there is no alert {alert_id}")
            return await questions.of_alert(connection, org_id, alert_id)

    async def rehearse(self, rule: Enrichment, labels: Mapping[str, str], now: datetime) -> Trial:
        """Ask now, for an alert with these labels; nothing is kept.

        Raises:
            Invalid: names the fields of the rule that cannot be.
        """
        check(rule)
        try:
            query = query_for(rule, labels)
        except Invalid as error:
            return Trial("", Reading(QuestionState.NOT_RUN, str(error)))
        return Trial(query, await self._asking.answer(rule.source, query, rule.window, now))


def check(rule: Enrichment) -> None:
    """Refuse a rule that cannot work.

    Raises:
        Invalid: names each field with its problem.
    """
    check_matchers(rule.matchers)
    if not timedelta(seconds=1) <= rule.window <= MOST_WINDOW:
        raise Invalid.field("$.windowSeconds", f"must be 1 to {round(MOST_WINDOW.total_seconds())}")
    if rule.source is EnrichmentSource.PROMETHEUS:
        check_promql(rule.query, "$.query")
    else:
        check_logql(rule.query, "$.query")
