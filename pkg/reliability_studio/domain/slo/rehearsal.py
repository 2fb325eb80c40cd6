"""When the alert of an SLO's main goal would have fired: its conditions judged step by step over history.

The same judgements and the same state machine as in the present (`alerting`), with the objective, window and
alert policy of now. Steps are as fine as the counts that history was kept or fetched in.
"""

from dataclasses import dataclass

from reliability_studio.domain.slo.alerting import AlertState, Change, advance
from reliability_studio.domain.slo.conditions import judged_at
from reliability_studio.domain.slo.ledger import Tallies
from reliability_studio.domain.slo.spec import Definition

MAX_EPISODES = 200
"""Episodes that are listed one by one; all are counted."""


@dataclass(frozen=True, slots=True)
class Episode:
    """One time that the alert would have fired."""

    start: int
    end: int | None
    """None: it would still fire."""
    condition: str
    """What it fired for at first."""
    severity: str
    """The most urgent that it became."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What the alert would have done in `(since, until]`, Unix seconds."""

    since: int
    until: int
    step_s: int
    fired: int
    pages: int
    """Those that became a page."""
    firing_s: int
    episodes: tuple[Episode, ...]
    """The newest, oldest first."""


def rehearse(definition: Definition, ledger: Tallies, start: int, end: int, step_s: int) -> Rehearsal:
    """Judge every step within `(start, end]` that the ledger knows."""
    since = max(start, ledger.start, ledger.end if ledger.first is None else ledger.first)
    since = -(-since // step_s) * step_s
    until = min(end, ledger.end) // step_s * step_s
    state, episodes, firing_s = AlertState(), list[Episode](), 0
    for at in range(since + step_s, until + 1, step_s):
        state, change = advance(state, judged_at(definition, ledger, at), at, definition.alerts.sustain_s)
        firing_s += step_s if state.firing else 0
        if change is Change.FIRED:
            episodes.append(Episode(at, None, state.condition, state.severity))
        elif change is Change.RESOLVED:
            episodes[-1] = _with(episodes[-1], at, state.severity)
        elif state.firing:
            episodes[-1] = _with(episodes[-1], None, state.severity)
    pages = sum(each.severity == "page" for each in episodes)
    return Rehearsal(
        since, max(since, until), step_s, len(episodes), pages, firing_s, tuple(episodes[-MAX_EPISODES:])
    )


def _with(episode: Episode, end: int | None, severity: str) -> Episode:
    worst = "page" if "page" in {episode.severity, severity} else severity
    return Episode(episode.start, end, episode.condition, worst)
