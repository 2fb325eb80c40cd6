"""Custom fields: each kind takes what fits and says what it wanted; required ones are asked for in time."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.incidents.edits import Wish
from reliability_studio.domain.incidents.fields import (
    FieldDefinition,
    FieldKind,
    entered,
    people,
    problems,
)
from reliability_studio.domain.incidents.model import Severity, Status
from reliability_studio.domain.incidents.templates import Template, applied

KINDS = {
    "text": FieldDefinition("Text"),
    "number": FieldDefinition("Number", FieldKind.NUMBER),
    "select": FieldDefinition("Select", FieldKind.SELECT, options=("eu", "us")),
    "multi": FieldDefinition("Multi", FieldKind.MULTI, options=("eu", "us")),
    "user": FieldDefinition("User", FieldKind.USER),
    "date": FieldDefinition("Date", FieldKind.DATE),
    "link": FieldDefinition("Link", FieldKind.LINK),
}

GOOD = {
    "text": ["x", "a" * 10_000],
    "number": [0, -1.5, 10**20],
    "select": ["eu"],
    "multi": [["eu"], ["us", "eu"]],
    "user": ["ada"],
    "date": ["2026-03-01", "2026-03-01T12:00:00Z", "2026-03-01T12:00:00+05:30"],
    "link": ["https://example.org/x?y=1", "http://localhost"],
}
BAD: dict[str, list[object]] = {
    "text": [1, True, ["x"], "a" * 10_001],
    "number": ["1", True, float("nan"), float("inf"), [1]],
    "select": ["asia", 1, ["eu"]],
    "multi": ["eu", ["eu", "eu"], ["asia"], [1], ["eu"] * 101],
    "user": [1, ["ada"]],
    "date": ["soon", "2026-13-01", "2026-03-01T12:00:00", 5, "2026-3-1"],
    "link": ["javascript:alert(1)", "//x", "https://", "ftp://x", 1, "https://[", "https://x/" + "a" * 2000],
}


@pytest.mark.parametrize(("key", "value"), [(k, v) for k, values in GOOD.items() for v in values])
def test_what_fits_is_taken(key: str, value: object) -> None:
    """Row 23. Of each kind; nothing at all fits everywhere."""
    assert problems(KINDS, {}, {key: value}, ()) == ()
    assert problems(KINDS, {}, {key: None}, ()) == ()


@pytest.mark.parametrize(("key", "value"), [(k, v) for k, values in BAD.items() for v in values])
def test_what_does_not_fit_is_named(key: str, value: object) -> None:
    """With its path; held already, it stands in nobody's way."""
    ((path, text),) = problems(KINDS, {}, {key: value}, ())
    assert path == f"$.fields.{key}"
    assert text
    if value == value:  # noqa: PLR0124 - NaN differs from itself
        assert problems(KINDS, {key: value}, {key: value}, ()) == ()


def test_a_field_that_nobody_defined_is_refused_once_there_are_definitions() -> None:
    """Before that fields are free."""
    assert problems({}, {}, {"x": 1}, tuple(Status)) == ()
    ((path, text),) = problems(KINDS, {}, {"typo": "x"}, ())
    assert (path, "defined are text, number" in text) == ("$.fields.typo", True)


def test_a_required_field_is_asked_for_when_its_state_is_reached_or_passed() -> None:
    """Not before, and not again later."""
    defined = {"cause": FieldDefinition("Cause", required_on=(Status.RESOLVED,))}
    passed = entered(Status.OPEN, Status.CLOSED)
    assert problems(defined, {}, {}, entered(Status.OPEN, Status.MITIGATED)) == ()
    assert problems(defined, {}, {}, passed) == (
        ("$.fields.cause", "must be filled before an incident is resolved"),
    )
    assert problems(defined, {}, {"cause": ""}, passed)
    assert problems(defined, {}, {"cause": "a bug"}, passed) == ()
    assert problems(defined, {}, {}, entered(Status.RESOLVED, Status.CLOSED)) == ()


def test_a_new_incident_enters_every_state_up_to_its_own() -> None:
    """One that is told afterwards as resolved was open too."""
    assert entered(None, Status.OPEN) == {Status.OPEN}
    assert Status.OPEN in entered(None, Status.RESOLVED)
    assert entered(Status.RESOLVED, Status.OPEN) == frozenset()


def test_people_in_fields_are_looked_up_when_they_change() -> None:
    """By the path of the field."""
    assert people(KINDS, {"user": "bo"}, {"user": "ada", "text": "x"}) == {"$.fields.user": "ada"}
    assert people(KINDS, {"user": "ada"}, {"user": "ada"}) == {}


ANY = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from(list(KINDS)) | st.text(max_size=4), ANY, max_size=5))
def test_any_value_is_judged_without_an_error(fields: dict[str, object]) -> None:
    """Every problem names a key that was given."""
    assert {path for path, _ in problems(KINDS, {}, fields, ())} <= {f"$.fields.{key}" for key in fields}


def test_what_a_person_says_wins_over_the_template() -> None:
    """Row 32. Labels, fields and roles add up; what is left open comes from the template."""
    template = Template(
        "Database",
        title="database trouble",
        severity=Severity.CRITICAL,
        service="db",
        labels={"a": "1", "b": "1"},
        roles={"commander": "bo"},
        drill=True,
    )
    made = applied(template, Wish(title="disk full", labels={"b": "2"}))
    assert (made.title, made.severity, made.service, made.drill) == (
        "disk full",
        Severity.CRITICAL,
        "db",
        True,
    )
    assert (made.labels, made.roles) == ({"a": "1", "b": "2"}, {"commander": "bo"})
    assert applied(replace(template, title=""), Wish()).title == ""
