"""Routes of the service catalogue."""

from typing import Any

import msgspec

from reliability_studio.api import asked
from reliability_studio.api.admin_shapes import (
    ContactShape,
    OpenIncidentShape,
    ScorePartShape,
    ServiceInput,
    ServiceLinkShape,
    ServiceListShape,
    ServicePatch,
    ServiceShape,
    ServiceSloShape,
)
from reliability_studio.api.calls import Role
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.domain.catalog import Contact, Service, ServiceLink
from reliability_studio.flows.catalog import Catalog, ServiceChange, SloFate
from reliability_studio.flows.standing import Standing


def service_routes(catalog: Catalog, clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""
    api = _Api(catalog, clock)
    one = "services/{name}"
    return (
        Route("GET", "services", Role.VIEWER, api.listing, "Services by name", returns=ServiceListShape),
        Route(
            "POST",
            "services",
            Role.EDITOR,
            api.declare,
            "Declare a service",
            body=ServiceInput,
            returns=ServiceShape,
            status=201,
        ),
        Route("GET", one, Role.VIEWER, api.show, "One service", returns=ServiceShape),
        Route(
            "PATCH", one, Role.EDITOR, api.change, "Change a service", body=ServicePatch, returns=ServiceShape
        ),
        Route("DELETE", one, Role.EDITOR, api.delete, "Forget a service", status=204),
    )


class _Api:
    def __init__(self, catalog: Catalog, clock: Clock) -> None:
        self._catalog = catalog
        self._clock = clock

    async def listing(self, call: Call[None]) -> Reply:
        found = await self._catalog.listing(call.caller.org_id, self._clock.now())
        return Reply(ServiceListShape(items=[_shape(one) for one in found]))

    async def show(self, call: Call[None]) -> Reply:
        found = await self._catalog.get(call.caller.org_id, call.param("name"), self._clock.now())
        return Reply(_shape(found))

    async def declare(self, call: Call[ServiceInput]) -> Reply:
        body = call.body
        service = Service(
            name=body.name.strip(),
            description=body.description,
            owner_team=body.owner_team,
            tier=body.tier,
            labels=body.labels,
            links=_links(body.links),
            runbook_url=body.runbook_url or "",
            contacts=_contacts(body.contacts),
            depends_on=tuple(body.depends_on),
        )
        made = await self._catalog.declare(
            call.caller.org_id, service, by=call.caller.label, now=self._clock.now()
        )
        return Reply(_shape(made), status=201)

    async def change(self, call: Call[ServicePatch]) -> Reply:
        body = call.body
        links, contacts = _given(body.links), _given(body.contacts)
        depends_on = _given(body.depends_on)
        runbook = "" if body.runbook_url is None else _given(body.runbook_url)
        change = ServiceChange(
            description=_given(body.description),
            owner_team=_given(body.owner_team),
            tier=_given(body.tier),
            labels=_given(body.labels),
            links=None if links is None else _links(links),
            runbook_url=runbook,
            contacts=None if contacts is None else _contacts(contacts),
            depends_on=None if depends_on is None else tuple(depends_on),
        )
        changed = await self._catalog.change(
            call.caller.org_id, call.param("name"), change, by=call.caller.label, now=self._clock.now()
        )
        return Reply(_shape(changed))

    async def delete(self, call: Call[None]) -> Reply:
        fate = asked.choices(call, "slos", SloFate)
        await self._catalog.delete(
            call.caller.org_id,
            call.param("name"),
            by=call.caller.label,
            now=self._clock.now(),
            slos_=fate[0] if fate else None,
        )
        return Reply(status=204)


def _shape(found: Standing) -> ServiceShape:
    service = found.service
    return ServiceShape(
        name=service.name,
        description=service.description,
        owner_team=service.owner_team,
        tier=service.tier,
        labels=dict(service.labels),
        links=[ServiceLinkShape(title=one.title, url=one.url) for one in service.links],
        runbook_url=service.runbook_url,
        contacts=[ContactShape(kind=one.kind, value=one.value) for one in service.contacts],
        depends_on=list(service.depends_on),
        dependents=list(found.dependents),
        declared=service.declared,
        health=found.health.value,
        open_incidents=[
            OpenIncidentShape(number=one.key, title=one.title, severity=one.severity, status=one.status)
            for one in found.incidents
        ],
        provisioned=service.provisioned,
        discovered=list(service.discovered),
        slos=[
            ServiceSloShape(id=one.id, name=one.name, status=one.status, remaining=one.remaining)
            for one in found.slos
        ],
        score=found.score.value,
        score_parts=[
            ScorePartShape(kind=one.kind, name=one.name, points=one.points, text=one.text)
            for one in found.score.parts
        ],
    )


def _links(given: list[ServiceLinkShape]) -> tuple[ServiceLink, ...]:
    return tuple(ServiceLink(one.title, one.url) for one in given)


def _contacts(given: list[ContactShape]) -> tuple[Contact, ...]:
    return tuple(Contact(one.kind, one.value) for one in given)


def _given(value: Any) -> Any:
    """The value of a field that may be absent; None when it is."""
    return None if value is msgspec.UNSET else value
