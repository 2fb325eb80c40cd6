"""The sources as people see them: how each answers, the test button, and settings that are not saved yet."""

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from reliability_studio.api.calls import ResourceRequest
from reliability_studio.api.router import Router
from reliability_studio.api.sources import source_routes
from reliability_studio.app.sources import open_sources, source_names
from reliability_studio.app.trials import looked_at
from reliability_studio.clock import ManualClock
from reliability_studio.observability.metrics import Metrics
from reliability_studio.settings.organisation import decode
from reliability_studio.sources.meter import SourceMeter
from tests.support.desk import ADA, BO, VERA
from tests.support.records import NOON


@contextlib.contextmanager
def server(token=""):
    """A Prometheus that says its version to whoever brings the token; `seen` keeps what came."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append((self.path, self.headers.get("Authorization", "")))
            allowed = not token or self.headers.get("Authorization") == f"Bearer {token}"
            body = json.dumps({"status": "success", "data": {"version": "3.1.0"}}).encode()
            self.send_response(200 if allowed else 401)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the library's name

        def log_message(self, format, *args):  # noqa: A002 - the library's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as end:
        end.daemon_threads = True
        thread = threading.Thread(target=end.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{end.server_port}", seen
        end.shutdown()
        thread.join()


@pytest.fixture
def ask():
    """Routes over settings; each call asks."""

    async def asking(method, path, body=None, *, settings=None, caller=ADA):
        read = decode(json.dumps(settings or {}).encode(), {"prometheusToken": "saved", "grafanaToken": "g"})
        clock, meter = ManualClock(NOON), SourceMeter(Metrics(), source_names())
        sources = await open_sources(read, clock, meter)
        router = Router(source_routes(looked_at(read, sources, clock, meter)))
        content = b"" if body is None else json.dumps(body).encode()
        answer = await router.answer(ResourceRequest(caller, method, path, {}, {}, content))
        await sources.aclose()
        return answer.status, json.loads(answer.body)

    return asking


async def test_each_source_says_how_it_is_reached_and_how_fast_it_answers(ask):
    """Health with latency; the host is shown, credentials never."""
    with server("saved") as (url, _):
        status, got = await ask("GET", "sources", settings={"prometheus": {"url": url}}, caller=VERA)
    assert status == 200
    by = {each["name"]: each for each in got["items"]}
    assert set(by) == {"prometheus", "alertmanager", "loki", "tempo", "kubernetes"}
    there = by["prometheus"]
    assert (there["ok"], there["way"], there["address"]) == (True, "direct", "127.0.0.1")
    assert (there["message"], there["breaker"]) == ("version 3.1.0", "closed")
    assert there["latencyMs"] >= 0
    assert (by["loki"]["configured"], by["loki"]["message"]) == (False, "not configured")
    assert "saved" not in json.dumps(got)


async def test_the_test_button_says_what_is_wrong_and_what_usually_helps(ask):
    """A refused credential, a closed port, an unknown name."""
    with server("other") as (url, _):
        _, refused = await ask("POST", "sources/prometheus/test", settings={"prometheus": {"url": url}})
    assert (refused["ok"], refused["code"]) == (False, "source_rejected")
    assert "token" in refused["hint"]
    dead = {"prometheus": {"url": "http://127.0.0.1:9", "timeoutSeconds": 1}}
    _, closed = await ask("POST", "sources/prometheus/test", settings=dead)
    assert (closed["ok"], closed["code"]) == (False, "source_unavailable")
    status, _ = await ask("POST", "sources/oracle/test")
    assert status == 404
    _, broken = await ask("POST", "sources/loki/test", settings={"loki": {"url": "nonsense"}})
    assert (broken["configured"], broken["code"]) == (True, "settings")
    assert "jsonData.loki.url" in broken["message"]


async def test_settings_are_tried_before_they_are_saved_without_saved_secrets(ask):
    """A new address gets only the secret that came along, not the one that was given for another."""
    with server("fresh") as (url, seen):
        _, good = await ask("POST", "sources/prometheus/trial", {"url": url, "token": "fresh"})
        _, bare = await ask("POST", "sources/prometheus/trial", {"url": url})
    assert (good["ok"], bare["ok"]) == (True, False)
    assert [authorization for _, authorization in seen] == ["Bearer fresh", "", ""]


async def test_a_data_source_of_grafana_is_tried_by_its_uid(ask):
    """Through Grafana's proxy, with the service account's token, which goes to Grafana only."""
    with server("g") as (url, seen):
        settings = {"grafana": {"url": url}}
        _, got = await ask("POST", "sources/prometheus/trial", {"datasourceUid": "prom"}, settings=settings)
    assert (got["ok"], got["way"], got["address"]) == (True, "grafana", "prom")
    assert seen[0][0].startswith("/api/datasources/proxy/uid/prom/api/v1/")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "prometheus.url"),
        ({"url": "ftp://x"}, "jsonData.prometheus.url"),
        ({"datasourceUid": "prom"}, "jsonData.prometheus.datasourceUid"),
        ({"url": "http://x", "caCertificate": "no"}, "jsonData.prometheus.caCertificate"),
    ],
)
async def test_settings_that_cannot_be_name_their_field(ask, body, path):
    """Nothing is asked then."""
    status, got = await ask("POST", "sources/prometheus/trial", body)
    assert status == 422
    assert path in [each["path"] for each in got["problems"]]


@pytest.mark.parametrize(("route", "caller"), [("test", VERA), ("trial", BO)])
async def test_viewers_do_not_test_and_only_admins_try_other_addresses(ask, route, caller):
    """Each route checks the role."""
    body = {"url": "http://127.0.0.1:9"} if route == "trial" else None
    status, _ = await ask("POST", f"sources/prometheus/{route}", body, caller=caller)
    assert status == 403
