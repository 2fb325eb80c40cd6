"""What is counted and timed about calls to sources, for all organisations together: one per process."""

from enum import StrEnum

from reliability_studio.observability.metrics import Metrics


class CallOutcome(StrEnum):
    """How a call to a source ended: a metric's label."""

    OK = "ok"
    UNAVAILABLE = "source_unavailable"
    TIMEOUT = "source_timeout"
    REJECTED = "source_rejected"
    MALFORMED = "source_malformed"


class SourceMeter:
    """Counts and times calls, for all organisations together: one per process."""

    def __init__(self, metrics: Metrics, sources: tuple[str, ...]) -> None:
        outcomes = {"source": sources, "outcome": tuple(CallOutcome)}
        self._seconds = metrics.histograms("source_call_seconds", "Time of one call to a source.", outcomes)
        self._retries = metrics.counters("source_retries", "Repeated calls.", {"source": sources})
        self._bytes = metrics.counters("source_received_bytes", "Bytes of answers.", {"source": sources})

    def ended(self, source: str, outcome: str, seconds: float) -> None:
        """A call ended; `outcome` is a `CallOutcome`."""
        self._seconds.of(source=source, outcome=outcome).observe(seconds)

    def retried(self, source: str) -> None:
        """A call is made once more."""
        self._retries.of(source=source).inc()

    def received(self, source: str, size: int) -> None:
        """An answer of `size` bytes came."""
        self._bytes.of(source=source).inc(size)
