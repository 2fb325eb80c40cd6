"""The life of a plugin process under Grafana's own host code: start, services, crash, stop.

The reference plugin, written with Grafana's SDK, goes through the same tests: what they ask is the
contract's, not ours.
"""

import pytest

from tests.contract.conftest import ANY, OURS
from tests.contract.gohost import GoHost
from tests.contract.launchers import Launcher

pytestmark = [
    pytest.mark.contract,
    pytest.mark.integration,
    pytest.mark.timeout(720),
]

ABSENT = [
    "validateAdmission",
    "mutateAdmission",
    "convertObjects",
    "/grafana.plugin.v3.Route/Call",
    "/no.such.Service/Method",
]
any_plugin = pytest.mark.parametrize("launcher", ANY, indirect=True)
our_plugin = pytest.mark.parametrize("launcher", OURS, indirect=True)


@any_plugin
def test_the_host_starts_it_finds_it_serving_and_ends_it_in_peace(
    go_host: GoHost, launcher: Launcher
) -> None:
    """G1, G2: handshake, health of the service `plugin`, Shutdown within Grafana's two seconds."""
    run = go_host.run(launcher, {"do": "ping"}, {"do": "health", "services": ["plugin"]})
    assert run.results == [None, {"plugin": "SERVING"}]
    assert run.start["network"] == "unix"
    assert run.stop["graceful"]
    assert run.stop["milliseconds"] < 2000
    assert not run.stop["socketLeft"]
    assert run.log["violations"] == []
    assert run.log["host"] == []


@any_plugin
def test_what_it_does_not_serve_is_unimplemented_and_nothing_else(
    go_host: GoHost, launcher: Launcher
) -> None:
    """Grafana learns what a plugin can do from this status alone; any other is an error to it."""
    run = go_host.run(launcher, {"do": "probe", "calls": ABSENT})
    assert run.results == [dict.fromkeys(ABSENT, "Unimplemented")]


@our_plugin
def test_chunked_queries_are_unimplemented_so_that_the_host_falls_back(
    go_host: GoHost, launcher: Launcher
) -> None:
    """The newest hosts try QueryChunkedData first and take QueryData on this status, on no other."""
    run = go_host.run(launcher, {"do": "probe", "calls": ["queryChunkedData"]})
    assert run.results == [{"queryChunkedData": "Unimplemented"}]


@any_plugin
def test_a_kill_is_seen_at_once_and_the_next_start_works(go_host: GoHost, launcher: Launcher) -> None:
    """If a child held the pipes, the host would not see the exit and never start the plugin again."""
    first = go_host.run(launcher, {"do": "ping"}, {"do": "crash"})
    assert first.results[1]["seenAfterMilliseconds"] < 1000
    second = go_host.run(launcher, {"do": "ping"})
    assert second.results == [None]
    assert second.stop["graceful"]


@our_plugin
def test_it_stops_in_time_while_calls_are_under_way(go_host: GoHost, launcher: Launcher) -> None:
    """Shutdown under load: Grafana waits two seconds, then kills."""
    listen = {"do": "runStream", "path": "incidents", "milliseconds": 20_000}
    busy = {"do": "callResource", "path": "health"}
    run = go_host.run(
        launcher,
        {"do": "ping"},
        {
            "do": "parallel",
            "steps": [*[listen] * 20, *[busy] * 20, {"do": "stop", "afterMilliseconds": 500}],
        },
    )
    stopped = run.results[1][-1]
    assert stopped["code"] == "OK"
    assert stopped["result"]["graceful"]
    assert stopped["result"]["milliseconds"] < 2000
    assert not stopped["result"]["socketLeft"]


@our_plugin
def test_no_call_of_any_kind_makes_it_log_what_the_host_cannot_read(
    go_host: GoHost, launcher: Launcher
) -> None:
    """A wrong type in a log line ends the Grafana server itself; here it would end the host."""
    odd: list[dict[str, object]] = [
        {"do": "callResource", "path": path, "method": method, "body": body}
        for path in ("health", "no/such/route", "incidents", "../../etc/passwd", "ä/日本/\u0000")
        for method in ("GET", "POST", "BREW", "")
        for body in ("", "{", '{"title": 7}', "\u0000\u0001 line\nbreak")
    ]
    contexts: list[dict[str, object]] = [
        {"app": {"jsonData": None}, "user": None},
        {"app": {"jsonData": "no object"}, "orgId": 0},
        {"app": None, "dataSource": None},
    ]
    odd += [{"do": "callResource", "path": "health", "context": each} for each in contexts]
    odd += [{"do": "checkHealth", "context": each} for each in contexts]
    models: list[object] = [{}, [], "text", None]
    odd += [
        {"do": "queryData", "queries": [{"refId": "A", "queryType": kind, "model": model}], "context": each}
        for kind in ("", "no such type")
        for model in models
        for each in contexts
    ]
    run = go_host.run(launcher, *odd)
    assert len(run.steps) == len(odd)
    assert run.log["violations"] == []
    assert run.stop["graceful"]
