"""The real servers start unprivileged, do their work, and leave nothing behind."""

import http.server
import json
import os
import threading
import time
from pathlib import Path

import pytest

from scripts.servers import (
    ProgramMissing,
    StartFailed,
    Target,
    Webhook,
    alertmanager,
    postgres,
    prometheus,
)
from scripts.servers.alertmanager import ALERTMANAGER
from scripts.servers.postgres import SERVER as POSTGRES
from scripts.servers.process import Program
from scripts.servers.prometheus import PROMETHEUS, PROMTOOL
from tests.support.servers import need_program
from tests.support.waiting import eventually

pytestmark = pytest.mark.integration


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def owner(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def test_prometheus_scrapes_a_target_and_is_gone_afterwards():
    """A scraped sample can be queried; afterwards neither process nor folder is left."""
    need_program(PROMETHEUS, PROMTOOL)

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'shop_up{service="orders",pod="orders-1"} 1\n')

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as page:
        threading.Thread(target=page.serve_forever, daemon=True).start()
        with prometheus(targets=[Target(f"127.0.0.1:{page.server_port}", "shop")]) as server:
            [(labels, value)] = eventually(lambda: server.query("shop_up"))
            assert (labels["service"], labels["job"], value) == ("orders", "shop", 1.0)
            assert owner(server.running.pid) != 0
        page.shutdown()
    assert gone(server.running.pid)
    assert not server.running.folder.exists()


def test_prometheus_answers_from_backfilled_history(tmp_path: Path):
    """Thirty days old samples are there although nothing was scraped."""
    need_program(PROMETHEUS, PROMTOOL)
    begin = int(time.time()) - 30 * 86400 + 3600  # noqa: TID251
    lines = [f'orders_total{{pod="a"}} {i * 10} {begin + i * 60}' for i in range(60)]
    history = tmp_path / "history.om"
    history.write_text("\n".join(["# TYPE orders counter", *lines, "# EOF", ""]))
    with prometheus(blocks=history) as server:
        [(_, value)] = server.query("orders_total", at=begin + 59 * 60)
        assert value == 590.0


def test_a_wrong_rule_file_is_refused_with_the_tools_own_words():
    """A rule that promtool rejects never reaches the server."""
    need_program(PROMETHEUS, PROMTOOL)
    rules = json.dumps({"groups": [{"name": "g", "rules": [{"alert": "A", "expr": "sum(("}]}]})
    with pytest.raises(StartFailed, match="parse error"), prometheus(rules=rules):
        pytest.fail("it must not start")


def test_alertmanager_posts_version_4_with_the_bearer_token():
    """What the webhook receives is the documented message, with the Authorization header."""
    need_program(ALERTMANAGER)
    received: list[tuple[str, dict[str, object]]] = []

    class Door(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.headers.get("Authorization", ""), json.loads(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door) as door:
        threading.Thread(target=door.serve_forever, daemon=True).start()
        with alertmanager(Webhook(f"http://127.0.0.1:{door.server_port}/hook", "secret-token")) as server:
            server.post([{"labels": {"alertname": "Errors", "service": "orders"}}])
            [(authorization, message), *_] = eventually(lambda: received)
        door.shutdown()
    assert authorization == "Bearer secret-token"
    assert (message["version"], message["status"]) == ("4", "firing")
    assert gone(server.running.pid)


def test_postgres_takes_connections_with_its_password_only():
    """A fresh database per request, and no way in without the password."""
    need_program(POSTGRES)
    import psycopg

    with postgres() as server:
        assert owner(server.running.pid) != 0
        with psycopg.connect(server.database("one")) as connection:
            assert connection.execute("SELECT current_database()").fetchone() == ("one",)
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(server.url.replace(server.password, "wrong"))
        assert server.password not in repr(server)
    assert gone(server.running.pid)


def test_a_missing_program_names_its_debian_package():
    """The message tells the operator what to install."""
    with pytest.raises(ProgramMissing, match="Debian package nothing-here"):
        Program(("no-such-program-anywhere",), "nothing-here").find()
