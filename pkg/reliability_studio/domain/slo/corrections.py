"""Time that does not count against a budget: maintenance, a provider's outage, nights nobody promised.

A correction names SLOs and a stretch of time, once or again and again. It is applied when numbers are read
and changes nothing that is stored: `excluded` gives the difference that it makes to the buckets of its time,
and `Ledger.adjusted` a ledger with these differences. Taking a correction back brings the old numbers back.

    drop   the events of that time count neither as good nor as bad (the usual way for events)
    good   every slice of that time counts as good, also unmeasured ones (the usual way for time slices:
           dropping them would make the rest of the window weigh more)

Excluded time counts as measured. What is excluded begins and ends with a bucket of five minutes, or of what
is still kept of its time (by the hour after three months).
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from reliability_studio.domain.slo.cells import Cell
from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.recurrence import Recurrence
from reliability_studio.domain.slo.spec import (
    RATIO_UNITS,
    Budgeting,
    Occurrences,
    RatioTimeslices,
    Slo,
)

MAX_LENGTH_S = 366 * 86_400

GRAIN_S = 300
"""Corrections begin and end with buckets of this width."""


class Category(StrEnum):
    """Why time does not count."""

    MAINTENANCE = "maintenance"
    DEPLOYMENT = "deployment"
    OUTSIDE_HOURS = "outside_hours"
    """Nobody promised anything then."""
    PROVIDER = "provider"
    """Somebody else's outage."""
    OTHER = "other"


class Treatment(StrEnum):
    """What becomes of the excluded buckets."""

    DROP = "drop"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which SLOs; each part that is given must fit, and one must be given or `everything` said."""

    slo_ids: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)
    everything: bool = False

    def __post_init__(self) -> None:
        if bool(self.slo_ids or self.services or self.labels) == self.everything:
            text = "must name SLOs, services or labels, or say `everything` and nothing else"
            raise BadSpec("$.scope", text)

    def holds(self, slo: Slo) -> bool:
        """Whether this SLO is meant."""
        what = slo.definition
        return (
            (not self.slo_ids or slo.id in self.slo_ids)
            and (not self.services or what.service in self.services)
            and all(what.labels.get(name) == value for name, value in self.labels.items())
        )


@dataclass(frozen=True, slots=True)
class Correction:
    """A stretch of time that does not count for some SLOs."""

    id: str
    org_id: int
    version: int
    scope: Scope
    start: int
    """Unix seconds; the first time if it recurs."""
    length_s: int
    category: Category
    reason: str
    recurrence: Recurrence | None = None
    zone: str = "UTC"
    """Whose clock recurrence goes by."""
    treatment: Treatment | None = None
    """None: as is usual for the SLO's way of counting."""
    updated_at: datetime | None = None
    updated_by: str = ""

    def __post_init__(self) -> None:
        if not 60 <= self.length_s <= MAX_LENGTH_S:  # noqa: PLR2004 - a minute
            raise BadSpec("$.end", "must lie a minute to a year after the start")
        if not self.reason.strip():
            raise BadSpec("$.reason", "must say why this time does not count")

    def spans(self, since: int, until: int) -> Iterable[tuple[int, int]]:
        """The stretches that overlap `(since, until]`, oldest first."""
        if self.recurrence is None:
            starts: Iterable[int] = (self.start,)
        else:
            starts = self.recurrence.starts(self.start, self.zone, until)
        return ((at, at + self.length_s) for at in starts if at < until and at + self.length_s > since)

    def treats(self, budgeting: Budgeting) -> Treatment:
        """What becomes of the buckets of an SLO that counts like this."""
        usual = Treatment.DROP if isinstance(budgeting, Occurrences) else Treatment.GOOD
        return self.treatment or usual


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch that is excluded, `(start, end]`; stretches of one list do not overlap."""

    start: int
    end: int
    treatment: Treatment


def spans(corrections: Sequence[Correction], budgeting: Budgeting, since: int, until: int) -> list[Span]:
    """What is excluded within `(since, until]`; where corrections overlap, the earlier one rules."""
    found = sorted(
        (
            max(start // GRAIN_S * GRAIN_S, since),
            min(-(-end // GRAIN_S) * GRAIN_S, until),
            correction.treats(budgeting),
        )
        for correction in corrections
        for start, end in correction.spans(since - GRAIN_S, until + GRAIN_S)
    )
    made: list[Span] = []
    for start, end, treatment in found:
        begin = max(start, made[-1].end) if made else start
        if begin < end:
            made.append(Span(begin, end, treatment))
    return made


def excluded(cells: Sequence[Cell], width_s: int, what: Sequence[Span], budgeting: Budgeting) -> list[Cell]:
    """The difference that exclusion makes to buckets of one width, oldest first.

    Args:
        cells: the buckets of that time as they were measured; what is missing was a gap.
        width_s: width of each.
        what: excluded stretches, already cut to the time that counts at all.
        budgeting: how the SLO counts.
    """
    measured = {cell.end: cell for cell in cells}
    made: dict[int, Cell] = {}
    for span in what:
        first = span.start // width_s * width_s + width_s
        last = -(-span.end // width_s) * width_s
        for end in range(first, last + 1, width_s):
            cell = measured.get(end, Cell(end, 0, 0, 0))
            if end not in made:
                total = 0
                if span.treatment is Treatment.GOOD:
                    total = _all_good(cell.total, width_s, budgeting)
                made[end] = Cell(end, -cell.bad, total - cell.total, width_s - cell.covered_s)
    return [made[end] for end in sorted(made)]


def _all_good(total: int, width_s: int, budgeting: Budgeting) -> int:
    if isinstance(budgeting, Occurrences):
        return total
    slices = max(1, width_s // budgeting.step_s)
    return slices * RATIO_UNITS if isinstance(budgeting, RatioTimeslices) else slices


def touching(what: Sequence[Span], since: int, until: int) -> list[Span]:
    """Those stretches (sorted) that overlap `(since, until]`, cut to it."""
    first = bisect_right([span.end for span in what], since)
    found = [span for span in what[first:] if span.start < until]
    return [Span(max(s.start, since), min(s.end, until), s.treatment) for s in found]
