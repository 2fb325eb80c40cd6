"""QueryData about what investigations found: `findings`, one row per cause or signal of an incident.

Each incident is shown by its newest investigation; an incident that nobody has looked at has no rows, and one
in which nothing was found has none either, so a panel tells the two apart by the incident itself. Names of
columns are part of the API: dashboards refer to them.
"""

from collections.abc import Sequence

import polars as pl

from reliability_studio.api.incident_queries import IncidentFilter
from reliability_studio.api.queries import AnyQueryType, QueryCall, QueryType
from reliability_studio.domain.incidents.model import Status, parse_number
from reliability_studio.errors import Invalid
from reliability_studio.flows.findings import Finding, Findings
from reliability_studio.frames import shapes
from reliability_studio.frames.meta import FieldConfig
from reliability_studio.frames.rows import Column
from reliability_studio.frames.shapes import Frames
from reliability_studio.store.incident_lists import Filter

MAX_INCIDENTS = 200
"""Incidents whose findings are in one answer, the newest first."""

_ACTIVE = tuple(status for status in Status if status.active)
_TIME = pl.Datetime("us", "UTC")
_FINDING: dict[str, pl.DataType | type[pl.DataType]] = {
    **dict.fromkeys(("incident", "service", "type", "title"), pl.String),
    "confidence": pl.Float64,
    **dict.fromkeys(("source", "subject"), pl.String),
    "investigated_at": _TIME,
}
_COLUMNS = {
    "confidence": Column(config=FieldConfig(display_name="Confidence", unit="percentunit", min=0.0, max=1.0))
}


class FindingsModel(IncidentFilter, frozen=True):
    """`findings`."""

    number: str = ""
    """`INC-42`: of this incident alone; otherwise of those that the filter leaves, and that are active."""
    types: tuple[str, ...] = ()
    """`cause`, `metric`, `log`, `infrastructure`; all when empty."""


def finding_queries(found: Findings) -> Sequence[AnyQueryType]:
    """The rows of the table of query types."""

    async def findings(call: QueryCall[FindingsModel]) -> Frames:
        model = call.model
        signals = await found.signals(sought(model.number, model), MAX_INCIDENTS)
        rows = [_row(each) for each in signals if not model.types or each.signal.type in model.types]
        return shapes.table(pl.DataFrame(rows, schema=_FINDING), name="findings", columns=_COLUMNS)

    return (QueryType("findings", FindingsModel, findings, summary="What investigations found"),)


def sought(number: str, model: IncidentFilter) -> int | Filter:
    """One incident by its number, or those that the filter leaves; without statuses only active ones.

    Raises:
        Invalid: the number is none.
    """
    if number:
        return one_incident(number)
    return Filter(
        text=model.text,
        statuses=model.statuses or _ACTIVE,
        severities=model.severities,
        levels=model.levels,
        stages=model.stages,
        services=model.services,
        assignees=model.assignees,
        drill=None if model.drills else False,
    )


def one_incident(number: str) -> int:
    """The number of an incident as people write it.

    Raises:
        Invalid: it is none.
    """
    found = parse_number(number)
    if found is None:
        raise Invalid.field("number", "must be the number of an incident, for example INC-42")
    return found


def _row(found: Finding) -> dict[str, object]:
    return {
        "incident": f"INC-{found.incident.number}",
        "service": found.incident.service,
        "type": found.signal.type,
        "title": found.signal.title,
        "confidence": found.signal.confidence,
        "source": found.signal.source_type,
        "subject": found.signal.source_id,
        "investigated_at": found.at,
    }
