"""JSON of changes that are told of."""

from datetime import datetime
from typing import Annotated

import msgspec

from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.api.texts import Moment, Name, Title, Url
from reliability_studio.domain.changes import ChangeKind

Key = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class ChangeReport(InputShape):
    """A change, as whoever makes it tells of it."""

    service: Name
    title: Title
    """What was done: `payments 2.4.1 to production`, `flag new-checkout on for 50 %`."""
    kind: ChangeKind = ChangeKind.DEPLOY
    at: Moment | None = None
    """When it took effect; now when it is not said."""
    key: Key | None = None
    """The sender's own name of it, such as the pipeline's run: told again, the change is corrected instead of
    told twice. Without one, kind, service, title and moment are its name."""
    version: Annotated[str, msgspec.Meta(max_length=200)] = ""
    url: Url | None = None
    author: Annotated[str, msgspec.Meta(max_length=200)] = ""


class ReportedChangeShape(Shape):
    """A change that was told of."""

    id: int
    key: str
    service: str
    kind: ChangeKind
    title: str
    version: str
    url: str
    author: str
    at: datetime
    reported_at: datetime
    reported_by: str


class ReportedChangesShape(Shape):
    """Changes, newest first."""

    items: list[ReportedChangeShape]
