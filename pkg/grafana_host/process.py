"""One plugin process from exec to its end, exactly as Grafana treats it.

environment   what go-plugin and Grafana 12.4 give, and nothing of this process
start         exec with a foreign working folder, wait for one line on stdout, at most a minute
running       stdout is read and thrown away until a line of 64 KiB, then never again; stderr is the journal
stop          GRPCController.Shutdown without a deadline, then two seconds, then SIGKILL
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grafana_host.journal import Journal

START_LIMIT_S = 60.0
STOP_LIMIT_S = 2.0
LONGEST_STDOUT = 64 << 10

READ_AHEAD = LONGEST_STDOUT // 2
"""Twice as much is read of a pipe before anybody asks for it: what go-plugin's scanner holds. With more, a
plugin that writes to a stdout which nobody reads would not hang as it does under Grafana."""

GRAFANA_VERSION = "13.2.3"

_PASSED_ON = (
    *(name for each in ("http_proxy", "https_proxy", "no_proxy") for name in (each, each.upper())),
    "PLUGIN_UNIX_SOCKET_DIR",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)
"""What Grafana copies from its own environment, if it is there."""

_LEAST_FIELDS = 4


class StartFailed(RuntimeError):
    """The plugin did not come up; the text says at which step."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the plugin listens, out of its handshake line."""

    network: str
    address: str

    @property
    def target(self) -> str:
        """As gRPC wants it."""
        return f"unix:{self.address}" if self.network == "unix" else self.address


def environment(
    settings: Mapping[str, str], host: Mapping[str, str], *, edition: str = "Open Source"
) -> Mapping[str, str]:
    """The environment of a plugin process.

    Args:
        settings: the plugin's ini section: `data_dir` becomes `GF_PLUGIN_DATA_DIR`.
        host: this process's environment, of which only a few names are copied.
        edition: which Grafana this pretends to be.
    """
    given = {
        "grafana_plugin_type": "datasource",
        "PLUGIN_MIN_PORT": "10000",
        "PLUGIN_MAX_PORT": "25000",
        "PLUGIN_PROTOCOL_VERSIONS": "2",
        "GF_VERSION": GRAFANA_VERSION,
        "GF_EDITION": edition,
        "GF_INSTANCE_FEATURE_TOGGLES_ENABLE": "",
    }
    own = {f"GF_PLUGIN_{key.upper()}": value for key, value in settings.items() if key not in {"path", "id"}}
    return {**{name: host[name] for name in _PASSED_ON if host.get(name)}, **given, **own}


def parse_handshake(line: bytes) -> Address:
    """The address in the first line.

    Raises:
        StartFailed: it is not the line that Grafana accepts.
    """
    parts = line.decode("utf-8", "replace").strip().split("|")
    if len(parts) < _LEAST_FIELDS:
        raise StartFailed(f"unrecognized remote plugin message: {line[:200]!r}")
    core, app, network, address, *rest = parts
    if core != "1":
        raise StartFailed(f"incompatible core API version with plugin: {core!r}")
    if app != "2":
        raise StartFailed(f"incompatible API version with plugin: {app!r}; only 2 is known")
    if network not in {"unix", "tcp"}:
        raise StartFailed(f"unknown address type: {network!r}")
    if (rest[0] if rest else "netrpc") != "grpc":
        raise StartFailed("unsupported plugin protocol: only grpc is allowed")
    return Address(network, address)


@dataclass(slots=True)
class PluginProcess:
    """A started process; `pump` must run while it lives."""

    process: asyncio.subprocess.Process
    journal: Journal
    address: Address = field(default_factory=lambda: Address("", ""))
    start_s: float = 0.0
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when both pipes are closed and the process is reaped: only then go-plugin calls it exited."""

    @property
    def pid(self) -> int:
        """Process id."""
        return self.process.pid

    @property
    def exit_status(self) -> int | None:
        """None while it runs."""
        return self.process.returncode

    @classmethod
    async def launch(cls, program: Path, env: Mapping[str, str], journal: Journal) -> "PluginProcess":
        """Exec the program, with nothing on its command line and a working folder that is not its own.

        Its stdin is ours, as in Grafana: no sign of whether the host lives.

        Raises:
            StartFailed: it cannot be executed.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                str(program),
                cwd="/",
                env=dict(env),
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                limit=READ_AHEAD,
            )
        except OSError as error:
            raise StartFailed(f"{program} cannot be executed: {error.strerror}") from error
        return cls(process, journal)

    async def handshake(self) -> Address:
        """Wait for the first line on stdout.

        Raises:
            StartFailed: none came in a minute, the process ended, or the line is not right.
        """
        began = asyncio.get_running_loop().time()
        stdout = self.process.stdout
        if stdout is None:  # pragma: no cover - it is a pipe
            raise StartFailed("stdout is not a pipe")
        try:
            async with asyncio.timeout(START_LIMIT_S):
                line = await stdout.readline()
        except TimeoutError:
            raise StartFailed("timeout while waiting for plugin to start") from None
        except ValueError:
            raise StartFailed("unrecognized remote plugin message: a line without an end") from None
        if not line:
            raise StartFailed("the plugin exited before it could be connected to")
        self.address = parse_handshake(line)
        self.start_s = asyncio.get_running_loop().time() - began
        return self.address

    async def pump(self) -> None:
        """Read both pipes to their ends and reap the process."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._stderr())
            group.create_task(self._stdout())
        await self.process.wait()
        self.ended.set()

    def kill(self) -> None:
        """SIGKILL to the process itself; its children are nobody's business, as in Grafana."""
        if self.process.returncode is None:  # once it is reaped, its number may be another process's
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGKILL)

    async def bury(self) -> None:
        """Kill it if it lives, read what is left in its pipes, and take its exit status."""
        self.kill()
        with contextlib.suppress(
            TimeoutError
        ):  # a child of its own that holds the pipes is nobody's business
            async with asyncio.timeout(STOP_LIMIT_S):
                await self.process.communicate()

    async def await_end(self, limit_s: float) -> bool:
        """Whether it ended within the limit."""
        try:
            async with asyncio.timeout(limit_s):
                await self.ended.wait()
        except TimeoutError:
            return False
        return True

    async def _stderr(self) -> None:
        stream = self.process.stderr
        if stream is None:  # pragma: no cover - it is a pipe
            return
        pending = b""
        while part := await stream.read(1 << 16):
            *lines, pending = (pending + part).split(b"\n")
            for line in lines:
                self.journal.feed(line)
        if pending:
            self.journal.feed(pending)

    async def _stdout(self) -> None:
        """Lines are thrown away; after one that is too long go-plugin's scanner never reads again."""
        stream = self.process.stdout
        if stream is None:  # pragma: no cover - it is a pipe
            return
        length = 0
        while part := await stream.read(1 << 12):
            for piece in part.split(b"\n")[:-1]:
                if length + len(piece) >= LONGEST_STDOUT:
                    self.journal.feed(b"stdout: a line of 64 KiB ends the host's reading")
                    return
                length = 0
            length += len(part.rpartition(b"\n")[2])
            if length >= LONGEST_STDOUT:
                self.journal.feed(b"stdout: a line of 64 KiB ends the host's reading")
                return
