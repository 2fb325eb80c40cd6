"""The server's own services and its end, over real gRPC in this process."""

import ast
import asyncio
import json
import os
import stat
import time
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest

import reliability_studio
from reliability_studio.wire.desk import LIMITS, Limit, Rpc
from reliability_studio.wire.pb import backend_pb2 as pb
from reliability_studio.wire.pb import health_pb2 as health
from reliability_studio.wire.server import OPTIONS
from tests.support.echo_plugin import EchoProduct
from tests.wire.harness import Host, serving, until, who


async def test_the_handshake_names_a_private_socket_of_protocol_two(tmp_path: Path):
    """G1, G2: core 1, app 2, a unix socket that only we may use, gRPC, no certificate."""
    async with serving(EchoProduct(), tmp_path) as plugin:
        core, app, network, address, protocol, certificate = plugin.line.rstrip("\n").split("|")
        assert (core, app, network, protocol, certificate) == ("1", "2", "unix", "grpc", "")
        assert stat.S_IMODE(os.stat(address).st_mode) & 0o077 == 0  # noqa: PTH116


async def test_health_serves_the_name_that_go_plugin_asks_for(tmp_path: Path):
    async with serving(EchoProduct(), tmp_path) as plugin:
        serving_ = health.HealthCheckResponse.SERVING
        assert await plugin.host.ping("plugin") == serving_
        assert await plugin.host.ping("") == serving_
        listed = await plugin.host.unary(
            "/grpc.health.v1.Health/List", health.HealthListRequest(), health.HealthListResponse
        )
        assert {name: answer.status for name, answer in listed.statuses.items()} == {
            "": serving_,
            "plugin": serving_,
        }
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await plugin.host.ping("other")
        assert refused.value.code() is grpc.StatusCode.NOT_FOUND


async def test_a_health_watcher_sees_the_stop(tmp_path: Path):
    async with serving(EchoProduct(), tmp_path) as plugin:
        watch = plugin.host.channel.unary_stream(
            "/grpc.health.v1.Health/Watch",
            health.HealthCheckRequest.SerializeToString,
            health.HealthCheckResponse.FromString,
        )(health.HealthCheckRequest(service="plugin"))
        assert (await watch.read()).status == health.HealthCheckResponse.SERVING
        await plugin.host.shutdown()
        assert (await watch.read()).status == health.HealthCheckResponse.NOT_SERVING


@pytest.mark.parametrize(
    "method",
    [
        "/pluginv2.Data/QueryChunkedData",
        "/pluginv2.AdmissionControl/ValidateAdmission",
        "/pluginv2.AdmissionControl/MutateAdmission",
        "/pluginv2.ResourceConversion/ConvertObjects",
        "/grafana.plugin.v3.Route/Anything",
    ],
)
async def test_what_is_not_served_is_unimplemented(tmp_path: Path, method: str):
    """Grafana reads capability from UNIMPLEMENTED."""
    async with serving(EchoProduct(), tmp_path) as plugin:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await plugin.host.unary(method, pb.QueryDataRequest(), pb.QueryDataResponse)
        assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_stdio_and_broker_streams_idle_until_the_stop(tmp_path: Path):
    async with serving(EchoProduct(), tmp_path) as plugin:
        stdio = plugin.host.channel.unary_stream("/plugin.GRPCStdio/StreamStdio", None, None)(b"")
        broker = plugin.host.channel.stream_stream("/plugin.GRPCBroker/StartStream", None, None)()
        await broker.write(b"")
        assert await plugin.host.ping() == health.HealthCheckResponse.SERVING
        assert not stdio.done()
        assert not broker.done()
        await plugin.host.shutdown()
        assert await stdio.read() == grpc.aio.EOF
        assert await broker.read() == grpc.aio.EOF


async def test_a_stop_closes_product_and_instances_removes_the_socket_and_leaves_with_zero(tmp_path: Path):
    product = EchoProduct()
    async with serving(product, tmp_path) as plugin:
        await plugin.host.resource("echo")
        await plugin.host.shutdown()
        await plugin.stopped.wait()
    assert product.closed
    assert [instance.closed for instance in product.built] == [True]
    assert os.listdir(tmp_path) == []  # noqa: PTH208
    assert plugin.left == [0]


