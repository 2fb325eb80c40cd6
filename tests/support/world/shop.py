"""A simulated system of services that call each other, with faults, decoys, noise and gaps.

Per scrape, traffic flows down from the entrances, then latency and errors flow back up; what a service shows
(processor, memory, logs, spans, events) follows from its load and its own fault. The label is where the fault
was put. Nothing here is known to the product: names are random words, and kinds are left to its classifier.
"""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import polars as pl

from reliability_studio.domain.correlation.telemetry import Change, ClusterEvent, Question, Telemetry
from tests.support.world.case import Case

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_FIRST = [
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "flint",
    "grove",
    "haven",
    "iris",
    "jade",
    "kelp",
    "lotus",
    "maple",
    "north",
    "onyx",
    "pearl",
]
_SECOND = [
    "api",
    "auth",
    "bill",
    "book",
    "cart",
    "desk",
    "feed",
    "gate",
    "hub",
    "mail",
    "pay",
    "price",
    "rank",
    "seat",
    "stock",
    "user",
    "view",
    "web",
]
TOPOLOGIES = ("chain", "layers", "star", "diamond", "mesh")


@dataclass(frozen=True, slots=True)
class Service:
    """How one service behaves while all is well."""

    name: str
    self_ms: float
    cpu_per_request: float
    memory_mb: float
    base_error: float
    jitter: float
    node: str
    calls: dict[str, float]
    """Callee and calls per request."""


@dataclass(frozen=True, slots=True)
class System:
    """Services in calling order: every callee comes after its callers."""

    name: str
    services: tuple[Service, ...]
    step_s: int
    rps: float
    has_spans: bool
    has_logs: bool
    has_kinds: bool
    has_edges: bool
    gaps: float
    """Share of series that nobody collects."""

    @property
    def names(self) -> tuple[str, ...]:
        """All names, callers before callees."""
        return tuple(each.name for each in self.services)


@dataclass(slots=True)
class State:
    """What a fault does to one service at one moment; the defaults do nothing."""

    slow: float = 1.0
    add_ms: float = 0.0
    fail: float = 0.0
    cpu: float = 1.0
    cpu_add: float = 0.0
    memory: float = 1.0
    throttled: float = 0.0
    restarts: int = 0
    up: float = 1.0
    net_ms: float = 0.0
    net_loss: float = 0.0
    disk: float = 0.0
    io: float = 1.0
    pool: float = 0.0
    queue: float = 0.0
    gc: float = 0.0
    traffic: float = 1.0
    lines: tuple[tuple[str, str, float], ...] = ()
    """Level, text and lines per second of what it writes beside the usual."""


Shape = Callable[[float, random.Random], State]
"""The fault's state by minutes since it began."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault."""

    name: str
    shape: Callable[[random.Random], Shape]
    change: str = ""
    """The kind of change that caused it, if one did."""
    events: tuple[tuple[str, str], ...] = ()
    entrance: bool = False
    """Whether it only makes sense where traffic enters."""
    drawn: tuple[float, float] = (0.5, 1.0)
    extra: dict[str, float] = field(default_factory=dict)


def _constant(make: Callable[[float], State]) -> Callable[[random.Random], Shape]:
    """A step of drawn size that stays."""

    def drawn(rng: random.Random) -> Shape:
        size = rng.uniform(0.2, 1.4)
        return lambda _minutes, _rng: make(size)

    return drawn


def _ramp(make: Callable[[float], State], minutes: float) -> Callable[[random.Random], Shape]:
    """Grows to its size over some minutes."""

    def drawn(rng: random.Random) -> Shape:
        size = rng.uniform(0.4, 1.4)
        return lambda since, _rng: make(size * min(1.0, (since + 0.5) / minutes))

    return drawn


