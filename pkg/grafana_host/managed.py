"""A plugin id under Grafana's care: started in the background, started again each second when it is gone."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from pathlib import Path

from grafana_host.calls import Calls, PluginUnavailable
from grafana_host.journal import Journal
from grafana_host.process import STOP_LIMIT_S, PluginProcess, StartFailed

_log = logging.getLogger(__name__)

LOOK_S = 1.0
READY_S = 65.0


class ManagedPlugin:
    """One backend plugin. `run` must be a task of whoever owns it."""

    def __init__(self, plugin_id: str, program: Path, env: Mapping[str, str]) -> None:
        self.id = plugin_id
        self.program = program
        self.journal = Journal()
        self.starts = 0
        self.failures: list[str] = []
        """Why starts failed."""
        self.killed = False
        """Whether the last stop had to use SIGKILL."""
        self._env = env
        self._process: PluginProcess | None = None
        self._calls: Calls | None = None
        self._ready = asyncio.Event()
        self._stopping = asyncio.Event()

    @property
    def process(self) -> PluginProcess | None:
        """The present process."""
        return self._process

    async def calls(self) -> Calls:
        """The way to the process; waits while it starts.

        Raises:
            PluginUnavailable: it is not running, and not about to.
        """
        if self._calls is None and not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(READY_S if self.starts <= 1 else LOOK_S):
                    await self._ready.wait()
        if self._calls is None:
            raise PluginUnavailable(f"{self.id}: plugin unavailable")
        return self._calls

    async def run(self) -> None:
        """Keep it running until `stop`."""
        while not self._stopping.is_set():
            await self._once()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._stopping.wait()

    async def stop(self) -> None:
        """Stop it as Grafana does; returns when it is gone."""
        self._stopping.set()
        calls, process = self._calls, self._process
        if process is None:
            return
        if calls is not None:
            # No deadline in Grafana; a plugin that does not answer would hang it, which our limit shows.
            with contextlib.suppress(Exception):
                async with asyncio.timeout(STOP_LIMIT_S * 5):
                    await calls.shutdown()
        if not await process.await_end(STOP_LIMIT_S):
            self.killed = True
            process.kill()
            await process.await_end(STOP_LIMIT_S)

    async def _once(self) -> None:
        self.starts += 1
        try:
            self._process = await PluginProcess.launch(self.program, self._env, self.journal)
        except StartFailed as error:
            self._failed(error)
            return
        try:
            await self._serve(self._process)
        finally:
            await self._process.bury()

    async def _serve(self, process: PluginProcess) -> None:
        """From the handshake to the end of the process."""
        try:
            address = await process.handshake()
        except StartFailed as error:
            self._failed(error)
            process.kill()
            await process.pump()
            return
        self._calls = Calls.open(address.target)
        self._ready.set()
        try:
            await process.pump()
        finally:
            calls, self._calls = self._calls, None
            self._ready.clear()
            if calls is not None:
                await calls.aclose()

    def _failed(self, error: StartFailed) -> None:
        self.failures.append(str(error))
        _log.error("%s: could not start: %s", self.id, error)
