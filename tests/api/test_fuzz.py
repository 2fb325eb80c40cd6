"""Every route of the app, called with what its own OpenAPI document allows and with what it does not.

No call is answered with a 5xx, none escapes as an exception, each refusal has the one error shape, and each
success fits the schema that the document promises. The store fills up as the calls go on.
"""

import json
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reliability_studio.api.calls import Caller, Role
from reliability_studio.api.openapi import document
from reliability_studio.api.router import Route, Router
from tests.support.schemas import JSON, values
from tests.support.whole_app import KNOWN, App, app

__all__ = ["app"]

EXAMPLES = 400

IDS = ["1", "INC-1", "2", "checkout", "database", "region", "backup", "nagios", "ada", "0", "999999999999"]
WORDS = ["", "1", "true", "open", "critical", "-started", "2026-03-01T11:00:00Z", "1772366400000", "md", "x"]
NAMES = (
    *("q", "status", "severity", "service", "assignee", "drill", "from", "to", "sort", "cursor", "limit"),
    *("firing", "type", "format", "state", "target", "incident", "inline", "subject", "days", "window"),
)


@lru_cache(maxsize=4)
def described(router: Router) -> dict[str, Any]:
    """The document of its routes."""
    return document(router.routes)


def body_of(route: Route[Any], told: dict[str, Any]) -> st.SearchStrategy[bytes]:
    """Mostly what the document allows, sometimes any JSON, sometimes anything."""
    operation = told["paths"][f"/{route.path}"][route.method.lower()]
    anything = JSON.map(json.dumps).map(str.encode) | st.binary(max_size=20)
    if "requestBody" not in operation:
        return anything | st.just(b"")
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    valid = values(schema, told["components"]["schemas"]).map(json.dumps).map(str.encode)
    return st.one_of(valid, valid, valid, anything)


def path_of(route: Route[Any]) -> st.SearchStrategy[str]:
    """The path with ids that exist, that do not, and that are none."""
    strange = st.sampled_from(IDS) | st.text(min_size=1, max_size=6).filter(lambda text: "/" not in text)
    parts: list[st.SearchStrategy[str]] = []
    for part in route.path.split("/"):
        known = st.sampled_from(KNOWN.get(part, IDS))
        parts.append(st.one_of(known, known, known, strange) if part.startswith("{") else st.just(part))
    return st.tuples(*parts).map("/".join)


QUERIES = st.dictionaries(
    st.sampled_from(NAMES),
    st.lists(st.sampled_from(WORDS) | st.text(max_size=8), min_size=1, max_size=2).map(tuple),
    max_size=3,
)
HEADERS = st.dictionaries(
    st.sampled_from(["if-match", "idempotency-key", "x-grafana-alerting-signature"]),
    st.sampled_from(['"1"', "*", 'W/"2"', "nonsense"]) | st.text(max_size=8),
    max_size=2,
)


@settings(
    max_examples=EXAMPLES,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)
@given(data=st.data())
async def test_no_call_is_answered_with_a_fault_of_ours(app: App, data: st.DataObject) -> None:
    """V14, V15, Q3: whatever is sent, the answer is the promised one or says what was wrong."""
    router = app.runtime.router
    told = described(router)
    route = data.draw(st.sampled_from(router.routes).filter(lambda one: one.path != "health"))
    path, body = data.draw(path_of(route)), data.draw(body_of(route, told))
    status, answer = await app.ask(
        route.method, path, body, query=data.draw(QUERIES), headers=data.draw(HEADERS)
    )
    assert status < 500, (route.method, quote(path), body[:200], answer[:300])
    if status >= 400:
        shape = json.loads(answer)
        assert shape["code"]
        assert shape["message"]
        assert all(one["path"] for one in shape["problems"])
    elif route.returns is not None and path == route.path:
        content = told["paths"][f"/{route.path}"][route.method.lower()]["responses"][str(status)]["content"]
        schema = {**content["application/json"]["schema"], "components": told["components"]}
        Draft202012Validator(schema).validate(json.loads(answer))


COUNTS = ("limit", "cursor", "points", "objective", "periods", "overMs", "days", "from", "to")
ODD = ("9" * 5000, "000000001999", "0001-01-01T00:00:00Z", "1e999999999")


async def test_no_number_or_moment_is_beyond_what_a_route_can_refuse(app: App) -> None:
    """V14: Python reads no number of 5,000 digits, no database keeps one, and nothing lies before year 1."""
    for route in app.runtime.router.routes:
        if route.method == "GET":
            parts = route.path.split("/")
            path = "/".join(KNOWN.get(part, ["1"])[0] if "{" in part else part for part in parts)
            for name in COUNTS:
                for odd in ODD:
                    status, answer = await app.ask("GET", path, query={name: (odd,)})
                    assert status < 500 or status == 503, (path, name, odd[:20], answer[:200])


async def test_each_route_asks_for_its_role_first(app: App) -> None:
    """Row 128, X1, A26, A27: each role below the one that a route needs is 403, with any body at all."""
    nobody = Caller(1, login="eve", role=Role.NONE)
    for route in app.runtime.router.routes:
        path = "/".join("1" if part.startswith("{") else part for part in route.path.split("/"))
        for role in Role:
            caller = Caller(1, login="eve", role=role)
            status, _ = await app.ask(route.method, path, b"\xff", caller=caller)
            if role < route.role:
                assert status == 403, (route.method, path, role)
            elif route.body is not None:
                # 429: the caller's bucket may be empty by now; the role was not the reason.
                assert status in {400, 413, 429}, (route.method, path, role)
            else:
                assert status != 403 or route.path == "webhooks/grafana", (route.method, path, role)
        assert (await app.ask(route.method, path, caller=nobody))[0] == 403
