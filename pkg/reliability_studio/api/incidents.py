"""Routes of incidents: list, declare, read, change, delete; bulk, merge, split, similar."""

from collections.abc import Mapping
from typing import Any

import msgspec

from reliability_studio.api import asked, codec
from reliability_studio.api.calls import Role
from reliability_studio.api.incident_input_shapes import (
    BulkInput,
    IncidentInput,
    IncidentPatch,
    LinkInput,
    MergeInput,
    SplitInput,
)
from reliability_studio.api.incident_json import (
    correlation_shape,
    detail_shape,
    incident_shape,
)
from reliability_studio.api.incident_shapes import (
    BulkOutcomeShape,
    BulkResultShape,
    CorrelationListShape,
    IncidentDetailShape,
    IncidentPageShape,
    IncidentShape,
    LabelCountsShape,
    LikenessShape,
    SimilarShape,
)
from reliability_studio.api.kept import Kept
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.api.visits import note
from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.edits import Change, Wish
from reliability_studio.domain.incidents.model import Incident, Link, Severity, Status
from reliability_studio.errors import Invalid
from reliability_studio.flows.incident_reader import Detail
from reliability_studio.flows.incidents import Incidents
from reliability_studio.flows.merging import Merging
from reliability_studio.flows.people import People
from reliability_studio.flows.templates import Templates
from reliability_studio.store.incident_lists import Filter, Sort

MAX_KEY = 200
"""Characters of an idempotency key."""


