#!/usr/bin/env python3
"""Every test: setup, a fresh build, the frontend's tests, then pytest with everything.

    python3 -m scripts.test                 what `make test` and CI run
    python3 -m scripts.test -- -k store     arguments after -- go to pytest

pytest comes last, so that its summary ends the output. A failure before it does not hide it: the rest
still runs, and the exit code tells.
"""

import argparse
import json
import os
import subprocess
import sys

from scripts import build, setup

PARALLEL = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadfile")
"""A process per core, each with servers of its own; a file stays in one, since its tests share them."""


def run(*command: str) -> bool:
    """Run a step in the clone; whether it went well."""
    print(f"\n── {' '.join(command)}", flush=True)
    return subprocess.run(command, cwd=build.ROOT, stdin=subprocess.DEVNULL, check=False).returncode == 0


def frontend_steps() -> list[str]:
    """The npm scripts that are tests, as far as this tree has them: unit tests, then the browser's."""
    if not build.has_frontend():
        return []
    described = json.loads((build.ROOT / "package.json").read_text(encoding="utf-8"))
    return [name for name in ("test", "e2e") if name in described["scripts"]]


def main() -> int:
    """0 only when every step went well."""
    parser = argparse.ArgumentParser(description="Set up, build what is stale, run every test.")
    parser.add_argument("pytest", nargs="*", help="arguments for pytest, after --")
    arguments = parser.parse_args().pytest
    ready = setup.setup()
    if ready != 0:
        return ready
    built = run(sys.executable, "-m", "scripts.build")
    frontend = [run("npm", "run", "--silent", name) for name in frontend_steps()]
    # What is in dist/ after a failed build is not what the source says: testing it would mislead.
    which = [] if built else ["-m", "not packaged"]
    tested = run(str(setup.VENV / "bin" / "python"), "-m", "pytest", *PARALLEL, *which, *arguments)
    return 0 if built and all(frontend) and tested else 1


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    try:
        sys.exit(main())
    except setup.SetupFailed as failure:
        sys.exit(f"setup: {failure}")
