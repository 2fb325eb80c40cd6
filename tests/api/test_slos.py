"""A11-A17: the routes of SLOs through the router, on a real SQLite and a stand-in Prometheus."""

import json

import pytest

from reliability_studio.api.calls import Caller, ResourceRequest, Role
from reliability_studio.api.router import Router
from reliability_studio.api.slo_changes import slo_change_routes
from reliability_studio.api.slos import slo_routes
from reliability_studio.flows.slo_changes import SloChanges
from reliability_studio.store.engine import Database
from tests.flows.slo_world import World

RATIO = {
    "type": "ratio",
    "total": 'http_requests_total{job="api"}',
    "bad": 'http_requests_total{job="api",code=~"5.."}',
}
SLO = {
    "name": "availability",
    "service": "api",
    "objective": "99.999",
    "indicator": RATIO,
    "window": {"type": "rolling", "days": 1},
}


class Api:
    """The routes as a caller sees them."""

    def __init__(self, world):
        self.world = world
        self.notices = []
        changes = slo_change_routes(SloChanges(1, world.database))
        self.router = Router((*changes, *slo_routes(world.slos, world.clock, self.notices.append)))

    async def __call__(self, method, path, body=None, *, role=Role.EDITOR, **query):
        values = {k.rstrip("_"): v if isinstance(v, tuple) else (v,) for k, v in query.items()}
        sent = b"" if body is None else json.dumps(body).encode()
        answer = await self.router.answer(
            ResourceRequest(Caller(1, "ann", role=role), method, path, values, {}, sent)
        )
        is_json = "json" in answer.headers.get("Content-Type", "")
        return answer.status, json.loads(answer.body) if is_json else answer.body

    async def create(self, **more):
        status, made = await self("POST", "slos", {**SLO, **more})
        assert status == 201, made
        return made


@pytest.fixture
async def api(tmp_path):
    database = await Database.open(f"sqlite:///{tmp_path}/studio.sqlite")
    yield Api(World(database))
    await database.aclose()


async def test_what_was_promised_before_is_told_with_who_changed_it(api):
    """Slo-features 74: each change with its fields, newest first; a change of nothing is none."""
    made = await api.create()
    path = f"slos/{made['id']}/changes"
    await api("PATCH", f"slos/{made['id']}", {"objective": "99.5", "owner": "core"})
    status, told = await api("GET", path, role=Role.VIEWER)
    assert (status, told["cursor"]) == (200, None)
    edited, created = told["items"]
    assert (created["created"], created["by"]) == (True, "ann")
    assert created["fields"] == [
        {"field": "objective", "before": "", "after": "99.999"},
        {"field": "window", "before": "", "after": "rolling 1d"},
    ]
    assert edited["fields"] == [
        {"field": "objective", "before": "99.999", "after": "99.5"},
        {"field": "owner", "before": "", "after": "core"},
    ]
    status, first = await api("GET", path, limit="1")
    assert first["items"] == [edited]
    status, rest = await api("GET", path, limit="1", cursor=first["cursor"])
    assert (rest["items"], rest["cursor"]) == ([created], None)
    assert (await api("GET", "slos/none/changes"))[0] == 404


async def test_s1_s10_created_fields_come_back_as_they_were_written(api):
    """S1, S10, A13: 99.999 stays 99.999; what was measured is there with its query, window and counts."""
    made = await api.create(owner="core", labels={"tier": "1"}, runbookUrl="https://run.book")
    status, seen = await api("GET", f"slos/{made['id']}", role=Role.VIEWER)
    assert (status, seen) == (200, made)
    assert (seen["objective"], seen["targetPercentage"], seen["windowText"]) == (
        "99.999",
        "99.999",
        "rolling 1d",
    )
    assert seen["indicator"] == {"good": None, **RATIO, "bad": 'http_requests_total{code=~"5..",job="api"}'}
    assert (seen["owner"], seen["labels"], seen["version"], seen["updatedBy"]) == (
        "core",
        {"tier": "1"},
        1,
        "ann",
    )
    assert seen["currentPercentage"] == 99.0
    assert seen["errorBudgetRemaining"] == pytest.approx(-99_900)
    assert seen["status"]["status"] == "breached"
    assert seen["status"]["window"]["windowSeconds"] == 86_400
    assert seen["status"]["window"]["bad"] * 100 == seen["status"]["window"]["total"]
    assert seen["status"]["queries"]


