"""The laws of a severity ladder (row 20)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.incidents.ladder import (
    BUILT_IN,
    WORDS,
    Colour,
    Ladder,
    Level,
    Problem,
    orphans,
    problems,
)
from reliability_studio.domain.incidents.model import Grade, Severity

_RANKED = sorted(Severity, key=lambda one: one.rank)


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    """Valid ladders: what levels count as never rises on the way down."""
    counts = sorted(
        draw(st.lists(st.sampled_from(_RANKED), min_size=1, max_size=12)), key=lambda one: one.rank
    )
    return Ladder(
        tuple(Level(f"l{n}", f"Level {n}", counted, Colour.BLUE) for n, counted in enumerate(counts))
    )


@given(ladders())
def test_the_order_of_levels_is_the_order_of_their_grades(ladder: Ladder) -> None:
    """Whatever the levels count as, an upper one is more urgent."""
    assert not list(problems(ladder.levels))
    ranks = [ladder.grade(level).rank for level in ladder.levels]
    assert ranks == sorted(set(ranks))


@given(ladders(), st.sampled_from(_RANKED))
def test_every_severity_has_a_level(ladder: Ladder, severity: Severity) -> None:
    """One that counts as it where there is one, else the next less urgent one, else the last."""
    grade = ladder.of(severity)
    counted = {level.severity for level in ladder.levels}
    if severity in counted:
        assert grade.severity is severity
    elif any(one.rank > severity.rank for one in counted):
        assert grade.severity.rank > severity.rank
    else:
        assert grade == ladder.grade(ladder.levels[-1])


@given(ladders(), st.sampled_from(_RANKED), st.sampled_from(_RANKED))
def test_more_urgent_stays_more_urgent(ladder: Ladder, one: Severity, other: Severity) -> None:
    """The mapping from built-in severities keeps their order."""
    if one.rank <= other.rank:
        assert ladder.of(one).rank <= ladder.of(other).rank


@given(st.sampled_from(sorted(WORDS)))
def test_without_an_own_ladder_words_mean_what_they_meant(word: str) -> None:
    """The built-in ladder adds nothing."""
    grade = BUILT_IN.meant(word.upper())
    assert (grade.severity, grade.level, grade.step) == (WORDS[word], "", 0)


@given(ladders(), st.sampled_from(_RANKED))
def test_a_level_that_is_gone_gives_way_to_what_it_counted_as(ladder: Ladder, severity: Severity) -> None:
    """A level that is there wins over what stands beside it."""
    assert ladder.kept(severity, "gone") == ladder.kept(severity, "") == ladder.of(severity)
    for level in ladder.levels:
        assert ladder.kept(severity, level.id) == ladder.grade(level)


@given(ladders(), st.sets(st.sampled_from([f"l{n}" for n in range(14)])), st.sets(st.sampled_from(_RANKED)))
def test_levels_and_severities_of_a_filter_are_alternatives(
    ladder: Ladder, levels: set[str], severities: set[Severity]
) -> None:
    """Every level that is there is sought; a severity only where none of them counts as it."""
    sought, beside = ladder.alternatives(levels, severities)
    if not levels:
        assert (sought, set(beside)) == ((), severities)
        return
    assert sought
    assert beside == ()
    there = {level.id: level.severity for level in ladder.levels}
    named = levels & there.keys()
    rest = severities - {there[level] for level in named}
    wanted = named | {level for level, counted in there.items() if counted in rest}
    assert set(sought) == (wanted or levels)


def level(name: str, severity: Severity = Severity.HIGH, *words: str, title: str = "") -> Level:
    """A level of this id."""
    return Level(name, title or name, severity, Colour.RED, words=words)


OWN = Ladder(
    (
        level("p1", Severity.CRITICAL, "page", title="P1"),
        level("p2", Severity.HIGH),
        level("high", Severity.HIGH, title="Bad"),
        level("p4", Severity.LOW),
    )
)


@pytest.mark.parametrize(
    ("levels", "wrong"),
    [
        ((), [("$.levels", "a ladder has one to 12 levels")]),
        (tuple(level(f"l{n}") for n in range(12)), []),
        (tuple(level(f"l{n}") for n in range(13)), [("$.levels", "a ladder has one to 12 levels")]),
        (
            (level("p1"), level("No id")),
            [("$.levels[1].id", "may hold a-z, 0-9, - and _, at most 32 of them")],
        ),
        (
            (level("p1"), level("low")),
            [("$.levels[1].severity", "a level with the id low counts as low")],
        ),
        ((level("p1"), level("high"), level("low", Severity.LOW)), []),
        (
            (level("p1", Severity.LOW), level("p2", Severity.HIGH)),
            [("$.levels[1].severity", "counts as more urgent than the level above it (low)")],
        ),
        (
            (level("p1"), level("p1", title="x")),
            [
                ("$.levels[1].id", "another level has 'p1' already"),
                ("$.levels[1].words", "another level has 'p1' already"),
            ],
        ),
        (
            (level("a", title="Bad"), level("b", title="bAD")),
            [("$.levels[1].title", "another level has 'bad' already")],
        ),
        (
            (level("a", Severity.HIGH, "x", "y"), level("b"), level("c", Severity.HIGH, "y", "b")),
            [("$.levels[2].words", "another level has 'b' already")],
        ),
    ],
)
def test_what_is_wrong_with_levels_names_the_field(levels: tuple[Level, ...], wrong: list[Problem]) -> None:
    """Row 20: each mistake once, with its place."""
    assert list(problems(levels)) == wrong


def test_levels_in_use_need_somewhere_to_go() -> None:
    """A move must lead to a level that is there; the others are named, in order."""
    moves = {"z": "gone", "a": "p2", "b": "nowhere"}
    assert list(orphans(["p1", "y", "x", "a"], OWN, moves)) == [
        ("$.moves.b", "the new ladder has no level 'nowhere'"),
        ("$.moves.z", "the new ladder has no level 'gone'"),
        ("$.moves.x", "incidents are on the level x: name the one that takes them"),
        ("$.moves.y", "incidents are on the level y: name the one that takes them"),
    ]


def test_what_a_request_and_an_alert_mean_on_an_own_ladder() -> None:
    """A level by its id; a severity by the level of its name, else the first that counts as it."""
    high = Grade(Severity.HIGH, "", 1)
    assert OWN.chosen(Severity.LOW, "p2") == (Grade(Severity.HIGH, "p2", 0), ())
    assert OWN.chosen(Severity.HIGH, "") == (high, ())
    grade, ((path, text),) = OWN.chosen(Severity.HIGH, "p9")
    assert (grade, path) == (high, "$.level")
    assert text == "there is no level 'p9'; there are p1, p2, high, p4"
    assert OWN.of(Severity.MEDIUM) == Grade(Severity.LOW, "p4", 0)
    assert [OWN.meant(word).name for word in ("Page", " p2 ", "high", "warning", "info", "?")] == [
        *("p1", "p2", "high", "p4", "p4", "p4"),
    ]
    assert [OWN.called(OWN.meant(word)) for word in ("page", "high")] == ["P1", "Bad"]
    assert OWN.called(Grade(Severity.LOW, "gone")) == "gone"
    assert (OWN.own, BUILT_IN.own) == (True, False)
    assert BUILT_IN.called(BUILT_IN.of(Severity.CRITICAL)) == "critical"
    assert [one.title for one in BUILT_IN.levels] == ["Critical", "High", "Medium", "Low"]
