"""A connection to the plugin that a test can break in the middle of an answer."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import grpc.aio

from tests.wire.harness import UNLIMITED, Host


class Line:
    """Passes bytes on between a host and the plugin until it is cut."""

    def __init__(self, plugin: Path) -> None:
        self._plugin = plugin
        self._ends: list[asyncio.StreamWriter] = []
        self._passed = 0
        self._most: int | None = None
        self._jammed = asyncio.Event()

    async def jam(self, after: int) -> None:
        """Pass so many bytes more of the answers on and then none; returns when the rest is held up."""
        self._most = self._passed + after
        await self._jammed.wait()

    def cut(self) -> None:
        """Both sides lose the connection, as when one of them was killed."""
        for end in self._ends:
            end.transport.abort()

    async def taken(self, asked: asyncio.StreamReader, host: asyncio.StreamWriter) -> None:
        """Serve one connection of the host."""
        answers, plugin = await asyncio.open_unix_connection(self._plugin)
        self._ends += [host, plugin]
        async with asyncio.TaskGroup() as group:
            group.create_task(self._pass_on(asked, plugin))
            group.create_task(self._pass_on(answers, host, answers=True))

    async def _pass_on(
        self, source: asyncio.StreamReader, to: asyncio.StreamWriter, *, answers: bool = False
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(4096):
                if answers and self._most is not None and self._passed >= self._most:
                    self._jammed.set()
                    return  # nobody reads on, so that the plugin's writes have to wait
                self._passed += len(data) if answers else 0
                to.write(data)
                await to.drain()


@contextlib.asynccontextmanager
async def brittle(plugin: Path, folder: Path) -> AsyncIterator[tuple[Line, Host]]:
    """A line to the plugin's socket, and a host at its other end."""
    line = Line(plugin)
    server = await asyncio.start_unix_server(line.taken, folder / "brittle")
    async with server, grpc.aio.insecure_channel(f"unix:{folder / 'brittle'}", options=UNLIMITED) as channel:
        try:
            yield line, Host(channel)
        finally:
            line.cut()
