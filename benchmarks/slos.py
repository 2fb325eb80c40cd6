"""SLO windows for many SLOs at once, history on creation, and what a minute of one SLO reads of Prometheus.

The cost of a minute is the server's own count of samples (`stats=all`), beside rules of the two common
kinds, written from their public descriptions and evaluated by the same Prometheus: ratios over seven windows
and a long one out of recorded ratios, and `increase` over the whole window.
"""

import json
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.contract import Cell
from benchmarks.measure import Measure, Skipped, percentile
from benchmarks.process import Plugin, running
from benchmarks.seed import ask
from reliability_studio.domain.slo.cells import Cell as Bucket
from reliability_studio.domain.slo.ledger import Ledger
from scripts.servers import ProgramMissing, prometheus

WINDOWS_S = (300, 1800, 3600, 7200, 21_600, 86_400, 3 * 86_400, 7 * 86_400, 28 * 86_400, 30 * 86_400)
HOUR = 3600
DAYS = 30
COMPUTE = {1_000: 100.0, 10_000: 1000.0}
"""SLOs, and milliseconds that all their windows may take."""
BACKFILL_S = 2.0
SAMPLES = 100.0

SERIES = 20
STEP = 30
TOTAL = 'http_requests_total{service="api"}'
BAD = 'http_requests_total{service="api",code="500"}'


def measure(bench: Bench) -> Iterator[Measure | Skipped]:
    """Computing first, then what needs a real server."""
    for count, budget in COMPUTE.items():
        yield _computed(bench.many(count), budget)
    try:
        with tempfile.TemporaryDirectory(prefix="studio-slos-") as folder:
            yield from _on_prometheus(bench, Path(folder))
    except ProgramMissing as missing:
        yield Skipped("SLOs on Prometheus", str(missing))


def _computed(count: int, budget: float) -> Measure:
    """Ten windows of every SLO, out of one ledger's sums: the look-ups cost the same for each."""
    ledger = _ledger()
    took: list[float] = []
    for _ in range(3):
        began = time.perf_counter()
        for _ in range(count):
            for length in WINDOWS_S:
                ledger.sums(ledger.end - length, ledger.end)
        took.append((time.perf_counter() - began) * 1000)
    return Measure("SLOs", f"{count:,} SLOs x 10 windows", percentile(took, 0.5), "ms", budget)


def _ledger() -> Ledger:
    start = 1_790_000_000 // HOUR * HOUR - 31 * 24 * HOUR
    made = Ledger(start, keep_s=31 * 24 * HOUR)
    made.append(Bucket(start + minute * 60, 1, 100, 60) for minute in range(1, 31 * 24 * 60))
    return made


def _on_prometheus(bench: Bench, folder: Path) -> Iterator[Measure]:
    history = folder / "history.om"
    now = _write(history)
    with prometheus(blocks=history) as server:
        plugin: Plugin = replace(
            bench.app, environment={**bench.app.environment, "GF_PLUGIN_PROMETHEUS_URL": server.url}
        )
        with running(plugin, bench.data("slos")) as started:
            ask(started.target, Cell("health", "health"))
            began, spent = time.perf_counter(), started.cpu_s()
            made = ask(started.target, Cell("slo", "slos", "POST", body=_slo()))
            took, cpu = time.perf_counter() - began, started.cpu_s() - spent
        total = made["status"]["window"]["total"]  # type: ignore[index]
        note = f"{SERIES} series every {STEP} s, {total:,} events"
        yield Measure("SLOs", f"history of {DAYS} days on creation", took, "s", BACKFILL_S, note=note)
        yield Measure("SLOs", "the same, CPU of the plugin", cpu, "s")
        yield from _cost(server.url, now)
        yield from _work(server.url, now)


def _slo() -> dict[str, object]:
    return {
        "name": "availability",
        "service": "api",
        "objective": "99.9",
        "indicator": {"type": "ratio", "total": TOTAL, "bad": BAD},
        "window": {"type": "rolling", "days": DAYS},
    }


