"""The routes of corrections: time that does not count against budgets."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from reliability_studio.api import slo_correction_shapes as shapes
from reliability_studio.api.calls import Role
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.domain.slo.corrections import Correction, Scope
from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.recurrence import parse_recurrence
from reliability_studio.errors import Invalid
from reliability_studio.flows.slo_corrections import SloCorrections


class CorrectionRoutes:
    """The handlers of one organisation."""

    def __init__(self, corrections: SloCorrections) -> None:
        self._corrections = corrections

    async def list(self, _call: Call[None]) -> Reply:
        """All corrections."""
        found = await self._corrections.every()
        return Reply(shapes.SloCorrectionsShape(items=[correction_shape(each) for each in found]))

    async def create(self, call: Call[shapes.SloCorrectionInput]) -> Reply:
        """Say that some time does not count."""
        made = await self._corrections.create(correction(call.body), call.caller.label, admin=_admin(call))
        return Reply(correction_shape(made), 201)

    async def edit(self, call: Call[shapes.SloCorrectionInput]) -> Reply:
        """Replace a correction."""
        given = call.body
        made = await self._corrections.edit(
            call.param("id"), given.version, correction(given), call.caller.label, admin=_admin(call)
        )
        return Reply(correction_shape(made))

    async def delete(self, call: Call[None]) -> Reply:
        """Take a correction back."""
        await self._corrections.delete(call.param("id"), call.caller.label, admin=_admin(call))
        return Reply(status=204)


def _admin(call: Call[Any]) -> bool:
    return call.caller.role is Role.ADMIN


def correction_routes(corrections: SloCorrections) -> Sequence[Route[Any]]:
    """The rows of the route table; before `slos/{id}`, which would match as well."""
    at = CorrectionRoutes(corrections)
    one, given, editor = (
        shapes.SloCorrectionShape,
        shapes.SloCorrectionInput,
        Role.EDITOR,
    )
    every = shapes.SloCorrectionsShape
    path = "slos/corrections"
    return (
        Route("GET", path, Role.VIEWER, at.list, "Time that does not count", returns=every),
        Route(
            "POST", path, editor, at.create, "Exclude time from budgets", body=given, returns=one, status=201
        ),
        Route("PUT", f"{path}/{{id}}", editor, at.edit, "Change a correction", body=given, returns=one),
        Route("DELETE", f"{path}/{{id}}", editor, at.delete, "Take a correction back", status=204),
    )


def correction(given: shapes.SloCorrectionInput) -> Correction:
    """The correction that was written; its id and versions are not given yet.

    Raises:
        Invalid: a rule is broken; names the field.
    """
    try:
        ZoneInfo(given.zone)
    except (ValueError, OSError, KeyError) as error:
        raise Invalid.field("$.zone", "is no time zone; write it like Europe/Berlin") from error
    try:
        scope = Scope(frozenset(given.slo_ids), frozenset(given.services), given.labels, given.everything)
        start = _seconds(given.start, "$.start")
        rule = parse_recurrence(given.recurrence, "$.recurrence") if given.recurrence else None
        return Correction(
            id="",
            org_id=0,
            version=0,
            scope=scope,
            start=start,
            length_s=_seconds(given.end, "$.end") - start,
            category=given.category,
            reason=given.reason.strip(),
            recurrence=rule,
            zone=given.zone,
            treatment=given.treatment,
        )
    except BadSpec as error:
        raise Invalid.field(error.path, str(error)) from error


def correction_shape(made: Correction) -> shapes.SloCorrectionShape:
    """One correction as it is told."""
    return shapes.SloCorrectionShape(
        id=made.id,
        version=made.version,
        start=_moment(made.start),
        end=_moment(made.start + made.length_s),
        reason=made.reason,
        category=made.category,
        slo_ids=sorted(made.scope.slo_ids),
        services=sorted(made.scope.services),
        labels=dict(made.scope.labels),
        everything=made.scope.everything,
        recurrence="" if made.recurrence is None else made.recurrence.text,
        zone=made.zone,
        treatment=made.treatment,
        updated_at=made.updated_at or _moment(0),
        updated_by=made.updated_by,
    )


def _seconds(moment: datetime, path: str) -> int:
    if moment.tzinfo is None:
        raise Invalid.field(path, "must have a time zone, like 2026-01-31T12:00:00Z")
    return int(moment.timestamp())


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
