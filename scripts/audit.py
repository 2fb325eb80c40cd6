#!/usr/bin/env python3
"""Known vulnerabilities among what is pinned: pip-audit and npm audit, where they can be asked.

python3 -m scripts.audit

ok            asked, and nothing is known against anything that is pinned
FAIL          something is known: exit 1
NOT CHECKED   the advisories could not be reached, with what was said: exit 0, for it says nothing about us
"""

import argparse
import json
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from scripts import build

PIP_AUDIT = "2.10.1"
PLACE = build.ROOT / "build" / "audit"
"""A place of its own: the tool's dependencies are none of ours."""
LOCKS = ("runtime.lock", "package.lock", "dev.lock")
SAID = 300


class State(StrEnum):
    """What came out."""

    OK = "ok"
    FOUND = "FAIL"
    UNKNOWN = "NOT CHECKED"


@dataclass(frozen=True, slots=True)
class Audit:
    """One tool's answer."""

    state: State
    lines: tuple[str, ...]


def of_python(answer: str, said: str = "") -> Audit:
    """What pip-audit's JSON says; anything else is no answer."""
    told = _json(answer)
    if not isinstance(told, dict) or not isinstance(told.get("dependencies"), list):
        return Audit(State.UNKNOWN, (_short(said or answer),))
    found = [
        f"{each['name']} {each['version']}: {one['id']}, mended in "
        f"{', '.join(one['fix_versions']) or 'nothing yet'}"
        for each in told["dependencies"]
        for one in each.get("vulns", ())
    ]
    skipped = [each for each in told["dependencies"] if "skip_reason" in each]
    if skipped and not found:
        reason = str(skipped[0]["skip_reason"])[:SAID]
        count = f"{len(skipped)} of {len(told['dependencies'])} packages could not be looked up"
        return Audit(State.UNKNOWN, (f"{count}, the first: {reason}",))
    count = f"{len(told['dependencies'])} Python packages"
    return Audit(State.FOUND, tuple(found)) if found else Audit(State.OK, (count,))


def of_npm(answer: str, said: str = "") -> Audit:
    """What npm's JSON says: high and critical ones fail, lower ones are told."""
    told = _json(answer)
    counted = told.get("metadata", {}).get("vulnerabilities") if isinstance(told, dict) else None
    if not isinstance(counted, dict) or "auditReportVersion" not in told:
        message = told.get("message") if isinstance(told, dict) else ""
        return Audit(State.UNKNOWN, (_short(str(message or said or answer)),))
    lines = tuple(
        f"{name}: {each['severity']}"
        for name, each in sorted(told.get("vulnerabilities", {}).items())
        if each["severity"] in {"high", "critical"}
    )
    bad = counted.get("high", 0) + counted.get("critical", 0)
    if bad:
        return Audit(State.FOUND, lines or (f"{bad} high or critical",))
    low = counted.get("total", 0)
    return Audit(State.OK, (f"none high or critical, {low} lower",))


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _short(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return (lines[-1] if lines else "no answer")[:SAID]


def _run(command: Sequence[str]) -> tuple[str, str]:
    done = subprocess.run(
        list(command),
        cwd=build.ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    return done.stdout, done.stderr


def python() -> Audit:
    """Ask pip-audit about every lock file."""
    tool = PLACE / "bin" / "pip-audit"
    if not tool.exists():
        venv.create(PLACE, with_pip=True)
        pip = (str(PLACE / "bin" / "python"), "-m", "pip", "install", "--quiet", f"pip-audit=={PIP_AUDIT}")
        _, said = _run(pip)
        if not tool.exists():
            return Audit(State.UNKNOWN, (_short(said),))
    locks = [part for name in LOCKS for part in ("--requirement", str(build.ROOT / "requirements" / name))]
    return of_python(*_run((str(tool), "--format", "json", "--disable-pip", "--require-hashes", *locks)))


def npm() -> Audit:
    """Ask npm about package-lock.json."""
    return of_npm(*_run(("npm", "audit", "--json", "--audit-level", "high")))


def main() -> int:
    """Ask both; 1 when one of them knows something."""
    found = []
    for name, audit in (("pip-audit", python), ("npm audit", npm)):
        answer = audit()
        found.append(answer.state)
        for line in answer.lines:
            print(f"{answer.state.value:<12} {name}: {line}", flush=True)
    return 1 if State.FOUND in found else 0


if __name__ == "__main__":
    argparse.ArgumentParser(description="Known vulnerabilities among what is pinned.").parse_args()
    sys.exit(main())
