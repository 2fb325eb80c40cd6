"""Loads the data source role: it reads the store, takes no settings from requests, and runs no jobs."""

from collections.abc import Mapping
from pathlib import Path

from reliability_studio.api.calls import HealthReport
from reliability_studio.api.health import failed
from reliability_studio.app.deployed import deploy
from reliability_studio.app.organisations import Organisations
from reliability_studio.app.product import StudioProduct
from reliability_studio.app.runtime_data import DataRuntime, examined, query_meter, query_types
from reliability_studio.clock import SystemClock
from reliability_studio.errors import StoreError
from reliability_studio.flows.hub import Hub
from reliability_studio.flows.vault import SettingsDocument
from reliability_studio.observability.metrics import Metrics


async def load(environ: Mapping[str, str], program: Path, metrics: Metrics) -> StudioProduct[DataRuntime]:
    """Build the process.

    Raises:
        StoreError: no data folder, no database, or a key that does not fit.
    """
    clock = SystemClock()
    deployed = await deploy(environ, program, clock)
    meter = query_meter(metrics)

    async def build(org_id: int, document: SettingsDocument) -> DataRuntime:
        database = await deployed.databases.at(deployed.decode(document).database_url)
        types = query_types(org_id, database, clock)
        return DataRuntime(database, types, meter, clock, deployed.deployment.warnings)

    async def ailing(_document: SettingsDocument, error: StoreError) -> HealthReport:
        return await examined(failed("database", error), clock, deployed.deployment.warnings)

    return StudioProduct(
        organisations=Organisations(deployed.settings, build, clock),
        databases=deployed.databases,
        changes=Hub(),
        metrics=metrics,
        clock=clock,
        takes_settings=False,
        ailing=ailing,
    )
