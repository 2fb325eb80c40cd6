"""Polling corrects what webhooks lost: against a strict stand-in, and against a real Alertmanager."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from reliability_studio.clock import ManualClock, SystemClock
from reliability_studio.domain.alerts import AlertSource
from reliability_studio.domain.incidents.model import Status
from reliability_studio.errors import SourceError, SourceMalformed
from reliability_studio.flows.hub import Hub
from reliability_studio.flows.ingest import Intake
from reliability_studio.flows.reconcile import poll
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources.alertmanager import Alertmanager, PrometheusAlerts
from reliability_studio.sources.http import SourceClient
from reliability_studio.store import alerts, incidents
from reliability_studio.store.engine import Database
from scripts.servers import Alertmanager as Server
from tests.support.records import NOON, minutes
from tests.support.servers import alertmanager

__all__ = ["alertmanager"]


class StandIn:
    """Answers the two lists and nothing else."""

    def __init__(self) -> None:
        self.answer: object = []
        self.status = 200

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """One answer."""
        assert request.method == "GET"
        assert request.url.path in {"/api/v2/alerts", "/api/v1/alerts"}
        return httpx.Response(self.status, content=json.dumps(self.answer).encode())


def listed(name: str = "Slow", state: str = "active", at: str = "2026-03-01T12:00:00Z") -> dict[str, Any]:
    """An alert as Alertmanager lists it."""
    return {
        "labels": {"alertname": name, "service": "checkout"},
        "annotations": {"summary": "it is slow"},
        "startsAt": at,
        "endsAt": "2026-03-01T12:09:00Z",
        "updatedAt": at,
        "fingerprint": f"{name:0>16}",
        "generatorURL": "http://prometheus/graph",
        "receivers": [{"name": "studio"}],
        "status": {"state": state, "silencedBy": [], "inhibitedBy": [], "mutedBy": []},
    }


@pytest.fixture
def server() -> StandIn:
    """What the source says."""
    return StandIn()


@pytest.fixture
async def client(server: StandIn) -> AsyncIterator[SourceClient]:
    """The way to it."""
    settings = SourceSettings(name="alertmanager", url="http://am.test:9093", timeout_s=1)
    opened = SourceClient(settings, clock=ManualClock(NOON), transport=httpx.MockTransport(server))
    yield opened
    await opened.aclose()


@pytest.fixture
def intake(database: Database) -> Intake:
    """The door."""
    return Intake(database, Hub(), ManualClock(NOON))


async def status(database: Database, number: int = 1) -> Status | None:
    """How an incident stands."""
    async with database.reading() as connection:
        found = await incidents.get(connection, 1, number)
    return None if found is None else found.status


async def test_an_alert_whose_webhook_never_came_is_taken_in_and_ended(
    database: Database, intake: Intake, client: SourceClient, server: StandIn
) -> None:
    """No webhook is needed at all."""
    source = Alertmanager(client)
    server.answer = [listed()]
    assert (await poll(database, intake, source, 1, minutes(1))).taken.opened == ("INC-1",)
    again = await poll(database, intake, source, 1, minutes(2))
    assert again.taken.received == 0
    server.answer = []
    early = await poll(database, intake, source, 1, minutes(2))
    assert (early.ended, await status(database)) == (0, Status.OPEN)
    late = await poll(database, intake, source, 1, minutes(5))
    assert (late.ended, late.taken.resolved) == (1, ("INC-1",))
    assert await status(database) is Status.RESOLVED


async def test_what_is_silenced_opens_nothing_but_is_not_over(
    database: Database, intake: Intake, client: SourceClient, server: StandIn
) -> None:
    """A silence hides an alert; it does not end it."""
    source = Alertmanager(client)
    server.answer = [listed(), listed("Quiet", "suppressed")]
    assert (await poll(database, intake, source, 1, minutes(1))).taken.received == 1
    server.answer = [listed(state="suppressed")]
    await poll(database, intake, source, 1, minutes(9))
    assert await status(database) is Status.OPEN


async def test_a_source_that_fails_ends_nothing(
    database: Database, intake: Intake, client: SourceClient, server: StandIn
) -> None:
    """Silence of the source is not silence of its alerts."""
    source = Alertmanager(client)
    server.answer = [listed()]
    await poll(database, intake, source, 1, minutes(1))
    for answer, code in (([], 400), ({"odd": 1}, 200), ([{"labels": {}}], 200)):
        server.answer, server.status = answer, code
        with pytest.raises(SourceError):
            await poll(database, intake, source, 1, minutes(30))
    assert await status(database) is Status.OPEN


async def test_alerts_of_a_prometheus_without_alertmanager(client: SourceClient, server: StandIn) -> None:
    """Pending ones do not fire yet."""
    source = PrometheusAlerts(client)
    rule = {
        "labels": {"alertname": "Slow"},
        "activeAt": "2026-03-01T12:00:00.5Z",
        "annotations": {},
        "value": "1e+00",
    }
    server.answer = {
        "status": "success",
        "data": {"alerts": [{**rule, "state": "firing"}, {**rule, "state": "pending"}]},
    }
    found = await source.alerts(NOON)
    assert (found.source, len(found.firing)) == (AlertSource.PROMETHEUS, 1)
    assert found.present == {found.firing[0].episode}
    server.answer = {"status": "error", "data": {"alerts": []}}
    with pytest.raises(SourceMalformed):
        await source.alerts(NOON)


@pytest.mark.integration
async def test_a_real_alertmanager_is_polled(database: Database, alertmanager: Server) -> None:
    """Its fingerprint and start identify the episode."""
    now = datetime.now(UTC)  # noqa: TID251 - the server has its own clock
    alertmanager.post([{"labels": {"alertname": "Slow", "service": "checkout"}, "startsAt": now.isoformat()}])
    settings = SourceSettings(name="alertmanager", url=alertmanager.url, timeout_s=5)
    opened = SourceClient(settings, clock=SystemClock())
    try:
        source = Alertmanager(opened)
        assert "version" in await source.health()
        intake = Intake(database, Hub(), SystemClock())
        taken = await poll(database, intake, source, 1, now)
        assert taken.taken.opened == ("INC-1",)
        async with database.reading() as connection:
            (held,) = await alerts.firing(connection, 1)
        assert held.event.fingerprint == alertmanager.alerts()[0]["fingerprint"]
    finally:
        await opened.aclose()
