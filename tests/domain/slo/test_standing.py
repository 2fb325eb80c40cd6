"""S2, row 69: numbers that are older than they should be are history and no status."""

from dataclasses import replace

import pytest

from reliability_studio.domain.slo.cells import Cell
from reliability_studio.domain.slo.goals import Objective
from reliability_studio.domain.slo.ledger import Ledger
from reliability_studio.domain.slo.measure import Reason, Status, evaluate
from reliability_studio.domain.slo.spec import Timeslices
from reliability_studio.domain.slo.standing import Standing
from reliability_studio.domain.slo.windows import DAY
from tests.domain.slo.world import definition

BASE = 1_700_000_000 // DAY * DAY


@pytest.mark.parametrize(
    ("budgeting", "allowed"), [(None, 60 + 6 * 60), (Timeslices(300, Objective.percent("95")), 60 + 6 * 300)]
)
def test_numbers_are_old_after_five_buckets_and_the_delay(budgeting, allowed):
    """Not a second sooner; a composite waits for its members too."""
    what = definition(**({"budgeting": budgeting} if budgeting else {}))
    ledger = Ledger(BASE, keep_s=40 * DAY)
    ledger.append(Cell(BASE + n * 300, 0, 10, 300) for n in range(1, 20))
    standing = Standing(measurement=evaluate(what, ledger))
    assert standing.stale_reason(what, ledger.end + allowed) == ""
    late = ledger.end + allowed + 1
    assert standing.stale_reason(what, late) == f"nothing was measured for {(allowed + 1) // 60} minutes"
    verdict = standing.verdict_at(what, late)
    assert (verdict.status, verdict.reason) == (Status.NO_DATA, Reason.STALE)
    assert replace(standing, behind_s=90).stale_reason(what, late) == ""
    assert standing.failing(late, "down").stale_reason(what, ledger.end) == "down"
    assert Standing().stale_reason(what, late) == ""
