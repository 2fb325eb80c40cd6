"""JSON of the post-incident text."""

from datetime import datetime
from typing import Annotated

import msgspec

from reliability_studio.api.codec import InputShape, Shape


class ReportInput(InputShape):
    """The post-incident text in Markdown."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=500_000)]
    version: int | None = None
    """Makes the change conditional; 0 means that nobody has written one yet."""


class ReportShape(Shape):
    """The post-incident text."""

    text: str
    version: int
    written: bool
    """False while it is made from facts."""
    updated_at: datetime | None
    updated_by: str
