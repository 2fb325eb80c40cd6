"""Notices fan out to every listener of an organisation, bounded, without waiting for anybody."""

import asyncio

from reliability_studio.flows.hub import Hub, Notice
from reliability_studio.observability.metrics import Metrics
from tests.support.records import NOON


def notice(version: int) -> Notice:
    """A change."""
    return Notice("incident", "INC-1", version, "status_change", NOON)


async def test_each_listener_of_the_organisation_hears_each_notice() -> None:
    """Another organisation hears nothing."""
    hub = Hub()
    async with hub.subscribe(1) as one, hub.subscribe(1) as two, hub.subscribe(2) as other:
        hub.publish(1, notice(1))
        assert await anext(one) == await anext(two) == notice(1)
        hub.publish(2, notice(7))
        assert await anext(other) == notice(7)


async def test_a_slow_listener_loses_its_oldest_notices_and_they_are_counted() -> None:
    """The newest say all that is needed: read again."""
    metrics = Metrics()
    hub = Hub(metrics, queue=2)
    async with hub.subscribe(1) as slow:
        for version in range(5):
            hub.publish(1, notice(version))
        assert [await anext(slow), await anext(slow)] == [notice(3), notice(4)]
    assert b"reliability_studio_notices_dropped_total 3.0" in metrics.text()
    assert b"reliability_studio_notices_published_total 5.0" in metrics.text()


async def test_a_listener_that_leaves_while_it_waits_leaves_nothing_behind() -> None:
    """Cancelled in the middle of waiting."""
    hub = Hub()

    async def listen() -> None:
        async with hub.subscribe(1) as notices:
            await anext(notices)

    async with asyncio.TaskGroup() as group:
        task = group.create_task(listen())
        await asyncio.sleep(0)
        assert hub.listeners(1) == 1
        task.cancel()
    assert hub.listeners(1) == 0
