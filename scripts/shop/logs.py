"""What the shop's pods write: a sample of the requests that went well, every failure, and starts.

One stream per pod, labelled as a collector in Kubernetes labels it. The lines of a tick are spread over it.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scripts.shop.services import MARK, NAMESPACE
from scripts.shop.simulation import Pod, Served, Tick

EVERY_S = 5.0
"""Seconds between two lines of a pod about requests that went well, on average: it samples."""
MOST_FAILURES = 8
"""Failures that a pod writes in one tick; the rest is dropped, as rate limited loggers do."""
MOST_LINES = 20_000
"""Lines that are kept of a pod."""

Line = tuple[int, str]
"""Nanoseconds and text."""


@dataclass(slots=True)
class Logs:
    """A watcher of the shop that keeps what its pods wrote."""

    seed: int = 11
    _lines: dict[str, list[Line]] = field(default_factory=dict)
    _labels: dict[str, Mapping[str, str]] = field(default_factory=dict)
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - a simulation, not a secret

    def __call__(self, tick: Tick) -> None:
        """Write the lines of one tick."""
        for served in tick.served:
            self._write(served, tick)

    def streams(self) -> list[tuple[Mapping[str, str], Sequence[Line]]]:
        """Labels and lines of every pod that ever ran, oldest line first."""
        return [(self._labels[pod], lines) for pod, lines in self._lines.items()]

    def _write(self, served: Served, tick: Tick) -> None:
        pod = served.pod
        lines = self._lines.get(pod.name)
        if lines is None:
            lines = self._lines[pod.name] = [(_ns(pod.started), _started(pod))]
            self._labels[pod.name] = _labels(pod)
        usual = tick.length / EVERY_S
        count = min(served.requests, int(usual) + (self._random.random() < usual % 1))
        texts = [self._done(pod) for _ in range(count)]
        texts += [self._failed(pod) for _ in range(min(served.broken, MOST_FAILURES))]
        texts += [self._passed_on(served) for _ in range(min(served.handed_on, MOST_FAILURES))]
        begin = max(tick.at - tick.length, pod.started)
        lines += sorted((_ns(self._random.uniform(begin, tick.at)), text) for text in texts)
        del lines[:-MOST_LINES]

    def _done(self, pod: Pod) -> str:
        took = self._random.lognormvariate(0, 0.5) * pod.service.median * 1000
        return f'level=info msg="answered" {_request(pod)} status=200 duration_ms={took:.0f} {self._trace()}'

    def _failed(self, pod: Pod) -> str:
        why = (
            f"currency of cart {self._random.randrange(10**6)} is nil since {pod.version}"
            if pod.bad
            else "connection reset by peer"
        )
        return f'level=error msg="request failed: {why}" {_request(pod)} status=500 {self._trace()}'

    def _passed_on(self, served: Served) -> str:
        why = f"{served.blamed} answered 500"
        return f'level=error msg="request failed: {why}" {_request(served.pod)} status=502 {self._trace()}'

    def _trace(self) -> str:
        return f"trace_id={self._random.getrandbits(128):032x}"


def _labels(pod: Pod) -> Mapping[str, str]:
    name = pod.service.name
    return {"service_name": name, "namespace": NAMESPACE, "pod": pod.name, "environment": MARK}


def _started(pod: Pod) -> str:
    what = f"service={pod.service.name} version={pod.version}"
    return f'level=info msg="started" {what} note="simulated demo data"'


def _request(pod: Pod) -> str:
    return f'method={pod.service.method} route="{pod.service.route}" version={pod.version}'


def _ns(at: float) -> int:
    return int(at * 1000) * 1_000_000
