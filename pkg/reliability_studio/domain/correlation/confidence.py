"""Log-odds become probabilities that mean something: a softmax with "none of these", one fitted map, caps.

The map has two numbers, fitted on the development systems of the fault simulator and checked on others
(`benchmarks/investigation.py` prints both): how fast log-odds turn into certainty, and how likely "none" is
before any evidence. Caps say what kind of telemetry a confidence may rest on; they only ever lower it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reliability_studio.domain.correlation.evidence import Likely

SHARPNESS = 1.4
"""Fitted: multiplies log-odds."""
NONE = -0.25
"""Fitted: log-odds of "none of these"."""

PLAUSIBLE_FROM = 0.05
"""From here on a service is told as a possible cause; what lies below was considered."""
PLAUSIBLE_BECAUSE = (
    "stated probabilities are right to about 0.05 on systems that they were not fitted on: below that, a "
    "number cannot be told from zero"
)
LIKELY_FROM = 0.8
SUSPECTED_FROM = 0.5

ONE_SIGNAL = 0.6
NO_TOPOLOGY = 0.7
SHORT_NORMAL = 0.5
UNSEEN = 0.8
ONE_SOURCE = 0.85
SHORT_NORMAL_MINUTES = 30


@dataclass(frozen=True, slots=True)
class Footing:
    """What telemetry an answer rests on."""

    signals: int
    """Independent kinds of evidence for the named service."""
    topology: bool
    normal_minutes: float
    unseen: str = ""
    """A service that it calls and that has no telemetry at all: it may be the true cause."""
    sources: int = 3
    """How many of metrics, traces and logs there are."""


@dataclass(frozen=True, slots=True)
class Cap:
    """A limit on confidence and the reason in words."""

    at: float
    because: str


def lost(earlier: float, rivals: Sequence[str]) -> Cap:
    """The limit when evidence about others that an earlier answer rested on is missing now."""
    named = ", ".join(rivals[:3]) + (" and others" if len(rivals) > 3 else "")  # noqa: PLR2004 - readable
    return Cap(
        earlier, f"telemetry of {named} is missing that was there before: at most {earlier:.2f} as then"
    )


def probabilities(log_odds: Mapping[str, float]) -> tuple[Mapping[str, float], float]:
    """P(service) for each, and P(none); they add up to one."""
    scaled = {name: SHARPNESS * each for name, each in log_odds.items()}
    top = max([NONE, *scaled.values()])
    weights = {name: math.exp(each - top) for name, each in scaled.items()}
    none = math.exp(NONE - top)
    total = none + math.fsum(weights[name] for name in sorted(weights))
    return {name: weights[name] / total for name in weights}, none / total


def caps(footing: Footing) -> tuple[Cap, ...]:
    """The limits that apply, lowest first."""
    found = []
    if footing.normal_minutes < SHORT_NORMAL_MINUTES:
        found.append(
            Cap(
                SHORT_NORMAL,
                f"only {footing.normal_minutes:.0f} minutes of normal operation to compare with: at most "
                f"{SHORT_NORMAL}",
            )
        )
    if footing.signals <= 1:
        found.append(Cap(ONE_SIGNAL, f"only one kind of evidence: at most {ONE_SIGNAL}"))
    if footing.unseen:
        found.append(Cap(UNSEEN, f"{footing.unseen}, which it calls, has no telemetry: at most {UNSEEN}"))
    if footing.sources <= 1:
        found.append(Cap(ONE_SOURCE, f"only one source of telemetry: at most {ONE_SOURCE}"))
    if not footing.topology:
        found.append(Cap(NO_TOPOLOGY, f"no call graph: at most {NO_TOPOLOGY}"))
    return tuple(sorted(found, key=lambda cap: cap.at))


def capped(confidence: float, limits: Sequence[Cap]) -> float:
    """The confidence under its limits."""
    return min([confidence, *(limit.at for limit in limits)])


def plausible(confidence: float) -> bool:
    """Whether a service is worth naming as a possible cause at all."""
    return confidence >= PLAUSIBLE_FROM


def words(confidence: float) -> Likely:
    """How a confidence is put."""
    if confidence >= LIKELY_FROM:
        return Likely.LIKELY
    return Likely.SUSPECTED if confidence >= SUSPECTED_FROM else Likely.NONE