@pytest.mark.parametrize(
    ("change", "path", "said"),
    [
        ({"objective": "100"}, "$.objective", "leaves no error budget"),
        ({"objective": "abc"}, "$.objective", "percentage"),
        ({"indicator": {**RATIO, "total": "up{"}}, "$.indicator.total", "line 1, column 4"),
        ({"indicator": {**RATIO, "good": "x"}}, "$.indicator", "either `good` or `bad`"),
        (
            {"indicator": {"type": "latency", "buckets": "x", "threshold": "1"}},
            "$.indicator.buckets",
            "_bucket",
        ),
        (
            {"indicator": {"type": "latency", "buckets": 'x_bucket{le="1"}', "threshold": "1"}},
            "$.indicator.buckets",
            "leave `le` out",
        ),
        (
            {"indicator": {"type": "latency", "buckets": "x_bucket", "threshold": "-1"}},
            "$.indicator.threshold",
            "above 0",
        ),
        ({"indicator": {"type": "query", "total": "a[", "bad": "b"}}, "$.indicator.total", "$window"),
        (
            {"indicator": {"type": "query", "total": "a[$window", "bad": "b"}},
            "$.indicator.total",
            "is no PromQL",
        ),
        (
            {"indicator": {"type": "query", "total": "rate(a[$window])) or vector(1", "bad": "b"}},
            "$.indicator.total",
            "is no PromQL",
        ),
        (
            {"indicator": {"type": "query", "total": "a[$window]", "bad": "b"}},
            "$.indicator.total",
            "no range",
        ),
        ({"indicator": {"type": "share", "good": '"text"'}}, "$.indicator.good", "give numbers"),
        ({"indicator": {"type": "share", "good": "a / b"}}, "$.budgeting", "timeslices"),
        (
            {"indicator": {"type": "gauge", "gauge": "q", "compare": "<", "threshold": "x"}},
            "$.indicator.threshold",
            "number",
        ),
        ({"indicator": {"type": "probe", "probe": "up{"}}, "$.indicator.probe", "line 1"),
        (
            {"indicator": {"type": "query", "total": "1" + "+1" * 4900, "bad": "increase(b[$window])"}},
            "$.indicator.total",
            "",
        ),
        (
            {"indicator": {"type": "query", "total": "increase(a[$window])" + " or a" * 1900, "bad": "b"}},
            "$.indicator.total",
            "at most 250 are taken",
        ),
        (
            {"indicator": {"type": "logs", "total": "sum(rate({a='b'}[5m]))", "bad": '{a="b"}'}},
            "$.indicator.total",
            "line 1, column 1: expected streams",
        ),
        (
            {"indicator": {"type": "logs", "total": '{a="b"}', "bad": '{a="b"}) or vector(1'}},
            "$.indicator.bad",
            "line 1, column 8: expected a stage",
        ),
        ({"indicator": {"type": "logs", "total": '{a="b"}'}}, "$.indicator", "either `good` or `bad`"),
        (
            {"indicator": {"type": "spans", "service": "a", "threshold": "x"}},
            "$.indicator.threshold",
            "number",
        ),
        (
            {"indicator": {"type": "spans", "service": "a", "threshold": "1", "unit": "ms"}},
            "$.indicator.unit",
            "Tempo measures",
        ),
        ({"window": {"type": "rolling", "days": 0}}, "$.window.days", "between 1 and 366"),
        (
            {"window": {"type": "calendar", "unit": "month", "zone": "Mars/X"}},
            "$.window.zone",
            "no time zone",
        ),
        (
            {"budgeting": {"type": "timeslices", "sliceSeconds": 7, "target": "95"}},
            "$.budgeting.sliceSeconds",
            "one of",
        ),
        ({"name": "  "}, "$.name", ""),
        ({"runbookUrl": "javascript:alert(1)"}, "$.runbookUrl", "https"),
        ({"delaySeconds": 9999}, "$.delaySeconds", "between 0 and 600"),
        ({"missingData": "bad"}, "$.missingData", "only time slices"),
        ({"labels": {"a-b": "c"}}, "$.labels.a-b", "label name"),
        ({"unknown": 1}, "", "unknown"),
    ],
)
async def test_a12_what_is_wrong_is_told_with_its_field(api, change, path, said):
    """A12: 422, the path, and what to do; nothing is stored."""
    status, answer = await api("POST", "slos", {**SLO, **change})
    assert status == 422
    assert said in json.dumps(answer)
    assert not path or path in [p["path"] for p in answer["problems"]]
    assert (await api("GET", "slos"))[1]["total"] == 0


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("slos", {"limit": "9" * 5000}, 422),
        ("slos", {"cursor": "9" * 5000}, 422),
        ("slos", {"limit": "000000001999"}, 422),
        ("slos/{id}/history", {"to": "0001-01-01T00:00:00Z"}, 200),
        ("slos/{id}/history", {"from": "2026-02-30T00:00:00Z"}, 422),
        ("slos/{id}/history", {"points": "9" * 4400}, 422),
    ],
)
async def test_a12_an_odd_parameter_is_told_by_its_name(api, path, query, status):
    """A12: never a failure of ours."""
    made = await api.create()
    told, answer = await api("GET", path.format(id=made["id"]), **query)
    assert told == status
    assert status == 200 or [each["path"] for each in answer["problems"]] == list(query)


