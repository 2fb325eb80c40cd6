"""The plugin as Grafana meets it: a child process with a stripped environment.

Each test is a pitfall that has broken plugins in practice, or a rule that the host relies on.
"""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc.aio
import pytest

from reliability_studio.wire.pb import backend_pb2 as pb
from tests.support.echo_plugin import NOISES
from tests.support.waiting import eventually
from tests.wire.child import COMMAND, ENVIRON, ROOT, Child, children, gone, ports
from tests.wire.harness import UNLIMITED, Host, until, who

pytestmark = pytest.mark.integration


@asynccontextmanager
async def host_of(child: Child) -> AsyncIterator[Host]:
    async with grpc.aio.insecure_channel(child.target, options=UNLIMITED) as channel:
        yield Host(channel)


def test_the_handshake_comes_well_within_a_second(tmp_path: Path):
    times = []
    for _ in range(5):
        with Child(tmp_path) as child:
            assert child.line.startswith("1|2|unix|")
            times.append(child.seconds_to_handshake)
    assert sorted(times)[2] < 1.0


async def test_a_stop_of_the_host_ends_the_process_with_zero_and_both_pipes(tmp_path: Path):
    with Child(tmp_path) as child:
        async with host_of(child) as host:
            assert (await host.resource("echo", body=b"hello")).body == b"hello"
            started = time.monotonic()
            await host.shutdown()
            assert time.monotonic() - started < 0.2
        assert child.end(2.0) == 0
        assert time.monotonic() - started < 2.0
        assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240
        assert child.entries


@pytest.mark.parametrize("work", ["slow/60", "stubborn/60", "clinging/60"])
async def test_a_stop_under_load_keeps_its_budget(tmp_path: Path, work: str):
    """Fifty calls and twenty channels are open; threads that cannot be cancelled are at work."""
    with Child(tmp_path) as child:
        async with host_of(child) as host:
            request = pb.CallResourceRequest(pluginContext=who(), path=work, url=work)
            calls = [host.resource_stream(request) for _ in range(50)]
            streams = [host.run_stream(f"ticks/{n}") for n in range(20)]
            for stream in streams:
                await stream.read()
            started = time.monotonic()
            await host.shutdown()
            assert time.monotonic() - started < 0.2
            assert await asyncio.to_thread(child.end, 2.0) == 0
            assert time.monotonic() - started < 2.0
            for call in (*calls, *streams):
                call.cancel()


async def test_a_close_that_blocks_is_ended_by_force_before_the_host_kills(tmp_path: Path):
    with Child(tmp_path, GF_PLUGIN_ECHO_CLOSE="block") as child:
        async with host_of(child) as host:
            await host.resource("echo")
            started = time.monotonic()
            await host.shutdown()
        assert child.end(2.0) == 1
        assert 1.4 < time.monotonic() - started < 2.0
        assert "ending the process by force" in child.messages


def test_sigterm_stops_properly_and_ctrl_c_is_ignored(tmp_path: Path):
    with Child(tmp_path) as child:
        child.process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        assert child.process.poll() is None
        child.process.terminate()
        assert child.end(2.0) == 0
        assert list(tmp_path.iterdir()) == []
        assert "stopping" in child.messages


async def test_a_killed_plugin_leaves_no_child_and_the_next_start_works(tmp_path: Path):
    with Child(tmp_path) as first:
        async with host_of(first) as host:
            await host.resource("noise/child")
            await host.resource("echo")
        assert children(first.process.pid) == []
        first.process.kill()
        first.end(2.0)
        assert len(list(tmp_path.iterdir())) == 1  # noqa: ASYNC240
    with Child(tmp_path) as second:
        async with host_of(second) as host:
            assert (await host.resource("echo", body=b"again")).body == b"again"
        assert [str(path) for path in tmp_path.iterdir()] == [second.line.split("|")[3]]  # noqa: ASYNC240


HOST = """
import subprocess, sys, time
plugin = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE)
print(plugin.pid, plugin.stdout.readline().decode().strip(), flush=True)
time.sleep(600)
"""


