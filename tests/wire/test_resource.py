"""CallResource over real gRPC: headers, bodies, streams, errors, cancellation."""

import json
import logging
from pathlib import Path

import grpc.aio
import pytest

from reliability_studio.wire.desk import LIMITS, MAX_BODY_STREAMS, Limit, Rpc
from reliability_studio.wire.pb import backend_pb2 as pb
from tests.support.echo_plugin import EchoProduct
from tests.wire.harness import serving, until, who


async def test_a_request_reaches_the_product_narrowed(tmp_path: Path):
    async with serving(EchoProduct(), tmp_path) as plugin:
        answer = await plugin.host.resource(
            "who/are you",
            method="post",
            url="who/are%20you?a=1&a=2&b=%C3%A9&c",
            headers={"X-Thing": "one", "X-Grafana-Id": "token-of-u7", "FromAlert": "true"},
            context=who(org=9, namespace="org-7", role="Viewer"),
        )
    told = json.loads(answer.body)
    assert told["method"] == "POST"
    assert told["path"] == "who/are you"
    assert told["query"] == {"a": ["1", "2"], "b": ["é"], "c": [""]}
    assert told["headers"] == {"x-thing": "one", "fromalert": "true"}
    assert (told["org"], told["role"], told["uid"]) == (7, "VIEWER", "u7")
    assert told["from_alert"] is False, "a browser can send that header with a resource call"


async def test_header_names_leave_in_go_spelling(tmp_path: Path):
    async with serving(EchoProduct(), tmp_path) as plugin:
        answer = await plugin.host.resource("echo")
    assert answer.headers == {"Content-Type": ["application/octet-stream"]}


async def test_a_body_of_fifteen_mebibytes_comes_in_and_one_of_thirty_megabytes_goes_out(tmp_path: Path):
    body = bytes(range(256)) * (15 << 12)
    async with serving(EchoProduct(), tmp_path) as plugin:
        assert (await plugin.host.resource("echo", method="POST", body=body)).body == body
        assert len((await plugin.host.resource("big/30000000")).body) == 30_000_000


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("raise/notfound", 404, "not_found"),
        ("raise/group", 503, "store_unavailable"),
        ("raise/timeout", 500, "internal"),
        ("raise/foreign", 500, "internal"),
        ("raise/panic", 500, "internal"),
        ("raise/panic-in-a-task", 500, "internal"),
        ("unknown", 500, "internal"),
        ("status/0", 500, "internal"),
        ("status/101", 500, "internal"),
        ("status/700", 500, "internal"),
    ],
)
async def test_every_failure_is_one_json_shape_without_foreign_text(
    tmp_path: Path, path: str, status: int, code: str
):
    async with serving(EchoProduct(), tmp_path) as plugin:
        answer = await plugin.host.resource(path)
    assert answer.code == status
    assert answer.headers["Content-Type"] == ["application/json"]
    assert json.loads(answer.body)["code"] == code
    assert b"hunter2" not in answer.body
    assert b"Traceback" not in answer.body


async def test_a_forged_identity_is_refused(tmp_path: Path):
    async with serving(EchoProduct(), tmp_path) as plugin:
        answer = await plugin.host.resource("who", headers={"x-grafana-id": "forged"})
    assert (answer.code, json.loads(answer.body)["code"]) == (403, "forbidden")


async def test_a_call_for_no_organisation_is_refused(tmp_path: Path):
    async with serving(EchoProduct(), tmp_path) as plugin:
        answer = await plugin.host.resource("who", context=pb.PluginContext())
    assert (answer.code, json.loads(answer.body)["code"]) == (400, "bad_request")


async def test_a_query_string_with_too_many_fields_is_refused(tmp_path: Path):
    async with serving(EchoProduct(), tmp_path) as plugin:
        answer = await plugin.host.resource("who", url="who?" + "&".join(f"f{n}=1" for n in range(201)))
    assert answer.code == 400


