"""Which incidents are of one kind, and how rare the kind is."""

from dataclasses import replace

import pytest

from reliability_studio.domain.incidents.similar import RARITY_WINDOW, Rarity, similar
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


def test_what_is_older_and_what_is_a_drill_does_not_count():
    """Row 79: a drill is not shown either; an old incident is."""
    old = an_incident(1, started=NOON - 2 * RARITY_WINDOW)
    drill = replace(an_incident(2), drill=True)
    found = similar(MINE, [old, drill], now=NOON)
    assert (found.rarity, [one.incident.number for one in found.items]) == (Rarity.NEVER_SEEN, [1])


def test_a_group_of_alerts_tells_kinds_apart():
    """Row 78: the same title of another group is no recurrence; what agrees is shown all the same."""
    mine = replace(MINE, group_key="service=checkout")
    other = replace(an_incident(1), group_key="service=cart")
    found = similar(mine, [other], now=NOON)
    assert (found.rarity, found.items[0].agrees) == (Rarity.NEVER_SEEN, ("service", "title"))
