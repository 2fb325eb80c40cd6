"""The health of an organisation whose database cannot be had: no runtime, but what else it needs is known.

Somebody who reads it at night must see at once whether it is the database alone.
"""

from collections.abc import Callable, Sequence

from reliability_studio import __version__
from reliability_studio.api.calls import HealthReport
from reliability_studio.api.health import examine, failed
from reliability_studio.app.product import Ailing
from reliability_studio.app.sources import open_sources
from reliability_studio.clock import Clock
from reliability_studio.errors import StoreError
from reliability_studio.flows.vault import SettingsDocument
from reliability_studio.settings.organisation import Settings
from reliability_studio.sources.meter import SourceMeter


def without_database(
    decode: Callable[[SettingsDocument], Settings],
    clock: Clock,
    meter: SourceMeter,
    warnings: Sequence[str],
) -> Ailing:
    """The examination of the app role, which asks the sources that are configured."""

    async def examined(document: SettingsDocument, error: StoreError) -> HealthReport:
        settings = decode(document)
        sources = await open_sources(settings, clock, meter)
        try:
            return await examine(
                (failed("database", error), *sources.dependencies()),
                clock,
                problems=(*settings.problems, *sources.problems),
                warnings=warnings,
                facts={"version": __version__, "role": "app"},
            )
        finally:
            await sources.aclose()

    return examined
