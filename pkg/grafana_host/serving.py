"""The host with its HTTP side, as one context: processes, live channels, a port on loopback."""

import argparse
import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from grafana_host.door import Door
from grafana_host.host import Host
from grafana_host.live import Live
from grafana_host.web import Site

MAX_PORT = 65535


class PortTaken(RuntimeError):
    """The port that was asked for cannot be had; the text says why."""


@dataclass(frozen=True, slots=True)
class Served:
    """A running host."""

    host: Host
    door: Door
    live: Live
    sub_path: str = ""

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.door.port}{self.sub_path}"

    @property
    def login_url(self) -> str:
        """Opens one session in a browser, once."""
        return f"{self.url}/login?token={self.door.one_time}"


@contextlib.asynccontextmanager
async def serve(
    folder: Path,
    *,
    settings: Mapping[str, str] | None = None,
    port: int = 0,
    preview: Path | None = None,
    sub_path: str = "",
    password: str = "",
) -> AsyncIterator[Served]:
    """Start the plugins of a folder and serve Grafana's routes for them.

    Args:
        folder: the app plugin's folder.
        settings: the ini section of every plugin.
        port: on 127.0.0.1; 0 takes a free one.
        preview: the built preview page.
        sub_path: what stands before every path, `/grafana`, as a Grafana behind a proxy has it.
        password: of the user `admin`, to sign in as in Grafana; empty for none.

    Raises:
        FileNotFoundError: the folder holds no plugin.json.
        PortTaken: somebody else listens there, or it is not for everybody; nothing was started.
    """
    with _listen(port) as listening:
        async with Host.open(folder, settings) as host, asyncio.TaskGroup() as group:
            live, door = Live(host), Door(password=password)
            running = group.create_task(live.run(), name="live")
            runner = web.AppRunner(
                Site(host, door, live, preview, sub_path).application(),
                access_log=None,
                shutdown_timeout=1,
                handler_cancellation=True,  # as in Grafana: who leaves takes the plugin's call along
            )
            await runner.setup()
            try:
                await web.SockSite(runner, listening).start()
                door.port = listening.getsockname()[1]
                served = Served(host, door, live, sub_path)
                host.grafana.app_url = served.url
                yield served
            finally:
                running.cancel()
                await runner.cleanup()


def port_number(text: str) -> int:
    """`--port` of a command line: 0 takes a free one.

    Raises:
        argparse.ArgumentTypeError: there is no such port.
    """
    if not (text.isascii() and text.isdigit() and int(text) <= MAX_PORT):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no port; they go from 0 (any that is free) to {MAX_PORT}"
        )
    return int(text)


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise PortTaken(f"port {port} of 127.0.0.1 cannot be used: {why}") from error
