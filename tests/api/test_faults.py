"""V14: each statement and each commit of a call fails in turn: a typed 5xx, and nothing is half-written."""

import json

import pytest

from reliability_studio.api.investigations import investigation_routes
from reliability_studio.api.router import Router
from reliability_studio.api.slo_corrections import correction_routes
from reliability_studio.api.slos import slo_routes
from reliability_studio.flows.checks import Checks
from reliability_studio.flows.hub import Hub
from reliability_studio.flows.inquiry import Inquiries
from reliability_studio.flows.investigate import Investigations
from reliability_studio.flows.slo_corrections import SloCorrections
from reliability_studio.flows.telemetry import Signals
from tests.flows.slo_world import World
from tests.flows.test_investigate import FakePrometheus, prometheus
from tests.support.desk import Desk, firing, webhook
from tests.support.faults import everything, faults_of

MOST_STEPS = 400
ONE = "incidents/INC-1"
CHANGES = (
    ("POST", "webhooks/alertmanager", webhook(firing(), firing("Errors"))),
    ("POST", "incidents", {"title": "it is slow", "service": "checkout", "severity": "high"}),
    ("PATCH", ONE, {"status": "investigating", "title": "it is very slow"}),
    ("PATCH", ONE, {"assignee": "ada", "labels": {"region": "eu"}}),
    ("POST", f"{ONE}/comments", {"text": "looking"}),
    ("POST", f"{ONE}/tasks", {"title": "write it down"}),
    ("PATCH", f"{ONE}/tasks/{{task}}", {"done": True}),
    ("POST", f"{ONE}/merge", {"numbers": ["INC-2"]}),
    ("POST", f"{ONE}/split", {"incident": "INC-2"}),
    ("PATCH", "incidents/INC-2", {"status": "resolved", "force": True}),
    ("POST", "services", {"name": "checkout", "dependsOn": ["payments"]}),
    ("PATCH", "services/checkout", {"tier": "1"}),
    ("DELETE", "services/checkout", None),
    ("POST", "rules", {"name": "all"}),
    ("PUT", "fields/region", {"title": "Region"}),
    ("PUT", "templates/outage", {"name": "Outage"}),
    ("PUT", "heartbeats/backup", {"title": "Backup", "intervalSeconds": 60}),
    ("POST", "webhooks/heartbeat/backup", None),
    (
        "POST",
        "maintenance-windows",
        {"title": "update", "startsAt": "2026-03-01T12:00:00Z", "endsAt": "2026-03-01T14:00:00Z"},
    ),
    ("PUT", "reminders", {"severities": [{"severity": "high", "acknowledgeMinutes": 15}]}),
    (
        "PUT",
        "statuses",
        {
            "statuses": [{"status": "open", "label": "Neu"}],
            "stages": [{"id": "vendor", "status": "investigating", "label": "Vendor has it"}],
        },
    ),
    ("PATCH", ONE, {"stage": "vendor"}),
    ("PUT", "statuses", {"statuses": []}),
    ("DELETE", "incidents/INC-2", None),
)
CHECK = {"title": "queue is long", "query": "queue_length", "op": ">", "threshold": 9}
SLO = {
    "name": "availability",
    "service": "api",
    "objective": "99.999",
    "indicator": {
        "type": "ratio",
        "total": 'http_requests_total{job="api"}',
        "bad": 'http_requests_total{job="api",code=~"5.."}',
    },
    "window": {"type": "rolling", "days": 1},
}
READS = (
    "incidents?q=slow&sort=-started",
    ONE,
    f"{ONE}/timeline",
    f"{ONE}/alerts",
    f"{ONE}/similar",
    f"{ONE}/report",
    "alerts",
    "services",
    "insights",
    "rules",
    "reminders",
    "statuses",
    "users",
    "audit",
)


