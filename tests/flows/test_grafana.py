"""Grafana itself, against a strict stand-in: its alerting is polled, incidents are marked on its graphs."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx
import pytest

from reliability_studio.api.alert_payloads import grafana_events
from reliability_studio.clock import ManualClock
from reliability_studio.domain.incidents.model import Milestone, Stamp, Status
from reliability_studio.domain.incidents.notices import Kind, Target
from reliability_studio.errors import SourceError, SourceMalformed, SourceUnavailable
from reliability_studio.flows import annotate
from reliability_studio.flows.annotate import IncidentMarks, Marks
from reliability_studio.flows.hub import Hub
from reliability_studio.flows.ingest import Intake
from reliability_studio.flows.notify import Notifier
from reliability_studio.flows.reconcile import poll
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources.grafana import GrafanaAlerts, GrafanaAnnotations, Mark
from reliability_studio.sources.http import SourceClient
from reliability_studio.store import alerts, annotations, incidents
from reliability_studio.store.engine import Database
from tests.support.records import NOON, an_incident, minutes

TOKEN = "glsa_test"


class Grafana:
    """Answers the three addresses as Grafana documents them, and nothing else."""

    def __init__(self) -> None:
        self.alerts: list[dict[str, Any]] = []
        self.annotations: dict[int, dict[str, Any]] = {}
        self.status = 200
        self.lost = False
        """Takes the next annotation and dies before it answers."""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """One answer."""
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        if self.status != 200:
            return httpx.Response(self.status, json={"message": "no"})
        path, method = request.url.path, request.method
        if (method, path) == ("GET", "/api/alertmanager/grafana/api/v2/alerts"):
            assert set(request.url.params) <= {"active", "silenced", "inhibited"}
            return httpx.Response(200, json=self.alerts)
        if (method, path) == ("GET", "/api/annotations"):
            tags = set(request.url.params.get_list("tags"))
            found = [{"id": i, **a} for i, a in self.annotations.items() if tags <= set(a["tags"])]
            return httpx.Response(200, json=found[: int(request.url.params["limit"])])
        if (method, path) == ("POST", "/api/annotations"):
            return self._add(json.loads(request.content))
        if method == "PATCH" and path.startswith("/api/annotations/"):
            return self._change(int(path.rpartition("/")[2]), json.loads(request.content))
        return httpx.Response(404, json={"message": f"no {method} {path}"})

    def _add(self, body: dict[str, Any]) -> httpx.Response:
        assert set(body) == {"text", "tags", "time", "timeEnd"}
        assert isinstance(body["time"], int)
        assert body["timeEnd"] >= body["time"]
        assert body["text"]
        id_ = len(self.annotations) + 1
        self.annotations[id_] = body
        if self.lost:
            self.lost = False
            return httpx.Response(502)
        return httpx.Response(200, json={"message": "Annotation added", "id": id_})

    def _change(self, id_: int, body: dict[str, Any]) -> httpx.Response:
        if id_ not in self.annotations:
            return httpx.Response(404, json={"message": "Annotation not found"})
        self.annotations[id_] = {**self.annotations[id_], **body}
        return httpx.Response(200, json={"message": "Annotation patched"})


@pytest.fixture
def grafana() -> Grafana:
    """The stand-in."""
    return Grafana()


@pytest.fixture
async def client(grafana: Grafana) -> AsyncIterator[SourceClient]:
    """The way to it."""
    settings = SourceSettings(name="grafana", url="http://grafana.test:3000", token=TOKEN, timeout_s=1)
    opened = SourceClient(settings, clock=ManualClock(NOON), transport=httpx.MockTransport(grafana))
    yield opened
    await opened.aclose()


def listed(name: str = "Slow", state: str = "active", **labels: str) -> dict[str, Any]:
    """An alert as Grafana's Alertmanager lists it, private labels and annotations among the others."""
    return {
        "labels": {
            "alertname": name,
            "service": "checkout",
            "grafana_folder": "shop",
            "__alert_rule_uid__": "rule-7",
            **labels,
        },
        "annotations": {"summary": "it is slow", "__dashboardUid__": "d1", "__value_string__": "[ A=1 ]"},
        "startsAt": "2026-03-01T11:59:00.000Z",
        "endsAt": "2026-03-01T12:03:00.000Z",
        "updatedAt": "2026-03-01T12:00:00.000Z",
        "fingerprint": "c6eadffa33fcdf37",
        "generatorURL": "http://grafana.test:3000/alerting/grafana/rule-7/view",
        "receivers": [{"name": "default"}],
        "status": {"state": state, "silencedBy": [], "inhibitedBy": [], "mutedBy": []},
    }


