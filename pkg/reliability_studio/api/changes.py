"""Routes of changes that pipelines, flag services and people tell of (row 62)."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from reliability_studio.api import asked
from reliability_studio.api.calls import Role
from reliability_studio.api.change_shapes import ChangeReport, ReportedChangeShape, ReportedChangesShape
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.domain.changes import ReportedChange
from reliability_studio.flows.change_log import ChangeLog

WINDOW = timedelta(days=7)


def change_routes(log: ChangeLog, clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""

    async def listing(call: Call[None]) -> Reply:
        now = clock.now()
        found = await log.listing(
            since=asked.moment(call, "from") or now - WINDOW,
            until=asked.moment(call, "to") or now + timedelta(days=1),
            service=call.first("service"),
            limit=asked.limit(call),
        )
        return Reply(ReportedChangesShape(items=[_shape(each) for each in found]))

    async def report(call: Call[ChangeReport]) -> Reply:
        stored = await log.report(_change(call.body, call.caller.label, clock.now()))
        return Reply(_shape(stored), status=201)

    async def withdraw(call: Call[None]) -> Reply:
        await log.withdraw(asked.row_id(call), by=call.caller.label, now=clock.now())
        return Reply(status=204)

    told = "Changes that were told of, newest first (`service`, `from`, `to`)"
    return (
        Route("GET", "changes", Role.VIEWER, listing, told, returns=ReportedChangesShape),
        Route(
            "POST",
            "changes",
            Role.EDITOR,
            report,
            "Tell of a change: a deployment, a flag, a migration",
            body=ChangeReport,
            returns=ReportedChangeShape,
            status=201,
        ),
        Route("DELETE", "changes/{id}", Role.EDITOR, withdraw, "Withdraw a change", status=204),
    )


def _change(body: ChangeReport, by: str, now: datetime) -> ReportedChange:
    at = body.at or now
    return ReportedChange(
        key=body.key or _named(body, at),
        service=body.service.strip(),
        kind=body.kind,
        title=body.title.strip(),
        at=at,
        reported_at=now,
        reported_by=by,
        version=body.version.strip(),
        url=body.url or "",
        author=body.author.strip(),
    )


def _named(body: ChangeReport, at: datetime) -> str:
    """A name where the sender gave none: the same words about the same moment are the same change."""
    text = f"{body.kind.value}\n{body.service.strip()}\n{body.title.strip()}\n{at.isoformat()}"
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:32]


def _shape(change: ReportedChange) -> ReportedChangeShape:
    return ReportedChangeShape(
        id=change.id,
        key=change.key,
        service=change.service,
        kind=change.kind,
        title=change.title,
        version=change.version,
        url=change.url,
        author=change.author,
        at=change.at,
        reported_at=change.reported_at,
        reported_by=change.reported_by,
    )
