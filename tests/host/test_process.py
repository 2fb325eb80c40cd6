"""A plugin's life as Grafana gives it: the environment, the handshake, the stop, the restart."""

import asyncio
import json
import os
import signal
from pathlib import Path

import grpc
import pytest

from grafana_host import process
from grafana_host.calls import PluginUnavailable
from grafana_host.grafana import User
from grafana_host.host import Host
from grafana_host.process import StartFailed, environment, parse_handshake
from tests.host.folders import APP, SOURCE, plugin

pytestmark = [pytest.mark.integration, pytest.mark.timeout(60)]

LINE = '{"@level":"info","@message":"short lines were read","@timestamp":"2026-01-01T00:00:00.000000Z"}'


def test_the_environment_is_the_hosts_own_and_nothing_is_inherited():
    host = {"PATH": "/bin", "HOME": "/root", "TZ": "UTC", "HTTPS_PROXY": "http://proxy", "LANG": "C"}
    given = environment({"data_dir": "/data", "path": "x"}, host)
    assert given["GF_PLUGIN_DATA_DIR"] == "/data"
    assert given["HTTPS_PROXY"] == "http://proxy"
    assert given["grafana_plugin_type"] == "datasource"
    assert not {"PATH", "HOME", "TZ", "LANG", "GF_PLUGIN_PATH"} & set(given)


@pytest.mark.parametrize(
    ("line", "network", "target"),
    [
        (b"1|2|unix|/tmp/plugin1|grpc|\n", "unix", "unix:/tmp/plugin1"),
        (b"1|2|tcp|127.0.0.1:4000|grpc|\n", "tcp", "127.0.0.1:4000"),
        (b" 1|2|tcp|127.0.0.1:4000|grpc\n", "tcp", "127.0.0.1:4000"),
    ],
)
def test_handshakes_that_work(line: bytes, network: str, target: str):
    address = parse_handshake(line)
    assert (address.network, address.target) == (network, target)


@pytest.mark.parametrize(
    "line",
    [b"hello\n", b"2|2|tcp|x|grpc|\n", b"1|3|tcp|x|grpc|\n", b"1|2|udp|x|grpc|\n", b"1|2|tcp|x\n", b"\n"],
)
def test_handshakes_that_fail_the_start(line: bytes):
    with pytest.raises(StartFailed):
        parse_handshake(line)


async def test_each_backend_plugin_has_a_process_and_both_end_clean(tmp_path: Path):
    async with Host.open(plugin(tmp_path)) as host:
        app = await (await host.plugin(APP).calls()).ping()
        nested = await (await host.plugin(SOURCE).calls()).ping()
        pids = {each.process.pid for each in host.plugins.values() if each.process}
        assert (app, nested, len(pids)) == (True, True, 2)
    assert [each.process.exit_status for each in host.plugins.values() if each.process] == [0, 0]
    assert not any(each.killed for each in host.plugins.values())
    assert not any(each.journal.violations for each in host.plugins.values())


async def test_a_plugin_that_was_killed_is_back_within_seconds(tmp_path: Path):
    async with Host.open(plugin(tmp_path)) as host:
        managed = host.plugin(APP)
        await managed.calls()
        first = managed.process
        os.kill(first.pid, signal.SIGKILL)
        await first.await_end(2)
        answer = await host.resource(APP, User(), "POST", "echo", body=b"again")
        assert (answer.status, answer.body, managed.starts) == (200, b"again", 2)


async def test_a_plugin_that_cannot_start_is_tried_again_and_calls_are_told(tmp_path: Path):
    folder = plugin(tmp_path, script="echo broken build; exit 1")
    async with Host.open(folder) as host:
        await asyncio.sleep(2.5)
        managed = host.plugin(APP)
        assert managed.starts >= 2
        assert "unrecognized remote plugin message" in managed.failures[0]
        with pytest.raises(PluginUnavailable):
            await managed.calls()


async def test_a_plugin_that_says_nothing_is_given_up_after_its_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """And starts in a folder that is not its own, as Grafana's own folder is not."""
    assert process.START_LIMIT_S == 60
    monkeypatch.setattr(process, "START_LIMIT_S", 0.5)
    async with Host.open(plugin(tmp_path, script='echo "in $PWD" >&2; exec sleep 60')) as host:
        managed = host.plugin(APP)
        async with asyncio.timeout(30):
            while managed.starts < 2:  # noqa: ASYNC110 - seen from outside
                await asyncio.sleep(0.05)
        assert managed.failures[0] == "timeout while waiting for plugin to start"
        assert managed.journal.violations[0].line == "in /"


