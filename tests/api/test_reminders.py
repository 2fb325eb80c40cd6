"""Row 95 over the store: settings with a role, and reminders that two processes and a restart tell once."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest

from reliability_studio.domain.incidents.notices import Kind, News, Target
from reliability_studio.flows.reminders import Reminders
from reliability_studio.jobs import table
from reliability_studio.store.engine import Database
from tests.support.desk import BO, ELSEWHERE, VERA, Desk
from tests.support.records import minutes
from tests.support.whole_app import App, app

__all__ = ["app"]

CHAT = Target("chat", Kind.SLACK)
DEAF = Target("deaf", Kind.WEBHOOK, news=frozenset({News.OPENED}))
HIGH = {"severity": "high", "acknowledgeMinutes": 15, "updateMinutes": 60, "followupDays": 0, "reportDays": 2}


@pytest.fixture
def desk(database: Database) -> Desk:
    """With one target that hears reminders and one that does not."""
    return Desk(database, targets=(CHAT, DEAF))


async def _wanted(desk: Desk, **more: Any) -> None:
    answer = await desk.ask("PUT", "reminders", {"severities": [HIGH], **more}, caller=BO)
    assert answer.status == 200, answer.raw


async def _sweep(desk: Desk, after_minutes: float = 0) -> int:
    desk.clock.advance(after_minutes * 60)
    return await desk.reminders.sweep(1, desk.clock.now())


async def _told(desk: Desk, number: str) -> Sequence[tuple[str, str]]:
    items = (await desk.ask("GET", f"incidents/{number}/timeline?type=notification")).json["items"]
    return [(one["title"], one["description"]) for one in items]


async def _messages(desk: Desk) -> list[tuple[str, str]]:
    items = (await desk.ask("GET", "deliveries")).json["items"]
    return [(one["target"], one["headline"]) for one in items if one["news"] == "reminder"]


async def test_nobody_is_reminded_by_default(desk: Desk) -> None:
    """The settings of an organisation that said nothing."""
    shown = (await desk.ask("GET", "reminders", caller=VERA)).json
    assert [each["severity"] for each in shown["severities"]] == ["critical", "high", "medium", "low"]
    assert all(each["acknowledgeMinutes"] is None for each in shown["severities"])
    assert (shown["version"], shown["targets"], shown["updatedAt"]) == (0, ["chat"], None)
    await desk.declare(severity="high")
    assert await _sweep(desk, 9999) == 0


async def test_an_editor_says_what_to_be_reminded_of(desk: Desk) -> None:
    """Kept with its version, audited, per organisation."""
    await _wanted(desk, most=2)
    shown = (await desk.ask("GET", "reminders", caller=VERA)).json
    assert (shown["severities"][1], shown["most"], shown["version"], shown["updatedBy"]) == (HIGH, 2, 1, "bo")
    stale = await desk.ask("PUT", "reminders", {"severities": [], "version": 0}, caller=BO)
    assert stale.status == 409
    assert (await desk.ask("PUT", "reminders", {"severities": []}, caller=VERA)).status == 403
    assert (await desk.ask("GET", "reminders", caller=ELSEWHERE)).json["version"] == 0
    (deed,) = (await desk.ask("GET", "audit?subject=preference:reminders")).json["items"]
    assert (deed["actor"], deed["action"]) == ("bo", "preference.create")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"severities": [{**HIGH, "acknowledgeMinutes": 0}]}, "$.severities[0].acknowledgeMinutes"),
        ({"severities": [HIGH, HIGH]}, "$.severities[1].severity"),
        ({"severities": [{"severity": "huge"}]}, "$.severities[0].severity"),
        ({"severities": [HIGH], "most": 21}, "$.most"),
        ({"severities": [HIGH], "repeatMinutes": 1}, "$.repeatMinutes"),
        ({}, "$.severities"),
    ],
)
async def test_each_mistake_names_its_field(desk: Desk, body: Any, path: str) -> None:
    """As every form of the app."""
    answer = await desk.ask("PUT", "reminders", body, caller=BO)
    assert answer.status == 422
    assert path.rpartition(".")[2].split("[")[0] in answer.raw.decode()


async def test_an_incident_that_nobody_takes_is_told_once_per_interval_and_no_more_than_asked(
    desk: Desk,
) -> None:
    """On the timeline and in the delivery log; who does not hear reminders is left alone."""
    await _wanted(desk, most=2)
    number = await desk.declare(severity="high")
    await desk.declare(severity="low")
    assert await _sweep(desk, 14) == 0
    assert await _sweep(desk, 1) == 1
    assert await _sweep(desk, 29) == 0
    assert await _sweep(desk, 1) == 1
    assert await _sweep(desk, 999) == 0
    assert await _told(desk, number) == [
        ("Reminder: not acknowledged for 15 min", "Reminder 1 of at most 2; told: chat."),
        ("Reminder: not acknowledged for 45 min", "Reminder 2 of at most 2; told: chat."),
    ]
    assert await _messages(desk) == [
        ("chat", f"{number} waits: not acknowledged for 45 min: checkout fails"),
        ("chat", f"{number} waits: not acknowledged for 15 min: checkout fails"),
    ]


async def test_what_people_write_ends_the_waiting_and_begins_it_anew(desk: Desk) -> None:
    """A comment is an update; a reminder is none."""
    await _wanted(desk, most=1)
    number = await desk.declare(severity="high", status="investigating")
    assert await _sweep(desk, 60) == 1
    assert await _sweep(desk, 60) == 0
    assert (await desk.ask("POST", f"incidents/{number}/comments", {"text": "on it"})).status == 201
    assert await _sweep(desk, 59) == 0
    assert await _sweep(desk, 1) == 1


async def test_follow_ups_and_reports_are_reminded_of_by_the_day(desk: Desk) -> None:
    """Only while they are not done and nobody wrote anything."""
    await _wanted(desk)
    number = await desk.declare(severity="high", status="resolved")
    due = desk.clock.now().isoformat()
    task = {"title": "raise the limit", "kind": "followup", "dueAt": due, "assignee": "bo"}
    made = (await desk.ask("POST", f"incidents/{number}/tasks", task)).json
    assert await _sweep(desk, 60) == 1
    assert await _sweep(desk, 60) == 0
    await desk.ask("PATCH", f"incidents/{number}/tasks/{made['id']}", {"done": True})
    assert await _sweep(desk, 2 * 1440) == 1
    titles = [title for title, _ in await _told(desk, number)]
    assert titles[0] == "Reminder: follow-up of bo overdue for 1 h (raise the limit)"
    assert titles[1].startswith("Reminder: no report 2 d")
    await desk.ask("PUT", f"incidents/{number}/report", {"text": "what happened"})
    assert await _sweep(desk, 2 * 1440) == 0


async def test_two_processes_and_a_restart_tell_it_once(desk: Desk) -> None:
    """Each decides under the lock by what the timeline holds."""
    await _wanted(desk)
    number = await desk.declare(severity="high")
    desk.clock.advance(20 * 60)
    others = [Reminders(desk.database, desk.hub, desk.notifier.remind) for _ in range(3)]
    async with asyncio.TaskGroup() as group:
        runs = [group.create_task(each.sweep(1, desk.clock.now())) for each in others]
    assert sorted(run.result() for run in runs) == [0, 0, 1]
    assert len(await _told(desk, number)) == len(await _messages(desk)) == 1


async def test_a_change_of_the_interval_tells_nobody_twice(desk: Desk) -> None:
    """What was told counts, by whatever settings it was told."""
    await _wanted(desk, repeatMinutes=60)
    await desk.declare(severity="high")
    assert await _sweep(desk, 15) == 1
    await _wanted(desk, repeatMinutes=30)
    assert await _sweep(desk, 29) == 0
    assert await _sweep(desk, 1) == 1


async def test_a_drill_is_told_to_nobody_and_the_timeline_says_so(desk: Desk) -> None:
    """Targets that do not want drills do not hear reminders of them either."""
    await _wanted(desk)
    number = await desk.declare(severity="high", drill=True)
    assert await _sweep(desk, 15) == 1
    (told,) = await _told(desk, number)
    assert told[1] == "Reminder 1 of at most 3; no target of the notifications hears it."
    assert await _messages(desk) == []


async def test_the_job_of_the_app_reminds_beside_the_others(app: App) -> None:
    """As it is put together for an organisation: the settings by the route, the job by its name."""
    policy = {"severities": [{"severity": "medium", "acknowledgeMinutes": 15}]}
    status, _ = await app.ask("PUT", "reminders", json.dumps(policy).encode(), caller=BO)
    assert status == 200
    body = json.dumps({"title": "nobody looks", "severity": "medium"}).encode()
    number = json.loads((await app.ask("POST", "incidents", body))[1])["number"]
    await app.runtime.work(table.REMINDERS.name, minutes(20))
    entries = json.loads((await app.ask("GET", f"incidents/{number}/timeline"))[1])["items"]
    assert entries[-1]["title"] == "Reminder: not acknowledged for 20 min"
    for job in (table.NOTIFICATIONS, table.RETENTION, table.INCIDENT_UPKEEP):
        await app.runtime.work(job.name, minutes(21))
