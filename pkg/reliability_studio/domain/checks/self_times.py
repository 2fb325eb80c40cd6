"""Which service takes more time of its own: a few whole traces of the trouble beside a few usual ones.

Traces of one operation only, so that the mix of what is asked cancels out. A handful of traces is no course
with a noise of its own; the exact distribution of ranks says what so few can show, and more is not claimed.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from reliability_studio.domain.checks.check import Fact
from reliability_studio.domain.checks.spans import SpanSeen, self_times

CHECK = "self-time"
LEAST = 5
"""Traces of either side that are worth a reading: of fewer, not even ranks without any overlap are rare."""
SEEN = 3
"""Traces of either side that a service must be part of: not every request needs every service."""
MOST = 8
"""Traces of either side that are worth reading."""
RARE = 0.01
"""How often chance alone may rank the traces so: strength 2, as of every other finding."""
TIMES = 1.5
LEAST_MS = 20.0
"""How much the median must rise, as a factor and in milliseconds."""
_WAITING = frozenset({"client", "producer"})
"""Kinds of spans whose time is spent waiting for others."""

Traces = Mapping[str, Sequence[SpanSeen]]


@dataclass(frozen=True, slots=True)
class Operation:
    """What a trace began with."""

    service: str
    name: str


def comparable(
    usual: Iterable[tuple[str, Operation]], now: Iterable[tuple[str, Operation]], most: int = MOST
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids of traces of one operation, at most `most` of either side: the one that has most on both."""
    sides: list[dict[Operation, list[str]]] = []
    for side in (usual, now):
        ids: dict[Operation, list[str]] = defaultdict(list)
        for trace, operation in side:
            ids[operation].append(trace)
        sides.append(ids)
    before, after = sides
    shared = Counter(
        {each: min(len(before[each]), len(after[each])) for each in before.keys() & after.keys()}
    )
    if not shared:
        return (), ()
    best = min(shared, key=lambda each: (-shared[each], each.service, each.name))
    return tuple(before[best][:most]), tuple(after[best][:most])


def slower(usual: Traces, now: Traces, query: str) -> tuple[Fact, ...]:
    """The services that take more time of their own than usual, the largest rise first."""
    before, after = _per_service(usual), _per_service(now)
    found = []
    for service in before.keys() & after.keys():
        old, new = before[service], after[service]
        if min(len(old), len(new)) < SEEN:
            continue
        chance = by_chance(old, new)
        low, high = median(old), median(new)
        if chance <= RARE and high >= TIMES * low and high - low >= LEAST_MS:
            text = (
                f"{service} takes {high:.0f} ms of its own, usually {low:.0f} ms "
                f"({len(new)} traces against {len(old)})"
            )
            fact = Fact(CHECK, service, text, high, len(new), query, before=low, strength=-math.log10(chance))
            found.append((low - high, service, fact))
    return tuple(fact for *_, fact in sorted(found, key=lambda row: row[:2]))


def by_chance(usual: Sequence[float], now: Sequence[float]) -> float:
    """How often values of one distribution would be ranked like this, or more to one side.

    The exact one-sided test of Mann and Whitney; equal values speak against a rise.
    """
    above = sum(new > old for new in now for old in usual)
    counts = _arrangements(len(usual), len(now))
    return sum(counts[above:]) / sum(counts)


def _arrangements(usual: int, now: int) -> Sequence[int]:
    """Of all orders of so many values: how many have 0, 1, 2, … pairs with the second side above."""
    rows = [[1] for _ in range(now + 1)]
    for old in range(1, usual + 1):
        row = [[1]]
        for new in range(1, now + 1):
            # The greatest value is one of the usual, above nobody, or one of now, above all `old` usual.
            without, with_ = rows[new], row[new - 1]
            counts = [0] * (old * new + 1)
            for pairs, ways in enumerate(without):
                counts[pairs] += ways
            for pairs, ways in enumerate(with_):
                counts[pairs + old] += ways
            row.append(counts)
        rows = row
    return rows[now]


def _per_service(traces: Traces) -> Mapping[str, list[float]]:
    """Of each service: what it took of its own in each trace that it is part of, in milliseconds."""
    found: dict[str, list[float]] = defaultdict(list)
    for spans in traces.values():
        own = self_times(spans)
        here: dict[str, float] = defaultdict(float)
        for each in spans:
            if each.service and each.kind not in _WAITING:
                here[each.service] += own[each.id]
        for service, took in here.items():
            found[service].append(took)
    return found
