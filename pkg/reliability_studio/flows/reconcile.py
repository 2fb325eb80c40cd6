"""Polling as the correction of webhooks: takes in a firing that never came, notices an end that never came.

What a source no longer lists is over; but a report that is younger than `GRACE` is believed, since a list may
be a moment older than a webhook. Poll the same Alertmanager that sends the webhooks.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from reliability_studio.domain.alerts import AlertEvent
from reliability_studio.flows.ingest import Intake
from reliability_studio.flows.taken import Taken
from reliability_studio.sources.alertmanager import Listed
from reliability_studio.store import alerts, members
from reliability_studio.store.engine import Database

GRACE = timedelta(minutes=2)
"""How long after its last report an alert that is not listed still counts as firing."""
AGAIN = timedelta(minutes=10)
"""How long a report that only repeats itself is not written again."""


class Lister(Protocol):
    """A source that lists its alerts."""

    async def alerts(self, now: datetime) -> Listed:
        """Every alert that is not over."""
        ...


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What one poll did."""

    taken: Taken
    ended: int
    """Alerts that were over without anybody having said so."""


async def poll(database: Database, intake: Intake, source: Lister, org_id: int, now: datetime) -> Reconciled:
    """Compare what the source lists with what is stored, and take the difference in.

    Raises:
        SourceError: the source could not be asked; nothing is concluded from that.
        StoreError: nothing was stored.
    """
    listed = await source.alerts(now)
    async with database.reading() as connection:
        firing = await alerts.firing(connection, org_id, source=listed.source)
        # Of alerts that a rule takes for one the source lists each; their episode has a name of ours.
        held = [one.event for one in firing if one.event.identity is None]
        held += await members.firing(connection, org_id, listed.source)
    over = vanished(held, listed.present, now)
    known = {event.episode: event for event in held}
    news = [
        _completed(event, known.get(event.episode))
        for event in listed.firing
        if _is_news(event, known.get(event.episode), now)
    ]
    return Reconciled(await intake.apply(org_id, [*news, *over], now), len(over))


def vanished(
    firing: Collection[AlertEvent], present: frozenset[tuple[str, datetime]], now: datetime
) -> tuple[AlertEvent, ...]:
    """The ends of alerts that the source no longer lists."""
    return tuple(
        replace(event, ends_at=now, received_at=now)
        for event in firing
        if event.episode not in present and now - (event.received_at or event.starts_at) >= GRACE
    )


def _is_news(event: AlertEvent, held: AlertEvent | None, now: datetime) -> bool:
    """Whether it is unknown, says something else now, or was heard so long ago that it is noted again."""
    if held is None:
        return True
    said = held.annotations.items() >= event.annotations.items()
    return now - (held.received_at or held.starts_at) >= AGAIN or not said


def _completed(event: AlertEvent, held: AlertEvent | None) -> AlertEvent:
    """With what a webhook said beyond the list: Grafana's tells of dashboards, its list does not."""
    if held is None:
        return event
    return replace(event, annotations={**held.annotations, **event.annotations})