async def test_a_first_line_without_an_end_fails_the_start(tmp_path: Path):
    script = "i=0; while [ $i -lt 9000 ]; do printf '%s' 0123456789; i=$((i+1)); done; exec sleep 60"
    async with Host.open(plugin(tmp_path, script=script)) as host:
        async with asyncio.timeout(30):
            while not host.plugin(APP).failures:  # noqa: ASYNC110 - seen from outside
                await asyncio.sleep(0.05)
        assert "a line without an end" in host.plugin(APP).failures[0]


async def test_a_program_that_is_not_there_is_told(tmp_path: Path):
    folder = plugin(tmp_path, executable="no_such_thing")
    async with Host.open(folder) as host:
        await asyncio.sleep(0.2)
        assert "cannot be executed" in host.plugin(APP).failures[0]


async def test_a_plugin_that_does_not_stop_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Two seconds after it was asked, as go-plugin does."""
    script = "trap '' TERM INT; echo '1|2|tcp|127.0.0.1:1|grpc|'; exec sleep 600"
    monkeypatch.setattr("grafana_host.managed.STOP_LIMIT_S", 0.2)
    async with Host.open(plugin(tmp_path, script=script)) as host:
        await host.plugin(APP).calls()
    assert host.plugin(APP).killed


async def test_after_a_line_of_64_kib_nobody_reads_stdout_any_more(tmp_path: Path):
    """1.6, pitfall 2: the pipe fills, and the next who writes to it waits for ever."""
    long = "i=0; while [ $i -lt 7000 ]; do printf '%s' 0123456789; i=$((i+1)); done; echo"
    script = (
        f"echo '1|2|tcp|127.0.0.1:1|grpc|'; i=0; while [ $i -lt 20000 ]; do echo short; i=$((i+1)); done;"
        f" echo '{LINE}' >&2; {long}; i=0; while [ $i -lt 40000 ]; do echo short; i=$((i+1)); done; exit 3"
    )
    async with Host.open(plugin(tmp_path, script=script)) as host:
        managed = host.plugin(APP)
        async with asyncio.timeout(30):
            while not managed.journal.violations:  # noqa: ASYNC110 - seen from outside
                await asyncio.sleep(0.05)
        assert managed.journal.messages() == ["short lines were read"]
        (told,) = managed.journal.violations
        assert told.rule.startswith("not JSON")
        assert told.line == "stdout: a line of 64 KiB ends the host's reading"
        assert managed.process is not None
        assert not await managed.process.await_end(1.0), "it hangs in its next write"
        assert managed.starts == 1
        for each in host.plugins.values():
            assert each.process is not None
            each.process.kill()


async def test_the_context_says_who_asks_and_for_which_organisation(tmp_path: Path):
    async with Host.open(plugin(tmp_path)) as host:
        viewer = User(login="vera", role="Viewer", org_id=7)
        headers = {"X-Test": ["one"]}
        answer = await host.resource(APP, viewer, "GET", "who/a%2Fb?q=1&q=2", headers=headers)
        told = json.loads(answer.body)
    assert (told["login"], told["role"], told["org"]) == ("vera", "VIEWER", 7)
    assert (told["path"], told["query"]) == ("who/a/b", {"q": ["1", "2"]})
    assert told["headers"]["x-test"] == "one"


async def test_a_call_that_is_under_way_when_the_plugin_dies_is_told_so(tmp_path: Path):
    """And never ends its caller's task in silence, as the closing of a channel would."""
    async with Host.open(plugin(tmp_path)) as host:
        managed = host.plugin(APP)
        await managed.calls()
        async with asyncio.TaskGroup() as group:
            call = group.create_task(_slow(host))
            await asyncio.sleep(0.5)
            os.kill(managed.process.pid, signal.SIGKILL)
        assert call.result() == "unavailable"


async def _slow(host: Host) -> str:
    try:
        await host.resource(APP, User(), "GET", "slow/30")
    except (PluginUnavailable, grpc.RpcError):
        return "unavailable"
    return "answered"
