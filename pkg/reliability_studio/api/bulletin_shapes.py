"""What may be told outside about an incident, as JSON."""

from collections.abc import Sequence
from datetime import datetime

from reliability_studio.api.codec import Shape
from reliability_studio.domain.incidents.public import Note


class NoteShape(Shape):
    """One public comment, in Markdown."""

    at: datetime
    text: str


def note_shapes(notes: Sequence[Note]) -> list[NoteShape]:
    """Public comments in their order."""
    return [NoteShape(at=note.at, text=note.text) for note in notes]


class BulletinShape(Shape):
    """An incident as outsiders may see it: no names of people, no alerts, no causes."""

    number: str
    title: str
    severity: str
    status: str
    """Both as the organisation calls them."""
    services: list[str]
    started_at: datetime
    resolved_at: datetime | None
    notes: list[NoteShape]
