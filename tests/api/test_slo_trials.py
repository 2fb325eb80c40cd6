"""Trials, forecasts, corrections, alert policies and reports through the router: shapes, roles, bad input."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from grafana_host.arrow_reader import read
from reliability_studio.api.calls import Caller, Query, ResourceRequest, Role
from reliability_studio.api.queries import Queries, QueryMeter
from reliability_studio.api.router import Router
from reliability_studio.api.slo_corrections import correction_routes
from reliability_studio.api.slo_report_query import report_queries
from reliability_studio.api.slo_reports import report_routes
from reliability_studio.api.slos import slo_routes
from reliability_studio.domain.incidents.model import Milestone, Stamp
from reliability_studio.flows.slo_corrections import SloCorrections
from reliability_studio.flows.slo_report import SloReports
from reliability_studio.observability.metrics import Metrics
from reliability_studio.store import incidents
from reliability_studio.store.engine import Database
from tests.api.test_slos import SLO
from tests.flows.slo_world import START, World
from tests.support.records import an_incident

DAY = 86_400


class Api:
    """The routes as a caller sees them."""

    def __init__(self, world):
        self.world = world
        self.reports = SloReports(1, world.database, world.clock)
        self.router = Router(
            (
                *correction_routes(SloCorrections(1, world.database, world.refresh, world.clock)),
                *report_routes(self.reports),
                *slo_routes(world.slos, world.clock),
            )
        )

    async def __call__(self, method, path, body=None, *, role=Role.EDITOR, login="ann", **query):
        values = {k: v if isinstance(v, tuple) else (v,) for k, v in query.items()}
        sent = b"" if body is None else json.dumps(body).encode()
        answer = await self.router.answer(
            ResourceRequest(Caller(1, login, role=role), method, path, values, {}, sent)
        )
        is_json = "json" in answer.headers.get("Content-Type", "")
        return answer.status, json.loads(answer.body) if is_json else answer.body

    async def ask(self, **model):
        types = report_queries(self.reports)
        meter = QueryMeter(Metrics(), [each.name for each in types])
        queries = Queries(types, deadline_s=30, max_parallel=4, meter=meter, clock=self.world.clock)
        now = self.world.clock.now()
        asked = Query(
            "A", "slo_report", now - timedelta(1), now, timedelta(60), 9, json.dumps(model).encode()
        )
        answer = (await queries.answer(Caller(1, "v", role=Role.VIEWER), [asked]))["A"]
        return answer.error, [read(frame) for frame in answer.frames]


@pytest.fixture
async def api(tmp_path):
    database = await Database.open(f"sqlite:///{tmp_path}/studio.sqlite")
    yield Api(World(database))
    await database.aclose()


def iso(at):
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")


WEEK = {**SLO, "objective": "99.9", "window": {"type": "rolling", "days": 7}}


async def test_one_route_answers_everything_that_an_editor_shows_before_saving(api):
    """Row 87, A12: SLI, budget, burn, alerts, forecast, coverage and warnings of an unsaved SLO."""
    status, seen = await api(
        "POST", "slos/preview", {**WEEK, "objective": "95"}, role=Role.VIEWER, points="50"
    )
    assert status == 200
    assert seen["status"]["window"]["sli"] == 0.99
    assert seen["status"]["window"]["coverage"] == 1.0
    assert seen["status"]["budget"]["remaining"] == pytest.approx(0.8)
    assert {b["burnRate"] for b in seen["status"]["burnRates"]} == {0.2}
    assert (seen["objective"], seen["windowText"], seen["series"]) == ("95", "rolling 7d", 2)
    [alert] = seen["alerts"]
    assert (alert["fired"], alert["episodes"], alert["objective"]) == (0, [], "95")
    assert [o["fate"] for o in seen["forecast"]["outlooks"]] == ["lasts", "lasts"]
    assert 0 < len(seen["history"]["points"]) <= 50
    assert seen["warnings"] == []
    assert [c["judgement"] for c in seen["status"]["conditions"]] == ["clear"] * 4
    _, low = await api("POST", "slos/preview", {**WEEK, "objective": "90"})
    assert [w["doubt"] for w in low["warnings"]] == ["factors_lowered"]
    assert (await api("GET", "slos"))[1]["total"] == 0
    status, wrong = await api("POST", "slos/preview", {**WEEK, "objective": "100"})
    assert (status, wrong["problems"][0]["path"]) == (422, "$.objective")


async def test_what_if_and_forecast_of_a_stored_slo(api):
    """Rows 70, 71: viewers may try; what is tried is not kept."""
    made = (await api("POST", "slos", WEEK))[1]
    change = {"objective": "98", "alerts": {"minFailures": 5}}
    status, seen = await api("POST", f"slos/{made['id']}/what-if", change, role=Role.VIEWER)
    assert (status, seen["objective"], seen["status"]["budget"]["remaining"]) == (200, "98", 0.5)
    assert (await api("GET", f"slos/{made['id']}"))[1] == made
    status, found = await api("GET", f"slos/{made['id']}/forecast", role=Role.VIEWER)
    assert (status, found["outlooks"][0]["fate"], found["fullPeriod"]) == (200, "spent", None)
    for path in ("slos/nope/forecast", "slos/nope/what-if"):
        method, body = ("GET", None) if "forecast" in path else ("POST", {})
        assert (await api(method, path, body))[0] == 404


async def test_an_alert_policy_comes_back_as_it_was_written(api):
    """Rows 36-44 at the edge: kept, patched alone, refused with the field's path."""
    rule = {"name": "mine", "severity": "page", "longSeconds": 3600, "shortSeconds": 300, "factor": "14.4"}
    policy = {
        "rules": [rule],
        "spentPercent": [50, 100],
        "minFailures": 3,
        "noDataSeconds": 900,
        "exhaustedWithinSeconds": 7200,
    }
    policy["budgetPolicy"] = [{"percent": 75, "action": "freeze releases"}]
    made = (await api("POST", "slos", {**WEEK, "alerts": policy}))[1]
    assert {k: made["alerts"][k] for k in policy} == policy
    names = [c["name"] for c in made["status"]["conditions"]]
    assert names == ["mine", "budget-spent", "budget-75", "budget-50", "exhaustion", "no-data"]
    _, seen = await api("PATCH", f"slos/{made['id']}", {"name": "other"})
    assert seen["alerts"] == made["alerts"]
    too_high = {"rules": [{**rule, "factor": "1000"}]}
    status, wrong = await api("PATCH", f"slos/{made['id']}", {"alerts": too_high})
    assert (status, wrong["problems"][0]["path"]) == (422, "$.alerts.rules[0].factor")
    assert "never be reached" in wrong["problems"][0]["problem"]
    for factor in ("x", "NaN", "1e999999999"):
        odd = {"rules": [{**rule, "factor": factor}]}
        status, wrong = await api("PATCH", f"slos/{made['id']}", {"alerts": odd})
        assert (status, wrong["problems"][0]["path"]) == (422, "$.alerts.rules[0].factor")
    # An objective under which a rule could never fire is refused as well.
    status, wrong = await api("PATCH", f"slos/{made['id']}", {"objective": "90"})
    assert (status, wrong["problems"][0]["path"]) == (422, "$.alerts.rules[0].factor")


