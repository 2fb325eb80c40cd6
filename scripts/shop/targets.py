"""The shop's pods on loopback, one HTTP port each, as a Prometheus finds them.

The simulation moves when somebody looks: a scrape advances it to the present under one lock.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

from scripts.servers import Target
from scripts.shop.exposition import page
from scripts.shop.simulation import Shop


@dataclass(frozen=True, slots=True)
class ShopTargets:
    """A shop that can be scraped, and its fault's switch."""

    shop: Shop
    targets: tuple[Target, ...]
    clock: Callable[[], float]
    lock: threading.Lock = field(default_factory=threading.Lock)

    def page(self, service: str, slot: int) -> str:
        """What the pod in a slot shows now."""
        with self.present() as shop:
            return page(shop.pods[service, slot], shop.now)

    @contextlib.contextmanager
    def present(self) -> Iterator[Shop]:
        """The shop at this moment, for one reader at a time."""
        with self.lock:
            self.shop.advance(self.clock())
            yield self.shop

    def begin_fault(self) -> float:
        """Roll payments v2 out now; returns the moment in Unix seconds."""
        with self.lock:
            now = self.clock()
            self.shop.fault.begin(now)
        return now

    def end_fault(self) -> float:
        """Roll back now; returns the moment in Unix seconds."""
        with self.lock:
            now = self.clock()
            self.shop.fault.end(now)
        return now


class _Door(ThreadingHTTPServer):
    """The port of one pod."""

    daemon_threads = True
    source: Callable[[], str]


class _Page(BaseHTTPRequestHandler):
    """GET /metrics; anything else is not there."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer a scrape."""
        if self.path != "/metrics":
            self.send_error(404)
            return
        body = cast("_Door", self.server).source().encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    # `override` is not in the standard library of Python 3.11, and scripts use nothing else.
    def log_message(self, format: str, *args: object) -> None:  # type: ignore[explicit-override]  # noqa: A002
        """Scrapes are not worth a line."""


@contextlib.contextmanager
def serve(shop: Shop, clock: Callable[[], float]) -> Iterator[ShopTargets]:
    """Open a port for every pod; `clock` gives Unix seconds. All are closed at the end."""
    with contextlib.ExitStack() as stack:
        doors = {key: stack.enter_context(_Door(("127.0.0.1", 0), _Page)) for key in shop.pods}
        targets = tuple(
            Target(f"127.0.0.1:{door.server_port}", job=service) for (service, _), door in doors.items()
        )
        scraped = ShopTargets(shop, targets, clock)
        for (service, slot), door in doors.items():
            door.source = partial(scraped.page, service, slot)
            threading.Thread(target=door.serve_forever, args=(0.1,), daemon=True).start()
            stack.callback(door.shutdown)
        yield scraped
