"""What may be attached to a timeline: a frozen panel, the result of a query, a small file; and what may not.

A type is believed only when the content begins or reads as that type does, since browsers and people act
on it.
"""

import json
from collections.abc import Callable, Mapping
from enum import StrEnum

MAX_SIZE = 1 << 20
"""Bytes of one attachment."""
MAX_COUNT = 50
"""Attachments of one incident."""
MAX_TOTAL = 20 << 20
"""Bytes of all attachments of one incident."""


class AttachmentKind(StrEnum):
    """What an attachment shows."""

    PANEL = "panel"
    """A panel as it was: a picture, or its frames as JSON."""
    QUERY = "query"
    """The result of a query, as JSON."""
    FILE = "file"


def _starts(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda data: data.startswith(signatures)


def _json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def _text(data: bytes) -> bool:
    try:
        return "\x00" not in data.decode()
    except UnicodeDecodeError:
        return False


def _webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


IMAGES: Mapping[str, Callable[[bytes], bool]] = {
    "image/png": _starts(b"\x89PNG\r\n\x1a\n"),
    "image/jpeg": _starts(b"\xff\xd8\xff"),
    "image/gif": _starts(b"GIF87a", b"GIF89a"),
    "image/webp": _webp,
}
"""Types that a page may show in place. No SVG: it may carry scripts."""

ALLOWED: Mapping[str, Callable[[bytes], bool]] = {
    **IMAGES,
    "application/json": _json,
    "text/plain": _text,
    "text/csv": _text,
    "text/markdown": _text,
    "application/pdf": _starts(b"%PDF-"),
}
"""Every type that is taken, and how its content is recognised."""

_OF_KIND: Mapping[AttachmentKind, frozenset[str]] = {
    AttachmentKind.PANEL: frozenset({*IMAGES, "application/json"}),
    AttachmentKind.QUERY: frozenset({"application/json"}),
    AttachmentKind.FILE: frozenset(ALLOWED),
}


def problem(kind: AttachmentKind, content_type: str, data: bytes) -> tuple[str, str] | None:
    """What is wrong with an attachment: the field and the reason; None when it may be taken."""
    if content_type not in _OF_KIND[kind]:
        known = ", ".join(sorted(_OF_KIND[kind]))
        return "$.contentType", f"'{content_type[:100]}' is not taken for a {kind.value}; taken are {known}"
    if not data:
        return "$.content", "is empty"
    if len(data) > MAX_SIZE:
        return "$.content", f"has {len(data)} bytes; at most {MAX_SIZE} are taken"
    if not ALLOWED[content_type](data):
        return "$.content", f"does not read as {content_type}"
    return None
