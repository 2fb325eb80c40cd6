"""Row 19 at work: candidates go through the door of all alerts, open nothing, and a person declares them."""

from dataclasses import replace

import httpx
import pytest

from reliability_studio.clock import ManualClock
from reliability_studio.domain.alerts import AlertSource
from reliability_studio.domain.catalog import Service
from reliability_studio.flows.detect import Detector
from reliability_studio.flows.hub import Hub
from reliability_studio.flows.ingest import Intake
from reliability_studio.flows.telemetry import Signals
from reliability_studio.settings.detector import DetectorSettings
from reliability_studio.sources import dialects
from reliability_studio.sources.promql import TAG
from reliability_studio.store import alerts, catalog, incidents
from tests.flows.test_investigate import NOW, FakePrometheus, prometheus
from tests.support.records import an_alert, an_incident, minutes

ON = DetectorSettings(enabled=True)


class Recovering(FakePrometheus):
    """The trouble of yesterday's noon does not exist, and from `over` on all is well again."""

    def __init__(self, percent, over=None):
        super().__init__(percent, 0.1)
        self.over = over

    def _course(self, form):
        found = super()._course(form)
        if self.over is None or "/" not in form["query"]:
            return found
        return [
            {
                **each,
                "values": [[t, "0.0001" if t >= self.over.timestamp() else v] for t, v in each["values"]],
            }
            for each in found
        ]


def detector(database, settings=ON, *, percent=20, over=None, signals=None):
    intake = Intake(database, Hub(), ManualClock(NOW))
    found = signals or Signals(prometheus(Recovering(percent, over)), None, None, None)
    return Detector(1, database, found, intake, settings)


async def candidates(database):
    async with database.reading() as connection:
        return [each for each in await alerts.firing(connection, 1) if each.reason == "candidate"]


async def active(database):
    async with database.reading() as connection:
        return await incidents.active(connection, 1, resolved_since=NOW)


async def test_row_19_a_candidate_opens_nothing_and_is_told_once(database):
    work = detector(database)
    assert await work.sweep(minutes(12)) == 1
    assert await work.sweep(minutes(13)) == 0
    [found] = await candidates(database)
    assert (found.event.source, found.event.labels["service"]) == (AlertSource.DETECTOR, "checkout")
    assert found.event.labels["alertname"] == "UnusualErrors"
    assert "20.00% requests fail, usually 0.02%" in found.event.annotations["summary"]
    assert "declare an incident" in found.reason_text
    assert await active(database) == ()


async def test_it_ends_when_the_service_is_well_again(database):
    assert await detector(database).sweep(minutes(12)) == 1
    assert await detector(database, over=minutes(15)).sweep(minutes(18)) == 0
    assert await detector(database, over=minutes(15)).sweep(minutes(26)) == 1
    assert await candidates(database) == []


async def test_row_19_it_is_off_until_somebody_switches_it_on(database):
    """Quiet by default; switched off again, nothing is left behind, and nothing is asked."""
    server = Recovering(20)
    signals = Signals(prometheus(server), None, None, None)
    assert await detector(database, DetectorSettings(), signals=signals).sweep(minutes(12)) == 0
    assert server.asked == []
    await detector(database).sweep(minutes(12))
    assert await detector(database, DetectorSettings()).sweep(minutes(13)) == 1
    assert await candidates(database) == []


async def test_services_that_are_excluded_or_calm_are_left_alone(database):
    calm = detector(database, percent=0.01)
    assert await calm.sweep(minutes(12)) == 0
    excluded = replace(ON, exclude=frozenset({"checkout"}))
    assert await detector(database, excluded).sweep(minutes(12)) == 0


async def test_row_19_where_an_alert_rule_watches_the_detector_is_silent(database):
    """An incident of the last month that a rule's alert opened: somebody watches."""
    intake = Intake(database, Hub(), ManualClock(NOW))
    over = an_alert("Slow", started=minutes(-300), labels={"alertname": "Slow", "service": "checkout"})
    await intake.apply(1, [over], minutes(-299))
    await intake.apply(1, [replace(over, ends_at=minutes(-200))], minutes(-200))
    assert await active(database) == ()
    assert await detector(database).sweep(minutes(12)) == 0


async def test_an_open_incident_covers_its_service_and_who_calls_it(database):
    """What an investigation looks at already is not told a second time."""
    async with database.writing() as connection:
        await catalog.upsert(connection, 1, [Service("checkout", discovered=("payments",))], NOW)
        await incidents.insert(connection, an_incident(service="payments", services=()))
    assert await detector(database).sweep(minutes(12)) == 0


async def test_without_prometheus_health_says_why_nothing_is_seen(database):
    nothing = Signals(None, None, None, None)
    assert "no Prometheus" in detector(database, signals=nothing).problem
    assert detector(database, DetectorSettings(), signals=nothing).problem == ""
    assert await detector(database, signals=nothing).sweep(NOW) == 0


async def test_a_source_that_fails_ends_no_candidate(database):
    await detector(database).sweep(minutes(12))
    broken = Signals(prometheus(lambda _request: httpx.Response(503)), None, None, None)
    assert await detector(database, signals=broken).sweep(minutes(13)) == 0
    assert len(await candidates(database)) == 1


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        (
            [{TAG: "plain HTTP/job"}, {TAG: "plain HTTP/service"}, {TAG: "gRPC/app"}],
            ["gRPC/app", "plain HTTP/service"],
        ),
        ([], []),
    ],
)
def test_every_dialect_that_is_spoken_by_its_likeliest_label(answered, expected):
    there = {"http_requests_total", "grpc_server_handled_total"}
    found = dialects.speakers(there, answered)
    assert [dialects.key(each.dialect, each.label) for each in found] == expected
