"""The investigation engine on labelled faults of systems it was not calibrated on, and its speed.

`DEVELOPMENT` seeds are those that the weights and the confidence map were chosen on; everything told here is
about others, and about a second world that is built differently and was never calibrated on. Three plain
baselines stand beside it. `python -m benchmarks.investigation` fits the confidence map anew.
"""

import math
import random
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import polars as pl

from benchmarks.bench import Bench
from benchmarks.measure import Measure, Skipped, percentile
from reliability_studio.domain.correlation.confidence import SUSPECTED_FROM
from reliability_studio.domain.correlation.engine import investigate
from reliability_studio.domain.correlation.telemetry import Question, Telemetry
from tests.support.world import grade
from tests.support.world.case import Case

GROUP = "investigation"
DEVELOPMENT = range(100, 108)
QUIET_NAMED = 0.05
HELD_BACK = range(300, 306)
SECOND_WORLD = range(300, 308)
_START = datetime(2026, 1, 1, tzinfo=UTC)


def measure(bench: Bench) -> Iterator[Measure | Skipped]:
    """Accuracy, calibration and false alarms of both worlds, then the time for the budget's size."""
    yield from _world("held-back shops", grade.shops(HELD_BACK[:2] if bench.quick else HELD_BACK))
    yield from _world("second world", grade.plants(SECOND_WORLD[:3] if bench.quick else SECOND_WORLD))
    telemetry, question = large()
    investigate(telemetry, question)
    took = []
    for _ in range(3 if bench.quick else 9):
        begin = time.perf_counter()
        investigate(telemetry, question)
        took.append(time.perf_counter() - begin)
    size = "100 services x 20 series x 120 points, 20,000 spans, 50,000 lines"
    yield Measure(GROUP, size, percentile(took, 0.5), "s", 1.0, note="p50")
    yield Measure(GROUP, size, min(took), "s", note="best")


def _world(name: str, cases: Iterator[Case]) -> Iterator[Measure]:
    graded = [grade.answer(case) for case in cases]
    faults = sum(bool(each.rank) for each in graded)
    note = f"{faults} faults, {len(graded) - faults} quiet windows"
    yield Measure(GROUP, f"{name} AC@1", grade.accuracy(graded, 1), "", 0.8, at_least=True, note=note)
    yield Measure(GROUP, f"{name} AC@3", grade.accuracy(graded, 3), "", 0.95, at_least=True)
    for way in grade.PLAIN:
        for within in (1, 3):
            share = grade.accuracy_of(way, graded, within)
            yield Measure(GROUP, f"{name} AC@{within}", share, "", note=f"baseline: {way}")
    low, high = grade.calibration_interval(graded)
    error = grade.calibration_error(graded)
    yield Measure(GROUP, f"{name} ECE", error, "", 0.1, note=f"90 % of resamples: {low:.3f} to {high:.3f}")
    mine, base = grade.brier(graded)
    yield Measure(GROUP, f"{name} Brier", mine, "", base, note="budget: that of the base rate")
    yield Measure(GROUP, f"{name} quiet windows blamed", grade.quiet_blamed(graded), "", 0.05)
    yield Measure(GROUP, f"{name} decoy changes blamed", grade.decoys_blamed(graded), "", 0.05)


def large() -> tuple[Telemetry, Question]:
    """Telemetry of the size that the budget names."""
    rng = random.Random(1)  # noqa: S311 - made-up data
    names = [f"service-{at}" for at in range(100)]
    begin = int(_START.timestamp() * 1000)
    kinds: tuple[str, ...] = ("cpu_usage", "memory_rss", "request_latency", "error_ratio", "requests")
    kinds += tuple(f"gauge_{at}" for at in range(15))
    metrics = pl.DataFrame(
        [
            (begin + at * 60_000, name, kind, rng.gauss(100, 5) * (2 if name == names[7] and at > 100 else 1))
            for name in names
            for kind in kinds
            for at in range(120)
        ],
        schema={"ts": pl.Int64, "service": pl.String, "name": pl.String, "value": pl.Float64},
        orient="row",
    )
    edges = pl.DataFrame(
        [(names[at], names[(at + 1) % 100]) for at in range(100)],
        schema={"caller": pl.String, "callee": pl.String},
        orient="row",
    )
    telemetry = Telemetry.of(
        metrics=metrics, spans=_spans(names, begin, rng), logs=_logs(names, begin, rng), edges=edges
    )
    return telemetry, Question(_START + timedelta(minutes=101), _START + timedelta(minutes=120), names[3])


