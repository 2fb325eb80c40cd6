"""One instance for each organisation (or data source) and settings version: built, swapped, disposed.

A call leases an instance; an instance that newer settings replaced is closed when its last lease ends.
Grafana caches settings for some seconds, so an older version may arrive after a newer one: the newest
wins. A running stream keeps the settings of its first subscriber for ever, so streams never cause a swap.
Nothing here is logged of a tenant but its organisation and data source: the rest holds secrets.
"""

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from reliability_studio.api.calls import Instance, Tenant
from reliability_studio.errors import Overloaded
from reliability_studio.observability.metrics import Metrics

_log = logging.getLogger(__name__)

MAX_INSTANCES = 256
MAX_RETIRED = 64
"""Replaced instances that may wait for their calls to end before new ones are refused."""
CLOSE_S = 10.0
"""How long a replaced instance may take to close; those behind it wait for it."""


class Decision(StrEnum):
    """What is done with a call's settings, and why."""

    BUILD_FIRST = "first"
    REBUILD_NEWER = "newer"
    REBUILD_CHANGED = "changed"
    KEEP_SAME = "same"
    KEEP_OLDER = "older"
    KEEP_FOR_STREAM = "stream"

    @property
    def builds(self) -> bool:
        """Whether an instance is built."""
        return self in {Decision.BUILD_FIRST, Decision.REBUILD_NEWER, Decision.REBUILD_CHANGED}


@dataclass(frozen=True, slots=True)
class Version:
    """Settings as far as they tell instances apart; the print covers Grafana's configuration too."""

    updated_ms: int
    print: int

    @classmethod
    def of(cls, tenant: Tenant) -> "Version":
        """The version of a tenant's settings."""
        secure, grafana = frozenset(tenant.secure.items()), frozenset(tenant.grafana.items())
        return cls(tenant.updated_ms, hash((tenant.has_settings, tenant.json_data, secure, grafana)))


def decide(held: Version | None, asked: Version, *, stream: bool) -> Decision:
    """Whether the held instance serves a call that came with the asked version."""
    if held is None:
        return Decision.BUILD_FIRST
    if held == asked:
        return Decision.KEEP_SAME
    if stream:
        return Decision.KEEP_FOR_STREAM
    if asked.updated_ms < held.updated_ms:
        return Decision.KEEP_OLDER
    return Decision.REBUILD_NEWER if asked.updated_ms > held.updated_ms else Decision.REBUILD_CHANGED


class Scopes:
    """Timeouts of work that has no deadline but may have to end."""

    def __init__(self) -> None:
        self._open: set[asyncio.Timeout] = set()

    def __len__(self) -> int:
        return len(self._open)

    @contextlib.contextmanager
    def holding(self, scope: asyncio.Timeout) -> Iterator[None]:
        """Let `end` end this scope while the block runs."""
        self._open.add(scope)
        try:
            yield
        finally:
            self._open.discard(scope)

    def end(self) -> None:
        """End all of them now; each block sees its own timeout."""
        now = asyncio.get_running_loop().time()
        for scope in list(self._open):
            # A scope that is just ending by itself cannot be moved any more.
            with contextlib.suppress(RuntimeError):
                scope.reschedule(now)


@dataclass(eq=False, slots=True)
class Lease:
    """An instance in use. `streams` end when the instance is replaced, so that they move on."""

    instance: Instance
    version: Version
    streams: Scopes = field(default_factory=Scopes)
    users: int = 0
    retired: bool = False


@dataclass(eq=False, slots=True)
class _Place:
    lease: Lease | None = None
    visitors: int = 0
    building: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def idle(self) -> bool:
        return self.visitors == 0 and (self.lease is None or self.lease.users == 0)


