"""Incidents and alerts as frames: rows, counts for alert rules, marks on graphs, mean times."""

import json
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grafana_host.arrow_reader import read
from reliability_studio.api.calls import Caller, Query, Role
from reliability_studio.api.incident_queries import incident_queries
from reliability_studio.api.queries import Queries, QueryMeter
from reliability_studio.api.record_queries import record_queries
from reliability_studio.app.runtime_data import NAMES, query_types
from reliability_studio.flows.catalog import Catalog
from reliability_studio.observability.metrics import Metrics
from tests.support.desk import Desk, firing, webhook
from tests.support.schemas import values


class Source:
    """The data source's query types over the desk's store."""

    def __init__(self, desk: Desk, org_id: int = 1):
        self.desk = desk
        types = incident_queries(org_id, desk.incidents)
        meter = QueryMeter(Metrics(), [each.name for each in types])
        self.queries = Queries(types, deadline_s=30, max_parallel=4, meter=meter, clock=desk.clock)

    async def ask(self, kind: str, **model: object):
        now = self.desk.clock.now()
        query = Query(
            "A",
            kind,
            now - timedelta(days=1),
            now + timedelta(seconds=1),
            timedelta(minutes=1),
            100,
            json.dumps(model).encode(),
        )
        answer = (await self.queries.answer(Caller(1, "v", role=Role.VIEWER), [query]))["A"]
        assert answer.error == "", answer.error
        return [read(frame) for frame in answer.frames]


async def _incident(desk: Desk, **body: object) -> str:
    given = {"title": "checkout fails", "severity": "high", "service": "checkout", **body}
    made = await desk.ask("POST", "incidents", given)
    assert made.status == 201, made.json
    return made.json["number"]


@pytest.fixture
def source(desk: Desk) -> Source:
    return Source(desk)


async def test_the_table_shows_incidents_of_the_range_with_their_durations(desk: Desk, source: Source):
    """Rows 34, 122. The newest first; a drill only on request."""
    key = await _incident(desk, services=["payments"])
    await _incident(desk, title="exercise", drill=True)
    desk.clock.advance(600)
    assert (await desk.ask("PATCH", f"incidents/{key}", {"status": "resolved"})).status == 200
    (frame,) = await source.ask("incidents")
    (row,) = frame.rows
    assert (row["incident"], row["status"], row["affected"]) == (key, "resolved", "payments")
    assert row["resolve_seconds"] == 600.0
    assert row["mitigate_seconds"] == 600.0, "who skips a step reaches it with the next one"
    (both,) = await source.ask("incidents", drills=True)
    assert len(both.rows) == 2
    (none,) = await source.ask("incidents", services=["users"])
    assert none.rows == []
    (affected,) = await source.ask("incidents", services=["payments"])
    assert len(affected.rows) == 1


async def test_counts_are_labelled_and_none_is_a_zero(desk: Desk, source: Source):
    """Row 123. An alert rule on open incidents must see a zero to be able to resolve."""
    (nothing,) = await source.ask("incidents", format="numeric", range="active")
    assert nothing.rows == [{"value": 0.0}]
    await _incident(desk)
    await _incident(desk, severity="low")
    await _incident(desk, severity="low", status="resolved")
    frames = await source.ask("incidents", format="numeric", range="active")
    assert [(f.fields[0].labels, f.fields[0].values) for f in frames] == [
        ({"severity": "high", "service": "checkout"}, [1.0]),
        ({"severity": "low", "service": "checkout"}, [1.0]),
    ]


async def test_annotations_reach_from_onset_to_resolution(desk: Desk, source: Source):
    await _incident(desk)
    (frame,) = await source.ask("incidents", format="annotations")
    (row,) = frame.rows
    assert row["title"] == "INC-1 checkout fails"
    assert (row["tags"], row["timeEnd"]) == ("high,checkout", None)
    assert frame.meta["dataTopic"] == "annotations"


