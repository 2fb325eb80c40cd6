"""Loads the app role: everything heavy is imported by importing this module."""

from collections.abc import Mapping
from pathlib import Path

from reliability_studio.api.kept import Kept
from reliability_studio.api.router import RouteMeter
from reliability_studio.app.deployed import deploy
from reliability_studio.app.ground import Ground
from reliability_studio.app.health import without_database
from reliability_studio.app.organisations import Organisations
from reliability_studio.app.product import StudioProduct
from reliability_studio.app.runtime_app import AppRuntime
from reliability_studio.app.sources import source_names
from reliability_studio.clock import SystemClock
from reliability_studio.flows.hub import Hub
from reliability_studio.flows.relay import Relays
from reliability_studio.flows.slo_drift import DriftMeter
from reliability_studio.flows.vault import SettingsDocument
from reliability_studio.jobs.runner import JobMeter, Runner
from reliability_studio.jobs.table import JOBS
from reliability_studio.observability.metrics import Metrics
from reliability_studio.sources.meter import SourceMeter

FIRST_ORGANISATION = 1
"""Grafana's main organisation, which always exists: its jobs run on the ini's defaults before any visit."""


async def load(environ: Mapping[str, str], program: Path, metrics: Metrics) -> StudioProduct[AppRuntime]:
    """Build the process.

    Raises:
        StoreError: no data folder, no database, or a key that does not fit.
    """
    clock = SystemClock()
    deployed = await deploy(environ, program, clock)
    drift = DriftMeter(metrics)
    hub, meter, kept = Hub(metrics), SourceMeter(metrics, source_names()), Kept(metrics)
    routes, relays = RouteMeter(metrics, clock), Relays(hub, clock)

    async def build(org_id: int, document: SettingsDocument) -> AppRuntime:
        settings = deployed.decode(document)
        database = await deployed.databases.at(settings.database_url)
        relays.join(org_id, database)
        ground = Ground(
            org_id=org_id,
            database=database,
            hub=hub,
            clock=clock,
            meter=meter,
            kept=kept,
            routes=routes,
            holder=deployed.holder,
            warnings=deployed.deployment.warnings,
            catalog_file=deployed.deployment.catalog_file,
            slo_folder=deployed.deployment.slo_folder,
            drift=drift,
        )
        return await AppRuntime.open(ground, settings)

    organisations = Organisations(deployed.settings, build, clock)

    async def served() -> tuple[int, ...]:
        return tuple({FIRST_ORGANISATION, *await deployed.settings.organisations()})

    runner = Runner(served, organisations.use, jobs=JOBS, clock=clock, meter=JobMeter(metrics, JOBS))
    return StudioProduct(
        organisations=organisations,
        databases=deployed.databases,
        changes=hub,
        metrics=metrics,
        clock=clock,
        takes_settings=True,
        ailing=without_database(deployed.decode, clock, meter, deployed.deployment.warnings),
        work=(runner.run, relays.run),
    )
