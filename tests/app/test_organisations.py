"""One runtime per organisation: newest settings win, old calls finish on the old one, nothing leaks."""

import asyncio
from datetime import UTC, datetime

import pytest

from reliability_studio.app import organisations as module
from reliability_studio.app.organisations import LOOK_AGAIN_S, Organisations
from reliability_studio.clock import ManualClock
from reliability_studio.errors import StoreError
from reliability_studio.flows.vault import SettingsDocument


def _document(ms, text="{}"):
    return SettingsDocument(json_data=text, secure={}, grafana={}, updated_ms=ms)


class _Runtime:
    def __init__(self, org_id, document):
        self.org_id, self.document, self.closed = org_id, document, False

    async def aclose(self):
        self.closed = True


class _MemoryVault:
    def __init__(self):
        self.kept = {}
        self.broken = False
        self.loads = 0

    async def load(self, org_id):
        self.loads += 1
        await asyncio.sleep(0)
        if self.broken:
            raise StoreError("the key changed")
        return self.kept.get(org_id)

    async def save(self, org_id, document):
        self.kept[org_id] = document


@pytest.fixture
def clock():
    return ManualClock(datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def vault():
    return _MemoryVault()


@pytest.fixture
def built():
    return []


@pytest.fixture
def organisations(vault, built, clock):
    async def build(org_id, document):
        built.append(_Runtime(org_id, document))
        return built[-1]

    return Organisations(vault, build, clock)


async def test_newer_settings_swap_the_runtime_and_close_the_old_one(organisations, built):
    """A rebuild happens for newer settings only."""
    await organisations.offer(1, _document(10))
    await organisations.offer(1, _document(10))
    await organisations.offer(1, _document(20))
    assert [r.closed for r in built] == [True, False]


async def test_older_settings_of_a_lagging_replica_change_nothing(organisations, built, vault):
    """Grafana caches app settings for seconds: a request may still carry the old ones."""
    await organisations.offer(1, _document(20))
    await organisations.offer(1, _document(10))
    assert len(built) == 1
    assert vault.kept[1].updated_ms == 20


async def test_a_call_under_way_finishes_on_the_runtime_it_began_with(organisations, built):
    """The old runtime closes when its last user leaves."""
    await organisations.offer(1, _document(10))
    async with organisations.use(1) as old:
        await organisations.offer(1, _document(20))
        assert not old.closed
    assert old.closed
    async with organisations.use(1) as new:
        assert new is built[1]


async def test_after_a_restart_the_stored_settings_are_used_without_any_request(organisations, vault):
    """The vault is asked when nobody offered settings."""
    vault.kept[3] = _document(5, '{"prometheus":{}}')
    async with organisations.use(3) as runtime:
        assert runtime.document.updated_ms == 5


async def test_the_other_process_sees_new_settings_within_seconds(organisations, vault, clock):
    """The data source process learns of a change from the vault."""
    vault.kept[1] = _document(5)
    async with organisations.use(1):
        pass
    vault.kept[1] = _document(6)
    async with organisations.use(1) as runtime:
        assert runtime.document.updated_ms == 5
    clock.advance(LOOK_AGAIN_S)
    async with organisations.use(1) as runtime:
        assert runtime.document.updated_ms == 6


async def test_many_calls_look_into_the_vault_once(organisations, built, vault, clock):
    """When it is time to look again, one call looks; the others neither wait nor ask the database."""
    vault.kept[1] = _document(5)

    async def call():
        async with organisations.use(1):
            pass

    async def calls():
        async with asyncio.TaskGroup() as group:
            for _ in range(50):
                group.create_task(call())

    await calls()
    assert (vault.loads, len(built)) == (1, 1)
    clock.advance(LOOK_AGAIN_S)
    await calls()
    assert (vault.loads, len(built)) == (2, 1)


async def test_unreadable_settings_leave_the_organisation_working_without_sources(organisations, vault):
    """A lost key costs the sources, not the incidents."""
    vault.broken = True
    async with organisations.use(1) as runtime:
        assert runtime.document.updated_ms == 0


async def test_an_unconfigured_app_does_not_erase_stored_settings(organisations, vault):
    """A request without saved settings carries time stamp 0."""
    vault.kept[1] = _document(9)
    await organisations.offer(1, _document(0, ""))
    assert vault.kept[1].updated_ms == 9


async def test_the_number_of_runtimes_is_bounded(organisations, built, monkeypatch):
    """The one asked for longest ago goes first."""
    monkeypatch.setattr(module, "MAX_ORGANISATIONS", 2)
    for org_id in (1, 2, 3):
        await organisations.offer(org_id, _document(1))
    assert [r.closed for r in built] == [True, False, False]


async def test_closing_closes_every_runtime(organisations, built):
    """At the end nothing stays open."""
    await organisations.offer(1, _document(1))
    await organisations.offer(2, _document(1))
    await organisations.aclose()
    assert all(r.closed for r in built)
