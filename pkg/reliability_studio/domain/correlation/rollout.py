"""Was a new version worse than the one before: requests after the rollout against requests before it.

Conservative on purpose: a difference counts only when it is large, absolute and relative, and rests on enough
requests. Too few requests is an answer of its own.
"""

from dataclasses import dataclass
from enum import StrEnum

LEAST_REQUESTS = 100
"""Requests on either side without which nothing is said."""
ERROR_POINTS = 1.0
"""Percentage points that the error share must rise."""
ERROR_TIMES = 2.0
SLOWER = 1.3
SLOWER_MS = 20.0
"""How much the p95 must rise, as a factor and in milliseconds."""


class RolloutState(StrEnum):
    """What a rollout came to."""

    RUNNING = "in_progress"
    """Too new to be judged."""
    WORSE = "worse"
    BETTER = "better"
    SAME = "no_difference"
    UNKNOWN = "not_enough_data"
    STUCK = "stuck"
    """It did not get on within its deadline."""


@dataclass(frozen=True, slots=True)
class Requests:
    """A service's requests over one window; None where nothing was measured."""

    count: float | None
    error_percent: float | None
    p95_ms: float | None


@dataclass(frozen=True, slots=True)
class RolloutVerdict:
    """A state with its reasons in words."""

    state: RolloutState
    reasons: tuple[str, ...]


def judge(before: Requests, after: Requests, restarts: int) -> RolloutVerdict:
    """Compare the new version with the old one; `restarts` are those of the new version's pods."""
    enough = min(before.count or 0.0, after.count or 0.0) >= LEAST_REQUESTS
    worse = [f"{restarts} restarts of its pods"] if restarts > 0 else []
    if enough:
        worse += _rises(before, after, before, after)
    if worse:
        return RolloutVerdict(RolloutState.WORSE, tuple(worse))
    if not enough:
        least = f"fewer than {LEAST_REQUESTS} requests before or after it"
        return RolloutVerdict(RolloutState.UNKNOWN, (least,))
    better = _rises(after, before, before, after)
    return RolloutVerdict(RolloutState.BETTER if better else RolloutState.SAME, tuple(better))


def _rises(low: Requests, high: Requests, before: Requests, after: Requests) -> list[str]:
    """What is clearly worse in `high` than in `low`, told as a change from before to after."""
    found = [_words(before, after, "errors")] if _errors(low, high) else []
    return [*found, _words(before, after, "p95")] if _slower(low, high) else found


def _errors(low: Requests, high: Requests) -> bool:
    if low.error_percent is None or high.error_percent is None:
        return False
    return high.error_percent - low.error_percent >= ERROR_POINTS and high.error_percent >= (
        ERROR_TIMES * low.error_percent
    )


def _slower(low: Requests, high: Requests) -> bool:
    if low.p95_ms is None or high.p95_ms is None:
        return False
    return high.p95_ms - low.p95_ms >= SLOWER_MS and high.p95_ms >= SLOWER * low.p95_ms


def _words(before: Requests, after: Requests, what: str) -> str:
    if what == "errors":
        return f"failed requests from {before.error_percent:.2f}% to {after.error_percent:.2f}%"
    return f"p95 from {before.p95_ms:.0f} ms to {after.p95_ms:.0f} ms"
