"""Questions about alerts that came in: stored with the alert, asked by a job, told in the incident.

    asked_about(events, policy, now)     what the rules have asked about new alerts; inside the intake
    await Asking(…).sweep(now)           asks what is due; outside of it
    await Asking(…).answer(…)            one answer without an alert, to try a rule out

Nothing here holds an alert up: the intake stores a row and answers. Each question is about the moment when
its alert came in, so that after a restart, when it is asked late, the answer is still the same.
"""

import asyncio
import logging
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from reliability_studio.domain.alerts import AlertEvent
from reliability_studio.domain.incidents.enrichment import (
    LATE,
    MOST_KEPT,
    PER_DELIVERY,
    PER_INCIDENT,
    Enrichment,
    EnrichmentSource,
    QuestionState,
    Reading,
    of_lines,
    of_values,
)
from reliability_studio.domain.incidents.policy import Policy
from reliability_studio.errors import Invalid, SourceError
from reliability_studio.flows.answers import answer_entry
from reliability_studio.flows.hub import Hub, Notice
from reliability_studio.observability.redaction import redact
from reliability_studio.sources.alert_places import asks_lines, filled, filled_logql
from reliability_studio.sources.loki import Loki
from reliability_studio.sources.prometheus import Answer, Prometheus
from reliability_studio.store import alerts, incidents, questions, timeline
from reliability_studio.store.engine import Database, lock_organisation
from reliability_studio.store.questions import Question

_log = logging.getLogger(__name__)

AT_ONCE = 20
"""Questions of one run of the job."""
SIDE_BY_SIDE = 4
"""Of these, so many wait for an answer at the same time."""
PATIENCE_S = 10.0
"""How long one answer is waited for."""
_DUE = Reading(QuestionState.DUE, "")


def asked_about(events: Mapping[int, AlertEvent], policy: Policy, now: datetime) -> tuple[Question, ...]:
    """What rules have asked about new alerts that fire, by the alerts' ids.

    Of one delivery no more than `PER_DELIVERY` are asked; the rest is stored as not run, with the reason.
    """
    made: list[Question] = []
    for alert_id, event in events.items():
        if not event.resolved:
            made += [_question(alert_id, event, rule, now) for rule in policy.enrichments_of(event)]
    if len(made) > PER_DELIVERY:
        _log.warning("questions about alerts are not asked", extra={"too_many": len(made) - PER_DELIVERY})
        # As many again are kept with the reason; a storm is no reason to fill the store.
        text = f"the delivery had more than {PER_DELIVERY} questions"
        refused = Reading(QuestionState.NOT_RUN, text)
        rest = [replace(one, reading=refused) for one in made[PER_DELIVERY : 2 * PER_DELIVERY]]
        made = [*made[:PER_DELIVERY], *rest]
    return tuple(made)


def query_for(rule: Enrichment, labels: Mapping[str, str]) -> str:
    """What a rule asks about an alert with these labels.

    Raises:
        Invalid: it cannot be asked about them; says why.
    """
    if rule.source is EnrichmentSource.LOKI:
        return filled_logql(rule.query, labels)
    return filled(rule.query, labels)