class Instances:
    """Leases instances; `run` closes those that were replaced."""

    def __init__(
        self,
        build: Callable[[Tenant], Awaitable[Instance]],
        metrics: Metrics,
        *,
        max_instances: int = MAX_INSTANCES,
        max_retired: int = MAX_RETIRED,
    ) -> None:
        self._build = build
        self._max_instances = max_instances
        self._max_retired = max_retired
        self._places: OrderedDict[tuple[str, int, str], _Place] = OrderedDict()
        self._retired: set[Lease] = set()
        self._work = asyncio.Event()
        reasons = tuple(decision for decision in Decision if decision.builds)
        self._built = metrics.counters("instances_built", "Instances built, by reason.", {"reason": reasons})
        metrics.gauge("instances", "Instances held.").set_function(lambda: len(self._places))
        metrics.gauge("instances_retired", "Replaced instances not yet closed.").set_function(
            lambda: len(self._retired)
        )

    @contextlib.asynccontextmanager
    async def use(self, tenant: Tenant, *, stream: bool = False) -> AsyncIterator[Lease]:
        """The tenant's instance; it stays open until the block ends.

        Raises:
            Overloaded: too many instances are in use.
        """
        lease = await self._current(tenant, stream=stream)
        lease.users += 1
        try:
            yield lease
        finally:
            lease.users -= 1
            self._work_if_done(lease)

    async def run(self) -> None:
        """Close replaced instances when their last call has ended, until cancelled."""
        while True:
            await self._work.wait()
            self._work.clear()
            for lease in [lease for lease in self._retired if lease.users == 0]:
                await self._close(lease)

    async def aclose(self) -> None:
        """Close all instances side by side, used or not: the process ends."""
        places, self._places = self._places, OrderedDict()
        for place in places.values():
            self._retire(place)
        async with asyncio.TaskGroup() as group:
            for lease in list(self._retired):
                group.create_task(self._close(lease))

    async def _current(self, tenant: Tenant, *, stream: bool) -> Lease:
        version = Version.of(tenant)
        place = self._place((tenant.plugin_id, tenant.org_id, tenant.datasource_uid))
        if place.lease is not None and not decide(place.lease.version, version, stream=stream).builds:
            return place.lease
        place.visitors += 1
        try:
            async with place.building:
                held = place.lease.version if place.lease is not None else None
                decision = decide(held, version, stream=stream)
                if place.lease is None or decision.builds:
                    return await self._swap(place, tenant, version, decision)
                return place.lease
        finally:
            place.visitors -= 1

    def _place(self, key: tuple[str, int, str]) -> _Place:
        place = self._places.setdefault(key, _Place())
        self._places.move_to_end(key)
        if len(self._places) > self._max_instances:
            self._evict(key)
        return place

    def _evict(self, newcomer: tuple[str, int, str]) -> None:
        for key, place in self._places.items():
            if key != newcomer and place.idle:
                self._retire(self._places.pop(key))
                return
        del self._places[newcomer]
        raise Overloaded(f"{self._max_instances} organisations and data sources are in use at once")

    async def _swap(self, place: _Place, tenant: Tenant, version: Version, decision: Decision) -> Lease:
        if len(self._retired) >= self._max_retired:
            raise Overloaded("settings change faster than the calls under the old ones end")
        fresh = Lease(await self._build(tenant), version)
        self._retire(place)
        place.lease = fresh
        self._built.of(reason=decision).inc()
        where = {"org": tenant.org_id, "datasource": tenant.datasource_uid, "reason": decision.value}
        _log.info("instance built", extra=where)
        return fresh

    def _retire(self, place: _Place) -> None:
        if place.lease is None:
            return
        lease, place.lease = place.lease, None
        lease.retired = True
        self._retired.add(lease)
        lease.streams.end()
        self._work_if_done(lease)

    def _work_if_done(self, lease: Lease) -> None:
        if lease.retired and lease.users == 0:
            self._work.set()

    async def _close(self, lease: Lease) -> None:
        try:
            async with asyncio.timeout(CLOSE_S):
                await lease.instance.aclose()
        except Exception:  # noqa: BLE001 - the janitor serves every tenant; one bad close must not end it
            _log.exception("an instance did not close cleanly")
        finally:
            self._retired.discard(lease)
