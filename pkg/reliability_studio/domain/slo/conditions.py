"""What an SLO could alert about, judged: burn-rate tiers, a spent budget, silence.

Conditions are ordered from most to least urgent. A tier holds while both of its windows burn faster than its
factor. An unmeasured window says nothing. `alerting` makes one alert of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from reliability_studio.domain.slo import budget
from reliability_studio.domain.slo.budget import Counts
from reliability_studio.domain.slo.forecast import Fate, spent_within
from reliability_studio.domain.slo.ledger import Tallies
from reliability_studio.domain.slo.measure import (
    COVERAGE_FLOOR,
    Measurement,
    Reason,
    Status,
    Verdict,
    WindowValue,
    account,
    coverage,
    judge,
    window_value,
)
from reliability_studio.domain.slo.policy import EXHAUSTION, NO_DATA, Severity
from reliability_studio.domain.slo.spec import Definition
from reliability_studio.domain.slo.windows import DAY, Tier, chosen_tiers, period


class Judgement(StrEnum):
    """What a condition says at one moment."""

    HOLDS = "holds"
    CLEAR = "clear"
    UNMEASURED = "unmeasured"
    """One of its windows lacks measurements."""
    FEW_FAILURES = "few_failures"
    """It burns, but too few failures, or too few events at all, stand behind it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing to be alerted about, judged."""

    name: str
    severity: Severity
    judgement: Judgement
    text: str


def conditions(definition: Definition, measurement: Measurement, ledger: Tallies) -> tuple[Condition, ...]:
    """Every condition of the main goal, judged, most urgent first."""
    whole = measurement.window.counts
    told = [
        replace(condition, text=_burn_text(tier, definition, ledger))
        for tier, condition in _burns(definition, ledger, ledger.end, measurement.period.length_s, whole)
    ]
    spent = [
        replace(each, text=_spent_text(definition, each, measurement.verdict))
        for each in _steps(definition, measurement.verdict, whole)
    ]
    soon = _exhaustion(definition, ledger, ledger.end)
    return _by_urgency(told, [*spent, *soon], _silent(definition, ledger))


def judged_at(definition: Definition, ledger: Tallies, at: int) -> tuple[Condition, ...]:
    """The same at an earlier moment, without words: for the question when an alert would have fired.

    How much of the budget is spent is judged only where the whole window lies in the ledger.
    """
    window = period(definition.window, at)
    value = window_value(definition, ledger, window.start, at, window.length_s)
    told = [each for _, each in _burns(definition, ledger, at, window.length_s, value.counts)]
    spent: list[Condition] = []
    if window.start >= ledger.start:
        verdict = judge(definition.objective, value, measured_since=ledger.first)
        spent = [*_steps(definition, verdict, value.counts), *_exhaustion(definition, ledger, at)]
    return _by_urgency(told, spent, [])


def _by_urgency(
    burns: Sequence[Condition], spent: Sequence[Condition], silent: Sequence[Condition]
) -> tuple[Condition, ...]:
    every = (*spent, *burns, *silent)
    pages = [c for c in (*burns, *spent, *silent) if c.severity is Severity.PAGE]
    return (*pages, *(c for c in every if c.severity is Severity.TICKET))


def _burns(
    definition: Definition, ledger: Tallies, at: int, window_s: int, whole: Counts
) -> Iterator[tuple[Tier, Condition]]:
    for tier in chosen_tiers(definition, window_s):
        judgement = _judge(tier, definition, ledger, at, whole, window_s)
        yield tier, Condition(tier.name, tier.severity, judgement, "")


def _judge(
    tier: Tier, definition: Definition, ledger: Tallies, at: int, whole: Counts, window_s: int
) -> Judgement:
    long, short = ledger.sums(at - tier.long_s, at), ledger.sums(at - tier.short_s, at)
    for sums in (long, short):
        measured = coverage(sums, ledger.first)
        if measured is None or measured < COVERAGE_FLOOR:
            return Judgement.UNMEASURED
    charged = account(definition, long, ledger.first)
    recent = account(definition, short, ledger.first)
    policy = definition.alerts
    if policy.traffic_aware:
        share = tier.factor * Fraction(tier.short_s, window_s)
        burning = budget.spends(charged, whole, definition.objective, tier.share) and budget.spends(
            recent, whole, definition.objective, share
        )
    else:
        burning = all(
            budget.burns_faster(each, definition.objective, tier.factor_parts) for each in (charged, recent)
        )
    if not burning:
        return Judgement.CLEAR
    failures, events = long.events or (charged.bad, charged.total)
    few = failures < policy.min_failures or events < policy.min_total
    return Judgement.FEW_FAILURES if few else Judgement.HOLDS


def _burn_text(tier: Tier, definition: Definition, ledger: Tallies) -> str:
    end = ledger.end
    long = window_value(definition, ledger, end - tier.long_s, end, tier.long_s)
    short = window_value(definition, ledger, end - tier.short_s, end, tier.short_s)
    return (
        f"burns {_rate(long)} times the budget over {_span(tier.long_s)} "
        f"and {_rate(short)} times over {_span(tier.short_s)}; the limit is {float(tier.factor):.4g}"
    )


def _steps(definition: Definition, verdict: Verdict, whole: Counts) -> Iterator[Condition]:
    policy = definition.alerts
    for name, percent in policy.steps:
        spent = budget.reached(whole, definition.objective, percent)
        judgement = Judgement.HOLDS if spent else Judgement.CLEAR
        if verdict.status is Status.NO_DATA and verdict.reason is not Reason.NO_EVENTS:
            judgement = Judgement.UNMEASURED
        yield Condition(name, policy.severity(name, Severity.TICKET), judgement, "")


def _spent_text(definition: Definition, condition: Condition, verdict: Verdict) -> str:
    percent = dict(definition.alerts.steps)[condition.name]
    action = definition.alerts.action(percent)
    return f"{verdict.text}. To be done from {percent}% on: {action}" if action else verdict.text


def _exhaustion(definition: Definition, ledger: Tallies, at: int) -> Iterator[Condition]:
    """The condition that the budget will soon be spent, if anybody wants to be told."""
    policy, within_s = definition.alerts, definition.alerts.exhausted_within_s
    if within_s is None:
        return
    fate = spent_within(definition, ledger, within_s, at)
    text = "at the rates of the last hour and day the budget " + _FATES[fate].format(_span(within_s))
    judgement = {Fate.UNKNOWN: Judgement.UNMEASURED, Fate.LASTS: Judgement.CLEAR}.get(fate, Judgement.HOLDS)
    day = ledger.sums(at - DAY, at)
    failures = day.events[0] if day.events else account(definition, day, ledger.first).bad
    few = failures < policy.min_failures
    if judgement is Judgement.HOLDS and few and fate is Fate.RUNS_OUT:
        judgement = Judgement.FEW_FAILURES
    yield Condition(EXHAUSTION, policy.severity(EXHAUSTION, Severity.TICKET), judgement, text)


_FATES = {
    Fate.SPENT: "is spent already",
    Fate.RUNS_OUT: "is spent within {}",
    Fate.LASTS: "lasts for longer than {}",
    Fate.UNKNOWN: "cannot be foreseen: too little was measured",
}


def _silent(definition: Definition, ledger: Tallies) -> list[Condition]:
    return silence(definition, ledger.end - (ledger.start if ledger.last is None else ledger.last))


def silence(definition: Definition, silent_s: int) -> list[Condition]:
    """The condition that nothing was measured for too long, if anybody wants to be told."""
    policy = definition.alerts
    if policy.no_data_s is None:
        return []
    judgement = Judgement.HOLDS if silent_s >= policy.no_data_s else Judgement.CLEAR
    text = f"nothing was measured for {silent_s // 60} minutes"
    return [Condition(NO_DATA, policy.severity(NO_DATA, Severity.TICKET), judgement, text)]


def _rate(window: WindowValue) -> str:
    return "no" if window.burn is None else f"{window.burn:.3g}"


def _span(seconds: int) -> str:
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"
