"""Every call of the contract, made on our plugin by Grafana's own host code, and read with its own decoder.

What the product computes is tested elsewhere; here it is that each answer has a form that Grafana takes.
"""

import json
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.contract.conftest import builds
from tests.contract.gohost import GoHost
from tests.contract.launchers import Launcher

pytestmark = [
    pytest.mark.contract,
    pytest.mark.integration,
    pytest.mark.timeout(720),
]

app = pytest.mark.parametrize("launcher", builds("app"), indirect=True)
datasource = pytest.mark.parametrize("launcher", builds("datasource"), indirect=True)

Step = dict[str, Any]

VIEWER = {"user": {"login": "vera", "role": "Viewer"}}
NOBODY = {"user": {"login": "nemo", "role": "None"}}
INCIDENT = {"title": "checkout fails", "severity": "critical", "service": "checkout"}


def call(path: str, method: str = "GET", **more: Any) -> Step:
    return {"do": "callResource", "path": path, "method": method, **more}


def create(**more: Any) -> Step:
    return call("incidents", "POST", bodyJson=INCIDENT, **more)


def query(ref_id: str, kind: str, model: object = None) -> Step:
    day = 86_400_000
    start = 1_790_000_000_000
    return {
        "refId": ref_id,
        "queryType": kind,
        "model": model or {"refId": ref_id, "queryType": kind, "intervalMs": 60_000, "hide": False},
        "fromMS": start,
        "toMS": start + day,
        "intervalMS": 60_000,
        "maxDataPoints": 1000,
    }


def body(answer: Any) -> Any:
    """The JSON of an answer that says it is JSON."""
    assert answer["headers"]["Content-Type"][0].startswith("application/json")
    return json.loads(answer["text"])


@app
class TestResources:
    def test_the_whole_way_of_an_incident(self, go_host: GoHost, launcher: Launcher) -> None:
        created, listed = go_host.run(launcher, create(), call("incidents")).results
        assert created["status"] == 201
        number = body(created)["number"]
        assert number in listed["text"]
        read, health = go_host.run(launcher, call(f"incidents/{number}"), call("health")).results
        assert (read["status"], body(read)["title"]) == (200, INCIDENT["title"])
        assert health["status"] == 200

    @pytest.mark.parametrize(
        ("step", "status", "code"),
        [
            (call("no/such/route"), 404, "not_found"),
            (call("incidents/INC-999999"), 404, "not_found"),
            (call("incidents", "BREW"), 405, "method_not_allowed"),
            (call("incidents", "POST", body='{"title": '), 400, "bad_request"),
            (call("incidents", "POST", bodyJson={**INCIDENT, "title": 7}), 422, "invalid"),
            (call("incidents", "POST", bodyJson={**INCIDENT, "tilte": "x"}), 422, "invalid"),
            (create(context=VIEWER), 403, "forbidden"),
            (call("incidents", context=NOBODY), 403, "forbidden"),
            (call("incidents", "POST", bodyBytes=17 << 20), 413, "too_large"),
        ],
    )
    def test_bad_input_has_a_status_and_one_error_shape(
        self, go_host: GoHost, launcher: Launcher, step: Step, status: int, code: str
    ) -> None:
        (answer,) = go_host.run(launcher, step).results
        assert answer["status"] == status, answer
        error = body(answer)
        assert error["code"] == code
        assert error["message"]
        assert "Traceback" not in answer["text"]

    def test_a_body_of_15_mib_arrives(self, go_host: GoHost, launcher: Launcher) -> None:
        """Grafana has no limit of its own; the library's default of 4 MiB would fail the whole call."""
        long = {**INCIDENT, "title": "x" * (15 << 20)}
        (answer,) = go_host.run(launcher, call("incidents", "POST", bodyJson=long)).results
        assert answer["status"] == 422
        assert "title" in body(answer)["message"]

    def test_fifty_calls_beside_twenty_open_streams(self, go_host: GoHost, launcher: Launcher) -> None:
        listen = {"do": "runStream", "path": "incidents", "milliseconds": 4000}
        calls = [call("incidents", afterMilliseconds=500) for _ in range(50)]
        run = go_host.run(launcher, call("health"), {"do": "parallel", "steps": [*[listen] * 20, *calls]})
        outcomes = run.results[1]
        assert [each["code"] for each in outcomes] == ["OK"] * 70
        assert [each["result"]["ended"] for each in outcomes[:20]] == ["time"] * 20
        assert {each["result"]["status"] for each in outcomes[20:]} == {200}

    def test_a_caller_who_leaves_is_told_and_the_next_call_works(
        self, go_host: GoHost, launcher: Launcher
    ) -> None:
        left, after = go_host.run(
            launcher, call("incidents", cancelAfterMilliseconds=1), call("incidents")
        ).steps
        assert left["code"] in {"Canceled", "OK"}
        assert (after["code"], after["result"]["status"]) == ("OK", 200)


