"""Row 83: which buckets look as if their samples were late, and for how long they are asked for."""

import pytest

from reliability_studio.domain.slo.cells import Cell
from reliability_studio.domain.slo.counters import Memory, Seen
from reliability_studio.domain.slo.tail import (
    Checkpoint,
    doubtful_from,
    looks_late,
    still_needed,
)

BUSY = Memory(60, {1: Seen(5, 60), 2: Seen(7, 60), 3: Seen(1, 0)}, {}, usual=16)
IDLE = Memory(60, {1: Seen(5, 60), 2: Seen(7, 60)}, {}, usual=15)


@pytest.mark.parametrize(
    ("cell", "memory", "series", "late"),
    [
        (Cell(120, 0, 10, 60), BUSY, 2, False),
        (Cell(120, 0, 0, 0), BUSY, 2, True),
        (Cell(120, 0, 10, 60), BUSY, 1, True),
        (Cell(120, 0, 0, 60), BUSY, 2, True),
        (Cell(120, 0, 0, 60), IDLE, 2, False),
        (Cell(120, 3, 10, 0), BUSY, 2, True),
    ],
)
def test_a_bucket_looks_late_when_something_usual_is_missing(cell, memory, series, late):
    """A gap, fewer series than the snapshot before, no events where there usually are some."""
    assert looks_late(cell, memory, series) is late


def checkpoints(*late):
    return [Checkpoint(60 * number, Memory(), late=each) for number, each in enumerate(late)]


def test_counting_anew_begins_with_the_first_late_bucket_and_is_given_up_after_a_while():
    """Of counters."""
    tail = checkpoints(False, True, False)
    assert still_needed(tail, 180, 60, sampled=False) == tail[1:]
    assert still_needed(checkpoints(False, False), 120, 60, sampled=False) == []
    gives_up = 60 + 5 * 60
    assert still_needed(tail, gives_up, 60, sampled=False) == tail[1:]
    assert still_needed(tail, gives_up + 60, 60, sampled=False) == []


def test_answers_are_always_asked_for_again():
    """A query has no memory: what came late would be lost."""
    tail = checkpoints(*[False] * 6)
    assert still_needed(tail, 360, 60, sampled=True) == tail[-3:]


@pytest.mark.parametrize(
    ("cells", "since"),
    [
        ("mmm", None),
        ("mme", None),
        ("mgm", 60),
        ("meg", 60),
        ("meeg", 60),
        ("g", 0),
        ("eg", 0),
        ("m" + 9 * "e" + "g", 5 * 60),
        ("gmg", 0),
    ],
)
def test_a_doubt_begins_with_the_calm_before_the_gap(cells, since):
    """`m`easured, `e`mpty, `g`ap: still counters are part of the gap that follows, for a few buckets."""
    made = [
        Cell(60 * (number + 1), 0, int(kind == "m"), 0 if kind == "g" else 60)
        for number, kind in enumerate(cells)
    ]
    assert doubtful_from(made, 60) == since
