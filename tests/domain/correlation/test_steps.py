"""What to do next about a cause."""

from datetime import UTC, datetime, timedelta

from reliability_studio.domain.correlation.evidence import Cause
from reliability_studio.domain.correlation.steps import steps
from reliability_studio.domain.correlation.telemetry import Change

ONSET = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_of_several_rollouts_the_one_that_the_trouble_began_at_is_undone() -> None:
    """An earlier one ran well: undoing it would take away what works."""
    at = (timedelta(hours=-2), timedelta(minutes=-1), timedelta(minutes=40))
    changes = tuple(Change(ONSET + each, "payments", "rollout") for each in at)
    cause = Cause("payments", "rollout", 0.9, 2.2, "payments", changes=changes)
    first = steps(cause, ONSET, "shop")[0]
    assert (first.title, first.why) == ("Undo the rollout", "rollout at 11:59 UTC")
