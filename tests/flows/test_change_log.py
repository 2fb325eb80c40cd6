"""Changes that pipelines and flag services tell of: kept once, read by investigations, marked on graphs."""

import json
from dataclasses import replace

import pytest

from reliability_studio.api.calls import Caller, ResourceRequest, Role
from reliability_studio.api.changes import change_routes
from reliability_studio.api.router import Router
from reliability_studio.clock import ManualClock
from reliability_studio.domain.changes import ChangeKind, ReportedChange
from reliability_studio.domain.timeline import EntryType
from reliability_studio.errors import NotFound, SourceUnavailable
from reliability_studio.flows.change_log import ChangeLog, marking
from reliability_studio.flows.telemetry import Signals
from reliability_studio.store import audit
from reliability_studio.store import changes as rows
from tests.flows.test_investigate import FakePrometheus, investigated, prometheus
from tests.support.desk import ADA, VERA
from tests.support.records import NOON, minutes

BO = Caller(1, login="bo", role=Role.EDITOR)
BODY = {"service": "checkout", "title": "checkout to production", "version": "2.4.1", "key": "run-7"}


class Graphs:
    """Marks that were put, by key; `down` refuses them."""

    def __init__(self, *, down=False):
        self.marks, self.down = {}, down

    async def put(self, key, mark):
        if self.down:
            raise SourceUnavailable("grafana cannot be reached", source="grafana")
        self.marks[key] = mark


def a_change(**fields):
    known = {"key": "run-7", "service": "checkout", "kind": ChangeKind.DEPLOY, "title": "to production"}
    times = {"at": minutes(-2), "reported_at": NOON, "reported_by": "ci"}
    return ReportedChange(**{**known, **times, **fields})


async def asked(database, method, path, body=None, *, caller=BO, query=None, at=NOON):
    router = Router(change_routes(ChangeLog(1, database), ManualClock(at)))
    text = json.dumps(body).encode() if body is not None else b""
    answer = await router.answer(ResourceRequest(caller, method, path, query or {}, {}, text))
    return answer.status, json.loads(answer.body or b"null")


async def test_row_62_a_change_told_twice_under_one_key_is_one_change_corrected(database):
    """Row 62: a pipeline that sends again corrects what it said."""
    assert (await asked(database, "POST", "changes", BODY))[0] == 201
    status, stored = await asked(database, "POST", "changes", {**BODY, "author": "Ada"})
    assert (status, stored["author"], stored["reportedBy"], stored["kind"]) == (201, "Ada", "bo", "deploy")
    _, listed = await asked(database, "GET", "changes", caller=VERA)
    assert [(each["key"], each["author"]) for each in listed["items"]] == [("run-7", "Ada")]


async def test_without_a_key_the_same_words_about_the_same_moment_are_one_change(database):
    body = {"service": "checkout", "title": "flag on", "kind": "flag", "at": minutes(-1).isoformat()}
    for _ in range(2):
        assert (await asked(database, "POST", "changes", body))[0] == 201
    await asked(database, "POST", "changes", {**body, "at": minutes(-3).isoformat()})
    _, listed = await asked(database, "GET", "changes")
    assert [each["at"] for each in listed["items"]] == ["2026-03-01T11:59:00Z", "2026-03-01T11:57:00Z"]


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({"service": ("checkout",)}, ["new"]),
        ({"service": ("nobody",)}, []),
        ({"to": (minutes(-60).isoformat(),)}, ["old"]),
        ({"limit": ("1",)}, ["new"]),
    ],
)
async def test_the_list_is_cut_by_service_and_time(database, query, keys):
    log = ChangeLog(1, database)
    await log.report(a_change(key="old", service="cart", at=minutes(-120)))
    await log.report(a_change(key="new"))
    await ChangeLog(2, database).report(a_change(key="of another organisation"))
    _, listed = await asked(database, "GET", "changes", query=query)
    assert [each["key"] for each in listed["items"]] == keys


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"at": "2026-03-01T12:06:00Z"}, "at"),
        ({"at": "2025-03-01T12:00:00Z"}, "at"),
        ({"at": "2026-03-01T12:00:00"}, "at"),
        ({"kind": "magic"}, "kind"),
        ({"title": " "}, "title"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"key": ""}, "key"),
        ({"colour": "red"}, ""),
    ],
)
async def test_what_cannot_be_kept_is_refused_by_the_name_of_its_field(database, wrong, path):
    status, answer = await asked(database, "POST", "changes", {**BODY, **wrong})
    assert status == 422, answer
    assert path in str(answer["problems"])
    assert (await asked(database, "GET", "changes"))[1]["items"] == []


