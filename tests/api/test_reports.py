"""The post-incident report and the exports: facts, harmless in every form."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.incidents.report import harmless
from tests.support.desk import BO, ELSEWHERE, VERA, Desk, firing, webhook


async def test_a_report_is_made_from_facts_until_somebody_writes_one(desk: Desk) -> None:
    """Rows 87, 90. Version 0 is the made one; a second writer over it is refused."""
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing()))
    desk.clock.advance(600)
    await desk.ask(
        "PATCH", "incidents/1", {"status": "resolved", "force": True, "rootCause": "a bad rollout"}
    )
    await desk.ask("POST", "incidents/1/tasks", {"title": "add a test", "kind": "followup"})
    made = (await desk.ask("GET", "incidents/1/report", caller=VERA)).json
    assert (made["version"], made["written"]) == (0, False)
    for fact in (
        "# INC-1: Slow: checkout",
        "a bad rollout",
        "Time to resolve: 11 min",
        "add a test",
        "Slow fires",
    ):
        assert fact in made["text"]
    kept = await desk.ask("PUT", "incidents/1/report", {"text": "# ours", "version": 0}, caller=BO)
    assert (kept.status, kept.json["version"], kept.json["updatedBy"]) == (200, 1, "bo")
    assert (await desk.ask("GET", "incidents/1/report")).json["text"] == "# ours"
    unheard = await desk.ask("PUT", "incidents/1/report", {"text": "mine", "version": 1 << 63})
    assert (unheard.status, unheard.json["code"]) == (409, "stale_write"), "no database holds such a number"
    stale = await desk.ask("PUT", "incidents/1/report", {"text": "mine", "version": 0})
    assert (stale.status, stale.json["code"]) == (409, "stale_write")
    assert (await desk.ask("PUT", "incidents/1/report", {"text": "x"}, caller=VERA)).status == 403


async def test_foreign_text_cannot_become_a_formula_or_markup(desk: Desk) -> None:
    """In a spreadsheet and in a browser."""
    await desk.declare("<img src=x> [click](javascript:1)")
    await desk.ask("POST", "incidents/1/comments", {"text": "=HYPERLINK(1)\nsecond line"})
    exported = await desk.ask("GET", "incidents/1/export?format=csv")
    assert exported.headers["Content-Type"].startswith("text/csv")
    assert 'filename="INC-1.csv"' in exported.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(exported.raw.decode())))
    assert rows[-1]["description"] == "'=HYPERLINK(1)\nsecond line"
    text = (await desk.ask("GET", "incidents/1/export")).raw.decode()
    assert "\\<img src=x\\> \\[click\\](javascript:1)" in text
    assert (await desk.ask("GET", "incidents/1/export?format=json")).json["number"] == "INC-1"
    assert (await desk.ask("GET", "incidents/1/export?format=pdf")).status == 422
    assert (await desk.ask("GET", "incidents/9/export")).status == 404


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1", "'=1"),
        (" +1", "' +1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\n=1", "'\n'=1"),
        ("a=1, b=-2", "a=1, b=-2"),
        ("", ""),
        ("\uff1dcmd", "'\uff1dcmd"),
        ("a;=1", "a;'=1"),
        ('a"; "=1', 'a";\' "=1'),
        ("a\r\n@x", "a\r\n'@x"),
        ("one;two\nthree", "one;two\nthree"),
    ],
)
def test_only_what_looks_like_a_formula_is_changed(text: str, cell: str) -> None:
    """X17. Spaces before the sign do not hide it, nor do separators of other countries."""
    assert harmless(text) == cell


@given(st.text(alphabet=" \"';,\t\r\n=+-@a\uff1d", max_size=20))
def test_no_way_to_cut_a_cell_leaves_a_formula(text: str) -> None:
    """Cut at any separator, no piece begins as a formula; without the marks it is the text."""
    cell = harmless(text)
    for piece in re.split(r"[;\t\r\n]", cell):
        assert not piece.lstrip(' "').startswith(("=", "+", "-", "@", "\uff1d"))
    assert cell.replace("'", "") == text.replace("'", "")


async def test_reports_are_made_by_the_organisations_template(desk: Desk) -> None:
    """An admin writes it, tries it and takes it back; reports that people wrote stay; others keep theirs."""
    await desk.declare("a <b> title")
    shown = (await desk.ask("GET", "report-template", caller=VERA)).json
    assert (shown["text"], shown["version"]) == ("", 0)
    assert "title" in shown["fields"]["incident"]
    own = {"text": "Ours: {{ incident.key }} {{ incident.title }}"}
    assert (await desk.ask("PUT", "report-template", own, caller=BO)).status == 403
    assert (
        await desk.ask("POST", "report-template/trial", {**own, "number": "INC-1"}, caller=BO)
    ).status == 403
    tried = await desk.ask("POST", "report-template/trial", {**own, "number": "INC-1"})
    assert (tried.status, tried.json["text"]) == (200, "Ours: INC-1 a \\<b\\> title\n")
    built_in = await desk.ask("POST", "report-template/trial", {"text": "", "number": "1"})
    assert built_in.json["text"].startswith("# INC-1")
    assert (await desk.ask("POST", "report-template/trial", {**own, "number": "INC-9"})).status == 404
    assert (await desk.ask("GET", "report-template")).json["version"] == 0, "a trial keeps nothing"
    saved = await desk.ask("PUT", "report-template", {**own, "version": 0})
    assert (saved.status, saved.json["version"], saved.json["updatedBy"]) == (200, 1, "ada")
    assert (await desk.ask("PUT", "report-template", {**own, "version": 0})).status == 409
    report = (await desk.ask("GET", "incidents/1/report")).json
    assert (report["text"], report["written"]) == ("Ours: INC-1 a \\<b\\> title\n", False)
    assert (await desk.ask("GET", "report-template", caller=ELSEWHERE)).json["text"] == ""
    await desk.ask("PUT", "report-template", {"text": ""})
    assert (await desk.ask("GET", "incidents/1/report")).json["text"].startswith("# INC-1")
    actions = [
        one["action"]
        for one in (await desk.ask("GET", "audit?subject=preference:report-template")).json["items"]
    ]
    assert sorted(actions) == ["preference.create", "preference.update"]


async def test_a_template_that_cannot_be_used_is_refused_with_its_line(desk: Desk) -> None:
    """When it is kept, and when it is tried."""
    await desk.declare()
    bad = "fine\n{{ incident.titel }}"
    for method, path, more in (("PUT", "", {}), ("POST", "/trial", {"number": "INC-1"})):
        refused = await desk.ask(method, f"report-template{path}", {"text": bad, **more})
        assert refused.status == 422
        assert refused.json["problems"][0]["path"] == "$.text"
        assert "line 2: incident has no 'titel'" in refused.json["problems"][0]["problem"]
    assert (await desk.ask("POST", "report-template/trial", {"text": "", "number": "x"})).status == 422
