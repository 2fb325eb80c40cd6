"""A folder of recorded telemetry as the columns that an investigation reads (`docs/replay-format.md`).

Recordings come from many hands, so reading is lenient about units of time, optional columns and spellings
that mean the same, and strict about what would change an answer in silence: an unreadable file, a missing
required column or a time that is none is an error that names the file and the column.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from reliability_studio.domain.correlation.engine import LOOKBACK, ms
from reliability_studio.domain.correlation.telemetry import Change, ClusterEvent, Question, Telemetry
from reliability_studio.errors import Invalid, NotFound, TooLarge
from reliability_studio.flows import recorded_tables
from reliability_studio.flows.recorded_tables import TIMES

MOST_JSON_BYTES = 64 * 2**20
KEEP_AFTER = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Recording:
    """What a folder holds, and what it asks."""

    telemetry: Telemetry
    question: Question
    read: tuple[str, ...]
    """Files that were there."""


def read(folder: Path, at: datetime | None = None) -> Recording:
    """Read a folder; `at` cuts off everything later and defaults to the end of the recording.

    Raises:
        NotFound: there is no such folder, no `incident.json`, or neither metrics nor spans.
        Invalid: a file cannot be read or lacks what it must have.
        TooLarge: a file has more rows in the window than can be held.
    """
    if not folder.is_dir():
        raise NotFound(f"{folder}: there is no such folder")
    incident = _incident(folder)
    start, end, service = incident
    if at is not None and at <= start:
        raise Invalid.field("--at", f"must be after the incident's start, {start.isoformat()}")
    window = (ms(start - LOOKBACK), min(ms(start + KEEP_AFTER), ms(at) if at is not None else 2**62))
    metrics = recorded_tables.read(folder, "metrics", window)
    spans = recorded_tables.read(folder, "spans", window)
    if metrics is None and spans is None:
        raise NotFound(f"{folder}: needs metrics.parquet or spans.parquet")
    logs = recorded_tables.read(folder, "logs", window)
    edges = recorded_tables.read(folder, "edges", None)
    names = _names(metrics, spans, logs, edges)
    changes = tuple(_change(item, where) for item, where in _items(folder, "changes.json"))
    events = tuple(_event(item, where, names) for item, where in _items(folder, "kubernetes_events.json"))
    moment = at or end or _last(metrics, spans, start)
    telemetry = Telemetry.of(
        metrics=metrics, spans=spans, logs=logs, edges=edges, changes=changes, events=events
    )
    files = ("incident.json", *(name for name in _FILES if (folder / name).exists()))
    return Recording(telemetry, Question(start, max(moment, start), service, end), files)


_FILES = (
    "metrics.parquet",
    "edges.parquet",
    "spans.parquet",
    "logs.parquet",
    "changes.json",
    "kubernetes_events.json",
)


def _incident(folder: Path) -> tuple[datetime, datetime | None, str]:
    path = folder / "incident.json"
    if not path.is_file():
        raise NotFound(f"{path}: every recording needs an incident.json")
    found = _json(path)
    if not isinstance(found, dict):
        raise Invalid.field("incident.json", "must be an object")
    start = _moment(_first(found, ("start", "started_at", "startsAt", *TIMES)), "incident.json: start")
    ended = _first(found, ("end", "ended_at", "endsAt"))
    end = None if ended is None else _moment(ended, "incident.json: end")
    if end is not None and end <= start:
        raise Invalid.field("incident.json: end", "must be after the start")
    service = _first(found, ("service", "symptom_service", "symptomService", "symptom"))
    return start, end, str(service or "")


def _json(path: Path) -> Any:
    if path.stat().st_size > MOST_JSON_BYTES:
        raise TooLarge(f"{path.name}: larger than {MOST_JSON_BYTES // 2**20} MiB")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Invalid.field(path.name, f"is not JSON: {error}") from error


def _items(folder: Path, name: str) -> list[tuple[Mapping[str, Any], str]]:
    path = folder / name
    if not path.is_file():
        return []
    found = _json(path)
    if isinstance(found, dict):
        found = found.get("items", found.get("events", found.get("changes")))
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise Invalid.field(name, "must be a list of objects")
    return [(item, f"{name}[{at}]") for at, item in enumerate(found)]


def _change(item: Mapping[str, Any], where: str) -> Change:
    return Change(
        at=_moment(_first(item, TIMES), f"{where}: ts"),
        service=_text(_first(item, ("service", "workload", "target"))),
        kind=_text(_first(item, ("kind", "type"))) or "other",
        summary=_text(_first(item, ("summary", "description", "message", "detail"))),
        id=_text(item.get("id")),
        worse_beside=item.get("worse_beside") is True,
    )


def _event(item: Mapping[str, Any], where: str, services: Sequence[str]) -> ClusterEvent:
    involved = item.get("involvedObject") or item.get("regarding")
    named = involved.get("name") if isinstance(involved, dict) else None
    subject = _text(_first(item, ("object", "pod", "name")) or named)
    times = ("lastTimestamp", "eventTime", "firstTimestamp", *TIMES)
    count = item.get("count")
    return ClusterEvent(
        at=_moment(_first(item, (*TIMES, *times)), f"{where}: ts"),
        service=_text(item.get("service")) or owner(subject, services),
        reason=_text(item.get("reason")),
        message=_text(_first(item, ("message", "note"))),
        type=_text(item.get("type")) or "Warning",
        object=subject,
        count=count if isinstance(count, int) and count > 0 else 1,
    )


def owner(subject: str, services: Sequence[str]) -> str:
    """The service that an object such as `checkout-7d4f9-x2k` belongs to: the longest name that begins it.

    Empty if no service's name does.
    """
    bare = subject.rpartition("/")[2]
    fitting = [name for name in services if name and (bare == name or bare.startswith(f"{name}-"))]
    return max(fitting, key=len, default="")


def _names(*frames: pl.DataFrame | None) -> tuple[str, ...]:
    found: set[str] = set()
    for frame in frames:
        for column in ("service", "caller", "callee"):
            if frame is not None and column in frame.columns:
                found |= set(frame[column].drop_nulls().unique().to_list())
    return tuple(sorted(found))


def _last(metrics: pl.DataFrame | None, spans: pl.DataFrame | None, start: datetime) -> datetime:
    latest = [
        value
        for frame in (metrics, spans)
        if frame is not None and isinstance(value := frame["ts"].max(), int)
    ]
    return datetime.fromtimestamp((max(latest) + 1) / 1000, UTC) if latest else start


def _first(item: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((item[name] for name in names if item.get(name) is not None), None)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def moment(text: str) -> datetime:
    """A moment from ISO 8601 (UTC if no zone is given) or epoch seconds, milliseconds, micro- or nanoseconds.

    Raises:
        ValueError: it is neither.
    """
    try:
        return _from_number(float(text))
    except ValueError:
        found = datetime.fromisoformat(text.strip())
        return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _moment(value: Any, where: str) -> datetime:
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _from_number(float(value))
        if isinstance(value, str):
            return moment(value)
    except (ValueError, OverflowError, OSError) as error:
        raise Invalid.field(where, f"is no moment: {error}") from error
    raise Invalid.field(where, "must be a moment: ISO 8601 or epoch milliseconds")


def _from_number(value: float) -> datetime:
    return datetime.fromtimestamp(value * _to_ms(value) / 1000, UTC)


def _to_ms(value: float) -> float:
    """What makes an epoch number milliseconds, by its size: the units lie three digits apart."""
    size = abs(value)
    if size < 1e11:  # noqa: PLR2004 - seconds until the year 5138
        return 1000.0
    if size < 1e14:  # noqa: PLR2004 - milliseconds
        return 1.0
    return 1e-3 if size < 1e17 else 1e-6  # noqa: PLR2004 - microseconds, nanoseconds
