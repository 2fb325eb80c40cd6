"""Routes of investigations: no answer yet, an answer whole and frozen, versions, running anew, judging it."""

import json
from dataclasses import replace

import pytest

from reliability_studio.api.calls import ResourceRequest
from reliability_studio.api.investigations import investigation_routes
from reliability_studio.api.router import Router
from reliability_studio.clock import ManualClock
from reliability_studio.domain.checks.catalogue import BUILT_IN
from reliability_studio.domain.correlation.confidence import PLAUSIBLE_FROM
from reliability_studio.domain.slo.spec import Slo
from reliability_studio.flows.checks import Checks
from reliability_studio.flows.hub import Hub
from reliability_studio.flows.inquiry import Inquiries, read
from reliability_studio.flows.investigate import Investigations
from reliability_studio.flows.progress import Progress
from reliability_studio.flows.telemetry import Signals
from reliability_studio.sources.kubernetes import Kubernetes
from reliability_studio.sources.loki import Loki
from reliability_studio.store import correlations, incidents, slos
from tests.flows.slo_world import definition
from tests.flows.test_investigate import FakePrometheus, cluster, logs, prometheus
from tests.support.desk import BO, ELSEWHERE, VERA
from tests.support.fake_sources import client
from tests.support.records import an_incident, minutes

NOW = minutes(10)
PATH = "incidents/INC-1/investigation"


class Api:
    """The routes of this file over a real store and stand-ins of the sources."""

    def __init__(self, database, signals=None, links=None):
        self.database, self.clock = database, ManualClock(NOW)
        self.signals = signals or everything()
        self.work = Investigations(1, database, Hub(), self.signals, links or {})
        inquiries = Inquiries(1, database)
        self.router = Router(investigation_routes(self.work, inquiries, Checks(1, database), self.clock))

    async def ask(self, method, path, body=None, *, caller=BO):
        content = b"" if body is None else json.dumps(body).encode()
        answer = await self.router.answer(ResourceRequest(caller, method, path, {}, {}, content))
        return answer.status, json.loads(answer.body) if answer.body else None


def everything():
    return Signals(
        prometheus(FakePrometheus(20, 4.775)),
        Loki(client("loki", logs(), NOW)),
        None,
        Kubernetes(client("kubernetes", cluster(), NOW)),
    )


@pytest.fixture
async def incident(database):
    async with database.writing() as connection:
        return await incidents.insert(connection, an_incident(labels={"namespace": "shop"}))


@pytest.mark.usefixtures("incident")
async def test_before_the_first_run_the_answer_is_that_nobody_looked(database):
    """ "Not investigated yet" is told apart from "no cause found"."""
    status, answer = await Api(database).ask("GET", PATH, caller=VERA)
    assert status == 200
    assert (answer["state"], answer["answer"], answer["version"]) == ("not_investigated", None, 0)
    assert (answer["versions"], answer["grade"]) == ([], None)


@pytest.mark.usefixtures("incident")
async def test_l6_rows_75_and_86_one_answer_holds_verdict_evidence_and_frozen_charts(database):
    """L6, rows 75, 86: causes with confidence, evidence with query and numbers, the points of charts."""
    api = Api(database, links={"prometheus": "prom-uid"})
    status, got = await api.ask("POST", PATH)
    assert status == 200
    assert (got["state"], got["version"], got["trigger"], got["by"]) == ("cause_found", 1, "asked", "bo")
    answer = got["answer"]
    first = answer["causes"][0]
    assert (first["service"], first["named"], first["rank"]) == ("checkout", True, 1)
    assert 0.5 <= first["confidence"] <= 1
    assert first["evidence"]
    charts = {each["finding"]: each for each in answer["charts"]}
    errors = next(each for each in charts.values() if each["kind"] == "errors")
    assert errors["query"].count("http_requests_total") >= 2
    assert errors["link"].startswith("/explore?schemaVersion=1&panes=")
    assert "prom-uid" in errors["link"]
    values = [each["value"] for each in errors["points"]]
    assert len(values) <= 180
    assert max(values) > 0.19
    assert errors["before"] < 0.001
    assert errors["now"] > 0.19
    assert errors["samples"] >= len([value for value in values if value is not None])
    assert errors["window"]["start"] < errors["window"]["end"]
    assert answer["nextSteps"][0]["command"].startswith("kubectl")
    assert answer["queries"] <= 60


