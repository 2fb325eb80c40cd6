"""Never lose: processes that are killed, replicas that share a database, restarts that nobody watched.

The plugin runs from source under the stand-in host, as Grafana would run it.
"""

import asyncio
import contextlib
import json
import os
import random
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import grpc
import pytest
from sqlalchemy import func, select

from grafana_host.calls import PluginUnavailable
from grafana_host.grafana import User
from grafana_host.host import Host
from grafana_host.managed import ManagedPlugin
from reliability_studio.store.engine import Database
from reliability_studio.store.lease import holder
from reliability_studio.store.tables.alerts import alerts
from reliability_studio.store.tables.incidents import incidents
from scripts.servers import prometheus as run_prometheus
from scripts.servers.postgres import SERVER, cluster
from scripts.servers.prometheus import PROMETHEUS, PROMTOOL
from scripts.story.plugin import from_source
from tests.integration import fx
from tests.support.servers import need_program, postgres, postgres_url

__all__ = ["postgres", "postgres_url"]

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

APP = "reliability-studio-app"
SENDER = User(login="alertmanager", role="Editor")
ALERTS, BATCH, SERVICES = 5_000, 25, 50
AWAY_S = 30
"""How long PostgreSQL is away."""

AVAILABILITY = {
    "name": "availability",
    "service": "api",
    "objective": "99.9",
    "indicator": {
        "type": "ratio",
        "total": 'http_requests_total{service="api"}',
        "bad": 'http_requests_total{service="api",code="500"}',
    },
    "window": {"type": "rolling", "days": 1},
    "delaySeconds": 0,
}


def _alert(index: int) -> dict[str, object]:
    return {
        "status": "firing",
        "labels": {
            "alertname": "HighErrorRate",
            "service": f"service-{index % SERVICES}",
            "severity": "critical",
            "instance": f"pod-{index}",
        },
        "annotations": {},
        "startsAt": "2026-01-01T00:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "fingerprint": f"{index:016x}",
    }


def _webhook(indexes: range) -> bytes:
    body = {"version": "4", "status": "firing", "receiver": "studio", "groupKey": "{}", "truncatedAlerts": 0}
    return json.dumps({**body, "alerts": [_alert(index) for index in indexes]}).encode()


async def _deliver(host: Host, indexes: range, seen: Counter[int] | None = None) -> None:
    """As Alertmanager does it: again and again on network errors and 5xx, never on 4xx."""
    while True:
        try:
            answer = await host.resource(APP, SENDER, "POST", "webhooks/alertmanager", body=_webhook(indexes))
        except (PluginUnavailable, grpc.RpcError):
            await asyncio.sleep(0.2)
            continue
        if seen is not None:
            seen[answer.status] += 1
        assert answer.status == 200 or answer.status >= 500, answer
        if answer.status == 200:
            return
        await asyncio.sleep(0.2)


async def _running(managed: ManagedPlugin) -> None:
    """Wait until the plugin is there again."""
    while True:
        with contextlib.suppress(PluginUnavailable):
            await managed.calls()
            return
        await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    database = await Database.open(url)
    try:
        yield database
    finally:
        await database.aclose()


async def _stored(url: str) -> tuple[int, int, int]:
    """Alert episodes, those of them that are in an incident, and incidents."""
    async with _opened(url) as database, database.reading() as connection:
        joined = func.count(alerts.c.incident_id)
        episodes, within = (await connection.execute(select(func.count(), joined).select_from(alerts))).one()
        opened = await connection.scalar(select(func.count()).select_from(incidents))
        return int(episodes), int(within), int(opened or 0)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
async def test_every_alert_that_was_taken_is_there_once_although_the_process_was_killed(
    dialect: str, tmp_path: Path, request: pytest.FixtureRequest
):
    """Killed outright at random moments of an intake with retries, three times."""
    data = tmp_path / "data"
    url = (
        f"sqlite:///{data}/studio.sqlite" if dialect == "sqlite" else request.getfixturevalue("postgres_url")
    )
    settings = {"data_dir": str(data)} | ({"database_url": url} if dialect == "postgresql" else {})
    plugin = from_source(tmp_path / "plugin")
    chance = random.Random(7)  # noqa: S311 - moments of a test
    async with Host.open(plugin.path, settings) as host:
        managed = host.plugin(APP)

        async def kill() -> None:
            for _ in range(3):
                await _running(managed)
                await asyncio.sleep(chance.uniform(1.0, 4.0))
                starts, process = managed.starts, managed.process
                if process is not None:
                    os.kill(process.pid, signal.SIGKILL)
                while managed.starts == starts:  # noqa: ASYNC110 - seen from outside, as an operator would
                    await asyncio.sleep(0.05)

        async with asyncio.TaskGroup() as group:
            group.create_task(kill())
            turns = asyncio.Semaphore(4)

            async def send(start: int) -> None:
                async with turns:
                    await asyncio.sleep(chance.uniform(0, 0.3))
                    await _deliver(host, range(start, start + BATCH))

            for start in range(0, ALERTS, BATCH):
                group.create_task(send(start))
        assert managed.starts >= 4
        assert not managed.journal.violations
    assert await _stored(url) == (ALERTS, ALERTS, SERVICES)