async def test_everything_that_is_wrong_with_two_queries_is_told_at_once(api):
    """A12: nobody mends one field to see that the other is wrong as well."""
    for wrong in ("ratio", "query", "logs"):
        given = {"type": wrong, "total": "sum(", "bad": "{"}
        _, answer = await api("POST", "slos", {**SLO, "indicator": given})
        assert [each["path"] for each in answer["problems"]] == ["$.indicator.total", "$.indicator.bad"]


async def test_a14_a_patch_changes_what_it_gives_and_nothing_else(api):
    """A14: absent fields stay."""
    made = await api.create(owner="core")
    status, seen = await api("PATCH", f"slos/{made['id']}", {"version": 1, "objective": "98"})
    assert status == 200
    same = {"status", "objective", "targetPercentage", "version", "updatedAt", "errorBudgetRemaining"}
    assert {k: v for k, v in seen.items() if k not in same} == {
        k: v for k, v in made.items() if k not in same
    }
    assert (seen["objective"], seen["version"], seen["status"]["status"]) == ("98", 2, "healthy")
    status, answer = await api("PATCH", f"slos/{made['id']}", {"version": 1, "name": "x"})
    assert (status, answer["code"]) == (409, "stale_write")
    everything = {
        "name": " new ",
        "service": "web",
        "window": {"type": "calendar", "unit": "week"},
        "budgeting": {"type": "ratio_timeslices", "sliceSeconds": 300},
        "missingData": "good",
        "delaySeconds": 120,
        "runbookUrl": "http://x",
        "description": "d",
    }
    status, seen = await api("PATCH", f"slos/{made['id']}", everything)
    assert (status, seen["name"], seen["generation"]) == (200, "new", 2)
    assert {k: seen[k] for k in ("service", "missingData", "delaySeconds", "description")} == {
        "service": "web",
        "missingData": "good",
        "delaySeconds": 120,
        "description": "d",
    }
    status, answer = await api("PATCH", f"slos/{made['id']}", {"objective": "100"})
    assert (status, answer["problems"][0]["path"]) == (422, "$.objective")