def _saw(rng: random.Random) -> Shape:
    """Fills up, is killed, begins again."""
    period = rng.uniform(3, 6)

    def at(since: float, _rng: random.Random) -> State:
        phase = (since % period) / period
        killed = phase < 0.25
        return State(
            memory=1 + 1.6 * phase,
            restarts=int(since / period) + 1,
            up=0.3 if killed else 1.0,
            fail=0.5 if killed else 0.02,
            lines=(("ERROR", "java.lang.OutOfMemoryError: Java heap space", 0.2),),
        )

    return at


FAULTS: tuple[Fault, ...] = (
    Fault("cpu hog", _constant(lambda z: State(cpu_add=0.6 * z, slow=1 + 1.2 * z))),
    Fault(
        "memory leak",
        _ramp(lambda z: State(memory=1 + 1.5 * z, slow=1 + 0.8 * z, gc=40 * z), 10),
    ),
    Fault("out of memory", _saw, events=(("OOMKilling", "Memory cgroup out of memory: killed process"),)),
    Fault("slow code", _constant(lambda z: State(slow=1 + 2.5 * z))),
    Fault(
        "failing code",
        _constant(
            lambda z: State(
                fail=0.25 * z, lines=(("ERROR", "NullReference in handler for order {id}", 2 * z),)
            )
        ),
    ),
    Fault("network delay", _constant(lambda z: State(net_ms=180 * z))),
    Fault("network loss", _constant(lambda z: State(net_ms=60 * z, net_loss=0.12 * z))),
    Fault(
        "crash",
        _constant(lambda z: State(up=0.05, fail=0.9, restarts=int(3 * z) + 1)),
        events=(("BackOff", "Back-off restarting failed container"),),
    ),
    Fault(
        "bad rollout failing",
        _constant(
            lambda z: State(fail=0.3 * z, lines=(("ERROR", "cannot decode field {id} of reply", 1.5 * z),))
        ),
        change="rollout",
    ),
    Fault("bad rollout slow", _constant(lambda z: State(slow=1 + 2 * z, cpu=1 + 0.6 * z)), change="rollout"),
    Fault(
        "bad config",
        _constant(lambda z: State(fail=0.35 * z, lines=(("ERROR", "missing setting for tenant {id}", 1.0),))),
        change="config",
    ),
    Fault("traffic surge", _constant(lambda z: State(traffic=2 + z)), entrance=True),
    Fault(
        "node failure",
        _constant(lambda z: State(up=0.4, fail=0.4 * z, slow=1.5)),
        events=(("NodeNotReady", "Node is not ready"),),
    ),
    Fault(
        "disk full",
        _ramp(
            lambda z: State(
                disk=0.45 * z,
                fail=0.4 * max(0.0, z - 0.3),
                lines=(("ERROR", "write /data/{id}: no space left on device", 1.0),),
            ),
            6,
        ),
    ),
    Fault("disk slow", _constant(lambda z: State(io=1 + 5 * z, add_ms=90 * z))),
    Fault(
        "name resolution",
        _constant(
            lambda z: State(
                add_ms=40 * z, fail=0.2 * z, lines=(("ERROR", "lookup backend-{id}: no such host", 1.5),)
            )
        ),
    ),
    Fault(
        "pool exhausted",
        _constant(
            lambda z: State(
                pool=0.55 * z,
                add_ms=200 * z,
                fail=0.08 * z,
                lines=(("ERROR", "timeout acquiring connection from pool after {id} ms", 1.0),),
            )
        ),
    ),
    Fault(
        "certificate expired",
        _constant(
            lambda z: State(
                fail=0.6 * z, lines=(("ERROR", "x509: certificate has expired, request {id}", 3.0),)
            )
        ),
    ),
    Fault(
        "image missing",
        _constant(lambda z: State(up=0.5, slow=1.6 + 0.4 * z, fail=0.1 * z)),
        change="rollout",
        events=(("ErrImagePull", "Failed to pull image: not found"),),
    ),
    Fault("throttled", _constant(lambda z: State(throttled=0.4 * z, slow=1 + 1.4 * z)), change="scale"),
    Fault("long pauses", _constant(lambda z: State(gc=150 * z, add_ms=60 * z, memory=1.25))),
    Fault("backlog", _ramp(lambda z: State(queue=400 * z, add_ms=150 * z), 5)),
    Fault(
        "failed probes",
        _constant(lambda z: State(up=0.6, fail=0.15 * z, slow=1.3)),
        events=(("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode 503"),),
    ),
)


