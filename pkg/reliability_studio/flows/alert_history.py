"""Alerts as Prometheus remembers them: its series `ALERTS`, there as long as a rule fires.

    found, truncated = await remembered(prometheus, org_id, since, now, limit=5_000)

For dry runs before any alert has come in. An episode is an unbroken run of the series; when it began is known
to within one step. Annotations are not part of the series.
"""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from reliability_studio.domain.alerts import AlertEvent, AlertSource, fingerprint
from reliability_studio.sources.prometheus import MAX_POINTS, Prometheus, Series
from reliability_studio.store.alerts import StoredAlert

MINUTE_S = 60
_NOT_LABELS = frozenset({"__name__", "alertstate"})


async def remembered(
    prometheus: Prometheus, org_id: int, since: datetime, now: datetime, *, limit: int
) -> tuple[list[StoredAlert], bool]:
    """Episodes that fired since then, the newest first, and whether there were more than `limit`.

    They are stored nowhere: their ids are negative.

    Raises:
        SourceError: Prometheus fails or refuses.
    """
    step = step_of(now - since)
    # Whatever fired within a step is seen, however short it was.
    query = f'max_over_time(ALERTS{{alertstate="firing"}}[{step}s])'
    answer = await prometheus.query_range(query, since, now, step_s=step)
    events = [event for series in answer.series for event in episodes(series, step, now)]
    events.sort(key=lambda one: (one.starts_at, one.fingerprint), reverse=True)
    kept = [
        StoredAlert(-place, org_id, event, None, None, "", "", event.starts_at)
        for place, event in enumerate(events[:limit], start=1)
    ]
    return kept, len(events) > limit


def step_of(period: timedelta) -> int:
    """Seconds between points, in whole minutes, so that a period is one query."""
    return max(1, math.ceil(period.total_seconds() / (MAX_POINTS - 1) / MINUTE_S)) * MINUTE_S


def episodes(series: Series, step_s: int, now: datetime) -> Iterator[AlertEvent]:
    """The unbroken runs of one series; one that reaches the last step still fires."""
    labels = {name: value for name, value in series.labels.items() if name not in _NOT_LABELS}
    mark, began = fingerprint(labels), 0
    times = series.times
    for place, at in enumerate(times):
        if place + 1 < len(times) and times[place + 1] - at < 1.5 * step_s:
            continue
        ended = datetime.fromtimestamp(at, UTC)
        yield AlertEvent(
            source=AlertSource.PROMETHEUS,
            fingerprint=mark,
            starts_at=datetime.fromtimestamp(times[began], UTC),
            ends_at=None if now - ended < timedelta(seconds=step_s) else ended,
            labels=labels,
        )
        began = place + 1
