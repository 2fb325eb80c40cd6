"""Slo-features rows 14 and 15: several SLOs as one, exactly as their own counts say."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.slo.cells import Cell
from reliability_studio.domain.slo.composite import Member, Together
from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.goals import Objective
from reliability_studio.domain.slo.indicators import Combine, CompositeIndicator, MemberSlo
from reliability_studio.domain.slo.ledger import Ledger
from reliability_studio.domain.slo.measure import Reason, evaluate
from reliability_studio.domain.slo.spec import GroupBy, Timeslices
from reliability_studio.domain.slo.windows import DAY
from reliability_studio.store.slo_document import from_document, to_document
from tests.domain.slo.world import definition

BASE = 1_700_000_000 // DAY * DAY
HOUR = 3600

counts = st.integers(0, 300).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))
histories = st.lists(st.lists(counts, min_size=8, max_size=8), min_size=1, max_size=4)
weights = st.lists(st.integers(1, 5000), min_size=4, max_size=4)


def ledger(minutes, *, start=BASE):
    made = Ledger(start, keep_s=40 * DAY)
    cells = [Cell(start + n * 60, bad, total, 60) for n, (bad, total) in enumerate(minutes, 1)]
    made.append(cells)
    return made


def joined(of, weight=(1000,) * 10, combine=Combine.MEAN):
    members = [
        Member(f"slo-{at}", definition(), each, w)
        for at, (each, w) in enumerate(zip(of, weight, strict=False))
    ]
    return Together(members, combine)


@given(histories, st.lists(st.integers(0, 8), min_size=3, max_size=3))
def test_pooled_events_are_all_events_and_add_up(of, moments):
    """Law: the sum of the members, and of any partition of the time."""
    a, b, c = (BASE + 60 * n for n in sorted(moments))
    whole = joined([ledger(each) for each in of], combine=Combine.POOLED)
    parts = [whole.sums(a, b), whole.sums(b, c)]
    sums = whole.sums(a, c)
    assert (sums.bad, sums.total) == (sum(p.bad for p in parts), sum(p.total for p in parts))
    every = [each.sums(a, c) for each in (ledger(minutes) for minutes in of)]
    assert (sums.bad, sums.total) == (sum(e.bad for e in every), sum(e.total for e in every))


@given(histories, weights)
def test_the_mean_is_the_weighted_mean_of_the_slis_over_the_window(of, weight):
    """2.8: SLI = sum(w*SLI)/sum(w), each over the whole window; no mean of slices, no pooled ratio."""
    whole = joined([ledger(each) for each in of], weight)
    end = BASE + 8 * 60
    sums = whole.sums(BASE, end)
    known = [
        (w, Fraction(sum(b for b, _ in each), sum(n for _, n in each)))
        for each, w in zip(of, weight, strict=False)
        if sum(n for _, n in each)
    ]
    if not known:
        assert (sums.bad, sums.total) == (0, 0)
        return
    bad = sum(w * share for w, share in known) / sum(w for w, _ in known)
    assert abs(Fraction(sums.bad, sums.total) - bad) <= Fraction(1, 2 * sums.total)
    assert 0 <= sums.bad <= sums.total


@given(histories, weights)
def test_the_worst_is_the_lowest_sli_whatever_the_others_reach(of, weight):
    """2.8, option `worst`: min SLI of the members with events; weights and traffic mean nothing."""
    whole = joined([ledger(each) for each in of], weight, Combine.WORST)
    end = BASE + 8 * 60
    sums = whole.sums(BASE, end)
    shares = [
        Fraction(sum(b for b, _ in each), sum(n for _, n in each)) for each in of if sum(n for _, n in each)
    ]
    if not shares:
        assert (sums.bad, sums.total) == (0, 0)
        return
    assert abs(Fraction(sums.bad, sums.total) - max(shares)) <= Fraction(1, 2 * sums.total)
    decides = [each for each in whole.shares(BASE, end) if each.weight]
    assert len(decides) == 1
    assert decides[0].sli == pytest.approx(float(1 - max(shares)))


@pytest.mark.parametrize("combine", [Combine.MEAN, Combine.WORST])
def test_the_parts_of_a_window_add_up_however_much_of_it_lies_before_the_first_measurement(combine):
    """Slo-features row 72: what an incident takes is a share of what the window has spent."""
    whole = joined([ledger([(0, 100)] * 90 + [(50, 100)] * 30)], combine=combine)
    end = BASE + 2 * HOUR
    incident = whole.sums(end - HOUR // 2, end)
    for start in (BASE, BASE - 22 * HOUR, BASE - 30 * DAY):
        window = whole.sums(start, end)
        assert (window.bad, window.total) == (incident.bad, 4 * incident.total)


def test_the_worst_member_may_be_another_one_in_every_window():
    """A burn of now is that of the member that burns now, not of the one that is the worst of the month."""
    early = ledger([(50, 100)] * 60 + [(0, 100)] * 60)
    late = ledger([(0, 100)] * 60 + [(10, 100)] * 60)
    whole = joined([early, late], combine=Combine.WORST)
    hours = [(BASE, BASE + HOUR), (BASE + HOUR, BASE + 2 * HOUR), (BASE, BASE + 2 * HOUR)]
    found = [whole.sums(*each) for each in hours]
    assert [each.bad / each.total for each in found] == [0.5, 0.1, 0.25]
    assert [[share.weight for share in whole.shares(*each)] for each in hours] == [[1, 0], [0, 1], [1, 0]]


@given(histories, weights, st.sampled_from(Combine))
def test_what_members_weigh_and_have_spent_is_the_whole(of, weight, combine):
    """Shares of weight and of what is bad add up to one, or there is none."""
    shares = joined([ledger(each) for each in of], weight, combine).shares(BASE, BASE + 480)
    assert sum(each.weight for each in shares) == pytest.approx(1) or not any(e.counts.total for e in shares)
    spent = [each.spent for each in shares if each.spent is not None]
    assert not spent or sum(spent) == pytest.approx(1)


def test_a_member_that_was_not_measured_is_never_passed_over():
    """Coverage is that of the one of which least is known; one that never was measured leaves no data."""
    good = ledger([(0, 100)] * 60)
    gaps = Ledger(BASE, keep_s=40 * DAY)
    gaps.append([Cell(BASE + n * 60, 0, 100, 60 if n <= 30 else 0) for n in range(1, 61)])
    found = evaluate(definition(), joined([good, gaps]))
    assert found.window.coverage == pytest.approx(0.5)
    assert found.verdict.reason is Reason.LOW_COVERAGE
    never = Ledger(BASE, keep_s=40 * DAY)
    never.append([Cell(BASE + 3600, 0, 0, 0)])
    assert evaluate(definition(), joined([good, never])).verdict.reason is Reason.NEVER_MEASURED


def test_a_weight_counts_whatever_the_traffic():
    """A small service that is down costs what its weight says; pooled it is hardly seen."""
    busy, small = ledger([(0, 10_000)] * 60), ledger([(10, 10)] * 60)
    mean = evaluate(definition(), joined([busy, small], (3000, 1000)))
    assert mean.window.sli == 0.75
    pooled = evaluate(definition(), joined([busy, small], combine=Combine.POOLED))
    assert pooled.window.sli == pytest.approx(1 - 10 / 10_010)
    first, second = joined([busy, small], (3000, 1000)).shares(BASE, BASE + 3600)
    assert (first.weight, second.weight, first.spent, second.spent) == (0.75, 0.25, 0.0, 1.0)


def test_a_composite_names_what_is_wrong_with_its_members():
    """The field is named; nothing can be a member twice, weigh nothing or be grouped."""
    for members, path in (
        ((), "$.indicator.members"),
        ((MemberSlo("a"), MemberSlo("a")), "$.indicator.members[1].sloId"),
        ((MemberSlo("a", Decimal(0)),), "$.indicator.members[0].weight"),
        ((MemberSlo("a", Decimal("0.0001")),), "$.indicator.members[0].weight"),
    ):
        with pytest.raises(BadSpec) as refused:
            CompositeIndicator(members)
        assert refused.value.path == path
    composite = CompositeIndicator((MemberSlo("a", Decimal("2.5")), MemberSlo("b")), Combine.POOLED)
    what = replace(definition(), indicator=composite)
    assert from_document(to_document(what)) == what
    with pytest.raises(BadSpec, match="occurrences"):
        replace(what, budgeting=Timeslices(60, Objective.percent("95")))
    with pytest.raises(BadSpec, match="no series"):
        replace(what, group_by=GroupBy(("pod",)))
