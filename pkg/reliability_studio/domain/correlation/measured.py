"""Measured series and log patterns as findings: the best per service, kind and outcome, with all numbers.

A service with two hundred series is not two hundred times as suspect, and a verdict is for people: of each
service and kind the strongest found one is kept (for network gaps every edge, because their number counts),
and one clean or missing one stands for the rest.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import polars as pl

from reliability_studio.domain.correlation.evidence import Finding, Outcome, Window
from reliability_studio.domain.correlation.kinds import NATURES, Kind
from reliability_studio.domain.correlation.logs import known
from reliability_studio.domain.correlation.logs.shift import Pattern
from reliability_studio.domain.correlation.noise import FOUND
from reliability_studio.domain.correlation.series import COUNT, Grid

MOST_PER_SERVICE = 3
"""Log patterns that become findings, per service."""


def of_series(strengths: pl.DataFrame, grid: Grid, window: Window, baseline: Window) -> tuple[Finding, ...]:
    """Findings of all series, strongest of each (service, kind, outcome)."""
    ranked = strengths.sort(
        ["service", "is_kind", "state", "strength", "stat", "name", "pod", "sign"],
        descending=[False, False, False, True, True, False, False, True],
        nulls_last=True,
    )
    many = pl.col("is_kind") == Kind.EDGE_GAP.value
    best = (
        ranked.with_columns(place=pl.int_range(pl.len()).over("service", "is_kind", "state"))
        .filter((pl.col("place") == 0) | many)
        .sort("service", "is_kind", "state", "name", "sid")
    )
    return tuple(_of_row(row, grid, window, baseline) for row in best.iter_rows(named=True))


def _of_row(row: Mapping[str, object], grid: Grid, window: Window, baseline: Window) -> Finding:
    kind = Kind(str(row["is_kind"]))
    bucket = row["first_bucket"]
    sign = row["sign"]
    effect = _number(row["effect"])
    return Finding(
        id=finding_id(row),
        service=str(row["service"]),
        kind=kind,
        type=NATURES[kind].type,
        outcome=Outcome(str(row["state"])),
        subject=str(row["name"]),
        window=window,
        baseline=baseline,
        before=_number(row["before"]),
        now=_number(row["now"]),
        effect=effect * sign if effect is not None and isinstance(sign, int) else None,
        samples=_whole(row["samples"]),
        strength=_number(row["strength"]) or 0.0,
        first_seen=moment(grid.time(bucket)) if isinstance(bucket, int) else None,
        shown=moment(grid.time(bucket + 1)) if isinstance(bucket, int) else None,
        pod=str(row["pod"] or ""),
        query=str(row["query"] or "") or selector(str(row["name"]), str(row["labels"] or "")),
        detail=_said(kind, row),
        unit=_unit(kind, str(row["unit"] or "")),
    )


def _unit(kind: Kind, told: str) -> str:
    """The unit for people; rows that count what was seen say what that is."""
    if told != COUNT:
        return told
    return "lines" if kind in {Kind.LOG_ERRORS, Kind.LOG_PATTERN} else "requests"


def finding_id(row: Mapping[str, object]) -> str:
    """How the finding of a series is called: stable from run to run."""
    parts = ["series", str(row["service"]), str(row["is_kind"]), str(row["name"])]
    parts += [part for part in (str(row["pod"] or ""), str(row["labels"] or "")) if part]
    if row["sign"] == -1:
        parts.append("down")
    return ":".join(parts)


def selector(name: str, labels: str) -> str:
    """The selector that shows a series, from its name and its labels as JSON; the bare name without them."""
    try:
        read = json.loads(labels) if labels else {}
    except ValueError:
        return name
    if not isinstance(read, dict) or not read:
        return name
    inside = ",".join(f"{key}={json.dumps(str(value))}" for key, value in sorted(read.items()))
    return f"{name}{{{inside}}}"


def _said(kind: Kind, row: Mapping[str, object]) -> str:
    before, now = _number(row["before"]), _number(row["now"])
    what = kind.value.replace("_", " ")
    if before is None or now is None:
        return f"{what}: not enough points to say"
    unit = _unit(kind, str(row["unit"] or ""))
    if unit == "share":
        return f"{what} went from {before:.2%} to {now:.2%}"
    return f"{what} went from {before:.4g} to {now:.4g}{unit and f' {unit}'}"


def of_patterns(
    patterns: Iterable[Pattern], window: Window, baseline: Window, step_ms: int
) -> tuple[Finding, ...]:
    """The most telling patterns of each service.

    What a caller writes when something behind it fails (refused, timed out) travels like errors do, so it
    counts under that kind; everything else stays with the service that wrote it.
    """
    made: list[Finding] = []
    taken: dict[str, int] = {}
    for each in patterns:
        if each.strength < FOUND * 0.75 or taken.get(each.service, 0) >= MOST_PER_SERVICE:
            continue
        taken[each.service] = taken.get(each.service, 0) + 1
        kind = Kind.LOG_ERRORS if each.meaning in known.DEPENDENCY else Kind.LOG_PATTERN
        made.append(_of_pattern(each, kind, window, baseline, step_ms))
    return tuple(sorted(made, key=lambda finding: finding.id))


def _of_pattern(each: Pattern, kind: Kind, window: Window, baseline: Window, step_ms: int) -> Finding:
    change = "new" if each.novel else f"{each.before_rate:.3g} → {each.now_rate:.3g} lines/min"
    known_as = f" ({each.meaning.value})" if each.meaning else ""
    return Finding(
        id=f"log:{each.service}:{each.id}",
        service=each.service,
        kind=kind,
        type=NATURES[kind].type,
        outcome=Outcome.FOUND,
        subject=each.template[:200],
        window=window,
        baseline=baseline,
        before=each.before_rate,
        now=each.now_rate,
        effect=(each.now_rate - each.before_rate) / max(each.before_rate, 1 / 60),
        samples=each.count,
        strength=each.strength,
        # Patterns are dated to the line, series to the bucket: the bucket is the finest fair comparison.
        first_seen=moment(each.first_ts - each.first_ts % step_ms),
        shown=moment(each.first_ts),
        detail=f"{each.level}, {change}, {each.now} since the onset{known_as}",
        samples_text=each.examples,
        unit="lines/min",
    )


def moment(ms: int) -> datetime:
    """Milliseconds as a moment in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _whole(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0
