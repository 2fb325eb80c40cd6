"""A18-A20, S9: SLOs as frames; what has no present number is no data and never a zero."""

import json
from datetime import timedelta

import pytest

from grafana_host.arrow_reader import read
from reliability_studio.api.calls import Caller, Query, Role
from reliability_studio.api.queries import Queries, QueryMeter
from reliability_studio.api.slo_queries import slo_queries
from reliability_studio.domain.slo.goals import Goal, Objective, Rolling
from reliability_studio.domain.slo.spec import RatioTimeslices
from reliability_studio.observability.metrics import Metrics
from reliability_studio.store.engine import Database
from tests.flows.slo_world import World, definition


class Source:
    """The data source's query types over a small world."""

    def __init__(self, world):
        self.world = world
        types = slo_queries(world.slos)
        meter = QueryMeter(Metrics(), [each.name for each in types])
        self.queries = Queries(types, deadline_s=30, max_parallel=4, meter=meter, clock=world.clock)

    async def ask(self, kind, **model):
        now = self.world.clock.now()
        text = json.dumps(model).encode()
        query = Query("A", kind, now - timedelta(hours=6), now, timedelta(minutes=1), 100, text)
        answer = (await self.queries.answer(Caller(1, "v", role=Role.VIEWER), [query]))["A"]
        assert answer.error == "", answer.error
        return [read(frame) for frame in answer.frames]


@pytest.fixture
async def source(tmp_path):
    database = await Database.open(f"sqlite:///{tmp_path}/studio.sqlite")
    made = Source(World(database))
    yield made
    await database.aclose()


async def test_the_status_table_has_a_row_per_slo_the_worst_first(source):
    """Each with its counts, coverage and window."""
    await source.world.slos.create(definition("fine", objective="90"), "ann")
    await source.world.slos.create(definition("broken", objective="99.9"), "ann")
    [frame] = await source.ask("slo_status")
    assert [row["slo"] for row in frame.rows] == ["broken", "fine"]
    row = frame.rows[0]
    assert (row["status"], row["sli"], row["objective"]) == ("breached", 0.99, 0.999)
    assert row["budget_remaining"] == -9.0
    assert row["good"] + row["bad"] == row["total"]
    [one] = await source.ask("slo_status", services=["api"], statuses=["healthy"])
    assert [row["slo"] for row in one.rows] == ["fine"]


async def test_shares_of_time_are_told_as_no_numbers_of_events(source):
    """Slo-features row 66: millionths of slices are not events; the budget is told in minutes."""
    await source.world.slos.create(definition("shares", budgeting=RatioTimeslices(300)), "ann")
    [frame] = await source.ask("slo_status")
    [row] = frame.rows
    assert row["sli"] == 0.99
    assert [row[name] for name in ("good", "bad", "total", "bad_left")] == [None] * 4
    assert row["minutes_left"] < 0
    for metric in ("good", "bad", "total"):
        [course] = await source.ask("slo_history", metric=metric)
        assert {each["value"] for each in course.rows} == {None}
    [sli] = await source.ask("slo_history", metric="sli")
    assert {each["value"] for each in sli.rows} == {0.99}
    [none] = await source.ask("slo_status", format="numeric", metric="bad_left")
    assert not none.rows


async def test_numbers_for_alert_rules_are_labelled_and_leave_out_what_is_old(source):
    """Freeze: an alert rule sees no data, not yesterday's number and not a zero."""
    await source.world.slos.create(definition("good"), "ann")
    await source.world.slos.create(definition("bad", metric="other_total"), "ann")
    frames = await source.ask("slo_status", format="numeric", metric="burn_rate")
    assert [(f.fields[0].labels["slo"], f.rows[0]["value"]) for f in frames] == [
        ("bad", 10.0),
        ("good", 10.0),
    ]
    source.world.server.down.add("other_total")
    await source.world.minutes(2)
    frames = await source.ask("slo_status", format="numeric", metric="burn_rate")
    assert [f.fields[0].labels["slo"] for f in frames] == ["good"]
    firing = await source.ask("slo_alerts", format="numeric")
    assert [f.rows[0]["value"] for f in firing] == [1.0]


async def test_nothing_is_a_typed_no_data(source):
    """Not an error, not an empty table of another type."""
    for kind, model in (
        ("slo_status", {"format": "numeric"}),
        ("slo_history", {}),
        ("slo_alerts", {"format": "numeric"}),
    ):
        [frame] = await source.ask(kind, **model)
        assert frame.fields == [] or len(frame.fields) == 0
    [table] = await source.ask("slo_status")
    assert table.rows == []


@pytest.mark.parametrize(
    "metric", ["budget_remaining", "burn_rate", "sli", "good", "bad", "total", "coverage"]
)
async def test_history_is_one_series_per_slo(source, metric):
    """Six hours at no more than a hundred points."""
    await source.world.slos.create(definition("one"), "ann")
    await source.world.slos.create(definition("two", objective="99"), "ann")
    frames = await source.ask("slo_history", metric=metric)
    assert [frame.fields[1].labels["slo"] for frame in frames] == ["one", "two"]
    assert 10 < len(frames[0].rows) <= 100
    assert frames[0].fields[1].labels["service"] == "api"


