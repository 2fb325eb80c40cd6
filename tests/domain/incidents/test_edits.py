"""What people do to an incident: declared, changed, told; and what is wrong with a wish, by its field."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.incidents.edits import (
    Change,
    Edited,
    Problem,
    Wish,
    declare,
    differences,
    edit,
    status_of,
)
from reliability_studio.domain.incidents.ladder import Colour, Ladder, Level
from reliability_studio.domain.incidents.lifecycle import Move
from reliability_studio.domain.incidents.model import (
    UNASSIGNED,
    Incident,
    Link,
    Milestone,
    Origin,
    Severity,
    Status,
)
from reliability_studio.domain.incidents.status_names import Stage, StatusNames
from reliability_studio.domain.timeline import EntryType
from tests.support.records import NOON, an_incident, minutes

NOW = minutes(60)
LADDER = Ladder(
    (
        Level("p1", "P1", Severity.CRITICAL, Colour.RED),
        Level("p2", "P2", Severity.HIGH, Colour.RED),
        Level("p3", "P3", Severity.HIGH, Colour.RED),
        Level("p4", "P4", Severity.MEDIUM, Colour.RED),
    )
)
NAMES = StatusNames(
    {}, (Stage("triage", Status.OPEN, "Triage"), Stage("vendor", Status.INVESTIGATING, "Vendor"))
)


def wished(**more: Any) -> tuple[Incident, tuple[Problem, ...]]:
    """A declared incident."""
    return declare(1, Wish(**{"title": "slow", **more}), by="ada", now=NOW)


def changed(incident: Incident | None = None, *, firing: tuple[str, ...] = (), **change: Any) -> Edited:
    """An incident after a change by Bo."""
    wish = Change(**change)
    before = an_incident() if incident is None else incident
    return edit(before, wish, by="bo", now=NOW, firing=firing, ladder=LADDER, names=NAMES)


def test_a_title_is_enough_and_the_rest_is_what_one_expects() -> None:
    """Medium, nobody's, begun and known now; spaces around words are no part of them."""
    made, problems = wished(title=" slow ", service="  ", environment=" prod ", assignee=" bo ")
    assert problems == ()
    assert (made.id, made.number, made.version, made.origin) == (0, 0, 1, Origin.MANUAL)
    assert (made.title, made.service, made.environment, made.assignee) == ("slow", UNASSIGNED, "prod", "bo")
    assert (made.severity, made.status, made.created_by, made.updated_by) == (
        *(Severity.MEDIUM, Status.OPEN),
        *("ada", "ada"),
    )
    assert {made.started_at, made.at(Milestone.DETECTED), made.created_at, made.updated_at} == {NOW}
    assert (made.summary, made.drill, made.services, made.labels) == ("", False, (), {})
    bare, _ = declare(1, Wish(), by="ada", now=NOW)
    assert (bare.title, bare.environment, bare.assignee, bare.level) == ("", "", "", "")
    many, _ = wished(service=" web ", services=("web", " cart", "", "app"))
    assert (many.service, many.services) == ("web", ("app", "cart"))


@pytest.mark.parametrize(
    ("wish", "wrong"),
    [
        ({"title": "  "}, ["$.title"]),
        ({"level": "p9"}, ["$.level"]),
        ({"started_at": minutes(60)}, []),
        ({"started_at": minutes(61)}, ["$.startedAt"]),
        ({"resolved_at": minutes(5)}, ["$.resolvedAt"]),
        ({"resolved_at": minutes(60), "status": Status.RESOLVED}, []),
        ({"resolved_at": minutes(61), "status": Status.RESOLVED}, ["$.resolvedAt"]),
        ({"resolved_at": minutes(5), "started_at": minutes(5), "status": Status.CLOSED}, []),
        ({"resolved_at": minutes(5), "started_at": minutes(6), "status": Status.CLOSED}, ["$.resolvedAt"]),
        ({"resolved_at": minutes(61), "started_at": minutes(62)}, ["$.startedAt", *["$.resolvedAt"] * 3]),
    ],
)
def test_what_cannot_be_declared_is_named_by_its_field(wish: dict[str, Any], wrong: list[str]) -> None:
    """Each problem once; this moment is not the future."""
    _, problems = wished(**wish)
    assert [path for path, _ in problems] == wrong


