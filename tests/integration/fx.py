"""FX: the fixed world of the acceptance rows, as history in a real Prometheus.

Service `api`, two pods, 990 good and 10 bad requests a minute over 31 days, bad ones as status 500, and
latencies whose 95th percentile is 4.775 s. The history goes on for some hours into the future, so that a
test sees the same rate whenever it asks.
"""

import time
from pathlib import Path

GOOD = 990
BAD = 10
DAYS = 31
AHEAD = 3 * 3600
"""Seconds of samples after the present."""

_BUCKETS = {"0.5": 400, "1": 700, "2.5": 768, "5": 968, "+Inf": 1000}
"""Requests a minute up to each bound: rank 950 lies at 2.5 + 2.5 * (950 - 768) / (968 - 768) = 4.775."""


def write(into: Path, *, days: int = DAYS, gap: tuple[float, float] | None = None) -> float:
    """Write the history as OpenMetrics text; returns its first moment (Unix seconds, a whole minute).

    Args:
        into: the file.
        days: how long the past is.
        gap: a time range (Unix seconds) without samples, as a dead Prometheus leaves one.
    """
    now = time.time()  # noqa: TID251 - the fixture lives in real time
    begin = int(now - days * 86400) // 60 * 60
    end = int(now + AHEAD) // 60 * 60
    with into.open("w") as text:
        text.write("# TYPE http_requests counter\n# TYPE http_request_duration_seconds histogram\n")
        for minute, moment in enumerate(range(begin, end, 60)):
            if gap is None or not gap[0] <= moment < gap[1]:
                text.write(_moment(minute, moment, buckets=moment > now - 2 * 86400))
        text.write("# EOF\n")
    return float(begin)


def _moment(minute: int, moment: int, *, buckets: bool) -> str:
    """One scrape of both pods. Latencies are there for the last two days only: they cost more."""
    lines = []
    for pod in ("api-1", "api-2"):
        who = f'service="api",job="api",pod="{pod}"'
        lines += [
            f'http_requests_total{{{who},code="200"}} {minute * GOOD // 2} {moment}',
            f'http_requests_total{{{who},code="500"}} {minute * BAD // 2} {moment}',
        ]
        if buckets:
            name = "http_request_duration_seconds"
            lines += [
                f'{name}_bucket{{{who},le="{bound}"}} {minute * count // 2} {moment}'
                for bound, count in _BUCKETS.items()
            ]
            lines.append(f"{name}_count{{{who}}} {minute * 500} {moment}")
            lines.append(f"{name}_sum{{{who}}} {minute * 700} {moment}")
    return "\n".join(lines) + "\n"