async def test_a_stop_under_load_answers_at_once_and_ends_within_its_budget(tmp_path: Path):
    """The host waits for Shutdown without a deadline and kills 2 s later."""
    async with serving(EchoProduct(), tmp_path) as plugin:
        calls = [plugin.host.resource_stream(_slow()) for _ in range(20)]
        streams = [plugin.host.run_stream("ticks") for _ in range(20)]
        for stream in streams:
            await stream.read()
        started = time.monotonic()
        await plugin.host.shutdown()
        answered = time.monotonic() - started
        await plugin.stopped.wait()
        assert answered < 0.2
        assert time.monotonic() - started < 1.5
        for call in calls:
            with pytest.raises((grpc.aio.AioRpcError, asyncio.CancelledError)):
                await call.read()
    assert plugin.left == [0]


def _slow() -> pb.CallResourceRequest:
    return pb.CallResourceRequest(pluginContext=who(), path="slow/30", method="GET", url="slow/30")


async def test_a_full_house_refuses_at_once_and_health_stays_reachable(tmp_path: Path):
    limits = {**LIMITS, Rpc.RESOURCE: Limit(2, 30.0)}
    async with serving(EchoProduct(), tmp_path, limits=limits) as plugin:
        held = [plugin.host.resource_stream(_slow()) for _ in range(2)]

        async def full() -> bool:
            return await plugin.host.gauge("calls_running", "CallResource") == 2

        await until(full)
        refused = await plugin.host.resource("echo")
        assert refused.code == 503
        assert json.loads(refused.body)["code"] == "overloaded"
        assert json.loads(refused.body)["retryable"] is True
        assert (await plugin.host.health()).status == pb.CheckHealthResponse.OK
        for call in held:
            call.cancel()


async def test_a_call_that_takes_too_long_is_ended_with_504(tmp_path: Path):
    limits = {**LIMITS, Rpc.RESOURCE: Limit(8, 0.05), Rpc.QUERY: Limit(8, 0.05), Rpc.HEALTH: Limit(8, 0.05)}
    product = EchoProduct()
    async with serving(product, tmp_path, limits=limits) as plugin:
        late = await plugin.host.resource("slow/30")
        assert late.code == 504
        assert json.loads(late.body)["code"] == "took_too_long"
        queries = await plugin.host.query(pb.DataQuery(refId="A", queryType="slow"))
        assert queries["A"].status == 504
        assert "0.05 s" in queries["A"].error
        unwell = await plugin.host.health(who(json_data=b'{"mood":"slow"}', updated=2))
        assert unwell.status == pb.CheckHealthResponse.ERROR
    assert product.built[0].cancelled == 1


async def test_metrics_count_calls_by_status_and_start_at_zero(tmp_path: Path):
    async with serving(EchoProduct(), tmp_path) as plugin:
        fresh = await plugin.host.metrics()
        assert 'reliability_studio_calls_total{rpc="QueryData",status="5xx"} 0.0' in fresh
        await plugin.host.resource("echo/1")
        await plugin.host.resource("raise/notfound")
        counted = await plugin.host.metrics()
        assert 'calls_total{rpc="CallResource",status="2xx"} 1.0' in counted
        assert 'calls_total{rpc="CallResource",status="4xx"} 1.0' in counted


async def test_two_servers_never_share_a_port():
    """Pitfall 22: with the default of Linux the kernel would deal calls out between them in silence."""
    first, second = grpc.aio.server(options=OPTIONS), grpc.aio.server(options=OPTIONS)
    port = first.add_insecure_port("127.0.0.1:0")
    await first.start()
    try:
        with pytest.raises(RuntimeError, match="Failed to bind"):
            second.add_insecure_port(f"127.0.0.1:{port}")
    finally:
        await first.stop(None)
        await second.stop(None)


