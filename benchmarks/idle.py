"""Memory and CPU of a plugin that nobody calls, jobs included."""

import time
from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.measure import Measure
from benchmarks.process import Plugin, running

APP_MIB = 150.0
DATASOURCE_MIB = 120.0
CPU_PERCENT = 1.0

SETTLE_S = 4.0
"""Imports go on in the background after the handshake; they are not idling."""


def measure(bench: Bench) -> Iterator[Measure]:
    """After the imports have settled, over a quiet while."""
    for plugins, budget in ((bench.builds, APP_MIB), (bench.datasources, DATASOURCE_MIB)):
        for plugin in plugins:
            memory, cpu = _idle(bench, plugin)
            limit = budget if plugin is plugins[0] else None
            yield Measure("idle", f"{plugin.name}: resident memory", memory, "MiB", limit)
            yield Measure("idle", f"{plugin.name}: CPU", cpu, "%", CPU_PERCENT if limit else None)
    if bench.echo is not None:
        memory, cpu = _idle(bench, bench.echo)
        yield Measure("idle", f"{bench.echo.name}: resident memory", memory, "MiB")


def _idle(bench: Bench, plugin: Plugin) -> tuple[float, float]:
    """Resident MiB, and percent of one core, of any start but the first, which makes the database."""
    quiet = bench.seconds(8.0)
    data = bench.data(f"idle-{plugin.slug}")
    with running(plugin, data):
        time.sleep(SETTLE_S)
    with running(plugin, data) as started:
        time.sleep(SETTLE_S)
        before = started.cpu_s()
        time.sleep(quiet)
        return started.memory_mib(), (started.cpu_s() - before) / quiet * 100
