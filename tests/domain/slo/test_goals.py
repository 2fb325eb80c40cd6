"""Slo-features row 25: several objectives over windows, held against the same counts."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.slo.cells import Cell
from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.goals import Calendar, CalendarUnit, Goal, Objective, Rolling
from reliability_studio.domain.slo.ledger import Ledger
from reliability_studio.domain.slo.measure import Reason, Status, evaluate
from reliability_studio.domain.slo.standing import Standing
from reliability_studio.domain.slo.windows import DAY, reaches_back_to
from reliability_studio.store.slo_document import (
    from_document,
    standing_from_document,
    standing_to_document,
    to_document,
)
from tests.domain.slo.world import definition

BASE = 1_700_000_000 // DAY * DAY
WEEK = Goal(Objective.percent("99.5"), Rolling(7))
STRICT = Goal(Objective.percent("99.99"), Rolling(30))
MONTH = Goal(Objective.percent("99"), Calendar(CalendarUnit.MONTH, "Europe/Berlin"))

goals = st.builds(
    Goal,
    st.integers(1, 10**9 - 1).map(Objective),
    st.one_of(
        st.integers(1, 40).map(Rolling),
        st.sampled_from(CalendarUnit).map(lambda unit: Calendar(unit, "Europe/Berlin")),
    ),
)


def filled(hours):
    ledger = Ledger(BASE, keep_s=400 * DAY)
    for number, (bad, total) in enumerate(hours):
        ledger.append([Cell(BASE + number * 3600 + n * 60, bad, total, 60) for n in range(1, 61)])
    return ledger


@given(
    st.lists(goals, min_size=1, max_size=4, unique=True),
    st.lists(
        st.integers(0, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        min_size=1,
        max_size=12,
    ),
)
def test_a_further_goal_stands_as_it_would_as_the_only_one(wanted, hours):
    """Law: nothing is shared but the counts; windows, burn rates and verdict are those of an own SLO."""
    ledger = filled(hours)
    main, *more = wanted
    what = replace(definition(), objective=main.objective, window=main.window, further=tuple(more))
    found = evaluate(what, ledger)
    for goal in more:
        alone = replace(definition(), objective=goal.objective, window=goal.window)
        assert found.further[goal.text] == evaluate(alone, ledger)
    assert replace(found, further={}) == evaluate(replace(what, further=()), ledger)


def test_goals_are_told_apart_exactly_and_there_are_five_at_most():
    """A promise that was made already is refused by its place."""
    assert WEEK.text == "99.5%, rolling 7d"
    with pytest.raises(BadSpec) as twice:
        replace(definition(), further=(WEEK, WEEK))
    assert twice.value.path == "$.furtherObjectives[1]"
    main = definition()
    with pytest.raises(BadSpec, match="promised already"):
        replace(main, further=(Goal(main.objective, main.window),))
    with pytest.raises(BadSpec, match="at most 4"):
        replace(definition(), further=tuple(Goal(Objective.percent("90"), Rolling(n)) for n in range(1, 6)))


def test_further_goals_change_no_count():
    """Row 65: what a stored count means stays; only the history that is needed may be longer."""
    main = replace(definition(), window=Rolling(1))
    more = replace(main, further=(WEEK,))
    assert more.meaning == main.meaning
    assert reaches_back_to(more, BASE) == BASE - 7 * DAY
    assert more.promising(WEEK).goals == (WEEK,)
    told = replace(more, alerting=False, further=(replace(WEEK, alerting=True),))
    assert (told.meaning, from_document(to_document(told))) == (main.meaning, told)


def test_goals_are_kept_with_the_definition_and_where_they_stand():
    """Older documents have none."""
    what = replace(definition(), further=(WEEK, STRICT, MONTH))
    assert from_document(to_document(what)) == what
    assert from_document({k: v for k, v in to_document(what).items() if k != "further"}).further == ()
    standing = Standing(measurement=evaluate(what, filled([(1, 100)])), calculated_at=1)
    assert standing_from_document(standing_to_document(standing)) == standing


def test_a_goal_that_was_promised_after_the_last_count_has_no_numbers_yet():
    """No data is a state; a failing source makes all goals old together."""
    what = replace(definition(), further=(WEEK,))
    standing = Standing(measurement=evaluate(what, filled([(0, 100)])))
    now = standing.measurement.as_of
    later = replace(what, further=(STRICT, WEEK))
    strict, week = standing.further_at(later, now)
    assert (strict.measurement, strict.verdict.reason) == (None, Reason.NEVER_MEASURED)
    assert week.verdict.status is Status.HEALTHY
    assert [each.verdict.reason for each in standing.failing(now, "down").further_at(what, now)] == [
        Reason.STALE
    ]