def _cost(url: str, now: int) -> Iterator[Measure]:
    """Samples that the server reads for one SLO in one minute."""
    ours = _samples(url, f"last_over_time({TOTAL}[2m])", now)
    yield Measure(
        "SLOs", "samples read per SLO and minute", float(ours), "", SAMPLES, note=f"{SERIES} series"
    )
    ratio = "sum(rate({bad}[{w}])) / sum(rate({total}[{w}]))"
    windows = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
    rated = sum(_samples(url, ratio.format(bad=BAD, total=TOTAL, w=w), now) for w in windows)
    # The long window of the first kind reads recorded ratios: one sample a minute, twice.
    sloth = rated + 2 * DAYS * 24 * 60
    burned = ("5m", "30m", "1h", "2h", "6h", "1d", "4d")
    pyrra = 2 * sum(_samples(url, ratio.format(bad=BAD, total=TOTAL, w=w), now) for w in burned)
    pyrra += round(0.4 * _samples(url, f"sum by (code) (increase({TOTAL}[{DAYS}d]))", now))
    for name, read in (("Sloth-style rules", sloth), ("Pyrra-style rules", pyrra)):
        yield Measure("SLOs", f"{name}: samples per SLO and minute", float(read), "")
        yield Measure("ratio", f"samples of {name} to ours", read / ours, "x", 1000.0, at_least=True)


def _work(url: str, now: int) -> Iterator[Measure]:
    """CPU time that the server itself says it spent on one SLO in one minute.

    Of the rules of the first kind without their long window: nothing here has recorded its ratios.
    """
    ratio = "sum(rate({bad}[{w}])) / sum(rate({total}[{w}]))"

    def rated(*windows: str) -> list[str]:
        return [ratio.format(bad=BAD, total=TOTAL, w=w) for w in windows]

    ours = _cpu_ms(url, [f"last_over_time({TOTAL}[2m])"], now, 400)
    sloth = _cpu_ms(url, rated("5m", "30m", "1h", "2h", "6h", "1d", "3d"), now, 15)
    burned = _cpu_ms(url, rated("5m", "30m", "1h", "2h", "6h", "1d", "4d"), now, 15)
    pyrra = 2 * burned + 0.4 * _cpu_ms(url, [f"sum by (code) (increase({TOTAL}[{DAYS}d]))"], now, 10)
    yield Measure("SLOs", "Prometheus CPU per SLO and minute", ours, "ms")
    for name, spent in (("Sloth-style rules", sloth), ("Pyrra-style rules", pyrra)):
        yield Measure("SLOs", f"{name}: Prometheus CPU per SLO and minute", spent, "ms")
        yield Measure("ratio", f"Prometheus CPU of {name} to ours", spent / ours, "x", 20.0, at_least=True)


def _cpu_ms(url: str, queries: list[str], at: int, times: int) -> float:
    """CPU milliseconds of the server for all queries once, out of many times."""
    before = _server_cpu_s(url)
    for _ in range(times):
        for query in queries:
            _samples(url, query, at)
    return (_server_cpu_s(url) - before) / times * 1000


def _server_cpu_s(url: str) -> float:
    with urllib.request.urlopen(f"{url}/metrics", timeout=60) as reply:  # noqa: S310 - a server of our own
        lines = reply.read().decode().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("process_cpu_seconds_total"))


def _samples(url: str, promql: str, at: int) -> int:
    query = urllib.parse.urlencode({"query": promql, "time": at, "stats": "all"})
    with urllib.request.urlopen(f"{url}/api/v1/query?{query}", timeout=60) as reply:  # noqa: S310
        read: int = json.load(reply)["data"]["stats"]["samples"]["totalQueryableSamples"]
    return read


def _write(path: Path) -> int:
    """Counters of ten pods with two codes each over the days; returns the last moment."""
    now = int(time.time()) // 60 * 60  # noqa: TID251 - the plugin counts up to the real present
    with path.open("w") as text:
        text.write("# TYPE http_requests counter\n")
        for step, moment in enumerate(range(now - DAYS * 86_400, now + 600, STEP)):
            for pod in range(SERIES // 2):
                who = f'service="api",job="api",instance="pod-{pod}"'
                text.write(f'http_requests_total{{{who},code="200"}} {step * 50} {moment}\n')
                text.write(f'http_requests_total{{{who},code="500"}} {step // 20} {moment}\n')
        text.write("# EOF\n")
    return now
