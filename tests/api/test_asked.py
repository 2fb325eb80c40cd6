"""Query parameters and ids of paths: a number is what its digits say, or refused with its name."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reliability_studio.api import asked
from reliability_studio.api.calls import Caller
from reliability_studio.api.router import Call
from reliability_studio.errors import BadRequest, Invalid, NotFound


def call(**query: str) -> Call[None]:
    return Call(Caller(1), None, params=query, query={name: (text,) for name, text in query.items()})


@given(st.integers(0, 30), st.integers(-5, 10**30))
@example(11, 1999)
@example(2, 0)
def test_a_whole_number_is_what_all_its_digits_say(zeros: int, number: int) -> None:
    """Leading zeros hide nothing behind them."""
    text = "0" * zeros + str(number) if number >= 0 else str(number)
    if 1 <= number <= 200 and len(text) <= 18:
        assert asked.whole(call(limit=text), "limit", 50, most=200) == number
        return
    with pytest.raises(Invalid, match="must be a whole number from 1 to 200") as refused:
        asked.whole(call(limit=text), "limit", 50, most=200)
    assert refused.value.problems[0].path == "limit"


@pytest.mark.parametrize(
    "text", ["9" * 5000, "0" * 5000 + "1", "000000001" + "9" * 4400, "1e3", "-1", "²", "\u0661", " 1"]
)
def test_what_is_no_number_or_far_too_large_is_refused(text: str) -> None:
    """Python reads no number of 5,000 digits, and no database keeps one."""
    for read in (asked.limit, asked.offset):
        with pytest.raises(Invalid, match="must be a whole number from"):
            read(call(limit=text, cursor=text))
    with pytest.raises(NotFound):
        asked.row_id(call(id=text))


@pytest.mark.parametrize(("sent", "version"), [('"3"', 3), ('W/"3"', 3), ("3", 3), ("*", None), ("", None)])
def test_if_match_names_a_version(sent: str, version: int | None) -> None:
    """As an ETag is written, or bare."""
    assert asked.if_match(Call(Caller(1), None, headers={"if-match": sent})) == version


@pytest.mark.parametrize("sent", ['"x"', '"000000000000000003999"', "9" * 5000, '"-3"', '"\u0663"'])
def test_if_match_is_read_whole_or_refused(sent: str) -> None:
    """A part of it would be another version."""
    with pytest.raises(BadRequest, match="must be the ETag"):
        asked.if_match(Call(Caller(1), None, headers={"if-match": sent}))


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "-1", "0"])
def test_a_moment_before_all_time_is_the_first_that_can_be_told(text: str) -> None:
    """So that what is counted back from it stays a moment."""
    assert asked.moment(call(to=text), "to") == datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00+14:00", "9" * 5000, "2026-02-30T00:00:00Z", "2026-02-03T00:00"]
)
def test_what_is_no_moment_is_told_by_its_name(text: str) -> None:
    """A time without its zone could be anywhere."""
    with pytest.raises(Invalid, match="must be a time like") as refused:
        asked.moment(call(to=text), "to")
    assert refused.value.problems[0].path == "to"
