"""Who works here: everybody who called, as Grafana named them; for assignment and for the audit log."""

import csv
import io
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from reliability_studio.domain.incidents.report import harmless, utc
from reliability_studio.store import audit, directory
from reliability_studio.store.audit import Deed
from reliability_studio.store.directory import Person
from reliability_studio.store.engine import Database
from reliability_studio.store.paging import Page

AGAIN = timedelta(minutes=10)
"""How long somebody who was noted is not noted again."""
MAX_REMEMBERED = 10_000
MOST_EXPORTED = 10_000
"""Changes of one export; what is older is paged through."""
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who calls, as Grafana vouches for it."""

    login: str
    name: str = ""
    email: str = ""
    role: str = ""
    uid: str = ""


class People:
    """The directory of one database, and its audit log."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted: OrderedDict[tuple[int, Visitor], datetime] = OrderedDict()

    async def note(self, org_id: int, visitor: Visitor, now: datetime) -> None:
        """Remember who called; cheap when they called a moment ago."""
        key = (org_id, visitor)
        last = self._noted.get(key)
        if not visitor.login or (last is not None and now - last < AGAIN):
            return
        async with self._database.writing() as connection:
            await directory.seen(
                connection,
                org_id,
                login=visitor.login,
                name=visitor.name,
                email=visitor.email,
                role=visitor.role,
                uid=visitor.uid,
                at=now,
            )
        self._noted[key] = now
        self._noted.move_to_end(key)
        while len(self._noted) > MAX_REMEMBERED:
            self._noted.popitem(last=False)

    async def known(self, org_id: int, logins: Collection[str]) -> frozenset[str]:
        """Those of these logins that called before."""
        async with self._database.reading() as connection:
            return await directory.known(connection, org_id, logins)

    async def page(self, org_id: int, *, cursor: str | None, limit: int) -> Page[Person]:
        """People, by login."""
        async with self._database.reading() as connection:
            return await directory.page(connection, org_id, cursor=cursor, limit=limit)

    async def deeds(self, org_id: int, *, subject: str, cursor: str | None, limit: int) -> Page[Deed]:
        """The audit log, newest first; with a subject only what touched it."""
        async with self._database.reading() as connection:
            return await audit.page(connection, org_id, subject=subject, cursor=cursor, limit=limit)

    async def export(self, org_id: int, *, subject: str) -> str:
        """The audit log as CSV, the newest `MOST_EXPORTED` changes; formulas in it are made harmless."""
        found: list[Deed] = []
        cursor: str | None = None
        while len(found) < MOST_EXPORTED:
            page = await self.deeds(org_id, subject=subject, cursor=cursor, limit=_PAGE)
            found += page.items
            cursor = page.cursor
            if cursor is None:
                break
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(["at", "actor", "reported_address", "action", "subject", "before", "after"])
        for one in found[:MOST_EXPORTED]:
            sides = (_json(one.before), _json(one.after))
            cells = (one.actor, one.reported_address, one.action, one.subject, *sides)
            writer.writerow([utc(one.at), *map(harmless, cells)])
        return out.getvalue()


def _json(value: object) -> str:
    return "" if value is None else msgspec.json.encode(value).decode()
