"""When an SLO is an alert: burn-rate tiers and a spent budget become one alert per SLO.

Conditions are judged from most to least urgent; the most urgent one that holds names the alert, the others
are inhibited by it. A tier holds while both of its windows burn faster than its factor. An unmeasured
window says nothing: then the alert is frozen and neither fires nor resolves. `advance` is the state
machine; its events go through the same door as everybody's alerts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from fractions import Fraction

from reliability_studio.domain.alerts import AlertEvent, AlertSource, fingerprint
from reliability_studio.domain.slo import budget
from reliability_studio.domain.slo.budget import Counts
from reliability_studio.domain.slo.ledger import Ledger
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
from reliability_studio.domain.slo.policy import NO_DATA, Severity
from reliability_studio.domain.slo.spec import Definition, Slo
from reliability_studio.domain.slo.windows import Tier, chosen_tiers, period
from reliability_studio.domain.slo.wording import filled

ALERT_NAME = "SLOBudgetBurn"


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


@dataclass(frozen=True, slots=True)
class AlertState:
    """The alert of one SLO. Kept with its counts, so that it survives a restart."""

    since: int | None = None
    """Start of the episode that fires, or of the last one (Unix seconds); None before the first."""
    condition: str = ""
    severity: str = ""
    reported: bool = True
    """Whether the last change has been handed on; if not, it is handed on again."""
    ended: int | None = None
    """End of that episode; None while it fires."""
    pending_since: int | None = None
    """Since when a condition has held that must hold for longer before it alerts; None: none does."""

    @property
    def firing(self) -> bool:
        """Whether an episode is under way."""
        return self.since is not None and self.ended is None


class Change(StrEnum):
    """What `advance` did, and why."""

    NONE = "none"
    PENDING = "pending"
    """A condition holds, but not for as long as it must."""
    FIRED = "fired"
    ESCALATED = "escalated"
    """Another condition took over within the same episode."""
    RESOLVED = "resolved"
    FROZEN = "frozen"
    """It would have changed, but too little was measured."""
    REPEATED = "repeated"
    """The last change was not handed on yet."""


def conditions(slo: Slo, measurement: Measurement, ledger: Ledger) -> tuple[Condition, ...]:
    """Every condition of this SLO, judged, most urgent first."""
    definition = slo.definition
    whole = measurement.window.counts
    told = [
        replace(condition, text=_burn_text(tier, definition, ledger))
        for tier, condition in _burns(definition, ledger, ledger.end, measurement.period.length_s, whole)
    ]
    spent = [
        replace(each, text=measurement.verdict.text)
        for each in _steps(definition, measurement.verdict, whole)
    ]
    return _by_urgency(told, spent, _silent(definition, ledger))


def judged_at(definition: Definition, ledger: Ledger, at: int) -> tuple[Condition, ...]:
    """The same at an earlier moment, without words: for the question when an alert would have fired.

    How much of the budget is spent is judged only where the whole window lies in the ledger.
    """
    window = period(definition.window, at)
    value = window_value(definition, ledger, window.start, at, window.length_s)
    told = [each for _, each in _burns(definition, ledger, at, window.length_s, value.counts)]
    spent: list[Condition] = []
    if window.start >= ledger.start:
        verdict = judge(definition.objective, value, measured_since=ledger.first)
        spent = list(_steps(definition, verdict, value.counts))
    return _by_urgency(told, spent, [])


def _by_urgency(
    burns: Sequence[Condition], spent: Sequence[Condition], silent: Sequence[Condition]
) -> tuple[Condition, ...]:
    every = (*spent, *burns, *silent)
    pages = [c for c in (*burns, *spent, *silent) if c.severity is Severity.PAGE]
    return (*pages, *(c for c in every if c.severity is Severity.TICKET))


def _burns(
    definition: Definition, ledger: Ledger, at: int, window_s: int, whole: Counts
) -> Iterator[tuple[Tier, Condition]]:
    for tier in chosen_tiers(definition, window_s):
        judgement = _judge(tier, definition, ledger, at, whole, window_s)
        yield tier, Condition(tier.name, tier.severity, judgement, "")


def _judge(
    tier: Tier, definition: Definition, ledger: Ledger, at: int, whole: Counts, window_s: int
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
    few = charged.bad < policy.min_failures or charged.total < policy.min_total
    return Judgement.FEW_FAILURES if few else Judgement.HOLDS


def _burn_text(tier: Tier, definition: Definition, ledger: Ledger) -> str:
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


def _silent(definition: Definition, ledger: Ledger) -> list[Condition]:
    return silence(definition, ledger.end - (ledger.start if ledger.last is None else ledger.last))


def silence(definition: Definition, silent_s: int) -> list[Condition]:
    """The condition that nothing was measured for too long, if anybody wants to be told."""
    policy = definition.alerts
    if policy.no_data_s is None:
        return []
    judgement = Judgement.HOLDS if silent_s >= policy.no_data_s else Judgement.CLEAR
    text = f"nothing was measured for {silent_s // 60} minutes"
    return [Condition(NO_DATA, policy.severity(NO_DATA, Severity.TICKET), judgement, text)]


def advance(
    state: AlertState, judged: tuple[Condition, ...], now: int, sustain_s: int = 0
) -> tuple[AlertState, Change]:
    """The alert after these judgements, of which one must have held for `sustain_s` seconds."""
    holding = next((c for c in judged if c.judgement is Judgement.HOLDS), None)
    if holding is not None:
        return _firing(state, holding, now, sustain_s)
    unmeasured = any(c.judgement is Judgement.UNMEASURED for c in judged)
    if not state.firing:
        calm = state if unmeasured else replace(state, pending_since=None)
        return calm, Change.NONE if state.reported else Change.REPEATED
    if unmeasured and state.condition != NO_DATA:
        return state, Change.FROZEN
    return replace(state, reported=False, ended=now), Change.RESOLVED


def _firing(state: AlertState, holding: Condition, now: int, sustain_s: int) -> tuple[AlertState, Change]:
    if not state.firing:
        since = now if state.pending_since is None else state.pending_since
        if now - since < sustain_s:
            return replace(state, pending_since=since), Change.PENDING
        fired = AlertState(now, holding.name, holding.severity.value, reported=False)
        return fired, Change.FIRED
    if holding.name == NO_DATA and state.condition != NO_DATA:
        # Silence says nothing about the burn that it interrupts.
        return state, Change.FROZEN
    if state.condition != holding.name:
        moved = replace(state, condition=holding.name, severity=holding.severity.value, reported=False)
        return moved, Change.ESCALATED
    return state, Change.NONE if state.reported else Change.REPEATED


_SEVERITY_LABEL: Mapping[str, str] = {Severity.PAGE: "critical", Severity.TICKET: "warning"}


def event(
    slo: Slo,
    state: AlertState,
    text: str,
    now: datetime,
    *,
    measured: Measurement | None = None,
    page: str = "",
) -> AlertEvent:
    """The alert as everybody's door takes it.

    Args:
        slo: whose alert.
        state: after `advance`; it fires, or has just ended.
        text: what the condition says, for a person.
        now: when this is reported.
        measured: the numbers that it speaks of, for people's own texts.
        page: where SLOs are shown, as an address; empty: nobody knows.

    Raises:
        ValueError: there has been no episode.
    """
    if state.since is None:
        raise ValueError("there is no episode to report")
    definition = slo.definition
    identity = {"alertname": ALERT_NAME, "slo_id": slo.id}
    labels = {
        **definition.labels,
        **identity,
        "slo": definition.name,
        "service": definition.service,
        "severity": _SEVERITY_LABEL.get(state.severity, "warning"),
        "condition": state.condition,
    }
    url = f"{page}/{slo.id}" if page else ""
    said = {
        "slo": definition.name,
        "slo_id": slo.id,
        "service": definition.service,
        "owner": definition.owner,
        "objective": f"{definition.objective.text} %",
        "window": definition.window.text,
        "condition": state.condition,
        "severity": labels["severity"],
        "text": text,
        "url": url,
        "runbook_url": definition.runbook_url,
        **_numbers(measured),
    }
    annotations = {
        "summary": f"{definition.name}: {state.condition.replace('-', ' ')} ({definition.objective.text} %)",
        "description": text,
        **({"runbook_url": definition.runbook_url} if definition.runbook_url else {}),
        **({"slo_url": url} if url else {}),
        **{
            name: filled(template, said, definition.labels)
            for name, template in definition.alerts.annotations.items()
        },
    }
    return AlertEvent(
        source=AlertSource.SLO,
        fingerprint=fingerprint(identity),
        starts_at=datetime.fromtimestamp(state.since, UTC),
        ends_at=None if state.ended is None else datetime.fromtimestamp(state.ended, UTC),
        labels=labels,
        annotations=annotations,
        generator_url=url,
        received_at=now,
    )


def _numbers(measured: Measurement | None) -> Mapping[str, str]:
    if measured is None or measured.remaining is None:
        return {}
    return {"remaining": f"{measured.remaining:.1%}", "bad_left": f"{measured.bad_left:.4g}"}


def _rate(window: WindowValue) -> str:
    return "no" if window.burn is None else f"{window.burn:.3g}"


def _span(seconds: int) -> str:
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"
