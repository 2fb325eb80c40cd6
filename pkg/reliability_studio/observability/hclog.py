"""One log record becomes one line that Grafana's host can read: hclog JSON, pure, never raising.

The host's parser asserts that `@level`, `@message` and `@timestamp` are strings and dies when one is not,
and it shows a line that it cannot parse at DEBUG only. So these three are always made here:

    @level      trace debug info warn error
    @message    text, at most MAX_TEXT bytes of JSON
    @timestamp  six fractional digits and `Z`, nothing else

Everything else becomes a plain field: caller's keys that begin with `@` lose it, numbers that Go cannot
hold and objects that JSON does not know become text, depth and length are bounded. Lines are ASCII, so no
reader splits them at an exotic line break, and stay below the host's 64 KiB limit.
"""

import functools
import json
import logging
import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from reliability_studio.observability import redaction

MAX_TEXT = 16 << 10
"""Bytes of JSON that the message may take, and the stack, and all fields together."""

_MAX_FIELD = 4 << 10
_MAX_DEPTH = 4
_MAX_ITEMS = 32
_EXACT_INT = 1 << 53
"""Go decodes JSON numbers as float64: beyond this a number would change or fail."""
_WIDEST_ESCAPE = 12
"""JSON bytes of one character at most: a surrogate pair."""

_LONGEST_NUMBER = 24
_SHORT = 64

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_RESERVED = frozenset({"stack", "timestamp", "fields_dropped"})
_formatter = logging.Formatter()


def line(record: logging.LogRecord, context: Mapping[str, object]) -> bytes:
    """The record as one line with its line feed; `context` fields come before the record's own."""
    try:
        return _encode(_entry(record, context))
    except Exception:  # noqa: BLE001 - logging must not fail, whatever the record holds
        return _encode(
            {
                "@level": "error",
                "@message": "a log record could not be written",
                "@timestamp": _timestamp(0.0),
                "@module": "logs",
            }
        )


def level(levelno: int) -> str:
    """The name that hclog gives to a logging level."""
    if levelno < logging.DEBUG:
        return "trace"
    if levelno < logging.INFO:
        return "debug"
    if levelno < logging.WARNING:
        return "info"
    return "warn" if levelno < logging.ERROR else "error"


def _encode(entry: Mapping[str, object]) -> bytes:
    return json.dumps(entry, allow_nan=False, separators=(",", ":")).encode("ascii") + b"\n"


def _entry(record: logging.LogRecord, context: Mapping[str, object]) -> dict[str, object]:
    entry: dict[str, object] = {
        "@level": level(record.levelno),
        "@message": _text(_message(record), MAX_TEXT),
        "@timestamp": _timestamp(record.created),
        "@module": _text(str(record.name), _MAX_FIELD),
    }
    own = ((key, value) for key, value in vars(record).items() if key not in _STANDARD)
    _add_fields(entry, (*context.items(), *own))
    if stack := _stack(record):
        entry["stack"] = _text(stack, MAX_TEXT, keep_end=True)
    return entry


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - a message whose arguments do not fit it is still worth reading
        return f"{_told(record.msg)} {_told(record.args)}"


def _timestamp(created: float) -> str:
    try:
        moment = _EPOCH + timedelta(seconds=created)
    except (OverflowError, ValueError, TypeError):
        moment = _EPOCH
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06}Z" if moment.year >= 1000 else _timestamp(0.0)  # noqa: PLR2004 - years with four digits


def _stack(record: logging.LogRecord) -> str:
    parts = [_formatter.formatException(record.exc_info)] if record.exc_info else []
    if record.stack_info:
        parts.append(str(record.stack_info))
    return "\n".join(parts)


def _add_fields(entry: dict[str, object], fields: Iterable[tuple[object, object]]) -> None:
    """Add fields until their common budget is spent; say how many did not fit."""
    left = MAX_TEXT
    dropped = 0
    for key, value in fields:
        name, secret = _field_name(key) if isinstance(key, str) else _field_name(_told(key))
        narrowed = redaction.REDACTED if secret else _plain(value, 0)
        size = _size(narrowed) + len(name)
        if size > left:
            dropped += 1
            continue
        left -= size
        entry[name] = narrowed
    if dropped:
        entry["fields_dropped"] = dropped


def _size(value: object) -> int:
    """Bytes of a value's JSON form, or a little more where counting exactly would cost."""
    if isinstance(value, int | float) or value is None:
        return _LONGEST_NUMBER
    if isinstance(value, str) and len(value) < _SHORT:
        return len(value) * _WIDEST_ESCAPE
    return len(json.dumps(value, allow_nan=False))


@functools.lru_cache(maxsize=512)
def _field_name(key: str) -> tuple[str, bool]:
    """A key that cannot be taken for one of the host's own, and whether its value is a secret."""
    name = _text(key.lstrip("@"), 128) or "field"
    secret = redaction.is_secret(name)
    return (f"{name}_" if name.lower() in _RESERVED else name), secret


def _plain(value: object, depth: int) -> object:
    """The value as JSON that Go reads without loss; what cannot be, as text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, _MAX_FIELD)
    if isinstance(value, int):
        return int(value) if -_EXACT_INT <= value <= _EXACT_INT else _huge(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else repr(float(value))
    if depth < _MAX_DEPTH and isinstance(value, Mapping | list | tuple | set | frozenset):
        return _container(value, depth + 1)
    return _text(_told(value), _MAX_FIELD)


def _container(
    value: Mapping[object, object] | list[object] | tuple[object, ...] | set[object] | frozenset[object],
    depth: int,
) -> object:
    if isinstance(value, Mapping):
        pairs = [(_text(_told(key), 128), item) for key, item in list(value.items())[:_MAX_ITEMS]]
        return {
            key: redaction.REDACTED if redaction.is_secret(key) else _plain(item, depth)
            for key, item in pairs
        }
    return [_plain(item, depth) for item in list(value)[:_MAX_ITEMS]]


def _huge(value: int) -> str:
    """Python refuses to write out integers of thousands of digits; hexadecimal has no such limit."""
    digits = 64
    return str(value) if value.bit_length() <= 4 * digits else f"{hex(value)[:digits]}..."


def _told(value: object) -> str:
    """`str(value)`, or its type when it refuses to be told."""
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    try:
        return str(value)
    except Exception:  # noqa: BLE001 - any object may land in a log, also one with a broken __str__
        return f"<{type(value).__name__}>"


def _text(text: str, limit: int, *, keep_end: bool = False) -> str:
    """Redacted text whose JSON form is at most `limit` bytes; the end is what matters of a stack."""
    cut = text[-limit:] if keep_end else text[:limit]
    clean = redaction.redact(cut if cut.isascii() else cut.encode("utf-8", "replace").decode("utf-8"))
    if len(cut) == len(text) and len(clean) * _WIDEST_ESCAPE <= limit:
        return clean
    room = limit - len("...")
    shortened = len(cut) < len(text)
    while (size := len(json.dumps(clean))) > room:
        kept = len(clean) * room // size
        clean = clean[len(clean) - kept :] if keep_end else clean[:kept]
        shortened = True
    if not shortened:
        return clean
    return f"...{clean}" if keep_end else f"{clean}..."
