"""Encoding data frames to Arrow files, checks included: what every panel pays for."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import polars as pl

from benchmarks.bench import Bench
from benchmarks.measure import Measure, percentile
from reliability_studio.frames.arrow import encode
from reliability_studio.frames.shapes import table

_START = datetime(2026, 1, 1, tzinfo=UTC)


def measure(_bench: Bench) -> Iterator[Measure]:
    """Sizes of the budget table: one row, a panel, and a hundred thousand rows of ten columns."""
    for rows, columns, budget, repeats in (
        (1, 5, None, 200),
        (1_000, 10, None, 100),
        (100_000, 10, 100.0, 12),
    ):
        data = _rows(rows, columns)
        size = len(_encoded(data))
        took = [each * 1000 for each in _times(partial(_encoded, data), repeats)]
        name = f"{rows:,} x {columns}"
        yield Measure(
            "frame encoding", name, percentile(took, 0.5), "ms", budget, note=f"p50, {size:,} bytes"
        )
        yield Measure("frame encoding", name, percentile(took, 0.99), "ms", note="p99")


def _encoded(data: pl.DataFrame) -> bytes:
    return b"".join(encode(frame, "A") for frame in table(data))


def _rows(rows: int, columns: int) -> pl.DataFrame:
    """A time column, a third of text, the rest numbers: the mix of an incident table."""
    made: dict[str, pl.Series] = {
        "time": pl.datetime_range(_START, _START + timedelta(seconds=rows - 1), "1s", eager=True)
    }
    for index in range(1, columns):
        if index % 3 == 0:
            made[f"text{index}"] = pl.Series([f"payments fails {i % 997}" for i in range(rows)])
        else:
            made[f"number{index}"] = pl.Series([i * 0.5 for i in range(rows)])
    return pl.DataFrame(made)


def _times(work: Callable[[], object], repeats: int) -> list[float]:
    found = []
    work()
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        found.append(time.perf_counter() - begin)
    return found
