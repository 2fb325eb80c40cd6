"""A second simulated world, built differently on purpose: nothing that works on the first may lean on it.

Services are queues: each has a capacity, latency follows from utilisation, and work that does not fit is
refused. Callers retry. Metrics are per pod, counters only grow, units and names differ, noise is correlated
in time with rare spikes, cycles exist, there are no kinds, scrapes come every ten seconds to two minutes.
"""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl

from reliability_studio.domain.correlation.telemetry import Change, ClusterEvent, Question, Telemetry
from tests.support.world.case import Case

START = datetime(2026, 5, 11, 20, 0, tzinfo=UTC)
_WORDS = [
    "boiler",
    "conveyor",
    "crane",
    "dryer",
    "extruder",
    "furnace",
    "gripper",
    "hopper",
    "injector",
    "kiln",
    "lathe",
    "mixer",
    "nozzle",
    "oven",
    "press",
    "quencher",
    "roller",
    "sieve",
    "turbine",
    "unloader",
    "valve",
    "winder",
]


@dataclass(frozen=True, slots=True)
class Unit:
    """One queue."""

    name: str
    pods: int
    capacity: float
    """Requests per second that all pods together can work on."""
    service_ms: float
    spiky: float


@dataclass(frozen=True, slots=True)
class Plant:
    """Queues and the edges between them; edges may form a cycle."""

    name: str
    units: tuple[Unit, ...]
    edges: Mapping[tuple[str, str], float]
    step_s: int
    demand: float
    declared: bool
    """Whether edges come as a table; otherwise the investigator has none."""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One kind of fault as what it does to its queue. Neutral values do nothing."""

    name: str
    capacity: float = 1.0
    work: float = 1.0
    refuse: float = 0.0
    demand: float = 1.0
    heap: float = 0.0
    """Growth of the heap per minute, as a share."""
    burn: float = 0.0
    """Processor share burnt for nothing."""
    files: float = 0.0
    """Disk filled per minute, as a share."""
    wire_ms: float = 0.0
    dead: bool = False
    change: str = ""
    reason: str = ""
    line: str = ""


BREAKDOWNS: tuple[Breakdown, ...] = (
    Breakdown("busy loop", capacity=0.45, burn=0.5),
    Breakdown("heap growth", capacity=0.7, heap=0.09),
    Breakdown("slow query", work=4.0),
    Breakdown("rejects", refuse=0.3, line="assertion violated in stage {n}"),
    Breakdown("dead", refuse=0.95, dead=True, reason="CrashLoopBackOff"),
    Breakdown("new build rejects", refuse=0.4, change="deployment", line="unknown opcode {n} in program"),
    Breakdown("new build slow", work=3.0, burn=0.25, change="release"),
    Breakdown("wrong setting", refuse=0.5, change="configmap", line="bad value {n} for key limit"),
    Breakdown("fewer pods", capacity=0.35, change="hpa"),
    Breakdown("full volume", files=0.12, refuse=0.25, line="cannot append segment {n}: disk full"),
    Breakdown("slow wire", wire_ms=250.0),
    Breakdown("flood", demand=2.6),
    Breakdown("killed", refuse=0.3, heap=0.15, reason="OOMKilling", line="killed while allocating {n} bytes"),
    Breakdown("lost node", capacity=0.4, refuse=0.2, reason="NodeNotReady"),
)


def plant(seed: int) -> Plant:
    """A plant drawn from a seed."""
    rng = random.Random(f"plant {seed}")  # noqa: S311 - a simulation
    count = rng.choice((6, 8, 11, 15, 20))
    names = rng.sample(_WORDS, count)
    demand = rng.uniform(60, 200)
    edges: dict[tuple[str, str], float] = {}
    for at in range(1, count):
        for _ in range(rng.choice((1, 1, 2))):
            edges[names[rng.randrange(max(0, at - 4), at)], names[at]] = rng.choice((0.4, 0.8, 1.0))
    flow = _flow(names, edges, demand)
    units = tuple(
        Unit(
            name,
            pods=rng.choice((1, 2, 3)),
            capacity=max(flow[name], 2.0) * rng.uniform(1.5, 2.6),
            service_ms=rng.uniform(2, 45),
            spiky=rng.uniform(0.0, 0.03),
        )
        for name in names
    )
    if rng.random() < 0.4:
        # A call back up, seldom used: it makes a cycle without changing the flow much.
        edges[names[-1], names[rng.randrange(1, max(2, count // 2))]] = 0.02
    return Plant(
        f"plant {seed} {count}",
        units,
        edges,
        step_s=rng.choice((10, 30, 60, 120)),
        demand=demand,
        declared=rng.random() < 0.8,
    )


def _flow(names: list[str], edges: Mapping[tuple[str, str], float], demand: float) -> dict[str, float]:
    flow = dict.fromkeys(names, 0.0)
    flow[names[0]] = demand
    place = {name: at for at, name in enumerate(names)}
    for name in names:
        for (caller, callee), calls in edges.items():
            if caller == name and place[callee] > place[name]:
                flow[callee] += flow[name] * calls
    return flow


def case(world: Plant, broken: Breakdown | None, seed: int) -> Case:
    """One breakdown in a plant, or a calm stretch."""
    rng = random.Random(f"{world.name} {broken.name if broken else 'calm'} {seed}")  # noqa: S311 - as above
    names = [each.name for each in world.units]
    flow = _flow(names, world.edges, world.demand)
    used = [name for name in names if flow[name] > 0.2 * world.demand]
    target = "" if broken is None else names[0] if broken.demand > 1 else rng.choice(used)
    onset = rng.randrange(60, 110) * 60
    length = onset + max(rng.randrange(10, 20) * 60, 5 * world.step_s)
    work = _Work(world, rng, onset)
    for second in range(0, length, world.step_s):
        work.tick(second, target, broken if second >= onset else None)
    found, decoys = _changes(names, target, broken, onset, rng)
    events = tuple(
        ClusterEvent(_at(onset + 30 + 50 * again), target, broken.reason, "", "Warning", f"{target}-0")
        for again in range(2)
        if broken is not None and broken.reason
    )
    return Case(
        world.name,
        broken.name if broken else "quiet",
        target,
        Telemetry.of(
            metrics=work.metrics(),
            logs=work.logs(),
            edges=pl.DataFrame(
                [(a, b) for a, b in world.edges],
                schema={"caller": pl.String, "callee": pl.String},
                orient="row",
            )
            if world.declared
            else None,
            changes=found,
            events=events,
        ),
        Question(
            start=_at(onset + rng.randrange(0, 6) * 60),
            at=_at(length),
            service=work.worst() if broken else rng.choice(names),
        ),
        decoys,
    )


def _at(second: int) -> datetime:
    return START + timedelta(seconds=second)


def _changes(
    names: list[str], target: str, broken: Breakdown | None, onset: int, rng: random.Random
) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    found = [
        Change(_at(onset - rng.randrange(5, 60)), target, broken.change)
        for _ in range(1)
        if broken is not None and broken.change
    ]
    others = rng.sample([name for name in names if name != target], k=2)
    found += [Change(_at(onset - rng.randrange(0, 1500)), name, "deployment") for name in others]
    return tuple(found), tuple(others)


class _Work:
    def __init__(self, world: Plant, rng: random.Random, onset: int) -> None:
        self.world, self.rng, self.onset = world, rng, onset
        self.rows: list[tuple[int, str, str, str, float]] = []
        self.lines: list[tuple[int, str, str]] = []
        self.slow: dict[str, list[tuple[bool, float]]] = {each.name: [] for each in world.units}
        self.noise = {each.name: 0.0 for each in world.units}
        self.heap = {each.name: rng.uniform(0.3, 0.5) for each in world.units}
        self.disk = {each.name: rng.uniform(0.2, 0.5) for each in world.units}
        self.counters: dict[tuple[str, str, int], float] = {}
        self.restarts = {each.name: 0 for each in world.units}

    def tick(self, second: int, target: str, broken: Breakdown | None) -> None:
        names = [each.name for each in self.world.units]
        surge = broken.demand if broken is not None else 1.0
        for name in names:
            self.noise[name] = 0.8 * self.noise[name] + self.rng.gauss(0, 0.05)
        flow = _flow(names, self.world.edges, self.world.demand * surge * (1 + self.noise[names[0]]))
        latency: dict[str, float] = {}
        failing: dict[str, float] = {}
        for unit in reversed(self.world.units):
            fault = broken if unit.name == target else None
            capacity = (
                unit.capacity * (fault.capacity if fault else 1.0) / (fault.work if fault else 1.0) ** 0.5
            )
            load = flow[unit.name] / max(capacity, 1e-9)
            refused = max(0.0, 1 - 0.97 / load) if load > 0.97 else 0.0
            own = unit.service_ms * (fault.work if fault else 1.0) / max(0.05, 1 - min(load, 0.95))
            own += fault.wire_ms if fault else 0.0
            own *= math.exp(self.noise[unit.name]) * (
                self.rng.uniform(2, 4) if self.rng.random() < unit.spiky else 1.0
            )
            bad = 1 - (1 - refused) * (1 - (fault.refuse if fault else 0.0))
            for (caller, callee), calls in self.world.edges.items():
                if caller == unit.name and callee in latency:
                    # One retry: slower, but half of the failures are hidden.
                    own += min(1.0, calls) * latency[callee] * (1 + failing[callee])
                    bad = 1 - (1 - bad) * (1 - min(1.0, calls) * failing[callee] ** 1.5)
            latency[unit.name], failing[unit.name] = own, bad
        for unit in self.world.units:
            fault = broken if unit.name == target else None
            self.slow[unit.name].append(
                (second >= self.onset, latency[unit.name] * (1 + 4 * failing[unit.name]))
            )
            self._show(second, unit, fault, flow[unit.name], latency[unit.name], failing[unit.name])

    def _show(
        self, second: int, unit: Unit, fault: Breakdown | None, rate: float, latency: float, failing: float
    ) -> None:
        rng, step = self.rng, self.world.step_s
        ts = int(START.timestamp() * 1000) + second * 1000
        if fault is not None:
            self.heap[unit.name] = min(1.0, self.heap[unit.name] + fault.heap * step / 60)
            self.disk[unit.name] = min(1.0, self.disk[unit.name] + fault.files * step / 60)
            self.restarts[unit.name] += fault.dead or (fault.reason == "OOMKilling" and rng.random() < 0.4)
        used = min(1.0, rate / unit.capacity * 0.8 + (fault.burn if fault else 0.0))
        for pod in range(unit.pods):
            share = rate * step / unit.pods * rng.lognormvariate(0, 0.04)
            gauges = {
                "runtime.cpu.percent": 100 * used * rng.lognormvariate(0, 0.06),
                "runtime.heap.percent": 100 * self.heap[unit.name] * rng.lognormvariate(0, 0.04),
                "volume_percent": 100 * self.disk[unit.name] * rng.lognormvariate(0, 0.003),
                "handler.duration.mean_ms": latency * rng.lognormvariate(0, 0.05),
            }
            grown = {
                "handler_calls_total": share,
                "handler_failures_total": float(round(share * min(1.0, failing + 0.001 * rng.random()))),
                "pod_restarts_total": 0.0,
            }
            for name, value in gauges.items():
                self._row(ts, unit.name, name, f"{unit.name}-{pod}", value)
            for name, value in grown.items():
                key = (unit.name, name, pod)
                self.counters[key] = self.counters.get(key, 1000.0) + value
                shown = (
                    float(self.restarts[unit.name]) if name == "pod_restarts_total" else self.counters[key]
                )
                self._row(ts, unit.name, name, f"{unit.name}-{pod}", shown)
        for _ in range(2):
            self._line(ts, unit.name, f'{{"severity":"info","msg":"batch {rng.randrange(10**6)} done"}}')
        if fault is not None and fault.line:
            for _ in range(3):
                text = fault.line.replace("{n}", str(rng.randrange(10**6)))
                self._line(ts, unit.name, f'{{"severity":"error","msg":"{text}"}}')

    def _row(self, ts: int, service: str, name: str, pod: str, value: float) -> None:
        if self.rng.random() > 0.02:
            self.rows.append((ts, service, name, pod, value))

    def _line(self, ts: int, service: str, text: str) -> None:
        self.lines.append((ts + self.rng.randrange(self.world.step_s * 1000), service, text))

    def worst(self) -> str:
        first = self.world.units[0].name

        def worse(name: str) -> float:
            before = [value for late, value in self.slow[name] if not late]
            after = [value for late, value in self.slow[name] if late]
            return (sum(after) / len(after)) / (sum(before) / len(before))

        return first if worse(first) > 1.3 else max(self.slow, key=worse)

    def metrics(self) -> pl.DataFrame:
        schema = {
            "ts": pl.Int64,
            "service": pl.String,
            "name": pl.String,
            "pod": pl.String,
            "value": pl.Float64,
        }
        return pl.DataFrame(self.rows, schema=schema, orient="row")

    def logs(self) -> pl.DataFrame:
        return pl.DataFrame(
            self.lines, schema={"ts": pl.Int64, "service": pl.String, "message": pl.String}, orient="row"
        )
