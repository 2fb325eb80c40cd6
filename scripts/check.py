#!/usr/bin/env python3
"""Every gate in order, with timings; what is quick enough to run before each commit.

    python3 -m scripts.check               all gates; goes on after a failure, exit 1 at the end
    python3 -m scripts.check types tests   only these
    python3 -m scripts.check --list        their names and commands

Tests that need servers, child processes, a Go toolchain or a build are not among them: `make test`.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts import build, engine_tests, setup
from scripts.test import PARALLEL

PYTHON = str(setup.VENV / "bin" / "python")
PURE = "not (integration or contract or packaged)"


@dataclass(frozen=True, slots=True)
class Gate:
    """A command that must succeed."""

    name: str
    command: tuple[str, ...]


def gates(root: Path = build.ROOT) -> tuple[Gate, ...]:
    """The gates of this tree, quick ones first; the frontend's only where there is one."""
    found = [
        Gate("format", (PYTHON, "-m", "ruff", "format", "--check", "--quiet", ".")),
        Gate("lint", (PYTHON, "-m", "ruff", "check", "--quiet", ".")),
        Gate("dependencies", (str(setup.VENV / "bin" / "deptry"), "pkg/reliability_studio")),
        Gate("layers", (str(setup.VENV / "bin" / "lint-imports"),)),
        Gate("proto", (PYTHON, "scripts/gen_proto.py", "--check")),
        Gate("types", (PYTHON, "-m", "mypy")),
        Gate("types-of-scripts", (PYTHON, "-m", "mypy", "-p", "scripts", "-p", "benchmarks")),
    ]
    if (root / "scripts" / "gen_types.py").exists():
        found.append(Gate("api-types", (PYTHON, "scripts/gen_types.py", "--check")))
    if (root / "scripts" / "gen_client.py").exists():
        found.append(Gate("api-client", (PYTHON, "scripts/gen_client.py", "--check")))
    if (root / "scripts" / "gen_schema.py").exists():
        found.append(Gate("schema-page", (PYTHON, "scripts/gen_schema.py", "--check")))
    if build.has_frontend():
        found += [
            Gate(f"frontend-{name}", ("npm", "run", "--silent", name))
            for name in ("format", "lint", "typecheck", "i18n:check", "test")
        ]
    rest = (*PARALLEL, "-m", PURE, f"--ignore={engine_tests.TESTS}")
    found += [
        Gate("engine-tests", (sys.executable, "-m", "scripts.engine_tests")),
        Gate("tests", (PYTHON, "-m", "pytest", "-q", *rest)),
    ]
    return tuple(found)


def passes(gate: Gate) -> bool:
    """Run one gate; its output is shown only when it fails."""
    started = time.monotonic()
    done = subprocess.run(
        gate.command,
        cwd=build.ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    good = done.returncode == 0
    print(f"{'ok  ' if good else 'FAIL'} {gate.name:<18} {time.monotonic() - started:6.1f} s", flush=True)
    if not good:
        print(f"     $ {' '.join(gate.command)}\n{done.stdout.rstrip()}\n", flush=True)
    return good


def check(chosen: Sequence[Gate]) -> int:
    """Run the gates; 1 when one of them failed."""
    failed = [gate.name for gate in chosen if not passes(gate)]
    print(f"failed: {', '.join(failed)}" if failed else "all gates hold")
    return 1 if failed else 0


def main() -> int:
    """Run the gates that were named, or all."""
    parser = argparse.ArgumentParser(description="Run every quick gate in order, with timings.")
    parser.add_argument("names", nargs="*", metavar="gate", help="run only these")
    parser.add_argument("--list", action="store_true", help="show the gates and leave")
    wanted = parser.parse_args()
    known = {gate.name: gate for gate in gates()}
    if unknown := [name for name in wanted.names if name not in known]:
        parser.error(f"no such gate: {', '.join(unknown)} (there are {', '.join(known)})")
    if wanted.list:
        for gate in known.values():
            print(f"{gate.name:<18} {' '.join(gate.command)}")
        return 0
    return check([known[name] for name in wanted.names] or list(known.values()))


if __name__ == "__main__":
    sys.exit(main())
