"""What a browser loads: the entry of each plugin and all of its chunks, as gzip sends them.

An entry is loaded when Grafana loads the plugin, on whatever page that is; chunks only when their part is
shown. Source maps are not counted, since browsers do not ask for them.
"""

import gzip
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.measure import Measure, Skipped
from scripts.build import DIST

GROUP = "bundles"
ENTRY_KB = 60.0
"""Budget of the app's entry; the nested plugins are held to the same."""


def measure(_bench: Bench) -> Iterator[Measure | Skipped]:
    """One row for each plugin's entry, one for all chunks, one for the largest of them."""
    yield from measure_in(DIST)


def measure_in(dist: Path) -> Iterator[Measure | Skipped]:
    """The same for any build."""
    entries = sorted(dist.rglob("module.js"))
    if not entries:
        yield Skipped(GROUP, "dist/ holds no frontend: make build")
        return
    for entry in entries:
        name = entry.parent.relative_to(dist).as_posix()
        what = f"entry of {'the app' if name == '.' else name}"
        yield Measure(GROUP, what, kilobytes(entry), "kB", budget=ENTRY_KB, note="gzip")
    chunks = {chunk: kilobytes(chunk) for chunk in sorted(dist.rglob("*.chunk.js"))}
    if chunks:
        yield Measure(GROUP, f"all {len(chunks)} chunks", sum(chunks.values()), "kB", note="gzip")
        yield Measure(GROUP, "largest chunk", max(chunks.values()), "kB", note="gzip")


def kilobytes(path: Path) -> float:
    """Size of a file as gzip at its usual level sends it, in thousands of bytes."""
    return len(gzip.compress(path.read_bytes(), 6, mtime=0)) / 1000
