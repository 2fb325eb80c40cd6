"""Sealed settings in the store, on both databases."""

from reliability_studio.store import settings
from tests.support.records import NOON


async def test_newer_settings_replace_older_ones_and_never_the_other_way(database):
    """V-rows: two processes may bring them in any order."""
    async with database.writing() as connection:
        assert await settings.load(connection, 1) is None
        assert await settings.save(connection, 1, b"\x00two", 2, NOON)
        assert not await settings.save(connection, 1, b"one", 1, NOON)
        assert await settings.load(connection, 1) == b"\x00two"
        assert await settings.save(connection, 1, b"again", 2, NOON)
        assert await settings.save(connection, 5, b"five", 1, NOON)
    async with database.reading() as connection:
        assert await settings.load(connection, 1) == b"again"
        assert await settings.organisations(connection) == (1, 5)
