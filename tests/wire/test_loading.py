"""The product while it loads, and when it cannot."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reliability_studio.clock import ManualClock
from reliability_studio.errors import StoreUnavailable
from reliability_studio.observability.metrics import Metrics
from reliability_studio.wire.loading import ProductSlot
from reliability_studio.wire.pb import backend_pb2 as pb
from reliability_studio.wire.status import NotReady
from tests.support.echo_plugin import EchoProduct, Panic
from tests.wire.harness import serving, turns, until

START = datetime(2026, 1, 1, tzinfo=UTC)


class Loader:
    """Fails as often as it is told, then gives a product; each attempt waits for its go."""

    def __init__(self, *failures: BaseException) -> None:
        self.failures = list(failures)
        self.attempts = 0
        self.go = asyncio.Event()

    async def __call__(self) -> EchoProduct:
        await self.go.wait()
        self.attempts += 1
        if self.failures:
            raise self.failures.pop(0)
        return EchoProduct()


async def test_the_handshake_does_not_wait_for_loading_and_calls_do(tmp_path: Path):
    load = Loader()
    async with serving(load, tmp_path) as plugin, asyncio.TaskGroup() as group:
        early = group.create_task(plugin.host.resource("echo", body=b"early"))
        assert await plugin.host.ping() == 1
        assert load.attempts == 0
        load.go.set()
        assert (await early).body == b"early"


async def test_a_failed_load_is_said_by_health_and_by_503_and_tried_again(tmp_path: Path):
    clock = ManualClock(START)
    load = Loader(StoreUnavailable("the data folder is read-only"))
    load.go.set()
    async with serving(load, tmp_path, clock=clock) as plugin:
        unwell = await plugin.host.health()
        assert unwell.status == pb.CheckHealthResponse.ERROR
        assert "the data folder is read-only" in unwell.message
        refused = await plugin.host.resource("echo")
        assert (refused.code, json.loads(refused.body)["code"]) == (503, "not_ready")
        assert "reliability_studio_load_failures_total 1.0" in await plugin.host.metrics()
        clock.advance(1.0)

        async def well() -> bool:
            return (await plugin.host.resource("echo")).code == 200

        await until(well)
        assert load.attempts == 2


@pytest.mark.parametrize("failure", [RuntimeError("password=hunter2"), Panic("password=hunter2")])
async def test_a_foreign_error_while_loading_keeps_its_text_in_the_log(
    tmp_path: Path, failure: BaseException
):
    load = Loader(failure)
    load.go.set()
    async with serving(load, tmp_path, clock=ManualClock(START)) as plugin:
        unwell = await plugin.host.health()
    assert unwell.status == pb.CheckHealthResponse.ERROR
    assert "hunter2" not in unwell.message


async def test_patience_with_loading_ends():
    load = Loader()
    slot = ProductSlot(load, ManualClock(START), Metrics().counter("load_failures", "Failures."))
    async with asyncio.TaskGroup() as group:
        loading = group.create_task(slot.run())
        with pytest.raises(NotReady, match="still starting"):
            await slot.product(0.01)
        loading.cancel()


async def test_waits_between_attempts_double_up_to_half_a_minute():
    clock = ManualClock(START)
    load = Loader(*(RuntimeError("no") for _ in range(8)))
    load.go.set()
    slot = ProductSlot(load, clock, Metrics().counter("load_failures", "Failures."))
    waits = []
    async with asyncio.TaskGroup() as group:
        group.create_task(slot.run())
        for attempt in range(1, 9):
            await turns(lambda: load.attempts == attempt)  # noqa: B023 - it is awaited at once
            waited = 0
            await asyncio.sleep(0)
            while load.attempts == attempt and waited < 100:
                clock.advance(1.0)
                waited += 1
                for _ in range(3):
                    await asyncio.sleep(0)
            waits.append(waited)
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]


@pytest.mark.parametrize(
    "broken", [RuntimeError("a bug in a job"), BaseExceptionGroup("", [Panic("of a library")])]
)
async def test_the_products_own_work_begins_anew_when_it_breaks_off(broken: BaseException):
    clock = ManualClock(START)
    product = EchoProduct()
    product.breaks = [broken]

    async def load() -> EchoProduct:
        return product

    slot = ProductSlot(load, clock, Metrics().counter("load_failures", "Failures."))
    async with asyncio.TaskGroup() as group:
        group.create_task(slot.run())
        await turns(lambda: product.runs == 1)
        assert await slot.product(0.01) is product
        for _ in range(3):
            await asyncio.sleep(0)
        clock.advance(30.0)
        await turns(lambda: product.runs == 2)
