"""Routes of the status page: as people here see it, for readers outside, and as a file for any server."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from reliability_studio.api import asked, codec
from reliability_studio.api.bulletin_shapes import note_shapes
from reliability_studio.api.calls import Role
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.api.status_page_html import html
from reliability_studio.api.status_page_shapes import (
    PlannedShape,
    StatusComponentShape,
    StatusDayShape,
    StatusIncidentShape,
    StatusPageInput,
    StatusPageSetupShape,
    StatusPageShape,
)
from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.impairment import MAX_DAYS, Period
from reliability_studio.domain.incidents.status_page import Audience, Component, Setup, Told
from reliability_studio.flows.shelf import Held
from reliability_studio.flows.status_page import Composed, StatusPages


class Form(StrEnum):
    """How the page is handed out."""

    HTML = "html"
    JSON = "json"


_TYPES = {Form.HTML: "text/html; charset=utf-8", Form.JSON: "application/json"}


def status_page_routes(pages: StatusPages, clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""
    api = _Api(pages, clock)
    setup = "status-page/setup"
    return (
        Route(
            "GET",
            "status-page",
            Role.VIEWER,
            api.show,
            "How services stand and stood (`days`, `zone`); `audience=public`: what is known outside",
            returns=StatusPageShape,
        ),
        Route(
            "GET",
            "status-page/export",
            Role.VIEWER,
            api.export,
            "The page for readers outside as one file without scripts, HTML or JSON (`format`)",
        ),
        Route(
            "GET", setup, Role.VIEWER, api.setup, "What the status page shows", returns=StatusPageSetupShape
        ),
        Route(
            "PUT",
            setup,
            Role.ADMIN,
            api.put,
            "Decide what the status page shows",
            body=StatusPageInput,
            returns=StatusPageSetupShape,
        ),
    )


class _Api:
    def __init__(self, pages: StatusPages, clock: Clock) -> None:
        self._pages = pages
        self._clock = clock

    async def show(self, call: Call[None]) -> Reply:
        audience = asked.choice(call, "audience", Audience, Audience.INTERNAL)
        found = await self._pages.page(call.caller.org_id, audience, self._period(call))
        return Reply(_page(found))

    async def export(self, call: Call[None]) -> Reply:
        form = asked.choice(call, "format", Form, Form.HTML)
        found = await self._pages.page(call.caller.org_id, Audience.PUBLIC, self._period(call))
        shape = _page(found)
        return Reply(
            codec.encode(shape) if form is Form.JSON else html(shape).encode(),
            headers={
                "Content-Type": _TYPES[form],
                "Content-Disposition": f'attachment; filename="status.{form.value}"',
                "X-Content-Type-Options": "nosniff",
            },
        )

    async def setup(self, call: Call[None]) -> Reply:
        return Reply(_setup(await self._pages.setup(call.caller.org_id)))

    async def put(self, call: Call[StatusPageInput]) -> Reply:
        body = call.body
        kept = await self._pages.put(
            call.caller.org_id,
            Setup(
                body.title.strip(), body.introduction.strip(), tuple(name.strip() for name in body.services)
            ),
            by=call.caller.label,
            now=self._clock.now(),
            version=body.version,
        )
        return Reply(_setup(kept))

    def _period(self, call: Call[None]) -> Period:
        days = asked.whole(call, "days", MAX_DAYS, most=MAX_DAYS)
        return Period(self._clock.now(), call.first("zone") or "UTC", days)


def _setup(kept: Held[Setup]) -> StatusPageSetupShape:
    return StatusPageSetupShape(
        title=kept.value.title,
        introduction=kept.value.introduction,
        services=list(kept.value.services),
        version=kept.version,
        updated_at=kept.updated_at,
        updated_by=kept.updated_by,
    )


def _page(found: Composed) -> StatusPageShape:
    page = found.page
    return StatusPageShape(
        title=page.title,
        introduction=page.introduction,
        audience=page.audience,
        at=page.period.now,
        zone=page.period.zone,
        state=page.state,
        components=list(map(_component, page.components)),
        current=_incidents(page.current),
        maintenance=[
            PlannedShape(
                title=one.title, services=list(one.services), start=one.start, end=one.end, on=one.on
            )
            for one in page.maintenance
        ],
        past=_incidents(page.past),
        complete=found.complete,
    )


def _component(one: Component) -> StatusComponentShape:
    course = one.course
    return StatusComponentShape(
        name=one.name,
        description=one.description,
        state=one.state,
        days=[
            StatusDayShape(
                date=day.date,
                state=day.state,
                outage_seconds=day.outage.total_seconds(),
                degraded_seconds=day.degraded.total_seconds(),
            )
            for day in course.days
        ],
        up=course.up,
        known_seconds=course.known.total_seconds(),
        outage_seconds=course.outage.total_seconds(),
        degraded_seconds=course.degraded.total_seconds(),
    )


def _incidents(told: Sequence[Told]) -> list[StatusIncidentShape]:
    return [
        StatusIncidentShape(
            number=one.bulletin.number,
            title=one.bulletin.title,
            severity=one.bulletin.severity,
            status=one.bulletin.status,
            services=list(one.bulletin.services),
            started_at=one.bulletin.started_at,
            resolved_at=one.bulletin.resolved_at,
            published=one.published,
            notes=note_shapes(one.bulletin.notes),
        )
        for one in told
    ]
