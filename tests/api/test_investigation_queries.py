"""Whole answers of investigations, and rollouts, as frames (issue rows 58, 59, 73, 74)."""

import json
from datetime import timedelta

import pytest

from grafana_host.arrow_reader import read
from reliability_studio.api.calls import Caller, Query, Role
from reliability_studio.api.investigation_queries import investigation_queries
from reliability_studio.api.queries import Queries, QueryMeter
from reliability_studio.api.rollout_queries import MAX_ROLLOUTS, rollout_queries
from reliability_studio.clock import ManualClock
from reliability_studio.domain.catalog import Service
from reliability_studio.domain.correlation.rollout import Compared, RolloutBasis, Side
from reliability_studio.flows.findings import Findings
from reliability_studio.flows.hub import Hub
from reliability_studio.flows.investigate import Investigations
from reliability_studio.flows.rollout_log import RolloutLog
from reliability_studio.flows.telemetry import Signals
from reliability_studio.observability.metrics import Metrics
from reliability_studio.sources.kubernetes import Kubernetes
from reliability_studio.sources.loki import Loki
from reliability_studio.store import catalog, correlations, incidents, rollouts
from reliability_studio.store.correlations import Version
from reliability_studio.store.rollouts import Rollout
from tests.flows.test_investigate import FakePrometheus, cluster, logs, prometheus
from tests.support.fake_sources import client
from tests.support.records import an_incident, minutes

NOW = minutes(10)


class Source:
    """The query types of this file over a store."""

    def __init__(self, database, org_id=1):
        types = (
            *investigation_queries(Findings(org_id, database)),
            *rollout_queries(RolloutLog(org_id, database)),
        )
        meter = QueryMeter(Metrics(), [each.name for each in types])
        clock = ManualClock(NOW)
        self.queries = Queries(types, deadline_s=30, max_parallel=4, meter=meter, clock=clock)

    async def answer(self, kind, **model):
        body = json.dumps(model).encode()
        query = Query("A", kind, NOW - timedelta(hours=6), NOW, timedelta(minutes=1), 100, body)
        return (await self.queries.answer(Caller(1, "v", role=Role.VIEWER), [query]))["A"]

    async def frames(self, kind, **model):
        got = await self.answer(kind, **model)
        assert got.error == "", got.error
        return [read(each) for each in got.frames]

    async def rows(self, kind, **model):
        (frame,) = await self.frames(kind, **model)
        return list(frame.rows)


@pytest.fixture
async def investigated(database):
    """An incident of checkout that shop calls, looked at by every source."""
    async with database.writing() as connection:
        await catalog.upsert(
            connection,
            1,
            [Service("shop", depends_on=("checkout",)), Service("checkout")],
            NOW,
        )
        incident = await incidents.insert(connection, an_incident(labels={"namespace": "shop"}))
    signals = Signals(
        prometheus(FakePrometheus(20, 4.775)),
        Loki(client("loki", logs(), NOW)),
        None,
        Kubernetes(client("kubernetes", cluster(), NOW)),
    )
    verdict = await Investigations(1, database, Hub(), signals).run(incident, NOW)
    return incident, verdict


def notices(frame):
    """What is said beside the rows."""
    return [each["text"] for each in frame.meta.get("notices", ())]


async def test_row_74_causes_are_ranked_with_their_confidence(database, investigated):
    """Row 74: as the incident's page shows them; below its floor only on request."""
    incident, verdict = investigated
    source = Source(database)
    causes = await source.rows("causes")
    assert causes == await source.rows("causes", number=incident.key)
    first = causes[0]
    assert (first["incident"], first["rank"], first["named"]) == (incident.key, 1, True)
    assert (first["service"], first["kind"]) == (verdict.causes[0].service, verdict.causes[0].kind)
    assert first["confidence"] == pytest.approx(verdict.causes[0].confidence)
    assert first["evidence"] == len(verdict.causes[0].evidence) > 0
    assert all(row["confidence"] >= 0.05 for row in causes)
    everything = await source.rows("causes", plausible=False)
    assert len(everything) == len(verdict.causes)
    assert await source.rows("causes", services=["payments"]) == []
    assert await Source(database, org_id=2).rows("causes") == []


async def test_row_73_the_blast_radius_is_a_node_graph(database, investigated):
    """Row 73: the faulty service in the middle, callers around it, one arc each."""
    incident, verdict = investigated
    nodes, edges = await Source(database).frames("blast_radius", number=incident.key)
    found = {row["id"]: row for row in nodes.rows}
    assert found.keys() == {each.service for each in verdict.impact} >= {"checkout", "shop"}
    assert found["checkout"]["mainstat"] == "center"
    assert found["shop"]["subtitle"] == "1 call away"
    for row in found.values():
        assert sum(row[name] for name in row if name.startswith("arc__")) == 1
    assert [(row["source"], row["target"]) for row in edges.rows] == [("shop", "checkout")]


