"""JSON of the template of post-incident reports."""

from datetime import datetime
from typing import Annotated

import msgspec

from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.api.texts import Name
from reliability_studio.domain.incidents.report_template import MAX_TEMPLATE

TemplateText = Annotated[str, msgspec.Meta(max_length=MAX_TEMPLATE)]


class ReportTemplateInput(InputShape):
    """An own template of reports."""

    text: TemplateText
    """Empty: the built-in one."""
    version: int | None = None
    """Makes the change conditional; 0 means that there is none of one's own yet."""


class ReportTemplateShape(Shape):
    """The template by which reports are made."""

    text: str
    """The own one; empty while there is none."""
    built_in: str
    fields: dict[str, list[str]]
    """What a template may tell: `incident` and the lists that `for` goes over, with the fields of each."""
    filters: list[str]
    version: int
    updated_at: datetime | None
    updated_by: str


class ReportTrialInput(InputShape):
    """A template to be tried, and the incident whose report it makes."""

    text: TemplateText
    number: Name


class ReportTrialShape(Shape):
    """What a template would make."""

    text: str
