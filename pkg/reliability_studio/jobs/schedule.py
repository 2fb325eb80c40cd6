"""When a job runs next. Pure: the table, what happened last, and now go in; a moment comes out.

Jobs are spread: each organisation has its own place within the interval, so that a hundred of them do not
ask Prometheus in the same second. A job that fails waits longer each time, up to `LONGEST_WAIT_S`, and is
back to its interval after the first success.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

LONGEST_WAIT_S = 300.0
"""A failing job is tried at least this often, unless its own interval is longer."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something that runs by itself, for each organisation."""

    name: str
    every_s: float
    timeout_s: float
    """It is cancelled after this long; its next turn comes as usual."""
    at_start: bool = False
    """Whether it also runs as soon as the process may run jobs, before its place in the interval."""

    def __post_init__(self) -> None:
        if self.every_s <= 0 or self.timeout_s <= 0:
            raise ValueError(f"job {self.name}: interval and timeout are positive")


class Cause(StrEnum):
    """Why a job runs when it does."""

    AT_START = "at_start"
    PLACE = "place"
    """Its place in the interval."""
    RETRY = "retry"
    """It failed and waits longer."""


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a job's runs in this process."""

    last_start: datetime | None = None
    failures: int = 0
    """How many runs failed since the last good one."""

    def ended(self, started: datetime, *, good: bool) -> "History":
        """The history after a run."""
        return History(started, 0 if good else self.failures + 1)


@dataclass(frozen=True, slots=True)
class Turn:
    """When a job runs next, and why then."""

    at: datetime
    cause: Cause


def next_turn(job: Job, history: History, org_id: int, now: datetime) -> Turn:
    """The job's next run, never before `now`; turns that were missed are not made up for."""
    if history.last_start is None:
        if job.at_start:
            return Turn(now, Cause.AT_START)
        return Turn(_place(job, org_id, now), Cause.PLACE)
    if history.failures:
        wait = min(job.every_s * 2 ** min(history.failures - 1, 16), max(LONGEST_WAIT_S, job.every_s))
        return Turn(max(now, history.last_start + timedelta(seconds=wait)), Cause.RETRY)
    after = max(now, history.last_start + timedelta(seconds=job.every_s / 2))
    return Turn(_place(job, org_id, after), Cause.PLACE)


def _place(job: Job, org_id: int, earliest: datetime) -> datetime:
    """The first moment at or after `earliest` that is this organisation's place in the interval."""
    digest = hashlib.blake2b(f"{org_id}:{job.name}".encode(), digest_size=4).digest()
    offset = int.from_bytes(digest, "big") / 2**32 * job.every_s
    behind = (earliest.timestamp() - offset) % job.every_s
    wait = 0.0 if behind == 0 else job.every_s - behind
    return datetime.fromtimestamp(earliest.timestamp() + wait, UTC)
