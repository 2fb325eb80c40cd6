"""Which server an SLO is counted from, and how hard it is pressed: metrics from Prometheus, lines from Loki.

To counting they are the same: something that answers a query with series of numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from reliability_studio.domain.slo.indicators import LogsIndicator
from reliability_studio.domain.slo.spec import Definition
from reliability_studio.errors import SourceNotConfigured
from reliability_studio.flows.slo_pace import Pace
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

    @classmethod
    def of(cls, prometheus: Prometheus | None, loki: Loki | None) -> "Servers":
        """Those that are configured, unpressed as yet."""
        return cls(
            Server("Prometheus", prometheus, Pace(name="Prometheus")),
            Server("Loki", loki, Pace(LOG_QUERIES, LOG_DAYS, name="Loki")),
        )

    @property
    def every(self) -> Sequence[Server]:
        """All of them."""
        return (self.metrics, self.logs)

    def server(self, definition: Definition) -> Server:
        """The server that this SLO is counted from."""
        return self.logs if isinstance(definition.indicator, LogsIndicator) else self.metrics
