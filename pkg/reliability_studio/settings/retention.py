"""How long things are kept.

    "retention": {"incidentDays": 0, "alertDays": 90, "auditDays": 365, "deliveryDays": 30}

0 keeps for ever. Incidents are kept for ever unless somebody says otherwise; what is deleted of them, their
timeline, attachments and reports, cannot be brought back.
"""

from dataclasses import dataclass
from datetime import timedelta

from reliability_studio.settings.reader import Reader

LONGEST = 36_500


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """How long each kind is kept after it is over; None keeps for ever."""

    incidents: timedelta | None = None
    """Resolved, closed and merged ones."""
    alerts: timedelta | None = timedelta(days=90)
    """Those that ended and are in no incident."""
    audit: timedelta | None = timedelta(days=365)
    deliveries: timedelta | None = timedelta(days=30)
    """Messages that are done."""


def read_retention(reader: Reader) -> RetentionSettings:
    """Narrow the section."""
    reader.only(("incidentDays", "alertDays", "auditDays", "deliveryDays"))
    return RetentionSettings(
        incidents=_days(reader, "incidentDays", 0),
        alerts=_days(reader, "alertDays", 90),
        audit=_days(reader, "auditDays", 365),
        deliveries=_days(reader, "deliveryDays", 30),
    )


def _days(reader: Reader, name: str, default: float) -> timedelta | None:
    days = reader.number(name, default, low=0, high=LONGEST)
    if 0 < days < 1:
        reader.report(name, "must be a day at least, or 0 for ever")
        days = default
    return timedelta(days=days) if days else None
