"""A plugin process as Grafana starts it, with a stop-watch beside it: handshake time, memory, CPU."""

import contextlib
import os
import select
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import grpc

from reliability_studio.wire.pb import grpc_controller_pb2
from scripts.story.plugin import suffix

ENVIRONMENT = {
    "grafana_plugin_type": "datasource",
    "PLUGIN_MIN_PORT": "10000",
    "PLUGIN_MAX_PORT": "25000",
    "PLUGIN_PROTOCOL_VERSIONS": "2",
    "GF_VERSION": "13.2.0",
    "GF_EDITION": "oss",
}
"""What a plugin gets from Grafana 12.4 and newer; nothing is inherited."""

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Plugin:
    """An installed plugin, as a folder, and the name under which its numbers are told."""

    name: str
    """`app packaged`, `datasource source`, `Go echo`."""
    folder: Path
    executable: str
    """File name in `folder`, without `_<os>_<arch>`."""
    role: str = "app"
    environment: Mapping[str, str] = field(default_factory=dict)
    """More variables than Grafana's own."""

    @property
    def program(self) -> Path:
        """The file to execute."""
        return self.folder / f"{self.executable}_{suffix()}"

    @property
    def slug(self) -> str:
        """The name as a folder's name."""
        return self.name.replace(" ", "-").lower()


@dataclass(frozen=True, slots=True)
class Started:
    """A running plugin."""

    process: "subprocess.Popen[bytes]"
    target: str
    """gRPC target: `unix:/path` or `host:port`."""
    handshake_s: float
    log: Path

    def memory_mib(self) -> float:
        """Resident memory of the process and its children."""
        return sum(_status_kib(pid, "VmRSS") for pid in self._tree()) / 1024

    def cpu_s(self) -> float:
        """CPU seconds used so far, by the process and its children."""
        total = 0
        for pid in self._tree():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / _TICKS

    def kill(self) -> None:
        """SIGKILL, as the kernel does when memory is short."""
        self.process.kill()
        self.process.wait()

    def _tree(self) -> list[int]:
        found, queue = [], [self.process.pid]
        while queue:
            pid = queue.pop()
            found.append(pid)
            with contextlib.suppress(OSError):
                children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
                queue += [int(child) for child in children.split()]
        return found


@contextlib.contextmanager
def running(plugin: Plugin, data: Path) -> Iterator[Started]:
    """Start a plugin with its data folder and wait for its handshake; stop it as Grafana does.

    Raises:
        RuntimeError: it ended or said something else than a handshake; the text holds its log's end.
    """
    environment = {**ENVIRONMENT, "GF_PLUGIN_DATA_DIR": str(data), **plugin.environment}
    with tempfile.TemporaryDirectory(prefix="studio-bench-") as where:
        log = Path(where) / "stderr.log"
        with log.open("wb") as sink:
            begin = time.perf_counter()
            process = subprocess.Popen(
                [plugin.program],
                cwd=where,
                env=environment | {"PLUGIN_UNIX_SOCKET_DIR": where},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=sink,
            )
        try:
            target = _handshake(process, log)
            yield Started(process, target, time.perf_counter() - begin, log)
        finally:
            stop(process)


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End a plugin: SIGTERM, two seconds, SIGKILL."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdout is not None:
        process.stdout.close()


def shut_down(started: Started) -> float:
    """Stop through GRPCController.Shutdown, as Grafana does; seconds until the process is gone."""
    begin = time.perf_counter()
    with grpc.insecure_channel(started.target) as channel:
        call = channel.unary_unary(
            "/plugin.GRPCController/Shutdown",
            request_serializer=grpc_controller_pb2.Empty.SerializeToString,
            response_deserializer=grpc_controller_pb2.Empty.FromString,
        )
        try:
            call(grpc_controller_pb2.Empty(), timeout=5)
        except grpc.RpcError as error:
            # Go's SDK stops its server inside the call, so the answer may be lost; the exit is what counts.
            if error.code() is not grpc.StatusCode.UNAVAILABLE:
                raise
    started.process.wait(5)
    return time.perf_counter() - begin


def _handshake(process: "subprocess.Popen[bytes]", log: Path, limit: float = 60.0) -> str:
    if process.stdout is None:
        message = "the plugin has no stdout"
        raise RuntimeError(message)
    ready, _, _ = select.select([process.stdout], [], [], limit)
    line = process.stdout.readline().decode(errors="replace").strip() if ready else ""
    parts: Sequence[str] = line.split("|")
    if len(parts) < 5 or parts[:2] != ["1", "2"] or parts[4] != "grpc":
        tail = log.read_text(errors="replace")[-2000:]
        message = f"no handshake but {line!r}; its log ends:\n{tail}"
        raise RuntimeError(message)
    return f"unix:{parts[3]}" if parts[2] == "unix" else parts[3]


def _status_kib(pid: int, key: str) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{key}:"):
                return int(line.split()[1])
    return 0
