"""Live channels over real gRPC."""

import asyncio
import json
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest

from reliability_studio.wire.pb import backend_pb2 as pb
from tests.support.echo_plugin import EchoProduct
from tests.wire.harness import serving, until, who

ANSWER = pb.SubscribeStreamResponse


async def test_a_subscriber_gets_a_decision_and_the_initial_packet(tmp_path: Path):
    async with serving(EchoProduct(), tmp_path) as plugin:
        allowed = await plugin.host.subscribe("ticks")
        assert (allowed.status, allowed.data) == (ANSWER.OK, b'{"n":0}')
        assert (await plugin.host.subscribe("unknown")).status == ANSWER.NOT_FOUND
        assert (await plugin.host.subscribe("forbidden")).status == ANSWER.PERMISSION_DENIED


async def test_a_decision_that_cannot_be_made_is_no_refusal(tmp_path: Path):
    """A refusal would be final for the browser; an unavailable call is asked again."""
    async with serving(EchoProduct(), tmp_path) as plugin:
        with pytest.raises(grpc.aio.AioRpcError) as unavailable:
            await plugin.host.subscribe("down")
    assert unavailable.value.code() is grpc.StatusCode.UNAVAILABLE


async def test_publishing_is_decided_by_the_product(tmp_path: Path):
    async with serving(EchoProduct(), tmp_path) as plugin:
        answer = await plugin.host.publish("ticks", b"{}")
    assert (answer.status, answer.data) == (pb.PublishStreamResponse.PERMISSION_DENIED, b"")


async def test_packets_are_json_and_what_is_not_is_dropped(tmp_path: Path):
    async with serving(EchoProduct(), tmp_path) as plugin:
        packets = [packet.data async for packet in plugin.host.run_stream("broken")]
    assert packets == [b'{"n":1}', b'{"n":2}']


@pytest.mark.parametrize(
    ("path", "code"), [("raise", grpc.StatusCode.INTERNAL), ("missing", grpc.StatusCode.NOT_FOUND)]
)
async def test_a_channel_that_fails_says_so_without_foreign_text(
    tmp_path: Path, path: str, code: grpc.StatusCode
):
    async with serving(EchoProduct(), tmp_path) as plugin:
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            async for _ in plugin.host.run_stream(path):
                pass
    assert failed.value.code() is code
    assert "hunter2" not in str(failed.value.details())


async def test_the_end_of_the_last_subscriber_ends_the_work(tmp_path: Path):
    product = EchoProduct()
    async with serving(product, tmp_path) as plugin:
        stream = plugin.host.run_stream("ticks")
        await stream.read()
        stream.cancel()

        async def closed() -> bool:
            return product.built[0].streams_closed == 1

        await until(closed)


async def drained(stream: Any) -> None:
    while await stream.read() is not grpc.aio.EOF:
        pass


async def test_newer_settings_end_a_running_channel_so_that_it_moves_to_the_new_instance(tmp_path: Path):
    product = EchoProduct()
    async with serving(product, tmp_path) as plugin:
        stream = plugin.host.run_stream("ticks", who(updated=1))
        await stream.read()
        await plugin.host.resource("echo", context=who(updated=2))
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            await drained(stream)
        assert ended.value.code() is grpc.StatusCode.UNAVAILABLE

        async def disposed() -> bool:
            return product.built[0].closed

        await until(disposed)
        # Grafana starts it again with the first subscriber's settings, which are old for ever.
        again = plugin.host.run_stream("ticks", who(updated=1))
        assert json.loads((await again.read()).data)["settings"] == 2
        again.cancel()
    assert len(product.built) == 2


async def test_fifty_calls_are_answered_beside_twenty_open_channels(tmp_path: Path):
    async with serving(EchoProduct(), tmp_path) as plugin:
        streams = [plugin.host.run_stream(f"ticks/{n}") for n in range(20)]
        for stream in streams:
            await stream.read()
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            calls = [group.create_task(plugin.host.resource("echo", body=str(n).encode())) for n in range(50)]
        assert [call.result().body for call in calls] == [str(n).encode() for n in range(50)]
        assert await plugin.host.gauge("calls_running", "RunStream") == 20
        for stream in streams:
            stream.cancel()
