"""JSON of timelines: entries, what they said before, comments."""

from datetime import datetime
from typing import Annotated

import msgspec

from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.api.texts import Moment, Text
from reliability_studio.domain.timeline import EntryType


class EntryShape(Shape):
    """One timeline entry. `occurredAt` orders; `recordedAt` says when the product learned of it."""

    id: int
    type: EntryType
    occurred_at: datetime
    recorded_at: datetime
    title: str
    description: str
    source: str
    severity: str
    author: str
    metadata: dict[str, object]
    pinned: bool
    public: bool
    """A comment that may be shown outside."""
    edited: bool
    deleted: bool


class EarlierTextShape(Shape):
    """What an entry said until somebody changed it."""

    description: str
    occurred_at: datetime
    pinned: bool
    deleted: bool
    changed_at: datetime
    changed_by: str


class HistoryShape(Shape):
    """Everything that an entry said before, oldest first."""

    items: list[EarlierTextShape]


class EntryPageShape(Shape):
    """A page of timeline entries, by when they happened."""

    items: list[EntryShape]
    cursor: str | None


class CommentInput(InputShape):
    """A comment in Markdown."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=50_000, pattern=r"\S")]
    occurred_at: Moment | None = None
    public: bool = False
    """It may be shown outside: it is part of the public export."""


class EntryPatch(InputShape):
    """What to change about a timeline entry; only comments may change their text."""

    description: Text | msgspec.UnsetType = msgspec.UNSET
    occurred_at: Moment | msgspec.UnsetType = msgspec.UNSET
    pinned: bool | msgspec.UnsetType = msgspec.UNSET
    public: bool | msgspec.UnsetType = msgspec.UNSET
    """Comments only: whether it may be shown outside."""
