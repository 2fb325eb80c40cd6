"""When an SLO is an alert: its conditions become one alert per SLO.

The most urgent condition that holds names the alert; the others are inhibited by it. While a window is not
measured the alert is frozen and neither fires nor resolves. `advance` is the state machine; `alert_event`
makes of it what goes through the same door as everybody's alerts.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from reliability_studio.domain.slo.conditions import Condition, Judgement
from reliability_studio.domain.slo.policy import NO_DATA


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