async def test_row_16_an_slo_of_two_sources_comes_back_as_it_was_written(api):
    """Everything that is wrong with both texts at once; without Loki it waits for it and says so."""
    indicator = {"type": "mixed", "total": "sum(a_total)", "bad": '{app="api"} | rate()'}
    status, refused = await api("POST", "slos", {**SLO, "indicator": indicator})
    assert (status, [each["path"] for each in refused["problems"]]) == (
        422,
        ["$.indicator.total", "$.indicator.bad"],
    )
    indicator = {"type": "mixed", "total": "sum(increase(a_total[$window]))", "bad": '{app="api"} |= "x"'}
    status, made = await api("POST", "slos", {**SLO, "indicator": indicator})
    assert (status, made["indicator"]) == (201, {**indicator, "good": None})
    assert made["status"]["staleReason"] == "Loki is not configured"


async def test_row_63_an_slo_that_names_its_editors_is_changed_by_them_and_by_admins(api):
    """Nor deleted, imported over, or corrected by others; logins are compared as Grafana does."""
    _, made = await api("POST", "slos", {**SLO, "editors": ["Bob", "cleo"]})
    path, change = f"slos/{made['id']}", {"owner": "core"}
    assert made["editors"] == ["Bob", "cleo"]
    status, refused = await api("PATCH", path, change)
    assert (status, refused["code"]) == (403, "forbidden")
    assert "may be changed by Bob, cleo and by Admins only" in refused["message"]
    assert (await api("DELETE", path))[0] == 403
    gone = {"start": iso(START), "end": iso(START + 3600), "reason": "x", "category": "maintenance"}
    named = {**gone, "sloIds": [made["id"]]}
    for given in (named, {**gone, "services": ["api"]}):
        assert (await api("POST", "slos/corrections", given))[0] == 403
    assert (await api("POST", "slos/corrections", {**gone, "services": ["web"]}))[0] == 201
    text = (await api("GET", "slos/export", role=Role.VIEWER))[1].decode()
    assert "reliability-studio/editors: Bob,cleo" in text
    given = {"text": text.replace("99.999", "99.99"), "mode": "lenient", "dryRun": False}
    _, taken = await api("POST", "slos/import", given)
    assert [each["action"] for each in taken["items"]] == ["refused"]
    assert (await api("PATCH", path, change, login="bob"))[0] == 200
    assert (await api("PATCH", path, change, role=Role.ADMIN))[0] == 200
    assert (await api("PATCH", path, change, role=Role.VIEWER, login="bob"))[0] == 403
    status, correction = await api("POST", "slos/corrections", named, login="cleo")
    assert status == 201
    assert (await api("DELETE", f"slos/corrections/{correction['id']}"))[0] == 403
    other = {**gone, "services": ["web"], "version": correction["version"]}
    assert (await api("PUT", f"slos/corrections/{correction['id']}", other))[0] == 403
    _, taken = await api("POST", "slos/import", given, login="BOB")
    assert [each["action"] for each in taken["items"]] == ["updated"]
    assert (await api("PATCH", path, {"editors": []}, login="bob"))[0] == 200
    assert (await api("PATCH", path, change))[0] == 200
    assert (await api("PATCH", path, {"editors": [" "]}))[1]["problems"][0]["path"] == "$.editors"


