"""What may be told outside about an incident: how it stands, and the comments that somebody marked as public.

Names of people, alerts, labels, causes and everything else that the product knows stay inside; so does a
comment until it is marked. Severity, state and services are said as they are called.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from reliability_studio.domain.incidents.ladder import BUILT_IN, Ladder
from reliability_studio.domain.incidents.model import Incident, Milestone
from reliability_studio.domain.incidents.report import harmless, plain
from reliability_studio.domain.incidents.status_names import BUILT_IN_NAMES, StatusNames
from reliability_studio.domain.timeline import Entry


@dataclass(frozen=True, slots=True)
class Note:
    """One public comment."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Bulletin:
    """An incident as outsiders may see it."""

    number: str
    title: str
    severity: str
    status: str
    services: tuple[str, ...]
    started_at: datetime
    resolved_at: datetime | None
    notes: tuple[Note, ...]


def bulletin(
    incident: Incident,
    public: Sequence[Entry],
    ladder: Ladder = BUILT_IN,
    names: StatusNames = BUILT_IN_NAMES,
) -> Bulletin:
    """The incident with its public comments, in the order of what happened."""
    return Bulletin(
        incident.key,
        incident.title,
        ladder.called(incident.grade),
        names.called(*incident.standing),
        tuple(dict.fromkeys((incident.service, *incident.services))),
        incident.started_at,
        incident.at(Milestone.RESOLVED),
        tuple(Note(entry.occurred_at, entry.description) for entry in public),
    )


def markdown(told: Bulletin) -> str:
    """The bulletin as Markdown; comments are Markdown already and stand as they were written."""
    lines = [
        f"# {told.number}: {plain(told.title)}",
        "",
        f"- Status: {plain(told.status)}",
        f"- Severity: {plain(told.severity)}",
        f"- Services: {', '.join(map(plain, told.services))}",
        f"- Started: {_utc(told.started_at)} UTC",
        *([f"- Resolved: {_utc(told.resolved_at)} UTC"] if told.resolved_at else []),
        "",
        "## Updates",
        *(f"\n### {_utc(note.at)} UTC\n\n{note.text.strip()}" for note in told.notes),
    ]
    if not told.notes:
        lines += ["", "Nothing has been published yet."]
    return "\n".join(lines) + "\n"


def csv_text(told: Bulletin) -> str:
    """The public comments as a spreadsheet; formulas in foreign text are made harmless."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["at", "text"])
    writer.writerows((_utc(note.at), harmless(note.text)) for note in told.notes)
    return out.getvalue()


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
