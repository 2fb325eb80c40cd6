"""Load on a plugin from another process: Grafana's own Go host code where Go is at hand, else Python."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.client import CALL_RESOURCE, QUERY_DATA, Job, Load
from benchmarks.contract import Cell
from benchmarks.process import Plugin, running


def offer(
    bench: Bench,
    plugin: Plugin,
    data: Path,
    cells: Sequence[Cell],
    callers: Sequence[int],
    seconds: float,
    *,
    rate: float = 0.0,
) -> dict[tuple[str, int], Load]:
    """Start the plugin on a data folder and offer each cell with each number of callers, one after another.

    Args:
        bench: the run, with the Go client where there is one.
        plugin: what to start.
        data: its data folder.
        cells: the calls.
        callers: how many at once, a run for each.
        seconds: how long each run lasts.
        rate: calls a second of all callers together; 0: as fast as answers come.

    Returns:
        The load by cell name and callers.

    Raises:
        RuntimeError: a call failed; the text says how.
    """
    lasting = bench.seconds(seconds)
    if bench.goload is not None:
        found = _by_go(bench.goload, plugin, data, cells, callers, lasting, rate)
    else:
        found = _by_python(plugin, data, cells, callers, lasting, rate)
    for (name, _), load in found.items():
        if load.failures:
            message = f"{name}: {load.failures} of {load.calls} calls failed: {load.first_failure}"
            raise RuntimeError(message)
    return found


def send(job: Job) -> Load:
    """Run one job in a Python client process against a plugin that is running already.

    Raises:
        RuntimeError: the client itself failed. Failed calls are counted, not raised.
    """
    paced_s = job.calls / job.rate if job.rate else 0.0
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.client"],
        input=job.encode(),
        capture_output=True,
        timeout=max(job.seconds, paced_s) + 240,
        check=False,
    )
    if done.returncode != 0:
        message = f"the load client failed:\n{done.stderr.decode(errors='replace')[-2000:]}"
        raise RuntimeError(message)
    return Load(**json.loads(done.stdout))


def _by_python(
    plugin: Plugin, data: Path, cells: Sequence[Cell], callers: Sequence[int], seconds: float, rate: float
) -> dict[tuple[str, int], Load]:
    found = {}
    with running(plugin, data) as started:
        for cell in cells:
            method = QUERY_DATA if cell.query_type else CALL_RESOURCE
            for many in callers:
                job = Job(started.target, method, (cell.request(),), callers=many, seconds=seconds, rate=rate)
                found[cell.name, many] = send(job)
    return found


def _by_go(
    goload: Path,
    plugin: Plugin,
    data: Path,
    cells: Sequence[Cell],
    callers: Sequence[int],
    seconds: float,
    rate: float,
) -> dict[tuple[str, int], Load]:
    now_ms = int(time.time() * 1000)  # noqa: TID251 - a real request carries the real time
    job = {
        "env": {"GF_PLUGIN_DATA_DIR": str(data), **plugin.environment},
        "cells": [cell.job_step(now_ms) for cell in cells],
    }
    path = data / "job.json"
    path.write_text(json.dumps(job))
    command: list[str | Path] = [
        goload,
        f"--plugin-dir={plugin.folder}",
        f"--executable={plugin.executable}",
        f"--role={plugin.role}",
        f"--job={path}",
        f"--seconds={seconds}",
        f"--callers={','.join(map(str, callers))}",
        f"--rate={rate}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        message = f"goload failed on {plugin.name}: {done.stderr[-2000:]}"
        raise RuntimeError(message)
    report = json.loads(done.stdout)
    return {(cell["name"], int(cell["callers"])): _load(cell) for cell in report["cells"]}


def _load(cell: Mapping[str, object]) -> Load:
    def number(key: str) -> float:
        return float(str(cell[key]))

    return Load(
        calls=int(number("calls")),
        failures=int(number("failures")),
        per_second=number("per_second"),
        p50=number("p50"),
        p95=number("p95"),
        p99=number("p99"),
        worst=number("worst"),
        first_failure=str(cell["first_failure"]),
        answer_bytes=int(number("answer_bytes")),
        cpu_ms=number("cpu_ms_per_call"),
    )
