"""Any window equals the sum of its buckets, bit for bit, as a Polars pyramid over the same buckets has it."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.slo.cells import (
    Cell,
    Chunk,
    Tier,
    chunk_start,
    chunked,
    merged,
    pack,
    rolled,
    unpack,
)
from reliability_studio.domain.slo.ledger import KEEP_FIVES_S, KEEP_MINUTES_S, Ledger

HOUR, DAY = 3600, 86_400
BASE = 1_700_000_000 // DAY * DAY


@st.composite
def minutes(draw, most=3000):
    """Cells by the minute with gaps, oldest first, after BASE."""
    size = draw(st.integers(1, most))
    seed = draw(st.integers(0, 2**31))
    state, cells = seed, []
    for number in range(1, size + 1):
        state = (state * 1_103_515_245 + 12_345) & 0x7FFFFFFF
        if state % 11 == 0:
            continue
        total = state % 1000
        cells.append(Cell(BASE + number * 60, total * (state % 7) // 7, total, 60))
    return cells


def pyramid(cells, start, end):
    """The reference: sums of the tiers 1 d, 1 h, 5 m, 1 m that tile `(start, end]`."""
    frame = pl.DataFrame(
        {
            "end": pl.Series([c.end for c in cells], dtype=pl.Int64),
            "bad": pl.Series([c.bad for c in cells], dtype=pl.Int64),
            "total": pl.Series([c.total for c in cells], dtype=pl.Int64),
            "covered": pl.Series([c.covered_s for c in cells], dtype=pl.Int64),
        }
    )
    sums = [0, 0, 0]
    pieces = []
    at = start
    while at < end:
        tier = next(t for t in reversed(Tier) if at % t == 0 and at + t <= end)
        pieces.append((at, at + tier, tier))
        at += tier
    for tier in Tier:
        level = frame.group_by(-(-pl.col("end") // int(tier)) * int(tier)).agg(
            pl.col("bad", "total", "covered").sum()
        )
        ends = [stop for _, stop, each in pieces if each is tier]
        part = level.filter(pl.col("end").is_in(ends)).select(pl.col("bad", "total", "covered").sum())
        sums = [a + b for a, b in zip(sums, part.row(0), strict=True)]
    return tuple(sums)


@given(minutes(), st.data())
def test_the_ledger_equals_the_pyramid_bit_for_bit(cells, data):
    """The fast path and the reference agree on every window that starts on the ledger's grid."""
    ledger = Ledger(BASE, keep_s=40 * DAY)
    ledger.append(cells)
    end = ledger.end
    back = data.draw(st.integers(0, (end - BASE) // 60)) * 60
    found = ledger.sums(end - back, end)
    assert found.start <= end - back
    assert (found.bad, found.total, found.covered_s) == pyramid(cells, found.start, end)


@given(minutes(400), st.data())
def test_windows_add_up_and_never_shrink_when_they_grow(cells, data):
    """W18: additivity and monotony by construction."""
    ledger = Ledger(BASE, keep_s=DAY)
    ledger.append(cells)
    points = sorted(data.draw(st.lists(st.integers(0, 400), min_size=3, max_size=3)))
    a, b, c = (BASE + point * 60 for point in points)
    left, right, whole = ledger.sums(a, b), ledger.sums(b, c), ledger.sums(a, c)
    assert (left.bad + right.bad, left.total + right.total) == (whole.bad, whole.total)
    assert whole.total >= right.total
    assert 0 <= whole.bad <= whole.total


@given(minutes(1000), st.integers(0, 16))
def test_history_in_front_changes_nothing_that_is_there(cells, hours):
    """Backfill order does not matter: newest first gives what oldest first gives."""
    cut = BASE + hours * HOUR
    whole = Ledger(BASE, keep_s=40 * DAY)
    whole.append(cells)
    if cut > whole.end:
        return
    late = Ledger(cut, keep_s=40 * DAY)
    late.append([c for c in cells if c.end > cut] or [])
    if late.end < whole.end:
        return
    before = late.sums(cut, late.end)
    late.prepend([c for c in cells if c.end <= cut], BASE)
    assert late.sums(cut, late.end) == before
    assert late.sums(BASE, late.end) == whole.sums(BASE, whole.end)
    assert late.first == whole.first


def test_old_minutes_are_forgotten_but_not_their_sums():
    """Memory is bounded by what windows need; the hour grid still has every event."""
    ledger = Ledger(BASE, keep_s=40 * DAY)
    ledger.append(Cell(BASE + n * 60, 1, 2, 60) for n in range(1, 10 * 1440 + 1))
    assert ledger.sums(BASE, ledger.end).total == 2 * 10 * 1440
    minute, five, _ = ledger._grids
    assert len(minute.bad) <= KEEP_MINUTES_S // 60 * 5 // 4 + 2
    assert len(five.bad) <= KEEP_FIVES_S // 300 * 5 // 4 + 2


def test_cells_that_do_not_follow_are_refused():
    """A bucket never counts twice."""
    ledger = Ledger(BASE, keep_s=DAY)
    ledger.append([Cell(BASE + 60, 0, 1, 60)])
    for wrong in (BASE + 60, BASE + 61, BASE):
        with pytest.raises(ValueError, match="does not follow"):
            ledger.append([Cell(wrong, 0, 1, 60)])
    with pytest.raises(ValueError, match="on the hour"):
        Ledger(BASE + 60, keep_s=DAY)


@given(minutes(800), st.sampled_from([Tier.FIVE, Tier.HOUR, Tier.DAY]))
def test_every_tier_gives_the_same_sum(cells, tier):
    """Rolling up is associative: 1 m → 5 m → 1 h → 1 d."""
    up = rolled(cells, tier)
    assert sum(c.total for c in up) == sum(c.total for c in cells)
    assert rolled(rolled(cells, Tier.FIVE), tier) == up


def test_days_are_kept_for_ever_and_hours_for_more_than_a_year():
    """Slo-features 74: daily rows of twelve months and more."""
    assert Tier.DAY.keep_s is None
    assert Tier.HOUR.keep_s is not None
    assert Tier.HOUR.keep_s > 366 * DAY


@given(minutes(600), st.sampled_from(Tier))
def test_chunks_come_back_as_they_were_packed(cells, tier):
    """Pack and unpack are inverse, whatever the counts."""
    for chunk in chunked(rolled(cells, tier), tier):
        assert unpack(pack(chunk), tier, chunk.start) == chunk
        assert all(chunk_start(tier, c.end) == chunk.start for c in chunk.cells)


@pytest.mark.parametrize("data", [b"", b"nonsense", b"x\x9c\x03\x00\x00\x00\x00\x01"[:6]])
def test_damaged_chunks_are_refused(data):
    """Not half read."""
    with pytest.raises(ValueError, match="cannot be read"):
        unpack(data, Tier.MINUTE, BASE)


def test_a_later_cell_replaces_the_earlier_one():
    """Counted anew is counted right."""
    old = Chunk(Tier.FIVE, BASE, (Cell(BASE + 300, 1, 5, 300), Cell(BASE + 600, 0, 5, 300)))
    new = Chunk(Tier.FIVE, BASE, (Cell(BASE + 600, 2, 9, 300),))
    assert merged(old, new).cells == (old.cells[0], new.cells[0])
    assert merged(None, new) == new


@given(minutes(900), st.integers(0, 60))
def test_row_83_going_back_and_counting_anew_is_as_if_it_had_been_right_at_once(cells, back):
    """Every grid, every sum, first and last: nothing is left of what was counted before."""
    kept = cells[: max(0, len(cells) - back)]
    moment = kept[-1].end if kept else BASE
    anew, at_once = Ledger(BASE, keep_s=DAY), Ledger(BASE, keep_s=DAY)
    anew.append(Cell(c.end, c.bad + 1, c.total + 5, 60) if c.end > moment else c for c in cells)
    anew.rewind(moment)
    assert (anew.end, anew.last) == (moment, kept[-1].end if kept else None)
    anew.append(c for c in cells if c.end > moment)
    at_once.append(cells)
    assert (anew.end, anew.first, anew.last) == (at_once.end, at_once.first, at_once.last)
    for start in range(BASE, at_once.end, 7 * 60):
        assert anew.sums(start, at_once.end) == at_once.sums(start, at_once.end)
    assert anew.recent(BASE, Tier.FIVE) == at_once.recent(BASE, Tier.FIVE)


def test_row_83_a_ledger_goes_back_only_where_it_knows_every_minute():
    """Behind the minutes, or between two of them, is no place to go on from."""
    ledger = Ledger(BASE, keep_s=DAY)
    ledger.append([Cell(BASE + 60, 1, 2, 60), Cell(BASE + 180, 1, 2, 60)])
    for moment in (BASE - 60, BASE + 90):
        with pytest.raises(ValueError, match="cannot go back"):
            ledger.rewind(moment)
    ledger.rewind(BASE + 240)
    assert ledger.end == BASE + 180
    ledger.rewind(BASE + 120)
    assert (ledger.end, ledger.last) == (BASE + 120, BASE + 60)
