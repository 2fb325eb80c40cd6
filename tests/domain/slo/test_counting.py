"""Counters become events: resets, new series, relabels, gaps; and sums that add up (W3, W18, W19)."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.slo.counters import (
    Doubt,
    Member,
    Memory,
    Seen,
    counter_value,
    identity,
    largest,
    target_of,
)
from reliability_studio.domain.slo.counting import KEEP_S, count
from reliability_studio.domain.slo.indicators import Part
from reliability_studio.domain.slo.reading import Role, reading
from tests.domain.slo.world import RATIO

READING = reading(RATIO)
BOTH = Role.TOTAL | Role.PART
EMPTY = Memory()
OK, BAD, OTHER = 1, 2, 3
MEMBERS = {OK: Member(10, Role.TOTAL), BAD: Member(10, BOTH), OTHER: Member(20, Role.TOTAL)}


def run(*values, memory=EMPTY, step_s=60, start=60, members=MEMBERS):
    snapshots = [(start + number * step_s, each) for number, each in enumerate(values)]
    return count(memory, members, snapshots, step_s=step_s, reading=READING)


def test_the_first_snapshot_only_sets_the_zero():
    """Nobody knows when its events happened."""
    [first], _ = run({OK: 100})
    assert (first.doubt, first.total) == (Doubt.FIRST, 0)


def test_a_plain_difference_counts_by_role():
    """Errors are a part of the total."""
    found, _ = run({OK: 100, BAD: 5}, {OK: 190, BAD: 15})
    assert (found[1].bad, found[1].total, found[1].doubt) == (10, 100, Doubt.NONE)


def test_w3_a_restarted_counter_counts_from_its_new_value_series_by_series():
    """W3: the other pod's events are not lost in a sum."""
    found, _ = run({OK: 1000, OTHER: 1000}, {OK: 7, OTHER: 1010})
    assert (found[1].total, found[1].resets) == (17, 1)


def test_w19_the_first_error_of_a_service_counts():
    """W19: the error series is created by the error; its process was there before."""
    found, _ = run({OK: 100}, {OK: 200, BAD: 3})
    assert (found[1].bad, found[1].total, found[1].credited) == (3, 103, 3)


def test_a_new_process_counts_from_here_on():
    """Its counter may be hours old: nobody saw it start."""
    found, _ = run({OK: 100}, {OK: 110, OTHER: 5_000_000}, {OK: 120, OTHER: 5_000_007})
    assert [each.total for each in found] == [0, 10, 17]


def test_a_relabel_is_suspect_and_counts_nothing():
    """Rule 3: renamed series would add whole lifetimes."""
    members = {key: Member(10, Role.TOTAL) for key in range(1, 9)}
    old = [dict.fromkeys(range(1, 5), 1000 + 10 * minute) for minute in range(3)]
    new = dict.fromkeys(range(5, 9), 100_000)
    found, memory = run(*old, new, {key: value + 10 for key, value in new.items()}, members=members)
    assert found[3].doubt is Doubt.SUSPECT
    assert found[3].total == 0
    assert (found[4].total, found[4].doubt) == (40, Doubt.NONE)
    assert memory.at == 60 * 5


def test_no_series_of_the_total_is_a_gap_and_no_zero():
    """W20: absence is not health; the events land where the series is seen again."""
    found, _ = run({OK: 100}, {}, {OK: 130})
    assert [each.doubt for each in found] == [Doubt.FIRST, Doubt.ABSENT, Doubt.NONE]
    assert found[2].total == 30


def test_missing_errors_are_no_errors():
    """Only the total says whether anything was measured."""
    found, _ = run({OK: 100}, {OK: 130})
    assert (found[1].bad, found[1].doubt) == (0, Doubt.NONE)


def test_what_was_remembered_goes_on_after_a_restart_without_a_seam():
    """Two runs give what one gives."""
    values = [{OK: 100 * n, BAD: 3 * n} for n in range(1, 7)]
    whole, _ = run(*values)
    first, memory = run(*values[:3])
    second, _ = run(*values[3:], memory=memory, start=60 + 3 * 60)
    assert [*first, *second] == whole


