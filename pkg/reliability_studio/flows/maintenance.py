"""Maintenance windows as people declare them; the intake reads them with the rules."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.incidents.maintenance import MAX_LENGTH, Repeat, Window
from reliability_studio.errors import FieldProblem, Invalid
from reliability_studio.flows.rules import check_matchers
from reliability_studio.flows.shelf import Held, Shelf
from reliability_studio.store.documents import Kind
from reliability_studio.store.engine import Database

MAX_WINDOWS = 500
NO_ZONE = "must be a time zone such as Europe/Berlin or UTC"


class Maintenance:
    """The windows of one database."""

    def __init__(self, database: Database) -> None:
        self._shelf = Shelf(database, Kind.MAINTENANCE, Window, most=MAX_WINDOWS)

    async def listing(self, org_id: int) -> tuple[Held[Window], ...]:
        """All of them, the earliest first."""
        return _in_order(await self._shelf.listing(org_id))

    async def read(self, connection: AsyncConnection, org_id: int) -> tuple[Held[Window], ...]:
        """The same, inside somebody else's transaction."""
        return _in_order(await self._shelf.read(connection, org_id))

    async def get(self, org_id: int, name: str) -> Held[Window]:
        """One window.

        Raises:
            NotFound: there is no such window.
        """
        return await self._shelf.get(org_id, name)

    async def add(
        self, org_id: int, window: Window, *, enabled: bool, by: str, now: datetime
    ) -> Held[Window]:
        """Declare a window; it comes back with its id.

        Raises:
            Invalid: names the fields that cannot be.
            Conflict: there are too many.
        """
        check(window)
        return await self._shelf.add(org_id, window, enabled=enabled, by=by, now=now)

    async def change(
        self,
        org_id: int,
        name: str,
        window: Window,
        *,
        enabled: bool,
        by: str,
        now: datetime,
        version: int | None = None,
    ) -> Held[Window]:
        """Replace a window; alerts that it kept are placed when it no longer covers them.

        Raises:
            Invalid: names the fields that cannot be.
            NotFound: there is no such window.
            StaleWrite: somebody else changed it meanwhile.
        """
        check(window)
        wanted = Held(name, window, enabled=enabled)
        return await self._shelf.put(org_id, wanted, by=by, now=now, version=version, must_exist=True)

    async def delete(self, org_id: int, name: str, *, by: str, now: datetime) -> None:
        """Take a window back; alerts that it kept and that still fire are placed.

        Raises:
            NotFound: there is no such window.
        """
        await self._shelf.delete(org_id, name, by=by, now=now)


def _in_order(found: Iterable[Held[Window]]) -> tuple[Held[Window], ...]:
    return tuple(sorted(found, key=lambda one: (one.value.starts_at, one.name)))


def check(window: Window) -> None:
    """Refuse a window that cannot work.

    Raises:
        Invalid: names each field with its problem.
    """
    check_matchers(window.matchers)
    problems = tuple(_problems(window))
    if problems:
        raise Invalid("; ".join(f"{p.path}: {p.problem}" for p in problems), problems)


def _problems(window: Window) -> Iterator[FieldProblem]:
    length = window.ends_at - window.starts_at
    if length <= timedelta():
        yield FieldProblem("$.endsAt", "must lie after startsAt")
    if length > MAX_LENGTH:
        yield FieldProblem("$.endsAt", f"may lie {MAX_LENGTH.days} days after startsAt at most")
    if window.repeat is not Repeat.ONCE and length > timedelta(days=window.repeat.days):
        yield FieldProblem("$.endsAt", f"lies after the next run of a {window.repeat.value} window begins")
    if window.until is not None and window.until <= window.starts_at:
        yield FieldProblem("$.until", "must lie after startsAt")
    if not is_zone(window.zone):
        yield FieldProblem("$.timeZone", NO_ZONE)


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
