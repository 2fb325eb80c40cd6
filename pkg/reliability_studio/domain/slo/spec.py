"""What an SLO is: what is counted, what is promised of it, and how the budget is counted. Values only.

    Slo ── id, organisation, versions
     └─ Definition ── what people write: name, service, owner, labels, delay
         ├─ Indicator    what is counted (`indicators`)
         ├─ Goal …       what is promised of them (`goals`): the main one, and further ones
         └─ Budgeting    Occurrences · Timeslices · RatioTimeslices

Objectives, windows and labels are applied when numbers are read, so editing them keeps the history. Only
`meaning` decides what a stored count means; when it changes, counting starts a new generation.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.goals import SCALE, Goal, Objective, Rolling, Window
from reliability_studio.domain.slo.indicators import (
    SLICED,
    CompositeIndicator,
    Indicator,
    MixedIndicator,
    ShareIndicator,
)
from reliability_studio.domain.slo.policy import AlertPolicy

STEP_S = 60
"""Seconds between two snapshots, and the width of the finest bucket."""

SLICES_S = (60, 300, 900, 1800, 3600)
"""Widths that a time slice may have: they nest into the stored buckets."""


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Every event counts once: the budget is a number of bad events."""

    @property
    def step_s(self) -> int:
        """Width of a bucket when it is measured."""
        return STEP_S


@dataclass(frozen=True, slots=True)
class Timeslices:
    """Every slice with traffic counts once; it is good if enough of its events are."""

    width_s: int
    target: Objective
    """Share of good events that makes a slice good."""

    def __post_init__(self) -> None:
        _check_slice(self.width_s)

    @property
    def step_s(self) -> int:
        """Width of a slice."""
        return self.width_s


@dataclass(frozen=True, slots=True)
class RatioTimeslices:
    """Every slice with traffic counts once, with the share of its bad events."""

    width_s: int

    def __post_init__(self) -> None:
        _check_slice(self.width_s)

    @property
    def step_s(self) -> int:
        """Width of a slice."""
        return self.width_s


Budgeting: TypeAlias = Occurrences | Timeslices | RatioTimeslices

RATIO_UNITS = 1_000_000
"""A slice of `RatioTimeslices` counts as this many units, so that its share stays a whole number."""


class MissingData(StrEnum):
    """What slices without a measurement count as."""

    IGNORE = "ignore"
    GOOD = "good"
    BAD = "bad"
    LAST = "last"
    """As the last slice with events before them, for six hours; older ones say nothing of the present."""


@dataclass(frozen=True, slots=True)
class GroupBy:
    """Labels by whose values an SLO is told apart, beside the SLO over everything."""

    labels: tuple[str, ...]
    most: int = 100
    """Groups that get an instance; the others are told by number, and are part of the whole."""

    def __post_init__(self) -> None:
        if not 1 <= len(self.labels) <= MAX_GROUP_LABELS or len(set(self.labels)) < len(self.labels):
            raise BadSpec("$.groupBy", f"must name 1 to {MAX_GROUP_LABELS} different labels")
        for name in self.labels:
            if not _LABEL.fullmatch(name) or name.startswith("__") or name == "le":
                raise BadSpec("$.groupBy", f"{name[:100]} is no label to group by")
        if not 1 <= self.most <= MAX_GROUPS:
            raise BadSpec("$.maxGroups", f"must lie between 1 and {MAX_GROUPS}")

    @property
    def names(self) -> tuple[str, ...]:
        """The labels in the order of the alphabet: whoever groups by the same labels has the same groups."""
        return tuple(sorted(self.labels))


