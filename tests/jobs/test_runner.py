"""The runner: jobs run under the lease only, failures stay where they are, cancelling ends everything."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import polars as pl
import pytest

from reliability_studio.clock import ManualClock
from reliability_studio.errors import SourceUnavailable, StoreUnavailable
from reliability_studio.jobs.runner import JobMeter, Runner
from reliability_studio.jobs.schedule import Job
from reliability_studio.observability.metrics import Metrics

START = datetime(2026, 1, 1, tzinfo=UTC)
FAST = Job("fast", every_s=10, timeout_s=5, at_start=True)


class Place:
    """One organisation's workplace; remembers what was done."""

    def __init__(self) -> None:
        self.holds = True
        self.broken: Exception | None = None
        self.runs: list[str] = []
        self.failures: list[BaseException] = []
        self.block: asyncio.Event | None = None
        self.cancelled = 0
        self.released = 0

    async def hold_lease(self, _now: datetime) -> bool:
        if self.broken is not None:
            raise self.broken
        return self.holds

    async def release_lease(self) -> None:
        self.released += 1

    async def work(self, job: str, _now: datetime) -> None:
        self.runs.append(job)
        if self.failures:
            raise self.failures.pop(0)
        if self.block is not None:
            try:
                await self.block.wait()
            except asyncio.CancelledError:
                self.cancelled += 1
                raise


class World:
    """A runner on a clock that is moved by hand."""

    def __init__(self, *jobs: Job) -> None:
        self.clock = ManualClock(START)
        self.metrics = Metrics()
        self.places = {1: Place()}
        self.unreadable = False
        self.runner = Runner(
            self._known,
            self._open,
            jobs=jobs or (FAST,),
            clock=self.clock,
            meter=JobMeter(self.metrics, jobs or (FAST,)),
        )

    async def _known(self) -> tuple[int, ...]:
        if self.unreadable:
            raise StoreUnavailable("locked")
        return tuple(self.places)

    @contextlib.asynccontextmanager
    async def _open(self, org_id: int) -> AsyncIterator[Place]:
        yield self.places[org_id]

    async def pass_(self, seconds: float) -> None:
        """Let time go by in small steps."""
        for _ in range(int(seconds * 4)):
            self.clock.advance(0.25)
            for _ in range(6):
                await asyncio.sleep(0)

    def count(self, outcome: str) -> float:
        text = self.metrics.text().decode()
        name = f'reliability_studio_job_seconds_count{{job="fast",outcome="{outcome}"}}'
        return next(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))


@contextlib.asynccontextmanager
async def running(world: World) -> AsyncIterator[World]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(world.runner.run())
        await world.pass_(0.5)
        yield world
        task.cancel()


async def test_a_job_runs_at_the_start_and_then_once_in_each_interval():
    async with running(World()) as world:
        assert world.places[1].runs == ["fast"]
        await world.pass_(60)
    assert 6 <= len(world.places[1].runs) <= 8
    assert world.count("ok") == len(world.places[1].runs)


async def test_nothing_runs_while_another_process_holds_the_lease_and_it_takes_over_soon():
    world = World()
    world.places[1].holds = False
    async with running(world):
        await world.pass_(30)
        assert world.places[1].runs == []
        world.places[1].holds = True
        await world.pass_(4)
        assert world.places[1].runs == ["fast"]


async def test_work_is_stopped_when_the_lease_is_lost():
    world = World()
    world.places[1].block = asyncio.Event()
    async with running(world):
        assert world.places[1].runs == ["fast"]
        world.places[1].holds = False
        await world.pass_(3.5)
        # The scope was moved to now; the loop's own timer cancels it in its next turns.
        await asyncio.sleep(0.01)
        assert world.places[1].cancelled == 1
    assert world.count("lease_lost") == 1


async def test_a_store_that_cannot_be_asked_does_not_end_the_lease_before_its_time():
    world = World()
    async with running(world):
        world.places[1].broken = StoreUnavailable("restarting")
        await world.pass_(6)
        before = len(world.places[1].runs)
        await world.pass_(30)
        assert len(world.places[1].runs) <= before + 1
        world.places[1].broken = None
        await world.pass_(15)
        assert len(world.places[1].runs) > before


@pytest.mark.parametrize(
    "failure",
    [
        SourceUnavailable("down", source="prometheus"),
        RuntimeError("a bug"),
        KeyError("x"),
        pl.exceptions.PanicException("no Exception: unseen, it ended the process, once a second"),
        BaseExceptionGroup("", [pl.exceptions.PanicException("in a task of the job")]),
    ],
)
async def test_a_failure_is_counted_and_tried_again_later(failure: BaseException):
    world = World()
    world.places[1].failures = [failure]
    async with running(world):
        assert world.count("failed") == 1
        await world.pass_(25)
    assert len(world.places[1].runs) >= 2
    assert world.count("ok") >= 1


async def test_one_organisation_never_harms_another_and_new_ones_are_found():
    world = World()
    world.places[1].failures = [RuntimeError("always") for _ in range(99)]
    async with running(world):
        world.places[2] = Place()
        await world.pass_(20)
    assert world.places[2].runs


async def test_an_unreadable_list_of_organisations_is_read_again():
    world = World()
    world.unreadable = True
    async with running(world):
        assert world.places[1].runs == []
        world.unreadable = False
        await world.pass_(6)
        assert world.places[1].runs


async def test_cancelling_gives_the_lease_back():
    async with running(World()) as world:
        pass
    assert world.places[1].released == 1
