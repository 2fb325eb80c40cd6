"""A rule is tried on the alerts that a real Prometheus remembers, from before the product was there."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from reliability_studio.clock import SystemClock
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources import prometheus as source
from reliability_studio.sources.http import SourceClient
from reliability_studio.store.engine import Database
from scripts.servers import prometheus
from scripts.servers.prometheus import PROMETHEUS, PROMTOOL
from tests.support.desk import VERA, Desk
from tests.support.servers import need_program

pytestmark = pytest.mark.integration

ALERTS = (
    ("checkout", "DiskFull", 50, 60),
    ("checkout", "Slow", 52, 53),
    ("cart", "Slow", 5, 8),
    ("", "Watchdog", 0, 70),
)
"""Service, name, and the minutes between which each fired, two days ago."""


@pytest.fixture
async def remembering(tmp_path: Path) -> AsyncIterator[Desk]:
    need_program(PROMETHEUS, PROMTOOL)
    clock = SystemClock()
    begin = int((clock.now() - timedelta(days=2)).timestamp()) // 60 * 60
    lines = ["# TYPE ALERTS gauge"]
    for service, name, first, last in ALERTS:
        for state in ("pending", "firing"):
            labels = f'alertname="{name}",alertstate="{state}",service="{service}",severity="critical"'
            early = 2 if state == "pending" else 0
            lines += [
                f"ALERTS{{{labels}}} 1 {begin + minute * 60}" for minute in range(first - early, last + 1)
            ]
    history = tmp_path / "alerts.om"
    history.write_text("\n".join([*lines, "# EOF", ""]))
    with prometheus(blocks=history) as server:
        client = SourceClient(
            SourceSettings(name="prometheus", url=server.url), clock=clock, explain=source.explain
        )
        database = await Database.open(f"sqlite:///{tmp_path}/studio.sqlite")
        desk = Desk(database, prometheus=source.Prometheus(client))
        desk.clock.advance((clock.now() - desk.clock.now()).total_seconds())
        yield desk
        await database.aclose()
        await client.aclose()


async def test_a_dry_run_groups_what_prometheus_remembers_and_stores_nothing(remembering: Desk) -> None:
    """One incident of two alerts, one of another service; what always fires is set aside."""
    rule = {"name": "critical", "matchers": [{"label": "severity", "operator": "=", "value": "critical"}]}
    body = {"rule": rule, "days": 7, "history": "prometheus"}
    answer = await remembering.ask("POST", "rules/dry-run", body, caller=VERA)
    assert answer.status == 200, answer.raw
    found = answer.json
    groups = {(one["alert"]["name"], one["alert"]["labels"].get("service")): one for one in found["places"]}
    assert (found["incidents"], found["truncated"], len(found["places"])) == (2, False, 4)
    assert groups["DiskFull", "checkout"]["group"] == groups["Slow", "checkout"]["group"] != ""
    assert groups["Slow", "cart"]["group"] not in {"", groups["Slow", "checkout"]["group"]}
    assert (groups["Watchdog", None]["group"], groups["Watchdog", None]["reason"]) == ("", "heartbeat")
    assert (await remembering.ask("GET", "alerts")).json["items"] == []