async def test_a_viewer_reads_and_an_editor_tells(database):
    """X1: the role is asked first."""
    assert (await asked(database, "POST", "changes", BODY, caller=VERA))[0] == 403
    await asked(database, "POST", "changes", BODY)
    assert (await asked(database, "DELETE", "changes/1", caller=VERA))[0] == 403


async def test_a_change_told_by_mistake_is_withdrawn_and_that_is_audited(database):
    stored = await ChangeLog(1, database).report(a_change())
    with pytest.raises(NotFound):
        await ChangeLog(2, database).withdraw(stored.id, by="eve", now=NOON)
    status, _ = await asked(database, "DELETE", f"changes/{stored.id}", caller=ADA)
    assert status == 204
    assert (await asked(database, "DELETE", f"changes/{stored.id}"))[0] == 404
    async with database.reading() as connection:
        [deed] = (await audit.page(connection, 1, cursor=None, limit=5)).items
    assert (deed.action, deed.subject, deed.before["title"]) == (
        "change.delete",
        "change:run-7",
        "to production",
    )


async def test_row_105_a_change_is_a_mark_on_graphs_and_is_kept_without_grafana(database, caplog):
    """Row 105: as text, whatever people wrote."""
    graphs = Graphs()
    await ChangeLog(1, database, marking(graphs)).report(a_change(title="<b>to</b> production", version="2"))
    [mark] = graphs.marks.values()
    assert mark.text == "checkout: &lt;b&gt;to&lt;/b&gt; production 2"
    assert (mark.tags, mark.start) == (("change", "checkout", "deploy"), minutes(-2))
    await ChangeLog(1, database, marking(Graphs(down=True))).report(a_change(key="run-8"))
    assert "could not be marked" in caplog.text
    found = await ChangeLog(1, database).listing(since=minutes(-9), until=NOON, limit=9)
    assert {each.key for each in found} == {"run-7", "run-8"}


async def test_row_62_an_investigation_blames_the_change_at_which_the_trouble_began(database):
    """Row 62, row 60: told of, it counts as what the cluster shows would, and stands on the timeline."""
    log = ChangeLog(1, database)
    await log.report(a_change(kind=ChangeKind.FLAG, title="new-checkout on", author="Ada", at=minutes(-1)))
    await log.report(a_change(key="cart-1", service="cart", title="cart 3"))
    await log.report(a_change(key="long ago", at=minutes(-60 * 24)))
    signals = Signals(prometheus(FakePrometheus(20, 4.775)), None, None, None)
    _, told, answer = await investigated(database, signals)
    leading = answer.verdict.leading
    assert leading is not None
    assert leading.service == "checkout"
    assert [(each.kind, each.summary) for each in leading.changes] == [("flag", "new-checkout on by Ada")]
    [entry] = [each for each in told if each.type is EntryType.DEPLOYMENT]
    assert (entry.title, entry.source) == ("new-checkout on by Ada", "report")


async def test_changes_are_forgotten_after_their_time(database):
    for number, at in enumerate((minutes(-5), minutes(-1))):
        await ChangeLog(1, database).report(a_change(key=f"run-{number}", at=at))
    async with database.writing() as connection:
        assert await rows.prune(connection, 1, minutes(-2)) == 1
    [left] = await ChangeLog(1, database).listing(since=minutes(-9), until=NOON, limit=9)
    assert left.key == "run-1"


def test_a_summary_says_version_and_author_once():
    assert a_change(title="checkout 2.4.1", version="2.4.1", author="Ada").summary == "checkout 2.4.1 by Ada"
    assert replace(a_change(), version="2").summary == "to production 2"