async def turned(desk, faults, method, path, body):
    """Fail every step of a call in turn, until it is answered without; how many there were."""
    before = await everything(desk.database)
    for at in range(1, MOST_STEPS):
        desk.clock.advance(60)  # Limits of rates are not what is tried here.
        faults.arm(at)
        answer = await desk.ask(method, path, body)
        fired, steps = faults.fired, faults.steps
        faults.arm(0)
        if not fired:
            assert answer.status < 300, (method, path, answer.raw)
            return at - 1
        if answer.status < 300:
            # Its change is committed; what failed is looked after by a job.
            assert "COMMIT" in steps, (method, path, steps)
            return at - 1
        said = f"{method} {path}: step {at} of {steps[-1][:300]}: {answer.status} {answer.raw[:300]!r}"
        assert answer.status in {500, 502, 503}, said
        told = json.loads(answer.raw)
        assert told["code"] in {"store_error", "store_unavailable"}, said
        assert "disk I/O" in told["message"], said
        assert await everything(desk.database) == before, said
    raise AssertionError(f"{method} {path} takes more than {MOST_STEPS} steps")


async def test_v14_a_change_whose_any_step_fails_changes_nothing(database):
    """V14: on both databases; tried again without the fault, each of them is done."""
    desk = Desk(database)
    for method, route, body in CHANGES:
        path = route
        if "{task}" in route:
            [task] = (await desk.ask("GET", f"{ONE}/tasks")).json["items"]
            path = route.replace("{task}", str(task["id"]))
        with faults_of(database) as faults:
            before = await everything(database)
            assert await turned(desk, faults, method, path, body) >= 2, (method, path)
            assert await everything(database) != before, (method, path)


async def test_v14_a_check_is_answered_from_the_transaction_that_changed_it(database):
    """V14: checks too: no answer is a failure while the change is stored."""
    desk = Desk(database)
    work = Investigations(1, database, Hub(), Signals(None, None, None, None))
    inquiries, checks = Inquiries(1, database), Checks(1, database)
    desk.router = Router(investigation_routes(work, inquiries, checks, desk.clock))
    calls = [("POST", "checks", CHECK), ("PATCH", "checks/restarts", {"enabled": False})]
    for method, path, body in calls:
        with faults_of(database) as faults:
            assert await turned(desk, faults, method, path, body) >= 2, path
    own = next(each["id"] for each in (await desk.ask("GET", "checks")).json["items"] if each["custom"])
    for method, body in (("PUT", {**CHECK, "threshold": 12}), ("DELETE", None)):
        with faults_of(database) as faults:
            assert await turned(desk, faults, method, f"checks/{own}", body) >= 2, method


async def test_v14_an_investigation_is_answered_from_the_transaction_that_kept_it(database):
    """V14: one that cannot be answered kept nothing, told nobody, and can be asked for again."""
    desk = Desk(database)
    await desk.declare(service="payments", labels={"namespace": "shop"})
    sources = Signals(prometheus(FakePrometheus(20, 4.775)), None, None, None)
    work = Investigations(1, database, desk.hub, sources)
    inquiries, checks = Inquiries(1, database), Checks(1, database)
    desk.router = Router(investigation_routes(work, inquiries, checks, desk.clock))
    path = f"{ONE}/investigation"
    with faults_of(database) as faults:
        assert await turned(desk, faults, "POST", path, None) >= 2
    assert (await desk.ask("GET", path)).json["version"] == 1


async def test_v14_a_change_of_an_slo_is_answered_from_its_transaction(database):
    """V14: an answer that fails changed nothing; numbers that cannot be counted at once are counted later."""
    desk, world = Desk(database), World(database)
    corrections = SloCorrections(1, database, world.refresh, world.clock)
    desk.router = Router((*correction_routes(corrections), *slo_routes(world.slos, world.clock)))
    made = await desk.ask("POST", "slos", {**SLO, "name": "the first"})
    one = f"slos/{made.json['id']}"
    excluded = {"start": "2026-03-09T01:00:00Z", "end": "2026-03-09T02:00:00Z", "reason": "upgrade"}
    changes = [
        ("POST", "slos", lambda at: {**SLO, "name": f"availability {at}"}),
        ("PATCH", one, lambda at: {"objective": f"99.{at + 100}"}),
        ("POST", "slos/corrections", lambda at: {**excluded, "reason": f"{at}", "sloIds": [made.json["id"]]}),
    ]
    for method, path, body in changes:
        outcomes = [status async for status in each_step_fails(desk, world, method, path, body)]
        assert {False, True} == set(outcomes), (method, path)
        assert outcomes[-1], (method, path)