@app
class TestDiagnostics:
    def test_health_and_metrics_are_what_grafana_can_read(self, go_host: GoHost, launcher: Launcher) -> None:
        health, metrics = go_host.run(launcher, {"do": "checkHealth"}, {"do": "collectMetrics"}).results
        assert health["status"] == "OK"
        assert health["details"]["status"] == "ok"
        names = {family.name for family in text_string_to_metric_families(metrics)}
        assert names

    def test_settings_that_are_wrong_are_an_answer_and_no_failure(
        self, go_host: GoHost, launcher: Launcher
    ) -> None:
        wrong = {"app": {"jsonData": {"no such setting": 7}}}
        (health,) = go_host.run(launcher, {"do": "checkHealth", "context": wrong}).results
        assert health["details"]["settingsProblems"]


@app
class TestStreams:
    def test_a_change_reaches_who_listens(self, go_host: GoHost, launcher: Launcher) -> None:
        listen = {"do": "runStream", "path": "incidents", "packets": 1, "milliseconds": 15_000}
        subscribed, both = go_host.run(
            launcher,
            {"do": "subscribe", "path": "incidents", "context": VIEWER},
            {"do": "parallel", "steps": [listen, create(afterMilliseconds=1000)]},
        ).results
        assert subscribed["status"] == "OK"
        heard, created = both
        assert heard["result"]["ended"] == "enough"
        (packet,) = heard["result"]["packets"]
        assert json.loads(created["result"]["text"])["number"] in packet["data"]

    def test_who_may_not_listen_or_publish_is_told_so(self, go_host: GoHost, launcher: Launcher) -> None:
        subscribe = {"do": "subscribe", "path": "incidents"}
        answers = go_host.run(
            launcher,
            {**subscribe, "context": NOBODY},
            {**subscribe, "path": "secrets"},
            {"do": "publish", "path": "incidents", "data": {"title": "x"}},
        ).results
        statuses = [each["status"] for each in answers]
        assert statuses == ["PERMISSION_DENIED", "NOT_FOUND", "PERMISSION_DENIED"]


@datasource
class TestQueries:
    def test_every_query_type_answers_frames_that_grafana_decodes(
        self, go_host: GoHost, launcher: Launcher
    ) -> None:
        kinds = ["incidents", "slo_status", "slo_history"]
        queries = [query(kind, kind) for kind in kinds]
        (answers,) = go_host.run(launcher, {"do": "queryData", "queries": queries}).results
        assert "hostError" not in answers
        assert answers["responses"].keys() == set(kinds)
        for response in answers["responses"].values():
            assert not response.get("error"), response
            assert not response.get("decodeError")
            assert not response["dataplane"].get("error")
            assert response["frames"]
            assert response["format"] == "ARROW"

    def test_a_bad_query_never_harms_its_neighbours(self, go_host: GoHost, launcher: Launcher) -> None:
        queries = [query("A", "incidents"), query("B", "no_such_type"), query("C", "incidents", [1])]
        (answers,) = go_host.run(launcher, {"do": "queryData", "queries": queries}).results
        found = answers["responses"]
        assert "hostError" not in answers
        assert not found["A"].get("error")
        assert (found["B"]["status"], found["C"]["status"]) == (400, 422)
        assert "no_such_type" in found["B"]["error"]

    def test_arrow_is_the_answer_also_where_the_host_would_rather_have_json(
        self, go_host: GoHost, launcher: Launcher
    ) -> None:
        """Each host decodes an answer by the answer's own format; Arrow is understood by all."""
        step = {"do": "queryData", "queries": [query("A", "incidents")], "format": "JSON"}
        (answers,) = go_host.run(launcher, step).results
        assert answers["responses"]["A"]["format"] == "ARROW"
        assert "hostError" not in answers

    def test_alert_rules_ask_without_a_user(self, go_host: GoHost, launcher: Launcher) -> None:
        step = {
            "do": "queryData",
            "queries": [query("A", "incidents")],
            "headers": {"FromAlert": "true"},
            "context": {"user": None},
        }
        (answers,) = go_host.run(launcher, step).results
        assert not answers["responses"]["A"].get("error")

    def test_health_of_the_data_source(self, go_host: GoHost, launcher: Launcher) -> None:
        (health,) = go_host.run(launcher, {"do": "checkHealth"}).results
        assert health["status"] == "OK"
