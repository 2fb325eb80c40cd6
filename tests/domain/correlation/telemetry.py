"""Small telemetry by hand: calm series with a step, in as many words as a test needs."""

import math
from datetime import UTC, datetime, timedelta

import polars as pl

START = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
ONSET = START + timedelta(minutes=60)
END = START + timedelta(minutes=75)


def at(minute: float) -> int:
    """Milliseconds of a minute."""
    return int(START.timestamp() * 1000) + round(minute * 60_000)


def series(
    service: str,
    name: str,
    usual: float,
    now: float | None = None,
    *,
    since: int = 60,
    minutes: int = 75,
    kind: str = "",
    pod: str = "",
) -> pl.DataFrame:
    """One sample a minute, with a wiggle of two percent; `now` is its level from `since` on."""
    rows = [
        (
            at(minute),
            service,
            name,
            kind,
            (usual if now is None or minute < since else now) * (1 + 0.02 * math.sin(minute * 1.7)),
            pod,
        )
        for minute in range(minutes)
    ]
    return pl.DataFrame(
        rows,
        schema={
            "ts": pl.Int64,
            "service": pl.String,
            "name": pl.String,
            "kind": pl.String,
            "value": pl.Float64,
            "pod": pl.String,
        },
        orient="row",
    )


def edges(*pairs: tuple[str, str]) -> pl.DataFrame:
    """Calls of unknown rate."""
    return pl.DataFrame(list(pairs), schema={"caller": pl.String, "callee": pl.String}, orient="row")
