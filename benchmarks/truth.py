"""Traffic whose truth is known: every event is generated, and the counters are what a scraper saw of it.

Each service has pods that come and go, counters that reset in place, error series that exist only after their
first error, scrapes that are missed, a time without any of it, quiet nights; one is renamed in the middle
of the month, one is scraped by two replicas at once. `write` gives an OpenMetrics text for `promtool tsdb
create-blocks-from openmetrics` and the counts of the last 30 days, event by event.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

SCRAPE_S = 60
DAYS = 30
DAY = 86_400
ZONE = ZoneInfo("Europe/Berlin")
MONTH_S = 31 * DAY + 3600
"""October in Berlin, where summer time ends."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service and what is hard about it."""

    name: str
    per_minute: float
    """Requests at noon; a tenth of it at night."""
    error: float
    """Share of errors in quiet times; incidents come on top."""
    pods: int = 3
    restarts: int = 4
    """Times that a pod is replaced by one of another name."""
    resets: int = 3
    gaps: int = 8
    relabelled: bool = False
    replicas: int = 1
    month: bool = False
    """Counted over the calendar month that ends with the history: it has an hour more than 31 days."""


SERVICES = (
    Service("quiet", 1.2, 0.004),
    Service("small", 4, 0.004),
    Service("middle", 30, 0.002),
    Service("busy", 300, 0.001, pods=4),
    Service("churning", 60, 0.002, pods=3, restarts=60),
    Service("resetting", 60, 0.002, resets=40),
    Service("gappy", 60, 0.002, gaps=80),
    Service("relabelled", 60, 0.002, relabelled=True),
    Service("doubled", 60, 0.002, replicas=2),
    Service("summer time", 60, 0.002, month=True),
)


@dataclass(slots=True)
class Truth:
    """What happened in the window."""

    bad: int = 0
    total: int = 0


@dataclass(slots=True)
class _Pod:
    """One slot: the pod that runs in it, and its counters as they stand."""

    name: str
    ok: int = 0
    failed: int = 0
    restarts: set[int] = field(default_factory=set)
    resets: set[int] = field(default_factory=set)
    gaps: set[int] = field(default_factory=set)
    number: int = 0


def last_october(now: int) -> int:
    """The end of the last October in Berlin that is over (Unix seconds)."""
    year = datetime.fromtimestamp(now, ZONE).year
    ends = (int(datetime(each, 11, 1, tzinfo=ZONE).timestamp()) for each in (year, year - 1))
    return next(end for end in ends if end <= now)


def _offset(at: int) -> int:
    """Seconds by which the clock in Berlin is ahead of UTC at a moment."""
    local = datetime.fromtimestamp(at, ZONE)
    return int(local.replace(tzinfo=UTC).timestamp()) - at


def write(path: Path, now: int, seed: int = 7) -> dict[str, Truth]:
    """Write the month that ends at `now` (Unix seconds, whole minutes); returns the truth by service."""
    made = {}
    with path.open("w") as text:
        text.write("# TYPE http_requests counter\n")
        for service in SERVICES:
            truth = made[service.name] = Truth()
            series: dict[str, list[str]] = {}
            for labels, value, at in _service(service, now, random.Random(f"{seed}{service.name}"), truth):  # noqa: S311
                series.setdefault(labels, []).append(f"http_requests_total{{{labels}}} {value} {at}\n")
            for lines in series.values():
                text.writelines(lines)
        text.write("# EOF\n")
    return made


def _service(
    service: Service, now: int, chance: random.Random, truth: Truth
) -> Iterator[tuple[str, int, int]]:
    window = MONTH_S if service.month else DAYS * DAY
    minutes = (window + DAY) // SCRAPE_S
    start = now - minutes * SCRAPE_S
    incidents = [
        (chance.randrange(minutes), chance.randint(5, 60), chance.uniform(0.01, 0.2)) for _ in range(5)
    ]
    pods = [_pod(service, slot, minutes, chance) for slot in range(service.pods)]
    for minute in range(minutes + 10):
        at = start + minute * SCRAPE_S
        # People live by their clock: on the day that it is set back, their day has an hour more.
        by_clock = at + _offset(at) if service.month else at
        rate = (
            service.per_minute * (0.55 + 0.45 * math.sin(2 * math.pi * (by_clock % DAY) / DAY)) / service.pods
        )
        error = service.error + sum(e for first, length, e in incidents if first <= minute < first + length)
        for pod in pods:
            if minute in pod.restarts:
                pod.number, pod.ok, pod.failed = pod.number + 1, 0, 0
            elif minute in pod.resets:
                pod.ok = pod.failed = 0
            # What happens in the minute that ends with this scrape.
            happened = _poisson(chance, rate)
            failed = min(happened, _poisson(chance, happened * error))
            pod.ok += happened - failed
            pod.failed += failed
            if now - window < at <= now:
                truth.total += happened
                truth.bad += failed
            if minute in pod.gaps:
                continue
            name = f"{pod.name}-{pod.number}"
            yield from _scraped(service, pod, name, at, renamed=service.relabelled and minute > minutes // 2)


def _scraped(
    service: Service, pod: _Pod, name: str, at: int, *, renamed: bool
) -> Iterator[tuple[str, int, int]]:
    base = f'service="{service.name}",job="{service.name}",instance="{name}"'
    if renamed:
        base += ',cluster="new"'
    for replica in range(service.replicas):
        own = f'{base},replica="{replica}"' if service.replicas > 1 else base
        yield f'{own},code="200"', pod.ok, at
        if pod.failed:
            yield f'{own},code="500"', pod.failed, at


def _pod(service: Service, slot: int, minutes: int, chance: random.Random) -> _Pod:
    gaps: set[int] = set()
    for _ in range(service.gaps):
        first = chance.randrange(minutes)
        gaps.update(range(first, first + chance.randint(1, 20)))
    return _Pod(
        f"{service.name}-{slot}",
        restarts={chance.randrange(minutes) for _ in range(service.restarts)},
        resets={chance.randrange(minutes) for _ in range(service.resets)},
        gaps=gaps,
    )


def _poisson(chance: random.Random, mean: float) -> int:
    if mean > 50:  # then the bell is close enough
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count
