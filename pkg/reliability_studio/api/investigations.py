"""Routes of investigations: the answer and its versions, running one anew, judging it; and the checks."""

from typing import Any

from reliability_studio.api import asked
from reliability_studio.api.calls import Role
from reliability_studio.api.check_shapes import (
    CheckListShape,
    CheckShape,
    CheckTuningInput,
    CustomCheckInput,
    PrecisionShape,
)
from reliability_studio.api.investigation_json import investigation_shape
from reliability_studio.api.investigation_shapes import GradeInput, InvestigationShape
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.domain.checks.tuning import CustomCheck, Tuning
from reliability_studio.flows.checks import Checks, CheckView
from reliability_studio.flows.inquiry import Inquiries
from reliability_studio.flows.investigate import Investigations


def investigation_routes(
    investigations: Investigations, inquiries: Inquiries, checks: Checks, clock: Clock
) -> tuple[Route[Any], ...]:
    """The table of this file."""
    api = _Api(investigations, inquiries, clock)
    own = _Checks(checks, clock)
    one = "incidents/{number}/investigation"
    viewer, editor = Role.VIEWER, Role.EDITOR
    return (
        Route("GET", one, viewer, api.latest, "The newest investigation", returns=InvestigationShape),
        Route("POST", one, editor, api.run, "Investigate now", returns=InvestigationShape),
        Route(
            "GET",
            f"{one}/versions/{{version}}",
            viewer,
            api.version,
            "An earlier investigation as it was",
            returns=InvestigationShape,
        ),
        Route(
            "PUT",
            f"{one}/grade",
            editor,
            api.grade,
            "Say whether the named cause was right",
            body=GradeInput,
            returns=InvestigationShape,
        ),
        Route("GET", "checks", viewer, own.listing, "The checks of investigations", returns=CheckListShape),
        Route(
            "POST",
            "checks",
            editor,
            own.add,
            "Add a check of your own",
            body=CustomCheckInput,
            returns=CheckShape,
            status=201,
        ),
        Route(
            "PATCH",
            "checks/{id}",
            editor,
            own.tune,
            "Switch or tune a check",
            body=CheckTuningInput,
            returns=CheckShape,
        ),
        Route(
            "PUT",
            "checks/{id}",
            editor,
            own.change,
            "Replace a check of your own",
            body=CustomCheckInput,
            returns=CheckShape,
        ),
        Route(
            "DELETE",
            "checks/{id}",
            editor,
            own.remove,
            "Forget a tuning, or a check of your own",
            status=204,
        ),
    )


class _Api:
    def __init__(self, investigations: Investigations, inquiries: Inquiries, clock: Clock) -> None:
        self._investigations = investigations
        self._inquiries = inquiries
        self._clock = clock

    async def latest(self, call: Call[None]) -> Reply:
        found = await self._inquiries.latest(asked.number(call), self._clock.now())
        return Reply(investigation_shape(found))

    async def run(self, call: Call[None]) -> Reply:
        found = await self._investigations.ask(
            asked.number(call), by=call.caller.label, now=self._clock.now()
        )
        return Reply(investigation_shape(found))

    async def version(self, call: Call[None]) -> Reply:
        number, version = asked.number(call), asked.row_id(call, "version")
        found = await self._inquiries.version(number, version, self._clock.now())
        return Reply(investigation_shape(found))

    async def grade(self, call: Call[GradeInput]) -> Reply:
        body = call.body
        found = await self._inquiries.grade(
            asked.number(call),
            right=body.right,
            service=body.service.strip(),
            note=body.note,
            by=call.caller.label,
            now=self._clock.now(),
        )
        return Reply(investigation_shape(found))


class _Checks:
    def __init__(self, checks: Checks, clock: Clock) -> None:
        self._checks = checks
        self._clock = clock

    async def listing(self, _call: Call[None]) -> Reply:
        return Reply(CheckListShape(items=[_shape(each) for each in await self._checks.listing()]))

    async def add(self, call: Call[CustomCheckInput]) -> Reply:
        made = await self._checks.add(_custom(call.body), by=call.caller.label, now=self._clock.now())
        return Reply(_shape(made), status=201)

    async def tune(self, call: Call[CheckTuningInput]) -> Reply:
        body = call.body
        tuning = Tuning(enabled=body.enabled, threshold=body.threshold, points=body.points)
        found = await self._checks.tune(call.param("id"), tuning, by=call.caller.label, now=self._clock.now())
        return Reply(_shape(found))

    async def change(self, call: Call[CustomCheckInput]) -> Reply:
        found = await self._checks.change(
            call.param("id"), _custom(call.body), by=call.caller.label, now=self._clock.now()
        )
        return Reply(_shape(found))

    async def remove(self, call: Call[None]) -> Reply:
        await self._checks.remove(call.param("id"), by=call.caller.label, now=self._clock.now())
        return Reply(status=204)


def _custom(body: CustomCheckInput) -> CustomCheck:
    return CustomCheck(
        title=body.title,
        query=body.query,
        op=body.op,
        threshold=body.threshold,
        points=body.points,
        by=tuple(body.by),
        kind=body.kind,
        unit=body.unit,
        fix=body.fix,
        enabled=body.enabled,
    )


def _shape(view: CheckView) -> CheckShape:
    check, condition, precision = view.check, view.check.condition, view.precision
    return CheckShape(
        id=check.id,
        title=check.title,
        source=check.source,
        type=check.type,
        kind=check.kind,
        statistic=check.statistic,
        query=check.query,
        by=list(check.by),
        unit=check.unit,
        op=None if condition is None else condition.op,
        threshold=None if condition is None else condition.value,
        points=None if condition is None else condition.points,
        fix=check.fix,
        enabled=check.enabled,
        custom=check.custom,
        tuned=view.tuned,
        precision=None
        if precision is None
        else PrecisionShape(right=precision.right, total=precision.total, share=precision.share),
    )
