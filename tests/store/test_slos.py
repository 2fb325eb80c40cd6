"""SLOs in both databases: definitions come back equal, buckets count once, old chunks go."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from reliability_studio.domain.slo.alerting import AlertState
from reliability_studio.domain.slo.cells import Cell, Chunk, Tier
from reliability_studio.domain.slo.conditions import Condition, Judgement
from reliability_studio.domain.slo.counters import Member, Memory, Seen
from reliability_studio.domain.slo.goals import Calendar, CalendarUnit, Objective
from reliability_studio.domain.slo.groups import instance
from reliability_studio.domain.slo.indicators import LatencyIndicator
from reliability_studio.domain.slo.ledger import Ledger
from reliability_studio.domain.slo.measure import evaluate
from reliability_studio.domain.slo.policy import Severity
from reliability_studio.domain.slo.reading import Role
from reliability_studio.domain.slo.selector import Matcher, Op, Selector
from reliability_studio.domain.slo.spec import GroupBy, RatioTimeslices, Timeslices
from reliability_studio.domain.slo.standing import Standing
from reliability_studio.domain.slo.watching import MAIN, Watch
from reliability_studio.domain.slo.windows import DAY, HOUR
from reliability_studio.errors import Conflict, StaleWrite, StoreError
from reliability_studio.store import slos as rows
from reliability_studio.store.slo_chunks import chunk, chunks, prune, put_chunks
from reliability_studio.store.slo_document import unpack_memory
from tests.domain.slo.world import definition, slo

BASE = 1_700_000_000 // DAY * DAY
BUCKETS = Selector.of("rt_bucket", [Matcher("path", Op.MATCHES, 'a"\\b|ü')])
MEMORY = Memory(
    BASE,
    {-(2**63): Seen(2**40, BASE - 60), 7: Seen(0, BASE)},
    {-(2**63): Member(5, Role.TOTAL), 7: Member(-5, Role.TOTAL | Role.PART)},
    160,
    {7: BASE - 60},
)


async def put_state(connection, slo, *, before, as_of, standing, memory):
    """Whether one state was written."""
    state = rows.State(slo, before, as_of, standing, memory)
    return await rows.put_states(connection, [state]) == {slo.id}


def standing():
    """With numbers in every field."""
    ledger = Ledger(BASE, keep_s=DAY)
    ledger.append(Cell(BASE + n * 60, n % 3, 10, 60) for n in range(1, 200))
    return Standing(
        measurement=evaluate(definition("99.999"), ledger),
        watches={
            MAIN: Watch(
                (Condition("page-quick", Severity.PAGE, Judgement.HOLDS, "burns"),),
                AlertState(BASE, "page-quick", "page", reported=False),
            ),
            "99%, rolling 7d": Watch(),
        },
        calculated_at=BASE + 5,
        failed_at=BASE + 6,
        failure="broken",
        queries=("up",),
        backfilled_to=BASE,
    )


@pytest.mark.parametrize(
    "what",
    [
        definition(
            "99.9", labels={"team": "ä", "a": ""}, owner="core", editors=("ann",), description="x" * 5000
        ),
        definition("99.99999", budgeting=Timeslices(300, Objective.percent("95"))),
        definition("50", window=Calendar(CalendarUnit.QUARTER, "Europe/Berlin")),
        definition("1", indicator=LatencyIndicator(BUCKETS, Decimal("0.30")), budgeting=RatioTimeslices(60)),
    ],
)
async def test_a_definition_comes_back_equal(database, what):
    """S1, S10: exact decimals, matchers, zones."""
    kept = replace(slo(), definition=what)
    async with database.writing() as connection:
        await rows.add(connection, kept)
    async with database.reading() as connection:
        assert await rows.get(connection, 1, kept.id) == kept
        assert await rows.every(connection, 1) == (kept,)
        assert await rows.get(connection, 2, kept.id) is None
        assert await rows.count(connection, 1) == 1


async def test_a_standing_and_a_memory_come_back_equal(database):
    """What counting needs after a restart, and what people see."""
    kept, state = slo(), standing()
    async with database.writing() as connection:
        await rows.add(connection, kept)
        assert await put_state(connection, kept, before=None, as_of=BASE, standing=state, memory=MEMORY)
    async with database.reading() as connection:
        assert await rows.standing(connection, kept) == rows.Kept(1, BASE, state)
        assert await rows.standings(connection, 1) == {kept.id: rows.Kept(1, BASE, state)}
        assert await rows.memory(connection, kept) == MEMORY
        assert await rows.standing(connection, replace(kept, generation=2)) is None
        assert await rows.memory(connection, replace(kept, generation=2)) == Memory()
    with pytest.raises(ValueError, match="cannot be read"):
        unpack_memory(b"nonsense")


async def test_only_one_writer_goes_on_from_a_moment(database):
    """No bucket counts twice, a deleted SLO counts no more, a new generation starts over."""
    kept = slo()
    state = {"standing": Standing(), "memory": Memory()}
    async with database.writing() as connection:
        assert not await put_state(connection, kept, before=None, as_of=60, **state)
        await rows.add(connection, kept)
        assert await put_state(connection, kept, before=None, as_of=60, **state)
        assert not await put_state(connection, kept, before=None, as_of=60, **state)
        assert not await put_state(connection, kept, before=0, as_of=120, **state)
        assert await put_state(connection, kept, before=60, as_of=120, **state)
        assert not await rows.put_standing(connection, kept, as_of=60, standing=Standing())
        assert await rows.put_standing(connection, kept, as_of=120, standing=standing())
        newer = await rows.save(connection, replace(kept, generation=2))
        assert not await put_state(connection, kept, before=120, as_of=180, **state)
        assert await put_state(connection, newer, before=None, as_of=180, **state)


async def test_of_many_states_only_those_that_go_on_are_written(database):
    """One that was overtaken, one whose SLO is gone and one that is new: each is judged by itself."""
    state = {"standing": standing(), "memory": MEMORY}
    kept, late, new, gone = (
        replace(slo(), id=name, definition=replace(slo().definition, name=name)) for name in "abcd"
    )
    async with database.writing() as connection:
        for each in (kept, late, new):
            await rows.add(connection, each)
        first = [rows.State(each, None, 60, **state) for each in (kept, late)]
        assert await rows.put_states(connection, first) == {kept.id, late.id}
        second = [
            rows.State(kept, 60, 120, **state),
            rows.State(late, 0, 120, **state),
            rows.State(new, None, 120, **state),
            rows.State(gone, None, 120, **state),
        ]
        assert await rows.put_states(connection, second) == {kept.id, new.id}
        assert await rows.put_states(connection, []) == frozenset()
    async with database.reading() as connection:
        found = await rows.standings(connection, 1)
    assert {slo_id: each.as_of for slo_id, each in found.items()} == {kept.id: 120, late.id: 60, new.id: 120}


async def test_edits_of_an_old_version_and_taken_names_are_refused(database):
    """Optimistic concurrency, and one name per service."""
    kept = slo()
    other = replace(kept, id="s2", definition=replace(kept.definition, name="other"))
    async with database.writing() as connection:
        await rows.add(connection, kept)
        await rows.add(connection, other)
        saved = await rows.save(connection, replace(kept, updated_by="bob"))
        assert saved.version == 2
        with pytest.raises(StaleWrite) as caught:
            await rows.save(connection, kept)
        assert caught.value.current == 2
        with pytest.raises(Conflict):
            await rows.save(connection, replace(other, definition=kept.definition))
        with pytest.raises(Conflict):
            await rows.add(connection, replace(kept, id="s3"))
        await rows.add(connection, replace(kept, id="s4", org_id=2))


async def test_chunks_are_found_by_time_and_replaced_in_place(database):
    """Every tier; the newest writing wins."""
    kept = slo()
    hours = [Chunk(Tier.MINUTE, BASE + n * HOUR, (Cell(BASE + n * HOUR + 60, n, 9, 60),)) for n in range(300)]
    async with database.writing() as connection:
        await rows.add(connection, kept)
        await put_chunks(connection, [(kept, each) for each in hours])
        newer = Chunk(Tier.MINUTE, BASE, (Cell(BASE + 120, 5, 9, 60),))
        await put_chunks(connection, [(kept, newer)])
    async with database.reading() as connection:
        found = await chunks(connection, kept, Tier.MINUTE, BASE + 30, BASE + 2 * HOUR)
        assert found == [newer, hours[1]]
        assert await chunk(connection, kept, Tier.MINUTE, BASE + HOUR) == hours[1]
        assert await chunk(connection, kept, Tier.FIVE, BASE) is None
        assert await chunks(connection, kept, Tier.DAY, 0, 2 * BASE) == []


async def test_old_chunks_and_old_generations_go_and_days_stay_for_ever(database):
    """Retention: 8 days of minutes, 95 of five minutes, 400 of hours."""
    kept = slo()
    async with database.writing() as connection:
        await rows.add(connection, kept)
        for tier in Tier:
            cells = (Cell(BASE + int(tier), 1, 2, int(tier)),)
            await put_chunks(connection, [(kept, Chunk(tier, BASE, cells))])
        assert await prune(connection, BASE + 5 * DAY) == 0
        assert await prune(connection, BASE + 9 * DAY) == 1
        assert await prune(connection, BASE + 2000 * DAY) == 2
        assert await chunk(connection, kept, Tier.DAY, BASE) is not None
        await rows.save(connection, replace(kept, generation=2))
        assert await prune(connection, BASE) == 1


async def test_deleting_takes_everything(database):
    """No orphans."""
    kept = slo()
    async with database.writing() as connection:
        await rows.add(connection, kept)
        await put_state(connection, kept, before=None, as_of=BASE, standing=Standing(), memory=MEMORY)
        await put_chunks(connection, [(kept, Chunk(Tier.DAY, BASE, (Cell(BASE + DAY, 1, 2, DAY),)))])
        assert not await rows.remove(connection, 2, kept.id)
        assert await rows.remove(connection, 1, kept.id)
        assert not await rows.remove(connection, 1, kept.id)
        assert await rows.standings(connection, 1) == {}
        assert await chunk(connection, kept, Tier.DAY, BASE) is None


async def test_chunks_of_no_slo_are_refused(database):
    """Foreign keys hold on both databases."""
    chunk = Chunk(Tier.DAY, BASE, (Cell(BASE + DAY, 1, 2, DAY),))
    with pytest.raises(StoreError):
        async with database.writing() as connection:
            await put_chunks(connection, [(slo(), chunk)])
    assert datetime.fromtimestamp(BASE, UTC).hour == 0


async def test_row_13_groups_are_found_by_their_whole_and_hidden_from_lists(database):
    """Both databases: an instance comes back equal, and is in no list that does not ask for it."""
    whole = replace(slo(), id="0a", definition=definition(group_by=GroupBy(("zone", "a"), 7)))
    group = {"a": "1", "zone": "ü"}
    one = replace(slo(), id="0a-1f", whole_id="0a", group=group, definition=instance(whole.definition, group))
    other = replace(slo(), id="0ab", definition=replace(definition(), name="other"))
    async with database.writing() as connection:
        for each in (whole, one, other):
            await rows.add(connection, each)
    async with database.reading() as connection:
        assert await rows.instances(connection, whole) == (one,)
        assert await rows.instances(connection, other) == ()
        assert {each.id for each in await rows.every(connection, 1)} == {"0a", "0ab"}
        assert len(await rows.every(connection, 1, groups=True)) == 3
        assert await rows.instance_counts(connection, 1) == {"0a": 1}
        assert await rows.get(connection, 1, "0a") == whole
