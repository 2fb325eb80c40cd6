"""JSON of attachments."""

from datetime import datetime
from typing import Annotated

import msgspec

from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.api.texts import Moment, Text, Url
from reliability_studio.domain.incidents.attachments import AttachmentKind

FileName = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^/\\\x00-\x1f\x7f]*\S$")]


class AttachmentInput(InputShape):
    """Something to attach: at most 1 MiB, base64. Taken are pictures, JSON, text, CSV, Markdown and PDF."""

    name: FileName
    content_type: Annotated[str, msgspec.Meta(max_length=100)]
    content: bytes
    kind: AttachmentKind = AttachmentKind.FILE
    comment: Text = ""
    """Markdown."""
    occurred_at: Moment | None = None
    """The moment that it shows."""
    url: Url | None = None
    """Where it comes from, for example the panel."""
    query: Annotated[str, msgspec.Meta(max_length=10_000)] = ""
    datasource: Annotated[str, msgspec.Meta(max_length=200)] = ""
    range_from: Moment | None = None
    range_to: Moment | None = None


class AttachmentShape(Shape):
    """One attachment, without its content. Its timeline entry has the same under `metadata.attachment`."""

    id: str
    entry_id: int
    name: str
    content_type: str
    size: int
    sha256: str
    address: str
    """Where the content is, below the app's resources; `?inline=true` shows a picture in place."""
    created_at: datetime
    created_by: str


class AttachmentListShape(Shape):
    """The attachments of one incident, oldest first."""

    items: list[AttachmentShape]
