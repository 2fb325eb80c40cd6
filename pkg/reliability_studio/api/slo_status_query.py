"""The query `slo_status`: where SLOs stand, one row per objective; as numbers for alert rules one per SLO.

Numbers of further objectives are given when they are asked for, and then every number is labelled with its
objective and window: the labels of a number never change because somebody promised something else as well.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import polars as pl

from reliability_studio.api.slo_frames import CONFIGS, LABELS, SloFilter, remarks
from reliability_studio.domain.slo.measure import Measurement, Status, Verdict
from reliability_studio.domain.slo.spec import SCALE, Goal
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


@dataclass(frozen=True, slots=True)
class _Held:
    """One objective of an SLO and how it stands; number 0 is the main one."""

    seen: View
    number: int
    goal: Goal
    measurement: Measurement | None
    verdict: Verdict


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
    every = [held for each in seen for held in _held(each) if only in {None, held.number}]
    rows = pl.DataFrame([_row(held) for held in every], schema=schema)
    columns = {name: Column(config=config) for name, config in CONFIGS.items() if name in schema}
    return shapes.table(rows, name="slo_status", columns=columns, remarks=remarks(seen))


def status_numbers(
    seen: Sequence[View], metric: Metric, *, objectives: bool, only: int | None = None
) -> Frames:
    """One number per SLO, or with `objectives` per objective; what has no present number is left out.

    Numbers of one further objective (`only`) are labelled like those of several.
    """
    wanted = 0 if only is None and not objectives else only
    objectives = wanted != 0
    every = [held for each in seen for held in _held(each) if wanted in {None, held.number}]
    values = [(held, _METRICS[metric](held.measurement)) for held in every if held.measurement is not None]
    known = [
        (held, value)
        for held, value in values
        if value is not None and held.verdict.status is not Status.NO_DATA
    ]
    said = remarks(seen)
    if not known:
        return shapes.no_data(FrameType.NUMERIC_MULTI, name=metric, remarks=said)
    labels = (*LABELS, "objective", "window") if objectives else LABELS
    rows = pl.DataFrame([{**_labels(held), "value": float(value)} for held, value in known])
    return shapes.numeric_multi(
        rows.select(*labels, "value"),
        labels=labels,
        title="slo",
        name=metric,
        column=Column(config=CONFIGS[metric]),
        remarks=said,
    )


def _held(seen: View) -> Iterator[_Held]:
    goals = seen.slo.definition.goals
    yield _Held(seen, 0, goals[0], seen.standing.measurement, seen.verdict)
    for number, each in enumerate(seen.further, 1):
        yield _Held(seen, number, each.goal, each.measurement, each.verdict)


def _labels(held: _Held) -> Mapping[str, str]:
    slo = held.seen.slo
    return {
        "slo": slo.definition.name,
        "slo_id": slo.id,
        "service": slo.definition.service,
        "objective": held.goal.objective.text,
        "window": held.goal.window.text,
    }


def _row(held: _Held) -> Mapping[str, object]:
    measurement, alert = held.measurement, held.seen.standing.alert
    counts = measurement.window.counts if measurement else None
    as_of = datetime.fromtimestamp(measurement.as_of, UTC) if measurement else None
    numbers = {name: take(measurement) if measurement else None for name, take in _METRICS.items()}
    return {
        **_labels(held),
        **numbers,
        "status": held.verdict.status.value,
        "reason": held.verdict.text,
        "objective": held.goal.objective.parts / SCALE,
        "good": counts and counts.good,
        "bad": counts and counts.bad,
        "total": counts and counts.total,
        # Alerts follow the main objective.
        "firing": alert.condition if alert.firing and held.number == 0 else "",
        "as_of": as_of,
        "objective_number": held.number,
    }


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
