"""Numbers that people write: exact, and within bounds in which exact arithmetic is quick."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.goals import SCALE, Objective
from reliability_studio.domain.slo.numbers import decimal_of

BEYOND = ["1e999999999", "-1e999999999", "1e-999999999", "1e31", "NaN", "sNaN", "Infinity", "", "x", "9" * 51]


@pytest.mark.parametrize("text", BEYOND)
def test_what_no_exact_arithmetic_could_bear_is_no_number(text: str) -> None:
    """As a fraction, a few signs can have a billion digits."""
    with pytest.raises(ValueError, match=r"is no number|is out of bounds|has more than 50 signs"):
        decimal_of(text)
    with pytest.raises(BadSpec, match="a percentage like"):
        Objective.percent(text)


@given(st.decimals(-(10**15), 10**15, places=9))
def test_a_number_stays_as_it_was_written(number: Decimal) -> None:
    """No digit is rounded away."""
    assert decimal_of(str(number)) == number


@pytest.mark.parametrize("text", ["99." + "9" * 40, "0." + "9" * 40, "99.99999999", "1e-20"])
def test_an_objective_is_never_rounded(text: str) -> None:
    """Forty nines are not 100 %, which would leave no budget to divide by."""
    with pytest.raises(BadSpec, match="at most seven digits"):
        Objective.percent(text)


@given(st.integers(1, SCALE - 1))
def test_every_objective_is_what_its_text_says(parts: int) -> None:
    """Text and parts are inverse."""
    objective = Objective(parts)
    assert Objective.percent(objective.text) == objective
    assert Fraction(Decimal(objective.text)) == Fraction(parts * 100, SCALE)
