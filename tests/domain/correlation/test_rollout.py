"""New version against old: what counts as worse, and what says nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.correlation.rollout import Requests, RolloutState, judge

CALM = Requests(1000, 0.1, 100)


@pytest.mark.parametrize(
    ("before", "after", "restarts", "state"),
    [
        (CALM, CALM, 0, RolloutState.SAME),
        (CALM, Requests(1000, 2.0, 100), 0, RolloutState.WORSE),
        (CALM, Requests(1000, 0.9, 100), 0, RolloutState.SAME),
        (Requests(1000, 3.0, 100), Requests(1000, 4.5, 100), 0, RolloutState.SAME),
        (CALM, Requests(1000, 0.1, 140), 0, RolloutState.WORSE),
        (Requests(1000, 0.1, 10), Requests(1000, 0.1, 15), 0, RolloutState.SAME),
        (CALM, CALM, 2, RolloutState.WORSE),
        (Requests(1000, 5.0, 300), CALM, 0, RolloutState.BETTER),
        (CALM, Requests(99, 50.0, 900), 0, RolloutState.UNKNOWN),
        (CALM, Requests(None, None, None), 0, RolloutState.UNKNOWN),
        (CALM, Requests(1000, None, None), 0, RolloutState.SAME),
    ],
)
def test_row_60_a_difference_counts_when_it_is_large_and_rests_on_enough(before, after, restarts, state):
    """Row 60: absolute and relative, with a hundred requests on either side."""
    assert judge(before, after, restarts).state is state


_requests = st.builds(Requests, st.floats(100, 1e6), st.floats(0, 100), st.floats(0.1, 1e5))


@given(_requests, _requests)
def test_what_is_worse_one_way_is_not_worse_the_other_way_alone(before, after):
    """Turned round, worse is never worse for the same reason."""
    there, back = judge(before, after, 0), judge(after, before, 0)
    if there.state is RolloutState.BETTER:
        assert back.state is RolloutState.WORSE
    assert there.state is not RolloutState.WORSE or there.reasons
