#!/usr/bin/env python3
"""Run the benchmarks, print the table, write build/bench/<time>.json and latest.json: `make bench`.

    python -m benchmarks.run                    everything; half an hour, ten minutes of it `users`
    python -m benchmarks.run --only frames idle
    python -m benchmarks.run --only intake_hour an hour by itself, which "everything" leaves out
    python -m benchmarks.run --quick            shorter and rougher, to see that all of it runs
    python -m benchmarks.run --strict           exit 1 when a budget is missed

A benchmark that fails is told in the table and ends the run with 1; the others still run.
"""

import argparse
import importlib
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "pkg")]  # so that it runs as a file as well as with -m

from benchmarks import builds  # noqa: E402
from benchmarks.bench import Bench  # noqa: E402
from benchmarks.measure import Measure, Skipped, machine, table, write_json  # noqa: E402

GROUPS = (
    "bundles",
    "browser",
    "start",
    "idle",
    "calls",
    "frames",
    "intake",
    "incidents",
    "users",
    "slos",
    "slo_cycle",
    "slo_truth",
    "investigation",
    "detector",
)
LONG = ("intake_hour",)
"""Only when they are asked for."""
OUT = ROOT / "build" / "bench"

Benchmark = Callable[[Bench], Iterator[Measure | Skipped]]


def main() -> int:
    """Run what was asked for; 0 when all of it ran (and, with --strict, met its budgets)."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=GROUPS + LONG, default=GROUPS)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="studio-bench-") as folder:
        bench = _bench(Path(folder), quick=options.quick)
        found, failed = _run(bench, options.only)
    print(table(found))
    facts = {"builds": [each.name for each in bench.builds], "quick": options.quick}
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")  # noqa: TID251 - the name of a file
    for name in (stamp, "latest"):
        write_json(found, options.out / f"{name}.json", failed=failed, **facts)
    missed = [each for each in found if isinstance(each, Measure) and each.met is False]
    print(f"\n{machine()}\nbudgets missed: {len(missed)}; failed: {', '.join(failed) or 'none'}")
    return 1 if failed or (options.strict and missed) else 0


def _bench(folder: Path, *, quick: bool) -> Bench:
    made = builds.builds(folder)
    try:
        echo, goload = builds.go_programs(ROOT / "build" / "bench" / "bin")
        missing = ""
    except builds.NoGo as error:
        echo, goload, missing = None, None, str(error)
    return Bench(
        folder=folder,
        builds=tuple(builds.plugin(build, "app") for build in made),
        datasources=tuple(builds.plugin(build, "datasource") for build in made),
        echo=echo,
        goload=goload,
        go_missing=missing,
        quick=quick,
    )


def _run(bench: Bench, groups: tuple[str, ...]) -> tuple[list[Measure | Skipped], list[str]]:
    found: list[Measure | Skipped] = []
    failed: list[str] = []
    for group in groups:
        begin = time.perf_counter()
        benchmark: Benchmark = importlib.import_module(f"benchmarks.{group}").measure
        try:
            found += benchmark(bench)
        except Exception as error:  # noqa: BLE001 - one failure must not hide the other numbers
            traceback.print_exc()
            failed.append(group)
            found.append(Skipped(group, f"failed: {str(error).splitlines()[0][:100]}"))
        print(f"{group}: {time.perf_counter() - begin:.0f} s", file=sys.stderr, flush=True)
    return found, failed


if __name__ == "__main__":
    sys.exit(main())
