"""What the queries about SLOs share: which SLOs are meant, how columns look, and what is said beside them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from reliability_studio.api.queries import QueryModel
from reliability_studio.domain.slo.goals import Goal
from reliability_studio.domain.slo.measure import Measurement, Status, Verdict
from reliability_studio.domain.slo.spec import MAX_GOALS
from reliability_studio.domain.slo.watching import Watch
from reliability_studio.errors import Invalid
from reliability_studio.flows.slo_views import View
from reliability_studio.frames.meta import FieldConfig, Notice, Severity, Step, ThresholdMode, Thresholds
from reliability_studio.frames.shapes import Remarks

LABELS = ("slo", "slo_id", "service")
OBJECTIVE_LABELS = (*LABELS, "objective", "window")
_PERCENT = "percentunit"

_LEVELS = Thresholds(
    mode=ThresholdMode.ABSOLUTE,
    steps=(
        Step(value=None, color="dark-red"),
        Step(value=0.0, color="red"),
        Step(value=0.25, color="orange"),
        Step(value=0.5, color="green"),
    ),
)
CONFIGS: Mapping[str, FieldConfig] = {
    "budget_remaining": FieldConfig(
        display_name="Budget left", unit=_PERCENT, max=1.0, thresholds=_LEVELS, decimals=1
    ),
    "burn_rate": FieldConfig(display_name="Burn rate", unit="none", min=0.0),
    "sli": FieldConfig(display_name="SLI", unit=_PERCENT, max=1.0),
    "error_ratio": FieldConfig(display_name="Error ratio", unit=_PERCENT, min=0.0),
    "coverage": FieldConfig(display_name="Coverage", unit=_PERCENT, min=0.0, max=1.0),
    "bad_left": FieldConfig(display_name="Bad events left", unit="short"),
    "minutes_left": FieldConfig(display_name="Budget left", unit="m"),
    "objective": FieldConfig(display_name="Objective", unit=_PERCENT),
}


class SloFilter(QueryModel, frozen=True):
    """Which SLOs; empty lists mean all of them."""

    slo_ids: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()
    labels: Mapping[str, str] = msgspec.field(default_factory=dict)
    groups: bool = False
    """Whether the groups of grouped SLOs are meant as well; those that are named are, in any case."""


def objective_number(text: str) -> int | None:
    """Which of their objectives is asked for: 0 is the main one; None: nothing was said.

    Raises:
        Invalid: it is no number of an objective.
    """
    if not text.strip():
        return None
    if text.strip() not in {str(number) for number in range(MAX_GOALS)}:
        raise Invalid.field("$.objective", f"must be 0 for the main one, or 1 to {MAX_GOALS - 1}")
    return int(text)


def wanted_numbers(only: int | None, *, objectives: bool) -> tuple[Collection[int], Sequence[str]]:
    """The numbers of the objectives that are told as one number each, and how these are labelled.

    Without a wish only the main one: its labels never change because somebody promised something else too.
    """
    if only is None and objectives:
        return range(MAX_GOALS), OBJECTIVE_LABELS
    return (only or 0,), OBJECTIVE_LABELS if only else LABELS


@dataclass(frozen=True, slots=True)
class Held:
    """One objective of an SLO, how it stands and what its alert does; number 0 is the main one."""

    seen: View
    number: int
    goal: Goal
    measurement: Measurement | None
    verdict: Verdict
    watch: Watch

    @property
    def is_current(self) -> bool:
        """Whether its numbers are of now: an alert rule must not go by old ones."""
        return self.measurement is not None and self.verdict.status is not Status.NO_DATA


def held(every: Sequence[View]) -> Iterator[Held]:
    """Every objective of some SLOs, of each SLO the main one first."""
    for seen in every:
        main = seen.slo.definition.goals[0]
        yield Held(seen, 0, main, seen.standing.measurement, seen.verdict, seen.standing.main)
        for number, each in enumerate(seen.further, 1):
            yield Held(seen, number, each.goal, each.measurement, each.verdict, each.watch)


def held_labels(one: Held) -> Mapping[str, str]:
    """The columns that say which objective of which SLO a row is of."""
    slo = one.seen.slo
    return {
        "slo": slo.definition.name,
        "slo_id": slo.id,
        "service": slo.definition.service,
        "objective": one.goal.objective.text,
        "window": one.goal.window.text,
    }


def fits(seen: View, wanted: SloFilter) -> bool:
    """Whether an SLO is meant."""
    what = seen.slo.definition
    return (
        (not wanted.slo_ids or seen.slo.id in wanted.slo_ids)
        and (not wanted.services or what.service in wanted.services)
        and (not wanted.statuses or seen.verdict.status in wanted.statuses)
        and all(what.labels.get(name) == value for name, value in wanted.labels.items())
    )


def remarks(seen: Sequence[View], more: int = 0) -> Remarks:
    """What to say about old numbers and about what was left out; the queries for the inspector."""
    stale = [each for each in seen if each.stale_reason]
    notices: list[Notice] = []
    if stale:
        first = stale[0]
        text = f"{len(stale)} of {len(seen)} SLOs have no new numbers: {first.stale_reason}"
        notices.append(Notice(severity=Severity.WARNING, text=text))
    if more > 0:
        text = f"{more} more SLOs match; the {len(seen)} worst are shown"
        notices.append(Notice(severity=Severity.INFO, text=text))
    executed = "\n".join(dict.fromkeys(query for each in seen[:20] for query in each.standing.queries))
    return Remarks(notices=tuple(notices), executed=executed)