async def test_a15_deleting_what_is_not_there_is_404(api):
    """A15."""
    made = await api.create()
    assert (await api("DELETE", f"slos/{made['id']}"))[0] == 204
    assert (await api("DELETE", f"slos/{made['id']}"))[0] == 404
    assert (await api("GET", f"slos/{made['id']}"))[0] == 404


async def test_viewers_read_and_editors_write(api):
    """Section 10: each route checks the role."""
    made = await api.create()
    for method, path, body in (
        ("POST", "slos", SLO),
        ("PATCH", f"slos/{made['id']}", {}),
        ("DELETE", f"slos/{made['id']}", None),
        ("POST", f"slos/{made['id']}/calculate", None),
        ("POST", "slos/import", {"text": "x"}),
    ):
        assert (await api(method, path, body, role=Role.VIEWER))[0] == 403
    for path in ("slos", f"slos/{made['id']}", f"slos/{made['id']}/history", "slos/export"):
        assert (await api("GET", path, role=Role.VIEWER))[0] == 200


async def test_a11_the_list_has_the_worst_first_is_filtered_and_paged(api):
    """A11, slo-features 61: SLOs without data included; counts are before the status filter."""
    await api.create(name="fine", objective="90", owner="a")
    await api.create(name="broken", owner="b", labels={"tier": "1"})
    api.world.server.down.add("gone_total")
    await api.create(name="gone", indicator={**RATIO, "total": "gone_total", "bad": "gone_total"})
    _, page = await api("GET", "slos")
    assert [s["name"] for s in page["items"]] == ["broken", "fine", "gone"]
    assert page["counts"] == {"healthy": 1, "warning": 0, "critical": 0, "breached": 1, "no_data": 1}
    assert (
        page["items"][2]["status"]["staleReason"] == "prometheus answers 422: execution: gone_total is broken"
    )
    for query, names in (
        ({"status": ("no_data", "breached")}, ["broken", "gone"]),
        ({"q": "FIN"}, ["fine"]),
        ({"owner": "b"}, ["broken"]),
        ({"label": "tier=1"}, ["broken"]),
        ({"service": "other"}, []),
    ):
        assert [s["name"] for s in (await api("GET", "slos", **query))[1]["items"]] == names
    _, first = await api("GET", "slos", limit="2")
    _, second = await api("GET", "slos", limit="2", cursor=first["cursor"])
    assert (len(first["items"]), [s["name"] for s in second["items"]], second["cursor"]) == (
        2,
        ["gone"],
        None,
    )
    for bad in ({"limit": "0"}, {"limit": "x"}, {"status": "odd"}, {"cursor": "-1"}):
        assert (await api("GET", "slos", **bad))[0] == 422


async def test_row_61_those_that_burn_are_listed_alone(api):
    """An alert that fires is no status: a budget that lasts may burn, and a spent one may be calm."""
    await api.create(name="calm", objective="90")
    await api.create(name="burns", objective="99.9")
    await api.world.minutes(2)
    _, page = await api("GET", "slos", burning="true")
    assert ([slo["name"] for slo in page["items"]], page["total"]) == (["burns"], 1)
    assert {slo["name"] for slo in (await api("GET", "slos", burning="false"))[1]["items"]} == {
        "calm",
        "burns",
    }
    assert (await api("GET", "slos", burning="perhaps"))[0] == 422