async def test_mean_times_say_how_many_incidents_stand_behind_them(desk: Desk, source: Source):
    """Rows 30, 91, 122. Drills never count; what is still open counts in no mean."""
    await _incident(desk)
    for seconds in (600, 1200):
        key = await _incident(desk)
        desk.clock.advance(seconds)
        await desk.ask("PATCH", f"incidents/{key}", {"status": "resolved"})
    await _incident(desk, drill=True)
    (frame,) = await source.ask("mttx", drills=True)
    (row,) = frame.rows
    assert (row["service"], row["resolve"], row["resolve_count"]) == ("checkout", 900.0, 2)
    assert (row["mitigate"], row["mitigate_count"]) == (900.0, 2)
    (number,) = await source.ask("mttx", format="numeric", by="severity")
    assert (number.fields[0].labels, number.fields[0].values) == ({"severity": "high"}, [900.0])
    (missing,) = await source.ask("mttx", format="numeric", services=["users"])
    assert missing.fields == []


async def test_mean_times_have_a_course_by_team(desk: Desk, source: Source):
    """Row 92: one point per period in which incidents began; the team is the owner in the catalogue."""
    owned = await desk.ask("POST", "services", {"name": "checkout", "ownerTeam": "payments"})
    assert owned.status == 201
    for service, took in (("checkout", 600), ("checkout", 1200), ("cart", 60)):
        key = await _incident(desk, service=service)
        desk.clock.advance(took)
        await desk.ask("PATCH", f"incidents/{key}", {"status": "resolved"})
    await _incident(desk, drill=True, status="resolved")
    frames = await source.ask("mttx", format="timeseries", by="team", every="day")
    day = desk.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    assert [(f.fields[1].labels, f.fields[1].values) for f in frames] == [
        ({"team": "payments"}, [900.0]),
        ({"team": "unassigned"}, [60.0]),
    ]
    assert frames[0].rows[0]["time"] == day
    (table,) = await source.ask("mttx", by="team")
    assert {row["team"]: row["resolve_count"] for row in table.rows} == {"payments": 2, "unassigned": 1}
    (none,) = await source.ask("mttx", format="timeseries", services=["users"])
    assert none.fields == []


async def test_alerts_say_which_incident_they_joined_and_why(desk: Desk, source: Source):
    """Row 35."""
    body = {
        "version": "4",
        "status": "firing",
        "receiver": "studio",
        "groupKey": "{}",
        "alerts": [
            {
                "status": "firing",
                "labels": {"alertname": "HighErrorRate", "service": "checkout", "severity": "critical"},
                "annotations": {},
                "startsAt": desk.clock.now().isoformat(),
                "endsAt": "0001-01-01T00:00:00Z",
                "fingerprint": "00000000000000aa",
            }
        ],
    }
    assert (await desk.ask("POST", "webhooks/alertmanager", body)).status == 200
    (frame,) = await source.ask("alerts")
    (row,) = frame.rows
    assert (row["alert"], row["state"], row["incident"]) == ("HighErrorRate", "firing", "INC-1")
    assert row["reason"]
    (over,) = await source.ask("alerts", firing=False)
    assert over.rows == []


async def test_another_organisation_sees_nothing(desk: Desk):
    await _incident(desk)
    (frame,) = await Source(desk, org_id=2).ask("incidents", range="all")
    assert frame.rows == []


def test_the_meter_knows_every_query_type(desk: Desk):
    assert tuple(each.name for each in query_types(1, desk.database, desk.clock)) == NAMES


