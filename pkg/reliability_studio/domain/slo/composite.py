"""Several SLOs as one: any window of theirs, put together when it is asked for.

    mean      SLI = Σ w·SLI / Σ w, each SLI over the whole window, by its SLO's own method
    pooled    bad = Σ bad, total = Σ total
    worst     SLI = min SLI, each likewise; which member that is may be another one in every window

Nothing is kept of it: what a member counts late, or a correction takes out, is in here the next time.
A mean is no number of events, and the worst share is none either. They are told in millionths of a minute:
a window counts `UNITS` for each of its minutes since the first that was measured, so that what a part of it
takes is a share of what was spent in all; as many of them are bad as the members' bad shares say. A member
without events in a window has no SLI there and says nothing; one that was not measured is never passed
over, because the coverage is that of the member of which least is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from reliability_studio.domain.slo import budget
from reliability_studio.domain.slo.budget import Counts
from reliability_studio.domain.slo.indicators import Combine, CompositeIndicator
from reliability_studio.domain.slo.ledger import Sums, Tallies
from reliability_studio.domain.slo.measure import account, coverage
from reliability_studio.domain.slo.spec import Definition, Occurrences, RatioTimeslices, Slo


def is_composite(slo: Slo) -> bool:
    """Whether an SLO is made of others."""
    return isinstance(slo.definition.indicator, CompositeIndicator)


def counts_events(what: Definition) -> bool:
    """Whether its counts are numbers of events or slices; else they are shares of time."""
    if isinstance(what.indicator, CompositeIndicator):
        return what.indicator.combine is Combine.POOLED
    return not isinstance(what.budgeting, RatioTimeslices)


def unfit(what: Definition, combine: Combine) -> str:
    """Why an SLO cannot be a member; empty when it can. Composites cannot, so there are no cycles."""
    if isinstance(what.indicator, CompositeIndicator):
        return f"'{what.name}' is a composite itself: name its members"
    if combine is Combine.POOLED and not isinstance(what.budgeting, Occurrences):
        return f"'{what.name}' counts slices of time: only events can be added up"
    return ""


UNITS = 1_000_000
"""What a minute of a window counts in a mean, and in the worst share."""


@dataclass(frozen=True, slots=True)
class Member:
    """One SLO that is part of a composite."""

    slo_id: str
    definition: Definition
    ledger: Tallies
    weight: int
    """Compared with the weights of the others."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one member has to do with a window of the composite."""

    slo_id: str
    service: str
    name: str
    counts: Counts
    sli: float | None
    """None: it had no events."""
    coverage: float | None
    weight: float
    """Share of the weights of those with events, or of all pooled events; 1 of the one that is the worst."""
    spent: float | None
    """Share of everything bad that is this one's; None: nothing was bad."""


class Together:
    """The ledgers of the members as one."""

    def __init__(self, members: Sequence[Member], combine: Combine) -> None:
        if not members:
            raise ValueError("a composite has members")
        self._members = tuple(members)
        self._combine = combine

    @property
    def start(self) -> int:
        """The earliest moment since which every member may know something."""
        return max(each.ledger.start for each in self._members)

    @property
    def end(self) -> int:
        """Up to where every member has counted."""
        return min(each.ledger.end for each in self._members)

    @property
    def first(self) -> int | None:
        """Since when the first of them was measured; None while one of them never was."""
        found = [each.ledger.first for each in self._members]
        known = [each for each in found if each is not None]
        return min(known) if len(known) == len(found) else None

    @property
    def last(self) -> int | None:
        """Up to where all of them were measured; None while one of them never was."""
        found = [each.ledger.last for each in self._members]
        known = [each for each in found if each is not None]
        return min(known) if len(known) == len(found) else None

    def sums(self, start: int, end: int) -> Sums:
        """What `(start, end]` comes to."""
        end = min(end, self.end)
        each = [member.ledger.sums(start, end) for member in self._members]
        begin, until = min(s.start for s in each), max(s.end for s in each)
        counts = self._counts(each)
        bad, total = sum(c.bad for c in counts), sum(c.total for c in counts)
        if self.first is None:
            # One of them was never measured: what the others reach is not what all of them do.
            return Sums(begin, until, 0, 0, 0)
        covered_s = self._covered(each, self.first, begin, until)
        if self._combine is Combine.POOLED:
            return Sums(begin, until, bad, total, covered_s)
        share = self._bad_share(counts)
        if share is None:
            return Sums(begin, until, 0, 0, covered_s, events=(bad, total))
        units = max(1, until - max(begin, self.first)) * UNITS // 60
        return Sums(begin, until, round(share * units), units, covered_s, events=(bad, total))

    def shares(self, start: int, end: int) -> tuple[Share, ...]:
        """What each member has to do with `(start, end]`, in their order."""
        end = min(end, self.end)
        each = [member.ledger.sums(start, end) for member in self._members]
        counts = self._counts(each)
        weighed = self._weights(counts)
        # What is bad of a member, as it weighs here: a share by its weight, or events as they are.
        bad = [
            w * Fraction(c.bad, c.total) if c.total else Fraction(0)
            for w, c in zip(weighed, counts, strict=True)
        ]
        whole, spent = sum(weighed), sum(bad)
        return tuple(
            Share(
                slo_id=member.slo_id,
                service=member.definition.service,
                name=member.definition.name,
                counts=c,
                sli=budget.sli(c),
                coverage=coverage(sums, member.ledger.first),
                weight=float(Fraction(w, whole)) if whole else 0.0,
                spent=float(b / spent) if spent else None,
            )
            for member, sums, c, w, b in zip(self._members, each, counts, weighed, bad, strict=True)
        )

    def _weights(self, counts: Sequence[Counts]) -> list[int]:
        """How much each of them counts in a window."""
        if self._combine is Combine.POOLED:
            return [max(0, each.total) for each in counts]
        if self._combine is Combine.WORST:
            decides = _worst(counts)
            return [int(at == decides) for at in range(len(counts))]
        return [m.weight if c.total > 0 else 0 for m, c in zip(self._members, counts, strict=True)]

    def _counts(self, each: Sequence[Sums]) -> list[Counts]:
        """What each member is charged with, by its own method."""
        return [
            account(member.definition, sums, member.ledger.first)
            for member, sums in zip(self._members, each, strict=True)
        ]

    def _bad_share(self, counts: Sequence[Counts]) -> Fraction | None:
        """The bad shares of those that had events, as they weigh; None: none had any."""
        known = [(w, c) for w, c in zip(self._weights(counts), counts, strict=True) if w]
        whole = sum(weight for weight, _ in known)
        return (
            sum((weight * Fraction(c.bad, c.total) for weight, c in known), Fraction(0)) / whole
            if whole
            else None
        )

    def _covered(self, each: Sequence[Sums], first: int, start: int, end: int) -> int:
        """Measured seconds: the share of the member of which least is known; new members since they began."""
        least = Fraction(1)
        for member, sums in zip(self._members, each, strict=True):
            began = member.ledger.first
            expected = 0 if began is None else sums.end - max(sums.start, began)
            if expected > 0:
                least = min(least, Fraction(sums.covered_s, expected))
        return int(least * max(0, end - max(start, first)))


def _worst(counts: Sequence[Counts]) -> int | None:
    """Which of them has the largest bad share, the first of several; None: none had events."""
    known = [at for at, each in enumerate(counts) if each.total > 0]
    return max(known, key=lambda at: Fraction(counts[at].bad, counts[at].total), default=None)