async def test_a16_s2_calculate_tells_what_it_did_also_when_it_fails(api):
    """A16, S2, S6."""
    made = await api.create()
    api.world.clock.advance(120)
    status, done = await api("POST", f"slos/{made['id']}/calculate")
    assert (status, done["outcome"], done["snapshots"]) == (200, "calculated", 2)
    assert done["slo"]["status"]["calculatedAt"] > made["status"]["calculatedAt"]
    api.world.server.down.add("http_requests_total")
    api.world.clock.advance(60)
    _, failed = await api("POST", f"slos/{made['id']}/calculate")
    assert failed["outcome"] == "failed"
    seen = failed["slo"]
    assert (seen["status"]["status"], seen["status"]["stale"]) == ("no_data", True)
    assert "is broken" in seen["status"]["staleReason"]
    assert seen["currentPercentage"] == 99.0
    assert seen["status"]["asOf"] == done["slo"]["status"]["asOf"]


async def test_a17_history_is_downsampled_to_what_was_asked_for(api):
    """A17: 30 days of points; RFC 3339 or Grafana's milliseconds."""
    made = await api.create(window={"type": "rolling", "days": 7})
    _, found = await api("GET", f"slos/{made['id']}/history", points="60")
    assert 14 <= len(found["points"]) <= 60
    assert found["points"][-1]["sli"] == 0.99
    now = api.world.now() * 1000
    _, hour = await api(
        "GET", f"slos/{made['id']}/history", from_=str(now - 3_600_000), to=str(now), points="60"
    )
    assert (hour["stepSeconds"], len(hour["points"])) == (60, 59)
    for bad in ({"from_": "yesterday"}, {"from_": "2030-01-01T00:00:00Z"}, {"points": "0"}):
        assert (await api("GET", f"slos/{made['id']}/history", **bad))[0] == 422


async def test_a_preview_shows_the_slo_on_history_and_stores_nothing(api):
    """Rows 71, 87."""
    status, found = await api("POST", "slos/preview", SLO, role=Role.VIEWER)
    assert (status, found["series"], found["status"]["status"]) == (200, 2, "breached")
    assert found["history"]["points"]
    assert (await api("GET", "slos"))[1]["total"] == 0


async def test_slos_go_out_as_code_and_come_back(api):
    """Rows 55, 56: export, delete, import; the second import changes nothing."""
    made = await api.create()
    status, text = await api("GET", "slos/export", format="openslo")
    assert status == 200
    await api("DELETE", f"slos/{made['id']}")
    given = {"text": text.decode()}
    _, dry = await api("POST", "slos/import", {**given, "dryRun": True})
    assert [item["action"] for item in dry["items"]] == ["created"]
    assert (await api("GET", "slos"))[1]["total"] == 0
    _, done = await api("POST", "slos/import", given)
    assert [item["action"] for item in done["items"]] == ["created"]
    _, again = await api("POST", "slos/import", given)
    assert [item["action"] for item in again["items"]] == ["unchanged"]
    changed = {"text": text.decode().replace("99.999", "99.9")}
    _, edited = await api("POST", "slos/import", changed)
    assert [item["action"] for item in edited["items"]] == ["updated"]
    assert (await api("GET", f"slos/{edited['items'][0]['id']}"))[1]["objective"] == "99.9"
    mixed = {"text": f"{text.decode().replace('availability', 'second')}\n---\nkind: Pod\n"}
    _, strict = await api("POST", "slos/import", mixed)
    assert [item["action"] for item in strict["items"]] == ["held_back", "refused"]
    _, lenient = await api("POST", "slos/import", {**mixed, "mode": "lenient"})
    assert [item["action"] for item in lenient["items"]] == ["created", "refused"]
    _, rules = await api("GET", "slos/export", format="prometheus", service="api")
    assert b"slo:sli_error:ratio_rate5m" in rules or b"groups" in rules
    assert (await api("GET", "slos/export", format="odd"))[0] == 422
    await api.world.minutes(1)
    assert (await api("GET", "slos"))[1]["counts"]["no_data"] == 0


