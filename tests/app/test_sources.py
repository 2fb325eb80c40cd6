"""What is opened for an organisation's settings."""

from reliability_studio.app.sources import open_sources, source_names
from reliability_studio.clock import ManualClock
from reliability_studio.observability.metrics import Metrics
from reliability_studio.settings.organisation import SOURCE_NAMES, decode
from reliability_studio.sources.meter import SourceMeter
from tests.support.records import NOON


async def test_health_examines_every_source_and_nothing_that_is_configured_is_told_as_absent():
    settings = decode(b'{"alertmanager": {"url": "http://127.0.0.1:9093"}}', {})
    opened = await open_sources(settings, ManualClock(NOON), SourceMeter(Metrics(), source_names()))
    try:
        examined = {each.name: each.probe is not None for each in opened.dependencies()}
    finally:
        await opened.aclose()
    assert examined == {name: name == "alertmanager" for name in SOURCE_NAMES}
