"""Who has called: the directory that everybody sees, and for admins all of it and who did what."""

from typing import Any

from reliability_studio.api import asked
from reliability_studio.api.admin_shapes import (
    ColleaguePageShape,
    ColleagueShape,
    DeedPageShape,
    DeedShape,
    PersonPageShape,
    PersonShape,
)
from reliability_studio.api.calls import Role
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.flows.people import People
from reliability_studio.store.audit import Deed


def people_routes(people: People) -> tuple[Route[Any], ...]:
    """The table of this file."""
    api = _Api(people)
    return (
        Route("GET", "users", Role.ADMIN, api.users, "People who have called", returns=PersonPageShape),
        Route(
            "GET",
            "directory",
            Role.VIEWER,
            api.directory,
            "People by login and name, to give work to",
            returns=ColleaguePageShape,
        ),
        Route("GET", "audit", Role.ADMIN, api.deeds, "Who did what, newest first", returns=DeedPageShape),
        Route("GET", "audit/export", Role.ADMIN, api.export, "Who did what, newest first, as CSV"),
    )


class _Api:
    def __init__(self, people: People) -> None:
        self._people = people

    async def users(self, call: Call[None]) -> Reply:
        page = await self._people.page(
            call.caller.org_id, cursor=asked.cursor(call), limit=asked.limit(call, 100)
        )
        items = [
            PersonShape(
                login=one.login,
                name=one.name,
                email=one.email,
                role=one.role,
                first_seen_at=one.first_seen_at,
                last_seen_at=one.last_seen_at,
            )
            for one in page.items
        ]
        return Reply(PersonPageShape(items=items, total=page.total, cursor=page.cursor))

    async def directory(self, call: Call[None]) -> Reply:
        page = await self._people.page(
            call.caller.org_id, cursor=asked.cursor(call), limit=asked.limit(call, 100)
        )
        items = [ColleagueShape(id=one.uid, login=one.login, name=one.name) for one in page.items]
        return Reply(ColleaguePageShape(items=items, total=page.total, cursor=page.cursor))

    async def deeds(self, call: Call[None]) -> Reply:
        page = await self._people.deeds(
            call.caller.org_id,
            subject=call.first("subject")[:300],
            cursor=asked.cursor(call),
            limit=asked.limit(call, 100),
        )
        items = [_deed(one) for one in page.items]
        return Reply(DeedPageShape(items=items, total=page.total, cursor=page.cursor))

    async def export(self, call: Call[None]) -> Reply:
        text = await self._people.export(call.caller.org_id, subject=call.first("subject")[:300])
        return Reply(
            text.encode(),
            headers={
                "Content-Type": "text/csv; charset=utf-8",
                "Content-Disposition": 'attachment; filename="audit.csv"',
                "X-Content-Type-Options": "nosniff",
            },
        )


def _deed(deed: Deed) -> DeedShape:
    return DeedShape(
        id=deed.id,
        at=deed.at,
        actor=deed.actor,
        action=deed.action,
        subject=deed.subject,
        before=deed.before,
        after=deed.after,
        reported_address=deed.reported_address,
    )