def test_a_killed_host_leaves_no_orphan(tmp_path: Path):
    """Grafana killed by SIGKILL or for its memory: nothing tells the plugin, it is only re-parented."""
    environ = {**ENVIRON, "PLUGIN_UNIX_SOCKET_DIR": str(tmp_path)}
    command = [sys.executable, "-c", HOST, *COMMAND]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as host:
        assert host.stdout is not None
        pid, line = host.stdout.readline().decode().split(" ", 1)
        assert line.startswith("1|2|unix|")
        assert not gone(int(pid))
        host.kill()
        assert eventually(lambda: gone(int(pid)), 5.0)
    assert list(tmp_path.iterdir()) == []


def test_a_host_that_died_before_the_handshake_is_noticed(tmp_path: Path):
    environ = {**ENVIRON, "PLUGIN_UNIX_SOCKET_DIR": str(tmp_path)}
    reader, writer = os.pipe()
    os.close(reader)
    with subprocess.Popen(COMMAND, env=environ, stdout=writer, stderr=subprocess.PIPE) as plugin:
        os.close(writer)
        assert plugin.wait(5) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("noise", sorted(NOISES))
async def test_no_kind_of_noise_harms_the_handshake_or_the_log(tmp_path: Path, noise: str):
    """The host dies of a log key with a wrong type, and stops reading stdout at a line that is too long."""
    with Child(tmp_path) as child:
        async with host_of(child) as host:
            assert (await host.resource(f"noise/{noise}")).code == 204
            assert (await host.resource("echo", body=b"still here")).body == b"still here"
            await host.shutdown()
        assert child.end(2.0) == 0
        said = b"\n".join(child.stderr)
        assert child.entries
        assert b"hunter2" not in said
        proof = {
            "thread": b"in a thread",
            "task": b"in a task that nobody awaits",
            "callback": b"division by zero",
            "finaliser": b"in a finaliser",
            "c": b"a C library on stdout",
            "child": b"a child on stdout",
            "warning": b"careful",
            "print": b"@level",
            "records": b"apples",
        }
        assert proof[noise] in said


async def test_megabytes_of_output_block_nothing(tmp_path: Path):
    with Child(tmp_path) as child:
        async with host_of(child) as host:
            for _ in range(30):
                await host.resource("noise/print")
            assert (await host.resource("echo", body=b"still here")).body == b"still here"
        child.process.terminate()
        assert child.end(2.0) == 0
        assert child.entries


async def test_every_exception_is_logged_as_one_entry_with_its_stack(tmp_path: Path):
    with Child(tmp_path) as child:
        async with host_of(child) as host:
            answer = await host.resource("raise/foreign")
            await host.shutdown()
        child.end(2.0)
        [entry] = [entry for entry in child.entries if entry.get("stack")]
    assert answer.code == 500
    assert b"hunter2" not in answer.body
    assert entry["@level"] == "error"
    assert "RuntimeError" in str(entry["stack"])
    assert entry["org"] == 1
    assert "hunter2" not in str(entry)


async def test_large_bodies_pass_both_ways(tmp_path: Path):
    body = os.urandom(15 << 20)
    with Child(tmp_path) as child:
        async with host_of(child) as host:
            assert (await host.resource("echo", method="POST", body=body)).body == body
            assert len((await host.resource("big/30000000")).body) == 30_000_000


async def test_fifty_calls_are_answered_beside_twenty_open_channels(tmp_path: Path):
    with Child(tmp_path) as child:
        async with host_of(child) as host:
            streams = [host.run_stream(f"ticks/{n}") for n in range(20)]
            for stream in streams:
                await stream.read()
            async with asyncio.timeout(10), asyncio.TaskGroup() as group:
                calls = [group.create_task(host.resource("slow/0.1")) for _ in range(50)]
            assert {call.result().body for call in calls} == {b"at last"}
            for stream in streams:
                packet = await stream.read()
                assert json.loads(packet.data)["n"] >= 1
                stream.cancel()


async def test_a_client_that_leaves_stops_the_work(tmp_path: Path):
    with Child(tmp_path) as child:
        async with host_of(child) as host:

            async def state() -> dict[str, int]:
                return dict(json.loads((await host.resource("state")).body))

            call = host.resource_stream(pb.CallResourceRequest(pluginContext=who(), path="slow/60"))

            async def running() -> bool:
                return (await state())["running"] == 2

            async def cancelled() -> bool:
                return (await state())["cancelled"] == 1

            await until(running)
            call.cancel()
            await until(cancelled)
            assert (await state())["running"] == 1, "the state call itself"


