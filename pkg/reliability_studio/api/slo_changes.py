"""The route of an SLO's changes: what was promised before, field by field."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from reliability_studio.api import asked
from reliability_studio.api import slo_shapes as shapes
from reliability_studio.api.calls import Role
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.api.slo_writing import written
from reliability_studio.domain.slo.spec import MAX_GOALS, Definition
from reliability_studio.flows.slo_changes import Revision, SloChanges


def slo_change_routes(changes: SloChanges) -> Sequence[Route[Any]]:
    """The rows of the route table."""

    async def show(call: Call[None]) -> Reply:
        page = await changes.page(call.param("id"), cursor=asked.cursor(call), limit=asked.limit(call))
        items = [change_shape(one) for one in page.items]
        return Reply(shapes.SloChangePageShape(items=items, cursor=page.cursor))

    return (
        Route(
            "GET",
            "slos/{id}/changes",
            Role.VIEWER,
            show,
            "What an SLO promised before, newest change first",
            returns=shapes.SloChangePageShape,
        ),
    )


def change_shape(revision: Revision) -> shapes.SloChangeShape:
    """One change with the fields that differ, as the API calls them."""
    before = {} if revision.before is None else _fields(revision.before)
    after = _fields(revision.after)
    return shapes.SloChangeShape(
        at=revision.at,
        by=revision.by,
        created=revision.before is None,
        fields=[
            shapes.SloFieldChangeShape(
                field=name, before=_text(before.get(name)), after=_text(after.get(name))
            )
            for name in sorted({*before, *after})
            if before.get(name) != after.get(name) and (revision.before is not None or name in _PROMISED)
        ],
    )


_PROMISED = frozenset(
    {"objective", "window", *(f"furtherObjectives[{number}]" for number in range(MAX_GOALS - 1))}
)
"""Of a new SLO only this is told: the rest is there to be seen."""


def _fields(definition: Definition) -> Mapping[str, object]:
    fields: Mapping[str, object] = msgspec.to_builtins(written(definition))
    promised = {
        f"furtherObjectives[{number}]": f"{goal.text}, alerting" if goal.alerting else goal.text
        for number, goal in enumerate(definition.further)
    }
    told = {name: value for name, value in fields.items() if name != "furtherObjectives"}
    return {**told, "window": definition.window.text, **promised}


def _text(value: object) -> str:
    """A text as it is, anything else as JSON; empty for nothing."""
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value, order="sorted").decode()