def test_an_incident_that_is_told_afterwards_was_known_by_its_end() -> None:
    """Without a start it began when it ended; without an end it ends now."""
    told, _ = wished(status=Status.RESOLVED, started_at=minutes(10), resolved_at=minutes(30))
    stamps = {name: told.at(name) for name in Milestone}
    assert (stamps[Milestone.STARTED], stamps[Milestone.DETECTED]) == (minutes(10), minutes(30))
    assert (stamps[Milestone.RESOLVED], told.status) == (minutes(30), Status.RESOLVED)
    assert wished(status=Status.RESOLVED, resolved_at=minutes(30))[0].started_at == minutes(30)
    now, _ = wished(status=Status.MITIGATED, started_at=minutes(10))
    assert (now.at(Milestone.MITIGATED), now.at(Milestone.DETECTED)) == (NOW, NOW)


def test_a_template_gives_a_level_that_gives_way_and_a_wish_one_that_must_be_there() -> None:
    """The severity beside the template's level counts when that is gone."""
    assert (
        declare(1, Wish("x", Severity.HIGH, usual_level="p3"), by="a", now=NOW, ladder=LADDER)[0].level
        == "p3"
    )
    gone, problems = declare(1, Wish("x", Severity.HIGH, usual_level="p9"), by="a", now=NOW, ladder=LADDER)
    assert (gone.level, problems) == ("p2", ())
    both, _ = declare(1, Wish("x", level="p1", usual_level="p3"), by="a", now=NOW, ladder=LADDER)
    assert (both.level, both.severity) == ("p1", Severity.CRITICAL)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "title": st.just("Checkout answers slowly"),
            "summary": st.just(""),
            "severity": st.just(Severity.HIGH),
            "status": st.just(Status.OPEN),
            "service": st.sampled_from(["checkout", " checkout "]),
            "services": st.sampled_from([(), ("checkout",), ("",)]),
            "assignee": st.sampled_from(["", " "]),
            "labels": st.just({}),
            "drill": st.just(False),
            "stage": st.just(""),
            "comment": st.text(max_size=3),
            "force": st.booleans(),
            "reopen": st.booleans(),
        },
    )
)
def test_a_change_that_changes_nothing_gives_the_same_incident_back(change: dict[str, Any]) -> None:
    """Neither a version nor an entry nor a new name of who changed it last."""
    before = an_incident()
    edited = changed(before, **change)
    assert edited.incident == before
    assert (edited.entries, edited.problems, edited.move.refused) == ((), (), False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "other"),
        ("summary", "text"),
        ("environment", "prod"),
        ("labels", {"a": "b"}),
        ("fields", {"a": 1}),
        ("roles", {"scribe": "bo"}),
        ("root_cause", "disk"),
        ("links", (Link("x", "https://example.org"),)),
        ("drill", True),
        ("assignee", "bo"),
        ("service", "web"),
        ("services", ("web",)),
    ],
)
def test_what_is_given_is_written_and_nothing_else(name: str, value: object) -> None:
    """And who did it, when."""
    before = an_incident()
    after = changed(before, **{name: value}).incident
    assert getattr(after, name) == value
    assert (after.updated_at, after.updated_by) == (NOW, "bo")
    assert replace(after, **{name: getattr(before, name), "updated_at": NOON, "updated_by": "ada"}) == before
    was, is_ = differences(before, after)
    assert (was, is_) == ({name: getattr(before, name)}, {name: value})


def test_services_that_become_the_own_one_are_no_others_any_more() -> None:
    """And an incident without one is nobody's."""
    wide = an_incident(services=("web",))
    after = changed(wide, service=" web ", services=("checkout", "web")).incident
    assert (after.service, after.services) == ("web", ("checkout",))
    assert changed(wide, service="web").incident.services == ()
    assert changed(wide, service=" ").incident.service == UNASSIGNED


def test_the_timeline_tells_severity_assignment_and_status_in_this_order() -> None:
    """With the words for the change of status; titles and the like are in the audit log."""
    edited = changed(
        severity=Severity.CRITICAL, assignee="bo", status=Status.ACKNOWLEDGED, title="x", comment="mine"
    )
    assert [(one.type, one.title, one.description) for one in edited.entries] == [
        (EntryType.SEVERITY_CHANGE, "high → P1", ""),
        (EntryType.ASSIGNMENT, "assigned to bo", ""),
        (EntryType.STATUS_CHANGE, "open → acknowledged", "mine"),
    ]
    assert edited.entries[1].metadata == {"from": "", "to": "bo", "by": "bo"}
    assert {(one.author, one.recorded_at) for one in edited.entries} == {("bo", NOW)}
    (freed,) = changed(an_incident(assignee="bo"), assignee="").entries
    assert (freed.title, freed.metadata["from"]) == ("assigned to nobody", "bo")


