"""How single services name their metrics, where no known dialect fits or a label names them differently.

"dialects": [{"service": "checkout", "requests": "shop_http_count", "label": "svc", "value": "checkout-v2",
              "failed": "outcome='bad'", "buckets": "shop_http_seconds_bucket", "unit": "s"}]
"""

import re
from dataclasses import dataclass

from reliability_studio.settings.reader import Reader

MOST = 500
_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_CONDITION = re.compile(r'[a-zA-Z_][a-zA-Z0-9_]*(=|!=|=~|!~)"(?:[^"\\\n]|\\.)*"')


@dataclass(frozen=True, slots=True)
class OwnDialect:
    """One service's way of counting and timing requests."""

    service: str
    requests: str
    """Counter of requests."""
    label: str
    """Label that names the service there."""
    value: str
    """What that label says; the service's own name when it was left out."""
    failed: str
    """The condition that a failed request meets, as one matcher."""
    buckets: str = ""
    """Histogram of durations; empty when there is none."""
    to_ms: float = 1000.0


def read_dialects(readers: list[Reader]) -> tuple[OwnDialect, ...]:
    """Narrow the list; an entry with a problem is reported and left out."""
    return tuple(found for reader in readers if (found := _read(reader)) is not None)


def _read(reader: Reader) -> OwnDialect | None:
    reader.only(("service", "requests", "label", "value", "failed", "buckets", "unit"))
    service, label = reader.text("service"), reader.text("label", "service")
    requests, failed, buckets = reader.text("requests"), reader.text("failed"), reader.text("buckets")
    unit = reader.choice("unit", ("s", "ms"), "s")
    wrong = {
        "service": "names no service" if not service else "",
        "requests": "" if _METRIC.fullmatch(requests) else "must be the name of a metric",
        "label": "" if _LABEL.fullmatch(label) else "must be the name of a label",
        "failed": "" if _CONDITION.fullmatch(failed) else 'must be one matcher, for example code=~"5.."',
        "buckets": "" if not buckets or _METRIC.fullmatch(buckets) else "must be the name of a metric",
    }
    for name, problem in wrong.items():
        if problem:
            reader.report(name, problem)
    if any(wrong.values()):
        return None
    return OwnDialect(
        service,
        requests,
        label,
        reader.text("value") or service,
        failed,
        buckets,
        1.0 if unit == "ms" else 1000.0,
    )
