"""Checks that ask for series and judge each against its own noise, its threshold, or both."""

from reliability_studio.domain.checks import judges
from reliability_studio.domain.checks.check import Check, Condition, Statistic
from reliability_studio.domain.correlation.kinds import Kind, Type
from reliability_studio.domain.correlation.telemetry import Source


def metric(
    id_: str,
    title: str,
    type_: Type,
    kind: Kind,
    *,
    query: str,
    needs: tuple[str, ...] = (),
    by: tuple[str, ...] = (),
    unit: str = "",
    condition: Condition | None = None,
    alone: bool = False,
    fix: str,
) -> Check:
    """A metric check.

    Args:
        id_: its name in answers and settings.
        title: for people; also names its series.
        type_: what kind of evidence a finding is.
        kind: what it measures.
        query: PromQL with the places of `PLACES`.
        needs: metrics without which the query cannot answer.
        by: labels of the answer that name whom it is about.
        unit: of the values.
        condition: a fixed threshold beside the series' own noise.
        alone: the threshold alone decides; what is unusual below it is no news.
        fix: what usually helps.
    """
    either = Statistic.THRESHOLD if alone else Statistic.EITHER
    return Check(
        id_,
        title,
        Source.METRICS,
        type_,
        judges.series,
        kind,
        query=query,
        needs=needs,
        by=by,
        unit=unit,
        statistic=Statistic.OWN_NOISE if condition is None else either,
        condition=condition,
        fix=fix,
    )