def incident_routes(incidents: Incidents, people: People, kept: Kept, clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""
    api = _Api(incidents, people, kept, clock)
    viewer, editor = Role.VIEWER, Role.EDITOR
    return (
        Route("GET", "incidents", viewer, api.listing, "List incidents", returns=IncidentPageShape),
        Route(
            "POST",
            "incidents",
            editor,
            api.create,
            "Declare an incident",
            body=IncidentInput,
            returns=IncidentDetailShape,
            status=201,
        ),
        Route(
            "POST",
            "incidents/bulk",
            editor,
            api.bulk,
            "Change many incidents",
            body=BulkInput,
            returns=BulkResultShape,
        ),
        Route(
            "GET",
            "incidents/labels",
            viewer,
            api.labels,
            "How many incidents of a filter have each label",
            returns=LabelCountsShape,
        ),
        Route(
            "GET",
            "incidents/{number}",
            viewer,
            api.show,
            "One incident with everything that belongs to it",
            returns=IncidentDetailShape,
        ),
        Route(
            "PATCH",
            "incidents/{number}",
            editor,
            api.change,
            "Change an incident",
            body=IncidentPatch,
            returns=IncidentDetailShape,
        ),
        Route("DELETE", "incidents/{number}", Role.ADMIN, api.delete, "Delete an incident", status=204),
        Route(
            "GET",
            "incidents/{number}/correlations",
            viewer,
            api.correlations,
            "What the newest investigation found",
            returns=CorrelationListShape,
        ),
        Route(
            "GET",
            "incidents/{number}/similar",
            viewer,
            api.similar,
            "Earlier incidents like this one",
            returns=SimilarShape,
        ),
        Route(
            "POST",
            "incidents/{number}/merge",
            editor,
            api.merge,
            "Take other incidents in",
            body=MergeInput,
            returns=IncidentShape,
        ),
        Route(
            "POST",
            "incidents/{number}/split",
            editor,
            api.split,
            "Split alerts off, or undo a merge",
            body=SplitInput,
            returns=IncidentShape,
            status=201,
        ),
    )


class _Api:
    def __init__(self, incidents: Incidents, people: People, kept: Kept, clock: Clock) -> None:
        self._incidents = incidents
        self._kept = kept
        self._merging = Merging(incidents.desk)
        self._templates = Templates(incidents)
        self._people = people
        self._clock = clock

    async def listing(self, call: Call[None]) -> Reply:
        found = await self._incidents.search(
            call.caller.org_id, filter_of(call), cursor=asked.cursor(call), limit=asked.limit(call)
        )
        page = found.page
        shape = IncidentPageShape(
            items=[incident_shape(one) for one in page.items],
            total=page.total,
            cursor=page.cursor,
            facets={name: dict(counts) for name, counts in found.facets.items()},
        )
        return Reply(shape)

    async def labels(self, call: Call[None]) -> Reply:
        counted = await self._incidents.labels(call.caller.org_id, filter_of(call))
        return Reply(LabelCountsShape(labels={name: dict(values) for name, values in counted.items()}))

    async def create(self, call: Call[IncidentInput]) -> Reply:
        key = call.headers.get("idempotency-key", "").strip()
        if len(key) > MAX_KEY:
            raise Invalid.field("Idempotency-Key", f"may have {MAX_KEY} characters at most")
        now = self._clock.now()
        await note(self._people, call.caller, now)
        org_id, wish, template = call.caller.org_id, _wish(call.body), call.body.template
        by = call.caller.label
        made = (
            await self._templates.declare(org_id, template, wish, by=by, now=now, key=key)
            if template
            else await self._incidents.create(org_id, wish, by=by, now=now, key=key)
        )
        return _whole(made, 201)

    async def show(self, call: Call[None]) -> Reply:
        org_id, number = call.caller.org_id, asked.number(call)

        async def read() -> Reply:
            detail = await self._incidents.detail(org_id, number)
            headers = {**codec.JSON, **_etag(detail.incident)}
            return Reply(codec.encode(detail_shape(detail)), headers=headers)

        # What an open incident costs its SLOs goes by the minute, without anybody writing anything.
        minute = int(self._clock.now().timestamp()) // 60
        return await self._kept.of(self._incidents.desk.database, (org_id, number, minute), read)

    async def change(self, call: Call[IncidentPatch]) -> Reply:
        body, seen = call.body, asked.if_match(call)
        version = body.version if isinstance(body.version, int) else seen
        now = self._clock.now()
        await note(self._people, call.caller, now)
        changed = await self._incidents.change(
            call.caller.org_id,
            asked.number(call),
            _change(body),
            by=call.caller.label,
            now=now,
            version=version,
        )
        return _whole(changed, 200)

    async def delete(self, call: Call[None]) -> Reply:
        await self._incidents.delete(
            call.caller.org_id, asked.number(call), by=call.caller.label, now=self._clock.now()
        )
        return Reply(status=204)

    async def bulk(self, call: Call[BulkInput]) -> Reply:
        body = call.body
        change = Change(
            status=_given(body.status),
            stage=_given(body.stage),
            severity=_given(body.severity),
            level=_given(body.level),
            assignee=_given(body.assignee),
            comment=body.comment,
            force=body.force,
        )
        now = self._clock.now()
        await note(self._people, call.caller, now)
        outcomes = await self._incidents.bulk(
            call.caller.org_id, asked.numbers(body.numbers), change, by=call.caller.label, now=now
        )
        return Reply(
            BulkResultShape(
                outcomes=[
                    BulkOutcomeShape(number=one.number, ok=not one.code, code=one.code, message=one.message)
                    for one in outcomes
                ]
            )
        )

    async def correlations(self, call: Call[None]) -> Reply:
        found = await self._incidents.signals(call.caller.org_id, asked.number(call))
        return Reply(CorrelationListShape(items=[correlation_shape(one) for one in found]))

    async def similar(self, call: Call[None]) -> Reply:
        found = await self._incidents.similar(call.caller.org_id, asked.number(call), now=self._clock.now())
        items = [
            LikenessShape(incident=incident_shape(one.incident), score=one.score, agrees=list(one.agrees))
            for one in found.items
        ]
        return Reply(SimilarShape(items=items, rarity=found.rarity.value, recurrences=found.recurrences))

    async def merge(self, call: Call[MergeInput]) -> Reply:
        target = await self._merging.merge(
            call.caller.org_id,
            asked.number(call),
            asked.numbers(call.body.numbers),
            by=call.caller.label,
            now=self._clock.now(),
        )
        return Reply(incident_shape(target), headers=_etag(target))

    async def split(self, call: Call[SplitInput]) -> Reply:
        body, org_id, number = call.body, call.caller.org_id, asked.number(call)
        by, now = call.caller.label, self._clock.now()
        if bool(body.incident) is bool(body.alerts):
            raise Invalid.field("$", "give either alerts to split off or the incident whose merge to undo")
        if body.incident:
            (merged,) = asked.numbers((body.incident,), "$.incident")
            back = await self._merging.undo(org_id, number, merged, by=by, now=now)
            return Reply(incident_shape(back), status=201, headers=_etag(back))
        new = await self._merging.split(org_id, number, body.alerts, by=by, now=now, title=body.title)
        return Reply(incident_shape(new), status=201, headers=_etag(new))


def _whole(detail: Detail, status: int) -> Reply:
    return Reply(detail_shape(detail), status=status, headers=_etag(detail.incident))


def filter_of(call: Call[Any]) -> Filter:
    """The filter in a query; see docs/incidents.md for its parameters."""
    return Filter(
        text=call.first("q")[:500],
        statuses=asked.choices(call, "status", Status),
        severities=asked.choices(call, "severity", Severity),
        levels=asked.texts(call, "level"),
        stages=asked.texts(call, "stage"),
        services=asked.texts(call, "service"),
        assignees=asked.texts(call, "assignee"),
        labels=asked.pairs(call, "label"),
        drill=asked.flag(call, "drill"),
        part=asked.flag(call, "part"),
        parent=asked.numbers((parent,), "parent")[0] if (parent := call.first("parent")) else None,
        started_from=asked.moment(call, "from"),
        started_to=asked.moment(call, "to"),
        sort=asked.choice(call, "sort", Sort, Sort.NEWEST),
    )


def _etag(incident: Incident) -> Mapping[str, str]:
    return {"ETag": f'"{incident.version}"'}


def _wish(body: IncidentInput) -> Wish:
    return Wish(
        title=body.title or "",
        severity=body.severity,
        level=body.level,
        service=body.service,
        services=tuple(body.services),
        summary=body.summary,
        environment=body.environment,
        labels=body.labels,
        fields=body.fields,
        roles=body.roles,
        assignee=body.assignee,
        drill=body.drill,
        started_at=body.started_at,
        status=body.status,
        resolved_at=body.resolved_at,
    )


def _change(body: IncidentPatch) -> Change:
    services = _given(body.services)
    links = _given(body.links)
    return Change(
        title=_given(body.title),
        summary=_given(body.summary),
        severity=_given(body.severity),
        level=_given(body.level),
        status=_given(body.status),
        stage=_given(body.stage),
        service=_given(body.service),
        services=None if services is None else tuple(services),
        environment=_given(body.environment),
        labels=_given(body.labels),
        fields=_given(body.fields),
        roles=_given(body.roles),
        assignee=_given(body.assignee),
        root_cause=_given(body.root_cause),
        links=None if links is None else tuple(map(_link, links)),
        drill=_given(body.drill),
        milestones=_given(body.milestones) or {},
        comment=body.comment,
        force=body.force,
        reopen=body.reopen,
    )


def _link(link: LinkInput) -> Link:
    return Link(link.title, link.url)


def _given(value: Any) -> Any:
    """The value of a field that may be absent; None when it is."""
    return None if value is msgspec.UNSET else value
