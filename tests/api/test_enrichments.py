"""Row 17 through the routes: what is asked when alerts come in, who may say so, and the answers."""

import json
from typing import Any

import httpx

from reliability_studio.api.calls import Caller, ResourceRequest
from reliability_studio.api.enrichments import enrichment_routes
from reliability_studio.api.router import Router
from reliability_studio.flows.asking import Asking
from reliability_studio.flows.enrichments import Enrichments
from reliability_studio.sources.prometheus import Prometheus
from tests.support.desk import BO, VERA, Desk, firing, webhook
from tests.support.fake_sources import client
from tests.support.records import NOON

RULE: dict[str, object] = {
    "title": "Errors",
    "query": "sum(errors{service=$labels.service})",
    "matchers": [{"label": "service", "operator": "=", "value": "checkout"}],
}


def answers(request: httpx.Request) -> httpx.Response:
    """A Prometheus that knows one number."""
    assert request.url.path == "/api/v1/query"
    result = [{"metric": {"pod": "a"}, "value": [NOON.timestamp(), "4"]}]
    return httpx.Response(200, json={"status": "success", "data": {"resultType": "vector", "result": result}})


class Api:
    """The routes of this file beside those of incidents."""

    def __init__(self, desk: Desk) -> None:
        prometheus = Prometheus(client("prometheus", answers, NOON))
        self.job = Asking(1, desk.database, desk.hub, prometheus, None)
        self.router = Router(enrichment_routes(Enrichments(desk.database, self.job), desk.clock))

    async def ask(
        self, method: str, path: str, body: object = None, *, caller: Caller = BO
    ) -> tuple[int, Any]:
        """One call."""
        content = b"" if body is None else json.dumps(body).encode()
        answer = await self.router.answer(ResourceRequest(caller, method, path, {}, {}, content))
        return answer.status, json.loads(answer.body) if answer.body else None


async def test_row_17_answers_are_shown_by_the_alert(desk: Desk) -> None:
    """Due at first; then with the query as it was sent, the values, and the moment that they are about."""
    api = Api(desk)
    status, made = await api.ask("POST", "enrichment-rules", RULE)
    assert (status, made["source"], made["windowSeconds"], made["version"]) == (201, "prometheus", 300, 1)
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing()))
    [alert] = (await desk.ask("GET", "alerts")).json["items"]
    path = f"alerts/{alert['id']}/questions"
    [due] = (await api.ask("GET", path, caller=VERA))[1]["items"]
    assert (due["reading"]["state"], due["ranAt"]) == ("due", None)
    desk.clock.advance(5)
    await api.job.sweep(desk.clock.now())
    [done] = (await api.ask("GET", path, caller=VERA))[1]["items"]
    assert done["reading"] == {
        "state": "done",
        "text": "1 series",
        "query": 'sum(errors{service="checkout"})',
        "values": [{"labels": {"pod": "a"}, "value": 4.0}],
        "lines": [],
        "samples": 1,
    }
    assert (done["rule"], done["title"], done["about"]) == (made["id"], "Errors", due["about"])
    assert (await api.ask("GET", "alerts/999/questions"))[0] == 404
    story = (await desk.ask("GET", "incidents/INC-1/timeline")).json["items"]
    assert [each["title"] for each in story if each["type"] == "evidence"] == ["Errors: 4"]


async def test_row_17_viewers_read_rules_and_editors_write_and_try_them(desk: Desk) -> None:
    """Each change is audited, and only over the version that was seen."""
    api = Api(desk)
    trial = {"rule": RULE, "labels": {"service": "checkout"}}
    assert (await api.ask("POST", "enrichment-rules", RULE, caller=VERA))[0] == 403
    assert (await api.ask("POST", "enrichment-rules/try", trial, caller=VERA))[0] == 403
    made = (await api.ask("POST", "enrichment-rules", RULE))[1]
    address = f"enrichment-rules/{made['id']}"
    assert (await api.ask("GET", "enrichment-rules", caller=VERA))[1]["items"] == [made]
    changed = {**RULE, "enabled": False, "version": 1}
    assert (await api.ask("PATCH", address, changed))[1]["version"] == 2
    assert (await api.ask("PATCH", address, changed))[0] == 409
    assert (await api.ask("DELETE", address, caller=VERA))[0] == 403
    assert (await api.ask("DELETE", address))[0] == 204
    assert (await api.ask("GET", address))[0] == 404
    log = (await desk.ask("GET", "audit")).json["items"]
    actions = [each["action"] for each in log if each["action"].startswith("enrichment.")]
    assert actions == ["enrichment.delete", "enrichment.update", "enrichment.create"]
    tried = await api.ask("POST", "enrichment-rules/try", trial)
    assert (tried[0], tried[1]["state"], tried[1]["query"]) == (
        200,
        "done",
        'sum(errors{service="checkout"})',
    )
    lacking = await api.ask("POST", "enrichment-rules/try", {"rule": RULE})
    assert (lacking[1]["state"], lacking[1]["text"]) == ("not_run", "the alert has no label service")


async def test_row_17_a_rule_that_cannot_work_is_refused_with_its_field(desk: Desk) -> None:
    """The path names what is wrong."""
    api = Api(desk)
    for wrong, path in (
        ({"query": "sum("}, "$.query"),
        ({"query": 'up{service="$labels.service"}'}, "$.query"),
        ({"query": "{app=$labels.app} | (", "source": "loki"}, "$.query"),
        ({"source": "tempo"}, "$.source"),
        ({"windowSeconds": 0}, "$.windowSeconds"),
        ({"matchers": [{"label": "a", "operator": "=~", "value": "("}]}, "$.matchers[0].value"),
    ):
        status, answer = await api.ask("POST", "enrichment-rules", {**RULE, **wrong})
        assert status in {400, 422}, wrong
        assert path in str(answer), answer
