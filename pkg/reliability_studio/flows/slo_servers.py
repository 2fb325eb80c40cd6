"""Which server an SLO is counted from, and how hard it is pressed: metrics from Prometheus, lines from Loki.

An SLO of lines of all events asks both.

To counting they are the same: something that answers a query with series of numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from reliability_studio.domain.slo.indicators import LogsIndicator, MixedIndicator
from reliability_studio.domain.slo.spec import Definition
from reliability_studio.errors import SourceNotConfigured
from reliability_studio.flows.slo_pace import Pace
from reliability_studio.flows.slo_questions import LogQuery
from reliability_studio.sources.loki import Loki
from reliability_studio.sources.prometheus import Answer, Prometheus

LOG_DAYS = 1
"""Days of log lines that one query counts: they are read one by one."""

LOG_QUERIES = 4
"""Queries over log lines that are under way at the same time when nothing is wrong."""


class Numbers(Protocol):
    """A server that answers queries with series of numbers."""

    name: str

    async def query(self, text: str, /, *, at: datetime) -> Answer:
        """The numbers at one moment."""
        ...

    async def query_range(self, text: str, /, start: datetime, end: datetime, *, step_s: int) -> Answer:
        """The numbers at `start`, `start + step_s`, … up to and including `end`."""
        ...


class Both:
    """Prometheus and Loki as one: each query goes where it belongs."""

    name = "prometheus and loki"

    def __init__(self, metrics: Numbers, logs: Numbers) -> None:
        self._metrics = metrics
        self._logs = logs

    async def query(self, text: str, /, *, at: datetime) -> Answer:
        """The numbers at one moment."""
        return await self._of(text).query(str(text), at=at)

    async def query_range(self, text: str, /, start: datetime, end: datetime, *, step_s: int) -> Answer:
        """The numbers at `start`, `start + step_s`, … up to and including `end`."""
        return await self._of(text).query_range(str(text), start, end, step_s=step_s)

    def _of(self, text: str) -> Numbers:
        return self._logs if isinstance(text, LogQuery) else self._metrics


@dataclass(frozen=True, slots=True)
class Server:
    """One server as counting uses it."""

    name: str
    """As people call it."""
    numbers: Numbers | None
    """None: nobody said where it is."""
    pace: Pace

    @property
    def missing(self) -> str:
        """What is said of SLOs while nobody has told where the server is."""
        return f"{self.name} is not configured"

    def there(self) -> Numbers:
        """The server.

        Raises:
            SourceNotConfigured: nobody said where it is.
        """
        if self.numbers is None:
            raise SourceNotConfigured(self.missing, source=self.name.lower())
        return self.numbers


@dataclass(frozen=True, slots=True)
class Servers:
    """All servers that SLOs of one organisation are counted from."""

    metrics: Server
    logs: Server
    both: Server

    @classmethod
    def of(cls, prometheus: Prometheus | None, loki: Loki | None) -> "Servers":
        """Those that are configured, unpressed as yet."""
        return cls(
            Server("Prometheus", prometheus, Pace(name="Prometheus")),
            Server("Loki", loki, Pace(LOG_QUERIES, LOG_DAYS, name="Loki")),
            Server(
                "Loki" if prometheus else "Prometheus",
                Both(prometheus, loki) if prometheus and loki else None,
                Pace(LOG_QUERIES, LOG_DAYS, name="Loki beside Prometheus"),
            ),
        )

    @property
    def every(self) -> Sequence[Server]:
        """All of them."""
        return (self.metrics, self.logs, self.both)

    def server(self, definition: Definition) -> Server:
        """The server that this SLO is counted from."""
        if isinstance(definition.indicator, MixedIndicator):
            return self.both
        return self.logs if isinstance(definition.indicator, LogsIndicator) else self.metrics
