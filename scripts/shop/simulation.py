"""The shop's counters and gauges, moved on in fixed ticks: the same seed gives the same numbers.

A tick computes, callees first, how many requests each pod takes, which of them fail (by their own doing
or because a callee failed them), how long they take, and adds that to the pod's counters. A pod that a
rollout replaces starts with a new name and empty counters, as a real one does.
"""

import itertools
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from scripts.shop.fault import BAD, BadRollout, version
from scripts.shop.services import BUCKETS, PODS, PROPAGATION, SERVICES, Service, demand

TICK = 0.5
"""Seconds of shop time that one step moves on."""

_SPREAD = 0.55
"""Sigma of the log-normal latency."""


@dataclass(slots=True)
class Pod:
    """One running copy of a service, with what it has counted since its start."""

    service: Service
    name: str
    address: str
    """Its own, as in a cluster: what follows it in the same place is another process at another address."""
    revision: int
    started: float
    requests: dict[str, int] = field(default_factory=dict)
    """Status code → requests. A code is not there before its first request, as in real exporters."""
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    """Requests per latency bucket, not cumulated; the last is +Inf."""
    seconds: float = 0.0
    """Sum of all latencies."""
    cpu: float = 0.0
    """CPU seconds used."""

    @property
    def version(self) -> str:
        """What it runs: `v1` or `v2`."""
        return version(self.revision)

    @property
    def bad(self) -> bool:
        """Whether it runs the faulty version."""
        return self.revision == BAD

    def count(self, code: str, requests: int) -> None:
        """Add requests that ended with a status code."""
        if requests:
            self.requests[code] = self.requests.get(code, 0) + requests

    def memory(self, now: float) -> float:
        """Bytes of the working set; version 2 leaks."""
        leak = 1.5e6 * (now - self.started) if self.bad else 0.0
        return self.service.memory + 6e6 * math.sin(now / 47.0) + leak