@pytest.mark.usefixtures("incident")
async def test_row_77_every_check_says_how_it_ended_with_its_query_and_numbers(database):
    """Row 77: found, clean, no data, skipped or failed; what was found points at its evidence."""
    _, got = await Api(database).ask("POST", PATH)
    answer = got["answer"]
    charts = {each["finding"] for each in answer["charts"]}
    checks = {each["id"]: each for each in answer["checks"]}
    assert set(checks) == {check.id for check in BUILT_IN}
    assert checks["error-rate"]["outcome"] == "found"
    assert set(checks["error-rate"]["findings"]) & set(charts)
    assert checks["crash-loop"]["outcome"] == "found"
    assert "exit code 1" in checks["crash-loop"]["summary"]
    assert checks["rollout"]["outcome"] in {"found", "clean"}
    assert checks["cpu-usage"]["outcome"] == "no_data"
    assert "container_cpu_usage_seconds_total" in checks["cpu-usage"]["query"]
    assert checks["oom-killed"]["outcome"] == "clean"
    assert checks["failing-spans"]["outcome"] in {"skipped", "no_data"}
    assert sum(answer["outcomes"].values()) == len(BUILT_IN)


@pytest.mark.usefixtures("incident")
async def test_the_answer_stays_as_it_was_when_the_sources_are_gone(database):
    """Row 86: charts and numbers come from the store; nothing is asked when an answer is read."""
    api = Api(database)
    _, made = await api.ask("POST", PATH)
    blind = Api(database, signals=Signals(None, None, None, None))
    _, read = await blind.ask("GET", PATH)
    assert read == made


async def test_versions_are_kept_and_each_can_be_read(database, incident):
    """Re-runs are versions: newest first in the list, each readable as it was."""
    api = Api(database)
    await api.work.run(incident, minutes(1))
    _, second = await api.ask("POST", PATH)
    assert [each["version"] for each in second["versions"]] == [2, 1]
    assert [each["trigger"] for each in second["versions"]] == ["asked", "age"]
    _, first = await api.ask("GET", f"{PATH}/versions/1")
    assert (first["version"], first["at"]) == (1, "2026-03-01T12:01:00Z")
    status, answer = await api.ask("GET", f"{PATH}/versions/3")
    assert (status, answer["code"]) == (404, "not_found")


@pytest.mark.usefixtures("incident")
async def test_slos_of_affected_services_are_at_risk(database):
    """Row 72: the objectives of whoever feels it, with what is left of their budget."""
    async with database.writing() as connection:
        objective = replace(definition(), service="checkout")
        await slos.add(connection, Slo("slo-1", 1, objective, 1, 1, NOW, NOW, "ada"))
    _, got = await Api(database).ask("POST", PATH)
    blast = got["answer"]["blastRadius"]
    assert blast["center"] == "checkout"
    [node] = blast["nodes"]
    assert (node["service"], node["hops"], node["impaired"]) == ("checkout", 0, True)
    assert [each["status"] for each in node["slosAtRisk"]] == ["no_data"]


