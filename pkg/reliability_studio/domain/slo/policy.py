"""What people may choose about the alert of an SLO: tiers, severities, thresholds, patience. Values only.

Without choices the standard tiers hold (`windows.tiers`), scaled to the SLO's window. `alerting` judges.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.wording import check

MAX_RULES = 8
MAX_SUSTAIN_S = 6 * 3600
MAX_SPENT = 1000
"""Percent: ten budgets."""
MAX_ACTION = 500
MIN_FAILURES = 2
"""One failed request alone is no trend, however small the traffic."""

BUDGET_SPENT = "budget-spent"
"""The condition that the whole budget is gone; of smaller steps it is `budget-50`."""

NO_DATA = "no-data"
"""The condition that nothing was measured for too long."""

EXHAUSTION = "exhaustion"
"""The condition that the budget will soon be spent if things go on like this."""

_SPENT_WHOLE = 100


class Severity(StrEnum):
    """How urgent a burn is."""

    PAGE = "page"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class BurnRule:
    """A pair of windows and the burn rate that both must exceed, as somebody chose them."""

    name: str
    severity: Severity
    long_s: int
    short_s: int
    factor: Fraction


@dataclass(frozen=True, slots=True)
class BudgetStep:
    """One step of an error-budget policy: what is to be done once so much of the budget is spent."""

    percent: int
    action: str
    """For people: `freeze releases, except for what helps`."""


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """The choices of one SLO."""

    rules: tuple[BurnRule, ...] = ()
    """Instead of the standard tiers; empty: the standard ones."""
    off: frozenset[str] = frozenset()
    """Names of conditions that are not wanted."""
    severities: Mapping[str, Severity] = field(default_factory=dict)
    """Other severities than usual, by the name of the condition."""
    spent_percent: tuple[int, ...] = (_SPENT_WHOLE,)
    """Shares of the budget whose consumption is told."""
    min_failures: int = MIN_FAILURES
    """Bad events that the long window must hold before it alerts."""
    min_total: int = 0
    """Events that the long window must hold before it alerts."""
    traffic_aware: bool = False
    """Compare with the budget of the whole window and not of the long one: quiet hours weigh little."""
    sustain_s: int = 0
    """How long a condition must hold before it alerts."""
    no_data_s: int | None = None
    """Tell when nothing was measured for so long; None: never."""
    budget_policy: tuple[BudgetStep, ...] = ()
    """What is agreed to be done, step by step; each step is told like those of `spent_percent`."""
    exhausted_within_s: int | None = None
    """Tell when the budget is spent within so long, at the rates of the last hour and the last day alike."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    """Texts of the alert by name, beside or instead of the usual ones; `wording` says what they may hold."""

    def __post_init__(self) -> None:
        if len(self.rules) > MAX_RULES:
            raise BadSpec("$.alerts.rules", f"has more than {MAX_RULES} entries")
        for at, rule in enumerate(self.rules):
            _check_rule(rule, f"$.alerts.rules[{at}]")
        names = [rule.name for rule in self.rules]
        if len(set(names)) < len(names) or {BUDGET_SPENT, NO_DATA, EXHAUSTION} & set(names):
            raise BadSpec("$.alerts.rules", "must have names of their own")
        _check_percents(self.spent_percent, "$.alerts.spentPercent")
        _check_percents([step.percent for step in self.budget_policy], "$.alerts.budgetPolicy")
        for at, step in enumerate(self.budget_policy):
            if not step.action.strip() or len(step.action) > MAX_ACTION:
                path = f"$.alerts.budgetPolicy[{at}].action"
                raise BadSpec(path, f"must say what is to be done, in 1 to {MAX_ACTION} characters")
        check(self.annotations, "$.alerts.annotations")
        for name, value, least, most in (
            ("minFailures", self.min_failures, 1, 10**9),
            ("minTotal", self.min_total, 0, 10**12),
            ("sustainSeconds", self.sustain_s, 0, MAX_SUSTAIN_S),
            (
                "exhaustedWithinSeconds",
                3600 if self.exhausted_within_s is None else self.exhausted_within_s,
                3600,
                7 * 86_400,
            ),
            ("noDataSeconds", 600 if self.no_data_s is None else self.no_data_s, 300, 7 * 86_400),
        ):
            if not least <= value <= most:
                raise BadSpec(f"$.alerts.{name}", f"must lie between {least} and {most}")

    def severity(self, name: str, usual: Severity) -> Severity:
        """How urgent a condition is here."""
        return self.severities.get(name, usual)

    @property
    def steps(self) -> tuple[tuple[str, int], ...]:
        """Name and percent of each step of consumption, the largest first."""
        percents = {*self.spent_percent, *(step.percent for step in self.budget_policy)}
        named = [(spent_name(percent), percent) for percent in sorted(percents, reverse=True)]
        return tuple(each for each in named if each[0] not in self.off)

    def action(self, percent: int) -> str:
        """What is to be done when so much of the budget is spent; empty: nothing was agreed."""
        reached = [step.action for step in self.budget_policy if step.percent <= percent]
        return reached[-1] if reached else ""

    def check_reach(self, budget_share: Fraction, step_s: int, target: str) -> None:
        """Whether every rule can ever fire under an objective and with buckets this wide.

        Args:
            budget_share: what the objective allows to be bad.
            step_s: width of a bucket.
            target: the objective, for people: `99.9%`.

        Raises:
            BadSpec: a factor lies at or above what complete failure burns, or a window is too short.
        """
        ceiling = 1 / budget_share
        for at, rule in enumerate(self.rules):
            path = f"$.alerts.rules[{at}]"
            if rule.factor >= ceiling:
                burn = f"complete failure burns {float(ceiling):.4g} times the budget of {target}"
                text = f"can never be reached: {burn}"
                raise BadSpec(f"{path}.factor", text)
            if rule.short_s < 2 * step_s:
                raise BadSpec(f"{path}.shortSeconds", f"must be {2 * step_s} or more: two buckets")


def spent_name(percent: int) -> str:
    """The name of the condition that so much of the budget is gone."""
    return BUDGET_SPENT if percent == _SPENT_WHOLE else f"budget-{percent}"


def _check_percents(percents: Sequence[int], path: str) -> None:
    rising = list(percents) == sorted(set(percents))
    if not rising or not all(1 <= each <= MAX_SPENT for each in percents):
        raise BadSpec(path, f"must rise, from 1 to {MAX_SPENT} percent")


def _check_rule(rule: BurnRule, path: str) -> None:
    if not rule.name.strip() or len(rule.name) > 60:  # noqa: PLR2004 - a label's value
        raise BadSpec(f"{path}.name", "must have 1 to 60 characters")
    if rule.factor <= 0:
        raise BadSpec(f"{path}.factor", "must be above 0")
    if rule.severity is Severity.PAGE and rule.factor <= 1:
        raise BadSpec(f"{path}.factor", "of a page must be above 1: at 1 the budget just lasts")
    if rule.short_s % 60 or rule.long_s % 60 or not rule.short_s < rule.long_s:
        raise BadSpec(f"{path}.longSeconds", "must be whole minutes and longer than the short window")