def test_series_that_are_gone_for_a_day_are_forgotten():
    """Memory has a bound: the churn of pods does not grow it."""
    _, memory = run({OK: 1, OTHER: 1})
    _, later = run({OK: 2}, memory=memory, start=60 + KEEP_S + 60)
    assert set(later.series) == {OK}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -1.0])
def test_p8_what_no_counter_can_be_is_dropped(value):
    """NaN never reaches the store."""
    assert counter_value(value) is None


def test_one_value_per_series_the_newer_one():
    """An upgrade respells `le`; for a while both spellings are there."""
    assert largest([(1, 5), (2, 1), (1, 7)]) == {1: 7, 2: 1}


def test_identities_do_not_depend_on_the_order_of_labels():
    """And differ by every part."""
    assert identity({"a": "1", "b": "2"}) == identity({"b": "2", "a": "1"})
    assert len({identity({"a": "12"}), identity({"a": "1", "2": ""}), identity({"a": "12"}, "x")}) == 3


def test_the_pod_stands_in_for_a_dropped_instance():
    """Series of one pod belong together even when relabelling dropped `instance`."""
    assert target_of({"job": "a", "pod": "p", "code": "200"}) == target_of({"job": "a", "pod": "p"})
    assert target_of({"job": "a", "instance": "i", "pod": "p"}) == target_of({"job": "a", "instance": "i"})
    assert target_of({"job": "a", "pod": "p"}) != target_of({"job": "a", "pod": "q"})


STEPS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5), st.booleans()), min_size=2, max_size=40)


@given(STEPS, st.data())
def test_counting_is_additive_monotone_and_bad_is_within_total(steps, data):
    """W18: C(end) - C(start) whatever the partition; resets lose nothing that was seen."""
    ok = bad = 0
    values, truth = [], []
    for good, wrong, reset in steps:
        ok, bad = (0, 0) if reset else (ok, bad)
        ok, bad = ok + good, bad + wrong
        values.append({OK: ok, BAD: bad})
    whole, _ = run(*values)
    for each in whole[1:]:
        assert 0 <= each.bad <= each.total
        truth.append((each.bad, each.total))
    cut = data.draw(st.integers(1, len(values)))
    first, memory = run(*values[:cut])
    second, _ = run(*values[cut:], memory=memory, start=60 + cut * 60)
    assert [(c.bad, c.total) for c in [*first, *second][1:]] == truth


def test_a_process_that_has_just_started_counts_whole_and_an_older_one_from_here_on():
    """Rule 2: it has no more events than its siblings count in three buckets; with more it ran before."""
    many = [{OK: 1000 * minute} for minute in range(1, 40)]
    young, _ = run(*many, {OK: 40_000, OTHER: 2700})
    old, _ = run(*many, {OK: 40_000, OTHER: 3100})
    assert (young[-1].total, young[-1].credited) == (3700, 2700)
    assert (old[-1].total, old[-1].credited) == (1000, 0)


def test_a_young_process_is_judged_by_all_of_its_series_together():
    """Its errors count only if the process as a whole has just started."""
    members = {**MEMBERS, 4: Member(20, BOTH)}
    many = [{OK: 1000 * minute} for minute in range(1, 40)]
    old, _ = run(*many, {OK: 40_000, OTHER: 2900, 4: 300}, members=members)
    young, _ = run(*many, {OK: 40_000, OTHER: 2500, 4: 200}, members=members)
    assert (old[-1].bad, old[-1].total) == (0, 1000)
    assert (young[-1].bad, young[-1].total) == (200, 3700)


