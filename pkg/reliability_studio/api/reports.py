"""Routes of the post-incident report and of exports."""

from enum import StrEnum
from typing import Any

from reliability_studio.api import asked, codec
from reliability_studio.api.bulletin_shapes import BulletinShape, note_shapes
from reliability_studio.api.calls import Role
from reliability_studio.api.incident_json import detail_shape
from reliability_studio.api.report_shapes import ReportInput, ReportShape
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.public import Bulletin, csv_text, markdown
from reliability_studio.flows.incidents import Incidents
from reliability_studio.flows.reports import Report, Reports


class Form(StrEnum):
    """How an incident is exported."""

    MARKDOWN = "md"
    JSON = "json"
    CSV = "csv"


class Audience(StrEnum):
    """For whom it is exported."""

    INTERNAL = "internal"
    PUBLIC = "public"


_TYPES = {
    Form.MARKDOWN: "text/markdown; charset=utf-8",
    Form.JSON: "application/json",
    Form.CSV: "text/csv; charset=utf-8",
}


def report_routes(incidents: Incidents, clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""
    api = _Api(incidents, clock)
    path = "incidents/{number}/report"
    return (
        Route("GET", path, Role.VIEWER, api.show, "The post-incident report", returns=ReportShape),
        Route(
            "PUT",
            path,
            Role.EDITOR,
            api.put,
            "Write the post-incident report",
            body=ReportInput,
            returns=ReportShape,
        ),
        Route(
            "GET",
            "incidents/{number}/export",
            Role.VIEWER,
            api.export,
            "The incident as Markdown, JSON or CSV (`format`); `audience=public`: what may be told outside",
        ),
    )


class _Api:
    def __init__(self, incidents: Incidents, clock: Clock) -> None:
        self._incidents = incidents
        self._reports = Reports(incidents)
        self._clock = clock

    async def show(self, call: Call[None]) -> Reply:
        return _reply(await self._reports.get(call.caller.org_id, asked.number(call)))

    async def put(self, call: Call[ReportInput]) -> Reply:
        version = call.body.version if call.body.version is not None else asked.if_match(call)
        stored = await self._reports.put(
            call.caller.org_id,
            asked.number(call),
            call.body.text,
            by=call.caller.label,
            now=self._clock.now(),
            version=version,
        )
        return _reply(stored)

    async def export(self, call: Call[None]) -> Reply:
        form = asked.choice(call, "format", Form, Form.MARKDOWN)
        org_id, number = call.caller.org_id, asked.number(call)
        if asked.choice(call, "audience", Audience, Audience.INTERNAL) is Audience.PUBLIC:
            body = _told(await self._reports.bulletin(org_id, number), form)
        elif form is Form.JSON:
            body = codec.encode(detail_shape(await self._incidents.detail(org_id, number)))
        elif form is Form.CSV:
            body = (await self._reports.csv(org_id, number)).encode()
        else:
            body = (await self._reports.get(org_id, number)).text.encode()
        name = f"INC-{number}.{form.value}"
        return Reply(
            body,
            headers={
                "Content-Type": _TYPES[form],
                "Content-Disposition": f'attachment; filename="{name}"',
                "X-Content-Type-Options": "nosniff",
            },
        )


def _told(told: Bulletin, form: Form) -> bytes:
    if form is Form.JSON:
        return codec.encode(_bulletin(told))
    if form is Form.CSV:
        return csv_text(told).encode()
    return markdown(told).encode()


def _bulletin(told: Bulletin) -> BulletinShape:
    return BulletinShape(
        number=told.number,
        title=told.title,
        severity=told.severity,
        status=told.status,
        services=list(told.services),
        started_at=told.started_at,
        resolved_at=told.resolved_at,
        notes=note_shapes(told.notes),
    )


def _reply(report: Report) -> Reply:
    shape = ReportShape(
        text=report.text,
        version=report.version,
        written=report.version > 0,
        updated_at=report.updated_at,
        updated_by=report.updated_by,
    )
    return Reply(shape, headers={"ETag": f'"{report.version}"'})
