"""What Grafana's log parser would die of, lose or cut is a violation with its reason."""

import json

import pytest

from grafana_host.journal import Journal

GOOD = {"@level": "info", "@message": "listening", "@timestamp": "2026-01-01T00:00:00.000000Z", "x": 1}


def _fed(line: bytes) -> Journal:
    journal = Journal()
    journal.feed(line)
    return journal


def test_a_good_line_is_an_entry():
    journal = _fed(json.dumps(GOOD).encode())
    assert (journal.messages(), list(journal.violations)) == (["listening"], [])


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"@message": 7}, "server would die"),
        ({"@level": None}, "server would die"),
        ({"@timestamp": 1.5}, "server would die"),
        ({"@level": "warning"}, "none that Grafana knows"),
        ({"@timestamp": "2026-01-01T00:00:00Z"}, "taken for plain text"),
        ({"@timestamp": "2026-01-01T00:00:00.000Z"}, "taken for plain text"),
        ({"@timestamp": "2026-01-01T00:00:00.000000Z "}, "taken for plain text"),
    ],
)
def test_a_wrong_key_is_a_violation(change: dict[str, object], rule: str):
    (found,) = _fed(json.dumps({**GOOD, **change}).encode()).violations
    assert rule in found.rule


@pytest.mark.parametrize("line", [b"Traceback (most recent call last):", b"[1]", b"{", b"\xff\xfe"])
def test_plain_text_is_lost_and_so_a_violation(line: bytes):
    assert len(_fed(line).violations) == 1


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999", "9" * 400])
def test_a_number_that_go_does_not_know_makes_the_line_plain_text(number: str):
    line = json.dumps(GOOD)[:-1] + f', "y": {number}}}'
    (found,) = _fed(line.encode()).violations
    assert "not JSON" in found.rule


def test_a_line_that_would_be_cut_is_a_violation_and_empty_lines_are_nothing():
    assert "64 KiB" in _fed(b"x" * (64 << 10)).violations[0].rule
    assert not _fed(b"  ").violations


def test_entries_reach_a_listener_and_are_bounded():
    heard: list[dict[str, object]] = []
    journal = Journal(listener=heard.append)
    for _ in range(6000):
        journal.feed(json.dumps(GOOD).encode())
    assert (len(heard), len(journal.entries)) == (6000, 5000)
