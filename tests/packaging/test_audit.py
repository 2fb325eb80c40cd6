"""X16: what pip-audit and npm audit answer is a pass, a failure, or plainly no answer."""

import json

import pytest

from scripts import audit
from scripts.audit import Audit, State, of_npm, of_python

CLEAN = {"dependencies": [{"name": "httpx", "version": "1", "vulns": []}], "fixes": []}
KNOWN = {"id": "PYSEC-1", "fix_versions": ["2"], "aliases": [], "description": ""}
NPM = {"auditReportVersion": 2, "vulnerabilities": {}, "metadata": {"vulnerabilities": {"total": 0}}}


def python(**dependency):
    return json.dumps({"dependencies": [*CLEAN["dependencies"], {"name": "x", "version": "1", **dependency}]})


@pytest.mark.parametrize(
    ("answer", "said", "state", "line"),
    [
        (json.dumps(CLEAN), "", State.OK, "1 Python packages"),
        (python(vulns=[KNOWN]), "", State.FOUND, "x 1: PYSEC-1, mended in 2"),
        (python(vulns=[{**KNOWN, "fix_versions": []}]), "", State.FOUND, "mended in nothing yet"),
        (python(skip_reason="not found"), "", State.UNKNOWN, "1 of 2 packages could not be looked up"),
        ("", "ERROR: ...\nConnectionError: no route", State.UNKNOWN, "ConnectionError: no route"),
        ("[]", "", State.UNKNOWN, "[]"),
        ("", "", State.UNKNOWN, "no answer"),
    ],
)
def test_x16_what_pip_audit_says(answer, said, state, line):
    """X16: anything known fails; what was not looked up is no pass."""
    found = of_python(answer, said)
    assert found.state is state
    assert line in found.lines[0]


@pytest.mark.parametrize(
    ("counts", "state"),
    [
        ({"total": 3, "low": 3}, State.OK),
        ({"total": 1, "high": 1}, State.FOUND),
        ({"total": 1, "critical": 1}, State.FOUND),
    ],
)
def test_x16_what_npm_audit_says(counts, state):
    """X16: high and critical fail, lower ones are counted."""
    bad = {"left-pad": {"severity": "high"}} if state is State.FOUND else {}
    told = {**NPM, "metadata": {"vulnerabilities": counts}, "vulnerabilities": bad}
    assert of_npm(json.dumps(told)).state is state


def test_x16_an_endpoint_that_refuses_is_no_pass():
    """A registry without advisories answers 405: that is told."""
    refused = {"message": "405 Method Not Allowed", "method": "POST"}
    assert of_npm(json.dumps(refused)) == Audit(State.UNKNOWN, ("405 Method Not Allowed",))
    assert of_npm("", "npm error network").state is State.UNKNOWN


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ((State.OK, State.OK), 0),
        ((State.UNKNOWN, State.OK), 0),
        ((State.UNKNOWN, State.FOUND), 1),
        ((State.FOUND, State.OK), 1),
    ],
)
def test_x16_only_what_is_known_fails_and_the_rest_is_said(states, code, monkeypatch, capsys):
    """Each line begins with what came out of it."""
    first, second = (Audit(state, ("why",)) for state in states)
    monkeypatch.setattr(audit, "python", lambda: first)
    monkeypatch.setattr(audit, "npm", lambda: second)
    assert audit.main() == code
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0].strip() for line in lines] == [state.value for state in states]