def sent(**more: Any) -> bytes:
    """The same alert as a contact point sends it."""
    one = listed()
    labels = {name: value for name, value in one["labels"].items() if not name.startswith("__")}
    alert = {
        "status": "firing",
        "labels": labels,
        "annotations": {"summary": "it is slow"},
        "startsAt": one["startsAt"],
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": one["generatorURL"],
        "fingerprint": one["fingerprint"],
        "dashboardURL": "http://grafana.test:3000/d/d1",
        "ruleUID": "rule-7",
        **more,
    }
    return json.dumps({"version": "1", "orgId": 1, "status": "firing", "alerts": [alert]}).encode()


async def test_what_fires_in_grafana_needs_no_contact_point(
    database: Database, client: SourceClient, grafana: Grafana
) -> None:
    """Taken in with its rule, ended when it is gone; private labels stay with Grafana."""
    intake = Intake(database, Hub(), ManualClock(NOON))
    source = GrafanaAlerts(client)
    grafana.alerts = [listed()]
    assert (await poll(database, intake, source, 1, minutes(1))).taken.opened == ("INC-1",)
    async with database.reading() as connection:
        (held,) = await alerts.firing(connection, 1)
    assert set(held.event.labels) == {"alertname", "service", "grafana_folder"}
    assert held.event.annotations == {"summary": "it is slow", "rule_uid": "rule-7"}
    assert held.event.source == "grafana"
    grafana.alerts = [listed(state="suppressed")]
    assert (await poll(database, intake, source, 1, minutes(5))).ended == 0
    grafana.alerts = []
    assert (await poll(database, intake, source, 1, minutes(6))).taken.resolved == ("INC-1",)


async def test_the_contact_point_and_the_list_tell_of_one_alert(
    database: Database, client: SourceClient, grafana: Grafana
) -> None:
    """Whichever comes first: one episode, one incident, and the list takes nothing away."""
    intake = Intake(database, Hub(), ManualClock(NOON))
    await intake.apply(1, grafana_events(sent(), NOON), NOON)
    grafana.alerts = [listed()]
    source = GrafanaAlerts(client)
    assert (await poll(database, intake, source, 1, minutes(1))).taken.received == 0
    noted = await poll(database, intake, source, 1, minutes(20))
    assert (noted.taken.received, noted.taken.repeated, noted.taken.opened) == (1, 1, ())
    async with database.reading() as connection:
        (held,) = await alerts.firing(connection, 1)
    assert held.event.annotations["dashboard_url"] == "http://grafana.test:3000/d/d1"


async def test_grafana_that_is_away_ends_nothing(
    database: Database, client: SourceClient, grafana: Grafana
) -> None:
    """Its alerting being off, or the token wrong, says nothing about alerts."""
    intake = Intake(database, Hub(), ManualClock(NOON))
    source = GrafanaAlerts(client)
    grafana.alerts = [listed()]
    await poll(database, intake, source, 1, minutes(1))
    for status in (401, 403, 404, 500):
        grafana.status = status
        with pytest.raises(SourceError):
            await poll(database, intake, source, 1, minutes(60))
    grafana.status = 200
    grafana.alerts = [{"labels": {}}]
    with pytest.raises(SourceMalformed):
        await poll(database, intake, source, 1, minutes(60))
    async with database.reading() as connection:
        assert len(await alerts.firing(connection, 1)) == 1


