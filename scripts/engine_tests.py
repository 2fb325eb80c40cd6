#!/usr/bin/env python3
"""The tests of the pure engine, and how many of its statements and branches they run.

    python3 -m scripts.engine_tests     exit 1 when a test fails or less than FLOOR % is run

The engine has no I/O, so its own tests can reach nearly all of it. Less is code without
a test.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts import build, setup

ENGINE = "reliability_studio.domain.correlation"
TESTS = "tests/domain/correlation"
FLOOR = 98.5
"""Percent, just under what was measured."""


def main(floor: float = FLOOR) -> int:
    """0 only when the tests pass and run enough."""
    coverage = (str(setup.VENV / "bin" / "python"), "-m", "coverage")
    with tempfile.TemporaryDirectory() as folder:
        data = f"--data-file={Path(folder) / 'coverage'}"
        tested = _run(*coverage, "run", data, f"--source={ENGINE}", "-m", "pytest", "-q", TESTS)
        enough = _run(
            *coverage, "report", data, "--precision=1", f"--fail-under={floor}", "-m", "--skip-covered"
        )
    return 0 if tested and enough else 1


def _run(*command: str) -> bool:
    return subprocess.run(command, cwd=build.ROOT, stdin=subprocess.DEVNULL, check=False).returncode == 0


if __name__ == "__main__":
    argparse.ArgumentParser(
        description="The tests of the pure engine, with a floor for what they run."
    ).parse_args()
    sys.exit(main())