async def test_s8_pages_that_are_open_hear_of_every_change(api):
    """S8: a notice names the SLO and what happened to it, and holds nothing that a person wrote."""
    made = await api.create()
    await api("PATCH", f"slos/{made['id']}", {"objective": "99"})
    await api("POST", f"slos/{made['id']}/calculate")
    await api("PATCH", f"slos/{made['id']}", {"objective": "100"})
    await api("DELETE", f"slos/{made['id']}")
    assert [(each.kind, each.number, each.change) for each in api.notices] == [
        ("slo", made["id"], change) for change in ("created", "changed", "calculated", "deleted")
    ]


async def test_row_68_each_burn_condition_tells_its_limit_and_windows(api):
    """slo-features 68: charts draw the limits that the alert is judged by."""
    made = await api.create(window={"type": "rolling", "days": 30}, objective="99.9")
    limits = {
        each["name"]: (each["limit"], each["longSeconds"], each["shortSeconds"])
        for each in made["status"]["conditions"]
    }
    assert limits["page-quick"] == (14.4, 3600, 300)
    assert limits["ticket-slow"] == (1.0, 3 * 86_400, 6 * 3600)
    assert limits["budget-spent"] == (None, None, None)


async def test_row_13_groups_are_listed_when_asked_for_and_lead_back_to_the_whole(api):
    """The list shows the whole; `whole` and `groups` show its groups, by the same shape."""
    api.world.server.routes = {"/a": (lambda _m: 1, lambda _m: 9), "/b": (lambda _m: 0, lambda _m: 90)}
    made = await api.create(groupBy=["route"], maxGroups=1)
    await api.world.minutes(2)
    _, listed = await api("GET", "slos")
    [whole] = listed["items"]
    assert (whole["groupBy"], whole["maxGroups"]) == (["route"], 1)
    assert (whole["groups"], whole["wholeId"], whole["group"]) == ({"kept": 1, "leftOut": 1}, "", {})
    _, groups = await api("GET", "slos", whole=made["id"])
    [one] = groups["items"]
    assert (one["wholeId"], one["group"], one["groups"]) == (made["id"], {"route": "/b"}, None)
    assert one["status"]["queries"] == ['last_over_time(http_requests_total{job="api",route="/b"}[2m])']
    assert (await api("GET", "slos", groups="true"))[1]["total"] == 2
    status, told = await api("PATCH", f"slos/{one['id']}", {"owner": "x"})
    assert (status, "one group" in json.dumps(told)) == (409, True)
    status, changed = await api("PATCH", f"slos/{made['id']}", {"groupBy": []})
    assert (status, changed["groups"], changed["groupBy"]) == (200, None, [])
    status, told = await api("GET", "slos", groups="some")
    assert (status, "groups" in json.dumps(told)) == (422, True)
    status, told = await api("POST", "slos", {**SLO, "name": "x", "groupBy": ["a", "b", "c", "d"]})
    assert (status, "groupBy" in json.dumps(told)) == (422, True)


@pytest.mark.parametrize(
    "indicator",
    [
        {
            "type": "logs",
            "total": '{app="api"} | json',
            "bad": '{app="api"} | json | status >= 500',
            "good": None,
        },
        {
            "type": "spans",
            "service": "shop",
            "names": "connector",
            "span": "GET /",
            "kind": "client",
            "threshold": "0.25",
            "native": False,
            "unit": "ms",
        },
    ],
)
async def test_rows_10_and_11_lines_and_spans_come_back_as_they_were_written(api, indicator):
    """Over the API and the store; without Loki the answer says what is missing."""
    made = await api.create(indicator=indicator)
    _, seen = await api("GET", f"slos/{made['id']}")
    assert seen["indicator"] == indicator
    if indicator["type"] == "logs":
        assert (seen["status"]["stale"], seen["status"]["staleReason"]) == (True, "Loki is not configured")
        status, answer = await api("POST", "slos/preview", {**SLO, "indicator": indicator})
        assert (status, answer["code"]) == (424, "source_not_configured")