async def test_parts_of_a_streamed_body_arrive_one_by_one_after_status_and_headers(tmp_path: Path):
    product = EchoProduct()
    async with serving(product, tmp_path) as plugin:
        answer = await plugin.host.resource("parts/2")
    assert answer.code == 200
    assert answer.headers == {"Content-Type": ["text/event-stream"]}, "a stream has no length"
    assert answer.parts == [b"", b"part 0\n", b"part 1\n", b""], "the last message only ends it"
    assert product.built[0].streams_closed == 1


async def test_a_stream_that_breaks_off_never_looks_complete(tmp_path: Path):
    async with serving(EchoProduct(), tmp_path) as plugin:
        with pytest.raises(grpc.aio.AioRpcError) as broken:
            await plugin.host.resource("parts/3")
    assert broken.value.code() is grpc.StatusCode.INTERNAL
    assert broken.value.details() == "the answer broke off"


async def test_a_client_that_leaves_stops_the_work(tmp_path: Path):
    product = EchoProduct()
    async with serving(product, tmp_path) as plugin:
        call = plugin.host.resource_stream(pb.CallResourceRequest(pluginContext=who(), path="slow/60"))

        async def running() -> bool:
            return bool(product.built) and product.built[0].running == 1

        await until(running)
        call.cancel()

        async def stopped() -> bool:
            return product.built[0].cancelled == 1 and product.built[0].running == 0

        await until(stopped)


async def test_a_client_that_leaves_a_stream_closes_its_generator(tmp_path: Path):
    product = EchoProduct()
    async with serving(product, tmp_path) as plugin:
        call = plugin.host.resource_stream(pb.CallResourceRequest(pluginContext=who(), path="parts/100000"))
        await call.read()
        await call.read()
        call.cancel()

        async def closed() -> bool:
            return product.built[0].streams_closed == 1

        await until(closed)


async def test_each_call_leaves_one_line_with_its_facts_and_no_secret(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    async with serving(EchoProduct(), tmp_path) as plugin:
        await plugin.host.resource(
            "echo/7",
            method="POST",
            url="echo/7?token=hunter2",
            headers={"X-Grafana-Id": "token-of-hunter2", "Authorization": "Bearer hunter2"},
            body=b"hunter2",
        )
    [line] = [record for record in caplog.records if record.name == "reliability_studio.calls"]
    assert (line.user, line.route, line.status) == ("anna", "POST echo/7", 200)
    assert line.ms > 0
    assert not any("hunter2" in str(vars(record)) for record in caplog.records)


async def test_a_body_over_what_routes_take_arrives_so_that_it_can_be_refused_as_json(tmp_path: Path):
    """413 is the router's; refused by gRPC the caller would see an empty 500."""
    async with serving(EchoProduct(), tmp_path) as plugin:
        answer = await plugin.host.resource("who", method="POST", body=bytes(40 << 20))
    assert answer.code == 200


async def test_a_streamed_body_may_outlast_the_deadline_of_its_call(tmp_path: Path):
    limits = {**LIMITS, Rpc.RESOURCE: Limit(8, 0.1)}
    async with serving(EchoProduct(), tmp_path, limits=limits) as plugin:
        answer = await plugin.host.resource("parts/30")
    assert len(answer.parts) == 32


async def test_streamed_bodies_are_bounded_and_leave_other_calls_their_place(tmp_path: Path):
    async with serving(EchoProduct(), tmp_path) as plugin:
        request = pb.CallResourceRequest(pluginContext=who(), path="parts/1000000")
        held = [plugin.host.resource_stream(request) for _ in range(MAX_BODY_STREAMS)]
        for call in held:
            await call.read()
        refused = await plugin.host.resource("parts/2")
        assert (refused.code, json.loads(refused.body)["code"]) == (503, "overloaded")
        assert (await plugin.host.resource("echo")).code == 200
        for call in held:
            call.cancel()


async def test_a_leading_slash_and_an_empty_path_are_paths(tmp_path: Path):
    async with serving(EchoProduct(), tmp_path) as plugin:
        answer = await plugin.host.resource("who/x", url="/who/x?a=1", context=who())
        slashed = await plugin.host.resource("//who/x")
    assert json.loads(answer.body)["query"] == {"a": ["1"]}
    assert slashed.code == 200
    assert json.loads(slashed.body)["path"] == "who/x"