def system(seed: int, *, size: int | None = None, topology: str | None = None) -> System:
    """A system drawn from a seed."""
    rng = random.Random(seed)  # noqa: S311 - a simulation
    shape = topology or TOPOLOGIES[seed % len(TOPOLOGIES)]
    count = size or rng.choice((5, 7, 9, 12, 16, 22, 30, 45, 60))
    names = [f"{a}-{b}" for a in _FIRST for b in _SECOND]
    rng.shuffle(names)
    names = names[:count]
    calls = _calls(shape, names, rng)
    services = tuple(
        Service(
            name=name,
            self_ms=rng.uniform(3, 60),
            cpu_per_request=rng.uniform(0.001, 0.008),
            memory_mb=rng.uniform(80, 900),
            base_error=rng.choice((0.0, 0.0005, 0.002, 0.006)),
            jitter=rng.uniform(0.03, 0.15),
            node=f"node-{rng.randrange(max(2, count // 4))}",
            calls=calls[name],
        )
        for name in names
    )
    return System(
        f"shop {seed} {shape} {count}",
        services,
        step_s=rng.choice((15, 30, 60)),
        rps=rng.uniform(40, 150),
        has_spans=rng.random() < 0.75,
        has_logs=rng.random() < 0.85,
        has_kinds=rng.random() < 0.5,
        has_edges=rng.random() < 0.85,
        gaps=rng.choice((0.02, 0.06, 0.15, 0.3)),
    )


