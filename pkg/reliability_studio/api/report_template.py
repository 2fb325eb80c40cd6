"""Routes of the template of post-incident reports."""

from typing import Any

from reliability_studio.api import asked
from reliability_studio.api.calls import Role
from reliability_studio.api.report_template_shapes import (
    ReportTemplateInput,
    ReportTemplateShape,
    ReportTrialInput,
    ReportTrialShape,
)
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.report_template import DEFAULT, FILTERS, INCIDENT, LISTS, OwnTemplate
from reliability_studio.flows.report_template import ReportTemplates
from reliability_studio.flows.reports import Reports
from reliability_studio.flows.shelf import Held


def report_template_routes(
    templates: ReportTemplates, reports: Reports, clock: Clock
) -> tuple[Route[Any], ...]:
    """The table of this file."""
    api = _Api(templates, reports, clock)
    path = "report-template"
    return (
        Route(
            "GET",
            path,
            Role.VIEWER,
            api.show,
            "The template of reports",
            returns=ReportTemplateShape,
        ),
        Route(
            "PUT",
            path,
            Role.ADMIN,
            api.put,
            "Make reports by an own template",
            body=ReportTemplateInput,
            returns=ReportTemplateShape,
        ),
        Route(
            "POST",
            f"{path}/trial",
            Role.ADMIN,
            api.trial,
            "What a template would make of an incident; nothing is kept",
            body=ReportTrialInput,
            returns=ReportTrialShape,
        ),
    )


class _Api:
    def __init__(self, templates: ReportTemplates, reports: Reports, clock: Clock) -> None:
        self._templates = templates
        self._reports = reports
        self._clock = clock

    async def show(self, call: Call[None]) -> Reply:
        return Reply(_shape(await self._templates.current(call.caller.org_id)))

    async def put(self, call: Call[ReportTemplateInput]) -> Reply:
        kept = await self._templates.put(
            call.caller.org_id,
            call.body.text,
            by=call.caller.label,
            now=self._clock.now(),
            version=call.body.version,
        )
        return Reply(_shape(kept))

    async def trial(self, call: Call[ReportTrialInput]) -> Reply:
        [number] = asked.numbers([call.body.number], "$.number")
        text = await self._reports.by_template(call.caller.org_id, number, call.body.text or DEFAULT)
        return Reply(ReportTrialShape(text=text))


def _shape(kept: Held[OwnTemplate]) -> ReportTemplateShape:
    return ReportTemplateShape(
        text=kept.value.text,
        built_in=DEFAULT,
        fields={"incident": list(INCIDENT), **{name: list(fields) for name, fields in LISTS.items()}},
        filters=list(FILTERS),
        version=kept.version,
        updated_at=kept.updated_at,
        updated_by=kept.updated_by,
    )
