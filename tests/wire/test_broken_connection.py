"""A connection that breaks within an answer: the work ends, its places are free, and nothing else notices."""

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc.aio
import pytest

from reliability_studio.api.calls import ResourceRequest, ResourceResponse
from reliability_studio.wire.desk import MAX_BODY_STREAMS
from reliability_studio.wire.pb import backend_pb2 as pb
from tests.support.echo_plugin import EchoInstance, EchoProduct
from tests.wire.brittle import Line, brittle
from tests.wire.child import Child
from tests.wire.harness import UNLIMITED, Host, Serving, serving, until, who


def asked(host: Host, path: str, **more: int) -> Any:
    return host.resource_stream(pb.CallResourceRequest(pluginContext=who(**more), path=path))


async def read_on(call: Any) -> str:
    """Read until it ends; why it ended."""
    try:
        while await call.read() is not grpc.aio.EOF:
            pass
    except grpc.aio.AioRpcError as broken:
        return broken.code().name
    return "complete"


async def released(plugin: Serving, instance: EchoInstance) -> None:
    """Return when nothing of the broken calls is left: no work, no place at the gate, no lease."""

    async def free() -> bool:
        gauges = [
            await plugin.host.gauge("calls_running", rpc)
            for rpc in ("CallResource", "RunStream", "QueryData")
        ]
        return (gauges, instance.running, instance.streams_open) == ([0] * 3, 0, instance.streams_closed)

    await until(free)
    fresh = await plugin.host.resource("echo", body=b"still here", context=who(updated=2))
    assert fresh.body == b"still here"

    async def closed() -> bool:
        return instance.closed

    await until(closed)


@contextlib.asynccontextmanager
async def breaking(
    product: EchoProduct, tmp_path: Path
) -> AsyncIterator[tuple[Serving, Line, Host, asyncio.TaskGroup]]:
    """A server, a connection to break in the block, and its host; after it nothing of the calls is left."""
    async with serving(product, tmp_path) as plugin, asyncio.TaskGroup() as group:
        async with brittle(plugin.socket, tmp_path) as (line, host):
            yield plugin, line, host, group
        await released(plugin, product.built[0])


def call_lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, int]]:
    """Routes and statuses in the log, which holds nothing that went wrong."""
    assert [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING] == []
    lines = [each for each in caplog.records if each.name == "reliability_studio.calls"]
    return [(each.route, each.status) for each in lines]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("path", "passed"),
    [
        ("parts/1000000", 3000),
        ("lumps/100", 100_000),
        ("lumps/40000", 1_000_000),
        ("lumps/4000000", 1_000_000),
    ],
)
async def test_a_streamed_answer_ends_with_its_connection(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, path: str, passed: int
):
    """Between two parts, or while one of megabytes is being written and nobody takes it."""
    caplog.set_level(logging.INFO)
    product = EchoProduct()
    async with breaking(product, tmp_path) as (plugin, line, host, group):
        reading = group.create_task(read_on(asked(host, path)))
        await line.jam(passed)
        assert await plugin.host.gauge("calls_running", "CallResource") == 1
        assert product.built[0].streams_closed == 0
        line.cut()
        assert await reading == "UNAVAILABLE"
    assert call_lines(caplog) == [(f" {path}", 499)]


