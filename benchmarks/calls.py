"""CallResource and QueryData from outside, beside the Go echo plugin's.

The echo plugin does nothing but answer, in Go: what the contract itself costs on this machine. The ratio
says what Python and the product add.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.client import Load
from benchmarks.contract import Cell
from benchmarks.load import offer
from benchmarks.measure import Measure, Skipped
from benchmarks.process import running
from benchmarks.seed import seed

CALLERS = (1, 16, 64)
BUDGET_CALLERS = 50
_WARMED = (16, BUDGET_CALLERS)
"""The process has just started: a load before the one that counts lets its first jobs pass."""
LOAD_S = 2.5
BUDGET_S = 6.0
"""Long enough for what the product does by itself every few seconds (jobs, its lease, settings)."""

RESOURCE_P99_MS = 15.0
"""One incident at 50 concurrent callers."""
RESOURCE_PER_S = 1500.0
QUERY_P99_MS = 25.0
"""A thousand rows, one caller."""

ROWS = 1000

_Loads = Mapping[tuple[str, int], Load]


def measure(bench: Bench) -> Iterator[Measure | Skipped]:
    """One incident by CallResource, a thousand by QueryData, health; then the echo plugin's."""
    data = bench.data("calls")
    with running(bench.app, data) as started:
        number = seed(started.target, bench.many(ROWS))
    one = Cell("one incident", f"incidents/{number}")
    rows = Cell(f"{ROWS:,} rows", query_type="incidents", model={"limit": ROWS})
    yield from _budget(bench, data, one)
    resource = offer(bench, bench.app, data, [one], CALLERS, LOAD_S)
    yield from _table("CallResource", resource)
    query = offer(bench, bench.datasource, data, [rows], CALLERS, LOAD_S)
    load = query[rows.name, 1]
    note = f"1 caller, {load.answer_bytes:,} bytes"
    yield Measure("QueryData", f"{rows.name}, p99", load.p99, "ms", QUERY_P99_MS, note=note)
    yield from _table("QueryData", query)
    yield from _beside(bench, resource, query)


def _budget(bench: Bench, data: Path, one: Cell) -> Iterator[Measure]:
    load = offer(bench, bench.app, data, [one], _WARMED, BUDGET_S)[one.name, BUDGET_CALLERS]
    note = f"{BUDGET_CALLERS} callers without a pause"
    yield Measure("CallResource", "one incident, p99", load.p99, "ms", RESOURCE_P99_MS, note=note)
    yield Measure(
        "CallResource", "one incident, rate", load.per_second, "/s", RESOURCE_PER_S, at_least=True, note=note
    )
    yield from _paced(bench, data, one)


def _paced(bench: Bench, data: Path, one: Cell) -> Iterator[Measure]:
    """The same callers, who together ask as often as the budget says: how long an answer takes them.

    Callers who never pause wait for each other: 50 of them at 1,500 calls a second for 33 ms on average,
    however fast a call is.
    """
    load = offer(bench, bench.app, data, [one], _WARMED, BUDGET_S, rate=RESOURCE_PER_S)[
        one.name, BUDGET_CALLERS
    ]
    note = f"{BUDGET_CALLERS} callers offer {RESOURCE_PER_S:,.0f}/s, {load.per_second:,.0f}/s answered"
    yield Measure(
        "CallResource", "one incident, p99 at the budget's rate", load.p99, "ms", RESOURCE_P99_MS, note=note
    )


def _table(group: str, loads: _Loads) -> Iterator[Measure]:
    for (name, callers), load in loads.items():
        note = f"{callers} caller{'s' if callers > 1 else ''}"
        yield Measure(group, f"{name}, rate", load.per_second, "/s", note=note)
        yield Measure(group, f"{name}, p50", load.p50, "ms", note=note)
        yield Measure(group, f"{name}, p99", load.p99, "ms", note=note)
        if load.cpu_ms:
            yield Measure(group, f"{name}, CPU per call", load.cpu_ms, "ms", note=note)


def _beside(bench: Bench, resource: _Loads, query: _Loads) -> Iterator[Measure | Skipped]:
    """The echo plugin in the same run, and how many times its rate is ours."""
    if bench.echo is None:
        yield Skipped("Go echo", bench.go_missing)
        return
    echo = Cell("echo of 1 KB", "echo", "POST", body={"text": "x" * 1000})
    rows = Cell("1,000 rows", query_type="echo", model={"rows": ROWS})
    theirs = offer(bench, bench.echo, bench.data("echo"), [echo, rows], CALLERS, LOAD_S)
    yield from _table("Go echo", theirs)
    for ours, their, name in ((resource, echo, "CallResource"), (query, rows, "QueryData")):
        for (_, callers), load in ours.items():
            ratio = theirs[their.name, callers].per_second / load.per_second
            yield Measure("ratio", f"{name}: Go echo's rate to ours", ratio, "x", note=f"{callers} callers")
