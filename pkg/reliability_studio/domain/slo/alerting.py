"""When an SLO is an alert: burn-rate tiers and a spent budget become one alert per SLO.

Conditions are judged from most to least urgent; the most urgent one that holds names the alert, the others
are inhibited by it. A tier holds while both of its windows burn faster than its factor. An unmeasured
window says nothing: then the alert is frozen and neither fires nor resolves. `advance` is the state
machine; its events go through the same door as everybody's alerts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from reliability_studio.domain.alerts import AlertEvent, AlertSource, fingerprint
from reliability_studio.domain.slo import budget
from reliability_studio.domain.slo.ledger import Ledger
from reliability_studio.domain.slo.measure import (
    COVERAGE_FLOOR,
    Measurement,
    Reason,
    Status,
    WindowValue,
    window_value,
)
from reliability_studio.domain.slo.spec import Slo
from reliability_studio.domain.slo.windows import Severity, Tier, tiers

MIN_FAILURES = 2
"""One failed request alone is no trend, however small the traffic."""

ALERT_NAME = "SLOBudgetBurn"
BUDGET_SPENT = "budget-spent"


class Judgement(StrEnum):
    """What a condition says at one moment."""

    HOLDS = "holds"
    CLEAR = "clear"
    UNMEASURED = "unmeasured"
    """One of its windows lacks measurements."""
    FEW_FAILURES = "few_failures"
    """It burns, but too few failures stand behind it."""


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

    @property
    def firing(self) -> bool:
        """Whether an episode is under way."""
        return self.since is not None and self.ended is None


class Change(StrEnum):
    """What `advance` did, and why."""

    NONE = "none"
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
    judged = [_judge(tier, slo, ledger) for tier in tiers(definition.objective, measurement.period.length_s)]
    pages = [c for c in judged if c.severity is Severity.PAGE]
    tickets = [c for c in judged if c.severity is Severity.TICKET]
    return (*pages, _spent(measurement), *tickets)


def _judge(tier: Tier, slo: Slo, ledger: Ledger) -> Condition:
    end = ledger.end
    long = window_value(slo.definition, ledger, end - tier.long_s, end, tier.long_s)
    short = window_value(slo.definition, ledger, end - tier.short_s, end, tier.short_s)
    objective = slo.definition.objective
    burning = all(budget.burns_faster(w.counts, objective, tier.factor_parts) for w in (long, short))
    judgement = Judgement.HOLDS if burning else Judgement.CLEAR
    if burning and long.counts.bad < MIN_FAILURES:
        judgement = Judgement.FEW_FAILURES
    if not (_is_measured(long) and _is_measured(short)):
        judgement = Judgement.UNMEASURED
    text = (
        f"burns {_rate(long)} times the budget over {_span(tier.long_s)} "
        f"and {_rate(short)} times over {_span(tier.short_s)}; the limit is {float(tier.factor):.4g}"
    )
    return Condition(tier.name, tier.severity, judgement, text)


def _spent(measurement: Measurement) -> Condition:
    verdict = measurement.verdict
    judgement = Judgement.HOLDS if verdict.status is Status.BREACHED else Judgement.CLEAR
    if verdict.status is Status.NO_DATA and verdict.reason is not Reason.NO_EVENTS:
        judgement = Judgement.UNMEASURED
    return Condition(BUDGET_SPENT, Severity.TICKET, judgement, verdict.text)


def advance(state: AlertState, judged: tuple[Condition, ...], now: int) -> tuple[AlertState, Change]:
    """The alert after these judgements."""
    holding = next((c for c in judged if c.judgement is Judgement.HOLDS), None)
    if holding is not None:
        return _firing(state, holding, now)
    if not state.firing:
        return state, Change.NONE if state.reported else Change.REPEATED
    if any(c.judgement is Judgement.UNMEASURED for c in judged):
        return state, Change.FROZEN
    return replace(state, reported=False, ended=now), Change.RESOLVED


def _firing(state: AlertState, holding: Condition, now: int) -> tuple[AlertState, Change]:
    if not state.firing:
        fired = AlertState(now, holding.name, holding.severity.value, reported=False)
        return fired, Change.FIRED
    if state.condition != holding.name:
        moved = replace(state, condition=holding.name, severity=holding.severity.value, reported=False)
        return moved, Change.ESCALATED
    return state, Change.NONE if state.reported else Change.REPEATED


_SEVERITY_LABEL: Mapping[str, str] = {Severity.PAGE: "critical", Severity.TICKET: "warning"}


def event(slo: Slo, state: AlertState, text: str, now: datetime) -> AlertEvent:
    """The alert as everybody's door takes it.

    Args:
        slo: whose alert.
        state: after `advance`; it fires, or has just ended.
        text: what the condition says, for a person.
        now: when this is reported.

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
    annotations = {
        "summary": f"{definition.name}: {state.condition.replace('-', ' ')} ({definition.objective.text} %)",
        "description": text,
    }
    if definition.runbook_url:
        annotations["runbook_url"] = definition.runbook_url
    return AlertEvent(
        source=AlertSource.SLO,
        fingerprint=fingerprint(identity),
        starts_at=datetime.fromtimestamp(state.since, UTC),
        ends_at=None if state.ended is None else datetime.fromtimestamp(state.ended, UTC),
        labels=labels,
        annotations=annotations,
        received_at=now,
    )


def _is_measured(window: WindowValue) -> bool:
    return window.coverage is not None and window.coverage >= COVERAGE_FLOOR


def _rate(window: WindowValue) -> str:
    return "no" if window.burn is None else f"{window.burn:.3g}"


def _span(seconds: int) -> str:
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"
