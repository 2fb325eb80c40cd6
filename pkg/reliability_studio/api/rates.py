"""How often one caller may change something: a bucket per caller that refills with time.

A caller is who Grafana says it is, never what a header claims. Memory is bounded: the callers that were seen
longest ago are forgotten, which only ever gives them a full bucket. Alert senders are not limited here: they
are told 503 when it is too much, because Alertmanager drops what is refused with a 4xx.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from reliability_studio.api.calls import Caller
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.errors import TooManyRequests

BURST = 1_000
"""Changes that a caller may make at once."""
PER_SECOND = 50.0
"""Changes per second that a caller may go on with."""
MAX_CALLERS = 10_000

_SENDERS = "webhooks/"


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Rates:
    """The buckets of one process."""

    def __init__(
        self,
        clock: Clock,
        *,
        burst: int = BURST,
        per_second: float = PER_SECOND,
        max_callers: int = MAX_CALLERS,
    ) -> None:
        self._clock = clock
        self._burst = burst
        self._per_second = per_second
        self._max_callers = max_callers
        self._buckets: OrderedDict[tuple[int, str], _Bucket] = OrderedDict()

    def __len__(self) -> int:
        """How many callers are remembered."""
        return len(self._buckets)

    def take(self, caller: Caller) -> None:
        """Take one from the caller's bucket.

        Raises:
            TooManyRequests: it is empty; says when to come again.
        """
        key, now = (caller.org_id, caller.user_uid or caller.login), self._clock.monotonic()
        bucket = self._buckets.setdefault(key, _Bucket(self._burst, now))
        self._buckets.move_to_end(key)
        bucket.left = min(self._burst, bucket.left + (now - bucket.at) * self._per_second)
        bucket.at = now
        if bucket.left < 1:
            wait = (1 - bucket.left) / self._per_second
            raise TooManyRequests("too many changes by one caller; slow down", retry_after=wait)
        bucket.left -= 1
        while len(self._buckets) > self._max_callers:
            self._buckets.popitem(last=False)


def limited(routes: Sequence[Route[Any]], rates: Rates) -> tuple[Route[Any], ...]:
    """The routes, those that change something under the limit; senders of alerts aside."""
    return tuple(
        one if one.method == "GET" or one.path.startswith(_SENDERS) else _under(one, rates) for one in routes
    )


def _under(route: Route[Any], rates: Rates) -> Route[Any]:
    async def handler(call: Call[Any]) -> Reply:
        rates.take(call.caller)
        return await route.handler(call)

    return replace(route, handler=handler)
