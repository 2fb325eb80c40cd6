#!/usr/bin/env python3
"""Pin the dependencies that pyproject.toml names, with hashes, for every supported Python.

python3 -m scripts.lock             keep the pins that still hold
python3 -m scripts.lock --upgrade   take the newest of everything

runtime.lock   what the plugin imports
package.lock   the same, and PyInstaller: the clean environment that the bundle is made in
dev.lock       the same, and tests, linters and the generator's needs
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = ("--universal", "--python-version=3.11", "--generate-hashes", "--no-emit-index-url", "--no-header")
LOCKS = {
    "runtime": (),
    "package": ("package",),
    "dev": ("tests", "lint", "build"),
}
"""Lock and the dependency groups that it holds beside the runtime's."""


def command(lock: str, *, upgrade: bool) -> list[str]:
    """How uv makes one lock; the others follow the runtime's pins."""
    words = ["uv", "pip", "compile", "--quiet", "pyproject.toml", *OPTIONS]
    words += [f"--group={group}" for group in LOCKS[lock]]
    if lock != "runtime":
        words += ["--constraints", "requirements/runtime.lock"]
    return [*words, *(["--upgrade"] if upgrade else []), "--output-file", f"requirements/{lock}.lock"]


def main() -> int:
    """Write the three locks."""
    parser = argparse.ArgumentParser(description="Pin the Python dependencies anew; needs uv on the PATH.")
    parser.add_argument("--upgrade", action="store_true", help="take the newest of everything")
    upgrade = parser.parse_args().upgrade
    if shutil.which("uv") is None:
        sys.exit("uv is not on the PATH: https://docs.astral.sh/uv/")
    for lock in LOCKS:
        subprocess.run(command(lock, upgrade=upgrade), cwd=ROOT, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
