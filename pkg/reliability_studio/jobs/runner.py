"""Runs the jobs: for each organisation one keeper of its lease and one loop per job.

A loop waits for the lease and for its turn, opens the organisation's workplace anew, so that it always runs
under the newest settings, and calls the job under a timeout. Whatever a job raises is logged, counted and
tried again later: no job ends another, and none ends the runner. All of it is one task group; cancelling
`run` stops everything.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from reliability_studio.clock import Clock
from reliability_studio.endings import ENDINGS
from reliability_studio.errors import StudioError
from reliability_studio.jobs.lease import RENEW_S, Lease
from reliability_studio.jobs.schedule import History, Job, next_turn
from reliability_studio.observability import logs
from reliability_studio.observability.metrics import Metrics

_log = logging.getLogger(__name__)

LOOK_S = 5.0
"""How often the runner looks for organisations that it does not serve yet."""

NAP_S = 1.0
"""Longest sleep of a loop, so that a lost lease or a moved clock is noticed."""


class Workplace(Protocol):
    """One organisation under its newest settings."""

    async def hold_lease(self, now: datetime) -> bool:
        """Take or prolong the right to run jobs; False when another process has it."""
        ...

    async def release_lease(self) -> None:
        """Give the right back, so that another process need not wait for its end."""
        ...

    async def work(self, job: str, now: datetime) -> None:
        """Do one run of a job."""
        ...


class Outcome(StrEnum):
    """How a run ended: a metric's label."""

    OK = "ok"
    FAILED = "failed"
    TIMEOUT = "timeout"
    LOST = "lease_lost"


class JobMeter:
    """Counts and times runs; knows how old each job's last good run is."""

    def __init__(self, metrics: Metrics, jobs: Sequence[Job]) -> None:
        names = tuple(job.name for job in jobs)
        labels = {"job": names, "outcome": tuple(Outcome)}
        self._seconds = metrics.histograms("job_seconds", "Time of one run of a job.", labels)
        self._good = metrics.gauges(
            "job_last_success_timestamp_seconds", "When a job last ended well, Unix seconds.", {"job": names}
        )

    def ended(self, job: str, outcome: Outcome, seconds: float, now: datetime) -> None:
        """A run is over."""
        self._seconds.of(job=job, outcome=outcome).observe(seconds)
        if outcome is Outcome.OK:
            self._good.of(job=job).set(now.timestamp())


Open = Callable[[int], AbstractAsyncContextManager[Workplace]]


class Runner:
    """Serves every organisation that it is told of."""

    def __init__(
        self,
        organisations: Callable[[], Awaitable[Collection[int]]],
        workplace: Open,
        *,
        jobs: Sequence[Job],
        clock: Clock,
        meter: JobMeter,
    ) -> None:
        self._organisations = organisations
        self._workplace = workplace
        self._jobs = tuple(jobs)
        self._clock = clock
        self._meter = meter

    async def run(self) -> None:
        """Run jobs until cancelled."""
        served: set[int] = set()
        async with asyncio.TaskGroup() as group:
            while True:
                for org_id in sorted(set(await self._known()) - served):
                    served.add(org_id)
                    lease = Lease()
                    group.create_task(self._keep(org_id, lease), name=f"lease:{org_id}")
                    for job in self._jobs:
                        group.create_task(self._loop(org_id, job, lease), name=f"{job.name}:{org_id}")
                await self._clock.sleep(LOOK_S)

    async def _known(self) -> Collection[int]:
        try:
            return await self._organisations()
        except StudioError as error:
            _log.warning("organisations are not readable", extra={"reason": str(error)})
            return ()

    async def _keep(self, org_id: int, lease: Lease) -> None:
        try:
            while True:
                await self._renew(org_id, lease)
                await self._clock.sleep(RENEW_S)
        finally:
            await self._release(org_id, lease)

    async def _renew(self, org_id: int, lease: Lease) -> None:
        asked_at = self._clock.now()
        had = lease.held(asked_at)
        try:
            async with asyncio.timeout(RENEW_S), self._workplace(org_id) as place:
                held = await place.hold_lease(asked_at)
        except Exception as error:  # noqa: BLE001 - a keeper that ends would end every job of everybody
            lease.unknown(self._clock.now())
            if had:
                _log.warning("the lease was not renewed", extra={"org": org_id, "reason": _words(error)})
            return
        if held:
            lease.renewed(asked_at)
        else:
            lease.refused()
        if held != had:
            _log.info("runs jobs" if held else "another process runs jobs", extra={"org": org_id})

    async def _release(self, org_id: int, lease: Lease) -> None:
        if not lease.held(self._clock.now()):
            return
        try:
            async with asyncio.timeout(0.3), self._workplace(org_id) as place:
                await place.release_lease()
        except Exception:  # noqa: BLE001 - the lease ends by itself
            _log.debug("the lease was not given back", extra={"org": org_id})

    async def _loop(self, org_id: int, job: Job, lease: Lease) -> None:
        history = History()
        while True:
            if not lease.held(self._clock.now()):
                history = History()
                await lease.wait()
                continue
            # The turn is fixed before the wait: asked again a moment too late, it would be the one after.
            turn = next_turn(job, history, org_id, self._clock.now())
            if not await self._reached(turn.at, lease):
                continue
            started = self._clock.now()
            outcome = await self._once(org_id, job, lease)
            history = history.ended(started, good=outcome in {Outcome.OK, Outcome.LOST})

    async def _reached(self, at: datetime, lease: Lease) -> bool:
        """Wait until then; False when the lease was lost before."""
        while (left := (at - self._clock.now()).total_seconds()) > 0:
            await self._clock.sleep(min(NAP_S, left))
            if not lease.held(self._clock.now()):
                return False
        return True

    async def _once(self, org_id: int, job: Job, lease: Lease) -> Outcome:
        began = self._clock.monotonic()
        with logs.bound(job=job.name, org=org_id):
            outcome = await self._guarded(org_id, job, lease)
        self._meter.ended(job.name, outcome, self._clock.monotonic() - began, self._clock.now())
        return outcome

    async def _guarded(self, org_id: int, job: Job, lease: Lease) -> Outcome:
        scope = asyncio.timeout(job.timeout_s)
        try:
            async with scope, self._workplace(org_id) as place:
                with lease.covering(scope):
                    await place.work(job.name, self._clock.now())
        except TimeoutError:
            if not lease.held(self._clock.now()):
                return Outcome.LOST
            _log.warning("a job took too long", extra={"limit_s": job.timeout_s})
            return Outcome.TIMEOUT
        except StudioError as error:
            _log.warning("a job failed", extra={"reason": str(error)})
            return Outcome.FAILED
        except ENDINGS:
            raise
        except BaseException:  # noqa: BLE001 - the next turn may work; the runner serves everybody
            _log.exception("a job failed")
            return Outcome.FAILED
        return Outcome.OK


def _words(error: Exception) -> str:
    """Only our own errors have a text that is safe to show."""
    return str(error) if isinstance(error, StudioError) else type(error).__name__