async def test_postgresql_may_go_away_during_the_intake_and_nothing_is_lost(tmp_path: Path):
    """503 meanwhile, which senders repeat; then every alert is there once. The plugin never restarts."""
    need_program(SERVER)
    plugin = from_source(tmp_path / "plugin")
    seen: Counter[int] = Counter()
    with cluster(durable=True) as data, contextlib.ExitStack() as first:
        url = (await asyncio.to_thread(first.enter_context, data.running())).url
        settings = {"data_dir": str(tmp_path / "data"), "database_url": url}
        async with Host.open(plugin.path, settings) as host:
            managed = host.plugin(APP)
            await _running(managed)
            turns = asyncio.Semaphore(4)

            async def send(start: int) -> None:
                async with turns:
                    await _deliver(host, range(start, start + BATCH), seen)

            async with asyncio.TaskGroup() as group:
                for start in range(0, ALERTS // 2, BATCH):
                    group.create_task(send(start))
                while seen[200] < 10:  # noqa: ASYNC110 - the intake is under way, as seen from outside
                    await asyncio.sleep(0.05)
                await asyncio.to_thread(first.close)
                taken = seen[200]
                await asyncio.sleep(AWAY_S)
                assert seen[503] > 0
                assert seen[200] <= taken + 4, "something was answered although nothing could be stored"
                second = contextlib.ExitStack()
                await asyncio.to_thread(second.enter_context, data.running())
            assert set(seen) == {200, 503}
            assert managed.starts == 1
        with second:
            assert await _stored(url) == (ALERTS // 2, ALERTS // 2, SERVICES)


async def test_two_replicas_open_one_incident_and_one_of_them_runs_the_jobs(
    tmp_path: Path, postgres_url: str
):
    """Row 133. Two Grafana servers on one PostgreSQL; when the one with the lease dies, the other goes on."""
    async with contextlib.AsyncExitStack() as stack:
        hosts = []
        for name in ("one", "two"):
            plugin = from_source(tmp_path / name)
            settings = {"data_dir": str(tmp_path / f"data-{name}"), "database_url": postgres_url}
            hosts.append(await stack.enter_async_context(Host.open(plugin.path, settings)))
        database = await stack.enter_async_context(_opened(postgres_url))
        async with asyncio.TaskGroup() as group:
            for host in hosts:
                for start in range(0, 4 * BATCH, BATCH):
                    group.create_task(_deliver(host, range(start, start + BATCH)))
        assert await _stored(postgres_url) == (4 * BATCH, 4 * BATCH, SERVICES)
        await _seen_by_the_other(*hosts)

        first = await _holder(database)
        owner = next(h for h in hosts if f":{h.plugin(APP).process.pid}:" in first)
        _break(owner)
        os.kill(owner.plugin(APP).process.pid, signal.SIGKILL)
        began = time.monotonic()
        while await _holder(database) in {"", first}:
            assert time.monotonic() - began < 15, "the lease did not pass to the other process"
            await asyncio.sleep(0.3)


async def _seen_by_the_other(one: Host, two: Host) -> None:
    """What somebody does on one server is told to who listens on the other, within two seconds."""
    calls = await two.plugin(APP).calls()
    stream = calls.run_stream(two.context(APP, User(login="vera", role="Viewer")), "incidents")
    async with contextlib.aclosing(stream), asyncio.timeout(30), asyncio.TaskGroup() as group:
        listening = group.create_task(_first_of(stream, "comment"))
        while not listening.done():
            # Until the stream has begun, nobody hears.
            began = time.monotonic()
            body = b'{"text": "we look at it"}'
            told = await one.resource(APP, SENDER, "POST", "incidents/INC-1/comments", body=body)
            assert told.status == 201, told
            await asyncio.wait([listening], timeout=2)
        assert time.monotonic() - began < 2
        assert listening.result()["number"] == "INC-1"


async def _first_of(stream: AsyncIterator[bytes], change: str) -> dict[str, object]:
    async for packet in stream:
        notice: dict[str, object] = json.loads(packet)
        if notice["change"] == change:
            return notice
    raise AssertionError("the stream ended")


async def _holder(database: Database) -> str:
    async with database.reading() as connection:
        found = await holder(connection, "jobs:1", datetime.now(UTC))  # noqa: TID251 - a real lease in real time
    return found or ""


def _break(host: Host) -> None:
    """Let the host's plugin not come back, as on a machine that is gone."""
    program = host.plugin(APP).program
    program.unlink()
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)


def counted_until(data: Path) -> list[tuple[int]]:
    """How far each SLO is counted, read from the store behind the plugin's back."""
    with contextlib.closing(sqlite3.connect(f"file:{data / 'studio.sqlite'}?mode=ro", uri=True)) as store:
        return store.execute("select as_of from slo_states").fetchall()


async def test_a_due_slo_is_computed_after_a_restart_although_nobody_asks(tmp_path: Path):
    """S7: at 3 a.m. after a restart: the settings come out of the vault, the job counts on.

    In an organisation that is known from the vault alone: the first one's jobs run in any case.
    """
    ada = User(org_id=2)
    need_program(PROMETHEUS, PROMTOOL)
    fx.write(tmp_path / "fx.om", days=1)
    data, plugin = tmp_path / "data", from_source(tmp_path / "plugin")
    with run_prometheus(blocks=tmp_path / "fx.om") as server:
        async with Host.open(plugin.path, {"data_dir": str(data)}) as host:
            host.grafana.save(APP, 2, json_data={"prometheus": {"url": server.url}})
            made = await host.resource(APP, ada, "POST", "slos", body=json.dumps(AVAILABILITY).encode())
            assert made.status == 201, made.body
            before = json.loads(made.body)["status"]
            assert before["window"]["errorRatio"] == pytest.approx(0.01)
        await asyncio.sleep(60 - time.time() % 60 + 1)  # noqa: TID251 - the next minute must be due
        counted = counted_until(data)
        async with Host.open(plugin.path, {"data_dir": str(data)}), asyncio.timeout(45):
            while counted_until(data) == counted:  # noqa: ASYNC110 - the file tells nobody when it changes
                await asyncio.sleep(0.2)
        async with Host.open(plugin.path, {"data_dir": str(data)}) as host:
            # This request comes after the fact: what it shows was counted while nobody asked.
            vera = ada.acting(role="Viewer")
            seen = await host.resource(APP, vera, "GET", f"slos/{json.loads(made.body)['id']}")
    after = json.loads(seen.body)["status"]
    assert after["asOf"] > before["asOf"]
    assert after["window"]["errorRatio"] == pytest.approx(0.01)


async def test_late_minutes_are_counted_although_the_process_was_killed(tmp_path: Path):
    """Row 83, S7: ten minutes are missing when the SLO is made, and there when the killed process is back."""
    need_program(PROMETHEUS, PROMTOOL)
    now = int(time.time()) // 60 * 60  # noqa: TID251 - the fixture lives in real time
    missing = now - 900, now - 300
    fx.write(tmp_path / "late.om", days=1, gap=missing)
    fx.write(tmp_path / "whole.om", days=1)
    data, plugin = tmp_path / "data", from_source(tmp_path / "plugin")
    course = f"from={(now - 1200) * 1000}&to={(now - 120) * 1000}&points=1000"
    with (
        run_prometheus(blocks=tmp_path / "late.om") as late,
        run_prometheus(blocks=tmp_path / "whole.om") as whole,
    ):
        async with Host.open(plugin.path, {"data_dir": str(data)}) as host:
            host.grafana.save(APP, 1, json_data={"prometheus": {"url": late.url}})
            made = await host.resource(APP, User(), "POST", "slos", body=json.dumps(AVAILABILITY).encode())
            assert made.status == 201, made.body
            path = f"slos/{json.loads(made.body)['id']}/history"
            before = json.loads((await host.resource(APP, User(), "GET", f"{path}?{course}")).body)
            assert sum(point["coverage"] == 0 for point in before["points"]) >= 8
            process = host.plugin(APP).process
            assert process is not None
            os.kill(process.pid, signal.SIGKILL)
        async with Host.open(plugin.path, {"data_dir": str(data)}) as host, asyncio.timeout(90):
            host.grafana.save(APP, 1, json_data={"prometheus": {"url": whole.url}})
            while True:
                seen = await host.resource(APP, User(), "GET", f"{path}?{course}")
                after = json.loads(seen.body)
                if seen.status == 200 and all(point["coverage"] == 1 for point in after["points"]):
                    break
                await asyncio.sleep(0.5)
    assert {(point["bad"], point["total"]) for point in after["points"]} == {(fx.BAD, fx.BAD + fx.GOOD)}


async def test_what_is_written_down_is_for_grafanas_user_alone(tmp_path: Path):
    """However open the operator's folder is: incidents say how one may be hurt."""
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    async with Host.open(from_source(tmp_path / "plugin").path, {"data_dir": str(data)}) as host:
        body = json.dumps({"title": "payments fails", "severity": "high"}).encode()
        assert (await host.resource(APP, User(), "POST", "incidents", body=body)).status == 201
        written = [path for path in data.rglob("*") if path.is_file()]
        assert any(path.name == "studio.sqlite" for path in written)
        assert [path for path in written if path.stat().st_mode & 0o077] == []
