"""The points behind the telling findings, frozen with the answer so that a review in a year still sees them.

Values are as the engine judged them: averaged on its grid, counters as increases. A chart reaches over the
whole baseline and the incident, thinned to a bounded number of points; the number of charts is bounded too.
"""

from collections.abc import Sequence

import polars as pl

from reliability_studio.domain.correlation.evidence import Chart, Finding, Outcome, Verdict
from reliability_studio.domain.correlation.kinds import Kind
from reliability_studio.domain.correlation.measured import finding_id, moment
from reliability_studio.domain.correlation.series import Series

MOST_CHARTS = 24
MOST_POINTS = 180
DIGITS = 5
"""Significant digits of a kept value."""
_REQUESTS = frozenset({Kind.TRAFFIC, Kind.ERRORS, Kind.AVAILABILITY, Kind.LATENCY})


def telling(verdict: Verdict, symptom: str) -> tuple[Finding, ...]:
    """Findings whose points are kept: evidence of the leading causes, requests of the symptom, the rest.

    The symptom's request metrics are kept even when they are clean: a quiet curve is evidence too.
    """
    of_causes = [each for cause in verdict.causes[:3] for each in cause.evidence]
    of_symptom = [
        each
        for each in verdict.findings
        if each.service == symptom and each.kind in _REQUESTS and each.outcome is not Outcome.NO_DATA
    ]
    others = sorted(
        (each for each in verdict.findings if each.outcome is Outcome.FOUND),
        key=lambda each: (-each.strength, each.id),
    )
    chosen = {each.id: each for each in (*of_causes, *of_symptom, *others)}
    return tuple(chosen.values())


def freeze(wanted: Sequence[Finding], strengths: pl.DataFrame, series: Series) -> tuple[Chart, ...]:
    """The charts of those findings that rest on a series, in the order given."""
    # Ids hold service and subject, and making one for every series costs more than the charts themselves.
    asked = strengths.filter(
        pl.col("service").is_in([each.service for each in wanted])
        & pl.col("name").is_in([each.subject for each in wanted])
    )
    named = {finding_id(row): row for row in asked.iter_rows(named=True)}
    rows = [(each, named[each.id]) for each in wanted if each.id in named][:MOST_CHARTS]
    if not rows:
        return ()
    points = series.points.filter(pl.col("sid").is_in([row["sid"] for _, row in rows]))
    by_series = {int(key[0]): frame for key, frame in points.partition_by("sid", as_dict=True).items()}
    return tuple(
        _chart(each, by_series[row["sid"]], int(row["sign"]), series)
        for each, row in rows
        if row["sid"] in by_series
    )


def _chart(finding: Finding, points: pl.DataFrame, sign: int, series: Series) -> Chart:
    grid = series.grid
    width = -(-grid.buckets // MOST_POINTS)
    first = int(points["bucket"].min()) // width  # type: ignore[arg-type]  # never empty
    thinned = (
        points.group_by(place=pl.col("bucket") // width)
        .agg(value=(pl.col("x") * sign).mean().round_sig_figs(DIGITS))
        .sort("place")
    )
    values: list[float | None] = [None] * (int(thinned["place"][-1]) - first + 1)
    for place, value in thinned.iter_rows():
        # Down-is-bad series are kept negated; adding zero makes a negated zero plain again.
        values[place - first] = value + 0.0
    return Chart(
        finding.id, moment(grid.time(first * width)), grid.step * width, tuple(values), points.height
    )
