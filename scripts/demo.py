#!/usr/bin/env python3
"""Play an incident from alert to resolution: `make demo`.

    python -m scripts.demo          play, then stay until Ctrl-C
    python -m scripts.demo --once   play and end; exit 1 when the story broke

Real Prometheus and Alertmanager, a simulated shop that they scrape, strict stand-ins for Loki, Tempo and
Kubernetes with the shop's logs, traces and pods, and the plugin's real backend processes under a stand-in for
Grafana. Everything listens on loopback and is stopped at the end.
"""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import tempfile
import threading
import time
import webbrowser
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "pkg")]

from grafana_host.grafana import DataSource  # noqa: E402
from grafana_host.serving import PortTaken, Served, port_number, serve  # noqa: E402
from scripts.servers import Webhook, alertmanager, prometheus  # noqa: E402
from scripts.shop import Shop, ShopTargets, alert_rules, serve_witnesses, witness  # noqa: E402
from scripts.shop import serve as serve_shop  # noqa: E402
from scripts.shop.exposition import write_history  # noqa: E402
from scripts.story.api import Api  # noqa: E402
from scripts.story.play import RESOURCES, Story, StoryBroke  # noqa: E402
from scripts.story.plugin import from_source, packaged  # noqa: E402
from scripts.story.terminal import Terminal  # noqa: E402

HISTORY_S = 6 * 3600
"""How far back the shop's numbers reach."""

REAL = frozenset({"prometheus", "alertmanager"})
"""Sources that are the real programs; the others are stand-ins."""

PREVIEW = ROOT / "build" / "preview"


def main() -> int:
    """0 when the story was played to its end."""
    parser = argparse.ArgumentParser(description="Play an incident from alert to resolution.")
    parser.add_argument("--once", action="store_true", help="end after the story; 1 when it broke")
    parser.add_argument("--source", action="store_true", help="run the working tree and not the package")
    parser.add_argument("--port", type=port_number, default=0, help="of the preview host; 0 takes a free one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="studio-demo-") as folder:
        try:
            return asyncio.run(_run(Path(folder), options))
        except PortTaken as taken:
            sys.exit(str(taken))


class Stopped(Exception):
    """Somebody pressed Ctrl-C."""


class Pause:
    """Sleeping that ends at once when the demo is asked to stop."""

    def __init__(self) -> None:
        self._stop = threading.Event()

    def end(self) -> None:
        """Wake whoever sleeps, and whoever wants to."""
        self._stop.set()

    def __call__(self, seconds: float) -> None:
        """Sleep.

        Raises:
            Stopped: the demo is to end.
        """
        if self._stop.wait(seconds):
            raise Stopped


async def _run(folder: Path, options: argparse.Namespace) -> int:
    terminal = Terminal()
    plugin = None if options.source else packaged()
    if plugin is None:
        plugin = from_source(folder / "reliability-studio-app")
    terminal.title("Reliability Studio", f"a simulated shop, real servers, the plugin from its {plugin.kind}")
    pause = Pause()
    for name in (signal.SIGINT, signal.SIGTERM):
        # The story runs in a thread, which an interrupt of the main one would never reach.
        asyncio.get_running_loop().add_signal_handler(name, pause.end)
    settings = {"data_dir": str(folder / "data")}
    preview = PREVIEW if (PREVIEW / "index.html").is_file() else None
    async with serve(plugin.path, settings=settings, port=options.port, preview=preview) as served:
        for each in served.host.nested("datasource"):
            source = DataSource(uid=each.id, name="Reliability Studio", type=each.id)
            served.host.grafana.add_source(source)
        return await asyncio.to_thread(_guarded, folder, served, terminal, pause, once=options.once)


def _guarded(folder: Path, served: Served, terminal: Terminal, pause: Pause, *, once: bool) -> int:
    try:
        return _play(folder, served, terminal, pause, once=once)
    except Stopped:
        terminal.more("stopped; everything that was started is gone")
        return 0


def _play(folder: Path, served: Served, terminal: Terminal, pause: Pause, *, once: bool) -> int:
    """The story, in a thread: it waits and reads like a person."""
    with _world(folder, served) as (shop, sources):
        for name, url in sources.items():
            terminal.tell(
                "●", name.capitalize(), f"{url}{'' if name in REAL else '   (stand-in, simulated data)'}"
            )
        terminal.tell("●", "preview", f"{served.login_url}   (opens once)")
        terminal.more("a stand-in for Grafana; for a real one see docs/deployment.md")
        terminal.tell("●", "API", f"{served.url}/{RESOURCES}/incidents")
        terminal.more(f"Authorization: Bearer {served.door.bearer}")
        if not once and _has_display():
            webbrowser.open(served.login_url)
        try:
            Story(Api(served.url, served.door.bearer), terminal, shop, sleep=pause).play(sources)
        except StoryBroke as broken:
            terminal.tell("✗", "broke", str(broken), "red")
            return 1
        if once:
            return 0
        terminal.act("The shop stays open")
        terminal.more(f"{served.url}   Ctrl-C stops everything")
        while True:
            pause(3600)


@contextlib.contextmanager
def _world(folder: Path, served: Served) -> Iterator[tuple[ShopTargets, Mapping[str, str]]]:
    """The shop under a Prometheus that knows its past, and an Alertmanager that posts to the plugin.

    Beside it, the addresses of all sources by their names in the settings.
    """
    clock = time.time  # noqa: TID251 - the shop follows the machine's clock
    now = clock()
    shop, history = Shop(now - HISTORY_S), folder / "history.om"
    seen = witness(shop)
    write_history(shop, now, history)
    webhook = Webhook(f"{served.url}/{RESOURCES}/webhooks/alertmanager", served.door.bearer)
    with (
        serve_shop(shop, clock) as targets,
        alertmanager(webhook) as alerts,
        prometheus(
            targets=targets.targets, rules=alert_rules(), alertmanagers=[alerts.address], blocks=history
        ) as metrics,
        serve_witnesses(targets, seen) as stand_ins,
    ):
        yield targets, {"prometheus": metrics.url, "alertmanager": alerts.url, **stand_ins}


def _has_display() -> bool:
    return sys.stdout.isatty() and bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    sys.exit(main())
