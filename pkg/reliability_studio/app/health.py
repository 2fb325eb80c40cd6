"""The health of an organisation in the app role, with its database or without.

When the database cannot be had there is no runtime, but what else it needs is known: somebody who reads it at
night must see at once whether it is the database alone.
"""

from collections.abc import Callable, Sequence

from reliability_studio import __version__
from reliability_studio.api.calls import HealthReport
from reliability_studio.api.health import Dependency, examine, failed
from reliability_studio.app.product import Ailing
from reliability_studio.app.sources import Sources, open_sources
from reliability_studio.clock import Clock
from reliability_studio.errors import StoreError
from reliability_studio.flows.vault import SettingsDocument
from reliability_studio.settings.organisation import Settings
from reliability_studio.sources.meter import SourceMeter


async def examined(
    database: Dependency, sources: Sources, settings: Settings, clock: Clock, warnings: Sequence[str]
) -> HealthReport:
    """Examine the database and every source."""
    return await examine(
        (database, *sources.dependencies()),
        clock,
        problems=(*settings.problems, *sources.problems),
        warnings=warnings,
        facts={"version": __version__, "role": "app"},
    )


def without_database(
    decode: Callable[[SettingsDocument], Settings],
    clock: Clock,
    meter: SourceMeter,
    warnings: Sequence[str],
) -> Ailing:
    """The examination of the app role, which asks the sources that are configured."""

    async def ailing(document: SettingsDocument, error: StoreError) -> HealthReport:
        settings = decode(document)
        sources = await open_sources(settings, clock, meter)
        try:
            return await examined(failed("database", error), sources, settings, clock, warnings)
        finally:
            await sources.aclose()

    return ailing
