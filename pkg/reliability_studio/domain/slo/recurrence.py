"""Things that come again: every day, on some weekdays, every month; by the clock on the wall of a time zone.

A rule is written as in calendars (RFC 5545): `FREQ=WEEKLY;BYDAY=SA,SU;INTERVAL=2;UNTIL=20261231`. Of that
language the parts `FREQ` (`DAILY`, `WEEKLY`, `MONTHLY`), `INTERVAL`, `BYDAY` (weekdays, with `WEEKLY`),
`COUNT` and `UNTIL` are understood; anything else is refused, because half a rule would exclude wrong hours.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from reliability_studio.domain.slo.faults import BadSpec

MAX_OCCURRENCES = 20_000
"""Days that an expansion looks at: more than fifty years."""

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEK = 7


class Frequency(StrEnum):
    """How often."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule of repetition; the first time is the start of what repeats."""

    frequency: Frequency
    interval: int = 1
    weekdays: frozenset[int] = frozenset()
    """0 is Monday; empty: the weekday of the first time."""
    count: int | None = None
    until: date | None = None
    """The last day on which it may begin."""

    @property
    def text(self) -> str:
        """As it is written."""
        parts = [f"FREQ={self.frequency.value}"]
        parts += [f"INTERVAL={self.interval}"] if self.interval > 1 else []
        parts += [f"BYDAY={','.join(_DAYS[day] for day in sorted(self.weekdays))}"] if self.weekdays else []
        parts += [f"COUNT={self.count}"] if self.count is not None else []
        parts += [f"UNTIL={self.until:%Y%m%d}"] if self.until is not None else []
        return ";".join(parts)

    def starts(self, first: int, zone: str, until: int) -> Iterator[int]:
        """Moments (Unix seconds) at which it begins, oldest first, up to `until`.

        The clock on the wall stays: 02:00 is 02:00 before and after the clocks change. An hour that a
        change of the clocks skips is taken at the moment after it.
        """
        where = ZoneInfo(zone)
        local = datetime.fromtimestamp(first, UTC).astimezone(where)
        for given, day in enumerate(self._days(local.date())):
            if (self.until is not None and day > self.until) or given == self.count:
                return
            moment = datetime.combine(day, local.time(), tzinfo=where)
            at = int(moment.timestamp())
            if at > until:
                return
            yield at

    def _days(self, first: date) -> Iterator[date]:
        if self.frequency is Frequency.MONTHLY:
            yield from self._months(first)
            return
        weekdays = self.weekdays or frozenset({first.weekday()})
        monday = first - timedelta(days=first.weekday())
        for offset in range(MAX_OCCURRENCES):
            day = first + timedelta(days=offset)
            if self.frequency is Frequency.DAILY:
                if offset % self.interval == 0:
                    yield day
            elif day.weekday() in weekdays and (day - monday).days // _WEEK % self.interval == 0:
                yield day

    def _months(self, first: date) -> Iterator[date]:
        for number in range(0, MAX_OCCURRENCES // 28, self.interval):
            month = first.month - 1 + number
            try:
                yield first.replace(year=first.year + month // 12, month=month % 12 + 1)
            except ValueError:
                continue  # a month without that day has no such time, as in calendars


def parse_recurrence(text: str, path: str) -> Recurrence:
    """A rule as it is written.

    Raises:
        BadSpec: it is none, or has parts that are not understood here.
    """
    parts = _parts(text.removeprefix("RRULE:"), path)
    try:
        frequency = Frequency(parts.pop("FREQ", ""))
    except ValueError as error:
        raise BadSpec(path, "must have FREQ=DAILY, FREQ=WEEKLY or FREQ=MONTHLY") from error
    weekdays = parts.pop("BYDAY", "")
    if weekdays and frequency is not Frequency.WEEKLY:
        raise BadSpec(path, "BYDAY is understood with FREQ=WEEKLY only")
    rule = Recurrence(
        frequency,
        interval=_number(parts.pop("INTERVAL", "1"), "INTERVAL", path),
        weekdays=frozenset(_weekday(day, path) for day in weekdays.split(",") if day),
        count=_number(found, "COUNT", path) if (found := parts.pop("COUNT", "")) else None,
        until=_day(found, path) if (found := parts.pop("UNTIL", "")) else None,
    )
    if parts:
        raise BadSpec(path, f"{', '.join(sorted(parts))} is not understood here")
    return rule


def _parts(text: str, path: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in text.upper().split(";"):
        name, sign, value = each.strip().partition("=")
        if not sign or not value or name in found:
            raise BadSpec(path, "must be a rule like FREQ=WEEKLY;BYDAY=SA,SU")
        found[name] = value
    return found


def _weekday(text: str, path: str) -> int:
    if text not in _DAYS:
        raise BadSpec(path, f"BYDAY must hold weekdays out of {', '.join(_DAYS)}")
    return _DAYS.index(text)


def _number(text: str, name: str, path: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= MAX_OCCURRENCES:
        raise BadSpec(path, f"{name} must be a whole number from 1 to {MAX_OCCURRENCES}")
    return int(text)


def _day(text: str, path: str) -> date:
    try:
        return datetime.strptime(text[:8], "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError as error:
        raise BadSpec(path, "UNTIL must begin with a day like 20261231") from error