async def test_a_load_that_fails_keeps_the_process_and_says_why(tmp_path: Path):
    with Child(tmp_path, GF_PLUGIN_ECHO_LOAD="fail") as child:
        async with host_of(child) as host:
            report = await host.health()
            refused = await host.resource("echo")
        assert report.status == pb.CheckHealthResponse.ERROR
        assert "the data folder is read-only" in report.message
        assert refused.code == 503
        child.process.terminate()
        assert child.end(2.0) == 0
        assert child.entries


async def test_a_stop_while_loading_hangs_does_not_wait(tmp_path: Path):
    with Child(tmp_path, GF_PLUGIN_ECHO_LOAD="hang") as child:
        async with host_of(child) as host:
            await host.shutdown()
        assert child.end(2.0) == 0


async def test_where_the_socket_folder_is_unusable_the_plugin_still_starts(tmp_path: Path):
    with Child(tmp_path, PLUGIN_UNIX_SOCKET_DIR=str(tmp_path / ("x" * 120))) as child:
        async with host_of(child) as host:
            assert (await host.resource("echo", body=b"here")).body == b"here"
        child.process.terminate()
        assert child.end(2.0) == 0


READ_ONLY = """
for folder in /tmp /var/tmp; do
  mount --bind "$folder" "$folder" && mount -o remount,bind,ro "$folder" || exit 77
done
exec "$@"
"""


async def test_pitfall_14_where_no_folder_can_be_written_loopback_tcp_serves(tmp_path: Path):
    """A read-only root file system, in mounts of its own."""
    unshare = shutil.which("unshare")
    alone = [unshare or "", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    as_read_only = [*alone, "/bin/sh", "-c", READ_ONLY, "sh"]
    if unshare is None or subprocess.run([*as_read_only, "/bin/true"], check=False).returncode != 0:  # noqa: ASYNC221 - a question to this machine
        pytest.skip("no mounts of one's own here (unshare --mount)")
    with Child(tmp_path, [*as_read_only, *COMMAND], PLUGIN_UNIX_SOCKET_DIR="/proc") as child:
        assert child.line.startswith("1|2|tcp|127.0.0.1:")
        assert len(ports(child.process.pid)) == 1
        async with host_of(child) as host:
            assert (await host.resource("echo", body=b"here")).body == b"here"
            await host.shutdown()
        assert child.end(2.0) == 0
        assert "every local user can reach" in child.messages


@pytest.mark.parametrize("role", ["app", "datasource"])
async def test_pitfall_32_no_port_is_opened(tmp_path: Path, role: str):
    """Everything goes through the host's private socket, once the whole product is loaded too."""
    sockets, data = tmp_path / "sockets", tmp_path / "data"
    sockets.mkdir()
    command = (sys.executable, "-B", "-m", "reliability_studio", "--role", role)
    with Child(sockets, command, PYTHONPATH=str(ROOT / "pkg"), GF_PLUGIN_DATA_DIR=str(data)) as child:
        async with host_of(child) as host:
            assert (await host.health()).status == pb.CheckHealthResponse.OK
        assert ports(child.process.pid) == []


@pytest.mark.parametrize(
    "environ",
    [{"grafana_plugin_type": "app"}, {"PLUGIN_PROTOCOL_VERSIONS": "1,3"}],
    ids=["cookie", "version"],
)
def test_a_stranger_is_refused_with_a_reason_and_status_one(environ: dict[str, str]):
    """G3: started by hand, or by a host of another protocol."""
    done = subprocess.run(COMMAND, env={**ENVIRON, **environ}, capture_output=True, check=False, timeout=20)
    assert done.returncode == 1
    assert done.stdout == b""
    assert b"plugin" in done.stderr
    assert b"Traceback" not in done.stderr


def test_several_offered_protocols_are_fine_when_ours_is_among_them(tmp_path: Path):
    with Child(tmp_path, PLUGIN_PROTOCOL_VERSIONS="1, 2,3") as child:
        assert child.line.startswith("1|2|")
