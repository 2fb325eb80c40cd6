"""The way through the route table: match, role, decode, call, encode; one error shape for everything."""

import json
import re
from typing import Any

import msgspec
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.api import codec
from reliability_studio.api.calls import Caller, ResourceRequest, Role
from reliability_studio.api.codec import MAX_DEPTH, InputShape, Shape
from reliability_studio.api.router import Call, Reply, Route, RouteMeter, Router
from reliability_studio.clock import SystemClock
from reliability_studio.errors import BadRequest, SettingsError, SourceTimeout, StaleWrite, TooManyRequests
from reliability_studio.observability.metrics import Metrics


class Note(InputShape):
    """A body."""

    title: str
    tags: list[str] = msgspec.field(default_factory=list)
    weight: int = 0


class Echo(Shape):
    """An answer."""

    got_title: str
    who: str


async def _create(call: Call[Note]) -> Reply:
    return Reply(Echo(got_title=call.body.title, who=call.caller.label), status=201)


async def _take(call: Call[dict[str, Any]]) -> Reply:
    return Reply(call.body)


async def _show(call: Call[None]) -> Reply:
    return Reply({"id": call.param("id"), "q": call.first("q", "none")})


async def _fail(call: Call[None]) -> Reply:
    kind = call.param("kind")
    errors: dict[str, BaseException] = {
        "panic": pl.exceptions.PanicException("password=hunter2"),
        "stale": StaleWrite("changed meanwhile", current=8),
        "rate": TooManyRequests("slow down", retry_after=2.2),
        "source": SourceTimeout("prometheus did not answer within 10 s", source="prometheus"),
        "settings": SettingsError(()),
    }
    raise errors.get(kind, RuntimeError("password=hunter2"))


async def _empty(_: Call[None]) -> Reply:
    return Reply(status=204)


ROUTER = Router(
    (
        Route("POST", "notes", Role.EDITOR, _create, "Create", body=Note, status=201, max_body=2000),
        Route("POST", "anything", Role.EDITOR, _take, "Take", body=dict[str, Any], max_body=2000),
        Route("GET", "notes/{id}", Role.VIEWER, _show, "Show"),
        Route("DELETE", "notes/{id}", Role.ADMIN, _empty, "Delete"),
        Route("GET", "fail/{kind}", Role.VIEWER, _fail, "Fail"),
    )
)


async def _ask(method, path, *, role=Role.EDITOR, body=b"", query=None):
    request = ResourceRequest(Caller(1, login="ada", role=role), method, path, query or {}, {}, body)
    response = await ROUTER.answer(request)
    return response, json.loads(response.body) if response.body else None


async def test_a_body_is_decoded_and_the_answer_encoded_in_camel_case():
    """The handler sees types, the client sees camelCase."""
    response, value = await _ask("POST", "notes", body=b'{"title":"disk full"}')
    assert response.status == 201
    assert value == {"gotTitle": "disk full", "who": "ada"}


async def test_path_and_query_parameters_reach_the_handler():
    """The path's parameter and the first query value."""
    _, value = await _ask("GET", "notes/7", query={"q": ("x", "y")})
    assert value == {"id": "7", "q": "x"}


