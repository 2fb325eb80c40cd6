"""What the generators of committed files have in common: write the file, or say whether it is fresh."""

import argparse
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def settle(made_of: str, out: Path, program: str, text: Callable[[], str]) -> int:
    """Write `out`, or with --check on the command line say whether it is what it should be.

    Args:
        made_of: where it comes from, for the help.
        out: the committed file.
        program: who makes it, as it is called.
        text: gives what it should hold.

    Returns:
        The exit status; 1 when --check finds it stale.
    """
    parser = argparse.ArgumentParser(description=f"{made_of} -> {out.relative_to(ROOT)}")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when it is stale")
    check = parser.parse_args().check
    wanted = text()
    if check:
        fresh = out.exists() and out.read_text(encoding="utf-8") == wanted
        if not fresh:
            print(f"{out.relative_to(ROOT)} is stale: run python {program}")
        return 0 if fresh else 1
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(wanted, encoding="utf-8")
    return 0