async def test_rows_52_and_53_log_patterns_with_counts_before_and_now(database, investigated):
    """Rows 52, 53: patterns that the investigation kept, the most telling first, with an example line."""
    incident, _ = investigated
    source = Source(database)
    patterns = await source.rows("log_patterns", number=incident.key)
    refused = next(row for row in patterns if "refused" in row["example"])
    assert refused["service"] == "checkout"
    assert refused["now"] > (refused["before"] or 0)
    assert patterns == sorted(patterns, key=lambda row: -row["strength"])
    assert await source.rows("log_patterns", number=incident.key, services=["shop"]) == []
    found = await source.rows("log_patterns", number=incident.key, outcomes=["found"])
    assert {row["outcome"] for row in found} == {"found"}


@pytest.mark.parametrize("kind", ["causes", "blast_radius", "log_patterns"])
async def test_an_incident_that_nobody_looked_at_says_so(database, kind):
    """No rows is not the same as no cause found."""
    async with database.writing() as connection:
        incident = await incidents.insert(connection, an_incident())
    first, *_ = await Source(database).frames(kind, number=incident.key)
    assert list(first.rows) == []
    assert notices(first) == [f"{incident.key} has not been investigated yet"]


@pytest.mark.parametrize("kind", ["causes", "blast_radius", "log_patterns"])
async def test_a_run_that_cannot_be_read_any_more_is_counted(database, kind):
    """An answer of another version is not guessed at, and does not hide the others."""
    async with database.writing() as connection:
        incident = await incidents.insert(connection, an_incident())
        await correlations.record(connection, 1, incident.id, Version(0, NOW), {"odd": True}, ())
    first, *_ = await Source(database).frames(kind, number=incident.key)
    [said] = notices(first)
    assert "another version" in said


async def test_a_number_is_needed_and_must_exist(database):
    """The error names the field."""
    for kind in ("blast_radius", "log_patterns"):
        assert "INC-42" in (await Source(database).answer(kind)).error
        assert (await Source(database).answer(kind, number="INC-9")).status == 404


def a_rollout(number, state="worse", **more):
    """One of many."""
    given = {"service": "checkout", "reasons": ("errors rose",), "numbers": {"p95MsAfter": 840.0}, **more}
    return Rollout(
        namespace="shop",
        version=f"web-{number}",
        revision=number,
        started_at=minutes(-number),
        state=state,
        summary=f"web revision {number}: web:1 to web:2",
        judged_at=minutes(-number + 12),
        **given,
    )


async def test_row_59_rollouts_as_rows_and_as_marks(database):
    """Row 59: newest first, with numbers and units; one that goes on has no end yet."""
    async with database.writing() as connection:
        sides = [Side(minutes(-18), minutes(-8), requests, queries=("up",)) for requests in (900.0, 880.0)]
        compared = Compared(RolloutBasis.SIDE_BY_SIDE, *sides)
        await rollouts.put(connection, 1, a_rollout(20, compared=compared))
        await rollouts.put(connection, 1, a_rollout(5, "in_progress", reasons=(), service="users"))
        await rollouts.put(connection, 1, a_rollout(60 * 7))
    source = Source(database)
    (frame,) = await source.frames("rollouts")
    rows = list(frame.rows)
    assert [(row["service"], row["verdict"]) for row in rows] == [
        ("users", "in_progress"),
        ("checkout", "worse"),
    ], "the third began before the time range"
    told = "new pods beside old pods, 11:42:00 to 11:52:00 UTC, 880 against 900 requests"
    assert [row["compared"] for row in rows] == ["", told]
    assert (rows[1]["p95_ms_after"], rows[1]["p95_ms_before"]) == (840.0, None)
    assert [row["service"] for row in await source.rows("rollouts", services=["users"])] == ["users"]
    going, judged = await source.rows("rollouts", format="annotations")
    assert (going["timeEnd"], judged["timeEnd"] is None) == (None, False)
    assert judged["title"] == "checkout rolled out: worse"
    assert judged["tags"] == "rollout,checkout,worse"
    assert "errors rose" in judged["text"]
    assert told in judged["text"]
    assert await Source(database, org_id=2).rows("rollouts") == []


async def test_too_many_rollouts_are_cut_and_told(database):
    """A bounded answer that says it is one."""
    async with database.writing() as connection:
        for number in range(MAX_ROLLOUTS + 1):
            each = a_rollout(number)
            at = NOW - timedelta(seconds=number + 1)
            await rollouts.put(connection, 1, Rollout(**{**_fields(each), "started_at": at}))
    (frame,) = await Source(database).frames("rollouts")
    assert len(frame.rows) == MAX_ROLLOUTS
    assert notices(frame) == [f"only the newest {MAX_ROLLOUTS} rollouts of this time range are shown"]


def _fields(rollout):
    return {name: getattr(rollout, name) for name in Rollout.__dataclass_fields__}
