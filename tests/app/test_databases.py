"""The databases of a process: each opened once, and none that is away holds up the others."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reliability_studio.app import databases as module
from reliability_studio.app.databases import AGAIN_S, Databases
from reliability_studio.clock import ManualClock
from reliability_studio.errors import StoreUnavailable
from reliability_studio.settings.deployment import Deployment


class _Database:
    def __init__(self, url: str) -> None:
        self.url, self.closed = url, False

    async def aclose(self) -> None:
        self.closed = True


class _Servers:
    """Stands for `Database.open`: counts attempts, is slow where it should be, refuses where it is away."""

    def __init__(self) -> None:
        self.attempts: list[str] = []
        self.away: set[str] = set()
        self.answer = asyncio.Event()
        self.answer.set()

    async def open(self, url: str) -> _Database:
        self.attempts.append(url)
        if url in self.away:
            await self.answer.wait()
            raise StoreUnavailable(f"{url} does not answer")
        return _Database(url)


@pytest.fixture(autouse=True)
def servers(monkeypatch: pytest.MonkeyPatch) -> _Servers:
    servers = _Servers()
    monkeypatch.setattr(module, "Database", servers)
    return servers


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def databases(clock: ManualClock) -> Databases:
    return Databases(Deployment(data_dir=Path("/nowhere"), database_url="postgresql://ours/studio"), clock)


async def test_an_address_is_opened_once_for_all_who_ask(databases: Databases, servers: _Servers):
    """Also by those who ask at the same moment."""
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(databases.at("postgresql://a/x")) for _ in range(20)]
    assert len({id(task.result()) for task in asked}) == 1
    assert await databases.default() is await databases.at("")
    assert servers.attempts == ["postgresql://a/x", "postgresql://ours/studio"]


async def test_a_server_that_is_away_holds_up_nobody_else(databases: Databases, servers: _Servers):
    """One organisation's attempt hangs; another's database opens meanwhile."""
    servers.away.add("postgresql://away/x")
    servers.answer.clear()
    hanging = asyncio.ensure_future(databases.at("postgresql://away/x"))  # noqa: TID251 - awaited below
    await asyncio.sleep(0)
    async with asyncio.timeout(1):
        await databases.at("postgresql://b/x")
    servers.answer.set()
    with pytest.raises(StoreUnavailable):
        await hanging


async def test_many_calls_wait_for_one_attempt(databases: Databases, servers: _Servers, clock: ManualClock):
    """Thirty calls of a page share its failure; a little later the next one tries anew."""
    servers.away.add("postgresql://away/x")
    asked = [databases.at("postgresql://away/x") for _ in range(30)]
    failures = await asyncio.gather(*asked, return_exceptions=True)  # noqa: TID251 - each fails by itself
    assert [type(each) for each in failures] == [StoreUnavailable] * 30
    assert len(servers.attempts) == 1
    clock.advance(AGAIN_S)
    servers.away.clear()
    await databases.at("postgresql://away/x")
    assert len(servers.attempts) == 2


async def test_the_oldest_gives_way_and_never_ours(
    databases: Databases, servers: _Servers, monkeypatch: pytest.MonkeyPatch
):
    """Addresses that somebody tried out, those that opened and those that did not."""
    monkeypatch.setattr(module, "MAX_DATABASES", 3)
    ours = await databases.default()
    tried = [await databases.at(f"postgresql://{number}/x") for number in range(4)]
    assert [each.closed for each in tried] == [True, True, False, False]
    assert not ours.closed
    servers.away |= {f"postgresql://away{number}/x" for number in range(10)}
    for url in sorted(servers.away):
        with pytest.raises(StoreUnavailable):
            await databases.at(url)
    assert len(databases._attempts) <= 3
    await databases.aclose()
    assert all(each.closed for each in (ours, *tried))