@dataclass(frozen=True, slots=True)
class Served:
    """What one pod did in one tick."""

    pod: Pod
    requests: int
    broken: int
    """Failed by its own doing."""
    handed_on: int
    """Failed because a callee did."""
    blamed: str
    """The callee that fails most; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Tick:
    """One tick that is over: what its pods did in the `length` seconds up to `at`."""

    at: float
    length: float
    served: tuple[Served, ...]


@dataclass(frozen=True, slots=True)
class _Effect:
    """How a service looks to its callers in one tick."""

    failing: float
    slow: float
    median: float


class Shop:
    """Ten pods and their numbers at one moment, which only moves forward."""

    def __init__(
        self, start: float, *, seed: int = 7, base: float = 40.0, day: float = 86400.0, tick: float = TICK
    ) -> None:
        """Open the shop at the Unix time `start` with `base` requests per second on average."""
        self.now = start
        self.tick = tick
        self.fault = BadRollout()
        self.watchers: list[Callable[[Tick], None]] = []
        """Called after each tick: they write the logs, the traces, the cluster's objects."""
        self._base = base
        self._day = day
        self._random = random.Random(seed)  # noqa: S311 - a simulation, not a secret
        self._addresses = (f"10.244.{index // 250}.{index % 250 + 2}:8080" for index in itertools.count())
        self.pods = {
            (service.name, slot): self._pod(service, 1, start) for service in SERVICES for slot in range(PODS)
        }

    def advance(self, now: float) -> None:
        """Move on to `now` in whole ticks; a moment in the past changes nothing."""
        while self.now + self.tick <= now:
            self.now += self.tick
            self._step()

    def _step(self) -> None:
        self._roll()
        load = self._load()
        effects: dict[str, _Effect] = {}
        served: list[Served] = []
        for service in SERVICES:
            effects[service.name] = self._serve(service, load[service.name], effects, served)
        tick = Tick(self.now, self.tick, tuple(served))
        for watch in self.watchers:
            watch(tick)

    def _roll(self) -> None:
        """Replace the pods whose version the rollout changed."""
        for (name, slot), pod in self.pods.items():
            revision = self.fault.revision(name, slot, self.now)
            if revision != pod.revision:
                self.pods[name, slot] = self._pod(pod.service, revision, self.now)

    def _load(self) -> dict[str, float]:
        """Expected requests of this tick per service: callers hand theirs on."""
        noise = max(0.2, self._random.gauss(1.0, 0.05))
        load = {service.name: 0.0 for service in SERVICES}
        load["frontend"] = demand(self._base, self.now, self._day) * self.tick * noise
        for service in reversed(SERVICES):
            for callee, share in service.calls.items():
                load[callee] += load[service.name] * share
        return load

    def _serve(
        self, service: Service, load: float, effects: dict[str, _Effect], served: list[Served]
    ) -> _Effect:
        """Let a service's pods take the tick's requests; returns how the service looked meanwhile."""
        callees = [(share, effects[callee]) for callee, share in service.calls.items()]
        passed = 1.0 - math.prod(1.0 - share * effect.failing * PROPAGATION for share, effect in callees)
        waiting = 1.0 - math.prod(1.0 - share * effect.slow for share, effect in callees)
        median = service.median + sum(share * effect.median for share, effect in callees)
        blamed = max(service.calls, key=lambda callee: effects[callee].failing, default="")
        failing, slow = 0.0, 0.0
        for slot in range(PODS):
            pod = self.pods[service.name, slot]
            own = self.fault.failing if pod.bad else service.failing
            late = self.fault.slow if pod.bad else waiting
            requests = self._poisson(load / PODS)
            broken, handed_on = self._count(pod, requests, own, passed)
            served.append(Served(pod, requests, broken, handed_on, blamed))
            self._time(pod, requests, median, late)
            failing += (1.0 - (1.0 - own) * (1.0 - passed)) / PODS
            slow += late / PODS
        return _Effect(failing, slow, median)

    def _count(self, pod: Pod, requests: int, own: float, passed: float) -> tuple[int, int]:
        """Sort requests by status: 500 is the pod's own failure, 502 a callee's. Returns how many of each."""
        broken = min(requests, self._poisson(requests * own))
        handed_on = min(requests - broken, self._poisson((requests - broken) * passed))
        missing = min(requests - broken - handed_on, self._poisson(requests * pod.service.missing))
        pod.count("500", broken)
        pod.count("502", handed_on)
        pod.count("404", missing)
        pod.count("200", requests - broken - handed_on - missing)
        return broken, handed_on

    def _time(self, pod: Pod, requests: int, median: float, late: float) -> None:
        """Sort requests by latency: a share `late` waits for the fault on top of its usual time.

        One random offset rounds all buckets alike, which keeps the cumulated counts monotonous and exact.
        """
        offset = self._random.random()
        below = 0
        for index, bound in enumerate(BUCKETS):
            share = (1 - late) * _below(bound, median) + late * _below(bound, median + self.fault.wait)
            upto = min(requests, math.floor(requests * share + offset))
            pod.buckets[index] += upto - below
            below = upto
        pod.buckets[-1] += requests - below
        mean = (median + late * self.fault.wait) * math.exp(_SPREAD**2 / 2)
        pod.seconds += requests * mean * self._random.uniform(0.95, 1.05)
        pod.cpu += requests * pod.service.median * 0.2 + self.tick * 0.01

    def _poisson(self, mean: float) -> int:
        """A count around `mean`, as independent arrivals give it."""
        if mean <= 0:
            return 0
        if mean > 50:  # noqa: PLR2004 - the normal approximation is good from here on
            return max(0, round(self._random.gauss(mean, math.sqrt(mean))))
        limit, product, count = math.exp(-mean), self._random.random(), 0
        while product > limit:
            product *= self._random.random()
            count += 1
        return count

    def _pod(self, service: Service, revision: int, now: float) -> Pod:
        suffix = "".join(self._random.choices("bcdfghjklmnpqrstvwxz2456789", k=5))
        name = f"{service.name}-{version(revision)}-{suffix}"
        return Pod(service, name, next(self._addresses), revision, now)


def _below(bound: float, median: float) -> float:
    """Share of a log-normal latency around `median` that is at most `bound`."""
    return 0.5 * (1 + math.erf(math.log(bound / median) / (_SPREAD * math.sqrt(2))))
