"""Start one world for the browser tests: `python tests/e2e/world.py shop`.

Real backend processes under the stand-in host. The first line on stdout is JSON with the addresses; the
world ends when its standard input does, so that a killed test run leaves nothing behind.

    empty   nothing is configured and nothing happened
    shop    every source knows the last hours of the simulated shop: Prometheus is real, Loki, Tempo and
            Kubernetes are the demo's strict stand-ins; since a while a bad rollout makes payments fail
    hostile the same, and what pods log, requests are called and the cluster tells tries to be markup
    down    a Prometheus is configured that nobody answers for
    large   ten thousand incidents
"""

import argparse
import asyncio
import contextlib
import json
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "pkg")]

from grafana_host.grafana import DataSource  # noqa: E402
from grafana_host.serving import Served, serve  # noqa: E402
from reliability_studio.domain.incidents.model import (  # noqa: E402
    Incident,
    Milestone,
    Origin,
    Severity,
    Stamp,
    Status,
)
from reliability_studio.store import incidents  # noqa: E402
from reliability_studio.store.engine import Database  # noqa: E402
from scripts.servers import prometheus  # noqa: E402
from scripts.shop import Shop, alert_rules, serve_witnesses, witness  # noqa: E402
from scripts.shop import serve as serve_shop  # noqa: E402
from scripts.shop.exposition import write_history  # noqa: E402
from scripts.shop.hostile import hostile_witness  # noqa: E402
from scripts.story.plugin import PluginFolder, from_source, packaged  # noqa: E402

APP = "reliability-studio-app"
HISTORY_S = 2 * 3600
FAULT_S = 15 * 60
"""How long payments has failed when the world begins; nobody rolls back."""
LARGE = 10_000
GRAFANA_HAS = frozenset({"prometheus", "loki", "tempo"})
"""Sources that are data sources of Grafana too, so that links lead into Explore."""


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for."""

    world: str
    preview: Path
    plugin: Path | None
    sub_path: str
    password: str


def main() -> int:
    """Run until stdin ends or somebody stops it."""
    parser = argparse.ArgumentParser(description="Start one world for the browser tests.")
    parser.add_argument("world", choices=("empty", "shop", "hostile", "down", "large"))
    parser.add_argument("--preview", type=Path, default=ROOT / "build" / "preview", help="the built page")
    parser.add_argument("--plugin", type=Path, help="a plugin folder; the build or the source otherwise")
    parser.add_argument(
        "--sub-path", default="", help="serve everything under it, as a Grafana behind a proxy"
    )
    parser.add_argument("--password", default="", help="of admin, who may then sign in as in a real Grafana")
    given = parser.parse_args()
    if not (given.preview / "index.html").is_file():
        parser.error(f"{given.preview} holds no page: npm run preview:build makes it")
    with tempfile.TemporaryDirectory(prefix="studio-e2e-") as folder:
        return asyncio.run(
            _run(
                Path(folder),
                Options(given.world, given.preview, given.plugin, given.sub_path, given.password),
            )
        )


async def _run(folder: Path, options: Options) -> int:
    data = folder / "data"
    data.mkdir()
    if options.world == "large":
        await _fill(f"sqlite:///{data}/studio.sqlite")
    plugin, settings = _plugin(folder, options.plugin), {"data_dir": str(data)}
    async with (
        _sources(folder, options.world) as sources,
        serve(
            plugin.path,
            settings=settings,
            preview=options.preview,
            sub_path=options.sub_path,
            password=options.password,
        ) as served,
    ):
        for each in served.host.nested("datasource"):
            source = DataSource(uid=each.id, name="Reliability Studio", type=each.id)
            served.host.grafana.add_source(source)
        for name in GRAFANA_HAS & sources.keys():
            known = DataSource(uid=f"{name}-uid", name=name.capitalize(), type=name, url=sources[name])
            served.host.grafana.add_source(known)
        if sources:
            settings_of = {name: {"url": url} for name, url in sources.items()}
            served.host.grafana.save(APP, 1, json_data=settings_of)
        _tell(served)
        await _ended()
    return 0


def _tell(served: Served) -> None:
    said = {"url": served.url, "login": served.login_url, "token": served.door.bearer}
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


async def _ended() -> None:
    """Until stdin ends: whoever started this is gone."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    loop.add_reader(sys.stdin.fileno(), lambda: None if sys.stdin.buffer.read1(4096) else stop.set())
    await stop.wait()


def _plugin(folder: Path, given: Path | None) -> PluginFolder:
    if given is not None:
        return PluginFolder(given, "given")
    return packaged() or from_source(folder / APP)


@contextlib.asynccontextmanager
async def _sources(folder: Path, world: str) -> AsyncIterator[Mapping[str, str]]:
    """Addresses of the sources that the plugin is to use, by their names in its settings."""
    if world == "down":
        # Port 9 (discard) has no listener on a machine like this; a connection is refused at once.
        yield {"prometheus": "http://127.0.0.1:9"}
        return
    if world not in ("shop", "hostile"):
        yield {}
        return
    clock = time.time  # noqa: TID251 - the shop follows the machine's clock
    now = clock()
    shop, history = Shop(now - HISTORY_S), folder / "history.om"
    shop.fault.begin(now - FAULT_S)
    seen = hostile_witness(shop) if world == "hostile" else witness(shop)
    write_history(shop, now, history)
    with (
        serve_shop(shop, clock) as targets,
        prometheus(targets=targets.targets, rules=alert_rules(), alertmanagers=[], blocks=history) as metrics,
        serve_witnesses(targets, seen) as witnesses,
    ):
        yield {"prometheus": metrics.url, **witnesses}


async def _fill(url: str) -> None:
    """Straight into the store: what is tested is how the page bears them, not how they came."""
    database = await Database.open(url)
    try:
        now = datetime.now(UTC)  # noqa: TID251 - seeds lie before the present
        async with database.writing() as connection:
            for number in range(1, LARGE + 1):
                await incidents.insert(connection, _incident(number, now))
                await incidents.take_number(connection, 1)
    finally:
        await database.aclose()


def _incident(number: int, now: datetime) -> Incident:
    began = now - timedelta(minutes=number)
    reached = (Milestone.STARTED, Milestone.DETECTED, Milestone.DECLARED)
    return Incident(
        id=0,
        org_id=1,
        number=number,
        version=1,
        title=f"payments fails {number % 97} % of its requests in region {number % 7}",
        severity=tuple(Severity)[number % 4],
        status=Status.OPEN,
        service=f"service-{number % 100:03}",
        origin=Origin.ALERT,
        milestones=dict.fromkeys(reached, Stamp(began, "system")),
        created_at=began,
        created_by="system",
        updated_at=began,
        updated_by="system",
    )


if __name__ == "__main__":
    sys.exit(main())