WEEK = {"objective": "99.5", "window": {"type": "rolling", "days": 2}}
MONTH = {"objective": "98", "window": {"type": "calendar", "unit": "month", "zone": "Europe/Berlin"}}


async def test_several_objectives_each_stand_on_the_same_counts(api):
    """Row 25: target, window, SLI, signed budget, burn rates and coverage of each; one query for all."""
    made = await api.create(furtherObjectives=[WEEK, MONTH])
    assert [each["objective"] for each in made["furtherObjectives"]] == ["99.5", "98"]
    assert made["furtherObjectives"][1]["window"]["zone"] == "Europe/Berlin"
    week, month = made["status"]["furtherObjectives"]
    assert (week["objective"], week["windowText"], week["status"]) == ("99.5", "rolling 2d", "breached")
    assert week["window"]["windowSeconds"] == 2 * 86_400
    assert (week["window"]["bad"], week["window"]["total"]) == api.world.server.truth(
        api.world.now() // 60 * 60 - 60 - 2 * 86_400, api.world.now() // 60 * 60 - 60
    )
    assert week["budget"]["remaining"] == pytest.approx(-1.0)
    assert month["budget"]["remaining"] == pytest.approx(0.5)
    assert month["status"] == "healthy"
    assert (week["window"]["coverage"], week["burnRates"][0]["windowSeconds"]) == (1.0, 300)
    assert len(made["status"]["queries"]) == 1
    before = len(api.world.server.asked)
    await api.world.minutes(1)
    alone = len(api.world.server.asked) - before
    await api("PATCH", f"slos/{made['id']}", {"furtherObjectives": []})
    before = len(api.world.server.asked)
    await api.world.minutes(1)
    assert len(api.world.server.asked) - before == alone


async def test_history_and_forecast_of_each_objective(api):
    """Row 25: the budget's course is that of the objective which is asked for; there is no other one."""
    made = await api.create(furtherObjectives=[MONTH])
    path = f"slos/{made['id']}"
    _, main = await api("GET", f"{path}/history")
    _, month = await api("GET", f"{path}/history", objective="1")
    assert [p["bad"] for p in main["points"]] == [p["bad"] for p in month["points"]]
    assert month["points"][-1]["budgetRemaining"] == pytest.approx(0.5)
    assert main["points"][-1]["budgetRemaining"] < -100
    _, told = await api("GET", f"{path}/forecast", objective="1")
    assert told["fullPeriod"] is not None
    for asked in ("history", "forecast"):
        status, refused = await api("GET", f"{path}/{asked}", objective="2")
        assert (status, refused["problems"][0]["path"]) == (422, "objective")


async def test_objectives_are_refused_with_their_place(api):
    """Row 25: the field is named; a promise is made once, and five times at most."""
    for objectives, path in (
        ([{"objective": "100"}], "$.furtherObjectives[0].objective"),
        (
            [WEEK, {"objective": "99", "window": {"type": "rolling", "days": 0}}],
            "$.furtherObjectives[1].window.days",
        ),
        ([WEEK, WEEK], "$.furtherObjectives[1]"),
        ([{"objective": str(90 + n)} for n in range(5)], "$.furtherObjectives"),
    ):
        status, refused = await api("POST", "slos", {**SLO, "furtherObjectives": objectives})
        assert (status, refused["problems"][0]["path"]) == (422, path)