def _calls(shape: str, names: list[str], rng: random.Random) -> dict[str, dict[str, float]]:
    calls: dict[str, dict[str, float]] = {name: {} for name in names}
    for at, name in enumerate(names[1:], start=1):
        if shape == "chain":
            parents = [at - 1] if at % 4 else [max(0, at - 3)]
        elif shape == "star":
            parents = [0] if at < len(names) * 0.6 else [rng.randrange(1, max(2, at))]
        elif shape == "diamond":
            parents = [(at - 1) // 2, max(0, (at - 1) // 2 - 1)]
        elif shape == "mesh":
            parents = [rng.randrange(at) for _ in range(rng.choice((1, 2, 3)))]
        else:
            width = max(2, int(math.sqrt(len(names))))
            parents = [rng.randrange(max(0, at - 2 * width), at)]
        for parent in set(parents):
            calls[names[parent]][name] = rng.choice((0.3, 0.6, 1.0, 1.0, 2.0))
    return calls


def case(world: System, fault: Fault | None, seed: int, *, minutes_before: int = 75) -> Case:
    """One fault put into a system, or a quiet window, with everything that can be seen of it."""
    rng = random.Random(f"{world.name} {fault.name if fault else 'quiet'} {seed}")  # noqa: S311 - as above
    onset = minutes_before * 60 + rng.randrange(0, 300)
    length = onset + rng.randrange(9, 16) * 60
    target = _target(world, fault, rng)
    shape = fault.shape(rng) if fault else None
    run = _Run(world, rng)
    loads = {name: run.reach(name) for name in world.names}
    blips = _blips(world, target, length, rng)
    for second in range(0, length, world.step_s):
        since = (second - onset) / 60
        states = {name: blip for name, begin, end, blip in blips if begin <= second < end}
        if shape is not None and since >= 0:
            states[target] = shape(since, rng)
        run.step(second, states, loads)
    changes, decoys = _changes(world, fault, target, onset, rng)
    late = rng.randrange(0, 5) * 60
    start = START + timedelta(seconds=onset + late)
    symptom = run.symptom(onset, target) if fault else rng.choice(world.names)
    if rng.random() < 0.1:
        symptom = ""
    return Case(
        system=world.name,
        fault=fault.name if fault else "quiet",
        service=target if fault else "",
        telemetry=Telemetry.of(
            metrics=run.metrics(),
            spans=run.spans() if world.has_spans else None,
            logs=run.logs() if world.has_logs else None,
            edges=None
            if not world.has_edges
            else pl.DataFrame(
                [(s.name, c, run.rate(s.name) * n) for s in world.services for c, n in s.calls.items()],
                schema={"caller": pl.String, "callee": pl.String, "rate": pl.Float64},
                orient="row",
            ),
            changes=changes,
            events=_events(world, fault, target, onset, length, rng),
        ),
        question=Question(start=start, at=START + timedelta(seconds=length), service=symptom),
        decoys=decoys,
    )


def _blips(world: System, target: str, length: int, rng: random.Random) -> list[tuple[str, int, int, State]]:
    """Harmless short disturbances anywhere, at any time: life goes on beside a fault."""
    found = []
    for _ in range(rng.randrange(0, 5)):
        begin = rng.randrange(0, length)
        blip = rng.choice(
            (
                State(cpu=1.5),
                State(io=4.0),
                State(slow=1.25),
                State(gc=20.0),
                State(memory=1.15),
                State(lines=(("WARN", "slow response from cache after {id} us", 0.5),)),
            )
        )
        name = rng.choice([each for each in world.names if each != target])
        found.append((name, begin, begin + rng.randrange(60, 400), blip))
    return found


def _target(world: System, fault: Fault | None, rng: random.Random) -> str:
    if fault is None:
        return ""
    if fault.entrance:
        return world.names[0]
    # Not the least used corner: nobody is called for a service that hardly anybody calls.
    run = _Run(world, rng)
    busy = [name for name in world.names if run.rate(name) > 0.15 * world.rps]
    return rng.choice(busy)


def _changes(
    world: System, fault: Fault | None, target: str, onset: int, rng: random.Random
) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    found = []
    if fault is not None and fault.change:
        at = START + timedelta(seconds=onset - rng.randrange(0, 90))
        found.append(Change(at, target, fault.change, "a new version"))
    decoys = []
    for _ in range(rng.randrange(0, 4)):
        name = rng.choice([each for each in world.names if each != target])
        before = rng.randrange(0, 600) if rng.random() < 0.5 else rng.randrange(-200, 3600)
        at = START + timedelta(seconds=onset - before)
        found.append(Change(at, name, rng.choice(("rollout", "config", "scale")), "routine"))
        decoys.append(name)
    return tuple(found), tuple(decoys)


def _events(
    world: System, fault: Fault | None, target: str, onset: int, length: int, rng: random.Random
) -> tuple[ClusterEvent, ...]:
    found = []
    for _ in range(rng.randrange(0, 6)):
        at = START + timedelta(seconds=rng.randrange(0, length))
        reason, kind = rng.choice((("Unhealthy", "Warning"), ("Pulled", "Normal"), ("Killing", "Normal")))
        found.append(ClusterEvent(at, rng.choice(world.names), reason, "routine", kind))
    for reason, message in fault.events if fault else ():
        for again in range(rng.randrange(1, 4)):
            at = START + timedelta(seconds=onset + 20 + again * 60)
            found.append(ClusterEvent(at, target, reason, message, "Warning", f"{target}-abc"))
    return tuple(found)


class _Run:
    """The simulation of one case: state in, rows out."""

    def __init__(self, world: System, rng: random.Random) -> None:
        self.world = world
        self.rng = rng
        self._rates = self._flow({})
        self._metrics: dict[str, list[object]] = {
            key: [] for key in ("ts", "service", "name", "kind", "value")
        }
        self._logs: dict[str, list[object]] = {key: [] for key in ("ts", "service", "message", "level")}
        self._spans: list[tuple[object, ...]] = []
        self._latency: dict[str, list[tuple[int, float, float]]] = {name: [] for name in world.names}
        self._drift = {name: rng.uniform(-0.1, 0.1) for name in world.names}
        self._phase = rng.uniform(0, 6.28)
        self._missing = {
            (name, kind)
            for name in world.names
            for kind in _NAMES
            if rng.random() < world.gaps * (0.5 if kind in ("latency", "errors") else 1.0)
        }
        self._by_name = {each.name: each for each in world.services}
        self._trace = 0

    def rate(self, name: str) -> float:
        return self._rates[name]

    def reach(self, name: str) -> float:
        return self._rates[name]

    def _flow(self, states: dict[str, State]) -> dict[str, float]:
        rates = dict.fromkeys(self.world.names, 0.0)
        rates[self.world.names[0]] = self.world.rps
        for each in self.world.services:
            rates[each.name] *= states.get(each.name, _CALM).traffic
            for callee, calls in each.calls.items():
                rates[callee] += rates[each.name] * calls * (1 - 0.7 * states.get(each.name, _CALM).fail)
        return rates

    def step(self, second: int, states: dict[str, State], loads: dict[str, float]) -> None:
        """Simulate one scrape."""
        day = 1 + 0.12 * math.sin(second / 5400 + self._phase)
        rates = {name: rate * day for name, rate in self._flow(states).items()}
        latency: dict[str, float] = {}
        errors: dict[str, float] = {}
        gaps: dict[tuple[str, str], float] = {}
        for each in reversed(self.world.services):
            state = states.get(each.name, _CALM)
            busy = rates[each.name] / max(loads[each.name], 1e-9)
            crowd = 1 + max(0.0, busy - 1.4) * 0.8
            own = each.self_ms * state.slow * crowd / max(0.2, state.up) ** 0.5 + state.add_ms
            own *= self.rng.lognormvariate(0, each.jitter)
            fail = min(1.0, each.base_error * self.rng.uniform(0.3, 1.7) + state.fail + state.net_loss * 0.5)
            waiting, good = 0.0, 1.0 - fail
            for callee, calls in each.calls.items():
                there = states.get(callee, _CALM)
                gap = 1.5 * self.rng.lognormvariate(0, 0.3) + state.net_ms + there.net_ms
                gaps[each.name, callee] = gap
                waiting += min(1.0, calls) * (latency[callee] + gap)
                good *= 1 - min(1.0, calls) * errors[callee] * 0.85
            latency[each.name] = own + waiting
            errors[each.name] = 1 - good
        for each in self.world.services:
            state = states.get(each.name, _CALM)
            self._latency[each.name].append((second, latency[each.name], errors[each.name]))
            self._scrape(second, each, state, rates[each.name], latency[each.name], errors[each.name])
            self._write(second, each, state, rates[each.name], errors)
        if self.world.has_spans:
            for _ in range(_poisson(self.rng, self.world.step_s / 12)):
                self._walk(second, states, gaps)

    def _scrape(
        self, second: int, each: Service, state: State, rate: float, latency: float, error: float
    ) -> None:
        rng = self.rng
        hours = second / 3600
        samples = max(1.0, rate * self.world.step_s)
        seen_error = min(1.0, max(0.0, rng.gauss(error, math.sqrt(max(error * (1 - error), 1e-9) / samples))))
        values = {
            "traffic": rate * rng.lognormvariate(0, 0.05) * (0.2 + 0.8 * state.up),
            "latency": latency * 1.8 * rng.lognormvariate(0, 0.06) / 1000,
            "errors": seen_error,
            "cpu": (0.02 + rate * each.cpu_per_request * state.cpu + state.cpu_add)
            * rng.lognormvariate(0, 0.08),
            "memory": each.memory_mb
            * (1 + self._drift[each.name] * hours)
            * state.memory
            * rng.lognormvariate(0, 0.02)
            * 1e6,
            "restarts": state.restarts,
            "replicas": max(0, round(3 * state.up)),
            "disk": min(1.0, 0.4 + 0.01 * hours + state.disk) * rng.lognormvariate(0, 0.005),
            "disk_io": 20 * state.io * rng.lognormvariate(0, 0.25),
            "network": rate * 2048 * rng.lognormvariate(0, 0.08),
            "retransmits": (0.4 + 60 * state.net_loss) * rng.lognormvariate(0, 0.4),
            "pool": min(1.0, (0.3 + state.pool) * rng.lognormvariate(0, 0.08)),
            "throttling": max(0.0, 0.01 * rng.random() + state.throttled * rng.uniform(0.8, 1.2)),
            "gc": (3 + state.gc) * rng.lognormvariate(0, 0.3),
            "queue": (2 + state.queue) * rng.lognormvariate(0, 0.3),
        }
        ts = int(START.timestamp() * 1000) + second * 1000
        for kind, value in values.items():
            if (each.name, kind) in self._missing or rng.random() < 0.01:
                continue
            row = (ts, each.name, _NAMES[kind], kind if self.world.has_kinds else "", float(value))
            for key, cell in zip(self._metrics, row, strict=True):
                self._metrics[key].append(cell)

    def _write(self, second: int, each: Service, state: State, rate: float, errors: dict[str, float]) -> None:
        if not self.world.has_logs:
            return
        rng = self.rng
        step = self.world.step_s
        count = _poisson(rng, min(3.0, rate * 0.002 * step))
        lines = [
            ("INFO", f"handled request {rng.randrange(10**9)} in {rng.randrange(900)}ms")
            for _ in range(count)
        ]
        if rng.random() < 0.02:
            lines.append(("WARN", f"cache miss ratio {rng.random():.2f} above target"))
        for level, text, per_second in state.lines:
            count = _poisson(rng, min(6.0, per_second * step * 0.2))
            lines += [(level, text.replace("{id}", str(rng.randrange(10**6)))) for _ in range(count)]
        for callee in each.calls:
            count = _poisson(rng, min(3.0, rate * errors[callee] * 0.02 * step))
            lines += [
                ("ERROR", f"call to {callee} failed: timeout after {rng.randrange(5000)} ms")
                for _ in range(count)
            ]
        base = int(START.timestamp() * 1000) + second * 1000
        for level, text in lines:
            row = (base + rng.randrange(step * 1000), each.name, f"{level} {text}", None)
            for key, cell in zip(self._logs, row, strict=True):
                self._logs[key].append(cell)

    def _walk(self, second: int, states: dict[str, State], gaps: dict[tuple[str, str], float]) -> None:
        self._trace += 1
        ts = int(START.timestamp() * 1000) + second * 1000 + self.rng.randrange(1000)
        self._span(ts, self.world.names[0], None, states, gaps, 0)

    def _span(
        self,
        ts: int,
        name: str,
        parent: str | None,
        states: dict[str, State],
        gaps: dict[tuple[str, str], float],
        depth: int,
    ) -> tuple[float, bool]:
        rng = self.rng
        each, state = self._by_name[name], states.get(name, _CALM)
        mine = f"{self._trace}-{len(self._spans)}"
        at = len(self._spans)
        self._spans.append(())
        own = (each.self_ms * state.slow / max(0.2, state.up) ** 0.5 + state.add_ms) * rng.lognormvariate(
            0, each.jitter + 0.2
        )
        total, failed = own, rng.random() < each.base_error + state.fail
        for callee, calls in each.calls.items():
            if depth > 12 or len(self._spans) - at > 60 or rng.random() > calls:
                continue
            client = f"{mine}c{len(self._spans)}"
            place = len(self._spans)
            self._spans.append(())
            took, bad = self._span(ts, callee, client, states, gaps, depth + 1)
            waited = took + gaps[name, callee]
            self._spans[place] = (
                ts,
                str(self._trace),
                client,
                mine,
                name,
                f"call {callee}",
                "client",
                waited,
                bad,
            )
            total += waited
            failed = failed or (bad and rng.random() < 0.85)
        self._spans[at] = (
            ts,
            str(self._trace),
            mine,
            parent,
            name,
            f"serve {name}",
            "server",
            total,
            failed,
        )
        return total, failed

    def symptom(self, onset: int, target: str) -> str:
        """The entrance if it is clearly worse since the onset, else whoever is worst."""

        def worse(name: str) -> float:
            before = [(a, b) for s, a, b in self._latency[name] if s < onset]
            after = [(a, b) for s, a, b in self._latency[name] if s >= onset]
            slow = (sum(a for a, _ in after) / len(after)) / (sum(a for a, _ in before) / len(before))
            fail = sum(b for _, b in after) / len(after) - sum(b for _, b in before) / len(before)
            return (slow - 1) + 8 * fail

        entrance = self.world.names[0]
        if worse(entrance) > 0.25 or not target:
            return entrance
        # Only who depends on the faulty service can feel it.
        feels = {target}
        for each in reversed(self.world.services):
            if feels & set(each.calls):
                feels.add(each.name)
        return max(sorted(feels), key=worse)

    def metrics(self) -> pl.DataFrame:
        return pl.DataFrame(self._metrics, schema_overrides={"ts": pl.Int64, "value": pl.Float64})

    def logs(self) -> pl.DataFrame:
        return pl.DataFrame(self._logs, schema_overrides={"ts": pl.Int64, "level": pl.String})

    def spans(self) -> pl.DataFrame:
        names = (
            "ts",
            "trace_id",
            "span_id",
            "parent_id",
            "service",
            "operation",
            "kind",
            "duration_ms",
            "error",
        )
        return pl.DataFrame(
            [row for row in self._spans if row],
            schema=dict(
                zip(
                    names,
                    (pl.Int64, *[pl.String] * 6, pl.Float64, pl.Boolean),
                    strict=True,
                )
            ),
            orient="row",
        )


_CALM = State()
_NAMES = {
    "traffic": "requests_per_second",
    "latency": "request_duration_p95",
    "errors": "request_error_ratio",
    "cpu": "cpu_cores_used",
    "memory": "memory_working_set",
    "restarts": "container_restarts",
    "replicas": "ready_replicas",
    "disk": "filesystem_used_ratio",
    "disk_io": "disk_io_time",
    "network": "network_transmit_bytes",
    "retransmits": "tcp_retransmits",
    "pool": "db_pool_used_ratio",
    "throttling": "cpu_throttled_ratio",
    "gc": "gc_pause_ms",
    "queue": "work_queue_length",
}


def _poisson(rng: random.Random, mean: float) -> int:
    if mean <= 0:
        return 0
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


def without(found: Case, *, service: str = "", part: str = "") -> Case:
    """The same case with telemetry missing: of one service, or a whole part of it."""
    telemetry = found.telemetry
    if service:
        keep = pl.col("service") != service
        telemetry = replace(
            telemetry,
            metrics=telemetry.metrics.filter(keep),
            logs=telemetry.logs.filter(keep),
            spans=telemetry.spans.filter(keep),
        )
    empty = Telemetry()
    lost: dict[str, Telemetry] = {
        "metrics": replace(telemetry, metrics=empty.metrics),
        "logs": replace(telemetry, logs=empty.logs),
        "spans": replace(telemetry, spans=empty.spans),
        "edges": replace(telemetry, edges=empty.edges),
        "changes": replace(telemetry, changes=()),
        "events": replace(telemetry, events=()),
    }
    return replace(found, telemetry=lost.get(part, telemetry))
