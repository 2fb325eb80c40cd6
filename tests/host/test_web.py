"""Grafana's routes over HTTP: the door, resources, settings, queries, the proxy, live channels."""

import asyncio
import contextlib
import io
import json
from pathlib import Path

import aiohttp
import pytest

from grafana_host import live as live_module
from grafana_host.calls import traced
from grafana_host.grafana import DataSource, User
from grafana_host.identity import KEYS_PATH, LIFE_S, RENEW_S, Identity
from grafana_host.queries import BadQuery, moment
from grafana_host.serving import Served, serve
from reliability_studio.api.access import IdentityVerifier
from reliability_studio.errors import Forbidden
from reliability_studio.observability.traces import trace_id
from reliability_studio.wire.context import log_parameters
from tests.host.folders import APP, SOURCE, plugin
from tests.support.receivers import webhook

pytestmark = [pytest.mark.integration, pytest.mark.timeout(60)]


@pytest.fixture
async def served(tmp_path: Path):
    preview = tmp_path / "preview"
    preview.mkdir()
    (preview / "index.html").write_text("<title>preview</title>")
    (preview / "host.js").write_text("1")
    (tmp_path / "secret.txt").write_text("secret")
    async with serve(plugin(tmp_path / "plugin"), preview=preview) as host:
        host.host.grafana.add_source(DataSource(uid="studio", name="Studio", type=SOURCE))
        yield host


@contextlib.asynccontextmanager
async def machine(served: Served, role: str = "Admin", org: int = 1):
    headers = {"Authorization": f"Bearer {served.door.bearer}"}
    cookies = {"preview_acting": f"{role}:{org}"}
    async with aiohttp.ClientSession(served.url, headers=headers, cookies=cookies) as session:
        yield session


async def test_a_browser_comes_in_once_by_the_link_and_others_do_not(served: Served):
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as browser, aiohttp.ClientSession() as stranger:
        link = served.login_url
        async with browser.get(link) as page:
            assert (page.status, await page.text()) == (200, "<title>preview</title>")
        async with stranger.get(link) as page:
            assert page.status == 401
        async with stranger.get(f"{served.url}/api/user") as refused:
            assert refused.status == 401
        async with browser.get(f"{served.url}/api/user") as user:
            assert (await user.json())["login"] == "admin"
        async with browser.get(f"{served.url}/api/org") as org:
            assert (await org.json())["id"] == 1
        evil = {"Origin": "https://evil.example"}
        async with browser.post(f"{served.url}/api/plugins/{APP}/resources/echo", headers=evil) as refused:
            assert refused.status == 403
        async with browser.get(f"{served.url}/api/user", headers={"Host": "evil.example"}) as refused:
            assert refused.status == 403


