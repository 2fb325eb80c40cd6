"""The query `slo_status`: where SLOs stand, one row per objective; as numbers for alert rules one per SLO.

Numbers of further objectives are given when they are asked for, and then every number is labelled with its
objective and window: the labels of a number never change because somebody promised something else as well.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

import polars as pl

from reliability_studio.api.slo_frames import (
    CONFIGS,
    LABELS,
    Held,
    SloFilter,
    held,
    held_labels,
    remarks,
    wanted_numbers,
)
from reliability_studio.domain.slo.composite import counts_events
from reliability_studio.domain.slo.goals import SCALE
from reliability_studio.domain.slo.measure import Measurement
from reliability_studio.flows.slo_views import View
from reliability_studio.frames import shapes
from reliability_studio.frames.meta import FrameType
from reliability_studio.frames.rows import Column
from reliability_studio.frames.shapes import Frames

Metric = Literal[
    "budget_remaining", "burn_rate", "sli", "error_ratio", "bad_left", "minutes_left", "coverage"
]


class SloStatusModel(SloFilter, frozen=True):
    """`slo_status`."""

    format: Literal["table", "numeric"] = "table"
    metric: Metric = "budget_remaining"
    objectives: bool = False
    """Whether numbers are wanted of further objectives as well, labelled with objective and window."""
    objective: str = ""
    """The number of one objective alone, 0 for the main one; SLOs that promise less are left out."""


def status_table(seen: Sequence[View], only: int | None = None) -> Frames:
    """One row per objective: of each SLO the main one, then the further ones; or only those of one number."""
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        **dict.fromkeys(LABELS, pl.String),
        "status": pl.String,
        "reason": pl.String,
        **dict.fromkeys(("objective", "sli", "budget_remaining", "burn_rate"), pl.Float64),
        **dict.fromkeys(("good", "bad", "total"), pl.Int64),
        **dict.fromkeys(("bad_left", "minutes_left", "coverage"), pl.Float64),
        "firing": pl.String,
        "window": pl.String,
        "as_of": pl.Datetime("ms", "UTC"),
        "objective_number": pl.Int64,
    }
    every = [one for one in held(seen) if only in {None, one.number}]
    rows = pl.DataFrame([_row(one) for one in every], schema=schema)
    columns = {name: Column(config=config) for name, config in CONFIGS.items() if name in schema}
    return shapes.table(rows, name="slo_status", columns=columns, remarks=remarks(seen))


def status_numbers(
    seen: Sequence[View], metric: Metric, *, objectives: bool, only: int | None = None
) -> Frames:
    """One number per SLO, or with `objectives` per objective; what has no present number is left out.

    Numbers of one further objective (`only`) are labelled like those of several.
    """
    numbers, labels = wanted_numbers(only, objectives=objectives)
    every = [one for one in held(seen) if one.number in numbers]
    values = [(one, _number(one, metric)) for one in every]
    known = [(one, value) for one, value in values if value is not None and one.is_current]
    said = remarks(seen)
    if not known:
        return shapes.no_data(FrameType.NUMERIC_MULTI, name=metric, remarks=said)
    rows = pl.DataFrame([{**held_labels(one), "value": float(value)} for one, value in known])
    return shapes.numeric_multi(
        rows.select(*labels, "value"),
        labels=labels,
        title="slo",
        name=metric,
        column=Column(config=CONFIGS[metric]),
        remarks=said,
    )


def _row(one: Held) -> Mapping[str, object]:
    measurement = one.measurement
    counts = measurement.window.counts if measurement and counts_events(one.seen.slo.definition) else None
    as_of = datetime.fromtimestamp(measurement.as_of, UTC) if measurement else None
    numbers = {name: _number(one, name) for name in _METRICS}
    return {
        **held_labels(one),
        **numbers,
        "status": one.verdict.status.value,
        "reason": one.verdict.text,
        "objective": one.goal.objective.parts / SCALE,
        "good": counts and counts.good,
        "bad": counts and counts.bad,
        "total": counts and counts.total,
        "firing": one.watch.firing,
        "as_of": as_of,
        "objective_number": one.number,
    }


def _number(one: Held, metric: str) -> float | None:
    """None without a measurement, and where the SLO does not have such a number."""
    if one.measurement is None or (metric == "bad_left" and not counts_events(one.seen.slo.definition)):
        return None
    return _METRICS[metric](one.measurement)


def _hour_burn(measurement: Measurement) -> float | None:
    """The burn rate of the last hour; of the shortest window there is if none is an hour."""
    hour = [each for each in measurement.burns if each.length_s == 3600]  # noqa: PLR2004 - an hour
    return (hour or [measurement.window])[0].burn


_METRICS: Mapping[str, Callable[[Measurement], float | None]] = {
    "budget_remaining": lambda m: m.remaining,
    "burn_rate": _hour_burn,
    "sli": lambda m: m.window.sli,
    "error_ratio": lambda m: None if m.window.sli is None else 1 - m.window.sli,
    "bad_left": lambda m: m.bad_left,
    "minutes_left": lambda m: m.minutes_left,
    "coverage": lambda m: m.window.coverage,
}
