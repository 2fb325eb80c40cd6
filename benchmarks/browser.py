"""Ten thousand incidents in a real browser: first useful paint, frames while scrolling, typing."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.measure import Measure, Skipped, percentile

GROUP = "browser"
ROOT = Path(__file__).resolve().parent.parent
PAINT_MS = 2000.0
"""Budget of the first useful paint on the preview host, with nothing cached."""
LONG_FRAME_MS = 50.0
"""What a person sees as a stutter; browsers call a task of that length a long one."""
LIMIT_S = 300


def measure(_bench: Bench) -> Iterator[Measure | Skipped]:
    """One row for each number that a person would feel."""
    missing = _missing()
    if missing:
        yield Skipped(GROUP, missing)
        return
    found = _driven()
    paints, frames, typed = found["paints"], found["frames"], found["typed"]
    note = f"{len(paints)} loads without a cache"
    yield Measure(
        GROUP, "first useful paint, median", percentile(paints, 0.5), "ms", budget=PAINT_MS, note=note
    )
    yield Measure(GROUP, "first useful paint, slowest", max(paints), "ms", note=note)
    note = f"{len(frames)} frames"
    yield Measure(GROUP, "frame while scrolling, median", percentile(frames, 0.5), "ms", note=note)
    yield Measure(GROUP, "frame while scrolling, p95", percentile(frames, 0.95), "ms", note=note)
    slow = sum(frame > LONG_FRAME_MS for frame in frames)
    yield Measure(GROUP, f"frames over {LONG_FRAME_MS:.0f} ms", 100 * slow / len(frames), "%", note=note)
    note = f"{len(typed)} keys into the search"
    yield Measure(GROUP, "from a key to its frame, p95", percentile(typed, 0.95), "ms", note=note)


def _missing() -> str:
    """What is not there to measure with; empty when all is."""
    if not (ROOT / "build" / "preview" / "index.html").is_file():
        return "build/preview holds no page: make build"
    browser = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    return "" if shutil.which(browser) else f"no browser at {browser}: make setup, or name one in CHROMIUM"


def _driven() -> dict[str, list[float]]:
    """Start a world with ten thousand incidents, and a browser that looks at it."""
    world = subprocess.Popen(
        [sys.executable, "-B", "tests/e2e/world.py", "large"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        if world.stdout is None or world.stdin is None:
            message = "the world has no pipes"
            raise RuntimeError(message)
        said = json.loads(world.stdout.readline())
        command = ["scripts/with-node.sh", "node", "benchmarks/browser.mjs", said["url"], said["login"]]
        ran = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=LIMIT_S, check=True
        )
        answer: dict[str, list[float]] = json.loads(ran.stdout)
        return answer
    finally:
        # A world ends when its standard input does.
        if world.stdin is not None:
            world.stdin.close()
        world.wait(timeout=30)
