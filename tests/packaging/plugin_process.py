"""A plugin process as a host sees it: an executable, a handshake line, a gRPC channel, a stop.

Small on purpose and built on nothing but the contract: what it starts may live in another root folder.
"""

import contextlib
import os
import selectors
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc

from reliability_studio.wire.pb import backend_pb2, grpc_controller_pb2, health_pb2

ENVIRONMENT = {
    "grafana_plugin_type": "datasource",
    "PLUGIN_MIN_PORT": "10000",
    "PLUGIN_MAX_PORT": "25000",
    "PLUGIN_PROTOCOL_VERSIONS": "2",
    "GF_VERSION": "13.2.3",
    "GF_EDITION": "Open Source",
}
"""What Grafana passes on since 12.4: no PATH, no HOME, no LANG."""
START_LIMIT = 60.0
CALL_LIMIT = 30.0


@dataclass(frozen=True, slots=True)
class Plugin:
    """A running process; `start_ms` is from exec to the handshake line."""

    process: "subprocess.Popen[bytes]"
    handshake: str
    start_ms: float
    channel: grpc.Channel
    log: Path

    @property
    def pid(self) -> int:
        """The process id: launchers exec, so it is that of the interpreter."""
        return self.process.pid

    def call(self, method: str, request: Any, answer: Callable[..., Any]) -> Any:
        """One unary call, as in `/pluginv2.Diagnostics/CheckHealth`."""
        send = self.channel.unary_unary(
            method,
            request_serializer=type(request).SerializeToString,
            response_deserializer=answer.FromString,
        )
        return send(request, timeout=CALL_LIMIT)

    def serving(self) -> bool:
        """Whether the standard health service says that `plugin` is serving."""
        request = health_pb2.HealthCheckRequest(service="plugin")
        reply = self.call("/grpc.health.v1.Health/Check", request, health_pb2.HealthCheckResponse)
        return bool(reply.status == health_pb2.HealthCheckResponse.SERVING)

    def health(self, context: backend_pb2.PluginContext) -> backend_pb2.CheckHealthResponse:
        """CheckHealth."""
        request = backend_pb2.CheckHealthRequest(pluginContext=context)
        return self.call("/pluginv2.Diagnostics/CheckHealth", request, backend_pb2.CheckHealthResponse)

    def query(self, context: backend_pb2.PluginContext, *queries: backend_pb2.DataQuery) -> Mapping[str, Any]:
        """QueryData: answers by refId."""
        request = backend_pb2.QueryDataRequest(pluginContext=context, queries=queries)
        return dict(self.call("/pluginv2.Data/QueryData", request, backend_pb2.QueryDataResponse).responses)

    def stop(self) -> int:
        """Stop as go-plugin does: Shutdown, then two seconds; returns the exit code, -9 when killed."""
        with contextlib.suppress(grpc.RpcError):
            self.call(
                "/plugin.GRPCController/Shutdown", grpc_controller_pb2.Empty(), grpc_controller_pb2.Empty
            )
        self.channel.close()
        try:
            return self.process.wait(2.0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


@contextlib.contextmanager
def started(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    root: Path = Path("/"),
    environment: Mapping[str, str] | None = None,
) -> Iterator[Plugin]:
    """Start a plugin, read its handshake, connect; kill it at the end if the test did not stop it.

    Args:
        command: the executable, or what leads to it (chroot).
        cwd: a folder that is not the plugin's.
        root: the folder that the process sees as /.
        environment: beside Grafana's own.
    """
    log = cwd / "stderr.log"
    began = time.perf_counter()
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=cwd,
            env={**ENVIRONMENT, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=sink,
        )
    try:
        line = _first_line(process, log)
        took = (time.perf_counter() - began) * 1000
        with grpc.insecure_channel(_target(line, root)) as channel:
            yield Plugin(process, line, took, channel, log)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def _first_line(process: "subprocess.Popen[bytes]", log: Path) -> str:
    assert process.stdout is not None
    with selectors.DefaultSelector() as waiting:
        waiting.register(process.stdout, selectors.EVENT_READ)
        ready = waiting.select(START_LIMIT)
    line = os.read(process.stdout.fileno(), 4096).decode() if ready else ""
    if not line:
        process.kill()
        message = f"no handshake line; exit code {process.wait()}\n{log.read_text(errors='replace')[-3000:]}"
        raise AssertionError(message)
    return line


def _target(line: str, root: Path) -> str:
    core, version, network, address, protocol, *_ = line.strip().split("|")
    assert (core, version, protocol) == ("1", "2", "grpc")
    return f"unix:{root}{address}" if network == "unix" and root != Path("/") else f"{network}:{address}"


def app_context(json_data: bytes = b"{}") -> backend_pb2.PluginContext:
    """An administrator of organisation 1 calls the app."""
    return backend_pb2.PluginContext(
        orgId=1,
        pluginId="reliability-studio-app",
        user=backend_pb2.User(login="admin", name="Admin", email="admin@localhost", role="Admin"),
        appInstanceSettings=backend_pb2.AppInstanceSettings(jsonData=json_data, lastUpdatedMS=1),
    )


def datasource_context() -> backend_pb2.PluginContext:
    """A viewer of organisation 1 asks the data source."""
    return backend_pb2.PluginContext(
        orgId=1,
        pluginId="reliability-studio-datasource",
        user=backend_pb2.User(login="viewer", role="Viewer"),
        dataSourceInstanceSettings=backend_pb2.DataSourceInstanceSettings(
            uid="studio", name="Reliability Studio", jsonData=b"{}", lastUpdatedMS=1
        ),
    )
