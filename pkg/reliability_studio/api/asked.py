"""Query parameters and conditional headers as values; each mistake names its parameter."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from reliability_studio.api.codec import FIRST_MOMENT, LAST_MOMENT
from reliability_studio.api.router import Call
from reliability_studio.domain.incidents.model import parse_number
from reliability_studio.errors import BadRequest, Invalid, NotFound

E = TypeVar("E", bound=StrEnum)

MAX_VALUES = 100
"""Values of one repeated parameter."""
MAX_LIMIT = 200
_MAX_ID = 2**53
_MAX_OFFSET = 10**9
_DIGITS = 18
"""Of a number that anything here counts to; thousands of them are not even read."""


def number(call: Call[Any]) -> int:
    """The incident's number in the path.

    Raises:
        NotFound: it is no number of an incident.
    """
    text = call.param("number")
    found = parse_number(text)
    if found is None:
        raise NotFound(f"there is no incident '{text[:100]}'")
    return found


def row_id(call: Call[Any], name: str = "id") -> int:
    """An id in the path.

    Raises:
        NotFound: it is no id.
    """
    text = call.param(name)
    found = _counted(text)
    if found is None or found > _MAX_ID:
        raise NotFound(f"there is no '{text[:100]}' here")
    return found


def whole(call: Call[Any], name: str, default: int, *, most: int, least: int = 1) -> int:
    """A whole number from `least` to `most`."""
    text = call.first(name)
    if not text:
        return default
    found = _counted(text)
    if found is None or not least <= found <= most:
        raise Invalid.field(name, f"must be a whole number from {least} to {most}")
    return found


def offset(call: Call[Any]) -> int:
    """How many items come before the page, where that is what its cursor says."""
    return whole(call, "cursor", 0, most=_MAX_OFFSET, least=0)


def limit(call: Call[Any], default: int = 50, most: int = MAX_LIMIT) -> int:
    """How many items are wanted."""
    return whole(call, "limit", default, most=most)


def cursor(call: Call[Any]) -> str | None:
    """Where the page begins."""
    return call.first("cursor") or None


def texts(call: Call[Any], name: str) -> tuple[str, ...]:
    """All values of a repeated parameter."""
    found = call.query.get(name, ())
    if len(found) > MAX_VALUES:
        raise Invalid.field(name, f"may be given {MAX_VALUES} times at most")
    return tuple(found)


def pairs(call: Call[Any], name: str) -> tuple[tuple[str, str], ...]:
    """All values of a repeated parameter that are spelled `name=value`."""
    found = [text.partition("=") for text in texts(call, name)]
    if any(not (key and equals) for key, equals, _ in found):
        raise Invalid.field(name, "must be spelled name=value")
    return tuple((key, value) for key, _, value in found)


def choices(call: Call[Any], name: str, kind: type[E]) -> tuple[E, ...]:
    """All values of a repeated parameter out of a fixed set; commas separate as well."""
    words = [word for text in texts(call, name) for word in text.split(",") if word]
    known = {one.value: one for one in kind}
    for word in words:
        if word not in known:
            raise Invalid.field(name, f"'{word[:50]}' is none of {', '.join(known)}")
    return tuple(known[word] for word in words)


def choice(call: Call[Any], name: str, kind: type[E], default: E) -> E:
    """One value out of a fixed set."""
    found = choices(call, name, kind)
    return found[0] if found else default


def flag(call: Call[Any], name: str) -> bool | None:
    """`true` or `false`; None when it is not given."""
    text = call.first(name).lower()
    if text not in {"", "true", "false"}:
        raise Invalid.field(name, "must be true or false")
    return None if not text else text == "true"


def moment(call: Call[Any], name: str) -> datetime | None:
    """A moment: RFC 3339, or milliseconds since 1970 as Grafana counts; None when it is not given."""
    text = call.first(name)
    if not text:
        return None
    try:
        if text.isascii() and text.lstrip("-").isdigit():
            return _bounded(FIRST_MOMENT + timedelta(milliseconds=int(text)))
        found = datetime.fromisoformat(text)
        if found.tzinfo is not None:
            return _bounded(found.astimezone(UTC))
    except (ValueError, OverflowError):
        pass
    raise Invalid.field(name, "must be a time like 2026-03-01T12:00:00Z, or milliseconds since 1970")


def if_match(call: Call[Any]) -> int | None:
    """The version that the caller saw, in `If-Match`; None when the change is unconditional."""
    text = call.headers.get("if-match", "").strip()
    if text in {"", "*"}:
        return None
    found = _counted(text.removeprefix("W/").strip('"'))
    if found is None:
        raise BadRequest('If-Match must be the ETag of an earlier answer, for example "3"')
    return found


def numbers(given: Sequence[str], path: str = "$.numbers") -> tuple[int, ...]:
    """Incident numbers in a body."""
    found: list[int] = []
    for position, text in enumerate(given):
        parsed = parse_number(text)
        if parsed is None:
            raise Invalid.field(f"{path}[{position}]", f"'{text[:50]}' is no incident number")
        found.append(parsed)
    return tuple(found)


def _counted(text: str) -> int | None:
    """The number that these digits are, leading zeros and all; None when it is none or far too large."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def _bounded(found: datetime) -> datetime:
    return min(max(found, FIRST_MOMENT), LAST_MOMENT)