async def test_admin_signs_in_with_the_password_and_keeps_a_session(tmp_path: Path):
    right = {"user": "admin", "password": "s3cret"}
    async with serve(plugin(tmp_path / "plugin"), password="s3cret") as served:
        async with aiohttp.ClientSession(served.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
            for given, status in ({**right, "password": "x"}, 401), ({}, 400), ([], 400), (right, 200):
                async with browser.post("/login", json=given) as answer:
                    assert answer.status == status
            async with browser.get("/api/user") as user:
                assert (await user.json())["login"] == "admin"
        evil = {"Origin": "https://evil.example"}
        basic = {"Authorization": aiohttp.encode_basic_auth("admin", "s3cret")}
        async with aiohttp.ClientSession(served.url) as stranger:
            async with stranger.post("/login", json=right, headers=evil) as refused:
                assert refused.status == 403
            async with stranger.get("/api/user", headers=basic) as user:
                assert user.status == 200


async def test_a_resource_call_goes_through_with_grafanas_headers(served: Served):
    async with machine(served, "Viewer", 3) as session:
        path = f"/api/plugins/{APP}/resources/who/x?a=1"
        async with session.get(
            path,
            headers={
                "X-One": "1",
                "Cookie": "preview_acting=Viewer:3; a=b",
                "X-Forwarded-For": "203.0.113.7",
            },
        ) as answer:
            told = await answer.json()
            assert answer.headers["Content-Security-Policy"] == "sandbox"
        assert (told["role"], told["org"], told["path"]) == ("VIEWER", 3, "who/x")
        assert "authorization" not in told["headers"]
        assert "cookie" not in told["headers"]
        assert told["headers"]["x-forwarded-for"] == "203.0.113.7, 127.0.0.1", "as Grafana appends its peer"
        async with session.post(
            f"/api/plugins/{APP}/resources/echo", data=io.BytesIO(b"x" * (15 << 20))
        ) as answer:
            assert len(await answer.read()) == 15 << 20
        async with session.get("/api/plugins/nobody/resources/x") as answer:
            assert answer.status == 404, "no such plugin"
        async with session.get(f"/api/plugins/{APP}/health") as answer:
            assert (answer.status, (await answer.json())["message"]) == (200, "feeling ok")


async def test_calls_carry_an_identity_token_that_the_products_own_check_accepts(served: Served):
    """As Grafana's: signed for one organisation, with keys that anybody may read, and never the caller's."""
    sent = {"X-Grafana-Id": "forged", "Content-Type": "application/json"}
    path = f"/api/plugins/{APP}/resources/who"
    async with machine(served, "Viewer", 3) as session, session.get(path, headers=sent) as answer:
        token = (await answer.json())["uid"]  # the echo plugin takes the token itself for the user's id
    async with aiohttp.ClientSession(served.url) as stranger, stranger.get(KEYS_PATH) as answer:
        keys = await answer.json()

    async def published(_key_id):
        return keys

    check = IdentityVerifier(published)
    assert await check.user_uid(token, 3) == "u-admin"
    with pytest.raises(Forbidden, match="organisation"):
        await check.user_uid(token, 1)


def test_a_token_is_made_anew_before_it_ends_and_not_sooner():
    now = [1000.0]
    identity = Identity(lambda: now[0])
    first = identity.token(User())
    now[0] += LIFE_S - RENEW_S - 1
    assert identity.token(User()) == first
    assert identity.token(User(org_id=2)) != first
    now[0] += 2
    assert identity.token(User()) != first


async def test_settings_are_saved_by_admins_only_and_secrets_never_come_back(served: Served):
    body = {"jsonData": {"mood": "degraded"}, "secureJsonData": {"token": "hunter2"}}
    async with machine(served, "Editor") as session:
        async with session.post(f"/api/plugins/{APP}/settings", json=body) as answer:
            assert answer.status == 403
        async with session.get(f"/api/plugins/{APP}/metrics") as answer:
            assert answer.status == 403
    async with machine(served) as session:
        async with session.post(f"/api/plugins/{APP}/settings", json=body) as answer:
            assert answer.status == 200
        for bad in (b"{", b"[]", b'{"jsonData": 3}', b'{"enabled": "yes"}'):
            async with session.post(f"/api/plugins/{APP}/settings", data=bad) as answer:
                assert answer.status == 400
        async with session.get(f"/api/plugins/{APP}/settings") as answer:
            kept = await answer.json()
        assert (kept["jsonData"], kept["secureJsonFields"]) == (body["jsonData"], {"token": True})
        assert "hunter2" not in json.dumps(kept)
        async with session.get(f"/api/plugins/{APP}/health") as answer:
            assert (await answer.json())["message"] == "feeling degraded"
        async with session.get(f"/api/plugins/{APP}/metrics") as answer:
            assert "reliability_studio_" in await answer.text()


async def test_one_bad_query_makes_207_and_a_bad_frame_fails_its_whole_call(served: Served):
    def body(*kinds: str, uid: str = "studio"):
        queries = [{"refId": k, "queryType": k, "datasource": {"uid": uid}} for k in kinds]
        return {"from": "now-1h", "to": "now", "queries": queries}

    async with machine(served) as session:
        async with session.post("/api/ds/query", json=body("error")) as answer:
            result = (await answer.json())["results"]["error"]
            assert (answer.status, result["status"], result["errorSource"]) == (207, 502, "downstream")
        async with session.post("/api/ds/query", json=body("error", "frames")) as answer:
            results = (await answer.json())["results"]
            assert {r["status"] for r in results.values()} == {500}
        odd = {"refId": "A", "datasource": {"uid": "studio"}}
        for bad in (
            body("x", uid="nobody"),
            {"from": "yesterday", "to": "now", "queries": []},
            [],
            {"from": "now-1h", "to": "now", "queries": []},
            {"from": "now-1h", "to": "now", "queries": [{**odd, "intervalMs": "soon"}]},
            {"from": "now-1h", "to": "now", "queries": [{**odd, "timeRange": {"from": "soon"}}]},
        ):
            async with session.post("/api/ds/query", json=bad) as answer:
                assert answer.status == 400
        async with session.get("/api/datasources/uid/studio/health") as answer:
            assert answer.status == 200
        async with session.get("/api/datasources/uid/studio/resources/who") as answer:
            assert (await answer.json())["datasource"] == "studio"
        async with session.get("/api/datasources/uid/nobody/health") as answer:
            assert answer.status == 404


async def test_the_proxy_leads_to_the_sources_address_without_our_credentials(served: Served):
    with webhook() as upstream:
        served.host.grafana.add_source(
            DataSource(uid="prom", name="Prometheus", type="prometheus", url=upstream.url)
        )
        async with machine(served) as session:
            path = "/api/datasources/proxy/uid/prom/api/v1/query?x=1"
            async with session.post(path, json={"query": "up"}) as answer:
                assert (answer.status, await answer.text()) == (200, "ok")
            async with session.get("/api/datasources/proxy/uid/studio/x") as answer:
                assert answer.status == 404
        (got,) = upstream.received
    assert got.path == "/api/v1/query?x=1"
    assert "authorization" not in got.headers
    assert "cookie" not in got.headers


async def test_files_are_served_from_their_folders_and_nowhere_else(served: Served):
    async with machine(served) as session:
        async with session.get(f"/public/plugins/{APP}/plugin.json") as answer:
            assert (answer.status, (await answer.json(content_type=None))["id"]) == (200, APP)
        async with session.get("/preview/host.js") as answer:
            assert answer.status == 200
        for path in ("/preview/..%2Fsecret.txt", f"/public/plugins/{APP}/..%2F..%2Fsecret.txt", "/preview/x"):
            async with session.get(path) as answer:
                assert answer.status == 404
        async with session.get(f"/a/{APP}/incidents") as answer:
            assert await answer.text() == "<title>preview</title>"
            policy = answer.headers["Content-Security-Policy"]
            assert "frame-ancestors 'none'" in policy
            # No inline script and no eval; the pages are tested under it in the browser.
            assert "script-src 'self';" in policy


async def _command(socket: aiohttp.ClientWebSocketResponse, **command: object) -> dict[str, object]:
    await socket.send_str(json.dumps({"id": 1, **command}))
    async with asyncio.timeout(10):
        while True:
            answer = json.loads((await socket.receive()).data)
            if "id" in answer:
                return answer


async def test_a_live_channel_is_streamed_to_each_listener_and_ends_when_nobody_listens(
    served: Served, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(live_module, "LOOK_S", 0.05)
    channel = f"1/plugin/{APP}/ticks"
    async with machine(served) as session, session.ws_connect("/api/live/ws") as socket:
        assert "client" in (await _command(socket, connect={}))["connect"]
        assert (await _command(socket, subscribe={"channel": channel}))["subscribe"] == {"data": {"n": 0}}
        async with asyncio.timeout(10):
            push = json.loads((await socket.receive()).data)["push"]
        assert push["channel"] == channel
        assert "n" in push["pub"]["data"]
        assert served.live.channels == (channel,)
        assert (await _command(socket, unsubscribe={"channel": channel}))["unsubscribe"] == {}
        async with asyncio.timeout(10):
            while served.live.channels:  # noqa: ASYNC110 - seen from outside, as an operator would
                await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("channel", "code"),
    [
        (f"2/plugin/{APP}/ticks", 103),
        (f"1/plugin/{APP}/forbidden", 103),
        (f"1/plugin/{APP}/nothing", 102),
        ("1/grafana/x/y", 102),
        (f"1/plugin/{APP}/" + "x" * 200, 102),
        ("1/plugin/nobody/ticks", 100),
    ],
)
async def test_a_channel_that_one_may_not_hear_is_refused(served: Served, channel: str, code: int):
    async with machine(served) as session, session.ws_connect("/api/live/ws") as socket:
        answer = await _command(socket, subscribe={"channel": channel})
        assert answer["error"]["code"] == code


@pytest.mark.parametrize("line", ["[]", "x", '{"id":1,"subscribe":3}', '{"id":1,"subscribe":{}}'])
async def test_a_command_that_is_none_closes_the_socket(served: Served, line: str):
    async with machine(served) as session, session.ws_connect("/api/live/ws") as socket:
        await socket.send_str(line)
        closed = await socket.receive(10)
        assert (closed.type, closed.data) == (aiohttp.WSMsgType.CLOSE, 3501)


async def test_a_visitor_who_leaves_ends_the_plugins_work(served: Served):
    """V13: Grafana cancels the call with the request; nothing else would end a slow one."""
    path = f"/api/plugins/{APP}/resources"
    async with machine(served) as session:

        async def state() -> dict[str, int]:
            async with session.get(f"{path}/state") as answer:
                return dict(await answer.json(content_type=None))

        async def count(name: str, wanted: int) -> None:
            async with asyncio.timeout(10):
                while (await state())[name] != wanted:  # noqa: ASYNC110 - seen from outside
                    await asyncio.sleep(0.02)

        async with asyncio.TaskGroup() as group:
            visit = group.create_task(_visit(session, f"{path}/slow/60"))
            await count("running", 2)
            visit.cancel()
        await count("cancelled", 1)


async def _visit(session: aiohttp.ClientSession, path: str) -> None:
    async with session.get(path):
        pass


def test_relative_times_are_grafanas():
    now = 1_700_000_000_000
    assert moment("now", now) == now
    assert moment("now-6h", now) == now - 6 * 3_600_000
    assert moment("1699999999999", now) == 1_699_999_999_999
    with pytest.raises(BadQuery):
        moment("last tuesday", now)


def test_each_call_has_a_trace_of_its_own_that_the_product_reads():
    found = [trace_id(dict(traced())["traceparent"]) for _ in range(2)]
    assert all(found)
    assert found[0] != found[1]
    attributes = [value for name, value in traced() if name == "loggerparamsctxmetadata"]
    assert log_parameters(attributes) == {"grafana_dsName": "stand-in", "grafana_endpoint": "pluginCall"}


async def test_everything_lies_below_a_path_when_one_is_given(tmp_path: Path):
    """As behind a proxy with `root_url`: the link, pages, files and calls, and nothing beside it."""
    preview = tmp_path / "preview"
    preview.mkdir()
    (preview / "index.html").write_text('<base href="/" />')
    async with (
        serve(plugin(tmp_path / "plugin"), preview=preview, sub_path="/grafana") as host,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser,
    ):
        assert host.url == f"http://127.0.0.1:{host.door.port}/grafana"
        async with browser.get(host.login_url) as page:
            assert (page.url.path, await page.text()) == ("/grafana/", '<base href="/grafana/" />')
        async with browser.get(f"{host.url}/api/user") as user:
            assert (await user.json())["login"] == "admin"
        async with browser.get(f"{host.url}/public/plugins/{APP}/plugin.json") as file:
            assert file.status == 200
        async with browser.get(f"http://127.0.0.1:{host.door.port}/api/user") as beside:
            assert beside.status == 404
        assert host.host.context(APP, User()).grafanaConfig["GF_APP_URL"] == host.url