@pytest.mark.usefixtures("incident")
async def test_only_editors_run_and_judge_and_other_organisations_see_nothing(database):
    """Viewers read; the incident of another organisation does not exist."""
    api = Api(database)
    status, _ = await api.ask("POST", PATH, caller=VERA)
    assert status == 403
    status, _ = await api.ask("PUT", f"{PATH}/grade", {"right": True}, caller=VERA)
    assert status == 403
    there = Router(
        investigation_routes(
            Investigations(2, database, Hub(), everything()),
            Inquiries(2, database),
            Checks(2, database),
            api.clock,
        )
    )
    answer = await there.answer(ResourceRequest(ELSEWHERE, "GET", PATH, {}, {}, b""))
    assert answer.status == 404


@pytest.mark.parametrize(
    ("signals", "changes", "status", "code"),
    [
        (Signals(None, None, None, None), {}, 424, "source_not_configured"),
        (None, {"service": "unassigned"}, 422, "invalid"),
    ],
)
async def test_what_cannot_be_investigated_says_why(database, signals, changes, status, code):
    """No source, or no service: an error that says what to do."""
    async with database.writing() as connection:
        await incidents.insert(connection, an_incident(**changes))
    got, answer = await Api(database, signals).ask("POST", PATH)
    assert (got, answer["code"]) == (status, code)


@pytest.mark.usefixtures("incident")
async def test_c14_a_person_judges_the_answer_and_checks_show_their_precision(database):
    """C14, M2, row 85: right or wrong once more replaces it; each check shows how often it was right."""
    api = Api(database)
    status, answer = await api.ask("PUT", f"{PATH}/grade", {"right": True})
    assert (status, answer["code"]) == (409, "conflict")
    await api.ask("POST", PATH)
    _, graded = await api.ask("PUT", f"{PATH}/grade", {"right": True, "note": "the rollout"})
    assert graded["grade"]["service"] == "checkout"
    assert graded["grade"]["by"] == "bo"
    _, listed = await api.ask("GET", "checks", caller=VERA)
    by_id = {each["id"]: each for each in listed["items"]}
    assert by_id["error-rate"]["precision"] == {"right": 1, "total": 1, "share": 1.0}
    assert by_id["cpu-usage"]["precision"] is None
    await api.ask("PUT", f"{PATH}/grade", {"right": False, "service": "payments"})
    _, listed = await api.ask("GET", "checks")
    by_id = {each["id"]: each for each in listed["items"]}
    assert by_id["error-rate"]["precision"] == {"right": 0, "total": 1, "share": 0.0}


@pytest.mark.usefixtures("incident")
async def test_row_84_checks_are_switched_tuned_and_added_as_data(database):
    """Row 84: off means skipped; a threshold moves; a query with a condition becomes a check."""
    api = Api(database)
    status, off = await api.ask("PATCH", "checks/error-rate", {"enabled": False})
    assert (status, off["enabled"], off["tuned"]) == (200, False, True)
    status, moved = await api.ask("PATCH", "checks/cpu-throttling", {"threshold": 0.5})
    assert (moved["threshold"], moved["points"]) == (0.5, 2)
    status, made = await api.ask(
        "POST",
        "checks",
        {"title": "Sign-ins", "query": "http_requests_total{service=$service}", "op": ">", "threshold": 50},
    )
    assert (status, made["custom"], made["statistic"]) == (201, True, "own noise or fixed threshold")
    _, got = await api.ask("POST", PATH)
    checks = {each["id"]: each for each in got["answer"]["checks"]}
    assert checks["error-rate"]["outcome"] == "skipped"
    own = checks[made["id"]]
    assert (own["outcome"], own["query"]) == ("found", 'http_requests_total{service="checkout"}')
    status, _ = await api.ask("DELETE", "checks/error-rate")
    assert status == 204
    _, listed = await api.ask("GET", "checks")
    assert next(each["enabled"] for each in listed["items"] if each["id"] == "error-rate")
    assert [each["id"] for each in listed["items"]][-1] == made["id"]
    status, changed = await api.ask(
        "PUT", f"checks/{made['id']}", {"title": "Sign-ins", "query": "up", "enabled": False}
    )
    assert (changed["op"], changed["enabled"]) == (None, False)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "field"),
    [
        ("PATCH", "checks/latency", {"threshold": 1}, 422, "$.threshold"),
        ("PATCH", "checks/nothing", {"enabled": False}, 404, None),
        ("DELETE", "checks/latency", None, 404, None),
        ("PUT", "checks/custom-1", {"title": "x", "query": "up"}, 404, None),
        ("POST", "checks", {"title": "x", "query": "sum("}, 422, "$.query"),
        ("POST", "checks", {"title": "x", "query": "up", "by": ["a b"]}, 422, "$.by"),
        ("POST", "checks", {"title": "Processor use", "query": "up"}, 422, "$.title"),
        ("POST", "checks", {"title": "x", "query": "up", "colour": 1}, 422, "$"),
    ],
)
async def test_a_check_that_cannot_be_says_which_field(database, method, path, body, status, field):
    """Bad input names the field and what to do."""
    got, answer = await Api(database).ask(method, path, body)
    assert got == status
    if field:
        assert field in [each["path"] for each in answer["problems"]]


