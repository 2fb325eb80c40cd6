"""Instances per organisation and settings version: built, swapped, disposed, bounded."""

import asyncio
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.api.calls import Tenant
from reliability_studio.errors import Overloaded
from reliability_studio.observability.metrics import Metrics
from reliability_studio.wire.instances import Decision, Instances, Version, decide
from tests.support.echo_plugin import EchoInstance, EchoProduct
from tests.wire.harness import serving, turns, until, who

VERSIONS = st.builds(Version, st.integers(0, 3), st.integers(0, 3))


def a_tenant(org: int = 1, updated: int = 1, json_data: bytes = b"{}", uid: str = "") -> Tenant:
    return Tenant("reliability-studio-app", org, uid, updated, json_data)


@given(held=VERSIONS, asked=VERSIONS)
def test_no_order_of_calls_brings_older_settings_back(held: Version, asked: Version):
    decision = decide(held, asked, stream=False)
    assert not (decision.builds and asked.updated_ms < held.updated_ms)
    assert decision.builds or asked.updated_ms < held.updated_ms or asked == held


@given(held=VERSIONS, asked=VERSIONS)
def test_a_stream_never_swaps_an_instance_but_can_build_the_first(held: Version, asked: Version):
    assert not decide(held, asked, stream=True).builds
    assert decide(None, asked, stream=True) is Decision.BUILD_FIRST


def test_the_version_covers_settings_secrets_and_grafanas_configuration():
    plain = a_tenant()
    others = [
        Tenant(plain.plugin_id, 1, "", 1, b'{"a":1}'),
        Tenant(plain.plugin_id, 1, "", 1, b"{}", secure={"key": "new"}),
        Tenant(plain.plugin_id, 1, "", 1, b"{}", grafana={"GF_APP_URL": "http://grafana"}),
        Tenant(plain.plugin_id, 1, "", 1, b"{}", has_settings=False),
    ]
    assert len({Version.of(tenant) for tenant in (plain, *others)}) == 5


class Builder:
    """Builds echo instances, as slowly as the test lets it."""

    def __init__(self) -> None:
        self.built: list[EchoInstance] = []
        self.go = asyncio.Event()
        self.go.set()

    async def __call__(self, tenant: Tenant) -> EchoInstance:
        await self.go.wait()
        self.built.append(EchoInstance(tenant))
        return self.built[-1]


async def test_calls_that_come_together_share_one_build():
    builder = Builder()
    builder.go.clear()
    instances = Instances(builder, Metrics())

    async def call() -> EchoInstance:
        async with instances.use(a_tenant()) as lease:
            return lease.instance

    async with asyncio.TaskGroup() as group:
        calls = [group.create_task(call()) for _ in range(10)]
        await asyncio.sleep(0)
        builder.go.set()
    assert {id(call.result()) for call in calls} == {id(builder.built[0])}
    assert len(builder.built) == 1


async def test_a_build_that_is_cancelled_leaves_the_way_free():
    builder = Builder()
    builder.go.clear()
    instances = Instances(builder, Metrics())

    async def call() -> None:
        async with instances.use(a_tenant()):
            pass

    async with asyncio.TaskGroup() as group:
        first = group.create_task(call())
        second = group.create_task(call())
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        builder.go.set()
    assert second.done()
    assert len(builder.built) == 1


async def test_organisations_and_data_sources_do_not_share():
    builder = Builder()
    instances = Instances(builder, Metrics())
    for tenant in (a_tenant(1), a_tenant(2), a_tenant(1, uid="ds")):
        async with instances.use(tenant):
            pass
    assert len(builder.built) == 3


async def test_a_replaced_instance_is_closed_only_when_its_last_call_has_ended(tmp_path: Path):
    product = EchoProduct()
    async with serving(product, tmp_path) as plugin, asyncio.TaskGroup() as group:
        old = group.create_task(plugin.host.resource("slow/0.3", context=who(updated=1)))

        async def running() -> bool:
            return bool(product.built) and product.built[0].running == 1

        await until(running)
        fresh = await plugin.host.resource("who", context=who(updated=2))
        assert b'"updated": 2' in fresh.body
        assert not product.built[0].closed
        assert (await old).body == b"at last"

        async def closed() -> bool:
            return product.built[0].closed

        await until(closed)
    assert [instance.closed for instance in product.built] == [True, True]


async def test_a_changed_grafana_configuration_rebuilds_without_newer_settings(tmp_path: Path):
    product = EchoProduct()
    async with serving(product, tmp_path) as plugin:
        await plugin.host.resource("echo", context=who(grafana={"GF_APP_URL": "http://a"}))
        await plugin.host.resource("echo", context=who(grafana={"GF_APP_URL": "http://b"}))
        await plugin.host.resource("echo", context=who(grafana={"GF_APP_URL": "http://b"}))
    assert len(product.built) == 2