@dataclass(frozen=True, slots=True)
class Definition:
    """What people write. Compare `meaning` to see whether the history still counts the same thing."""

    name: str
    service: str
    indicator: Indicator
    objective: Objective
    window: Window = field(default_factory=lambda: Rolling(30))
    budgeting: Budgeting = field(default_factory=Occurrences)
    missing: MissingData = MissingData.IGNORE
    description: str = ""
    owner: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    runbook_url: str = ""
    delay_s: int = 60
    """How long after a moment its samples are certain to be there: twice the scrape interval or more."""
    alerts: AlertPolicy = field(default_factory=AlertPolicy)
    group_by: GroupBy | None = None
    editors: tuple[str, ...] = ()
    """Logins of those who may change it, beside Admins; empty: every Editor."""
    alerting: bool = True
    """Whether the main objective alerts."""
    further: tuple[Goal, ...] = ()
    """What else is promised of the same counts, each with a status of its own, and an alert if it alerts."""

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > MAX_NAME:
            raise BadSpec("$.name", f"must have 1 to {MAX_NAME} characters")
        if not self.service.strip() or len(self.service) > MAX_NAME:
            raise BadSpec("$.service", f"must have 1 to {MAX_NAME} characters")
        if not 0 <= self.delay_s <= MAX_DELAY_S:
            raise BadSpec("$.delaySeconds", f"must lie between 0 and {MAX_DELAY_S}")
        for name in self.labels:
            if not _LABEL.fullmatch(name):
                raise BadSpec(f"$.labels.{name}", "is not a label name: letters, digits and _")
        if len(self.editors) > MAX_EDITORS or not all(map(_LOGIN.fullmatch, self.editors)):
            raise BadSpec("$.editors", f"must be at most {MAX_EDITORS} logins, without spaces and commas")
        self._check_parts()
        self._check_goals()

    def _check_parts(self) -> None:
        """Whether the parts go together."""
        if self.missing is not MissingData.IGNORE and isinstance(self.budgeting, Occurrences):
            raise BadSpec("$.missingData", "only time slices can be missing; events are counted as they are")
        if isinstance(self.indicator, SLICED) and isinstance(self.budgeting, Occurrences):
            text = "must be timeslices or ratio_timeslices: this indicator knows no events, only slices"
            raise BadSpec("$.budgeting", text)
        if isinstance(self.indicator, CompositeIndicator):
            self._check_composite()
        if self.group_by is not None and isinstance(self.indicator, MixedIndicator):
            raise BadSpec("$.groupBy", "must be empty: two servers do not tell the same groups apart")
        whole_is_known = isinstance(self.budgeting, Timeslices)
        if self.group_by is not None and isinstance(self.indicator, ShareIndicator) and not whole_is_known:
            text = (
                "must be empty: shares of groups, without counts, do not say what the share of the whole is; "
                "with timeslices a slice is good when it is good in every group"
            )
            raise BadSpec("$.groupBy", text)

    def _check_composite(self) -> None:
        """A composite counts nothing itself: how is said by its members."""
        if not isinstance(self.budgeting, Occurrences):
            text = "must be occurrences: the members of a composite are counted as each of them says"
            raise BadSpec("$.budgeting", text)
        if self.group_by is not None:
            raise BadSpec("$.groupBy", "must be empty: a composite has no series to tell apart")

    def _check_goals(self) -> None:
        """Whether every promise is another one, and not too many are made."""
        if len(self.goals) > MAX_GOALS:
            raise BadSpec("$.furtherObjectives", f"may have at most {MAX_GOALS - 1} entries")
        known: set[str] = set()
        for number, goal in enumerate(self.goals):
            if goal.text in known:
                raise BadSpec(f"$.furtherObjectives[{number - 1}]", f"{goal.text} is promised already")
            known.add(goal.text)
            if goal.alerting:
                share = Fraction(goal.objective.budget, SCALE)
                self.alerts.check_reach(share, self.budgeting.step_s, f"{goal.objective.text}%")

    def may_be_changed_by(self, login: str) -> bool:
        """Whether somebody who is no Admin may change it; logins are compared as Grafana does."""
        return not self.editors or login.casefold() in {each.casefold() for each in self.editors}

    @property
    def goals(self) -> tuple[Goal, ...]:
        """Everything that is promised, the main one first."""
        return (Goal(self.objective, self.window, self.alerting), *self.further)

    def promising(self, goal: Goal) -> "Definition":
        """The same counts held against one goal alone."""
        return replace(self, objective=goal.objective, window=goal.window, alerting=goal.alerting, further=())

    @property
    def meaning(self) -> tuple[Indicator, Budgeting, bool]:
        """What a stored count means; with `last` a gap holds what was measured before it."""
        return (self.indicator, self.budgeting, self.missing is MissingData.LAST)


MAX_NAME = 200
MAX_GOALS = 5
MAX_EDITORS = 50
MAX_GROUPS = 500
MAX_GROUP_LABELS = 3
MAX_DELAY_S = 600
_LOGIN = re.compile(r"[^\s,]{1,200}")
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


@dataclass(frozen=True, slots=True)
class Slo:
    """A definition with its identity and versions."""

    id: str
    org_id: int
    definition: Definition
    version: int
    """Rises with every edit; for optimistic concurrency."""
    generation: int
    """Rises when `Definition.meaning` changes; counts of other generations are another SLO's."""
    created_at: datetime
    updated_at: datetime
    updated_by: str = ""
    origin: str = ""
    """The file that it was provisioned from; empty: people made it and may change it."""
    whole_id: str = ""
    """Of one group: the SLO over all groups, which says what this one is. Empty: it is no group's."""
    group: Mapping[str, str] = field(default_factory=dict)
    """Of one group: the labels that make it."""


def _check_slice(width_s: int) -> None:
    if width_s not in SLICES_S:
        widths = ", ".join(str(width) for width in SLICES_S)
        raise BadSpec("$.budgeting.sliceSeconds", f"must be one of {widths}")
