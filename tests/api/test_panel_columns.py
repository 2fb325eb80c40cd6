"""F12, F13: what the panels need by name is what the data source gives, with the types that they check."""

import json
import re
from datetime import timedelta
from pathlib import Path

from grafana_host.arrow_reader import ReadFrame, read
from reliability_studio.api.calls import Caller, Query, Role
from reliability_studio.api.finding_queries import finding_queries
from reliability_studio.api.incident_queries import incident_queries
from reliability_studio.api.queries import AnyQueryType, Queries, QueryMeter
from reliability_studio.api.slo_queries import slo_queries
from reliability_studio.clock import Clock
from reliability_studio.flows.findings import Findings
from reliability_studio.observability.metrics import Metrics
from reliability_studio.store.engine import Database
from tests.flows.slo_world import World
from tests.support.desk import Desk

PANELS = Path(__file__).parent.parent.parent / "src" / "panels"


def needed(path: str, name: str) -> dict[str, str]:
    """Columns of `export const NAME: Needed = {…}` and the types that the panel wants."""
    text = (PANELS / path).read_text(encoding="utf-8")
    found = re.search(rf"const {name}: Needed = {{(.*?)}};", text, re.DOTALL)
    assert found
    columns = dict(re.findall(r"(\w+): FieldType\.(\w+)", found[1]))
    assert columns
    return columns


async def frame_of(types: tuple[AnyQueryType, ...], kind: str, clock: Clock) -> ReadFrame:
    """The only frame of a query with its defaults."""
    meter = QueryMeter(Metrics(), [each.name for each in types])
    queries = Queries(types, deadline_s=30, max_parallel=4, meter=meter, clock=clock)
    now = clock.now()
    query = Query("A", kind, now - timedelta(days=1), now, timedelta(minutes=1), 100, json.dumps({}).encode())
    answer = (await queries.answer(Caller(1, "v", role=Role.VIEWER), [query]))["A"]
    assert answer.error == "", answer.error
    (encoded,) = answer.frames
    return read(encoded)


def holds(frame: ReadFrame, columns: dict[str, str]) -> None:
    """Each column is there as text, number or time."""
    given = {field.name: field.type for field in frame.fields}
    kinds = {name: kind_of(given[name]) for name in columns}
    assert kinds == columns


def kind_of(go: str) -> str:
    """How Grafana's frontend calls a type of its Go code; `*` marks a nullable one."""
    kinds = {"time.Time": "time", "string": "string", "bool": "boolean"}
    return kinds.get(go.removeprefix("*"), "number")


async def test_the_incident_panel_finds_its_columns(desk: Desk) -> None:
    """Also those of its second query."""
    incidents = tuple(incident_queries(1, desk.incidents))
    holds(
        await frame_of(incidents, "incidents", desk.clock),
        needed("incident/incidents.ts", "INCIDENT_COLUMNS"),
    )
    findings = tuple(finding_queries(Findings(1, desk.database)))
    holds(
        await frame_of(findings, "findings", desk.clock), needed("incident/incidents.ts", "FINDING_COLUMNS")
    )


async def test_the_slo_panel_finds_its_columns(tmp_path: Path) -> None:
    """An empty store answers with the same columns."""
    database = await Database.open(f"sqlite:///{tmp_path}/studio.sqlite")
    world = World(database)
    try:
        frame = await frame_of(tuple(slo_queries(world.slos)), "slo_status", world.clock)
        holds(frame, needed("slo/slos.ts", "SLO_COLUMNS"))
    finally:
        await database.aclose()
