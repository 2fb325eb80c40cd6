"""One organisation in the app role: its sources, its flows, its routes, and its jobs.

Built anew for every version of the settings, in the order in which the parts need each other, and closed when
the last call on it is done. What outlives settings (the database, listeners, counters) comes from outside.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Self

from reliability_studio.api.budget_costs import budget_cost_routes
from reliability_studio.api.calls import (
    Caller,
    HealthReport,
    Query,
    QueryAnswer,
    ResourceRequest,
    ResourceResponse,
    Role,
)
from reliability_studio.api.changes import change_routes
from reliability_studio.api.enrichments import enrichment_routes
from reliability_studio.api.health import Dependency
from reliability_studio.api.investigations import investigation_routes
from reliability_studio.api.openapi import openapi_route
from reliability_studio.api.risks import risk_routes
from reliability_studio.api.rollouts import rollout_routes
from reliability_studio.api.router import Call, Reply, Route, Router
from reliability_studio.api.slo_changes import slo_change_routes
from reliability_studio.api.slo_corrections import correction_routes
from reliability_studio.api.slo_reports import report_routes
from reliability_studio.api.slos import slo_routes
from reliability_studio.api.sources import source_routes
from reliability_studio.api.studio_routes import incident_side
from reliability_studio.api.telemetry import telemetry_routes
from reliability_studio.app.ground import Ground
from reliability_studio.app.health import examined
from reliability_studio.app.outward import marks_of, notifier, targets_of
from reliability_studio.app.sources import Sources, open_sources
from reliability_studio.app.trials import looked_at
from reliability_studio.app.upkeep import Work, jobs, retain
from reliability_studio.errors import NotFound
from reliability_studio.flows import change_log
from reliability_studio.flows.asking import Asking
from reliability_studio.flows.budget_cost import Costs
from reliability_studio.flows.catalog import Catalog
from reliability_studio.flows.change_log import ChangeLog
from reliability_studio.flows.checks import Checks
from reliability_studio.flows.detect import Detector
from reliability_studio.flows.discovery import Discovery
from reliability_studio.flows.enrichments import Enrichments
from reliability_studio.flows.incidents import Incidents
from reliability_studio.flows.ingest import Intake
from reliability_studio.flows.inquiry import Inquiries
from reliability_studio.flows.investigate import Investigations
from reliability_studio.flows.provisioning import Provisioning
from reliability_studio.flows.reminders import Reminders
from reliability_studio.flows.risks import Risks
from reliability_studio.flows.rollout_log import RolloutLog
from reliability_studio.flows.rollouts import Rollouts, mark_nothing, marking
from reliability_studio.flows.slo_changes import SloChanges
from reliability_studio.flows.slo_corrections import SloCorrections
from reliability_studio.flows.slo_drift import Drifts
from reliability_studio.flows.slo_impact import Impacts
from reliability_studio.flows.slo_provisioning import SloProvisioning
from reliability_studio.flows.slo_refresh import SloRefresh
from reliability_studio.flows.slo_report import SloReports
from reliability_studio.flows.slos import Slos
from reliability_studio.flows.telemetry import Signals
from reliability_studio.jobs import table
from reliability_studio.jobs.lease import TTL_S
from reliability_studio.settings.organisation import Settings
from reliability_studio.store import lease

_log = logging.getLogger(__name__)

SLOS_PAGE = "/a/reliability-studio-app/slos"

WATCH_SESSION_S = 50.0
"""How long the cluster is followed in one run of the job; the next run goes on where it ended."""


class AppRuntime:
    """One organisation under one version of its settings."""

    @classmethod
    async def open(cls, ground: Ground, settings: Settings) -> Self:
        """Open the sources that the settings name, and build everything on them."""
        return cls(ground, settings, await open_sources(settings, ground.clock, ground.meter))

    def __init__(self, ground: Ground, settings: Settings, sources: Sources) -> None:
        self._ground = ground
        self._settings = settings
        self._sources = sources
        targets = targets_of(settings, self._sources)
        self._notifier = notifier(ground, settings, self._sources, targets)
        intake = Intake(ground.database, ground.hub, ground.clock, tell=self._notifier.enqueue)
        incidents = Incidents(
            ground.database, ground.hub, tell=self._notifier.enqueue, impact=Impacts(ground.clock)
        )
        reminders = Reminders(ground.database, ground.hub, self._notifier.remind)
        refresh = SloRefresh(
            ground.org_id,
            ground.database,
            self._sources.prometheus,
            ground.clock,
            intake.apply,
            loki=self._sources.loki,
            page=f"{settings.grafana.url}{SLOS_PAGE}" if settings.grafana else "",
            tell=lambda notice: ground.hub.publish(ground.org_id, notice),
        )
        self._slo_servers = refresh.servers
        objectives = Slos(ground.org_id, ground.database, refresh, ground.clock)
        signals = _signals(self._sources, settings)
        investigations = Investigations(
            ground.org_id,
            ground.database,
            ground.hub,
            signals,
            {name: uid for name, each in settings.sources.items() if (uid := each.datasource_uid)},
        )
        self._provisioning = Provisioning(Catalog(ground.database), ground.org_id, ground.catalog_file)
        self._slo_provisioning = SloProvisioning(objectives, ground.org_id, ground.slo_folder)
        marks = marks_of(ground, settings, self._sources)
        rollouts = Rollouts(
            ground.org_id, ground.database, signals, mark_nothing if marks is None else marking(marks)
        )
        self._detector = Detector(ground.org_id, ground.database, signals, intake, settings.detector)
        asking = Asking(
            ground.org_id, ground.database, ground.hub, self._sources.prometheus, self._sources.loki
        )
        routes = (
            Route("GET", "health", Role.VIEWER, self._health, "How the plugin and its sources are"),
            *incident_side(
                ground.database,
                intake,
                incidents,
                ground.clock,
                reminders=reminders,
                grafana_secret=settings.alerts.grafana_secret,
                timestamp_header=settings.alerts.timestamp_header,
                targets=targets,
                kept=ground.kept,
                prometheus=self._sources.prometheus,
            ),
            *enrichment_routes(Enrichments(ground.database, asking), ground.clock),
            *correction_routes(SloCorrections(ground.org_id, ground.database, refresh, ground.clock)),
            *budget_cost_routes(Costs(ground.org_id, ground.database, ground.clock), ground.clock),
            *report_routes(SloReports(ground.org_id, ground.database, ground.clock)),
            *slo_change_routes(SloChanges(ground.org_id, ground.database)),
            *slo_routes(objectives, ground.clock, lambda notice: ground.hub.publish(ground.org_id, notice)),
            *telemetry_routes(signals, ground.clock),
            *change_routes(
                ChangeLog(
                    ground.org_id,
                    ground.database,
                    change_log.mark_nothing if marks is None else change_log.marking(marks),
                ),
                ground.clock,
            ),
            *risk_routes(Risks(ground.org_id, ground.database, signals), ground.clock),
            *rollout_routes(RolloutLog(ground.org_id, ground.database), ground.clock),
            *source_routes(looked_at(settings, self._sources, ground.clock, ground.meter)),
            *investigation_routes(
                investigations,
                Inquiries(ground.org_id, ground.database),
                Checks(ground.org_id, ground.database),
                ground.clock,
            ),
        )
        self.router = Router((*routes, openapi_route(routes)), meter=ground.routes)
        """Every route of the app; the OpenAPI document among them."""
        self._jobs: Mapping[str, Work] = {
            **jobs(ground, self._sources, intake, refresh, self._notifier),
            table.CATALOGUE.name: self._provisioning.run,
            table.SLO_FILES.name: self._slo_provisioning.run,
            table.SLO_DRIFT.name: Drifts(
                ground.org_id, ground.database, self._sources.prometheus, ground.drift
            ).run,
            table.RETENTION.name: retain(ground, settings.retention),
            table.REMINDERS.name: partial(reminders.sweep, ground.org_id),
            table.INVESTIGATION.name: investigations.sweep,
            table.QUESTIONS.name: asking.sweep,
            table.ROLLOUTS.name: rollouts.sweep,
            table.DETECTOR.name: self._detector.sweep,
            table.CLUSTER_WATCH.name: self._follow_cluster,
            table.DISCOVERY.name: Discovery(ground.org_id, Catalog(ground.database), signals).sweep,
        }

    async def resource(self, request: ResourceRequest) -> ResourceResponse:
        """Answer a resource call."""
        return await self.router.answer(request)

    async def query(self, _caller: Caller, queries: tuple[Query, ...]) -> Mapping[str, QueryAnswer]:
        """Grafana sends queries to data sources only; an app has none to answer."""
        error = "queries go to the data source reliability-studio-datasource"
        return {query.ref_id: QueryAnswer(error=error, status=NotFound.status) for query in queries}

    async def health(self, _caller: Caller) -> HealthReport:
        """Examine the database and every source."""
        ground = self._ground
        return await examined(
            Dependency("database", required=True, probe=ground.database.health),
            self._sources,
            self._settings,
            ground.clock,
            (*ground.warnings, *filter(None, self._working_problems())),
        )

    def _working_problems(self) -> Sequence[str]:
        paces = [each.pace.reason for each in self._slo_servers.every]
        return self._provisioning.problem, self._slo_provisioning.problem, self._detector.problem, *paces

    async def hold_lease(self, now: datetime) -> bool:
        """Take or prolong the right to run this organisation's jobs."""
        ground = self._ground
        async with ground.database.writing() as connection:
            return await lease.acquire(connection, _lease_name(ground), ground.holder, now, TTL_S)

    async def release_lease(self) -> None:
        """Let another process take over at once."""
        ground = self._ground
        async with ground.database.writing() as connection:
            await lease.release(connection, _lease_name(ground), ground.holder)

    async def work(self, job: str, now: datetime) -> None:
        """Do one run of a job."""
        await self._jobs[job](now)

    async def aclose(self) -> None:
        """Close the connections to the outside."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._sources.aclose())
            group.create_task(self._notifier.aclose())

    async def _health(self, call: Call[Any]) -> Reply:
        """`GET health`: the same report, for pages; 503 when the plugin cannot do its work (A1)."""
        report = await self.health(call.caller)
        body = {"status": report.status.value, "message": report.message, **report.details}
        return Reply(body, status=503 if report.status.value == "error" else 200)

    async def _follow_cluster(self, _now: datetime) -> None:
        if self._sources.kubernetes is not None:
            await self._sources.kubernetes.follow(WATCH_SESSION_S)


def _signals(sources: Sources, settings: Settings) -> Signals:
    return Signals(sources.prometheus, sources.loki, sources.tempo, sources.kubernetes, settings.dialects)


def _lease_name(ground: Ground) -> str:
    return f"jobs:{ground.org_id}"