async def test_the_least_recently_used_instance_gives_its_place_up():
    builder = Builder()
    instances = Instances(builder, Metrics(), max_instances=2)
    for org in (1, 2, 1, 3):
        async with instances.use(a_tenant(org)):
            pass
    async with asyncio.TaskGroup() as group:
        janitor = group.create_task(instances.run())
        await turns(lambda: builder.built[1].closed)
        janitor.cancel()
    assert [instance.closed for instance in builder.built] == [False, True, False]


async def test_instances_in_use_are_never_evicted():
    instances = Instances(Builder(), Metrics(), max_instances=1)
    async with instances.use(a_tenant(1)):
        with pytest.raises(Overloaded):
            async with instances.use(a_tenant(2)):
                pass
    async with instances.use(a_tenant(2)):
        pass


async def test_replaced_instances_that_wait_for_their_calls_are_bounded():
    instances = Instances(Builder(), Metrics(), max_retired=1)
    async with instances.use(a_tenant(updated=1)), instances.use(a_tenant(updated=2)):
        with pytest.raises(Overloaded):
            async with instances.use(a_tenant(updated=3)):
                pass


async def test_an_instance_that_fails_to_close_does_not_end_the_janitor():
    class Cursed(EchoInstance):
        async def aclose(self) -> None:
            await super().aclose()
            raise RuntimeError("no")

    built: list[Cursed] = []

    async def build(tenant: Tenant) -> Cursed:
        built.append(Cursed(tenant))
        return built[-1]

    instances = Instances(build, Metrics())
    for updated in (1, 2, 3):
        async with instances.use(a_tenant(updated=updated)):
            pass
    async with asyncio.TaskGroup() as group:
        janitor = group.create_task(instances.run())
        await turns(lambda: all(instance.closed for instance in built[:2]))
        janitor.cancel()
    await instances.aclose()
    assert [instance.closed for instance in built] == [True, True, True]


async def passes() -> None:
    """Let the event loop turn often enough for everything that is due."""
    for _ in range(20):
        await asyncio.sleep(0)


class Stuck(EchoInstance):
    """Closes only when it is made to."""

    ended = False

    async def aclose(self) -> None:
        await super().aclose()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended = True


async def test_an_instance_that_never_finishes_closing_is_given_up_after_ten_seconds(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    """Its place among the replaced ones is free again, and those behind it have their turn."""
    now = 0.0
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: now)
    metrics = Metrics()
    built: list[Stuck] = []

    async def build(tenant: Tenant) -> Stuck:
        built.append(Stuck(tenant))
        return built[-1]

    instances = Instances(build, metrics, max_retired=2)
    for updated in (1, 2, 3):
        async with instances.use(a_tenant(updated=updated)):
            pass
    async with asyncio.TaskGroup() as group:
        janitor = group.create_task(instances.run())
        await passes()
        [first] = [instance for instance in built if instance.closed]
        [second] = [instance for instance in built[:2] if instance is not first]
        now = 9.9
        await passes()
        assert not first.ended
        now = 10.0
        await passes()
        assert (first.ended, second.closed, second.ended) == (True, True, False)
        assert b"instances_retired 1.0" in metrics.text()
        async with instances.use(a_tenant(updated=4)):
            pass
        now = 20.0
        await passes()
        assert second.ended
        janitor.cancel()
    assert [record.message for record in caplog.records] == ["an instance did not close cleanly"] * 2


async def test_the_end_of_the_process_waits_for_no_instance_that_never_finishes_closing(tmp_path: Path):
    """The host kills two seconds after it has asked; the product still has its turn before that."""
    product = EchoProduct(builds=Stuck)
    async with serving(product, tmp_path) as plugin:
        for org in (1, 2, 3):
            await plugin.host.resource("echo", context=who(org=org))
        started = time.monotonic()
        await plugin.host.shutdown()
        await plugin.stopped.wait()
        assert time.monotonic() - started < 2
    assert [isinstance(instance, Stuck) and instance.ended for instance in product.built] == [True] * 3
    assert product.closed
    assert plugin.left == [0]


async def test_a_replaced_instance_is_closed_when_its_own_last_call_ends_and_not_another_ones():
    builder = Builder()
    instances = Instances(builder, Metrics())
    async with asyncio.TaskGroup() as group:
        janitor = group.create_task(instances.run())
        async with instances.use(a_tenant(updated=1)):
            async with instances.use(a_tenant(updated=2)), instances.use(a_tenant(updated=3)):
                pass
            await turns(lambda: builder.built[1].closed)
            assert not builder.built[0].closed, "a call is still under way in it"
        await turns(lambda: builder.built[0].closed)
        janitor.cancel()
