"""Custom fields: what an admin defines, and what a value must be to fit.

    problems(definitions, before, after, entering)     what is wrong with the fields of a changed incident
    people(definitions, before, after)                 logins in changed fields, to be looked up

Only values that change are judged, so that a definition that was changed or deleted never stands in the way
of other work. Without any definition fields are free. Only people are held to required fields: an alert that
opens or resolves an incident is never refused.
"""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from urllib.parse import urlsplit

from reliability_studio.domain.incidents.model import Status
from reliability_studio.domain.incidents.status_names import BUILT_IN_NAMES, StatusNames

MAX_TEXT = 10_000
MAX_URL = 2_000
MAX_MANY = 100

Fields = Mapping[str, object]
Problem = tuple[str, str]
"""A path in the request, and what is wrong there."""


class FieldKind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    NUMBER = "number"
    SELECT = "select"
    MULTI = "multi"
    """Several of the options."""
    USER = "user"
    """A login."""
    DATE = "date"
    """A day, or a moment with its time zone."""
    LINK = "link"


@dataclass(frozen=True, slots=True)
class FieldDefinition:
    """One field of every incident."""

    title: str
    kind: FieldKind = FieldKind.TEXT
    description: str = ""
    options: tuple[str, ...] = ()
    """What may be chosen, in the order in which it is shown."""
    required_on: tuple[Status, ...] = ()
    """Who brings an incident into one of these states, or past it, must have filled it."""


Definitions = Mapping[str, FieldDefinition]
"""By key, in order."""


def entered(before: Status | None, after: Status) -> frozenset[Status]:
    """The states that a change reaches or passes; those up to it for a new incident."""
    from_ = -1 if before is None else before.order
    return frozenset(status for status in Status if from_ < status.order <= after.order)


def problems(
    definitions: Definitions,
    before: Fields,
    after: Fields,
    entering: Collection[Status],
    names: StatusNames = BUILT_IN_NAMES,
) -> tuple[Problem, ...]:
    """What is wrong with the fields of a changed incident; empty when nothing is.

    Args:
        definitions: all fields that there are.
        before: as they were; empty for a new incident.
        after: as they would be.
        entering: states that the change reaches or passes.
        names: what people call states.
    """
    if not definitions:
        return ()
    return (*_wrong(definitions, before, after), *_missing(definitions, after, entering, names))


def people(definitions: Definitions, before: Fields, after: Fields) -> Mapping[str, str]:
    """The logins in user fields that change, by the path of each."""
    return {
        f"$.fields.{key}": value
        for key, value in after.items()
        if key in definitions
        and definitions[key].kind is FieldKind.USER
        and isinstance(value, str)
        and value != before.get(key)
    }


def _wrong(definitions: Definitions, before: Fields, after: Fields) -> Iterator[Problem]:
    for key, value in after.items():
        if _empty(value) or (key in before and before[key] == value):
            continue
        if key not in definitions:
            yield f"$.fields.{key}", f"there is no such field; defined are {', '.join(definitions)}"
        elif problem := _PROBLEM[definitions[key].kind](definitions[key], value):
            yield f"$.fields.{key}", problem


def _missing(
    definitions: Definitions, after: Fields, entering: Collection[Status], names: StatusNames
) -> Iterator[Problem]:
    for key, definition in definitions.items():
        needed = [names.called(status) for status in definition.required_on if status in entering]
        if needed and _empty(after.get(key)):
            yield f"$.fields.{key}", f"must be filled before an incident is {needed[0]}"


def _empty(value: object) -> bool:
    return value is None or value in ("", [], ())


def _text(_definition: FieldDefinition, value: object) -> str:
    if not isinstance(value, str):
        return "must be a text"
    return "" if len(value) <= MAX_TEXT else f"may have {MAX_TEXT} characters at most"


def _number(_definition: FieldDefinition, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "must be a number"
    return "" if math.isfinite(value) else "must be a finite number"


def _select(definition: FieldDefinition, value: object) -> str:
    return "" if value in definition.options else f"must be one of {', '.join(definition.options)}"


def _multi(definition: FieldDefinition, value: object) -> str:
    if not isinstance(value, list | tuple) or len(value) > MAX_MANY or len(set(map(str, value))) < len(value):
        return "must be a list without repetition"
    wrong = next((one for one in value if one not in definition.options), None)
    return "" if wrong is None else f"'{str(wrong)[:100]}' is none of {', '.join(definition.options)}"


def _user(_definition: FieldDefinition, value: object) -> str:
    return "" if isinstance(value, str) else "must be a login"


def _date(_definition: FieldDefinition, value: object) -> str:
    wanted = "must be a day such as 2026-03-01, or a moment such as 2026-03-01T12:00:00Z"
    if not isinstance(value, str):
        return wanted
    try:
        if len(value) == len("2026-03-01"):
            date.fromisoformat(value)
            return ""
        return "" if datetime.fromisoformat(value).tzinfo is not None else wanted
    except ValueError:
        return wanted


def _link(_definition: FieldDefinition, value: object) -> str:
    wanted = "must be an address that begins with http:// or https://"
    if not isinstance(value, str) or len(value) > MAX_URL:
        return wanted
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        good = False
    return "" if good else wanted


_PROBLEM = {
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.SELECT: _select,
    FieldKind.MULTI: _multi,
    FieldKind.USER: _user,
    FieldKind.DATE: _date,
    FieldKind.LINK: _link,
}