async def test_alerts_are_a_row_per_condition(source):
    """Which one fires, since when, and what the others say."""
    await source.world.slos.create(definition("one"), "ann")
    [frame] = await source.ask("slo_alerts")
    [firing] = [row for row in frame.rows if row["firing"]]
    assert firing["condition"] == "page-quick"
    assert firing["since"] is not None
    assert {row["judgement"] for row in frame.rows} <= {"holds", "clear"}


async def test_row_25_alerts_of_further_objectives_are_rows_and_numbers_of_their_own(source):
    """Only of those that alert; labels of the main one's number stay as they are."""
    day = Goal(Objective.percent("99"), Rolling(2), alerting=True)
    quiet = Goal(Objective.percent("90"), Rolling(2))
    source.world.server.bad = lambda _: 40
    told = definition("one", objective="97", further=(quiet, day))
    await source.world.slos.create(told, "ann")
    await source.world.slos.create(definition("plain", alerting=False), "ann")
    [frame] = await source.ask("slo_alerts")
    assert {(row["objective_number"], row["objective"], row["window"]) for row in frame.rows} == {
        (0, "97", "rolling 1d"),
        (2, "99", "rolling 2d"),
    }
    firing = [row for row in frame.rows if row["firing"]]
    assert [(row["objective_number"], row["slo"]) for row in firing] == [(0, "one"), (2, "one")]
    [frame] = await source.ask("slo_alerts", objective="2")
    assert {row["objective"] for row in frame.rows} == {"99"}
    [main] = await source.ask("slo_alerts", format="numeric")
    assert (set(main.fields[0].labels), main.rows[0]["value"]) == ({"slo", "slo_id", "service"}, 1.0)
    numbers = await source.ask("slo_alerts", format="numeric", objectives=True)
    assert [(each.fields[0].labels["objective"], each.rows[0]["value"]) for each in numbers] == [
        ("97", 1.0),
        ("99", 1.0),
    ]
    [one] = await source.ask("slo_alerts", format="numeric", objective="2")
    assert one.fields[0].labels["window"] == "rolling 2d"
    [none] = await source.ask("slo_alerts", format="numeric", objective="1")
    assert not none.fields
    [status] = await source.ask("slo_status", sloIds=[firing[0]["slo_id"]])
    assert [bool(row["firing"]) for row in status.rows] == [True, False, True]


async def test_the_status_table_has_a_row_for_each_objective(source):
    """Row 25: numbers of further objectives are labelled, and given only when they are asked for."""
    day = Goal(Objective.percent("90"), Rolling(2))
    await source.world.slos.create(definition("one", objective="99.9", further=(day,)), "ann")
    [frame] = await source.ask("slo_status")
    main, further = frame.rows
    assert (main["objective_number"], main["status"], main["window"]) == (0, "breached", "rolling 1d")
    assert (further["objective_number"], further["status"], further["window"]) == (1, "healthy", "rolling 2d")
    assert (further["objective"], further["budget_remaining"]) == (0.9, pytest.approx(0.9))
    assert (main["slo_id"], further["firing"]) == (further["slo_id"], "")
    [alone] = await source.ask("slo_status", format="numeric")
    assert len(alone.rows) == 1
    numbers = await source.ask("slo_status", format="numeric", objectives=True)
    labels = [field.labels for frame in numbers for field in frame.fields if field.labels]
    assert [(each["objective"], each["window"]) for each in labels] == [
        ("99.9", "rolling 1d"),
        ("90", "rolling 2d"),
    ]


async def test_one_objective_is_named_by_its_number(source):
    """Row 25: its row, its number, its course; an SLO that promises less is left out."""
    day = Goal(Objective.percent("90"), Rolling(2))
    await source.world.slos.create(definition("one", objective="99.9", further=(day,)), "ann")
    await source.world.slos.create(definition("plain"), "ann")
    [frame] = await source.ask("slo_status", objective="1")
    assert [(row["slo"], row["objective"], row["objective_number"]) for row in frame.rows] == [
        ("one", 0.9, 1)
    ]
    [frame] = await source.ask("slo_status", objective="0")
    assert [row["objective_number"] for row in frame.rows] == [0, 0]
    [number] = await source.ask("slo_status", format="numeric", objective="1")
    assert number.rows[0]["value"] == pytest.approx(0.9)
    assert (number.fields[0].labels["objective"], number.fields[0].labels["window"]) == ("90", "rolling 2d")
    main = await source.ask("slo_status", format="numeric", objective="0")
    assert [set(frame.fields[0].labels) for frame in main] == [{"slo", "slo_id", "service"}] * 2
    [course] = await source.ask("slo_history", metric="budget_remaining", objective="1")
    assert course.fields[1].labels["objective"] == "90"
    assert course.rows[-1]["value"] == pytest.approx(0.9)
    for objective in ("", "0"):
        frames = await source.ask("slo_history", objective=objective)
        assert [set(frame.fields[1].labels) for frame in frames] == [{"slo", "slo_id", "service"}] * 2
    [none] = await source.ask("slo_history", objective="4")
    assert not none.fields
    for kind in ("slo_status", "slo_history"):
        with pytest.raises(AssertionError, match="0 for the main one"):
            await source.ask(kind, objective="5")
