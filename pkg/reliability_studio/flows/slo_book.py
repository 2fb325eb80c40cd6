"""One SLO's counts in memory.

Book ── the SLO, its ledger, what counting remembers, where it stands
├─ begun            empty; `slo_archive` gives it as the store has it, and keeps it there
├─ go_on            the newest snapshot, or the newest few anew: some look late
├─ take             more snapshots: buckets are appended
├─ recount          the last hours anew: what was late is there by now
├─ put_in_front     older history: buckets are prepended
├─ corrected        the ledger without the time that does not count
└─ judge            numbers, verdict and alert of now
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reliability_studio.domain.slo.cells import (
    KEEPS_LAST_S,
    Cell,
    Tier,
    carried,
    rolled,
)
from reliability_studio.domain.slo.corrections import Correction, excluded, spans
from reliability_studio.domain.slo.counters import Memory
from reliability_studio.domain.slo.goals import Calendar, CalendarUnit, Window
from reliability_studio.domain.slo.groups import Group
from reliability_studio.domain.slo.ledger import KEEP_FIVES_S, KEEP_MINUTES_S, Ledger
from reliability_studio.domain.slo.measure import evaluate
from reliability_studio.domain.slo.policy import EXHAUSTION
from reliability_studio.domain.slo.spec import Definition, MissingData, Occurrences, Slo
from reliability_studio.domain.slo.standing import Standing
from reliability_studio.domain.slo.tail import Checkpoint, Doubt, doubtful_from, looks_late, still_needed
from reliability_studio.domain.slo.watching import watched
from reliability_studio.domain.slo.ways import Chosen
from reliability_studio.domain.slo.windows import DAY, HOUR, reaches_back_to
from reliability_studio.flows.slo_counters import COARSE_S, Observed, Sampled
from reliability_studio.flows.slo_counting import counted
from reliability_studio.flows.slo_questions import asked
from reliability_studio.flows.slo_width import read_as
from reliability_studio.store import slos as rows

_LONGEST_DAYS = {
    CalendarUnit.WEEK: 7,
    CalendarUnit.MONTH: 31,
    CalendarUnit.QUARTER: 92,
    CalendarUnit.YEAR: 366,
}


@dataclass(slots=True)
class Book:
    """The counts of one SLO while somebody works with them."""

    slo: Slo
    ledger: Ledger
    memory: Memory
    standing: Standing
    before: int | None
    """`as_of` in the store; None when the store has nothing of this generation."""
    saved_to: int
    """Up to where the store has buckets."""
    older: list[Cell] = field(default_factory=list)
    """Buckets that were put in front and are not in the store yet."""
    corrections: tuple[Correction, ...] = ()
    """Those that concern this SLO."""
    excluded: list[Cell] = field(default_factory=list)
    """The difference that they make up to `excluded_to`; newer ones come from the ledger itself."""
    excluded_to: int = 0
    groups: Mapping[Group, float] | None = None
    """Of a grouped SLO: the groups of the newest snapshot; None before one was taken."""
    tail: list[Checkpoint] = field(default_factory=list)
    """Where to count the newest buckets anew from; not kept over a restart."""

    @classmethod
    def begun(
        cls, slo: Slo, at: int, kept: rows.Kept | None = None, corrections: tuple[Correction, ...] = ()
    ) -> "Book":
        """A book without any counts, ready to take the newest hours up to `at`."""
        start = fine_from(at)
        return cls(
            slo=slo,
            ledger=Ledger(start, keep_s=keep_s(slo.definition)),
            memory=Memory(),
            standing=Standing() if kept is None else kept.standing,
            before=None if kept is None else kept.as_of,
            saved_to=start,
            corrections=corrections,
            excluded_to=start,
        )

    @property
    def reads(self) -> Definition:
        """What is really asked for this SLO."""
        return read_as(self.slo.definition, self.standing.chosen.way)

    def count_by(self, chosen: Chosen) -> None:
        """Count in another way from here on; what was remembered of the counters is of no more use."""
        self.standing = replace(self.standing, chosen=chosen)
        self.memory = Memory(self.memory.at)
        self.tail.clear()

    @property
    def end(self) -> int:
        """Up to where buckets are counted."""
        return self.ledger.end

    @property
    def oldest(self) -> int:
        """How far back history has been fetched."""
        known = self.standing.backfilled_to
        return self.ledger.start if known is None else known

    @property
    def wanted(self) -> int:
        """How far back history is needed: the start of the longest window, on the hour."""
        return reaches_back_to(self.slo.definition, self.end) // HOUR * HOUR

    @property
    def backfilled(self) -> bool:
        """Whether the whole window has been asked for."""
        return self.standing.backfilled_to is not None and self.oldest <= self.wanted

    def known_to(self, since: int) -> None:
        """Note how far back history has been fetched."""
        self.standing = replace(self.standing, backfilled_to=since)

    def take(self, observed: Observed | Sampled, step_s: int) -> None:
        """Count newer snapshots; the first one of an empty book only sets the zero."""
        self.tail.clear()
        new = self.memory.at is None
        cells = self._add(observed, step_s)
        # Before a service existed there is nothing to be late.
        begun = 0 if not new else next((n for n, cell in enumerate(cells) if cell.covered_s), len(cells))
        since = doubtful_from(cells[begun:], step_s)
        if since is not None:
            self._doubt(since)

    def _doubt(self, since: int) -> None:
        """Note that samples after a moment may still come."""
        known = self.standing.doubt
        if known is None or since < known.since:
            doubt = Doubt(since, None if known is None else known.looked_at)
            self.standing = replace(self.standing, doubt=doubt)

    def _add(self, observed: Observed | Sampled, step_s: int) -> list[Cell]:
        cells, self.memory = counted(self.reads, self.memory, observed, step_s)
        if self.slo.definition.missing is MissingData.LAST:
            cells = carried(cells, self._last() if any(not cell.covered_s for cell in cells) else None)
        cells = [cell for cell in cells if cell.end > self.ledger.end]
        self.ledger.append(cells)
        if self.standing.backfilled_to is None:
            self.standing = replace(self.standing, backfilled_to=self.ledger.start)
        if self.reads.group_by is not None:
            self.groups = observed.groups
        return cells

    def go_on(self, observed: Observed | Sampled, step_s: int) -> None:
        """Count the newest snapshots one by one, from where they begin on, and note which look late."""
        moments = observed.each()
        if moments[0].at <= self.end:
            self._go_back(moments[0].at - step_s)
        for each in moments:
            before = Checkpoint(self.end, self.memory, late=False)
            self._add(each, step_s)
            if before.memory.at is None:
                continue
            sums = self.ledger.sums(self.end - step_s, self.end)
            cell = Cell(self.end, sums.bad, sums.total, sums.covered_s)
            late = looks_late(cell, before.memory, each.series)
            if late if isinstance(each, Observed) else not cell.covered_s:
                self._doubt(before.end)
            self.tail.append(replace(before, late=late))
            self.tail = still_needed(self.tail, self.end, step_s, sampled=isinstance(each, Sampled))

    def _go_back(self, end: int) -> None:
        at = next(number for number, each in enumerate(self.tail) if each.end == end)
        self.memory = self.tail[at].memory
        self.ledger.rewind(end)
        self.saved_to = min(self.saved_to, end)
        del self.tail[at:]
        if self.standing.doubt is not None and self.standing.doubt.since >= end:
            self.standing = replace(self.standing, doubt=None)

    def recount(self, observed: Observed | Sampled, since: int, step_s: int, now: int) -> bool:
        """Count everything after `since` anew, from snapshots that begin before it and end with the book.

        Nothing is taken away: where a server has lost what it once had, all stays as it is; then False.
        """
        first = observed.first
        unseen = {key: seen for key, seen in self.memory.series.items() if seen.at < first}
        before = Memory(series=unseen, members={key: self.memory.members[key] for key in unseen})
        cells, memory = counted(self.reads, before, observed, step_s)
        cells = [cell for cell in cells if cell.end > since]
        found = {cell.end: cell.covered_s for cell in rolled(cells, Tier.FIVE)}
        had = self.ledger.recent(since, Tier.FIVE)
        kept = all(found.get(cell.end, 0) >= self._covered(cell.end, since) for cell in had)
        if kept:
            self.tail.clear()
            self.ledger.rewind(since)
            self.saved_to = min(self.saved_to, since)
            if self.slo.definition.missing is MissingData.LAST:
                cells = carried(cells, self._last())
            self.ledger.append(cells)
            self.memory = replace(
                memory,
                series={**self.memory.series, **memory.series},
                members={**self.memory.members, **memory.members},
            )
        still = doubtful_from(cells, step_s) if kept else since
        self.standing = replace(self.standing, doubt=None if still is None else Doubt(still, now))
        return kept

    def _covered(self, end: int, since: int) -> int:
        """Measured seconds of the five minutes that end then, after `since`."""
        return self.ledger.sums(max(since, end - Tier.FIVE), end).covered_s

    def put_in_front(self, observed: Observed | Sampled, start: int, step_s: int) -> None:
        """Count older snapshots, from `start` to where the history began until now."""
        cells, _ = counted(self.reads, Memory(), observed, step_s)
        if self.slo.definition.missing is MissingData.LAST:
            cells = carried(cells, None)
        self.ledger.prepend(cells, start)
        self.older += cells
        if self.corrections and cells:
            what = self.slo.definition
            begun = min(cell.end - cell.covered_s for cell in cells)
            width = max(Tier.FIVE, what.budgeting.step_s)
            gone = spans(self.corrections, what.budgeting, max(start, begun), cells[-1].end)
            older = excluded(rolled(cells, Tier.FIVE), width, gone, what.budgeting)
            self.excluded = [*older, *self.excluded]
        self.standing = replace(self.standing, backfilled_to=start)

    def _last(self) -> Cell | None:
        """The last slice that was measured and had events, as the ledger knows it."""
        known = self.ledger.recent(max(self.ledger.start, self.end - KEEPS_LAST_S), Tier.MINUTE)
        return next((cell for cell in reversed(known) if cell.covered_s and cell.total), None)

    def judge(self, now: int) -> None:
        """The numbers and the alerts of now, into `standing`."""
        ledger = self.corrected()
        definition = self.slo.definition
        measurement = evaluate(definition, ledger, None if ledger is self.ledger else self.ledger)
        # Half a history may look like a spent budget; what burns now is known in full.
        spent = () if self.backfilled else (EXHAUSTION, *(name for name, _ in definition.alerts.steps))
        self.standing = Standing(
            measurement=measurement,
            watches=watched(definition, measurement, ledger, self.standing.watches, spent),
            calculated_at=now,
            queries=asked(self.reads, self.slo.definition.budgeting.step_s),
            backfilled_to=self.standing.backfilled_to,
            groups_left_out=self.standing.groups_left_out,
            doubt=self.standing.doubt,
            chosen=self.standing.chosen,
        )

    def corrected(self) -> Ledger:
        """The ledger without the time that does not count."""
        return self.ledger.adjusted(self.gone()) if self.corrections else self.ledger

    def gone(self) -> list[Cell]:
        """The difference that corrections make, oldest first."""
        if self.end - self.excluded_to > KEEP_FIVES_S:
            until = (self.end - DAY) // HOUR * HOUR
            self.excluded += self._excluded(self.excluded_to, until, Tier.FIVE)
            self.excluded_to = until
        fine = max(self.excluded_to, fine_from(self.end))
        recent = [
            *self._excluded(self.excluded_to, fine, Tier.FIVE),
            *self._excluded(fine, self.end, Tier.MINUTE),
        ]
        return [*self.excluded, *recent]

    def _excluded(self, since: int, until: int, tier: Tier) -> list[Cell]:
        budgeting, first = self.slo.definition.budgeting, self.ledger.first
        if first is None:
            return []
        what = spans(self.corrections, budgeting, max(since, first), until)
        if not what:
            return []
        width = max(tier, budgeting.step_s)
        cells = [
            cell for cell in self.ledger.recent(what[0].start // width * width, tier) if cell.end <= until
        ]
        return excluded(cells, width, what, budgeting)


def target(definition: Definition, now: int) -> int:
    """The newest moment whose samples are certain to be there, on the SLO's own grid."""
    step = definition.budgeting.step_s
    return (now - definition.delay_s) // step * step


def coarse_step(definition: Definition) -> int:
    """Steps in which older history is fetched; slices are judged one by one and keep their width."""
    return COARSE_S if isinstance(definition.budgeting, Occurrences) else definition.budgeting.step_s


def keep_s(definition: Definition) -> int:
    """How long counts are held in memory: the longest window, and a day of room."""
    return (max(days_of(goal.window) for goal in definition.goals) + 1) * DAY


def days_of(window: Window) -> int:
    """Days that a window has at most."""
    return _LONGEST_DAYS[window.unit] if isinstance(window, Calendar) else window.days


def fine_from(end: int) -> int:
    """From where on buckets are exact to the minute."""
    return (end - KEEP_MINUTES_S) // HOUR * HOUR
