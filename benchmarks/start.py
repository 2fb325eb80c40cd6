"""From exec to the handshake line, and from Shutdown to the end, for every build and role."""

from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.measure import Measure, percentile
from benchmarks.process import Plugin, running, shut_down

START_BUDGET_S = 1.0
STOP_BUDGET_S = 2.0


def measure(bench: Bench) -> Iterator[Measure]:
    """Medians of several starts with a warm page cache; the first start of each is told apart."""
    plugins = [*bench.builds, *bench.datasources]
    for plugin in plugins:
        starts, stops = _starts(bench, plugin)
        budget = START_BUDGET_S if "packaged" in plugin.name else None
        yield Measure(
            "start", f"{plugin.name}: to handshake", percentile(starts, 0.5), "s", budget, note="median"
        )
        yield Measure("start", f"{plugin.name}: to handshake", max(starts), "s", note="slowest")
        yield Measure("stop", f"{plugin.name}: Shutdown to exit", percentile(stops, 0.5), "s", STOP_BUDGET_S)
    if bench.echo is not None:
        starts, _ = _starts(bench, bench.echo)
        yield Measure(
            "start", f"{bench.echo.name}: to handshake", percentile(starts, 0.5), "s", note="median"
        )


def _starts(bench: Bench, plugin: Plugin) -> tuple[list[float], list[float]]:
    starts, stops = [], []
    data = bench.data(f"start-{plugin.slug}")
    for _ in range(2 if bench.quick else 5):
        with running(plugin, data) as started:
            starts.append(started.handshake_s)
            stops.append(shut_down(started))
    return starts, stops
