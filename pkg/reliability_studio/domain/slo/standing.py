"""Where an SLO stands: the last good numbers, whether they still hold, and what its alerts do.

A `Standing` is what is shown and what is kept between refreshes. A failed attempt keeps the last good
numbers with their time and adds why there are no newer ones; `verdict_at` is then `no_data`, because numbers
that nobody could confirm are history and no status.
"""

from dataclasses import dataclass, field, replace

from reliability_studio.domain.slo.composite import Share
from reliability_studio.domain.slo.goals import Goal
from reliability_studio.domain.slo.measure import Measurement, Reason, Status, Verdict
from reliability_studio.domain.slo.spec import Definition
from reliability_studio.domain.slo.tail import Doubt
from reliability_studio.domain.slo.watching import MAIN, Watch, Watches
from reliability_studio.domain.slo.ways import Chosen

STALE_STEPS = 5
"""Buckets that may be missing at the end before the numbers count as old."""


@dataclass(frozen=True, slots=True)
class GoalStanding:
    """One goal of an SLO as it stands."""

    goal: Goal
    measurement: Measurement | None
    """None before the first, also of a goal that was promised after it."""
    verdict: Verdict
    watch: Watch = field(default_factory=Watch)
    """Empty when it does not alert."""


@dataclass(frozen=True, slots=True)
class MemberStanding:
    """One member of a composite as it stood when the composite was judged."""

    share: Share
    """What it has to do with the window of the composite."""
    verdict: Verdict
    """By its own objective and window."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One SLO as it was left by the last attempt to measure it. Moments are Unix seconds."""

    measurement: Measurement | None = None
    """The last good numbers; None before the first."""
    watches: Watches = field(default_factory=dict)
    """Its alerts by the keys of its goals; what does not alert has none."""
    calculated_at: int | None = None
    """When the numbers were computed."""
    failed_at: int | None = None
    """When the last attempt failed; None when it did not."""
    failure: str = ""
    queries: tuple[str, ...] = ()
    """What is sent for every bucket."""
    backfilled_to: int | None = None
    """How far back the history before the SLO's creation has been fetched; None before any was."""
    groups_left_out: int = 0
    """Of a grouped SLO: groups that have no instance because there are too many."""
    chosen: Chosen = field(default_factory=Chosen)
    """Who makes the differences of its counters."""
    behind_s: int = 0
    """Of a composite: how far its members may be behind because they count late or seldom."""
    members: tuple[MemberStanding, ...] = ()
    """Of a composite: its members, in their order."""
    doubt: Doubt | None = None
    """Buckets of which samples may still come; None: there are none."""

    def failing(self, at: int, why: str) -> "Standing":
        """The same numbers after an attempt that gave none."""
        return replace(self, failed_at=at, failure=why)

    @property
    def main(self) -> Watch:
        """The alert of the main goal; empty when it does not alert."""
        return self.watches.get(MAIN, Watch())

    def measured(self, key: str) -> Measurement | None:
        """The last good numbers of the goal with this key; None: there are none."""
        found = self.measurement
        return found if found is None or key == MAIN else found.further.get(key)

    @property
    def burning(self) -> bool:
        """Whether an alert of it fires."""
        return any(watch.alert.firing for watch in self.watches.values())

    @property
    def reported(self) -> bool:
        """Whether what its alerts did last has been handed on."""
        return all(watch.alert.reported for watch in self.watches.values())

    def handed_on(self) -> "Standing":
        """The same after everybody's door has taken what the alerts did."""
        told = {
            key: replace(watch, alert=replace(watch.alert, reported=True))
            for key, watch in self.watches.items()
        }
        return replace(self, watches=told)

    def stale_reason(self, definition: Definition, now: int) -> str:
        """Why the numbers are older than they should be; empty when they are fresh."""
        if self.failed_at is not None:
            return self.failure
        if self.measurement is None:
            return ""
        age = now - self.measurement.as_of
        allowed = definition.delay_s + (STALE_STEPS + 1) * definition.budgeting.step_s + self.behind_s
        return f"nothing was measured for {age // 60} minutes" if age > allowed else ""

    def verdict_at(self, definition: Definition, now: int) -> Verdict:
        """The status as of `now`."""
        return self._verdict(self.measurement, self.stale_reason(definition, now))

    def further_at(self, definition: Definition, now: int) -> tuple[GoalStanding, ...]:
        """The further goals as of `now`, in the order in which they are promised."""
        known = self.measurement.further if self.measurement else {}
        why = self.stale_reason(definition, now)
        return tuple(
            GoalStanding(
                goal,
                found := known.get(goal.text),
                self._verdict(found, why),
                self.watches.get(goal.text, Watch()),
            )
            for goal in definition.further
        )

    @staticmethod
    def _verdict(measurement: Measurement | None, why_stale: str) -> Verdict:
        if measurement is None:
            return Verdict(Status.NO_DATA, Reason.NEVER_MEASURED, why_stale or "nothing was measured yet")
        if why_stale:
            return Verdict(Status.NO_DATA, Reason.STALE, why_stale)
        return measurement.verdict