async def test_corrections_are_made_by_editors_and_seen_by_viewers(api):
    """Row 79: the numbers follow, with the raw ones beside them."""
    made = (await api("POST", "slos", WEEK))[1]
    given = {
        "start": iso(START - DAY),
        "end": iso(START),
        "reason": "moving",
        "sloIds": [made["id"]],
        "category": "maintenance",
    }
    assert (await api("POST", "slos/corrections", given, role=Role.VIEWER))[0] == 403
    status, kept = await api("POST", "slos/corrections", given)
    assert (status, kept["version"], kept["updatedBy"]) == (201, 1, "ann")
    seen = (await api("GET", f"slos/{made['id']}"))[1]["status"]
    assert seen["window"]["total"] == made["status"]["window"]["total"] - 144_000
    assert seen["uncorrected"]["total"] == made["status"]["window"]["total"]
    listed = (await api("GET", "slos/corrections", role=Role.VIEWER))[1]["items"]
    assert listed == [kept]
    changed = {**given, "recurrence": "FREQ=WEEKLY;BYDAY=SA", "zone": "Europe/Berlin", "version": 1}
    status, kept = await api("PUT", f"slos/corrections/{kept['id']}", changed)
    assert (status, kept["version"], kept["recurrence"]) == (200, 2, "FREQ=WEEKLY;BYDAY=SA")
    assert (await api("PUT", f"slos/corrections/{kept['id']}", changed))[0] == 409
    assert (await api("DELETE", f"slos/corrections/{kept['id']}"))[0] == 204
    assert (await api("DELETE", f"slos/corrections/{kept['id']}"))[0] == 404
    seen = (await api("GET", f"slos/{made['id']}"))[1]["status"]
    assert (seen["window"]["total"], seen["uncorrected"]) == (made["status"]["window"]["total"], None)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"end": iso(START - 2 * DAY)}, "$.end"),
        ({"reason": " "}, "$.reason"),
        ({"services": []}, "$.scope"),
        ({"everything": True}, "$.scope"),
        ({"recurrence": "FREQ=NEVER"}, "$.recurrence"),
        ({"zone": "Mars/X"}, "$.zone"),
        ({"start": "2026-01-01T00:00:00"}, "$.start"),
    ],
    ids=map(str, range(7)),
)
async def test_a_wrong_correction_names_its_field(api, change, path):
    """Bad input: what, where, and what to do; nothing is stored."""
    given = {"start": iso(START - DAY), "end": iso(START), "reason": "x", "services": ["api"], **change}
    status, wrong = await api("POST", "slos/corrections", given)
    assert status == 422
    assert path in [p["path"] for p in wrong["problems"]]
    assert (await api("GET", "slos/corrections"))[1]["items"] == []


