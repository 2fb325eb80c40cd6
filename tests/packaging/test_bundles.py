"""The bundle table: what it counts, and what it leaves out."""

import random
from pathlib import Path

from benchmarks.bundles import measure_in
from benchmarks.measure import Measure, Skipped


def test_entries_have_a_budget_and_chunks_are_told_beside_them(tmp_path: Path) -> None:
    """Source maps do not count; an entry over 60 kB of gzip misses its budget."""
    (tmp_path / "panels" / "slo").mkdir(parents=True)
    (tmp_path / "module.js").write_text("define([], () => 1)")
    (tmp_path / "module.js.map").write_bytes(b"x" * 10_000_000)
    (tmp_path / "panels" / "slo" / "module.js").write_bytes(random.Random(0).randbytes(61_000))  # noqa: S311
    (tmp_path / "1.abc.chunk.js").write_text("a" * 1000)
    found = {each.what: each for each in measure_in(tmp_path) if isinstance(each, Measure)}
    assert set(found) == {"entry of the app", "entry of panels/slo", "all 1 chunks", "largest chunk"}
    assert found["entry of the app"].met is True
    assert found["all 1 chunks"].met is None
    assert found["entry of panels/slo"].met is False


def test_a_build_without_a_frontend_is_skipped_with_the_reason(tmp_path: Path) -> None:
    """Not a row of zeros."""
    (found,) = measure_in(tmp_path)
    assert isinstance(found, Skipped)
    assert "make build" in found.reason