async def each_step_fails(desk, world, method, path, body):
    """Make another change for each step, which fails; whether it was stored, as the answer says."""
    with faults_of(desk.database) as faults:
        for at in range(1, MOST_STEPS):
            desk.clock.advance(60)
            world.clock.advance(60)
            before = await everything(desk.database)
            faults.arm(at)
            answer = await desk.ask(method, path, body(at))
            fired = faults.fired
            faults.arm(0)
            stored = answer.status < 300
            assert (await everything(desk.database) != before) is stored, (method, path, faults.steps[-1])
            if not stored:
                assert json.loads(answer.raw)["code"] in {"store_error", "store_unavailable"}, answer.raw
            yield stored
            if not fired:
                return
    raise AssertionError(f"{method} {path} takes more than {MOST_STEPS} steps")


async def test_v14_counting_one_slo_reads_nothing_after_its_last_commit(database):
    """V14: what was counted is told as it was written."""
    desk, world = Desk(database), World(database)
    desk.router = Router(slo_routes(world.slos, world.clock))
    made = (await desk.ask("POST", "slos", SLO)).json
    world.clock.advance(600)
    with faults_of(database) as faults:
        faults.arm(MOST_STEPS)
        counted = await desk.ask("POST", f"slos/{made['id']}/calculate")
    assert (counted.status, counted.json["outcome"]) == (200, "calculated")
    assert faults.steps[-1] == "COMMIT"
    assert (await desk.ask("GET", f"slos/{made['id']}")).json == counted.json["slo"]


async def test_v14_in_bulk_each_incident_is_changed_whole_or_says_that_it_was_not(database):
    """V14: one step of many fails; what is told of each incident is what is stored of it, audited or not."""
    desk = Desk(database)
    numbers = [await desk.declare(title, service=title, severity="high") for title in ("one", "two", "three")]
    failed = set()
    for at in range(1, MOST_STEPS):
        desk.clock.advance(60)
        wanted = "low" if at % 2 else "high"
        change = {"numbers": numbers, "severity": wanted, "comment": f"step {at}"}
        with faults_of(database) as faults:
            faults.arm(at)
            answer = await desk.ask("POST", "incidents/bulk", change)
            fired = faults.fired
        if not fired:
            assert failed == set(numbers)
            return
        assert answer.status in {200, 500, 503}, answer.raw
        outcomes = answer.json["outcomes"] if answer.status == 200 else []
        done = {each["number"] for each in outcomes if each["ok"]}
        failed |= {each["number"] for each in outcomes if not each["ok"]}
        assert {each["code"] for each in outcomes if not each["ok"]} <= {"store_error", "store_unavailable"}
        for number in numbers:
            shown = (await desk.ask("GET", f"incidents/{number}")).json
            commented = [each["description"] for each in shown["timeline"] if each["type"] == "comment"]
            assert (f"step {at}" in commented) is (number in done), (at, number, outcomes)
            if number in done:
                assert shown["severity"] == wanted
    raise AssertionError(f"it takes more than {MOST_STEPS} steps")


async def test_v14_a_reading_whose_any_step_fails_is_no_empty_list(database):
    """V14: never a silent gap: what cannot be read is an error, not an answer with less in it."""
    desk = Desk(database)
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing()))
    await desk.declare("slow too", service="checkout")
    for path in READS:
        with faults_of(database) as faults:
            before = await everything(database)
            assert await turned(desk, faults, "GET", path, None) >= 1
            assert await everything(database) == before


@pytest.mark.parametrize("fault", [True, False])
async def test_the_faults_are_real(database, fault):
    """The stand-in fails what it is told to fail, and nothing else."""
    desk = Desk(database)
    with faults_of(database) as faults:
        faults.arm(1 if fault else 0)
        answer = await desk.ask("GET", "services")
        assert (answer.status >= 500, faults.fired) == (fault, fault)
