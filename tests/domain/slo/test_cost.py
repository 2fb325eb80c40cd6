"""Stretches of time that incidents lasted."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.slo.cost import joined
from reliability_studio.domain.slo.windows import Period

PERIODS = st.lists(st.builds(Period, st.integers(0, 60), st.integers(0, 60)), max_size=12)


@given(PERIODS)
def test_joined_stretches_cover_the_same_time_once(stretches: list[Period]) -> None:
    """Every moment of any stretch is in exactly one of them, and no other is."""
    made = joined(stretches)
    before = {at for each in stretches for at in range(each.start, each.end)}
    after = [at for each in made for at in range(each.start, each.end)]
    assert sorted(before) == after
    assert all(one.end < other.start for one, other in pairwise(made))
