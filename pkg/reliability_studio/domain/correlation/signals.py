"""The four absolute checks that need no history, with their starting priors shown as such.

    pod not running          0.95   infrastructure
    error rate over 1 %      0.8    metric
    p95 latency over 1 s     0.7    metric
    log pattern over 5 times 0.6    log

They answer at once, before any baseline exists; the engine then ranks causes. Together they count as
independent doubts (noisy-or), so a second agreeing signal never lowers the result.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reliability_studio.domain.correlation.logs import lines
from reliability_studio.domain.correlation.logs.shift import Pattern

POD_PRIOR = 0.95
ERROR_PRIOR = 0.8
LATENCY_PRIOR = 0.7
LOG_PRIOR = 0.6
TRACE_PRIOR = 0.6
ERROR_SHARE = 0.01
LATENCY_MS = 1000.0
LOG_TIMES = 5


class SignalType(StrEnum):
    """Kinds of correlations as the API names them."""

    METRIC = "metric"
    LOG = "log"
    INFRASTRUCTURE = "infrastructure"
    TRACE = "trace"
    CAUSE = "cause"
    """The leading cause, with the engine's own probability."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One threshold that is crossed."""

    key: str
    """The same key is the same signal."""
    type: SignalType
    service: str
    title: str
    value: float
    threshold: float
    confidence: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PodState:
    """What Kubernetes says about one pod."""

    name: str
    phase: str
    """`Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`."""
    waiting: str = ""
    """Reason of a waiting container, such as `CrashLoopBackOff`."""
    terminated: str = ""
    """Reason of a container that ended last, such as `OOMKilled`."""
    exit_code: int | None = None
    restarts: int = 0
    ready: bool = True
    finished_on_purpose: bool = False
    """Whether a Job owns it, so that an end is its purpose."""
    node: str = ""
    message: str = ""
    """What Kubernetes says about why it waits or fits nowhere."""


_NORMAL_WAITS = frozenset({"", "ContainerCreating", "PodInitializing"})


def of_pods(service: str, pods: Iterable[PodState]) -> tuple[Signal, ...]:
    """Pods that do not run although they should. A finished Job is not one of them."""
    found = []
    for pod in sorted(pods, key=lambda each: each.name):
        reason = _trouble(pod)
        if reason:
            code = "" if pod.exit_code is None else f", exit code {pod.exit_code}"
            found.append(
                Signal(
                    f"pod:{pod.name}",
                    SignalType.INFRASTRUCTURE,
                    service,
                    f"Pod {pod.name} is not running: {reason}",
                    float(pod.restarts),
                    0.0,
                    POD_PRIOR,
                    f"phase {pod.phase}, {pod.restarts} restarts{code}",
                )
            )
    return tuple(found)


def _trouble(pod: PodState) -> str:
    if pod.phase == "Succeeded":
        # Its work is done; only a pod that should serve for ever is missed then.
        return "" if pod.finished_on_purpose or pod.exit_code in {None, 0} else "ended"
    if pod.waiting not in _NORMAL_WAITS:
        return f"{pod.waiting} ({pod.terminated})" if pod.terminated else pod.waiting
    if pod.phase in {"Failed", "Unknown", "Pending"}:
        return pod.terminated or pod.phase
    return ""


def of_error_share(service: str, share: float | None) -> tuple[Signal, ...]:
    """More than one request in a hundred fails; NaN and None are no data."""
    if share is None or math.isnan(share) or share <= ERROR_SHARE:
        return ()
    title = f"Error rate {share:.2%} is over {ERROR_SHARE:.0%}"
    return (Signal(f"errors:{service}", SignalType.METRIC, service, title, share, ERROR_SHARE, ERROR_PRIOR),)


def of_latency(service: str, p95_seconds: float | None) -> tuple[Signal, ...]:
    """The 95th percentile is over a second; the argument is in seconds, as Prometheus gives it."""
    if p95_seconds is None or math.isnan(p95_seconds) or p95_seconds * 1000 <= LATENCY_MS:
        return ()
    took = p95_seconds * 1000
    title = f"p95 latency {took:.0f} ms is over {LATENCY_MS:.0f} ms"
    return (Signal(f"latency:{service}", SignalType.METRIC, service, title, took, LATENCY_MS, LATENCY_PRIOR),)


def of_patterns(patterns: Iterable[Pattern]) -> tuple[Signal, ...]:
    """Patterns of error lines that came more than five times since the onset."""
    return tuple(
        Signal(
            f"log:{each.id}",
            SignalType.LOG,
            each.service,
            f"{each.now} times: {each.template[:160]}",
            float(each.now),
            float(LOG_TIMES),
            LOG_PRIOR,
            each.meaning.value if each.meaning else "",
        )
        for each in patterns
        if each.level in lines.ERROR_LEVELS and each.now > LOG_TIMES
    )


def together(signals: Sequence[Signal]) -> float:
    """How sure all signals together make: one minus the product of their doubts. 0 for none."""
    doubt = 1.0
    for each in sorted({signal.key: signal.confidence for signal in signals}.items()):
        doubt *= 1.0 - each[1]
    return 1.0 - doubt