class Asking:
    """Asks the sources of one organisation."""

    def __init__(
        self, org_id: int, database: Database, hub: Hub, prometheus: Prometheus | None, loki: Loki | None
    ) -> None:
        self._org_id = org_id
        self._database = database
        self._hub = hub
        self._prometheus = prometheus
        self._loki = loki

    async def sweep(self, now: datetime) -> int:
        """Ask what is due, the oldest first; how many questions that were."""
        async with self._database.reading() as connection:
            due = await questions.due(connection, self._org_id, AT_ONCE)
            if not due:
                return 0
            about = await alerts.of_ids(connection, self._org_id, [one.alert_id for one in due])
            homes = {one.id: one.incident_id for one in about}
            there = [home for home in homes.values() if home is not None]
            used = Counter(await questions.asked(connection, self._org_id, there))
        turns = asyncio.Semaphore(SIDE_BY_SIDE)
        async with asyncio.TaskGroup() as group:
            for one in due:
                home = homes.get(one.alert_id)
                refused = _refused(one, used[home] if home is not None else 0, now)
                if home is not None and refused is None:
                    used[home] += 1
                group.create_task(self._one(one, refused, turns, now))
        return len(due)

    async def answer(self, source: EnrichmentSource, query: str, window: timedelta, at: datetime) -> Reading:
        """What a query gives at a moment; whatever is in the way of an answer becomes words."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._asked(source, query, window, at)
        except TimeoutError:
            return Reading(QuestionState.FAILED, f"gave no answer within {PATIENCE_S:g} s")
        except SourceError as error:
            return Reading(QuestionState.FAILED, str(error))

    async def _asked(self, source: EnrichmentSource, query: str, window: timedelta, at: datetime) -> Reading:
        if source is EnrichmentSource.PROMETHEUS:
            if self._prometheus is None:
                return Reading(QuestionState.NOT_RUN, "no Prometheus is configured")
            return _numbers(await self._prometheus.query(query, at=at))
        if self._loki is None:
            return Reading(QuestionState.NOT_RUN, "no Loki is configured")
        if not asks_lines(query):
            return _numbers(await self._loki.query(query, at=at))
        found = await self._loki.lines(query, at - window, at, limit=MOST_KEPT + 1)
        return of_lines([(line.at, redact(line.text)) for line in found])

    async def _one(
        self, question: Question, refused: Reading | None, turns: asyncio.Semaphore, now: datetime
    ) -> None:
        reading = refused
        if reading is None:
            async with turns:
                reading = await self.answer(question.source, question.query, question.window, question.due_at)
        await self._keep(question, reading, now)

    async def _keep(self, question: Question, reading: Reading, now: datetime) -> None:
        """Write the answer beside its alert and, once, into the timeline of the alert's incident."""
        ran_at = None if reading.state is QuestionState.NOT_RUN else now
        notice: Notice | None = None
        async with self._database.writing() as connection:
            await lock_organisation(connection, self._org_id)
            if not await questions.answer(connection, self._org_id, question, reading, ran_at):
                return
            alert = await alerts.get(connection, self._org_id, question.alert_id)
            if alert is None or alert.incident_number is None or ran_at is None:
                return
            incident = await incidents.get(connection, self._org_id, alert.incident_number)
            if incident is not None:
                entry = answer_entry(replace(question, reading=reading), alert.event, now)
                await timeline.add(connection, self._org_id, incident.id, (entry,))
                notice = Notice("incident", incident.key, incident.version, "evidence", now)
        if notice is not None:
            self._hub.publish(self._org_id, notice)


def _question(alert_id: int, event: AlertEvent, rule: Enrichment, now: datetime) -> Question:
    made = Question(alert_id, rule.id, rule.title, rule.source, rule.query, rule.window, now, _DUE)
    try:
        return replace(made, query=query_for(rule, event.labels))
    except Invalid as error:
        return replace(made, reading=Reading(QuestionState.NOT_RUN, str(error)))


def _refused(question: Question, used: int, now: datetime) -> Reading | None:
    """Why a question is not asked at all."""
    if now - question.due_at > LATE:
        hours = round(LATE.total_seconds() / 3600)
        return Reading(QuestionState.NOT_RUN, f"nothing ran for {hours} hours after the alert came in")
    if used >= PER_INCIDENT:
        return Reading(
            QuestionState.NOT_RUN, f"{PER_INCIDENT} questions were asked about this incident already"
        )
    return None


def _numbers(answer: Answer) -> Reading:
    return of_values(list(_newest(answer)), [redact(each) for each in answer.warnings])


def _newest(answer: Answer) -> Iterator[tuple[Mapping[str, str], float | None]]:
    for series in answer.series:
        values: Sequence[float] = series.values
        if values:
            yield series.labels, values[-1] if math.isfinite(values[-1]) else None
