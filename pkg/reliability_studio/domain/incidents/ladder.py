"""An organisation's own severity ladder: its levels in order, what each counts as, what alerts mean by it.

    level     id, title, colour, description; the built-in severity that it counts as; words of alerts
    ladder    levels, most urgent first; without an own one the four built-in severities
    grade     where an incident stands on it: severity, level, and the step among levels that count alike

Everything that asks how urgent something is (who is told, health, least severities) asks what a level counts
as, so an own ladder changes names, order and number of levels and breaks none of it.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from reliability_studio.domain.incidents.model import MAX_STEPS, Grade, Severity

MAX_LEVELS = 12
"""Levels of a ladder; fewer than there are steps of a severity."""

WORDS: Mapping[str, Severity] = {
    "critical": Severity.CRITICAL,
    "crit": Severity.CRITICAL,
    "page": Severity.CRITICAL,
    "p1": Severity.CRITICAL,
    "sev1": Severity.CRITICAL,
    "emergency": Severity.CRITICAL,
    "high": Severity.HIGH,
    "error": Severity.HIGH,
    "major": Severity.HIGH,
    "p2": Severity.HIGH,
    "sev2": Severity.HIGH,
    "medium": Severity.MEDIUM,
    "warning": Severity.MEDIUM,
    "warn": Severity.MEDIUM,
    "minor": Severity.MEDIUM,
    "ticket": Severity.MEDIUM,
    "p3": Severity.MEDIUM,
    "sev3": Severity.MEDIUM,
    "low": Severity.LOW,
    "info": Severity.LOW,
    "none": Severity.LOW,
    "p4": Severity.LOW,
    "sev4": Severity.LOW,
}
"""What values of the label `severity` mean where a ladder does not say; anything else is medium."""

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")

Problem = tuple[str, str]
"""A path in the request, and what is wrong there."""


class Colour(StrEnum):
    """Colours of Grafana's badges, which fit both of its themes."""

    RED = "red"
    ORANGE = "orange"
    PURPLE = "purple"
    BLUE = "blue"
    GREEN = "green"
    GREY = "darkgrey"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a ladder; its place in the ladder is its rank."""

    id: str
    """Stable: incidents, filters and links name it."""
    title: str
    severity: Severity
    """What it counts as."""
    colour: Colour
    description: str = ""
    """When people choose it."""
    words: tuple[str, ...] = ()
    """Values of the label `severity` that mean it, beside its id."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """Levels, most urgent first; never empty."""

    levels: tuple[Level, ...]

    @property
    def own(self) -> bool:
        """Whether an organisation made it."""
        return self != BUILT_IN

    def grade(self, level: Level) -> Grade:
        """Where an incident of this level stands."""
        alike = [one.id for one in self.levels if one.severity is level.severity]
        name = "" if level.id == level.severity.value else level.id
        return Grade(level.severity, name, alike.index(level.id))

    def of(self, severity: Severity) -> Grade:
        """The grade of what only a built-in severity is known of.

        The level of the same name, else the first that counts as it, else the next less urgent one, else the
        last.
        """
        named = (one for one in self.levels if one.id == severity.value and one.severity is severity)
        counts = (one for one in self.levels if one.severity.rank >= severity.rank)
        return self.grade(next(named, None) or next(counts, self.levels[-1]))

    def named(self, level_id: str) -> Grade | None:
        """The grade of the level with this id; None when there is none."""
        found = next((one for one in self.levels if one.id == level_id), None)
        return None if found is None else self.grade(found)

    def chosen(
        self, severity: Severity, level: str, path: str = "$.level"
    ) -> tuple[Grade, tuple[Problem, ...]]:
        """Where a request puts something: on the level that it names, else where its severity is.

        Args:
            severity: counts where no level is named.
            level: id of a level; empty for none.
            path: of the level in the request, for what is wrong with it.
        """
        named = self.named(level)
        if named is not None or not level:
            return named or self.of(severity), ()
        known = ", ".join(one.id for one in self.levels)
        return self.of(severity), ((path, f"there is no level '{level[:100]}'; there are {known}"),)

    def kept(self, severity: Severity, level: str) -> Grade:
        """What was chosen earlier: the level while it is there, else the severity that it counted as."""
        return self.named(level) or self.of(severity)

    def alternatives(
        self, levels: Collection[str], severities: Collection[Severity]
    ) -> tuple[tuple[str, ...], tuple[Severity, ...]]:
        """Levels and severities of a stored filter as alternatives to each other.

        A level that is gone stands for the severity that the filter names beside it: what it counted as.
        """
        known = [one for one in self.levels if one.id in levels]
        rest = set(severities) - {one.severity for one in known}
        fitting = [one.id for one in self.levels if one in known or one.severity in rest]
        # Nothing that fits is no filter for everything.
        return (tuple(fitting or levels), ()) if levels else ((), tuple(severities))

    def meant(self, word: str) -> Grade:
        """The grade that an alert means by a value of its label `severity`."""
        said = word.strip().lower()
        found = next((one for one in self.levels if said == one.id or said in one.words), None)
        return self.of(WORDS.get(said, Severity.MEDIUM)) if found is None else self.grade(found)

    def called(self, grade: Grade) -> str:
        """What people call it: the level's title; a built-in severity by its word."""
        if not self.own:
            return grade.name
        return next((one.title for one in self.levels if one.id == grade.name), grade.name)


