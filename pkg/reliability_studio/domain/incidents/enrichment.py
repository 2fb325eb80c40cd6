"""Rules that have a question asked when an alert comes in, and what came of it.

    rule      matchers → a PromQL or LogQL query with places for the alert's labels
    reading   how it ended, in words; the values or lines that came back, as many as are kept

What is kept is a look at the moment of the alert, for the person who opens the incident, and not a store of
telemetry: a few values or lines of bounded size, and how many there were.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from reliability_studio.domain.alerts import AlertEvent
from reliability_studio.domain.incidents.matchers import Matcher

MOST_KEPT = 20
"""Values, or lines, that are kept of one answer."""
MOST_TEXT = 1_000
"""Characters of a line that are kept."""
MOST_LABELS = 20
MOST_LABEL = 200
"""Characters of a label's value that are kept."""
PER_ALERT = 5
"""Questions that one alert has asked: of the first rules that cover it."""
PER_INCIDENT = 50
"""Questions that the alerts of one incident have asked in all."""
PER_DELIVERY = 500
"""Questions that one delivery of alerts has asked: a storm is no reason for another."""
LATE = timedelta(hours=24)
"""After this long nobody asks. Until then the answer is the same: it is about the alert's moment."""


class EnrichmentSource(StrEnum):
    """Whom a rule asks."""

    PROMETHEUS = "prometheus"
    """An instant query in PromQL."""
    LOKI = "loki"
    """A query in LogQL: for lines, or for numbers."""


class QuestionState(StrEnum):
    """How far a question is."""

    DUE = "due"
    DONE = "done"
    NO_DATA = "no_data"
    """It was answered, and there is nothing."""
    FAILED = "failed"
    NOT_RUN = "not_run"
    """It was not asked; the words say why."""


@dataclass(frozen=True, slots=True)
class Enrichment:
    """One rule. `id` is stable; the order of rules decides whose questions are asked where there are many."""

    title: str
    query: str
    """`$labels.name` stands for the value of the alert's label, as a whole quoted literal."""
    source: EnrichmentSource = EnrichmentSource.PROMETHEUS
    matchers: tuple[Matcher, ...] = ()
    """All must hold; none means every alert."""
    window: timedelta = timedelta(minutes=5)
    """How far back lines are looked for."""
    id: str = ""

    def covers(self, event: AlertEvent) -> bool:
        """Whether the question is asked for this alert."""
        return all(one.matches(event.labels) for one in self.matchers)


@dataclass(frozen=True, slots=True)
class Measured:
    """One value of an answer; None where it is no number."""

    labels: Mapping[str, str]
    value: float | None


@dataclass(frozen=True, slots=True)
class Noted:
    """One line of an answer."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of a question."""

    state: QuestionState
    text: str
    """In words: how many there were, what is missing, or why there is nothing."""
    values: Sequence[Measured] = field(default_factory=tuple)
    lines: Sequence[Noted] = field(default_factory=tuple)
    """The newest first."""
    samples: int = 0
    """Values or lines that came back; of lines at most one more than are kept."""


def of_values(found: Sequence[tuple[Mapping[str, str], float | None]], warnings: Sequence[str]) -> Reading:
    """The reading of numbers; those with the largest values come first, and what is no number last."""
    doubt = f"; the answer may be incomplete: {warnings[0][:MOST_LABEL]}" if warnings else ""
    if not found:
        return Reading(QuestionState.NO_DATA, f"no series{doubt}")
    ordered = sorted(found, key=lambda one: (one[1] is None, -(one[1] or 0.0), sorted(one[0].items())))
    kept = tuple(Measured(_labels(labels), value) for labels, value in ordered[:MOST_KEPT])
    many = "1 series" if len(found) == 1 else f"{len(found)} series"
    more = f", the {MOST_KEPT} largest are kept" if len(found) > MOST_KEPT else ""
    return Reading(QuestionState.DONE, f"{many}{more}{doubt}", values=kept, samples=len(found))


def of_lines(found: Sequence[tuple[datetime, str]]) -> Reading:
    """The reading of lines, the newest first."""
    if not found:
        return Reading(QuestionState.NO_DATA, "no line")
    kept = tuple(Noted(at, _cut(text)) for at, text in found[:MOST_KEPT])
    if len(found) > MOST_KEPT:
        return Reading(
            QuestionState.DONE, f"the newest {MOST_KEPT} lines of more", lines=kept, samples=len(found)
        )
    many = "1 line" if len(found) == 1 else f"{len(found)} lines"
    return Reading(QuestionState.DONE, many, lines=kept, samples=len(found))


def summary(title: str, reading: Reading) -> str:
    """What the timeline says in one line."""
    if reading.state is QuestionState.DONE and len(reading.values) == 1 == reading.samples:
        (one,) = reading.values
        return f"{title}: {'not a number' if one.value is None else f'{one.value:g}'}"
    if reading.state is QuestionState.FAILED:
        return f"{title}: could not be asked"
    return f"{title}: {reading.text}"


def details(reading: Reading) -> str:
    """What the timeline says below it: a few values or lines, or why there is nothing."""
    if reading.values:
        return "\n".join(f"{_named(one.labels)} {_number(one.value)}".strip() for one in reading.values[:5])
    if reading.lines:
        return "\n".join(one.text[:200] for one in reading.lines[:5])
    return reading.text


def _labels(labels: Mapping[str, str]) -> dict[str, str]:
    kept = sorted(labels.items())[:MOST_LABELS]
    return {name[:MOST_LABEL]: value[:MOST_LABEL] for name, value in kept}


def _cut(text: str) -> str:
    return text if len(text) <= MOST_TEXT else f"{text[: MOST_TEXT - 1]}…"


def _named(labels: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in labels.items())


def _number(value: float | None) -> str:
    return "not a number" if value is None else f"{value:g}"
