"""Routes of custom fields and of incident templates."""

from datetime import timedelta
from typing import Any

from reliability_studio.api.calls import Role
from reliability_studio.api.form_shapes import (
    FieldInput,
    FieldListShape,
    FieldShape,
    PlannedTaskShape,
    TemplateInput,
    TemplateListShape,
    TemplateShape,
)
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.fields import FieldDefinition
from reliability_studio.domain.incidents.templates import PlannedTask, Template
from reliability_studio.flows.fields import FieldDefinitions, ordered
from reliability_studio.flows.shelf import Held
from reliability_studio.flows.templates import Templates


def form_routes(fields: FieldDefinitions, templates: Templates, clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""
    defined, kinds = _Fields(fields, clock), _Templates(templates, clock)
    viewer, editor, admin = Role.VIEWER, Role.EDITOR, Role.ADMIN
    field, template = "fields/{key}", "templates/{key}"
    return (
        Route("GET", "fields", viewer, defined.listing, "Custom fields", returns=FieldListShape),
        Route(
            "PUT",
            field,
            admin,
            defined.put,
            "Define a custom field, or change it",
            body=FieldInput,
            returns=FieldShape,
        ),
        Route("DELETE", field, admin, defined.delete, "Forget a custom field", status=204),
        Route("GET", "templates", viewer, kinds.listing, "Incident templates", returns=TemplateListShape),
        Route("GET", template, viewer, kinds.show, "One incident template", returns=TemplateShape),
        Route(
            "PUT",
            template,
            editor,
            kinds.put,
            "Store an incident template, new or changed",
            body=TemplateInput,
            returns=TemplateShape,
        ),
        Route("DELETE", template, editor, kinds.delete, "Forget an incident template", status=204),
    )


class _Fields:
    def __init__(self, fields: FieldDefinitions, clock: Clock) -> None:
        self._fields = fields
        self._clock = clock

    async def listing(self, call: Call[None]) -> Reply:
        found = await self._fields.listing(call.caller.org_id)
        return Reply(FieldListShape(items=[_field_shape(one) for one in found]))

    async def put(self, call: Call[FieldInput]) -> Reply:
        body = call.body
        definition = FieldDefinition(
            title=body.title.strip(),
            kind=body.kind,
            description=body.description,
            options=tuple(body.options),
            required_on=tuple(body.required_on),
        )
        wanted = Held(call.param("key"), ordered(definition), position=body.position, enabled=body.enabled)
        stored = await self._fields.put(
            call.caller.org_id, wanted, by=call.caller.label, now=self._clock.now(), version=body.version
        )
        return Reply(_field_shape(stored))

    async def delete(self, call: Call[None]) -> Reply:
        await self._fields.delete(
            call.caller.org_id, call.param("key"), by=call.caller.label, now=self._clock.now()
        )
        return Reply(status=204)


class _Templates:
    def __init__(self, templates: Templates, clock: Clock) -> None:
        self._templates = templates
        self._clock = clock

    async def listing(self, call: Call[None]) -> Reply:
        found = await self._templates.listing(call.caller.org_id)
        return Reply(TemplateListShape(items=[_template_shape(one) for one in found]))

    async def show(self, call: Call[None]) -> Reply:
        return Reply(_template_shape(await self._templates.get(call.caller.org_id, call.param("key"))))

    async def put(self, call: Call[TemplateInput]) -> Reply:
        body = call.body
        wanted = Held(call.param("key"), _template(body), position=body.position, enabled=body.enabled)
        stored = await self._templates.put(
            call.caller.org_id, wanted, by=call.caller.label, now=self._clock.now(), version=body.version
        )
        return Reply(_template_shape(stored))

    async def delete(self, call: Call[None]) -> Reply:
        await self._templates.delete(
            call.caller.org_id, call.param("key"), by=call.caller.label, now=self._clock.now()
        )
        return Reply(status=204)


def _field_shape(held: Held[FieldDefinition]) -> FieldShape:
    definition = held.value
    return FieldShape(
        key=held.name,
        title=definition.title,
        kind=definition.kind,
        description=definition.description,
        options=list(definition.options),
        required_on=list(definition.required_on),
        position=held.position,
        enabled=held.enabled,
        version=held.version,
        updated_at=held.updated_at,
        updated_by=held.updated_by,
    )


def _template(body: TemplateInput) -> Template:
    return Template(
        name=body.name.strip(),
        description=body.description,
        title=body.title.strip(),
        summary=body.summary,
        severity=body.severity,
        level=body.level,
        service=body.service.strip(),
        services=tuple(body.services),
        environment=body.environment.strip(),
        labels=body.labels,
        fields=body.fields,
        roles=body.roles,
        assignee=body.assignee.strip(),
        drill=body.drill,
        tasks=tuple(_planned(one) for one in body.tasks),
        comment=body.comment,
    )


def _planned(task: PlannedTaskShape) -> PlannedTask:
    due = None if task.due_minutes is None else timedelta(minutes=task.due_minutes)
    return PlannedTask(task.title.strip(), task.kind, task.assignee.strip(), due)


def _template_shape(held: Held[Template]) -> TemplateShape:
    template = held.value
    return TemplateShape(
        key=held.name,
        name=template.name,
        description=template.description,
        title=template.title,
        summary=template.summary,
        severity=template.severity,
        level=template.level,
        service=template.service,
        services=list(template.services),
        environment=template.environment,
        labels=dict(template.labels),
        fields=dict(template.fields),
        roles=dict(template.roles),
        assignee=template.assignee,
        drill=template.drill,
        tasks=[_task_shape(one) for one in template.tasks],
        comment=template.comment,
        position=held.position,
        enabled=held.enabled,
        version=held.version,
        updated_at=held.updated_at,
        updated_by=held.updated_by,
    )


def _task_shape(task: PlannedTask) -> PlannedTaskShape:
    due = None if task.due_after is None else round(task.due_after.total_seconds() / 60)
    return PlannedTaskShape(title=task.title, kind=task.kind, assignee=task.assignee, due_minutes=due)
