"""Secrets that must not be read in a log."""

import pytest

from reliability_studio.observability.redaction import REDACTED, is_secret, redact


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer abc.def-123",
        "got 401 for basic dXNlcjpodW50ZXIy",
        "GET https://anna:hunter2@prometheus:9090/api failed",
        "webhook?token=hunter2&x=1",
        '{"password": "hunter2"}',
        "client_secret=hunter2",
        "api_key: hunter2",
        "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJodW50ZXIyIn0.c2lnbmF0dXJl",
        "glsa_hunter2hunter2_abcdef01",
    ],
)
def test_secrets_in_free_text_are_taken_out(text: str):
    clean = redact(text)
    assert "[redacted]" in clean
    for secret in ("hunter2", "abc.def-123", "dXNlcjpodW50ZXIy", "eyJ"):
        assert secret not in clean


@pytest.mark.parametrize(
    "text",
    [
        "GET http://prometheus:9090/api/v1/query failed",
        "INC-7 opened by 3 alerts",
        "2026-10-01T12:00:00Z",
        "a tokeniser: 5 words",
    ],
)
def test_ordinary_text_is_left_alone(text: str):
    assert redact(text) == text


LONG = {
    "dashes": "a-" * 100_000,
    "beginnings of tokens": "eyJabcdefgh-" * 20_000,
    "the same, and a point": "eyJabcdefgh-" * 20_000 + ".",
    "names": "ab-token" * 30_000,
    "names apart": "token " * 30_000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_long_line_is_read_once(text: str):
    """Lines of logs and errors come from anywhere: read from each dash in them, one would take minutes."""
    assert redact(text) == text
    assert redact(f"{text} password=hunter2") == f"{text} password={REDACTED}"


def test_a_token_behind_a_dash_is_taken_out_and_its_name_stays():
    """`eyJ` within a word begins no token."""
    jwt = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"
    assert redact(f"id-{jwt} {jwt}") == f"id-{REDACTED} {REDACTED}"
    assert redact("KeyJournalReader.read") == "KeyJournalReader.read"


def test_what_is_around_a_secret_stays_readable():
    assert redact("https://anna:hunter2@db:5432/rs?a=1") == "https://[redacted]@db:5432/rs?a=1"


@pytest.mark.parametrize(
    "key", ["password", "X-Api-Key", "clientSecret", "Cookie", "id_token", "X-Grafana-Id"]
)
def test_secret_keys_are_known_in_any_spelling(key: str):
    assert is_secret(key)


@pytest.mark.parametrize("key", ["user", "status", "route", "org", "ms"])
def test_ordinary_keys_are_not_secret(key: str):
    assert not is_secret(key)
