"""What may be attached: the type is believed only when the content is of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.incidents.attachments import ALLOWED, MAX_SIZE, AttachmentKind, problem

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 8
FILE, QUERY, PANEL = AttachmentKind.FILE, AttachmentKind.QUERY, AttachmentKind.PANEL


@pytest.mark.parametrize(
    ("content_type", "data"),
    [
        ("image/png", PNG),
        ("image/jpeg", b"\xff\xd8\xff\xe0"),
        ("image/gif", b"GIF89a"),
        ("image/webp", b"RIFF\x00\x00\x00\x00WEBPVP8 "),
        ("application/json", b'{"a": [1, null]}'),
        ("text/plain", "é".encode()),
        ("text/csv", b"a,b\n1,2\n"),
        ("text/markdown", b"# x"),
        ("application/pdf", b"%PDF-1.7"),
    ],
)
def test_what_reads_as_its_type_is_taken(content_type: str, data: bytes) -> None:
    """And refused as any other type of another kind."""
    assert problem(FILE, content_type, data) is None
    others = [one for one in ALLOWED if not one.startswith("text/") and one != content_type]
    assert all(problem(FILE, other, data) is not None for other in others)


@pytest.mark.parametrize(
    ("kind", "content_type", "data", "path"),
    [
        (FILE, "text/html", b"<script>", "$.contentType"),
        (FILE, "image/svg+xml", b"<svg/>", "$.contentType"),
        (FILE, "IMAGE/PNG", PNG, "$.contentType"),
        (FILE, "application/octet-stream", b"MZ", "$.contentType"),
        (QUERY, "image/png", PNG, "$.contentType"),
        (PANEL, "text/plain", b"x", "$.contentType"),
        (FILE, "image/png", b"<html>", "$.content"),
        (FILE, "application/json", b"{", "$.content"),
        (FILE, "text/plain", b"\xff\xfe", "$.content"),
        (FILE, "text/plain", b"a\x00b", "$.content"),
        (FILE, "text/plain", b"", "$.content"),
        (FILE, "text/plain", b"x" * (MAX_SIZE + 1), "$.content"),
    ],
)
def test_what_is_something_else_is_refused(
    kind: AttachmentKind, content_type: str, data: bytes, path: str
) -> None:
    """The field is named."""
    found = problem(kind, content_type, data)
    assert found is not None
    assert found[0] == path


@given(
    st.sampled_from(list(AttachmentKind)), st.sampled_from([*ALLOWED, "text/html"]), st.binary(max_size=60)
)
def test_any_bytes_are_judged_without_an_error(kind: AttachmentKind, content_type: str, data: bytes) -> None:
    """What is taken has an allowed type."""
    if problem(kind, content_type, data) is None:
        assert content_type in ALLOWED
