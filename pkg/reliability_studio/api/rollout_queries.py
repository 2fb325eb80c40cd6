"""QueryData about rollouts: `rollouts`, each with its verdict, as rows or as marks on graphs.

Names of columns are part of the API: dashboards refer to them.
"""

from collections.abc import Sequence
from typing import Literal

import polars as pl

from reliability_studio.api.queries import AnyQueryType, QueryCall, QueryModel, QueryType
from reliability_studio.domain.correlation.rollout import RolloutState
from reliability_studio.flows.rollout_log import RolloutLog
from reliability_studio.frames import shapes
from reliability_studio.frames.meta import FieldConfig, Notice, Severity
from reliability_studio.frames.rows import Column
from reliability_studio.frames.shapes import Frames, Remarks
from reliability_studio.store.rollouts import Rollout

MAX_ROLLOUTS = 1_000
"""Rollouts in one answer, the newest first; a notice says when there are more."""

_TIME = pl.Datetime("us", "UTC")
_NUMBERS: dict[str, tuple[str, str]] = {
    "requests_before": ("requestsBefore", "short"),
    "requests_after": ("requestsAfter", "short"),
    "error_percent_before": ("errorPercentBefore", "percent"),
    "error_percent_after": ("errorPercentAfter", "percent"),
    "p95_ms_before": ("p95MsBefore", "ms"),
    "p95_ms_after": ("p95MsAfter", "ms"),
}
"""Each number's column: what it is called in the store, and its unit."""
_ROLLOUT: dict[str, pl.DataType | type[pl.DataType]] = {
    "started_at": _TIME,
    **dict.fromkeys(("service", "namespace", "version"), pl.String),
    "revision": pl.Int64,
    **dict.fromkeys(("verdict", "summary", "reasons", "compared"), pl.String),
    "judged_at": _TIME,
    **dict.fromkeys(_NUMBERS, pl.Float64),
}
_COLUMNS = {name: Column(config=FieldConfig(unit=unit)) for name, (_, unit) in _NUMBERS.items()}


class RolloutsModel(QueryModel, frozen=True):
    """`rollouts`: those that began in the time range."""

    services: tuple[str, ...] = ()
    """All when empty."""
    format: Literal["table", "annotations"] = "table"


def rollout_queries(log: RolloutLog) -> Sequence[AnyQueryType]:
    """The rows of the table of query types."""

    async def rollouts(call: QueryCall[RolloutsModel]) -> Frames:
        found = await log.listing(
            since=call.start, until=call.end, services=call.model.services, limit=MAX_ROLLOUTS + 1
        )
        remarks = _cut() if len(found) > MAX_ROLLOUTS else Remarks()
        rows = pl.DataFrame([_row(each) for each in found[:MAX_ROLLOUTS]], schema=_ROLLOUT)
        if call.model.format == "annotations":
            return shapes.annotations(_marks(rows), remarks=remarks)
        return shapes.table(rows, name="rollouts", columns=_COLUMNS, remarks=remarks)

    return (QueryType("rollouts", RolloutsModel, rollouts, summary="Rollouts with their verdicts"),)


def _row(rollout: Rollout) -> dict[str, object]:
    return {
        "started_at": rollout.started_at,
        "service": rollout.service,
        "namespace": rollout.namespace,
        "version": rollout.version,
        "revision": rollout.revision,
        "verdict": rollout.state,
        "summary": rollout.summary,
        "reasons": "; ".join(rollout.reasons),
        "compared": "" if rollout.compared is None else rollout.compared.told(),
        "judged_at": rollout.judged_at,
        **{name: rollout.numbers.get(stored) for name, (stored, _) in _NUMBERS.items()},
    }


def _marks(rows: pl.DataFrame) -> pl.DataFrame:
    """From the start of a rollout to its verdict; one that goes on has no end yet."""
    told = pl.concat_str(
        [pl.col("summary"), *(pl.col(each).replace("", None) for each in ("reasons", "compared"))],
        separator="; ",
        ignore_nulls=True,
    )
    judged = pl.col("verdict") != RolloutState.RUNNING.value
    return rows.select(
        pl.col("started_at").alias("time"),
        pl.when(judged).then("judged_at").alias("timeEnd"),
        pl.concat_str(
            [pl.col("service"), pl.col("verdict").str.replace_all("_", " ")], separator=" rolled out: "
        ).alias("title"),
        told.alias("text"),
        pl.concat_list(pl.lit("rollout"), "service", "verdict").alias("tags"),
    )


def _cut() -> Remarks:
    text = f"only the newest {MAX_ROLLOUTS} rollouts of this time range are shown"
    return Remarks(notices=(Notice(severity=Severity.WARNING, text=text),))
