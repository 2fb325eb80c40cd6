"""Answers to questions about alerts, told in the timeline of the incident that an alert is in.

An answer that comes while its alert is in an incident is told at once; that of an alert which joins an
incident later, when maintenance or a parent is over, or since somebody puts it there, is told then. Each is
told once in an incident, however often the alert comes.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.alerts import AlertEvent
from reliability_studio.domain.incidents.enrichment import details, summary
from reliability_studio.domain.incidents.entries import MAX_TITLE
from reliability_studio.domain.timeline import Entry, EntryType
from reliability_studio.store import alerts, questions, timeline
from reliability_studio.store.questions import Question


async def tell_answers(
    connection: AsyncConnection, org_id: int, joined: Mapping[int, int], now: datetime
) -> None:
    """Tell what is known already about alerts that joined an incident.

    Args:
        connection: the transaction in which they joined.
        org_id: whose they are.
        joined: ids of alerts, each with the id of its incident.
        now: when they joined.
    """
    answered = await questions.answered(connection, org_id, joined)
    if not answered:
        return
    of = {one.id: one.event for one in await alerts.of_ids(connection, org_id, joined)}
    entries = [(joined[one.alert_id], answer_entry(one, of[one.alert_id], now)) for one in answered]
    await timeline.add_all(connection, org_id, entries)


def answer_entry(question: Question, event: AlertEvent, now: datetime) -> Entry:
    """What the timeline says about an answer: it happened when the alert came in."""
    reading = question.reading
    return Entry(
        type=EntryType.EVIDENCE,
        occurred_at=min(question.due_at, now),
        recorded_at=now,
        title=summary(question.title, reading)[:MAX_TITLE],
        source=question.source.value,
        source_key=f"question:{question.id}",
        description=details(reading),
        metadata={
            "alertname": event.name,
            "alert": question.alert_id,
            "query": question.query,
            "state": reading.state.value,
            "samples": reading.samples,
        },
    )
