"""The merge of two reports of one episode: order-independent, idempotent, resolved wins."""

import functools
import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.alerts import AlertEvent, AlertSource, fingerprint, merge
from tests.support.records import NOON, an_alert, minutes


@st.composite
def reports(draw: st.DrawFn) -> AlertEvent:
    """Any report of one episode."""
    return an_alert(
        source=draw(st.sampled_from(AlertSource)),
        ends_at=draw(st.none() | st.integers(0, 9).map(minutes)),
        annotations=draw(st.dictionaries(st.sampled_from("ab"), st.text(max_size=3), max_size=2)),
        received_at=draw(st.none() | st.integers(0, 9).map(minutes)),
        generator_url=draw(st.sampled_from(["", "http://a", "http://b"])),
    )


@given(st.lists(reports(), min_size=1, max_size=5))
def test_reports_merge_to_the_same_in_any_order(told: list[AlertEvent]) -> None:
    """Five reports of an episode say one thing, whatever the order of delivery."""
    merged = functools.reduce(merge, told)
    assert all(functools.reduce(merge, order) == merged for order in itertools.permutations(told))


@given(reports(), reports())
def test_a_repeated_report_changes_nothing(one: AlertEvent, other: AlertEvent) -> None:
    """Delivery is at least once."""
    merged = merge(one, other)
    assert merge(merged, other) == merge(merged, one) == merge(merged, merged) == merged


def test_resolved_wins_over_a_late_firing_duplicate() -> None:
    """An HA pair may send firing after resolved; of two ends the earlier is true."""
    over = an_alert(ends_at=minutes(5), received_at=minutes(5))
    late = an_alert(received_at=minutes(6))
    assert merge(over, late).ends_at == minutes(5)
    assert merge(over, replace(over, ends_at=minutes(7))).ends_at == minutes(5)


def test_reports_of_two_episodes_do_not_merge() -> None:
    """The same fingerprint with a new start is a re-fire."""
    with pytest.raises(ValueError, match="same episode"):
        merge(an_alert(), an_alert(starts_at=NOON + timedelta(seconds=1)))


def test_a_fingerprint_does_not_depend_on_the_order_of_labels() -> None:
    """And differs when a value moves into another label."""
    assert fingerprint({"a": "1", "b": "2"}) == fingerprint({"b": "2", "a": "1"})
    assert fingerprint({"a": "12", "b": ""}) != fingerprint({"a": "1", "b": "2"})


def test_an_alert_without_a_name_is_called_by_what_it_says() -> None:
    """The label, else the summary, else that it has none."""
    named = an_alert("Slow")
    assert named.name == "Slow"
    assert replace(named, labels={}).name == "it is slow"
    assert replace(named, labels={"alertname": ""}, annotations={}).name == "unnamed alert"


def test_two_reports_were_heard_when_the_later_one_came() -> None:
    """One that nobody dated does not take that away, and whoever is dated last says the rest."""
    early = replace(an_alert(), annotations={"summary": "z"}, received_at=minutes(1))
    late = replace(early, annotations={"summary": "a"}, received_at=minutes(2))
    never = replace(early, annotations={"summary": "zz"}, received_at=None)
    assert merge(early, late) == merge(late, early) == late
    assert merge(early, never) == merge(never, early) == early
    assert merge(never, never).received_at is None
    over = replace(early, ends_at=minutes(9))
    assert (over.resolved, early.resolved) == (True, False)


def test_the_hash_of_labels_has_sixteen_digits() -> None:
    """As Alertmanager's own."""
    assert len(fingerprint({"a": "b"})) == 16
