"""What may be told outside about an incident, as JSON."""

from datetime import datetime

from reliability_studio.api.codec import Shape


class NoteShape(Shape):
    """One public comment, in Markdown."""

    at: datetime
    text: str


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
