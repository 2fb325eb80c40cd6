"""A minute of many SLOs as it is lived: asked, differenced, judged, alerted and stored, on both databases.

One real Prometheus holds twenty series for every SLO, each with a selection of its own, so that none shares a
query. The counting runs in a process of its own (`slo_minutes`), whose clock is moved by hand: what is
measured is how long one run of the job takes, and how much memory the process has gained since it had no SLO.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.measure import Measure, Skipped, percentile
from benchmarks.slo_minutes import CODES, PODS, Minutes, Taken
from scripts.servers import ProgramMissing, postgres, prometheus

SLOS = 1000
CYCLE_S = 10.0
GROWTH_MIB = 100.0
CYCLES = 5
SCRAPE_S = 30
BURNING = 20
"""One of so many SLOs burns its budget and has an alert."""


def measure(bench: Bench) -> Iterator[Measure | Skipped]:
    """Both databases, one after the other, against the same Prometheus."""
    count = bench.many(SLOS)
    begin = int(time.time()) // 3600 * 3600 - 3 * 3600  # noqa: TID251 - the server keeps real time
    try:
        with tempfile.TemporaryDirectory(prefix="studio-cycle-") as home:
            history = Path(home) / "history.om"
            _write(history, count, begin, begin + 2 * 3600)
            with prometheus(blocks=history) as server:
                history.unlink()
                job = Minutes(server.url, f"sqlite:///{home}/studio.sqlite", count, begin + 3600, CYCLES)
                yield from _told("SQLite", job)
                yield from _on_postgres(job)
    except ProgramMissing as missing:
        yield Skipped("SLO cycle", str(missing))


def _on_postgres(job: Minutes) -> Iterator[Measure | Skipped]:
    try:
        with postgres(durable=True) as server:
            yield from _told("PostgreSQL", job.on(server.database("cycle")))
    except ProgramMissing as missing:
        yield Skipped("SLO cycle on PostgreSQL", str(missing))


def _told(database: str, job: Minutes) -> Iterator[Measure]:
    taken = _run(job)
    if taken.failed or taken.calculated != job.slos * job.cycles:
        message = f"{taken.failed} of {job.slos} SLOs failed, {taken.calculated} minutes were counted"
        raise RuntimeError(message)
    group, note = f"SLO cycle, {database}", f"{job.slos:,} SLOs, {PODS * len(CODES)} series each"
    yield Measure(
        group, "one minute counted, median", percentile(taken.seconds, 0.5), "s", CYCLE_S, note=note
    )
    yield Measure(group, "the same, slowest", max(taken.seconds), "s", CYCLE_S)
    yield Measure(group, "the same, CPU of the process", percentile(taken.cpu, 0.5), "s")
    yield Measure(group, "memory gained since there was no SLO", taken.growth_mib, "MiB", GROWTH_MIB)
    yield Measure(group, "alerts that fire", float(taken.firing), "", job.slos / BURNING, at_least=True)


def _run(job: Minutes) -> Taken:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.slo_minutes"],
        input=job.encode(),
        capture_output=True,
        check=False,
        text=True,
        cwd=Path(__file__).resolve().parent.parent,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return Taken(**json.loads(done.stdout))


def _write(path: Path, count: int, start: int, end: int) -> None:
    """Counters of `count` services: pods with a hundred requests a scrape, some of which fail."""
    with path.open("w") as text:
        text.write("# TYPE http_requests counter\n")
        for number in range(count):
            bad = 5 if number % BURNING == 0 else 0
            for pod in range(PODS):
                for code in CODES:
                    who = f'service="s{number}",job="api",instance="pod-{pod}",code="{code}"'
                    more = bad if code == "500" else 100
                    text.writelines(
                        f"http_requests_total{{{who}}} {step * more} {moment}\n"
                        for step, moment in enumerate(range(start, end, SCRAPE_S))
                    )
        text.write("# EOF\n")
