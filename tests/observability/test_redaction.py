"""Secrets that must not be read in a log."""

import pytest

from reliability_studio.observability.redaction import is_secret, redact


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
