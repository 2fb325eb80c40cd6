"""Row 55: time of its own, a few whole traces against a few usual ones, by ranks alone."""

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.checks.self_times import (
    LEAST_MS,
    RARE,
    SEEN,
    TIMES,
    Operation,
    by_chance,
    comparable,
    slower,
)
from reliability_studio.domain.checks.spans import SpanSeen

PAY, VIEW = Operation("shop", "POST /pay"), Operation("shop", "GET /")


def trace(number, shop_ms, bank_ms, *, client_ms=5):
    """The shop works, and waits for the bank by a client span that also takes a little of its own."""
    name, waited = str(number), bank_ms + client_ms
    return (
        SpanSeen(name, "1", "", "shop", "POST /pay", shop_ms + waited, error=False, kind="server"),
        SpanSeen(name, "2", "1", "shop", "charge", waited, error=False, kind="client"),
        SpanSeen(name, "3", "2", "bank", "charge", bank_ms, error=False, kind="server"),
    )


def traces(*times):
    """So many of (shop, bank) in milliseconds."""
    return {str(n): trace(n, *each) for n, each in enumerate(times)}


CALM = traces(*((20 + n, 40 + n) for n in range(6)))


def test_row_55_the_service_whose_own_code_got_slow_is_told_and_not_who_waits_for_it():
    """The caller's trace is as slow; its own part of it is not."""
    [fact] = slower(CALM, traces(*((20 + n, 400 + n) for n in range(6))), "q")
    assert (fact.service, fact.check, fact.query) == ("bank", "self-time", "q")
    assert fact.text == "bank takes 402 ms of its own, usually 42 ms (6 traces against 6)"
    assert (fact.before, fact.value, fact.samples) == (42.5, 402.5, 6)
    assert fact.strength == pytest.approx(-math.log10(1 / math.comb(12, 6)))


def test_time_that_is_lost_between_client_and_server_is_nobodys_own():
    """A slow network is what the edge gap is for."""
    slow = {name: trace(name, 20, 40, client_ms=900) for name in CALM}
    assert slower(CALM, slow, "q") == ()


@pytest.mark.parametrize(
    ("now", "why"),
    [
        ([(20, 400 + n) for n in range(SEEN - 1)], "too few"),
        ([(20, 400), (20, 401), (20, 30)], "one of three as usual"),
        ([(20, 45)] * 6, "hardly slower"),
        ([(20, 400 + n) for n in range(3)] + [(20, 30)] * 3, "half of them as usual"),
        ([(20, 10)] * 6, "quicker"),
    ],
)
def test_few_traces_claim_little(now, why):
    """Neither of few traces, nor of little, nor of what chance alone would do."""
    assert slower(CALM, traces(*now), "q") == (), why


def test_a_service_that_is_part_of_few_requests_is_judged_by_those():
    """Three above eight is as rare as once in 165."""
    usual = traces(*((20, 40 + n) for n in range(8)))
    without = {f"x{n}": trace(n, 20, 40)[:1] for n in range(5)}
    [fact] = slower(usual, {**traces((20, 400), (20, 401), (20, 402)), **without}, "q")
    assert (fact.service, fact.samples) == ("bank", 3)
    assert fact.strength == pytest.approx(math.log10(165))


def test_only_traces_of_one_operation_are_compared():
    """The one with most on both sides, so that another mix of requests is no news."""
    usual = [(f"u{n}", PAY) for n in range(9)] + [(f"v{n}", VIEW) for n in range(9)]
    now = [(f"n{n}", VIEW) for n in range(5)] + [("p", PAY)]
    assert comparable(usual, now) == (tuple(f"v{n}" for n in range(8)), tuple(f"n{n}" for n in range(5)))
    assert comparable(usual, [("x", Operation("mail", "send"))]) == ((), ())
    assert comparable(usual, now, most=2) == (("v0", "v1"), ("n0", "n1"))


def by_hand(usual, now):
    """Every way to deal the ranks, counted."""
    above = sum(new > old for new in now for old in usual)
    ranks = range(len(usual) + len(now))
    dealt = [
        sum(new > old for new in chosen for old in set(ranks) - set(chosen))
        for chosen in combinations(ranks, len(now))
    ]
    return sum(each >= above for each in dealt) / len(dealt)


_few = st.lists(st.integers(0, 9), min_size=1, max_size=5)


@given(_few, _few)
def test_the_chance_is_that_of_all_orders(usual, now):
    """The exact distribution, against counting."""
    assert by_chance(usual, now) == pytest.approx(by_hand(usual, now))


_times = st.lists(st.floats(0, 1e4), min_size=SEEN, max_size=8)


@given(_times, _times, st.floats(0, 1e4))
def test_agreement_never_lowers_confidence_a_further_rise_is_no_less_rare(usual, now, more):
    """And the order in which traces come does not matter."""
    chance = by_chance(usual, now)
    assert by_chance(usual, [each + more for each in now]) <= chance
    assert by_chance(usual[::-1], now[::-1]) == chance


@given(_times, _times)
def test_swapping_the_sides_never_blames_both_times(usual, now):
    """What is slower than usual is not usual that is slower."""
    there = slower(traces(*((20, each) for each in usual)), traces(*((20, each) for each in now)), "q")
    back = slower(traces(*((20, each) for each in now)), traces(*((20, each) for each in usual)), "q")
    assert not (there and back)
    for fact in (*there, *back):
        assert fact.strength >= -math.log10(RARE)
        assert fact.value >= TIMES * fact.before
        assert fact.value - fact.before >= LEAST_MS
