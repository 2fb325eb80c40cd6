"""The lease in the store, on both databases."""

from reliability_studio.store import lease
from tests.support.records import minutes


async def test_one_holds_it_until_it_ends_or_is_given_back(database):
    """Prolonged by its holder, taken over when it is over, released by its holder only."""
    async with database.writing() as connection:
        assert await lease.acquire(connection, "jobs", "a", minutes(0), 60)
        assert not await lease.acquire(connection, "jobs", "b", minutes(0.5), 60)
        assert await lease.acquire(connection, "jobs", "a", minutes(0.5), 60)
        assert await lease.holder(connection, "jobs", minutes(1)) == "a"
        assert not await lease.acquire(connection, "jobs", "b", minutes(1), 60)
        assert await lease.acquire(connection, "jobs", "b", minutes(1.5), 60)
        assert await lease.holder(connection, "jobs", minutes(3)) is None
        assert not await lease.release(connection, "jobs", "a")
        assert await lease.release(connection, "jobs", "b")
        assert await lease.acquire(connection, "jobs", "a", minutes(1.6), 60)
        assert await lease.acquire(connection, "other", "b", minutes(1.6), 60)