async def costly(world, number, start, end, **changes):
    """An incident of the service between two moments."""
    made = an_incident(number, started=datetime.fromtimestamp(start, UTC), service="api", **changes)
    stamps = {**made.milestones, Milestone.RESOLVED: Stamp(datetime.fromtimestamp(end, UTC), "ann")}
    async with world.database.writing() as connection:
        await incidents.insert(
            connection, an_incident(number, **{**changes, "service": "api", "milestones": stamps})
        )


async def test_a_report_says_how_periods_went_and_what_cost_most(api):
    """Row 75: met or not, what was spent, the worst incidents; shares of disjoint incidents add up."""
    burst = (START - 5 * DAY, START - 5 * DAY + 3600)
    api.world.server.bad = lambda t: 50 if burst[0] <= t < burst[1] else 0
    made = (await api("POST", "slos", WEEK))[1]
    await costly(api.world, 1, burst[0], burst[0] + 1800, title="first half")
    await costly(api.world, 2, burst[0] + 1800, burst[1], title="second half")
    await costly(api.world, 3, START - DAY, START - DAY + 600, title="elsewhere")
    await costly(api.world, 4, burst[0], burst[1], title="exercise", drill=True)
    for odd in ("00000000199", "9" * 5000, "0"):
        status, refused = await api("GET", "slos/report", role=Role.VIEWER, periods=odd)
        assert (status, refused["problems"][0]["path"]) == (422, "periods")
    status, seen = await api("GET", "slos/report", role=Role.VIEWER, unit="week", periods="3")
    assert (status, seen["total"], seen["unit"], seen["cursor"]) == (200, 1, "week", None)
    [item] = seen["items"]
    assert item["id"] == made["id"]
    last, this = item["lines"]
    assert (last["start"], last["complete"], last["met"]) == ("2026-03-02T00:00:00Z", True, False)
    assert (this["complete"], this["met"], this["bad"]) == (False, True, 0)
    assert last["bad"] == 3000
    assert [(c["number"], c["bad"]) for c in last["incidents"]] == [(1, 1500), (2, 1500)]
    assert sum(c["spent"] for c in last["incidents"]) == pytest.approx(last["consumed"])
    assert this["incidents"] == []
    _, none = await api("GET", "slos/report", service="nobody")
    assert none["items"] == []


async def test_a_report_as_a_spreadsheet_has_a_row_per_period_and_no_formulas(api):
    """Row 75: export. A name that begins like a formula stays a text."""
    await api("POST", "slos", {**WEEK, "name": "=1+1"})
    status, body = await api("GET", "slos/report", role=Role.VIEWER, format="csv", unit="week")
    rows = list(csv.DictReader(io.StringIO(body.decode())))
    assert status == 200
    assert [row["slo"] for row in rows] == ["'=1+1"] * 2
    assert int(rows[0]["good"]) + int(rows[0]["bad"]) == int(rows[0]["total"])


@pytest.mark.parametrize("query", [{"unit": "day"}, {"zone": "x"}, {"periods": "0"}, {"cursor": "x"}])
async def test_a_report_with_a_wrong_parameter_names_it(api, query):
    """422 with the parameter."""
    status, wrong = await api("GET", "slos/report", **query)
    assert (status, wrong["problems"][0]["path"]) == (422, next(iter(query)))


async def test_reports_are_a_query_type(api):
    """Deliver 8: `slo_report` as a table, and as a number per SLO for alert rules; without data, no data."""
    error, frames = await api.ask(format="numeric")
    assert (error, [frame.rows for frame in frames]) == ("", [[]] * len(frames))
    await api("POST", "slos", WEEK)
    error, [table] = await api.ask(unit="week", periods=2)
    assert error == ""
    assert [row["met"] for row in table.rows] == [False, False]
    assert {row["slo"] for row in table.rows} == {"availability"}
    error, [number] = await api.ask(format="numeric")
    assert error == ""
    assert number.fields[-1].labels["service"] == "api"
    assert (await api.ask(zone="x"))[0].startswith("$.zone")
