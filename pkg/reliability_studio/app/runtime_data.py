"""One organisation in the data source role: the queries of panels and alert rules, over the shared store."""

import asyncio
from collections.abc import Mapping, Sequence

from reliability_studio import __version__
from reliability_studio.api.calls import (
    Caller,
    HealthReport,
    Query,
    QueryAnswer,
    ResourceRequest,
    ResourceResponse,
)
from reliability_studio.api.finding_queries import finding_queries
from reliability_studio.api.health import Dependency, examine
from reliability_studio.api.incident_queries import incident_queries
from reliability_studio.api.investigation_queries import investigation_queries
from reliability_studio.api.queries import AnyQueryType, Queries, QueryMeter
from reliability_studio.api.record_queries import record_queries
from reliability_studio.api.rollout_queries import rollout_queries
from reliability_studio.api.router import Router
from reliability_studio.api.slo_queries import slo_queries
from reliability_studio.api.slo_report_query import report_queries
from reliability_studio.clock import Clock
from reliability_studio.flows.catalog import Catalog
from reliability_studio.flows.findings import Findings
from reliability_studio.flows.hub import Hub
from reliability_studio.flows.incidents import Incidents
from reliability_studio.flows.rollout_log import RolloutLog
from reliability_studio.flows.slo_report import SloReports
from reliability_studio.flows.slo_views import SloReader
from reliability_studio.observability.metrics import Metrics
from reliability_studio.store.engine import Database

DEADLINE_S = 25.0
"""Of one query; a dashboard's own patience is about as long."""

PARALLEL = 8


class DataRuntime:
    """Queries of one organisation."""

    def __init__(
        self,
        database: Database,
        types: Sequence[AnyQueryType],
        meter: QueryMeter,
        clock: Clock,
        warnings: Sequence[str],
    ) -> None:
        self._database = database
        self._clock = clock
        self._warnings = warnings
        self._router = Router(())
        self._queries = Queries(types, deadline_s=DEADLINE_S, max_parallel=PARALLEL, meter=meter, clock=clock)

    async def resource(self, request: ResourceRequest) -> ResourceResponse:
        """The data source has no resources of its own: what it can tell, it tells as queries."""
        return await self._router.answer(request)

    async def query(self, caller: Caller, queries: tuple[Query, ...]) -> Mapping[str, QueryAnswer]:
        """Answer every refId."""
        return await self._queries.answer(caller, queries)

    async def health(self, _caller: Caller) -> HealthReport:
        """Examine the database."""
        database = Dependency("database", required=True, probe=self._database.health)
        return await examined(database, self._clock, self._warnings)

    async def aclose(self) -> None:
        """The database belongs to the process."""
        await asyncio.sleep(0)


async def examined(database: Dependency, clock: Clock, warnings: Sequence[str]) -> HealthReport:
    """Examine the database, which is all that this role needs."""
    facts = {"version": __version__, "role": "datasource"}
    return await examine((database,), clock, warnings=warnings, facts=facts)


def query_types(org_id: int, database: Database, clock: Clock) -> tuple[AnyQueryType, ...]:
    """Every query type, for one organisation."""
    # Nothing is changed here, so nobody listens: the hub is for the shape of it.
    incidents = Incidents(database, Hub())
    findings = Findings(org_id, database)
    return (
        *incident_queries(org_id, incidents),
        *finding_queries(findings),
        *investigation_queries(findings),
        *rollout_queries(RolloutLog(org_id, database)),
        *record_queries(org_id, incidents, Catalog(database), clock),
        *slo_queries(SloReader(org_id, database, clock)),
        *report_queries(SloReports(org_id, database, clock)),
    )


def query_meter(metrics: Metrics) -> QueryMeter:
    """One per process; it must know the names before any organisation does."""
    return QueryMeter(metrics, NAMES)


NAMES = (
    "incidents",
    "mttx",
    "alerts",
    "findings",
    "causes",
    "blast_radius",
    "log_patterns",
    "rollouts",
    "incident_timeline",
    "services",
    "service_graph",
    "slo_status",
    "slo_history",
    "slo_alerts",
    "slo_report",
)
"""Names of the query types, for the meter's labels; a test holds them to the types."""