async def test_the_table_says_what_the_organisation_calls_where_work_stands(desk: Desk, source: Source):
    """Row 21: the built-in word for programs, the name for people; own states filter."""
    stages = [{"id": "vendor", "status": "investigating", "label": "Vendor has it"}]
    names = {"statuses": [{"status": "open", "label": "Neu"}], "stages": stages}
    assert (await desk.ask("PUT", "statuses", names)).status == 200
    await _incident(desk)
    key = await _incident(desk, title="other")
    await desk.ask("PATCH", f"incidents/{key}", {"stage": "vendor"})
    await _incident(desk, title="over", status="resolved")
    (frame,) = await source.ask("incidents")
    found = {row["title"]: (row["status"], row["status_name"]) for row in frame.rows}
    assert found == {
        "checkout fails": ("open", "Neu"),
        "other": ("investigating", "Vendor has it"),
        "over": ("resolved", "resolved"),
    }
    (waiting,) = await source.ask("incidents", stages=["vendor"])
    assert [row["title"] for row in waiting.rows] == ["other"]
    (marks,) = await source.ask("incidents", format="annotations", stages=["vendor"])
    assert marks.rows[0]["text"] == "high · Vendor has it · checkout"


async def test_a_level_of_a_stored_query_that_is_gone_gives_way_to_its_severity(desk: Desk, source: Source):
    """Row 20: levels and severities of one query are alternatives."""
    counts = {"sev0": "critical", "sev1": "critical", "sev2": "low"}
    levels = [{"id": one, "title": one, "severity": severity} for one, severity in counts.items()]
    assert (await desk.ask("PUT", "severities", {"levels": levels})).status == 200
    for level in counts:
        await _incident(desk, title=level, level=level)
    stored = {"levels": ["sev1", "sev2"], "severities": ["critical", "low"]}
    (frame,) = await source.ask("incidents", **stored)
    assert {row["title"] for row in frame.rows} == {"sev1", "sev2"}
    fewer = [one for one in levels if one["id"] != "sev1"]
    assert (await desk.ask("PUT", "severities", {"levels": fewer, "moves": {"sev1": "sev0"}})).status == 200
    (frame,) = await source.ask("incidents", **stored)
    assert {row["title"] for row in frame.rows} == {"sev0", "sev1", "sev2"}
    (frame,) = await source.ask("incidents", levels=["sev9"])
    assert frame.rows == []


EDGES = [
    *(datetime(year, 1, 1, tzinfo=UTC) for year in (1, 1677, 1970, 2263)),
    *(datetime(2026, 3, 1, hour, tzinfo=UTC) for hour in (11, 13)),
    datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
]
"""Where counting nanoseconds or years begins and ends, and either side of what is in the store."""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
async def test_no_query_and_no_range_is_answered_with_a_fault_of_ours(desk: Desk, data: st.DataObject):
    """Q3. Models that their schema allows, ranges from any end of time to any other, any resolution."""
    if not (await desk.ask("GET", "incidents")).json["total"]:
        await desk.ask("POST", "webhooks/alertmanager", webhook(firing()))
        await desk.declare("ü" * 400, service="сервис", startedAt="1970-01-01T00:00:00Z")
    types = (
        *incident_queries(1, desk.incidents),
        *record_queries(1, desk.incidents, Catalog(desk.database), desk.clock),
    )
    asked = data.draw(st.sampled_from(types))
    (schema,), known = msgspec.json.schema_components([asked.model], ref_template="#/{name}")
    query = Query(
        "A",
        asked.name,
        data.draw(st.sampled_from(EDGES)),
        data.draw(st.sampled_from(EDGES)),
        data.draw(st.sampled_from([timedelta(), timedelta(microseconds=1), timedelta(days=99_999)])),
        data.draw(st.sampled_from([-5, 0, 1, 2**31])),
        json.dumps(data.draw(values(schema, known))).encode(),
    )
    meter = QueryMeter(Metrics(), [each.name for each in types])
    queries = Queries(types, deadline_s=30, max_parallel=4, meter=meter, clock=desk.clock)
    answer = (await queries.answer(Caller(1, "v", role=Role.VIEWER), [query]))["A"]
    assert answer.status < 500, (query, answer.error)
    assert all(read(frame) for frame in answer.frames)
