"""Two Grafana servers on one PostgreSQL: a change on one is told on the other."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import psycopg
import pytest

from reliability_studio.clock import SystemClock
from reliability_studio.flows import relay
from reliability_studio.flows.hub import Hub, Notice
from reliability_studio.flows.relay import RECONNECTED, Relays
from reliability_studio.store.engine import Database
from tests.store.conftest import postgres, postgres_url, shared_url
from tests.support.records import NOON

__all__ = ["postgres", "postgres_url", "shared_url"]

PATIENCE_S = 10


def notice(version: int, number: str = "INC-1") -> Notice:
    """A change."""
    return Notice("incident", number, version, "status_change", NOON)


class Replica:
    """One process: its hub, and what carries its notices."""

    def __init__(self, database: Database, *organisations: int) -> None:
        self.hub = Hub()
        self.relays = Relays(self.hub, SystemClock())
        for org_id in organisations:
            self.relays.join(org_id, database)


@contextlib.asynccontextmanager
async def replicas(url: str, *organisations: int) -> AsyncIterator[tuple[Replica, Replica]]:
    """Two processes with connections of their own; both hear each other before the test begins."""
    databases = [await Database.open(url) for _ in range(2)]
    one, two = (Replica(each, *organisations) for each in databases)
    try:
        async with contextlib.AsyncExitStack() as stack:
            group = await stack.enter_async_context(asyncio.TaskGroup())
            tasks = [group.create_task(each.relays.run()) for each in (one, two)]
            for teller, hearer in ((one, two), (two, one)):
                async with hearer.hub.subscribe(organisations[0]) as heard:
                    waiting = group.create_task(take(heard))
                    while not waiting.done():
                        teller.hub.publish(organisations[0], notice(0, "INC-0"))
                        await asyncio.wait([waiting], timeout=0.1)
            await asyncio.sleep(0.3)
            yield one, two
            for task in tasks:
                task.cancel()
    finally:
        for each in databases:
            await each.aclose()


async def take(heard: AsyncIterator[object]) -> Notice:
    """The next notice."""
    async with asyncio.timeout(PATIENCE_S):
        found = await anext(heard)
    assert isinstance(found, Notice)
    return found


@pytest.mark.integration
async def test_a_change_on_one_server_is_told_on_the_other_within_two_seconds(postgres_url: str) -> None:
    """Once on each, in order, to its organisation alone."""
    async with (
        replicas(postgres_url, 1, 2) as (one, two),
        one.hub.subscribe(1) as here,
        two.hub.subscribe(1) as there,
        two.hub.subscribe(2) as others,
    ):
        began = asyncio.get_running_loop().time()
        for version in (1, 2, 3):
            one.hub.publish(1, notice(version))
        assert [await take(there) for _ in range(3)] == [notice(1), notice(2), notice(3)]
        assert asyncio.get_running_loop().time() - began < 2
        assert [await take(here) for _ in range(3)] == [notice(1), notice(2), notice(3)]
        two.hub.publish(2, notice(4))
        two.hub.publish(1, notice(5))
        assert await take(here) == await take(there) == notice(5), "nothing comes back to who told it"
        assert await take(others) == notice(4)


@pytest.mark.integration
async def test_a_storm_is_told_whole_in_few_texts(postgres_url: str) -> None:
    """More than one text holds, less than one for each."""
    async with replicas(postgres_url, 1) as (one, two), two.hub.subscribe(1) as there:
        storm = [notice(version, f"INC-{version}") for version in range(1, 501)]
        for each in storm:
            one.hub.publish(1, each)
        assert [await take(there) for _ in storm] == storm


@pytest.mark.integration
async def test_after_a_lost_connection_anything_may_have_changed(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Listeners are told so, and hear of changes again."""
    monkeypatch.setattr(relay, "AGAIN_S", 0.2)
    async with replicas(postgres_url, 1) as (one, two), two.hub.subscribe(1) as there:
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        back = await take(there)
        assert (back.kind, back.number) == (RECONNECTED, "")
        one.hub.publish(1, notice(7))
        while (found := await take(there)).kind == RECONNECTED:
            pass
        assert found == notice(7)


@pytest.mark.integration
async def test_what_another_version_says_is_left_aside(postgres_url: str) -> None:
    """Whatever it is."""
    async with replicas(postgres_url, 1) as (one, two), two.hub.subscribe(1) as there:
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            for said in ("", "{}", '{"origin": 1}', "[1"):
                connection.execute("SELECT pg_notify('reliability_studio', %s)", [said])
        one.hub.publish(1, notice(8))
        assert await take(there) == notice(8)


async def test_on_sqlite_there_is_nobody_to_tell(database: Database) -> None:
    """One process: notices stay in it."""
    if database.dialect == "sqlite":
        replica = Replica(database, 1)
        async with replica.hub.subscribe(1) as heard:
            replica.hub.publish(1, notice(1))
            assert await take(heard) == notice(1)