def test_a_severity_that_it_has_already_leaves_its_level() -> None:
    """Another one leads to that one's level; a level wins over a severity."""
    on_p3 = an_incident(level="p3", step=1)
    assert changed(on_p3, severity=Severity.HIGH).incident == on_p3
    assert changed(on_p3, severity=Severity.MEDIUM).incident.level == "p4"
    both = changed(on_p3, severity=Severity.CRITICAL, level="p2").incident
    assert (both.severity, both.level, both.step) == (Severity.HIGH, "p2", 0)
    (told,) = changed(on_p3, level="p2").entries
    assert (told.title, changed(on_p3, level="p2").incident.level) == ("P3 → P2", "p2")
    refused = changed(on_p3, level="p9", title="x")
    assert (refused.incident, [path for path, _ in refused.problems]) == (on_p3, ["$.level"])


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"stage": "nope"}, "there is no own state 'nope'; there are triage, vendor"),
        ({"stage": "vendor", "status": Status.OPEN}, "vendor belongs to investigating, not to open"),
    ],
)
def test_an_own_state_must_be_there_and_fit(change: dict[str, Any], text: str) -> None:
    """Nothing else of such a change is written."""
    edited = changed(title="x", **change)
    assert (edited.incident, edited.problems) == (an_incident(), (("$.stage", text),))
    unknown = edit(an_incident(), Change(stage="a"), by="bo", now=NOW)
    assert unknown.problems == (("$.stage", "there is no own state 'a'; there are none"),)


def test_a_refused_move_changes_nothing_else() -> None:
    """Alerts that fire, the way back, and an incident that is in another."""
    firing = changed(status=Status.RESOLVED, title="x", firing=("A",))
    assert (firing.move, firing.incident) == (Move.STILL_FIRING, an_incident())
    assert changed(status=Status.RESOLVED, force=True, firing=("A",)).move is Move.FORWARD
    taken = an_incident(status=Status.ACKNOWLEDGED)
    assert changed(taken, status=Status.OPEN, title="x", stage="triage").incident == taken
    merged = an_incident(merged_into=3)
    assert (changed(merged, title="x").move, changed(merged, title="x").incident) == (Move.MERGED, merged)
    wrong = changed(title="x", milestones={Milestone.STARTED: minutes(99)})
    assert wrong.problems == (("$.milestones.started", "lies in the future"),)
    assert wrong.incident == an_incident()
    right = changed(title="x", milestones={Milestone.STARTED: minutes(-5)})
    assert (right.incident.started_at, right.incident.title, right.problems) == (minutes(-5), "x", ())


def test_a_way_back_that_is_meant_begins_a_new_run() -> None:
    """And a state within a status moves without one."""
    ended = changed(status=Status.RESOLVED).incident
    back = changed(ended, status=Status.OPEN, reopen=True)
    assert (back.move, len(back.incident.episodes)) == (Move.REOPENED, 1)
    waiting = changed(stage="vendor")
    assert (waiting.incident.status, waiting.incident.stage) == (Status.INVESTIGATING, "vendor")
    bare = changed(waiting.incident, stage="")
    assert (bare.incident.status, bare.incident.stage) == (Status.INVESTIGATING, "")


@pytest.mark.parametrize(
    ("change", "leads"),
    [
        (Change(), None),
        (Change(status=Status.CLOSED), Status.CLOSED),
        (Change(stage="vendor"), Status.INVESTIGATING),
        (Change(stage=""), None),
        (Change(stage="nope", status=Status.OPEN), Status.OPEN),
    ],
)
def test_an_own_state_says_where_a_change_leads(change: Change, leads: Status | None) -> None:
    """It belongs to a status; without one the change says it itself."""
    assert status_of(change, NAMES) is leads


def test_the_audit_log_hears_of_every_field_but_those_that_each_change_moves() -> None:
    """Who and when are told beside it, and the version counts changes."""
    before = an_incident()
    after = replace(before, id=9, step=3, version=7, updated_at=minutes(5), updated_by="x")
    assert differences(before, after) == ({}, {})
    told = {one.name for one in fields(Incident)} - {"id", "step", "version", "updated_at", "updated_by"}
    every = replace(before, **{name: object() for name in told})
    assert set(differences(before, every)[1]) == told
