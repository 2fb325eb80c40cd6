"""The incident routes over a real store, asked as a browser would ask."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from reliability_studio.api.calls import Caller, ResourceRequest, ResourceResponse, Role
from reliability_studio.api.kept import Kept
from reliability_studio.api.router import Router
from reliability_studio.api.studio_routes import incident_side
from reliability_studio.clock import ManualClock
from reliability_studio.domain.incidents.notices import Target
from reliability_studio.flows.hub import Hub
from reliability_studio.flows.incident_reader import Impact, no_impact
from reliability_studio.flows.incidents import Incidents
from reliability_studio.flows.ingest import Intake
from reliability_studio.flows.notify import Notifier
from reliability_studio.flows.reminders import Reminders
from reliability_studio.observability.metrics import Metrics
from reliability_studio.sources.prometheus import Prometheus
from reliability_studio.store.engine import Database
from tests.support.records import NOON

ADA = Caller(1, login="ada", name="Ada", email="ada@example.org", role=Role.ADMIN)
BO = Caller(1, login="bo", role=Role.EDITOR)
VERA = Caller(1, login="vera", role=Role.VIEWER)
ELSEWHERE = Caller(2, login="zoe", role=Role.ADMIN)


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.raw)


@dataclass
class Desk:
    """The routes, the clock that moves only when told, and what lies behind."""

    database: Database
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOON))
    hub: Hub = field(default_factory=Hub)
    metrics: Metrics = field(default_factory=Metrics)
    impact: Impact = no_impact
    targets: tuple[Target, ...] = ()
    prometheus: Prometheus | None = None

    def __post_init__(self) -> None:
        self.intake = Intake(self.database, self.hub, self.clock)
        self.incidents = Incidents(self.database, self.hub, impact=self.impact)
        self.notifier = Notifier(
            self.database, 1, targets=self.targets, senders={}, incident_url="", clock=self.clock
        )
        self.reminders = Reminders(self.database, self.hub, self.notifier.remind)
        self.router = Router(
            incident_side(
                self.database,
                self.intake,
                self.incidents,
                self.clock,
                reminders=self.reminders,
                targets=self.targets,
                kept=Kept(self.metrics),
                prometheus=self.prometheus,
            )
        )

    async def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        caller: Caller = ADA,
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Answer:
        """One call; the query may be part of the path."""
        parts = urlsplit(path)
        query = {name: tuple(values) for name, values in parse_qs(parts.query).items()}
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        response: ResourceResponse = await self.router.answer(
            ResourceRequest(caller, method, parts.path, query, headers or {}, content)
        )
        assert isinstance(response.body, bytes)
        return Answer(response.status, response.headers, response.body)

    async def declare(self, title: str = "checkout fails", **more: Any) -> str:
        """A new incident; its number."""
        answer = await self.ask("POST", "incidents", {"title": title, **more})
        assert answer.status == 201, answer.raw
        number: str = answer.json["number"]
        return number


def webhook(*alerts: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """An Alertmanager webhook of version 4."""
    return {
        "version": "4",
        "groupKey": '{}:{alertname="x"}',
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "studio",
        "groupLabels": {},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://alertmanager",
        "alerts": list(alerts),
        **more,
    }


def firing(
    name: str = "Slow", *, starts: str = "2026-03-01T11:59:00.123456789Z", **more: Any
) -> dict[str, Any]:
    """One firing alert of a webhook."""
    return {
        "status": "firing",
        "labels": {"alertname": name, "service": "checkout", "severity": "critical"},
        "annotations": {"summary": "it is slow", "runbook_url": "https://runbooks.example.org/slow"},
        "startsAt": starts,
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus/graph",
        "fingerprint": f"{name:0>16}",
        **more,
    }
