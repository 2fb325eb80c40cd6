"""Row 13: which groups get an instance, and what an instance is."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.groups import group_of, instance, instance_id, narrowed, plan
from reliability_studio.domain.slo.indicators import (
    Compare,
    GaugeIndicator,
    LatencyIndicator,
    NativeLatencyIndicator,
    Over,
    Part,
    ProbeIndicator,
    QueryIndicator,
)
from reliability_studio.domain.slo.selector import Matcher, Op
from reliability_studio.domain.slo.spec import MAX_NAME, GroupBy
from reliability_studio.store.slo_document import from_document, to_document
from tests.domain.slo.world import ERRORS, TOTAL, definition

ROUTE = GroupBy(("route",), 2)


def test_the_largest_groups_get_an_instance_and_the_others_are_told():
    """The cap holds, and nothing above it is silent."""
    found = plan(ROUTE, {("/a",): 5.0, ("/b",): 50.0, ("/c",): 7.0}, {})
    assert (found.add, found.drop, found.left_out) == ((("/b",), ("/c",)), frozenset(), 1)


def test_a_louder_group_does_not_drive_a_watched_one_away():
    """History is not given up for noise; a place is free when nothing of a group is left."""
    kept = {("/a",): True, ("/b",): True}
    assert plan(ROUTE, {("/a",): 1.0, ("/new",): 1e9}, kept).add == ()
    gone = plan(ROUTE, {("/a",): 1.0, ("/new",): 1e9}, {("/a",): True, ("/b",): False})
    assert (gone.add, gone.drop) == ((("/new",),), frozenset({("/b",)}))


def test_an_ungrouped_slo_and_other_labels_drop_what_was_there():
    """Instances are of the labels that are asked for now."""
    ungrouped = plan(None, {("/b",): 1.0}, {("/a",): True})
    assert (ungrouped.drop, ungrouped.add, ungrouped.left_out) == ({("/a",)}, (), 0)
    found = plan(ROUTE, {("/a",): 1.0}, {("/a", "GET"): True})
    assert (found.drop, found.add) == ({("/a", "GET")}, (("/a",),))


_groups = st.dictionaries(st.tuples(st.text(max_size=2)), st.floats(0, 1e9), max_size=8)


@given(_groups, st.dictionaries(st.tuples(st.text(max_size=2)), st.booleans(), max_size=8), st.integers(1, 5))
def test_never_more_than_the_cap_and_every_group_is_somewhere(seen, kept, most):
    """Kept, added or told as left out: no group that exists is forgotten."""
    found = plan(GroupBy(("route",), most), seen, kept)
    watched = (set(kept) - found.drop) | set(found.add)
    assert len(watched) <= most
    assert len(set(seen) - watched) == found.left_out
    assert not set(found.add) & set(kept)


@pytest.mark.parametrize(
    "indicator",
    [
        LatencyIndicator(TOTAL, Decimal("0.3")),
        NativeLatencyIndicator(TOTAL, Decimal("0.3")),
        ProbeIndicator(TOTAL),
        GaugeIndicator(TOTAL, Over.MAX, Compare.BELOW, Decimal(1)),
        definition().indicator,
    ],
)
def test_an_instance_has_one_more_condition_on_every_selector(indicator):
    """A label that a series lacks is an empty one."""
    text = repr(narrowed(indicator, {"route": "/a", "zone": ""}))
    selectors = 2 if indicator == definition().indicator else 1
    for name, value in (("route", "/a"), ("zone", "")):
        assert text.count(repr(Matcher(name, Op.EQUAL, value))) == selectors


def test_an_instance_is_named_and_labelled_by_its_group():
    """Alerts can be routed by the group; two long values do not become one name."""
    whole = definition(group_by=ROUTE, labels={"team": "a"})
    one = instance(whole, {"route": "/a"})
    assert (one.name, one.labels, one.group_by) == (
        "availability [route=/a]",
        {"team": "a", "route": "/a"},
        None,
    )
    names = {instance(whole, {"route": "/" + "x" * 300 + end}).name for end in "ab"}
    assert len(names) == 2
    assert all(len(name) == MAX_NAME for name in names)
    fits = "x" * (MAX_NAME - len("availability [route=]"))
    assert instance(whole, {"route": fits}).name == f"availability [route={fits}]"
    assert instance_id("w", ("a", "b")) != instance_id("w", ("ab", ""))
    assert group_of({"b": "2"}, ("a", "b")) == ("", "2")


@pytest.mark.parametrize(
    ("labels", "most", "path"),
    [
        ((), 1, "$.groupBy"),
        (("a", "a"), 1, "$.groupBy"),
        (("le",), 1, "$.groupBy"),
        (("__name__",), 1, "$.groupBy"),
        (("a-b",), 1, "$.groupBy"),
        (("a",), 0, "$.maxGroups"),
        (("a",), 501, "$.maxGroups"),
    ],
)
def test_bad_groupings_are_refused_by_the_field(labels, most, path):
    """A histogram's bound is no group."""
    with pytest.raises(BadSpec) as told:
        GroupBy(labels, most)
    assert told.value.path == path


def test_a_query_of_ones_own_is_grouped_by_its_answers():
    """Nothing is put into what somebody wrote: which series are meant stands beside it."""
    whole = definition(group_by=ROUTE, indicator=QueryIndicator("a[$window]", "b[$window]", Part.BAD))
    one = instance(whole, {"route": "/a"})
    assert (one.indicator.total, one.indicator.part) == ("a[$window]", "b[$window]")
    assert one.indicator.only == (Matcher("route", Op.EQUAL, "/a"),)
    assert from_document(to_document(one)) == one
    assert ERRORS != TOTAL