@pytest.mark.parametrize(
    ("method", "path", "role", "body", "status", "code"),
    [
        ("GET", "nowhere", Role.ADMIN, b"", 404, "not_found"),
        ("GET", "notes/1/2/3", Role.ADMIN, b"", 404, "not_found"),
        ("PUT", "notes/1", Role.ADMIN, b"", 405, "method_not_allowed"),
        ("POST", "notes", Role.VIEWER, b'{"title":"x"}', 403, "forbidden"),
        ("GET", "notes/1", Role.NONE, b"", 403, "forbidden"),
        ("DELETE", "notes/1", Role.EDITOR, b"", 403, "forbidden"),
        ("POST", "notes", Role.EDITOR, b'{"title":', 400, "bad_request"),
        ("POST", "notes", Role.EDITOR, b'{"title":5}', 422, "invalid"),
        ("POST", "notes", Role.EDITOR, b"", 422, "invalid"),
        ("POST", "notes", Role.EDITOR, b'{"title":"' + b"x" * 3000 + b'"}', 413, "too_large"),
        ("GET", "fail/stale", Role.VIEWER, b"", 409, "stale_write"),
        ("GET", "fail/rate", Role.VIEWER, b"", 429, "too_many_requests"),
        ("GET", "fail/source", Role.VIEWER, b"", 504, "source_timeout"),
        ("GET", "fail/settings", Role.VIEWER, b"", 424, "settings"),
        ("GET", "fail/bug", Role.VIEWER, b"", 500, "internal"),
    ],
)
async def test_every_failure_has_its_status_and_its_stable_code(method, path, role, body, status, code):
    """One error shape everywhere: code, message, problems, retryable (A7, A8, L11 rest on it)."""
    response, value = await _ask(method, path, role=role, body=body)
    assert (response.status, value["code"]) == (status, code)
    assert set(value) == {"code", "message", "problems", "retryable"}
    assert response.headers["Content-Type"] == "application/json"


async def test_malformed_json_names_line_and_column():
    """An editor can jump there."""
    _, value = await _ask("POST", "notes", body=b'{\n  "title": oops\n}')
    assert "line 2, column 12" in value["message"]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b'{\n  "title": "x', "line 2, column 14 (byte 15)"),
        (b"", None),
        (b'{"title":"\xff"}', "line 1, column 11 (byte 10): it is not UTF-8"),
    ],
)
async def test_whatever_is_wrong_with_the_json_its_place_is_told(body: bytes, where: str | None):
    """Cut short and not UTF-8 too; nothing at all is not broken JSON but a missing body."""
    response, value = await _ask("POST", "notes", body=body)
    assert response.status == (400 if where else 422)
    assert where is None or where in value["message"]


async def test_a_schema_violation_names_the_field():
    """422 with the path of the value that is wrong."""
    _, value = await _ask("POST", "notes", body=b'{"title":"x","tags":["a",5]}')
    assert value["problems"] == [{"path": "$.tags[1]", "problem": "Expected `str`, got `int`"}]


async def test_an_unknown_field_is_refused():
    """A typing error in a field's name is not ignored silently."""
    _, value = await _ask("POST", "notes", body=b'{"title":"x","wieght":3}')
    assert "wieght" in value["message"]


async def test_an_unexpected_error_tells_the_caller_nothing(caplog):
    """Neither a stack trace nor the error's text leaves the process; the log has it."""
    response, value = await _ask("GET", "fail/bug")
    assert b"hunter2" not in response.body
    assert b"Traceback" not in response.body
    assert "log" in value["message"]
    assert any(record.exc_info for record in caplog.records)


async def test_a_panic_of_a_library_is_an_error_like_any_other(caplog):
    """V14: Polars raises what is no `Exception`; unanswered, the host would wait for ever."""
    response, value = await _ask("GET", "fail/panic")
    assert (response.status, value["code"]) == (500, "internal")
    assert b"hunter2" not in response.body
    assert any(record.exc_info for record in caplog.records)


async def test_hints_travel_in_headers():
    """Allow for 405, Retry-After for 429, the version in force for a stale write."""
    assert (await _ask("PUT", "notes/1"))[0].headers["Allow"] == "DELETE, GET"
    assert (await _ask("GET", "fail/rate"))[0].headers["Retry-After"] == "2"
    assert (await _ask("GET", "fail/stale"))[0].headers["ETag"] == '"8"'


async def test_no_content_has_no_body_and_no_type():
    """204."""
    response, value = await _ask("DELETE", "notes/1", role=Role.ADMIN)
    assert (response.status, value, dict(response.headers)) == (204, None, {})


@given(st.binary(max_size=200))
async def test_no_body_breaks_a_route(body):
    """Any bytes end in an answer below 500."""
    response, _ = await _ask("POST", "notes", body=body)
    assert response.status < 500


@given(st.text(max_size=60), st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "X"]))
async def test_no_path_breaks_the_router(path, method):
    """Any path and method end in an answer, never in a 500."""
    response, _ = await _ask(method, path, role=Role.ADMIN)
    assert response.status < 500 or path.startswith("fail")