@pytest.mark.usefixtures("incident")
async def test_only_plausible_services_are_possible_causes_and_numbers_have_units(database):
    """Confidence that is practically zero is told as considered, with the floor; units are there."""
    _, got = await Api(database).ask("POST", PATH)
    answer = got["answer"]
    floor = answer["floor"]
    assert floor["confidence"] == PLAUSIBLE_FROM
    assert "0.05" in floor["because"]
    assert answer["causes"]
    assert all(each["confidence"] >= floor["confidence"] for each in answer["causes"])
    assert all(each["confidence"] < floor["confidence"] for each in answer["considered"])
    assert len(answer["causes"]) + len(answer["considered"]) == answer["ranked"]
    units = {each["subject"]: each["unit"] for cause in answer["causes"] for each in cause["evidence"]}
    assert units["error ratio"] == "share"
    assert units["p95"] == "ms"
    assert all(each["unit"] for each in answer["charts"])


@pytest.mark.usefixtures("incident")
async def test_calm_services_are_considered_and_no_possible_cause(database):
    """Row 76: nothing unusual is no list of causes at a confidence of nothing; the service is considered."""
    calm = Signals(prometheus(FakePrometheus(0.01, 0.1)), None, None, None)
    _, got = await Api(database, signals=calm).ask("POST", PATH)
    assert got["state"] == "no_cause_found"
    told = got["answer"]["causes"] + got["answer"]["considered"]
    assert [each["service"] for each in told] == ["checkout"]
    assert [each for each in got["answer"]["causes"] if each["confidence"] < PLAUSIBLE_FROM] == []


async def test_a_running_investigation_is_read_beside_the_kept_answer(database, incident):
    """Issue 5 item 7: what has arrived is there to read, names what is awaited, and is gone at the end."""
    api = Api(database)
    _, made = await api.ask("POST", PATH)
    assert made["running"] is None
    async with database.reading() as connection:
        kept = read(await correlations.latest(connection, incident.id))
    elsewhere = Progress(1, database)
    async with elsewhere.run(incident.id, NOW) as run:
        _, begun = await api.ask("GET", PATH, caller=VERA)
        assert begun["running"] == {"beganAt": made["at"], "waiting": [], "answer": None}
        await elsewhere.found(run, NOW, kept, ("logs", "metrics"))
        _, got = await api.ask("GET", PATH, caller=VERA)
        assert got["running"]["waiting"] == ["logs", "metrics"]
        assert got["running"]["answer"] == got["answer"] == made["answer"]
        _, version = await api.ask("GET", f"{PATH}/versions/1", caller=VERA)
        assert version["running"] is None
        status, busy = await api.ask("POST", PATH)
        assert status == 409
        assert "being investigated" in busy["message"]
    assert await api.ask("GET", PATH, caller=VERA) == (200, made)
