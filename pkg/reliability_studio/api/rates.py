"""How often one caller may change something, one integration deliver: a bucket each that refills with time.

A caller is who Grafana says it is, never what a header claims. Memory is bounded: the callers that were seen
longest ago are forgotten, which only ever gives them a full bucket. Alert senders have buckets of their own,
by the address that they deliver to, and are told 503, because Alertmanager drops what is refused with a 4xx.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from reliability_studio.api.calls import Caller
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.errors import Overloaded, TooManyRequests

BURST = 1_000
"""Changes that a caller may make at once."""
PER_SECOND = 50.0
"""Changes per second that a caller may go on with."""
MAX_CALLERS = 10_000
DELIVERIES = 2_000
"""Deliveries that an integration may make at once."""
DELIVERIES_PER_SECOND = 100.0
"""Deliveries per second that an integration may go on with; each holds as many alerts as it likes."""

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

    @classmethod
    def of_senders(cls, clock: Clock) -> Self:
        """The buckets of integrations."""
        return cls(clock, burst=DELIVERIES, per_second=DELIVERIES_PER_SECOND)

    def __len__(self) -> int:
        """How many callers are remembered."""
        return len(self._buckets)

    def take(self, caller: Caller) -> None:
        """Take one from the caller's bucket.

        Raises:
            TooManyRequests: it is empty; says when to come again.
        """
        if wait := self._wait((caller.org_id, caller.user_uid or caller.login)):
            raise TooManyRequests("too many changes by one caller; slow down", retry_after=wait)

    def deliver(self, org_id: int, address: str) -> None:
        """Take one from the bucket of the integration with this address.

        Raises:
            Overloaded: it is empty; says when to come again.
        """
        if wait := self._wait((org_id, address)):
            raise Overloaded("too many deliveries of one integration; send it again", retry_after=wait)

    def _wait(self, key: tuple[int, str]) -> float:
        """Seconds until there is one in the bucket; 0 when one was taken."""
        now = self._clock.monotonic()
        bucket = self._buckets.setdefault(key, _Bucket(self._burst, now))
        self._buckets.move_to_end(key)
        bucket.left = min(self._burst, bucket.left + (now - bucket.at) * self._per_second)
        bucket.at = now
        if bucket.left < 1:
            return (1 - bucket.left) / self._per_second
        bucket.left -= 1
        while len(self._buckets) > self._max_callers:
            self._buckets.popitem(last=False)
        return 0.0


def limited(routes: Sequence[Route[Any]], rates: Rates, senders: Rates) -> tuple[Route[Any], ...]:
    """The routes, those that change something under the limit of their caller, or of their integration."""

    def under(route: Route[Any]) -> Route[Any]:
        async def handler(call: Call[Any]) -> Reply:
            if route.path.startswith(_SENDERS):
                senders.deliver(call.caller.org_id, "/".join((route.path, *call.params.values())))
            else:
                rates.take(call.caller)
            return await route.handler(call)

        return route if route.method == "GET" else replace(route, handler=handler)

    return tuple(map(under, routes))
