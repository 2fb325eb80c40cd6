"""Who is watched: each goal of an SLO that alerts has conditions and an alert of its own.

    watching    the goals that alert, each as if the SLO promised nothing else
    watched     their conditions judged, and what that makes of their alerts
    silenced    the same while nothing is measured at all

All goals follow the one policy of the SLO, with tiers scaled to their own objective and window. That nothing
is measured is the same for all of them, so the first one alone tells it. The alert of a goal that is promised
no more, or alerts no more, ends.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from reliability_studio.domain.slo.alerting import AlertState, advance
from reliability_studio.domain.slo.conditions import Condition, Judgement, conditions, silence
from reliability_studio.domain.slo.goals import Goal
from reliability_studio.domain.slo.ledger import Tallies
from reliability_studio.domain.slo.measure import Measurement
from reliability_studio.domain.slo.policy import NO_DATA
from reliability_studio.domain.slo.spec import Definition

MAIN = ""
"""Key of the main goal, whatever it promises at the time; a further one's is its text."""


@dataclass(frozen=True, slots=True)
class Watch:
    """The alert of one goal."""

    conditions: tuple[Condition, ...] = ()
    """As they were judged last, most urgent first."""
    alert: AlertState = field(default_factory=AlertState)

    @property
    def firing(self) -> str:
        """Name of the condition that fires; empty when none does."""
        return self.alert.condition if self.alert.firing else ""


Watches = Mapping[str, Watch]
"""The alerts of one SLO, by the keys of its goals."""


def keyed(definition: Definition) -> Mapping[str, Goal]:
    """Everything that is promised by its key, the main goal first."""
    main, *further = definition.goals
    return {MAIN: main, **{goal.text: goal for goal in further}}


def watching(definition: Definition) -> Mapping[str, Definition]:
    """The goals that alert by their keys, each as the main goal of a definition."""
    found: dict[str, Definition] = {}
    for key, goal in keyed(definition).items():
        if goal.alerting:
            alone = definition if key == MAIN else definition.promising(goal)
            found[key] = replace(alone, alerts=replace(alone.alerts, no_data_s=None)) if found else alone
    return found


def watched(
    definition: Definition,
    measurement: Measurement,
    ledger: Tallies,
    last: Watches,
    unsettled: Collection[str] = (),
) -> Watches:
    """The alerts at the end of a ledger.

    Args:
        definition: what is promised.
        measurement: the numbers of that moment.
        ledger: the counts.
        last: the alerts before.
        unsettled: names of conditions by which no alert goes yet.
    """
    found: dict[str, Watch] = {}
    for key, alone in watching(definition).items():
        held = measurement if key == MAIN else measurement.further[key]
        judged = conditions(alone, held, ledger)
        said = tuple(each for each in judged if each.name not in unsettled)
        before = last.get(key, Watch()).alert
        found[key] = Watch(judged, advance(before, said, ledger.end, alone.alerts.sustain_s)[0])
    return {**found, **_over(last, found, ledger.end)}


def silenced(definition: Definition, last: Watches, silent_s: int, now: int) -> Watches:
    """The alerts while nothing is measured, which was so for `silent_s` seconds.

    Nothing is known of the burn: all other conditions are unmeasured, so an alert that fires for another
    reason is frozen.
    """
    found: dict[str, Watch] = {}
    for key, alone in watching(definition).items():
        before = last.get(key, Watch())
        told = silence(alone, silent_s)
        if not told:
            found[key] = before
            continue
        others = (replace(c, judgement=Judgement.UNMEASURED) for c in before.conditions if c.name != NO_DATA)
        judged = (*others, *told)
        found[key] = Watch(judged, advance(before.alert, judged, now, alone.alerts.sustain_s)[0])
    return {**found, **_over(last, found, now)}


def ended(watch: Watch, now: int) -> Watch:
    """The alert after nobody watches any more."""
    alert = watch.alert
    return Watch((), replace(alert, ended=now, reported=False)) if alert.firing else Watch((), alert)


def _over(last: Watches, found: Collection[str], now: int) -> Watches:
    """Alerts of goals that alert no more, until everybody knows that they are over."""
    gone = {key: ended(watch, now) for key, watch in last.items() if key not in found}
    return {key: watch for key, watch in gone.items() if not watch.alert.reported}
