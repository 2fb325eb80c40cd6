"""Those who ask at the same time share one making; nobody gets what was begun before they asked."""

import asyncio

import pytest

from reliability_studio.store.sharing import Shared


class Making:
    """Makes numbers, one after the other, when let."""

    def __init__(self) -> None:
        self.begun = 0
        self.running = 0
        self.most = 0
        self.go = asyncio.Event()

    async def __call__(self) -> int:
        self.begun += 1
        mine = self.begun
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await self.go.wait()
        finally:
            self.running -= 1
        return mine


async def settled() -> None:
    """Let everything that can run do so."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_those_who_wait_share_the_next_making():
    """One for the first, one for all who came while it was made; never two at once."""
    shared, make = Shared[int](), Making()
    first = asyncio.ensure_future(shared.get(make))  # noqa: TID251 - the test decides when each begins
    await settled()
    rest = [asyncio.ensure_future(shared.get(make)) for _ in range(50)]  # noqa: TID251
    await settled()
    make.go.set()
    assert await first == 1
    assert {await each for each in rest} == {2}
    assert (make.begun, make.most) == (2, 1)


async def test_what_was_made_before_the_question_is_never_given():
    """After an answer, the next question is answered anew."""
    shared, make = Shared[int](), Making()
    make.go.set()
    assert [await shared.get(make) for _ in range(3)] == [1, 2, 3]


async def test_who_has_seen_the_same_mark_shares_a_making_that_has_begun():
    """Nothing changed since it began: it holds all that they know of. Others wait for the next."""
    shared, make = Shared[int](), Making()
    first = asyncio.ensure_future(shared.get(make, "a"))  # noqa: TID251
    await settled()
    same = [asyncio.ensure_future(shared.get(make, "a")) for _ in range(5)]  # noqa: TID251
    other = asyncio.ensure_future(shared.get(make, "b"))  # noqa: TID251
    unknown = asyncio.ensure_future(shared.get(make))  # noqa: TID251
    await settled()
    make.go.set()
    assert {await each for each in (first, *same)} == {1}
    assert {await other, await unknown} == {2}


async def test_a_mark_of_the_past_is_not_remembered():
    """A mark may come back (SQLite's counts commits of others); what was made is given to nobody later."""
    shared, make = Shared[int](), Making()
    make.go.set()
    assert [await shared.get(make, "a") for _ in range(2)] == [1, 2]


async def test_all_who_wait_go_on_at_once():
    """A loop that is busy takes long for a turn: a hundred callers must not need a hundred turns."""
    shared, make = Shared[int](), Making()
    callers = [asyncio.ensure_future(shared.get(make, "a")) for _ in range(100)]  # noqa: TID251
    await settled()
    make.go.set()
    turns = 0
    while not all(each.done() for each in callers):
        await asyncio.sleep(0)
        turns += 1
    assert turns < 10


async def test_an_error_is_for_its_own_caller_only():
    """The next in the queue makes it itself."""
    shared = Shared[str]()

    async def breaks() -> str:
        await asyncio.sleep(0)
        raise ZeroDivisionError

    async def works() -> str:
        await asyncio.sleep(0)
        return "made"

    results = await asyncio.gather(shared.get(breaks), shared.get(works), return_exceptions=True)  # noqa: TID251
    assert isinstance(results[0], ZeroDivisionError)
    assert results[1] == "made"


async def test_a_first_caller_who_leaves_does_not_take_the_others_along():
    """Cancelled while making: those who wait get one of their own."""
    shared, make = Shared[int](), Making()
    first = asyncio.ensure_future(shared.get(make))  # noqa: TID251
    await settled()
    second = asyncio.ensure_future(shared.get(make))  # noqa: TID251
    await settled()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    make.go.set()
    assert await second == 2