BUILT_IN = Ladder(
    (
        Level("critical", "Critical", Severity.CRITICAL, Colour.RED),
        Level("high", "High", Severity.HIGH, Colour.ORANGE),
        Level("medium", "Medium", Severity.MEDIUM, Colour.BLUE),
        Level("low", "Low", Severity.LOW, Colour.GREY),
    )
)
"""The ladder of organisations that made none."""


def problems(levels: Sequence[Level]) -> Iterator[Problem]:
    """What is wrong with levels that shall be a ladder, each with its field."""
    if not 1 <= len(levels) <= MAX_LEVELS <= MAX_STEPS:
        yield "$.levels", f"a ladder has one to {MAX_LEVELS} levels"
    for position, level in enumerate(levels):
        if not _ID.fullmatch(level.id):
            yield f"$.levels[{position}].id", "may hold a-z, 0-9, - and _, at most 32 of them"
        if level.id in set(Severity) and level.id != level.severity.value:
            yield f"$.levels[{position}].severity", f"a level with the id {level.id} counts as {level.id}"
    for position, (above, below) in enumerate(pairwise(levels), 1):
        if below.severity.rank < above.severity.rank:
            text = f"counts as more urgent than the level above it ({above.severity.value})"
            yield f"$.levels[{position}].severity", text
    yield from _twice("id", [(level.id,) for level in levels])
    yield from _twice("title", [(level.title.casefold(),) for level in levels])
    yield from _twice("words", [{level.id, *level.words} for level in levels])


def _twice(name: str, values: Sequence[Collection[str]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for position, of in enumerate(values):
        if again := seen.intersection(of):
            yield f"$.levels[{position}].{name}", f"another level has '{min(again)[:100]}' already"
        seen.update(of)


def orphans(held: Collection[str], after: Ladder, moves: Mapping[str, str]) -> Iterator[Problem]:
    """Levels in use that a new ladder has not and that no move leads to one that it has.

    Args:
        held: ids of the levels that incidents are on.
        after: the ladder to be.
        moves: id of a level to the id of the one that takes its incidents.
    """
    there = {level.id for level in after.levels}
    for name, target in sorted(moves.items()):
        if target not in there:
            yield f"$.moves.{name}", f"the new ladder has no level '{target[:100]}'"
    for name in sorted(set(held) - there - moves.keys()):
        yield f"$.moves.{name}", f"incidents are on the level {name}: name the one that takes them"
