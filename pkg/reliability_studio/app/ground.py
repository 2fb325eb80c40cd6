"""What the runtimes of one organisation stand on, whatever its settings."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reliability_studio.api.kept import Kept
from reliability_studio.api.router import RouteMeter
from reliability_studio.clock import Clock
from reliability_studio.flows.hub import Hub
from reliability_studio.flows.slo_drift import DriftMeter
from reliability_studio.observability.metrics import Metrics
from reliability_studio.sources.meter import SourceMeter
from reliability_studio.store.engine import Database


@dataclass(frozen=True, slots=True)
class Ground:
    """What an organisation's runtimes share, whatever its settings."""

    org_id: int
    database: Database
    hub: Hub
    clock: Clock
    meter: SourceMeter
    kept: Kept
    routes: RouteMeter
    holder: str
    """Names this process in leases."""
    warnings: Sequence[str]
    """What is wrong with the deployment."""
    catalog_file: Path | None = None
    """The operator's file of services."""
    slo_folder: Path | None = None
    """The operator's folder of SLOs as code."""
    drift: DriftMeter = field(default_factory=lambda: DriftMeter(Metrics()))
    """What comparisons of SLOs with PromQL gave."""
