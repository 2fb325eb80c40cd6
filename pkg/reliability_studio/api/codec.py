"""JSON in and out of the API, by msgspec, with errors that name the field.

Request and answer types are `Shape`s: camelCase on the wire, snake_case here, unknown request fields
refused so that a typing error is never silently ignored.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from reliability_studio.errors import BadRequest, FieldProblem, Invalid

T = TypeVar("T")

_AT = re.compile(r" - at `(?P<path>[^`]*)`$")
_POSITION = re.compile(r"\(byte (?P<byte>\d+)\)")
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[{\]}]', re.DOTALL)
"""A bracket, or a whole string, so that the brackets in it are not taken for ones."""

MAX_DEPTH = 200
"""Levels that a body may always have. How many more can be read depends on how deep the call stack is."""

_LOOKED_THROUGH = 1 << 20
"""Bytes in which the place of too deep a level is sought: a larger search would be felt by other calls."""


UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding raises for bytes that are no JSON. Ask for `msgspec.ValidationError`, one of them, before."""

FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
LAST_MOMENT = datetime(2200, 1, 1, tzinfo=UTC)
"""Moments that can be given. Beyond them years run out as soon as an offset or a window is added: what was
taken in could never be read again."""

JSON = {"Content-Type": "application/json"}
"""The header of a body that `encode` made."""


class Shape(msgspec.Struct, rename="camel", kw_only=True):
    """Base of every JSON type that the API gives out."""


class InputShape(msgspec.Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """Base of every JSON type that the API takes in; unknown fields and moments out of reach are errors."""

    def __post_init__(self) -> None:
        for path, moment in self._moments():
            # One without a zone is the handler's to refuse: it knows what the field is for.
            if moment.tzinfo is not None and not FIRST_MOMENT <= moment <= LAST_MOMENT:
                # The dot tells `invalid` that a path begins here: msgspec knows that of the struct only.
                raise ValueError(f".{path} must be a time between {FIRST_MOMENT:%Y} and {LAST_MOMENT:%Y}")

    def _moments(self) -> Iterator[tuple[str, datetime]]:
        for field, name in zip(self.__struct_fields__, self.__struct_encode_fields__, strict=True):
            value = getattr(self, field)
            if isinstance(value, datetime):
                yield name, value
            elif isinstance(value, dict):
                for key, inner in value.items():
                    if isinstance(inner, datetime):
                        yield f"{name}.{key}", inner


def encode(value: object) -> bytes:
    """JSON text of a `Shape` or of plain containers; times come out as RFC 3339 in UTC."""
    return msgspec.json.encode(value)


def decode(body: bytes, kind: type[T]) -> T:
    """The body as `kind`.

    Raises:
        BadRequest: the body is not JSON; says the position.
        Invalid: it is JSON but not of this shape; names the field.
    """
    try:
        return msgspec.json.decode(body or b"null", type=kind)
    except msgspec.ValidationError as error:
        raise invalid(str(error)) from error
    except UNREADABLE as error:
        raise malformed(body, error) from error


def convert(value: Any, kind: type[T]) -> T:
    """Like `decode`, for JSON that is parsed already (query parameters, stored documents)."""
    try:
        return msgspec.convert(value, type=kind, strict=False)
    except msgspec.ValidationError as error:
        raise invalid(str(error)) from error


def invalid(text: str, help_: str = "") -> Invalid:
    """A validation error of msgspec as one that names the field; `help_` stands before it, for people."""
    at = _AT.search(text)
    path = at["path"] if at else "$"
    problem = text[: at.start()] if at else text
    if problem.startswith("."):
        inner, _, problem = problem.partition(" ")
        path += inner
    told = f"{help_} ({path}: {problem})" if help_ else f"{path}: {problem}"
    return Invalid(told, (FieldProblem(path, problem),))


def malformed(body: bytes, error: Exception) -> BadRequest:
    """What an `UNREADABLE` body is answered with: where the JSON breaks, as an editor counts."""
    if isinstance(error, RecursionError):
        deep = _too_deep(body)
        told = "" if deep is None else f" {_where(body, deep)}: at most {MAX_DEPTH} levels are taken"
        return BadRequest(f"the body is nested too deeply{told}")
    why = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error
    return BadRequest(f"the body is not valid JSON {_where(body, _offset(body, str(error)))}: {why}")


def _where(body: bytes, offset: int) -> str:
    before = body[:offset]
    line = before.count(b"\n") + 1
    column = offset - (before.rfind(b"\n") + 1) + 1
    return f"at line {line}, column {column} (byte {offset})"


def _too_deep(body: bytes) -> int | None:
    """The bracket that opens one level too many; None when it lies too far back to be looked for."""
    depth = 0
    for found in _BRACKETS.finditer(body, 0, _LOOKED_THROUGH):
        match found[0]:
            case b"[" | b"{":
                depth += 1
                if depth > MAX_DEPTH:
                    return found.start()
            case b"]" | b"}":
                depth -= 1
    return None


def _offset(body: bytes, text: str) -> int:
    """The first byte that does not fit; what is cut short breaks at its end."""
    if found := _POSITION.search(text):
        return int(found["byte"])
    try:
        body.decode()
    except UnicodeDecodeError as bad:
        return bad.start
    return len(body)
