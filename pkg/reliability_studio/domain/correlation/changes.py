"""Changes as priors, never as verdicts: odds by kind and age, times a step anchored at the change itself.

"It was the latest change" is right about half of the time in one public set and almost never in another that
was built to punish it. So a change only raises its service as far as that service's own evidence begins at
the change, or in full where its pods do worse than the old ones beside them; a change beside a clean service
is ruled out by name.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from reliability_studio.domain.correlation.evidence import Finding
from reliability_studio.domain.correlation.telemetry import Change

RECENT = timedelta(minutes=30)
OLD = timedelta(minutes=120)
ANCHOR = timedelta(minutes=10)
"""How soon after a change its effect must show to count as anchored."""

_ODDS: Mapping[str, tuple[float, float]] = {
    # kind of change: odds when it is recent, odds when it is older
    "rollout": (5.0, 2.0),
    "config": (4.0, 1.7),
    "flag": (4.0, 1.7),
    "scale": (2.5, 1.3),
    "node": (3.0, 1.5),
    "restart": (2.0, 1.2),
    "other": (2.0, 1.2),
}
_SYNONYMS: Mapping[str, str] = {
    "deploy": "rollout",
    "deployment": "rollout",
    "release": "rollout",
    "image": "rollout",
    "version": "rollout",
    "configmap": "config",
    "config_change": "config",
    "configuration": "config",
    "secret": "config",
    "env": "config",
    "feature_flag": "flag",
    "hpa": "scale",
    "scaling": "scale",
    "replicas": "scale",
    "drain": "node",
    "cordon": "node",
}


class Reason(StrEnum):
    """Why a change counts as it does."""

    WORSE = "its pods do worse than the old ones beside them"
    ANCHORED = "the service's own evidence begins at this change"
    NOT_ANCHORED = "the service's own evidence does not begin at this change"
    NO_STEP = "its service shows no trouble of its own"
    AFTER_ONSET = "it came after the trouble had begun"
    TOO_OLD = "it is more than two hours older than the trouble"


@dataclass(frozen=True, slots=True)
class Weighed:
    """One change with what it adds to its service's log-odds, and why."""

    change: Change
    log_odds: float
    reason: Reason

    @property
    def shown(self) -> bool:
        """Whether something ties the trouble to the change itself, and not only to its service."""
        return self.reason in {Reason.WORSE, Reason.ANCHORED}


def kind_of(change: Change) -> str:
    """The change's kind among the known ones."""
    word = change.kind.strip().lower().replace("-", "_").replace(" ", "_")
    word = _SYNONYMS.get(word, word)
    return word if word in _ODDS else "other"


def weigh(
    changes: Sequence[Change],
    own: Sequence[tuple[Finding, float]],
    onset: datetime,
    step: timedelta,
) -> tuple[Weighed, ...]:
    """Each change of one service beside that service's findings and what is left of them (0..) as its own."""
    return tuple(
        _weigh(each, own, onset, step) for each in sorted(changes, key=lambda c: (c.at, c.kind, c.id))
    )


def _weigh(change: Change, own: Sequence[tuple[Finding, float]], onset: datetime, step: timedelta) -> Weighed:
    age = onset - change.at
    slack = max(2 * step, timedelta(minutes=1))
    if age < -slack:
        return Weighed(change, 0.0, Reason.AFTER_ONSET)
    if age > OLD:
        return Weighed(change, 0.0, Reason.TOO_OLD)
    strongest = max((left for _, left in own), default=0.0)
    if strongest < 1.0:
        return Weighed(change, 0.0, Reason.NO_STEP)
    anchored = max(
        (
            left
            for finding, left in own
            if finding.first_seen is not None and -slack <= finding.first_seen - change.at <= ANCHOR
        ),
        default=0.0,
    )
    recent, old = _ODDS[kind_of(change)]
    prior = math.log(recent if age <= RECENT else old)
    if change.worse_beside:
        # The one measurement that tells the version from the service. Pods that do as well as the old ones
        # clear nobody: a bad version may hurt what both versions use.
        return Weighed(change, prior, Reason.WORSE)
    if anchored >= 1.0:
        return Weighed(change, prior * (1 - math.exp(-anchored / 2)), Reason.ANCHORED)
    return Weighed(change, 0.25 * prior * (1 - math.exp(-strongest / 2)), Reason.NOT_ANCHORED)