async def test_what_was_promised_before_is_told_for_each_objective(api):
    """Rows 25 and 74: a target that is edited keeps the history, and the change names its objective."""
    made = await api.create(furtherObjectives=[WEEK])
    path = f"slos/{made['id']}"
    await api("PATCH", path, {"furtherObjectives": [{**WEEK, "objective": "99"}, MONTH]})
    _, edited = await api("PATCH", path, {"furtherObjectives": [MONTH]})
    assert (edited["generation"], edited["status"]["furtherObjectives"][0]["objective"]) == (1, "98")
    _, told = await api("GET", f"{path}/changes")
    removed, changed, created = (each["fields"] for each in told["items"])
    berlin = "98%, calendar month (Europe/Berlin)"
    assert {"field": "furtherObjectives[0]", "before": "", "after": "99.5%, rolling 2d"} in created
    assert changed == [
        {"field": "furtherObjectives[0]", "before": "99.5%, rolling 2d", "after": "99%, rolling 2d"},
        {"field": "furtherObjectives[1]", "before": "", "after": berlin},
    ]
    assert removed == [
        {"field": "furtherObjectives[0]", "before": "99%, rolling 2d", "after": berlin},
        {"field": "furtherObjectives[1]", "before": berlin, "after": ""},
    ]


async def test_a_preview_shows_further_objectives(api):
    """Row 25: an SLO that is tried out stands against all that it would promise."""
    _, tried = await api("POST", "slos/preview", {**SLO, "furtherObjectives": [WEEK]})
    [week] = tried["status"]["furtherObjectives"]
    assert (week["status"], week["window"]["coverage"]) == ("breached", 1.0)


async def test_an_slo_is_made_of_others_with_weights(api):
    """Rows 14 and 15: members with weight, numbers and share of what is bad; it comes back as written."""
    one, two = await api.create(), await api.create(name="latency", objective="90")
    indicator = {
        "type": "composite",
        "members": [{"sloId": one["id"], "weight": "2.5"}, {"sloId": two["id"], "weight": "1"}],
        "combine": "mean",
    }
    made = await api.create(name="shop", indicator=indicator)
    assert made["indicator"] == indicator
    first, second = made["status"]["members"]
    assert (first["sloId"], first["name"], first["service"]) == (one["id"], "availability", "api")
    assert (first["weight"], first["spent"]) == (pytest.approx(2.5 / 3.5), pytest.approx(2.5 / 3.5))
    assert (first["status"], second["status"], second["coverage"]) == ("breached", "healthy", 1.0)
    assert first["bad"] + first["good"] == first["total"]
    assert made["status"]["window"]["sli"] == pytest.approx(0.99)
    path = f"slos/{made['id']}"
    _, history = await api("GET", f"{path}/history")
    assert history["points"]
    _, changed = await api("PATCH", path, {"indicator": {**indicator, "combine": "pooled"}})
    assert changed["indicator"]["combine"] == "pooled"
    _, tried = await api("POST", "slos/preview", {**SLO, "indicator": indicator})
    assert tried["status"]["window"]["sli"] == pytest.approx(0.99)
    assert changed["status"]["countedBy"] == "members"
    _, text = await api("GET", "slos/export", format="openslo")
    assert b'{"combine":"pooled","members":[{"service":"api","name":"availability","weight":"2.5"}' in text
    _, again = await api("POST", "slos/import", {"text": text.decode(), "mode": "strict"})
    assert {each["action"] for each in again["items"]} == {"unchanged"}
    _, text = await api("GET", "slos/export", format="prometheus")
    assert text.count(b"alert: SLOBudgetBurn") == 3


async def test_members_are_refused_by_their_place(api):
    """Rows 14 and 15: unknown, twice, a weight that is none, none at all."""
    one = await api.create()
    for members, field in (
        ([{"sloId": "nobody"}], "members[0].sloId"),
        ([{"sloId": one["id"]}, {"sloId": one["id"]}], "members[1].sloId"),
        ([{"sloId": one["id"], "weight": "much"}], "members[0].weight"),
        ([{"sloId": one["id"], "weight": "-1"}], "members[0].weight"),
        ([], "members"),
    ):
        given = {**SLO, "name": "shop", "indicator": {"type": "composite", "members": members}}
        status, refused = await api("POST", "slos", given)
        assert (status, refused["problems"][0]["path"]) == (422, f"$.indicator.{field}")
