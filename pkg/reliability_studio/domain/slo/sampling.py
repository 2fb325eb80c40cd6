"""How answers become counts where there is no counter to difference: one question per bucket, answered whole.

An indicator asks one or two questions at the end of every bucket (`flows/slo_counters` words them). `tally`
makes whole numbers of the answers. Events that a query estimates are no whole numbers: what is cut off is
carried to the next bucket, so that a service of one request in three minutes is not rounded away.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from reliability_studio.domain.slo.counters import Counted, Doubt
from reliability_studio.domain.slo.indicators import (
    GaugeIndicator,
    LogsIndicator,
    MixedIndicator,
    Part,
    ProbeIndicator,
    QueryIndicator,
    SampledIndicator,
    ShareIndicator,
)
from reliability_studio.domain.slo.spec import RATIO_UNITS

FINE = 1_000_000
"""What is carried is counted in this many parts of an event."""

Answers: TypeAlias = Sequence[Sequence[float]]
"""The values of all series that answered, per question."""


SILENT_S = 86_400
"""History without a single log line for so long is a gap: nothing says that lines were kept."""

MIXED_SILENT_S = 3600
"""The same where others count the events: without lines all of them would be free of errors."""


@dataclass(frozen=True, slots=True)
class Carry:
    """Parts of events that were cut off so far, in `FINE` parts."""

    part: int = 0
    total: int = 0


def tally(
    indicator: SampledIndicator, at: int, answers: Answers, carry: Carry, *, grouped: bool = False
) -> tuple[Counted, Carry]:
    """One bucket that ends at `at`, and what to carry to the next.

    Of a `grouped` share each answer is a group's, and the slice is as bad as in the worst of them: it is good
    when it is good in every group.
    """
    numbers = [[value for value in each if math.isfinite(value)] for each in answers]
    series = max(map(len, numbers), default=0)
    if isinstance(indicator, GaugeIndicator):
        return _gauge(indicator, at, numbers[0]), carry
    if isinstance(indicator, ShareIndicator):
        return _share(indicator, at, answers[0], numbers[0], grouped=grouped), carry
    part, total = numbers[:2]
    if not total and not isinstance(indicator, LogsIndicator):
        return Counted(at, 0, 0, Doubt.ABSENT), carry
    counted, left_part = _whole(sum(part), carry.part)
    every, left_total = _whole(sum(total), carry.total)
    bad = counted if _part_is(indicator) is Part.BAD else every - counted
    return Counted(at, max(0, bad), every, Doubt.NONE, series), Carry(left_part, left_total)


def silent(indicator: SampledIndicator, moments: Sequence[tuple[int, Answers]], step_s: int) -> bool:
    """Whether these buckets are a gap although they were answered: log lines, and not one for long.

    Of mixed ones the third answer counts lines of any kind.

    A minute without a line is a quiet minute. But a server whose lines are gone after a week has as little to
    say about the days before, and those were not measured.
    """
    if isinstance(indicator, LogsIndicator):
        lines, least_s = slice(None), SILENT_S
    elif isinstance(indicator, MixedIndicator):
        lines, least_s = slice(2, 3), MIXED_SILENT_S
    else:
        return False
    if len(moments) * step_s < least_s:
        return False
    return not any(values for _, answers in moments for values in answers[lines])


def _part_is(indicator: ProbeIndicator | QueryIndicator | LogsIndicator | MixedIndicator) -> Part:
    return Part.GOOD if isinstance(indicator, ProbeIndicator) else indicator.part_is


def _whole(value: float, carried: int) -> tuple[int, int]:
    parts = max(0, round(value * FINE)) + carried
    return parts // FINE, parts % FINE


def _gauge(indicator: GaugeIndicator, at: int, values: Sequence[float]) -> Counted:
    if not values:
        return Counted(at, 0, 0, Doubt.ABSENT)
    threshold = float(indicator.threshold)
    bad = sum(not indicator.compare.holds(value, threshold) for value in values)
    return Counted(at, bad, len(values), Doubt.NONE, len(values))


def _share(
    indicator: ShareIndicator, at: int, given: Sequence[float], values: Sequence[float], *, grouped: bool
) -> Counted:
    if not given:
        return Counted(at, 0, 0, Doubt.ABSENT)
    if not values:
        # Nothing divided by nothing: the slice was measured, and nothing happened in it.
        return Counted(at, 0, 0, Doubt.NONE, len(given))
    if (len(values) > 1 and not grouped) or not all(0 <= value <= 1 for value in values):
        return Counted(at, 0, 0, Doubt.NO_SHARE, len(values))
    bad = max(values) if indicator.share_is is Part.BAD else 1 - min(values)
    return Counted(at, round(bad * RATIO_UNITS), RATIO_UNITS, Doubt.NONE, len(values))