def _spans(names: Sequence[str], begin: int, rng: random.Random) -> pl.DataFrame:
    rows = []
    for trace in range(4_000):
        ts = begin + rng.randrange(7_200_000)
        for depth in range(5):
            parent = f"{trace}-{depth - 1}" if depth else None
            rows.append(
                (
                    ts,
                    f"t{trace}",
                    f"{trace}-{depth}",
                    parent,
                    names[(trace + depth) % 100],
                    rng.expovariate(0.1),
                )
            )
    names_of = ("ts", "trace_id", "span_id", "parent_id", "service", "duration_ms")
    types = (pl.Int64, pl.String, pl.String, pl.String, pl.String, pl.Float64)
    return pl.DataFrame(rows, schema=dict(zip(names_of, types, strict=True)), orient="row")


def _logs(names: Sequence[str], begin: int, rng: random.Random) -> pl.DataFrame:
    def line() -> str:
        kind = rng.randrange(3)
        if kind == 0:
            return f"INFO handled order {rng.randrange(10**6)} in {rng.randrange(900)} ms"
        if kind == 1:
            return f"ERROR cannot reach 10.0.{rng.randrange(255)}.{rng.randrange(255)}:80 connection refused"
        return f'{{"level":"warn","msg":"slow query {rng.randrange(99)}","trace":"{rng.getrandbits(64):x}"}}'

    rows = [(begin + rng.randrange(7_200_000), rng.choice(names), line()) for _ in range(50_000)]
    return pl.DataFrame(
        rows, schema={"ts": pl.Int64, "service": pl.String, "message": pl.String}, orient="row"
    )


def fit() -> tuple[float, float, float]:
    """Mean loss, sharpness and "none" that make the development systems' outcomes most likely.

    Among those under which fewer than `QUIET_NAMED` of quiet windows get a cause: a false alarm costs trust
    that a hundred right answers do not bring back. Quiet windows are a fifth of the cases.
    """
    graded = [grade.answer(case) for case in grade.shops(DEVELOPMENT, quiet=6)]
    rows = [
        ([cause.log_odds for cause in each.verdict.causes], each.rank - 1 if each.rank else None)
        for each in graded
    ]
    quiet = [log_odds for log_odds, true in rows if true is None]
    choices = [(s / 20, n / 4) for s in range(6, 41) for n in range(-20, 13)]
    return min(
        (_loss(rows, sharp, none), sharp, none)
        for sharp, none in choices
        if sum(_named(each, sharp, none) for each in quiet) < QUIET_NAMED * len(quiet)
    )


def _named(log_odds: Sequence[float], sharp: float, none: float) -> bool:
    first = sharp * log_odds[0]
    whole = math.exp(none - first) + sum(math.exp(sharp * each - first) for each in log_odds)
    return 1 / whole >= SUSPECTED_FROM


def _loss(rows: Sequence[tuple[Sequence[float], int | None]], sharp: float, none: float) -> float:
    total = 0.0
    for log_odds, true in rows:
        scaled = [sharp * each for each in log_odds]
        top = max(none, *scaled)
        whole = math.exp(none - top) + sum(math.exp(each - top) for each in scaled)
        mine = none if true is None else scaled[true]
        total -= mine - top - math.log(whole)
    return total / len(rows)


if __name__ == "__main__":
    loss, sharpness, none_odds = fit()
    sys.stdout.write(f"SHARPNESS = {sharpness}\nNONE = {none_odds}\nloss {loss:.3f}\n")
