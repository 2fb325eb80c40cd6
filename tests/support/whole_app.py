"""The whole app of one organisation over a real store, without any source, asked as a browser would ask."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from reliability_studio.api.calls import Caller, ResourceRequest
from reliability_studio.api.kept import Kept
from reliability_studio.api.router import RouteMeter
from reliability_studio.app.ground import Ground
from reliability_studio.app.runtime_app import AppRuntime
from reliability_studio.clock import ManualClock
from reliability_studio.flows.hub import Hub
from reliability_studio.observability.metrics import Metrics
from reliability_studio.settings.organisation import Settings
from reliability_studio.sources.meter import SourceMeter
from reliability_studio.store.engine import Database
from tests.support.desk import ADA, firing, webhook
from tests.support.records import NOON

KNOWN = {
    "{number}": ["1", "INC-1", "inc-2"],
    "{id}": ["1", "2"],
    "{name}": ["checkout", "backup", "nagios"],
    "{service}": ["checkout"],
    "{key}": ["database", "region"],
    "{integration}": ["nagios"],
}
"""Ids that `app` has, by the parameter of a path."""
SEEDS: tuple[tuple[str, str, object], ...] = (
    ("POST", "incidents", {"title": "checkout fails", "service": "checkout"}),
    ("POST", "webhooks/alertmanager", webhook(firing())),
    ("POST", "incidents/1/comments", {"text": "looking"}),
    ("POST", "incidents/1/tasks", {"title": "roll back"}),
    ("POST", "services", {"name": "checkout"}),
    ("PUT", "templates/database", {"name": "Database"}),
    ("PUT", "fields/region", {"title": "Region"}),
    ("PUT", "heartbeats/backup", {"title": "Backup", "intervalSeconds": 60}),
    ("PUT", "integrations/nagios", {"namePath": "check"}),
)


@dataclass
class App:
    """The whole app of one organisation, without any source."""

    runtime: AppRuntime
    metrics: Metrics

    async def ask(
        self, method: str, path: str, body: bytes = b"", *, caller: Caller = ADA, **more: Any
    ) -> tuple[int, bytes]:
        """One call: status and body."""
        answer = await self.runtime.resource(ResourceRequest(caller, method, path, body=body, **more))
        assert isinstance(answer.body, bytes)
        return answer.status, answer.body


@pytest.fixture
async def app(database: Database) -> App:
    """The app with one of most things in its store."""
    made = await opened(database)
    for method, path, body in SEEDS:
        status, answer = await made.ask(method, path, json.dumps(body).encode())
        assert status < 300, (path, answer)
    return made


async def opened(database: Database, org_id: int = 1) -> App:
    """The app of an organisation, with nothing put into it."""
    metrics = Metrics()
    ground = Ground(
        org_id=org_id,
        database=database,
        hub=Hub(),
        clock=ManualClock(NOON),
        meter=SourceMeter(metrics, ()),
        kept=Kept(metrics),
        routes=RouteMeter(metrics, ManualClock(NOON)),
        holder="test",
        warnings=(),
    )
    return App(await AppRuntime.open(ground, Settings()), metrics)
