"""Row 21: own states lie within the built-in ones, and nothing that is measured depends on them."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.incidents.edits import Change, edit
from reliability_studio.domain.incidents.lifecycle import Move, durations
from reliability_studio.domain.incidents.model import Incident, Status
from reliability_studio.domain.incidents.status_names import (
    BUILT_IN_NAMES,
    Name,
    Stage,
    StatusNames,
    stage_problems,
)
from reliability_studio.domain.timeline import EntryType
from tests.support.records import an_incident, minutes

NAMES = StatusNames(
    {Status.INVESTIGATING: Name("Working")},
    (
        Stage("triage", Status.OPEN, "Triage"),
        Stage("analysis", Status.INVESTIGATING, "Analysis"),
        Stage("vendor", Status.INVESTIGATING, "Waiting for the vendor", "they have it"),
        Stage("watching", Status.MITIGATED, "Watching"),
    ),
)
STATUSES = st.sampled_from(list(Status))
CHANGES = st.lists(
    st.one_of(
        st.builds(Change, status=STATUSES, reopen=st.booleans()),
        st.builds(Change, stage=st.sampled_from([stage.id for stage in NAMES.stages]), reopen=st.booleans()),
        st.just(Change(stage="")),
    ),
    max_size=12,
)


@st.composite
def stages(draw: st.DrawFn) -> tuple[Stage, ...]:
    """Own states with and without problems."""
    ids = st.sampled_from(["a", "b", "open", "Not an id", ""])
    labels = st.one_of(st.sampled_from([status.value for status in Status]), st.text(max_size=3))
    return tuple(draw(st.lists(st.builds(Stage, ids, STATUSES, labels), max_size=5)))


def built_in(change: Change) -> Change:
    """The same change where there are no own states."""
    stage = NAMES.stage(change.stage or "")
    return replace(change, stage=None, status=change.status if stage is None else stage.status)


@given(CHANGES)
def test_milestones_depend_on_built_in_states_only(changes: list[Change]) -> None:
    """Row 21: whatever own states an incident passes, its milestones and times are the built-in ones."""
    own, plain = an_incident(), an_incident()
    for minute, change in enumerate(changes, 1):
        now = minutes(minute)
        moved = edit(own, change, by="ada", now=now, names=NAMES)
        told = edit(plain, built_in(change), by="ada", now=now)
        assert moved.move is told.move
        own, plain = moved.incident, told.incident
        assert (own.status, own.milestones, own.episodes) == (plain.status, plain.milestones, plain.episodes)
        assert durations(own) == durations(plain)
        stage = NAMES.stage(own.stage)
        assert own.stage == "" if stage is None else stage.status is own.status


@given(stages(), st.dictionaries(STATUSES, st.text(min_size=1, max_size=2).map(Name), max_size=3))
def test_own_states_without_problems_never_deceive(own: tuple[Stage, ...], named: dict[Status, Name]) -> None:
    """No two are called alike, and none as a built-in state that it does not belong to."""
    if any(stage_problems(own, named)):
        return
    names = StatusNames(named, own)
    called = [names.called(stage.status, stage.id).casefold() for stage in own]
    assert len(set(called)) == len({stage.id for stage in own}) == len(own)
    for stage in own:
        others = {names.called(status).casefold() for status in Status if status is not stage.status}
        assert stage.label.casefold() not in others


def test_each_problem_names_its_row_and_field() -> None:
    """Ids, what they count as, and labels."""
    own = (
        Stage("one", Status.OPEN, "One"),
        Stage("one", Status.OPEN, "ONE"),
        Stage("Bad id", Status.OPEN, ""),
        Stage("resolved", Status.OPEN, "Working"),
    )
    assert list(stage_problems(own, NAMES.names)) == [
        (1, "id", "another own state has 'one' already"),
        (1, "label", "is the name of another own state too"),
        (2, "id", "may hold a-z, 0-9, - and _, at most 32 of them"),
        (2, "label", "is missing"),
        (3, "status", "an own state with the id resolved counts as resolved"),
        (3, "label", "is what investigating is called"),
    ]


def _changed(incident: Incident, change: Change, at: float) -> Incident:
    edited = edit(incident, change, by="ada", now=minutes(at), names=NAMES)
    assert (edited.move.refused, edited.problems) == (False, ())
    return edited.incident


def test_a_state_begins_in_its_first_own_one() -> None:
    """And a state without own ones in none."""
    working = _changed(an_incident(), Change(status=Status.INVESTIGATING), 1)
    assert working.standing == (Status.INVESTIGATING, "analysis")
    assert _changed(working, Change(status=Status.RESOLVED), 2).standing == (Status.RESOLVED, "")
    assert _changed(working, Change(status=Status.INVESTIGATING), 2) == working


def test_moving_among_own_states_of_one_state_is_told_and_moves_nothing_else() -> None:
    """One entry with both names, now; only the own state differs."""
    working = _changed(an_incident(), Change(status=Status.INVESTIGATING), 1)
    edited = edit(working, Change(stage="vendor", comment="ticket 7"), by="ada", now=minutes(9), names=NAMES)
    assert edited.move is Move.UNCHANGED
    assert replace(edited.incident, stage="analysis", updated_at=working.updated_at) == working
    (entry,) = edited.entries
    assert (entry.type, entry.title) == (EntryType.STATUS_CHANGE, "Analysis → Waiting for the vendor")
    assert (entry.occurred_at, entry.description) == (minutes(9), "ticket 7")
    assert dict(entry.metadata) == {
        "from": "investigating",
        "to": "investigating",
        "fromStage": "analysis",
        "toStage": "vendor",
        "by": "ada",
    }
    out = edit(edited.incident, Change(stage=""), by="ada", now=minutes(10), names=NAMES)
    assert [each.title for each in out.entries] == ["Waiting for the vendor → Working"]


def test_an_own_state_of_another_state_follows_the_machine() -> None:
    """Forward it moves, back it needs to be reopened, and it cannot contradict the status beside it."""
    watching = _changed(an_incident(), Change(stage="watching"), 5)
    assert watching.standing == (Status.MITIGATED, "watching")
    back = edit(watching, Change(stage="vendor"), by="ada", now=minutes(6), names=NAMES)
    assert (back.move, back.incident) == (Move.BACKWARDS, watching)
    wrong = Change(stage="vendor", status=Status.RESOLVED)
    refused = edit(watching, wrong, by="ada", now=minutes(6), names=NAMES)
    assert [path for path, _ in refused.problems] == ["$.stage"]
    unknown = edit(watching, Change(stage="nowhere"), by="ada", now=minutes(6), names=NAMES)
    assert unknown.problems == (
        ("$.stage", "there is no own state 'nowhere'; there are triage, analysis, vendor, watching"),
    )


def test_an_own_state_that_is_gone_is_called_as_its_built_in_one() -> None:
    """Also one that belongs to another state by now."""
    assert NAMES.called(Status.INVESTIGATING, "vendor") == "Waiting for the vendor"
    assert NAMES.called(Status.INVESTIGATING, "gone") == "Working"
    assert NAMES.called(Status.MITIGATED, "vendor") == "mitigated"
    assert BUILT_IN_NAMES.called(Status.OPEN, "triage") == "open"
