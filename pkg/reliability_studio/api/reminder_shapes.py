"""JSON of reminders: how long each severity waits, how often people are reminded, and who hears it."""

from datetime import datetime
from typing import Annotated

import msgspec

from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.domain.incidents.model import Severity

Minutes = Annotated[int, msgspec.Meta(ge=1, le=30 * 1440)]


class PatienceShape(InputShape):
    """How long one severity waits for each; null: nobody is reminded of it."""

    severity: Severity
    acknowledge_minutes: Minutes | None = None
    """From the declaration until somebody acknowledges."""
    update_minutes: Minutes | None = None
    """From one thing that people write or change to the next, once it is acknowledged."""
    followup_days: Annotated[int, msgspec.Meta(ge=0, le=365)] | None = None
    """From the day that a follow-up is due."""
    report_days: Annotated[int, msgspec.Meta(ge=1, le=365)] | None = None
    """From the resolution until somebody writes the report."""


Severities = Annotated[list[PatienceShape], msgspec.Meta(max_length=len(Severity))]


class RemindersInput(InputShape):
    """What to be reminded of, whole in place of the earlier; severities that are not named wait for ever."""

    severities: Severities
    repeat_minutes: Annotated[int, msgspec.Meta(ge=5, le=1440)] = 30
    """Between two reminders while an incident lasts."""
    repeat_days: Annotated[int, msgspec.Meta(ge=1, le=30)] = 1
    """Between two reminders of follow-ups and reports."""
    most: Annotated[int, msgspec.Meta(ge=1, le=20)] = 3
    """Reminders of one lapse; then no more."""
    version: int | None = None
    """Makes a change conditional."""


class RemindersShape(Shape):
    """What an organisation is reminded of."""

    severities: list[PatienceShape]
    """All of them, most urgent first."""
    repeat_minutes: int
    repeat_days: int
    most: int
    targets: list[str]
    """Names of the targets of notifications that hear reminders."""
    version: int
    """0 while nobody changed anything."""
    updated_at: datetime | None
    updated_by: str
