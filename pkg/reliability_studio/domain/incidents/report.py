"""What reports and exports are made of: facts, and foreign text made harmless where it is put.

    csv_text(entries)    the timeline as a spreadsheet; formulas in foreign text are made harmless

The text of a report is a template's (`report_template`).
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from reliability_studio.domain.incidents import ladder as ladders
from reliability_studio.domain.incidents import status_names
from reliability_studio.domain.incidents.model import Incident
from reliability_studio.domain.incidents.tasks import Task
from reliability_studio.domain.timeline import Entry

NEARLY_ONE, NEARLY_NONE = 0.995, 0.005
"""Probabilities that two digits would round to certainty."""
_FORMULA = re.compile(r"""^(?=[\t\r\n])|(?:^|(?<=[;\t\r\n]))(?=[ "]*[=+\-@\uff0b\uff0d\uff1d\uff20])""")
"""Where a spreadsheet could find a formula: at the start of a cell, and after what separates cells where
numbers have a comma. The last four are the same signs as East Asian keyboards write them."""
_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>|#"})


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause that an investigation found, with its confidence from 0 to 1."""

    title: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Cost:
    """What the incident cost one SLO; the share is of the whole window's budget."""

    name: str
    bad: int
    total: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a report is made of."""

    incident: Incident
    entries: tuple[Entry, ...]
    tasks: tuple[Task, ...]
    causes: tuple[Cause, ...] = ()
    costs: tuple[Cost, ...] = ()
    statuses: status_names.StatusNames = status_names.BUILT_IN_NAMES
    ladder: ladders.Ladder = ladders.BUILT_IN


def csv_text(entries: Sequence[Entry]) -> str:
    """The timeline as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["occurred_at", "recorded_at", "type", "title", "description", "source", "author"])
    for entry in entries:
        cells = (entry.type.value, entry.title, entry.description, entry.source, entry.author)
        writer.writerow([utc(entry.occurred_at), utc(entry.recorded_at), *map(harmless, cells)])
    return out.getvalue()


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula, whole or in pieces."""
    return _FORMULA.sub("'", text)


def plain(text: str) -> str:
    """Foreign text on one line, with the signs of Markdown and HTML made harmless."""
    return " ".join(text.split()).translate(_MARKS)


def length(duration: timedelta | None) -> str:
    """A duration for people: `1 h 5 min`; unknown while it is."""
    if duration is None:
        return "unknown"
    seconds = round(duration.total_seconds())
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds} s"
    minutes = seconds // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [f"{days} d" if days else "", f"{hours} h" if hours else "", f"{rest} min" if rest else ""]
    return " ".join(part for part in parts if part)


def chance(probability: float) -> str:
    """A probability with two digits, which is never quite certain: `0.86`, `> 0.99`, `< 0.01`."""
    if probability >= NEARLY_ONE:
        return "> 0.99"
    return "< 0.01" if probability < NEARLY_NONE else f"{probability:.2f}"


def utc(moment: datetime) -> str:
    """A moment for people, without its zone."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
