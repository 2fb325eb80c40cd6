"""Row 75: periods of the calendar, each by itself; a quiet one is neither met nor missed."""

from reliability_studio.domain.slo.cells import Cell
from reliability_studio.domain.slo.goals import Calendar, CalendarUnit
from reliability_studio.domain.slo.ledger import Ledger
from reliability_studio.domain.slo.report import Stretch, lines, periods
from reliability_studio.domain.slo.windows import DAY, HOUR
from tests.domain.slo.world import definition

MONDAY = 1_704_067_200
"""The first of January 2024 in UTC."""


def test_a_period_without_events_has_no_verdict_and_the_running_one_is_not_complete():
    """Two weeks: one in which nothing happened, one in which an hour was bad."""
    ledger = Ledger(MONDAY, keep_s=40 * DAY)
    ledger.append(Cell(MONDAY + n * HOUR, 0, 0, HOUR) for n in range(1, 7 * 24 + 1))
    ledger.append(Cell(MONDAY + n * HOUR, 10 * (n == 200), 100, HOUR) for n in range(7 * 24 + 1, 10 * 24 + 1))
    week = Calendar(CalendarUnit.WEEK)
    wanted = periods(week, ledger.end, 3)
    assert [each.start for each in wanted] == [MONDAY - 7 * DAY, MONDAY, MONDAY + 7 * DAY]
    outage = Stretch("INC-1", "down", MONDAY + 199 * HOUR, MONDAY + 200 * HOUR)
    quiet, bad = lines(definition("99.9"), ledger, wanted, [outage])
    assert (quiet.met, quiet.sli, quiet.consumed, quiet.complete) == (None, None, None, True)
    assert (bad.met, bad.counts.bad, bad.complete) == (False, 10, False)
    assert [(cost.incident.number, cost.bad) for cost in bad.worst] == [("INC-1", 10)]
    assert quiet.worst == ()
    [_, loose] = lines(definition("99"), ledger, wanted, [])
    assert loose.met is True
