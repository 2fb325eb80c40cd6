"""The laws of a severity ladder (row 20)."""

from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.incidents.ladder import BUILT_IN, WORDS, Colour, Ladder, Level, problems
from reliability_studio.domain.incidents.model import Severity

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
