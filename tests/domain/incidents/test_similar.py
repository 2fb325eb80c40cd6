"""Which incidents are of one kind, and how rare the kind is."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reliability_studio.domain.incidents.similar import RARITY_WINDOW, Rarity, likeness, recurs, similar
from tests.support.records import NOON, an_incident

MINE = an_incident(1000)


def others(same: int, all_: int):
    """Earlier incidents, some of them of the same kind."""
    strange = {"title": "Search index is behind", "service": "search"}
    return [an_incident(n, **({} if n <= same else strange)) for n in range(1, all_ + 1)]


@pytest.mark.parametrize(
    ("same", "all_", "rarity"),
    [
        (0, 0, Rarity.NEVER_SEEN),
        (0, 100, Rarity.NEVER_SEEN),
        (1, 100, Rarity.RARE),
        (5, 100, Rarity.RARE),
        (6, 100, Rarity.OCCASIONAL),
        (19, 100, Rarity.OCCASIONAL),
        (20, 100, Rarity.FREQUENT),
        (1, 1, Rarity.FREQUENT),
    ],
)
def test_the_label_says_how_much_of_the_last_30_days_is_of_this_kind(same: int, all_: int, rarity: Rarity):
    """Row 79: at most 5 % is rare, from 20 % on it is frequent."""
    found = similar(MINE, others(same, all_), now=NOON)
    assert (found.rarity, found.recurrences) == (rarity, same)


def test_row_79_the_window_is_the_last_30_days_to_the_second():
    """What began exactly 30 days ago counts, what began before that does not, not even among all."""
    edge = an_incident(1, started=NOON - RARITY_WINDOW)
    older = an_incident(2, started=NOON - RARITY_WINDOW - timedelta(seconds=1))
    assert timedelta(days=30) == RARITY_WINDOW
    assert similar(MINE, [edge], now=NOON).recurrences == 1
    assert similar(MINE, [older], now=NOON).recurrences == 0
    # One of five is frequent; were the twenty older ones counted as well, it would be rare.
    strange = {"title": "Search index is behind", "service": "search"}
    recent = [an_incident(1), *(an_incident(n, **strange) for n in range(2, 6))]
    long_ago = [an_incident(n, started=older.started_at, **strange) for n in range(6, 26)]
    assert similar(MINE, [*recent, *long_ago], now=NOON).rarity is Rarity.FREQUENT


def test_what_is_older_and_what_is_a_drill_does_not_count():
    """Row 79: a drill is not shown either; an old incident is."""
    old = an_incident(1, started=NOON - 2 * RARITY_WINDOW)
    drill = replace(an_incident(2), drill=True)
    found = similar(MINE, [old, drill], now=NOON)
    assert (found.rarity, [one.incident.number for one in found.items]) == (Rarity.NEVER_SEEN, [1])


def test_row_79_an_incident_is_no_recurrence_of_itself():
    """Nor is it shown beside itself."""
    found = similar(MINE, [MINE], now=NOON)
    assert (found.rarity, found.items) == (Rarity.NEVER_SEEN, ())


@pytest.mark.parametrize(
    ("mine", "other", "kinds"),
    [
        ({}, {}, 1),
        ({}, {"title": "CHECKOUT answers, slowly!"}, 1),
        ({}, {"title": "Checkout answers"}, 2),
        ({}, {"service": "cart"}, 2),
        ({"group_key": "g"}, {"group_key": "g"}, 1),
        ({"group_key": "g"}, {"group_key": "g", "service": "cart"}, 1),
        ({"group_key": "g"}, {"group_key": "g", "title": "Disk is full"}, 2),
        ({"group_key": "g"}, {"group_key": "h"}, 2),
        ({"group_key": "g"}, {}, 2),
        ({}, {"group_key": "g"}, 2),
    ],
)
def test_row_79_what_a_kind_is(mine: dict[str, str], other: dict[str, str], kinds: int):
    """The same words of the title, and the same group of alerts or else the same service."""
    one, another = an_incident(1, **mine), an_incident(2, **other)
    assert recurs(one, another) is recurs(another, one) is (kinds == 1)


@pytest.mark.parametrize(
    ("other", "score", "agrees"),
    [
        ({"group_key": "g"}, 1.0, ("group", "service", "title")),
        ({}, 0.5, ("service", "title")),
        ({"title": "Disk is full", "group_key": "g"}, 0.7, ("group", "service")),
        ({"title": "Disk is full"}, 0.2, ("service",)),
        ({"service": "cart"}, 0.3, ("title",)),
        ({"service": "cart", "services": ("checkout",)}, 0.5, ("service", "title")),
        ({"service": "cart", "title": "Checkout answers slowly, slowly and wrongly today"}, 0.15, ("title",)),
        ({"service": "cart", "title": "Checkout answers nothing at all"}, 0.1, ()),
    ],
)
def test_row_78_how_much_two_incidents_have_in_common(other: dict[str, Any], score: float, agrees: tuple):
    """Group, service and words weigh 0.5, 0.2 and 0.3; half of the words are a title that agrees."""
    mine, another = replace(MINE, group_key="g"), an_incident(1, **other)
    for found in (likeness(mine, another), likeness(another, mine)):
        assert (found.score, found.agrees) == (score, agrees)


def test_row_78_incidents_of_no_group_have_no_group_in_common():
    """People opened them."""
    assert likeness(MINE, an_incident(1)).agrees == ("service", "title")


def test_row_78_the_best_come_first_the_newest_of_equals_and_only_so_many():
    """What has too little in common is not shown."""
    close = [replace(an_incident(n), group_key="g") for n in (1, 2)]
    some = [an_incident(n) for n in range(3, 15)]
    far = an_incident(20, title="Disk is full")
    found = similar(replace(MINE, group_key="g"), [*some, far, *close], now=NOON)
    assert [one.incident.number for one in found.items] == [2, 1, 14, 13, 12, 11, 10, 9, 8, 7]
    few = similar(replace(MINE, group_key="g"), [far, *close], now=NOON, limit=1)
    assert [one.incident.number for one in few.items] == [2]


def test_row_78_what_is_shown_has_at_least_so_much_in_common():
    """A service alone is too little; a group alone is enough."""
    mine = replace(MINE, group_key="g")
    assert similar(mine, [an_incident(1, title="Disk is full")], now=NOON).items == ()
    group = an_incident(1, title="Disk is full", service="cart", group_key="g")
    assert [one.score for one in similar(mine, [group], now=NOON).items] == [0.5]


def test_a_group_of_alerts_tells_kinds_apart():
    """Row 78: the same title of another group is no recurrence; what agrees is shown all the same."""
    mine = replace(MINE, group_key="service=checkout")
    other = replace(an_incident(1), group_key="service=cart")
    found = similar(mine, [other], now=NOON)
    assert (found.rarity, found.items[0].agrees) == (Rarity.NEVER_SEEN, ("service", "title"))
