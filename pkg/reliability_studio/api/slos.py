"""The routes of SLOs: `slos`, `slos/{id}`, calculate, history, preview, import, export.

`slo_routes(slos)` gives the table's rows; what they do is in `flows/slos`, what they say in `slo_mapping`.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from reliability_studio.api import asked
from reliability_studio.api import slo_exchange_shapes as exchange
from reliability_studio.api import slo_shapes as shapes
from reliability_studio.api import slo_trial_shapes as trials
from reliability_studio.api.calls import Role
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.api.slo_input_shapes import SloInput, SloPatch
from reliability_studio.api.slo_mapping import history_shape, slo_shape
from reliability_studio.api.slo_trial_mapping import forecast_shape, trial_shape
from reliability_studio.api.slo_writing import definition, patched
from reliability_studio.clock import Clock
from reliability_studio.domain.slo.measure import Status
from reliability_studio.domain.slo.spec import MAX_GOALS
from reliability_studio.errors import FieldProblem, Invalid, NotFound
from reliability_studio.flows.hub import Notice
from reliability_studio.flows.slo_exchange import SloExchange
from reliability_studio.flows.slo_views import View
from reliability_studio.flows.slos import Slos

MAX_LIMIT = 500
DEFAULT_POINTS = 500
MAX_POINTS = 5000
DEFAULT_HISTORY = timedelta(days=30)


class SloRoutes:
    """The handlers of one organisation."""

    def __init__(self, slos: Slos, clock: Clock, tell: Callable[[Notice], None]) -> None:
        self._slos = slos
        self._tell = tell
        self._exchange = SloExchange(slos, clock)
        self._clock = clock

    async def list(self, call: Call[None]) -> Reply:
        """All SLOs that match, the worst first.

        `burning`: only those whose alert fires; `whole`: the groups of one, `groups`: of all as well.
        """
        limit = asked.limit(call, 200, MAX_LIMIT)
        offset = asked.offset(call)
        whole, groups = call.first("whole"), asked.flag(call, "groups") or False
        every = await self._slos.groups(whole) if whole else await self._slos.every(groups=groups)
        matching = [seen for seen in every if _matches(call, seen)]
        counts = Counter(seen.verdict.status.value for seen in matching)
        wanted, burning = _statuses(call), asked.flag(call, "burning")
        shown = [
            seen
            for seen in matching
            if (not wanted or seen.verdict.status in wanted) and (not burning or seen.standing.burning)
        ]
        page = shown[offset : offset + limit]
        more = offset + limit < len(shown)
        return Reply(
            shapes.SloPageShape(
                items=[slo_shape(seen) for seen in page],
                total=len(shown),
                cursor=str(offset + limit) if more else None,
                counts={status.value: counts[status.value] for status in Status},
            )
        )

    async def create(self, call: Call[SloInput]) -> Reply:
        """Create an SLO; the answer shows where it stands on the history that there is."""
        seen = await self._slos.create(definition(call.body), call.caller.label)
        self._told(seen.slo.id, seen.slo.version, "created")
        return Reply(
            slo_shape(seen), 201, {"Location": f"slos/{seen.slo.id}", "ETag": f'"{seen.slo.version}"'}
        )

    async def preview(self, call: Call[SloInput]) -> Reply:
        """Try an SLO out on history without storing it."""
        points = asked.whole(call, "points", DEFAULT_POINTS, most=MAX_POINTS)
        return Reply(trial_shape(await self._slos.preview(definition(call.body), points)))

    async def what_if(self, call: Call[SloPatch]) -> Reply:
        """Try a change of an SLO out on history without storing it."""
        points = asked.whole(call, "points", DEFAULT_POINTS, most=MAX_POINTS)
        given = call.body
        found = await self._slos.what_if(call.param("id"), lambda old: patched(old, given), points)
        return Reply(trial_shape(found))

    async def forecast(self, call: Call[None]) -> Reply:
        """How the budget goes on."""
        found = await self._slos.forecast(call.param("id"), goal=_goal(call))
        if found is None:
            raise NotFound("there is no forecast yet: the SLO was never measured")
        return Reply(forecast_shape(found))

    async def get(self, call: Call[None]) -> Reply:
        """One SLO."""
        seen = await self._slos.get(call.param("id"))
        return Reply(slo_shape(seen), headers={"ETag": f'"{seen.slo.version}"'})

    async def edit(self, call: Call[SloPatch]) -> Reply:
        """Change the fields that are given."""
        given = call.body
        version = None if given.version is msgspec.UNSET else given.version
        seen = await self._slos.edit(
            call.param("id"),
            version,
            lambda old: patched(old, given),
            call.caller.label,
            admin=call.caller.role is Role.ADMIN,
        )
        self._told(seen.slo.id, seen.slo.version, "changed")
        return Reply(slo_shape(seen), headers={"ETag": f'"{seen.slo.version}"'})

    async def delete(self, call: Call[None]) -> Reply:
        """Delete an SLO with its history."""
        admin = call.caller.role is Role.ADMIN
        await self._slos.delete(call.param("id"), call.caller.label, admin=admin)
        self._told(call.param("id"), 0, "deleted")
        return Reply(status=204)

    async def calculate(self, call: Call[None]) -> Reply:
        """Count what is due now."""
        seen, result = await self._slos.calculate(call.param("id"))
        self._told(seen.slo.id, seen.slo.version, "calculated")
        return Reply(
            shapes.CalculationShape(
                slo=slo_shape(seen),
                snapshots=result.buckets,
                outcome=result.outcome.value,
                message=result.message,
            )
        )

    async def history(self, call: Call[None]) -> Reply:
        """The course of an SLO."""
        now = self._clock.now()
        end = asked.moment(call, "to") or now
        start = asked.moment(call, "from") or end - DEFAULT_HISTORY
        if start >= end:
            raise Invalid.field("from", "must lie before `to`")
        points = asked.whole(call, "points", DEFAULT_POINTS, most=MAX_POINTS)
        slo, course = await self._slos.history(call.param("id"), start, end, points, goal=_goal(call))
        return Reply(history_shape(slo, course))

    async def take_in(self, call: Call[exchange.SloImportInput]) -> Reply:
        """Import SLOs as code."""
        given = call.body
        found = await self._exchange.take_in(
            given.text,
            call.caller.label,
            strict=given.mode == "strict",
            dry_run=given.dry_run,
            admin=call.caller.role is Role.ADMIN,
        )
        items = [
            exchange.SloImportItemShape(
                name=each.draft.name,
                service=each.draft.service,
                action=each.action.value,
                id=each.slo_id,
                problems=_remarks(each.problems),
                warnings=_remarks(each.draft.warnings),
            )
            for each in found
        ]
        return Reply(exchange.SloImportShape(items=items, dry_run=given.dry_run))

    async def give_out(self, call: Call[None]) -> Reply:
        """Export SLOs as code."""
        text = await self._exchange.give_out(call.first("format", "openslo"), call.query.get("service", ()))
        return Reply(text.encode(), headers={"Content-Type": "application/yaml; charset=utf-8"})

    def _told(self, slo_id: str, version: int, change: str) -> None:
        self._tell(Notice("slo", slo_id, version, change, self._clock.now()))


def _nobody(_notice: Notice) -> None:
    """Nobody listens."""


def _remarks(problems: Sequence[FieldProblem]) -> list[exchange.SloImportRemarkShape]:
    return [exchange.SloImportRemarkShape(path=each.path, problem=each.problem) for each in problems]


def slo_routes(slos: Slos, clock: Clock, tell: Callable[[Notice], None] = _nobody) -> Sequence[Route[Any]]:
    """The rows of the route table.

    Args:
        slos: what people do with SLOs.
        clock: the present.
        tell: takes a notice of each change, for pages that are open.
    """
    at = SloRoutes(slos, clock, tell)
    one, edits = shapes.SloShape, SloInput
    viewer, editor = Role.VIEWER, Role.EDITOR
    return (
        Route("GET", "slos", viewer, at.list, "SLOs, the worst first", returns=shapes.SloPageShape),
        Route("POST", "slos", editor, at.create, "Create an SLO", body=edits, returns=one, status=201),
        Route(
            "POST",
            "slos/preview",
            viewer,
            at.preview,
            "Try an SLO out on history",
            body=edits,
            returns=trials.SloPreviewShape,
        ),
        Route(
            "POST",
            "slos/import",
            editor,
            at.take_in,
            "Import SLOs as code",
            body=exchange.SloImportInput,
            returns=exchange.SloImportShape,
        ),
        Route("GET", "slos/export", viewer, at.give_out, "Export SLOs as code: openslo or prometheus"),
        Route("GET", "slos/{id}", viewer, at.get, "One SLO", returns=one),
        Route("PATCH", "slos/{id}", editor, at.edit, "Change an SLO", body=SloPatch, returns=one),
        Route("DELETE", "slos/{id}", editor, at.delete, "Delete an SLO with its history", status=204),
        Route(
            "POST",
            "slos/{id}/calculate",
            editor,
            at.calculate,
            "Count what is due now",
            returns=shapes.CalculationShape,
        ),
        Route(
            "POST",
            "slos/{id}/what-if",
            viewer,
            at.what_if,
            "Try a change out on history",
            body=SloPatch,
            returns=trials.SloPreviewShape,
        ),
        Route(
            "GET",
            "slos/{id}/forecast",
            viewer,
            at.forecast,
            "How the budget goes on, of the main objective or another one (`objective=1`)",
            returns=trials.SloForecastShape,
        ),
        Route(
            "GET",
            "slos/{id}/history",
            viewer,
            at.history,
            "The course of an SLO, held against its main objective or another one (`objective=1`)",
            returns=shapes.SloHistoryShape,
        ),
    )


def _matches(call: Call[None], seen: View) -> bool:
    what = seen.slo.definition
    text = call.first("q").strip().lower()
    words = " ".join((what.name, what.service, what.description, what.owner, *what.labels.values())).lower()
    services, owners = call.query.get("service", ()), call.query.get("owner", ())
    return (
        all(word in words for word in text.split())
        and (not services or what.service in services)
        and (not owners or what.owner in owners)
        and all(_has_label(what.labels, wanted) for wanted in call.query.get("label", ()))
    )


def _has_label(labels: Mapping[str, str], wanted: str) -> bool:
    name, _, value = wanted.partition("=")
    return labels.get(name) == value


def _statuses(call: Call[None]) -> set[Status]:
    try:
        return {Status(text) for text in call.query.get("status", ())}
    except ValueError as error:
        known = ", ".join(Status)
        raise Invalid.field("status", f"must be one of {known}") from error


def _goal(call: Call[None]) -> int:
    """Which of an SLO's objectives is meant: 0, or nothing, the main one."""
    return asked.whole(call, "objective", 0, most=MAX_GOALS - 1, least=0)