DEEP = 5000
"""Levels that no call stack leaves room for."""


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"[" * DEEP, f"line 1, column {MAX_DEPTH + 1} (byte {MAX_DEPTH})"),
        (b"[" * DEEP + b"]" * DEEP, f"line 1, column {MAX_DEPTH + 1} (byte {MAX_DEPTH})"),
        (b'{"a":\n' * DEEP, f"line {MAX_DEPTH + 1}, column 1 (byte {MAX_DEPTH * 6})"),
        # Three close again: only levels that are open at the same time count.
        (b"[[[]],\n{}," + b"[" * DEEP, f"line 2, column {3 + MAX_DEPTH}"),
        # Brackets in a text are none; a quote behind a backslash does not end it, one behind two does.
        (rb'["[[\"[[", "]\\",' + b"[" * DEEP, f"line 1, column {17 + MAX_DEPTH}"),
        (b'["' + b"[" * MAX_DEPTH + b'",\n' + b"[" * DEEP, f"line 2, column {MAX_DEPTH} "),
    ],
)
def test_too_deep_a_level_is_refused_with_its_place(body: bytes, where: str):
    """A recursion bomb is a bad request, and says where as any other malformed JSON does."""
    with pytest.raises(BadRequest, match=re.escape(where)) as refused:
        codec.decode(body, object)
    assert f"nested too deeply at {where}" in str(refused.value)
    assert f"at most {MAX_DEPTH} levels" in str(refused.value)


def test_as_many_levels_as_are_told_are_taken():
    """The bound in the message is a promise."""
    assert codec.decode(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, list[Any])


def test_the_place_of_a_level_is_not_sought_for_ever():
    """A megabyte before it costs the other calls of the process nothing."""
    far = b'["' + b"x" * (1 << 20) + b'",' + b"[" * DEEP
    with pytest.raises(BadRequest, match=r"^the body is nested too deeply$"):
        codec.decode(far, object)


async def test_a_recursion_bomb_is_answered_like_any_malformed_json():
    """400 in the one error shape; in a field that is no list, the field is what is wrong."""
    response, value = await _ask("POST", "notes", body=b'{"tags":\n' + b"[" * 1900)
    assert (response.status, value["code"]) == (422, "invalid")
    response, value = await _ask("POST", "anything", body=b'{"x":\n' + b"[" * 1900)
    assert (response.status, value["code"]) == (400, "bad_request")
    assert f"line 2, column {MAX_DEPTH} " in value["message"]


def test_bodies_are_not_shared_between_calls():
    """A default list belongs to one call only."""
    assert msgspec.json.decode(b'{"title":"a"}', type=Note).tags is not (
        msgspec.json.decode(b'{"title":"b"}', type=Note).tags
    )


def _counted(metrics: Metrics) -> dict[str, float]:
    """Answers by `route/class`, without those that are at zero."""
    lines = [line for line in metrics.text().decode().splitlines() if "route_answers_total{" in line]
    found = {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}
    return {name.partition("{")[2]: value for name, value in found.items() if value}


async def test_answers_are_counted_by_route_never_by_path():
    """V14: a pattern stands for all of its paths; what no route answers is `other`, whoever invents paths."""
    metrics = Metrics()
    router = Router(ROUTER.routes, meter=RouteMeter(metrics, SystemClock()))
    series = len(metrics.text().splitlines())
    asked = [("GET", "notes/1"), ("GET", "notes/2"), ("GET", "fail/bug"), ("PUT", "notes/1")]
    for method, path in [*asked, *(("GET", f"probe{number}/x/y") for number in range(500))]:
        await router.answer(ResourceRequest(Caller(1, login="ada", role=Role.ADMIN), method, path, {}, {}))
    assert _counted(metrics) == {
        'answer="2xx",route="GET notes/{id}"}': 2,
        'answer="5xx",route="GET fail/{kind}"}': 1,
        'answer="4xx",route="other"}': 501,
    }
    assert len(metrics.text().splitlines()) == series
