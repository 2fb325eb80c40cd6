"""JSON in and out of the API, by msgspec, with errors that name the field.

Request and answer types are `Shape`s: camelCase on the wire, snake_case here, unknown request fields
refused so that a typing error is never silently ignored.
"""

import re
from typing import Any, TypeVar

import msgspec

from reliability_studio.errors import BadRequest, FieldProblem, Invalid

T = TypeVar("T")

_AT = re.compile(r" - at `(?P<path>[^`]*)`$")
_POSITION = re.compile(r"\(byte (?P<byte>\d+)\)")


JSON = {"Content-Type": "application/json"}
"""The header of a body that `encode` made."""


class Shape(msgspec.Struct, rename="camel", kw_only=True):
    """Base of every JSON type that the API gives out."""


class InputShape(msgspec.Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """Base of every JSON type that the API takes in; an unknown field is an error."""


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
        raise _invalid(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(_malformed(body, str(error))) from error


def convert(value: Any, kind: type[T]) -> T:
    """Like `decode`, for JSON that is parsed already (query parameters, stored documents)."""
    try:
        return msgspec.convert(value, type=kind, strict=False)
    except msgspec.ValidationError as error:
        raise _invalid(str(error)) from error


def _invalid(text: str) -> Invalid:
    at = _AT.search(text)
    path = at["path"] if at else "$"
    problem = text[: at.start()] if at else text
    return Invalid(f"{path}: {problem}", (FieldProblem(path, problem),))


def _malformed(body: bytes, text: str) -> str:
    """Where the JSON breaks, as line and column, which an editor can show."""
    found = _POSITION.search(text)
    if not found:
        return f"the body is not valid JSON: {text}"
    offset = int(found["byte"])
    before = body[:offset]
    line = before.count(b"\n") + 1
    column = offset - (before.rfind(b"\n") + 1) + 1
    return f"the body is not valid JSON at line {line}, column {column} (byte {offset}): {text}"