def test_no_module_of_the_product_makes_processes():
    """Pitfall 5: gRPC's threads do not outlive a fork, and a child would hold the host's pipes.

    A kubeconfig's login command is run by the Kubernetes client, by fork and exec and with pipes of its own:
    `tests/sources/test_kubernetes.py`.
    """
    makers = {"multiprocessing", "subprocess", "pty"}
    calls = {"fork", "forkpty", "posix_spawn", "posix_spawnp", "spawnv", "spawnve", "system", "popen"}
    found = []
    for path in sorted(Path(reliability_studio.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Import(names=names) if {each.name.partition(".")[0] for each in names} & makers:
                    found.append(f"{path.name}:{node.lineno}")
                case ast.ImportFrom(module=str(module)) if module.partition(".")[0] in makers:
                    found.append(f"{path.name}:{node.lineno}")
                case ast.Attribute(value=ast.Name(id="os"), attr=attribute) if attribute in calls:
                    found.append(f"{path.name}:{node.lineno}")
    assert found == []


def test_every_kind_of_call_is_bounded_and_all_but_channels_have_a_deadline():
    """Hosts set no deadline: without our own, a panel would spin for ever (2.7)."""
    assert set(LIMITS) == set(Rpc)
    assert all(0 < limit.at_once <= 512 for limit in LIMITS.values())
    assert {rpc for rpc, limit in LIMITS.items() if limit.deadline_s is None} == {Rpc.RUN}
    assert max(limit.deadline_s or 0 for limit in LIMITS.values()) <= 60, "proxies cut at a minute"


async def test_long_metadata_of_the_host_is_taken(tmp_path: Path):
    """Baggage and log parameters outgrow the library's default of 8 KiB, which fails the whole call."""
    async with serving(EchoProduct(), tmp_path) as plugin:
        answer = await plugin.host.resource("echo", body=b"here", metadata=(("baggage", "x" * 40_000),))
    assert answer.body == b"here"


TOO_LARGE = "RESOURCE_EXHAUSTED: received metadata size"


def _baggage(kib: int, values: int = 1) -> tuple[tuple[str, str], ...]:
    return tuple(("baggage", "x" * (kib << 10)) for _ in range(values))


async def _refusals(host: Host, metadata: tuple[tuple[str, str], ...], calls: int) -> list[str]:
    """What gRPC says of those calls that it refuses. All at once: it lets each wait for up to a second."""

    async def call() -> str:
        try:
            await host.resource("echo", metadata=metadata)
        except grpc.aio.AioRpcError as refused:
            return f"{refused.code().name}: {refused.details()}"
        return ""

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(call()) for _ in range(calls)]
    return [task.result() for task in tasks if task.result()]


@pytest.mark.parametrize(
    "metadata",
    [_baggage(128), _baggage(1024), _baggage(3, 50)],
    ids=["at the bound", "far beyond", "of many values"],
)
async def test_metadata_beyond_every_bound_fails_its_own_call_only(
    tmp_path: Path, metadata: tuple[tuple[str, str], ...]
):
    """gRPC refuses it before any of our code, so that nobody makes the process keep it."""
    product = EchoProduct()
    async with serving(product, tmp_path) as plugin:
        beside = plugin.host.run_stream("ticks")
        await beside.read()
        refusals = await _refusals(plugin.host, metadata, 10)
        assert len(refusals) == 10
        assert all(each.startswith(f"{TOO_LARGE} exceeds hard limit") for each in refusals)
        assert (await plugin.host.resource("echo", body=b"still here")).body == b"still here"
        assert json.loads((await beside.read()).data)["n"] > 0, "the same connection goes on"
        beside.cancel()
        counted = await plugin.host.metrics()
    assert 'reliability_studio_calls_total{rpc="CallResource",status="2xx"} 1.0' in counted
    assert 'reliability_studio_calls_total{rpc="CallResource",status="4xx"} 0.0' in counted
    assert 'reliability_studio_calls_total{rpc="CallResource",status="5xx"} 0.0' in counted
    assert product.built[0].finished == 1


@pytest.mark.parametrize(("kib", "least", "most"), [(60, 0, 0), (96, 1, 39), (127, 25, 40)])
async def test_between_the_bounds_of_metadata_more_of_it_is_refused_more_often(
    tmp_path: Path, kib: int, least: int, most: int
):
    """From 64 KiB on gRPC refuses by chance, the more the nearer to 128 KiB: a warning before the wall."""
    async with serving(EchoProduct(), tmp_path) as plugin:
        refusals = await _refusals(plugin.host, _baggage(kib), 40)
        assert (await plugin.host.resource("echo", body=b"still here")).body == b"still here"
    assert least <= len(refusals) <= most
    assert all(each.startswith(f"{TOO_LARGE} exceeds soft limit") for each in refusals)


async def _to_the_end(stream: Any) -> None:
    while await stream.read() is not grpc.aio.EOF:
        pass


async def test_a_stop_tells_channels_to_come_again(tmp_path: Path):
    """They end before the calls are drained, as unavailable and not as cancelled."""
    async with serving(EchoProduct(), tmp_path) as plugin:
        stream = plugin.host.run_stream("ticks")
        await stream.read()
        await plugin.host.shutdown()
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            await _to_the_end(stream)
    assert ended.value.code() is grpc.StatusCode.UNAVAILABLE
    assert "ended; ask again" in str(ended.value.details())
