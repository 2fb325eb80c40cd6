"""The post-incident report and the exports: text out of facts, nothing invented.

    markdown(facts)      what happened, when, how long it took, what is still to do
    csv_text(entries)    the timeline as a spreadsheet; formulas in foreign text are made harmless

People edit the text afterwards; what nobody knows yet is said to be unknown.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from reliability_studio.domain.incidents import ladder as ladders
from reliability_studio.domain.incidents import status_names
from reliability_studio.domain.incidents.lifecycle import durations
from reliability_studio.domain.incidents.model import Incident, Milestone
from reliability_studio.domain.incidents.tasks import Task
from reliability_studio.domain.timeline import Entry

_RISKY = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins with one of these is a formula to a spreadsheet."""
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


def markdown(facts: Facts) -> str:
    """The report as Markdown."""
    incident = facts.incident
    sections = [
        f"# {incident.key}: {plain(incident.title)}",
        _summary(incident, facts.statuses, facts.ladder),
        _milestones(incident),
        _causes(facts),
        _costs(facts.costs),
        _timeline(facts.entries),
        _tasks(facts.tasks),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def csv_text(entries: Sequence[Entry]) -> str:
    """The timeline as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["occurred_at", "recorded_at", "type", "title", "description", "source", "author"])
    for entry in entries:
        cells = (entry.type.value, entry.title, entry.description, entry.source, entry.author)
        writer.writerow([_utc(entry.occurred_at), _utc(entry.recorded_at), *map(harmless, cells)])
    return out.getvalue()


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_RISKY) else text


def plain(text: str) -> str:
    """Foreign text on one line, with the signs of Markdown and HTML made harmless."""
    return " ".join(text.split()).translate(_MARKS)


def _summary(incident: Incident, statuses: status_names.StatusNames, ladder: ladders.Ladder) -> str:
    services = ", ".join(plain(name) for name in (incident.service, *incident.services))
    lines = [
        f"- Severity: {plain(ladder.called(incident.grade))}",
        f"- Status: {plain(statuses.called(*incident.standing))}",
        f"- Services: {services}",
        f"- Environment: {plain(incident.environment) or 'not given'}",
        f"- Opened by: {plain(incident.created_by)}",
        *(f"- {plain(role)}: {plain(who)}" for role, who in sorted(incident.roles.items())),
    ]
    if incident.drill:
        lines.append("- This was a drill.")
    summary = incident.summary.strip() or "Nobody has written a summary yet."
    return "\n".join(["## Summary", "", summary, "", *lines])


def _milestones(incident: Incident) -> str:
    rows = [
        f"| {milestone.value} | {_utc(stamp.at)} | {plain(stamp.by)} |"
        for milestone in Milestone
        if (stamp := incident.milestones.get(milestone)) is not None
    ]
    took = durations(incident)
    told = [
        f"- Time to {name}: {length(value)}"
        for name, value in (
            ("detect", took.detect),
            ("acknowledge", took.acknowledge),
            ("mitigate", took.mitigate),
            ("resolve", took.resolve),
        )
    ]
    past = [
        f"- Earlier run: {_utc(one.started)} to {_utc(one.resolved)}, {length(one.resolved - one.started)}"
        for one in incident.episodes
    ]
    table = ["| Milestone | When (UTC) | By |", "|---|---|---|", *rows]
    return "\n".join(["## Milestones", "", *table, "", *told, *past])


def _causes(facts: Facts) -> str:
    written = facts.incident.root_cause.strip() or "Nobody has written down the cause yet."
    found = [f"- {plain(one.title)} (confidence {one.confidence:.2f})" for one in facts.causes]
    return "\n".join(
        ["## Cause", "", written, *(["", "Found by investigation:", "", *found] if found else [])]
    )


def _costs(costs: Sequence[Cost]) -> str:
    if not costs:
        return ""
    lines = [
        f"- {plain(one.name)}: {one.bad} of {one.total} events failed"
        + ("" if one.share is None else f", {one.share:.1%} of the budget")
        for one in costs
    ]
    return "\n".join(["## What it cost", "", *lines])


def _timeline(entries: Sequence[Entry]) -> str:
    lines = [
        f"- {_utc(entry.occurred_at)} **{plain(entry.title)}**"
        + (f": {plain(entry.description)}" if entry.description.strip() else "")
        + (f" ({plain(entry.author)})" if entry.author else "")
        for entry in entries
    ]
    return "\n".join(["## Timeline (UTC)", "", *(lines or ["Nothing is recorded."])])


def _tasks(tasks: Sequence[Task]) -> str:
    lines = [
        f"- [{'x' if task.done else ' '}] {plain(task.title)} ({task.kind.value}"
        + (f", {plain(task.assignee)})" if task.assignee else ")")
        for task in tasks
    ]
    return "\n".join(["## Tasks and follow-ups", "", *(lines or ["None."])])


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


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
