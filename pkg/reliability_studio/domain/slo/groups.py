"""One SLO for each value of a label: instances of an SLO that is grouped, at most so many.

The SLO itself stays what it is, over everything that its selectors match: its numbers are exact and are not
the sum of the groups that are kept. An instance is the same SLO with one more condition on the label, so it
has its own counts, budget and alert.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from reliability_studio.domain.slo.indicators import (
    CounterIndicator,
    GaugeIndicator,
    Indicator,
    LatencyIndicator,
    LogsIndicator,
    PlainIndicator,
    ProbeIndicator,
    QueryIndicator,
    RatioIndicator,
    ShareIndicator,
)
from reliability_studio.domain.slo.selector import Matcher, Op
from reliability_studio.domain.slo.spans import plain
from reliability_studio.domain.slo.spec import MAX_NAME, Definition, GroupBy

Group: TypeAlias = tuple[str, ...]
"""Values of the labels that an SLO is grouped by, in the order of `GroupBy.names`; a missing one is empty."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which instances an SLO is to have."""

    add: tuple[Group, ...]
    """The largest first."""
    drop: frozenset[Group]
    left_out: int
    """Groups that exist and have no instance, because there are too many."""


def group_of(labels: Mapping[str, str], names: Collection[str]) -> Group:
    """The group that a series with these labels belongs to."""
    return tuple(labels.get(name, "") for name in names)


def plan(by: GroupBy | None, seen: Mapping[Group, float], kept: Mapping[Group, bool]) -> Plan:
    """Which groups to watch from now on.

    Those that are watched keep their place as long as their window holds anything: history is not given up
    because a louder group came. Free places go to the largest.

    Args:
        by: how the SLO is grouped; None: it is not, any more.
        seen: groups that exist now, and how large they are.
        kept: groups with an instance; True while it holds events or was made just now.
    """
    if by is None:
        return Plan((), frozenset(kept), 0)
    fitting = {group for group in kept if len(group) == len(by.labels)}
    staying = [group for group in kept if group in fitting and (group in seen or kept[group])]
    # A smaller cap takes the smallest away.
    staying = sorted(staying, key=lambda group: (-seen.get(group, 0.0), group))[: by.most]
    new = sorted((g for g in seen if g not in staying), key=lambda group: (-seen[group], group))
    add = tuple(new[: by.most - len(staying)])
    return Plan(add, frozenset(kept) - set(staying) - set(add), len(new) - len(add))


def instance(whole: Definition, labels: Mapping[str, str]) -> Definition:
    """The definition of one group of a grouped SLO."""
    said = ", ".join(f"{name}={value}" for name, value in labels.items())
    return replace(
        whole,
        name=_named(whole.name, said),
        indicator=narrowed(whole.indicator, labels),
        labels={**whole.labels, **{name: value for name, value in labels.items() if value}},
        group_by=None,
    )


def instance_id(whole_id: str, group: Group) -> str:
    """The id of an instance: the same group has the same id, whoever makes it."""
    text = "\x00".join(group)
    return f"{whole_id}-{hashlib.blake2b(text.encode('utf-8', 'surrogatepass'), digest_size=8).hexdigest()}"


def narrowed(indicator: Indicator, labels: Mapping[str, str]) -> Indicator:
    """The indicator over the series of one group; of a query: over those of its answers.

    Raises:
        ValueError: it has no selectors that could be narrowed; `Definition` refuses to group those.
    """
    conditions = tuple(Matcher(name, Op.EQUAL, value) for name, value in labels.items())

    if isinstance(indicator, CounterIndicator):
        return _counters(plain(indicator), conditions)
    if isinstance(indicator, ProbeIndicator):
        return replace(indicator, probe=indicator.probe.narrowed(*conditions))
    if isinstance(indicator, GaugeIndicator):
        return replace(indicator, gauge=indicator.gauge.narrowed(*conditions))
    if isinstance(indicator, LogsIndicator | QueryIndicator | ShareIndicator):
        return replace(indicator, only=conditions)
    raise ValueError("an indicator without selectors has no groups")


def _counters(indicator: PlainIndicator, conditions: tuple[Matcher, ...]) -> Indicator:
    if isinstance(indicator, RatioIndicator):
        total, part = (each.narrowed(*conditions) for each in (indicator.total, indicator.part))
        return replace(indicator, total=total, part=part)
    if isinstance(indicator, LatencyIndicator):
        return replace(indicator, buckets=indicator.buckets.narrowed(*conditions))
    return replace(indicator, histogram=indicator.histogram.narrowed(*conditions))


def _named(name: str, said: str) -> str:
    full = f"{name} [{said}]"
    if len(full) <= MAX_NAME:
        return full
    # Two long values may begin alike: a hash keeps their names apart.
    end = f"… {hashlib.blake2b(said.encode(), digest_size=6).hexdigest()}]"
    return full[: MAX_NAME - len(end)] + end
