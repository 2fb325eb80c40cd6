"""What rules have asked about alerts: due ones, and what came of each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.incidents.enrichment import (
    EnrichmentSource,
    Measured,
    Noted,
    QuestionState,
    Reading,
)
from reliability_studio.store.statements import chunks, inserting
from reliability_studio.store.tables.alerts import alert_questions, alerts

MOST_OF_ALERT = 100
"""Bound on what is read of one alert."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question about one alert, and how far it is. `id` is 0 until it is stored."""

    alert_id: int
    rule: str
    title: str
    source: EnrichmentSource
    query: str
    """As it is sent; as it was written where the alert lacks what it asks for."""
    window: timedelta
    due_at: datetime
    """When the alert came in: the moment that it is about."""
    reading: Reading
    ran_at: datetime | None = None
    id: int = 0


async def ask(connection: AsyncConnection, org_id: int, questions: Sequence[Question]) -> None:
    """Store questions; of a rule that has asked about an alert before, nothing is stored."""
    for part in chunks(questions):
        adding = inserting(connection, alert_questions).on_conflict_do_nothing()
        await connection.execute(adding, [_row(org_id, one) for one in part])


async def due(connection: AsyncConnection, org_id: int, limit: int) -> tuple[Question, ...]:
    """Questions that nobody has asked yet, the oldest first."""
    rows = await connection.execute(
        select(alert_questions)
        .where(alert_questions.c.org_id == org_id, alert_questions.c.state == QuestionState.DUE.value)
        .order_by(alert_questions.c.id)
        .limit(limit)
    )
    return tuple(map(_question, rows))


async def of_alert(connection: AsyncConnection, org_id: int, alert_id: int) -> tuple[Question, ...]:
    """The questions about an alert, in the order of their rules."""
    rows = await connection.execute(
        select(alert_questions)
        .where(alert_questions.c.org_id == org_id, alert_questions.c.alert_id == alert_id)
        .order_by(alert_questions.c.id)
        .limit(MOST_OF_ALERT)
    )
    return tuple(map(_question, rows))


async def answered(
    connection: AsyncConnection, org_id: int, alert_ids: Collection[int]
) -> tuple[Question, ...]:
    """Questions about these alerts that were asked and answered, in the order of their rules."""
    found: list[Question] = []
    for part in chunks(sorted(set(alert_ids))):
        rows = await connection.execute(
            select(alert_questions)
            .where(
                alert_questions.c.org_id == org_id,
                alert_questions.c.alert_id.in_(part),
                alert_questions.c.ran_at.is_not(None),
            )
            .order_by(alert_questions.c.alert_id, alert_questions.c.id)
        )
        found += map(_question, rows)
    return tuple(found)


async def asked(connection: AsyncConnection, org_id: int, incident_ids: Collection[int]) -> Mapping[int, int]:
    """How many questions about the alerts of each of these incidents were asked; absent: none."""
    if not incident_ids:
        return {}
    rows = await connection.execute(
        select(alerts.c.incident_id, func.count())
        .select_from(alerts.join(alert_questions, alert_questions.c.alert_id == alerts.c.id))
        .where(
            alerts.c.org_id == org_id,
            alerts.c.incident_id.in_(sorted(set(incident_ids))),
            alert_questions.c.ran_at.is_not(None),
        )
        .group_by(alerts.c.incident_id)
    )
    return {int(incident): int(count) for incident, count in rows}


async def answer(
    connection: AsyncConnection, org_id: int, question: Question, reading: Reading, at: datetime | None
) -> bool:
    """Write what came of a due question; False when somebody has done so before, or its alert is gone."""
    kept = {"values": reading.values, "lines": reading.lines}
    done = await connection.execute(
        update(alert_questions)
        .where(
            alert_questions.c.id == question.id,
            alert_questions.c.org_id == org_id,
            alert_questions.c.state == QuestionState.DUE.value,
        )
        .values(
            state=reading.state.value,
            text=reading.text,
            answer=msgspec.to_builtins(kept),
            samples=reading.samples,
            ran_at=at,
        )
    )
    return done.rowcount > 0


def _row(org_id: int, question: Question) -> dict[str, Any]:
    return {
        "org_id": org_id,
        "alert_id": question.alert_id,
        "rule": question.rule,
        "title": question.title,
        "source": question.source.value,
        "query": question.query,
        "window_s": round(question.window.total_seconds()),
        "due_at": question.due_at,
        "state": question.reading.state.value,
        "text": question.reading.text,
        "answer": {},
        "samples": 0,
        "ran_at": None,
    }


def _question(row: Row[Any]) -> Question:
    return Question(
        alert_id=row.alert_id,
        rule=row.rule,
        title=row.title,
        source=EnrichmentSource(row.source),
        query=row.query,
        window=timedelta(seconds=row.window_s),
        due_at=row.due_at,
        reading=Reading(
            QuestionState(row.state),
            row.text,
            values=msgspec.convert(row.answer.get("values", ()), tuple[Measured, ...]),
            lines=msgspec.convert(row.answer.get("lines", ()), tuple[Noted, ...]),
            samples=row.samples,
        ),
        ran_at=row.ran_at,
        id=row.id,
    )
