"""What a handful of whole traces and many matched spans say: where it fails, where it waits, what is common.

A trace is evidence for people, not for a ranking: Tempo gives the first traces that it finds. So each
statement carries how many traces it was seen in.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reliability_studio.domain.checks.check import Fact

LEAST_SUPPORT = 3
"""Failing spans with a value before it can stand out."""
LEAST_LIFT = 2.0
"""How many times as often a value must be among failing spans as among all."""
LEAST_SHARE = 0.4
"""Share of the failing spans that a value must explain."""
REPEATED = 10
"""The same call so many times under one parent is a loop."""
MOST = 5


@dataclass(frozen=True, slots=True)
class SpanSeen:
    """One span of a whole trace."""

    trace: str
    id: str
    parent: str
    service: str
    name: str
    duration_ms: float
    error: bool
    message: str = ""
    kind: str = ""
    """`server`, `client`, `internal`, …; empty when not told."""


def failing(traces: Mapping[str, Sequence[SpanSeen]], query: str) -> tuple[Fact, ...]:
    """Where failing traces fail: the deepest failed span of each, counted over the traces."""
    places: dict[tuple[str, str], list[SpanSeen]] = defaultdict(list)
    for spans in traces.values():
        parents = {each.parent for each in spans if each.error}
        deepest = [each for each in spans if each.error and each.id not in parents]
        for each in {(one.service, one.name): one for one in deepest}.values():
            places[each.service, each.name].append(each)
    ranked = sorted(places.items(), key=lambda row: (-len(row[1]), row[0]))
    return tuple(
        Fact(
            "failing-spans",
            service,
            f"{service} {name} fails in {len(seen)} of {len(traces)} failing traces"
            + _said(seen)
            + f" (trace {seen[0].trace})",
            float(len(seen)),
            len(seen),
            query,
        )
        for (service, name), seen in ranked[:MOST]
    )


def slow(traces: Mapping[str, Sequence[SpanSeen]], query: str) -> tuple[Fact, ...]:
    """Where slow traces wait: the span with most time of its own in each."""
    places: dict[tuple[str, str], list[tuple[SpanSeen, float]]] = defaultdict(list)
    for spans in traces.values():
        own = self_times(spans)
        if own:
            longest = max(spans, key=lambda each: (own[each.id], each.id))
            places[longest.service, longest.name].append((longest, own[longest.id]))
    ranked = sorted(places.items(), key=lambda row: (-len(row[1]), row[0]))
    return tuple(
        Fact(
            "slow-spans",
            service,
            f"{service} {name} takes {seen[0][1]:.0f} ms of its own in {len(seen)} of {len(traces)} slow "
            f"traces (trace {seen[0][0].trace})",
            seen[0][1],
            len(seen),
            query,
        )
        for (service, name), seen in ranked[:MOST]
    )


def repeated(traces: Mapping[str, Sequence[SpanSeen]], query: str) -> tuple[Fact, ...]:
    """Calls that one parent makes again and again, one by one."""
    found: dict[tuple[str, str, str], tuple[int, str]] = {}
    for trace, spans in traces.items():
        by_id = {each.id: each for each in spans}
        counts = Counter((each.parent, each.service, each.name) for each in spans if each.parent in by_id)
        for (parent, service, name), count in counts.items():
            key = (by_id[parent].service, service, name)
            if count >= REPEATED and count > found.get(key, (0, ""))[0]:
                found[key] = (count, trace)
    ranked = sorted(found.items(), key=lambda row: (-row[1][0], row[0]))
    return tuple(
        Fact(
            "repeated-calls",
            caller,
            f"{caller} calls {service} {name} {count} times within one request (trace {trace})",
            float(count),
            count,
            query,
        )
        for (caller, service, name), (count, trace) in ranked[:MOST]
    )


def common(
    service: str, bad: Sequence[Mapping[str, str]], good: Sequence[Mapping[str, str]], query: str
) -> tuple[Fact, ...]:
    """Attribute values that failing spans have far more often than all spans have: share, lift, support."""
    if len(bad) < LEAST_SUPPORT or not good:
        return ()
    among_bad, among_good = _values(bad), _values(good)
    total = len(bad) + len(good)
    found = []
    for (key, value), count in among_bad.items():
        share = count / len(bad)
        usual = (count + among_good.get((key, value), 0)) / total
        lift = share / usual
        if count >= LEAST_SUPPORT and share >= LEAST_SHARE and lift >= LEAST_LIFT:
            text = f"{key} = {value} in {share:.0%} of failing spans and {usual:.0%} of all"
            found.append(
                (-lift * share, key, value, Fact("span-attributes", service, text, lift, count, query))
            )
    return tuple(fact for *_, fact in sorted(found, key=lambda row: row[:3])[:MOST])


def calls(traces: Mapping[str, Sequence[SpanSeen]]) -> frozenset[tuple[str, str]]:
    """Which service calls which, as far as these traces show."""
    found = set()
    for seen in traces.values():
        by_id = {each.id: each for each in seen}
        found |= {
            (by_id[each.parent].service, each.service)
            for each in seen
            if each.parent in by_id and by_id[each.parent].service != each.service
        }
    return frozenset(found)


def _values(spans: Iterable[Mapping[str, str]]) -> Counter[tuple[str, str]]:
    return Counter((key, value) for each in spans for key, value in each.items())


def self_times(spans: Sequence[SpanSeen]) -> Mapping[str, float]:
    """Each span's duration less that of its children; children at the same time make it zero, not less."""
    own = {each.id: each.duration_ms for each in spans}
    for each in spans:
        if each.parent in own:
            own[each.parent] = max(0.0, own[each.parent] - each.duration_ms)
    return own


def _said(seen: Sequence[SpanSeen]) -> str:
    message = next((each.message for each in seen if each.message), "")
    return f": {message[:120]}" if message else ""