async def test_a_whole_answer_of_megabytes_that_nobody_takes_is_dropped_with_its_connection(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    """The work is done and its places are free while gRPC still writes; the log has what it answered."""
    caplog.set_level(logging.INFO)
    product = EchoProduct()
    async with breaking(product, tmp_path) as (_, line, host, group):
        reading = group.create_task(read_on(asked(host, "big/30000000")))
        await line.jam(1_000_000)
        line.cut()
        assert await reading == "UNAVAILABLE"
    assert call_lines(caplog) == [(" big/30000000", 200)]


async def test_work_that_has_not_answered_yet_is_cancelled_with_its_connection(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    product = EchoProduct()
    async with breaking(product, tmp_path) as (_, line, host, group):
        reading = [group.create_task(read_on(asked(host, "slow/60"))) for _ in range(20)]

        async def running() -> bool:
            return bool(product.built) and product.built[0].running == 20

        await until(running)
        line.cut()
        assert [await each for each in reading] == ["UNAVAILABLE"] * 20
    assert product.built[0].cancelled == 20
    assert call_lines(caplog) == [(" slow/60", 499)] * 20


async def test_channels_end_with_their_connection_and_start_again_on_another(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    product = EchoProduct()
    async with serving(product, tmp_path) as plugin, asyncio.TaskGroup() as group:
        async with brittle(plugin.socket, tmp_path) as (line, host):
            streams = [host.run_stream("ticks") for _ in range(20)]
            for stream in streams:
                await stream.read()
            reading = [group.create_task(read_on(stream)) for stream in streams]
            line.cut()
            assert [await each for each in reading] == ["UNAVAILABLE"] * 20
        await released(plugin, product.built[0])
        again = plugin.host.run_stream("ticks")
        assert (await again.read()).data
        again.cancel()
    assert call_lines(caplog)[:20] == [("ticks", 499)] * 20


async def test_the_places_of_streamed_bodies_are_free_after_the_connection_broke(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    """All of them at once, and then all of them again."""
    product = EchoProduct()
    async with serving(product, tmp_path) as plugin:
        for _ in range(2):
            async with brittle(plugin.socket, tmp_path) as (line, host), asyncio.TaskGroup() as group:
                calls = [asked(host, "lumps/10000") for _ in range(MAX_BODY_STREAMS)]
                for call in calls:
                    assert (await call.read()).code == 200
                reading = [group.create_task(read_on(call)) for call in calls]
                line.cut()
                assert {await each for each in reading} == {"UNAVAILABLE"}

            async def free() -> bool:
                return await plugin.host.gauge("calls_running", "CallResource") == 0

            await until(free)
        await released(plugin, product.built[0])
    assert product.built[0].streams_open == 2 * MAX_BODY_STREAMS
    assert call_lines(caplog) == []


async def test_a_write_that_fails_before_the_call_is_cancelled_is_no_fault_of_the_product(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    """gRPC may tell either first: that the call is cancelled, or by an error that a write failed."""
    caplog.set_level(logging.INFO)

    class Unlucky(EchoInstance):
        async def _parts(self, _request: ResourceRequest, _rest: str) -> ResourceResponse:
            async def parts() -> AsyncIterator[bytes]:
                yield b"one"
                raise grpc.aio.InternalError("Failed grpc_call_start_batch")

            return ResourceResponse(200, {}, parts())

    product = EchoProduct(builds=Unlucky)
    async with serving(product, tmp_path) as plugin:
        call = asked(plugin.host, "parts/2")
        assert [(await call.read()).body for _ in range(2)] == [b"", b"one"]
        await released(plugin, product.built[0])
        call.cancel()  # gRPC sends no end, as there is nobody to whom
    assert call_lines(caplog) == [(" parts/2", 499)]


CLIENT = """
import sys, grpc
channel = grpc.insecure_channel(sys.argv[1], options=[("grpc.max_receive_message_length", -1)])
for part in channel.unary_stream("/pluginv2.Resource/CallResource")(bytes.fromhex(sys.argv[2])):
    print(len(part), flush=True)
"""


@pytest.mark.integration
async def test_a_client_that_is_killed_within_an_answer_leaves_no_work_and_no_error(tmp_path: Path):
    """The process goes on, and what it logged is what it logs of any caller who went away."""
    request = pb.CallResourceRequest(pluginContext=who(), path="lumps/4000000", method="GET")
    with Child(tmp_path) as child:
        command = [sys.executable, "-c", CLIENT, child.target, request.SerializeToString().hex()]
        for _ in range(3):
            client = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
            assert client.stdout is not None
            sizes = [int(await client.stdout.readline()) for _ in range(3)]
            assert sizes[-1] > 4_000_000
            client.kill()
            await client.wait()
        async with grpc.aio.insecure_channel(child.target, options=UNLIMITED) as channel:
            host = Host(channel)

            async def free() -> bool:
                return await host.gauge("calls_running", "CallResource") == 0

            await until(free)
            assert (await host.resource("echo", body=b"still here")).body == b"still here"
            assert b'"streams_open": 3, "streams_closed": 3' in (await host.resource("state")).body
        child.process.terminate()
        assert child.end(2.0) == 0
        calls = [entry for entry in child.entries if entry["@message"] == "call"]
        assert [entry["status"] for entry in calls] == [499] * 3
        assert {entry["@level"] for entry in child.entries} == {"info"}
