"""The plugin's own metrics: made in one place, at zero from the start, with bounded labels.

A part asks `Metrics` for what it counts and declares each label with the values it can take. Series exist
at zero at once, so that a rate over them is right from the first event on; a value that was not declared
counts as `other`, so that no caller can grow the process by inventing values.
"""

import asyncio
import contextlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product
from typing import Generic, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

PREFIX = "reliability_studio_"

OTHER = "other"
"""Where undeclared label values are counted."""

LATENCY_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds; the budgets of the product lie between them."""

M = TypeVar("M", Counter, Gauge, Histogram)


class Family(Generic[M]):
    """One metric and its declared label values; `of` gives the series of one combination."""

    def __init__(self, metric: M, labels: Mapping[str, Sequence[str]]) -> None:
        self._metric: M = metric
        self._labels = {name: set(values) for name, values in labels.items()}
        self._series: dict[tuple[str, ...], M] = {}
        self._touch(labels)

    def declare(self, label: str, value: str) -> None:
        """Add a value that a label can take from now on; whoever declares bounds their number."""
        self._labels[label].add(value)
        self._touch({**self._labels, label: (value,)})

    def of(self, **labels: str) -> M:
        """The series with these labels; a value that was not declared becomes `other`."""
        asked = tuple([labels[name] for name in self._labels])
        return self._series.get(asked) or self._of_other(asked)

    def _of_other(self, asked: tuple[str, ...]) -> M:
        values = [
            value if value in declared else OTHER
            for value, declared in zip(asked, self._labels.values(), strict=True)
        ]
        return self._metric.labels(*values)

    def _touch(self, labels: Mapping[str, Collection[str]]) -> None:
        # Kept here as well: the library makes each value text and takes a lock on every look-up.
        for values in product(*labels.values()):
            self._series[tuple(map(str, values))] = self._metric.labels(*values)


class Metrics:
    """Factory and registry of one process."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry if registry is not None else CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.registry.register(_LoopCollector())

    def counter(self, name: str, text: str) -> Counter:
        """A counter without labels; `name` without prefix and without `_total`."""
        return Counter(PREFIX + name, text, registry=self.registry)

    def counters(self, name: str, text: str, labels: Mapping[str, Sequence[str]]) -> Family[Counter]:
        """A counter for each combination of the declared label values."""
        return Family(Counter(PREFIX + name, text, tuple(labels), registry=self.registry), labels)

    def gauge(self, name: str, text: str) -> Gauge:
        """A gauge without labels."""
        return Gauge(PREFIX + name, text, registry=self.registry)

    def gauges(self, name: str, text: str, labels: Mapping[str, Sequence[str]]) -> Family[Gauge]:
        """A gauge for each combination of the declared label values."""
        return Family(Gauge(PREFIX + name, text, tuple(labels), registry=self.registry), labels)

    def histogram(self, name: str, text: str, buckets: Sequence[float] = LATENCY_BUCKETS) -> Histogram:
        """A histogram without labels; in seconds unless the name says otherwise."""
        return Histogram(PREFIX + name, text, registry=self.registry, buckets=tuple(buckets))

    def histograms(
        self,
        name: str,
        text: str,
        labels: Mapping[str, Sequence[str]],
        buckets: Sequence[float] = LATENCY_BUCKETS,
    ) -> Family[Histogram]:
        """A histogram for each combination of the declared label values."""
        made = Histogram(PREFIX + name, text, tuple(labels), registry=self.registry, buckets=tuple(buckets))
        return Family(made, labels)

    def text(self) -> bytes:
        """Everything, in Prometheus text format."""
        return generate_latest(self.registry)


class _LoopCollector(Collector):
    """How many tasks the event loop holds: a leak shows as a line that only rises."""

    @override
    def collect(self) -> Iterator[Metric]:
        family = GaugeMetricFamily(f"{PREFIX}asyncio_tasks", "Tasks that the event loop holds.")
        # Asked from outside a loop there is nothing to count, and no sample says so.
        with contextlib.suppress(RuntimeError):
            family.add_metric((), len(asyncio.all_tasks()))
        yield family