@given(
    usual=st.integers(8, 2000),
    grown=st.floats(0.2, 2.5),
    share=st.floats(0, 1),
    gap=st.integers(0, 5),
)
def test_a_bad_version_counts_from_its_first_event_whenever_it_started(usual, grown, share, gap):
    """S3, rule 2: all processes are replaced at once; traffic may have grown meanwhile, or stopped before."""
    members = {key: Member(10 * key, BOTH if key in {2, 4} else Role.TOTAL) for key in range(1, 5)}
    before = [{1: usual * minute} for minute in range(1, 100)]
    events = int(usual * grown)
    bad = round(events * share)
    found, _ = run(*before, *[{}] * gap, {3: events - bad, 4: bad}, members=members | {4: Member(30, BOTH)})
    assert (found[-1].bad, found[-1].total) == (bad, events)


def test_a_service_that_is_hardly_asked_loses_no_first_events_of_a_new_process():
    """Rule 2: a request in ten minutes is none in the usual bucket."""
    seldom = [{OK: minute // 10} for minute in range(10, 100)]
    found, _ = run(*seldom, {OK: 9, OTHER: 3})
    assert found[-1].total == 3
    older, _ = run(*seldom, {OK: 9, OTHER: 4})
    assert older[-1].total == 0


def test_what_was_counted_before_a_reset_within_the_bucket_is_kept_when_its_peak_is_known():
    """Rule 1: 1000 → 1400, reset, 7. A peak of a counter that was not reset changes nothing."""
    snapshots = [(60, {OK: 1000, OTHER: 5}), (360, {OK: 7, OTHER: 9})]
    found, _ = count(
        EMPTY, MEMBERS, snapshots, step_s=300, reading=READING, peaks={360: {OK: 1400, OTHER: 500}}
    )
    assert (found[1].total, found[1].resets) == (407 + 4, 1)
    lower, _ = count(EMPTY, MEMBERS, snapshots, step_s=300, reading=READING, peaks={360: {OK: 3}})
    assert lower[1].total == 7 + 4


def restarted(*after, usual=1000):
    """A busy series and an error series that stood at 3, then a restart, as later snapshots show it."""
    before = [{OK: usual * minute, BAD: 3} for minute in range(1, 40)]
    found, memory = run(*before, *after)
    return [(each.bad, each.total) for each in found[len(before) :]], memory


def test_what_grew_in_the_bucket_of_a_restart_is_a_difference():
    """Rule 7: it may have grown before the restart; a guess would count what was counted already."""
    assert restarted({OK: 200, BAD: 5}, {OK: 900, BAD: 6})[0] == [(2, 202), (1, 701)]


def test_an_error_series_that_comes_back_after_a_restart_counts_whole():
    """Rule 7: it was away, or the snapshot looked back at its last sample; both times it is a new counter."""
    assert restarted({OK: 200}, {OK: 900, BAD: 3})[0] == [(0, 200), (3, 703)]
    assert restarted({OK: 200, BAD: 3}, {OK: 900, BAD: 4})[0] == [(0, 200), (4, 704)]


def test_what_stood_still_over_a_restart_of_another_process_behind_its_address_is_no_new_counter():
    """Rule 7: no look back is so long."""
    still = [{OK: 200 + 1000 * minute, BAD: 3} for minute in range(4)]
    assert restarted(*still, {OK: 4200, BAD: 4})[0][-1] == (1, 1001)


def test_a_large_counter_is_not_taken_for_one_that_was_reset_with_its_process():
    """Rule 7: the error of a wrong guess is never more than a bucket of one target."""
    assert restarted({OK: 200}, {OK: 900, BAD: 5000})[0][-1] == (4997, 700 + 4997)


def test_what_awaits_its_first_value_after_a_restart_is_remembered_from_run_to_run():
    """A bucket a minute: each is a run of its own."""
    _, memory = restarted({OK: 200})
    found, memory = run({OK: 900, BAD: 3}, memory=memory, start=memory.at + 60)
    assert (found[0].bad, memory.restarted) == (3, {})


def test_q1_what_is_not_good_is_bad():
    """Q1: a part of good events leaves the rest."""
    good = replace(READING, part_is=Part.GOOD)
    snapshots = [(60, {OK: 100, BAD: 5}), (120, {OK: 190, BAD: 15})]
    found, _ = count(EMPTY, MEMBERS, snapshots, step_s=60, reading=good)
    assert (found[1].bad, found[1].total) == (90, 100)


def test_q1_a_histogram_without_its_bucket_is_a_doubt_and_no_zero():
    """Q1: the total alone says nothing of a part that must be there."""
    needed = replace(READING, part_required=True)
    snapshots = [(60, {OK: 100, BAD: 5}), (120, {OK: 190}), (180, {OK: 200, BAD: 6})]
    found, _ = count(EMPTY, MEMBERS, snapshots, step_s=60, reading=needed)
    assert [each.doubt for each in found] == [Doubt.FIRST, Doubt.PART_MISSING, Doubt.NONE]


@pytest.mark.parametrize(("first", "total"), [(1480, 1000 + 1480), (1520, 1000)])
def test_q1_the_usual_of_a_target_is_its_share_of_all(first, total):
    """Q1, rule 2: two targets count 500 each; a third one with three times as many has started lately."""
    members = {1: Member(10, Role.TOTAL), 2: Member(20, Role.TOTAL), 3: Member(30, Role.TOTAL)}
    before = [{1: 500 * minute, 2: 500 * minute} for minute in range(1, 100)]
    found, _ = run(*before, {1: 50_000, 2: 50_000, 3: first}, members=members)
    assert (found[-1].total, found[-1].created) == (total, 1)


@pytest.mark.parametrize(("credited", "doubt"), [(2000, Doubt.NONE), (2001, Doubt.SUSPECT)])
def test_q1_new_series_may_bring_twenty_times_the_usual_and_no_more(credited, doubt):
    """Q1, rule 3: exactly at the bound it still counts."""
    before = [{OK: 100 * minute} for minute in range(1, 3)]
    found, _ = run(*before, {OK: 300, BAD: credited})
    assert found[-1].doubt is doubt


def test_q1_a_snapshot_of_other_series_alone_is_a_gap():
    """Q1, W20: errors without any total say nothing of the total, and no series at all neither."""
    members = {**MEMBERS, 4: Member(10, Role.PART)}
    found, memory = run({OK: 100, 4: 1}, {4: 2}, {}, members=members)
    assert [each.doubt for each in found] == [Doubt.FIRST, Doubt.ABSENT, Doubt.ABSENT]
    assert [(each.bad, each.total) for each in found] == [(0, 0)] * 3
    assert (memory.at, memory.series[OK].at, memory.series[4].at) == (180, 60, 120)


def test_q1_what_is_suspect_changes_nothing_of_what_is_usual():
    """Q1, rule 3: the next rename is measured by the same yardstick."""
    before = [{OK: 100 * minute} for minute in range(1, 20)]
    _, known = run(*before)
    _, after = run(*before, {OK: 1900, BAD: 5000})
    assert after.usual == known.usual


@pytest.mark.parametrize(("new", "doubt"), [(2, Doubt.SUSPECT), (1, Doubt.NONE)])
def test_q1_a_rename_is_half_of_the_series_or_more(new, doubt):
    """Q1, rule 3: two new ones of four are a rename, one of three is not."""
    members = {key: Member(10, Role.TOTAL) for key in range(1, 6)}
    before = [{1: 10 * minute, 2: 10 * minute} for minute in range(1, 20)]
    after = {1: 200, 2: 200, **dict.fromkeys(range(3, 3 + new), 100_000)}
    found, _ = run(*before, after, members=members)
    assert found[-1].doubt is doubt


@pytest.mark.parametrize(("events", "counted"), [(3000, 4000), (3001, 1000)])
def test_q1_a_young_process_has_at_most_what_is_usual_in_three_buckets(events, counted):
    """Q1, rule 2: exactly as many still count."""
    usual = Memory(60, {OK: Seen(1000, 60)}, MEMBERS, usual=16_000)
    found, _ = run({OK: 2000, OTHER: events}, memory=usual, start=120)
    assert found[0].total == counted


def test_q1_a_series_of_yesterday_is_forgotten_to_the_second():
    """Q1: as old as a day is too old."""
    _, memory = run({OK: 1, OTHER: 1})
    _, just = run({OK: 2}, memory=memory, start=60 + KEEP_S - 1)
    _, old = run({OK: 2}, memory=memory, start=60 + KEEP_S)
    assert OTHER in just.series
    assert OTHER not in old.series


def test_q1_a_separate_error_series_that_was_reset_with_its_process_counts_as_a_part_only():
    """Q1, rule 7: it is no request of the total."""
    members = {OK: Member(10, Role.TOTAL), 4: Member(10, Role.PART)}
    before = [{OK: 1000 * minute, 4: 3} for minute in range(1, 40)]
    found, _ = run(*before, {OK: 200}, {OK: 900, 4: 3}, members=members)
    assert [(each.bad, each.total) for each in found[-2:]] == [(0, 200), (3, 700)]


@pytest.mark.parametrize(("value", "bad"), [(1000, 1000), (1001, 1001 - 3)])
def test_q1_what_was_reset_unseen_has_at_most_what_is_usual(value, bad):
    """Q1, rule 7: exactly as many as usual still count whole."""
    gone = Memory(60, {OK: Seen(200, 60), BAD: Seen(3, 0)}, MEMBERS, usual=16_000, restarted={BAD: 60})
    found, _ = run({OK: 900, BAD: value}, memory=gone, start=120)
    assert found[0].bad == bad


@pytest.mark.parametrize(("total", "counted"), [(500, 0), (499, 7)])
def test_q1_rule_6_a_share_is_computed_anew_only_if_its_total_did_not_fall(total, counted):
    """Q1: as many events as before are no reset; fewer are."""
    derived = replace(READING, derived=True)
    part, whole = ~5, 5
    members = {whole: Member(10, Role.TOTAL), part: Member(10, Role.PART)}
    snapshots = [(60, {whole: 500, part: 300}), (120, {whole: total, part: 7})]
    found, _ = count(EMPTY, members, snapshots, step_s=60, reading=derived)
    assert found[1].bad == counted


@pytest.mark.parametrize(("value", "whole"), [(0.0, 0), (0.4, 0), (0.6, 1), (2.0**52, 2**52)])
def test_q1_a_counter_is_a_whole_number(value, whole):
    """Q1: rounded once, so that differences add up."""
    assert counter_value(value) == whole


def test_q1_rule_6_a_share_whose_total_is_new_was_reset():
    """Q1: nobody knows what the total was before."""
    derived = replace(READING, derived=True)
    members = {5: Member(10, Role.TOTAL), ~5: Member(10, Role.PART)}
    snapshots = [(60, {~5: 300}), (120, {5: 15, ~5: 7})]
    found, _ = count(EMPTY, members, snapshots, step_s=60, reading=derived)
    assert (found[1].bad, found[1].resets) == (7, 1)


@pytest.mark.parametrize(("still", "bad"), [(3, 4), (4, 1)])
def test_q1_rule_7_a_snapshot_may_look_back_for_two_buckets(still, bad):
    """Q1: for two buckets after the restart the old value may be shown; later it is a value."""
    calm = [{OK: 200 + 1000 * minute, BAD: 3} for minute in range(still)]
    assert restarted(*calm, {OK: 200 + 1000 * still, BAD: 4})[0][-1][0] == bad


def test_q1_rule_2_separate_errors_do_not_make_a_process_older():
    """Q1: what has just started is told by the requests of its total alone."""
    members = {**MEMBERS, 4: Member(20, Role.PART)}
    usual = Memory(60, {OK: Seen(1000, 60)}, MEMBERS, usual=16_000)
    found, _ = run({OK: 2000, OTHER: 2900, 4: 300}, memory=usual, start=120, members=members)
    assert (found[0].bad, found[0].total) == (300, 3900)