def marks_of(database: Database, client: SourceClient) -> Marks:
    """What writes annotations."""
    return Marks(database, 1, GrafanaAnnotations(client), ("prod",), ManualClock(NOON))


def milliseconds(moment: datetime) -> int:
    """As Grafana counts."""
    return round(moment.timestamp() * 1000)


async def test_an_incident_is_one_annotation_from_its_start_to_its_end(
    database: Database, client: SourceClient, grafana: Grafana
) -> None:
    """Feature 105: through the outbox, so that Grafana being away only delays it."""
    notifier = Notifier(
        database,
        1,
        targets=(Target(annotate.TARGET, Kind.ANNOTATION, news=annotate.NEWS),),
        senders={annotate.TARGET: IncidentMarks(marks_of(database, client))},
        incident_url="https://grafana.example.org/a/reliability-studio-app/incidents",
        clock=ManualClock(NOON),
    )
    async with database.writing() as connection:
        opened = await incidents.insert(connection, an_incident(title="<b>slow</b>"))
        await notifier.enqueue(connection, None, opened, at=NOON, by="ada")
    grafana.status = 503
    assert await notifier.deliver(NOON) == 0
    grafana.status = 200
    assert await notifier.deliver(minutes(1)) == 1
    (mark,) = grafana.annotations.values()
    assert (mark["time"], mark["timeEnd"]) == (milliseconds(NOON), milliseconds(NOON))
    assert mark["text"].startswith("INC-1 opened (high): &lt;b&gt;slow&lt;/b&gt;")
    assert {"reliability-studio", "INC-1", "high", "checkout", "prod"} <= set(mark["tags"])
    stamps = {**opened.milestones, Milestone.RESOLVED: Stamp(minutes(30), "ada")}
    resolved = replace(opened, status=Status.RESOLVED, milestones=stamps, version=2)
    async with database.writing() as connection:
        await notifier.enqueue(connection, opened, resolved, at=minutes(31), by="ada")
    assert await notifier.deliver(minutes(32)) == 1
    (mark,) = grafana.annotations.values()
    assert (mark["time"], mark["timeEnd"]) == (milliseconds(NOON), milliseconds(minutes(30)))


async def test_a_rollout_is_marked_once_however_often_it_is_told(
    database: Database, client: SourceClient, grafana: Grafana
) -> None:
    """The same key changes the same annotation; one that a person deleted is written again."""
    marks = marks_of(database, client)
    rollout = Mark("checkout rolled out v42", ("rollout", "checkout"), NOON)
    await marks.put("rollout:checkout:42", rollout)
    await marks.put("rollout:checkout:42", replace(rollout, end=minutes(2)))
    ((id_, mark),) = grafana.annotations.items()
    assert mark["timeEnd"] == milliseconds(minutes(2))
    async with database.reading() as connection:
        assert await annotations.find(connection, 1, "rollout:checkout:42") == id_
    grafana.annotations = {8: grafana.annotations.pop(id_)}
    grafana.annotations[8]["tags"] = ["mine"]
    await marks.put("rollout:checkout:42", rollout)
    assert len(grafana.annotations) == 2


async def test_an_annotation_whose_answer_was_lost_is_not_written_twice(
    database: Database, client: SourceClient, grafana: Grafana
) -> None:
    """It is found by its tags."""
    marks = marks_of(database, client)
    grafana.lost = True
    with pytest.raises(SourceUnavailable):
        await marks.put("rollout:checkout:1", Mark("x", (), NOON))
    await marks.put("rollout:checkout:1", Mark("x", (), NOON))
    assert len(grafana.annotations) == 1
