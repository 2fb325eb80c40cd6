"""The Go load client of `make bench` counts what happens and says so in the form its README documents."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.contract import gohost, launchers

pytestmark = [
    pytest.mark.contract,
    pytest.mark.integration,
    pytest.mark.timeout(720),
]

MODULE = launchers.ROOT / "benchmarks" / "goecho"
CELL = {
    *("name", "callers", "calls", "failures", "first_failure", "per_second", "p50", "p95", "p99", "worst"),
    *("answer_bytes", "cpu_ms_per_call", "client_cpu_ms_per_call", "memory_mib"),
}


@pytest.fixture(scope="session")
def goload(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built load client."""
    binary = tmp_path_factory.mktemp("goload") / "goload"
    gohost.needed(lambda: gohost.build(MODULE, "./goload", binary))
    return binary


def offered(goload: Path, plugin: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run the client against the echo plugin, briefly."""
    return subprocess.run(
        [goload, "--plugin-dir", plugin, "--executable", "gpx_goecho", "--seconds", "0.2", *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_it_offers_each_cell_to_each_number_of_callers(goload: Path, reference: Path) -> None:
    done = offered(goload, reference, "--callers", "1,8")
    report: Any = json.loads(done.stdout)
    assert report["stopped_gracefully"]
    assert [(cell["name"], cell["callers"], cell["answer_bytes"]) for cell in report["cells"]][:4] == [
        ("CallResource 1 KB", 1, 1000),
        ("CallResource 1 KB", 8, 1000),
        ("CallResource 100 KB", 1, 100_000),
        ("CallResource 100 KB", 8, 100_000),
    ]
    for cell in report["cells"]:
        assert cell.keys() == CELL
        assert cell["failures"] == 0
        assert cell["calls"] > cell["callers"]
        assert 0 < cell["p50"] <= cell["p95"] <= cell["p99"] <= cell["worst"]
        assert cell["memory_mib"] > 1


def test_at_a_rate_the_callers_together_send_no_more(goload: Path, reference: Path) -> None:
    done = offered(goload, reference, "--callers", "8", "--rate", "200", "--seconds", "0.5")
    for cell in json.loads(done.stdout)["cells"]:
        assert 8 <= cell["calls"] <= 101, cell


def test_a_cell_whose_call_fails_is_no_number_but_an_error(
    goload: Path, reference: Path, tmp_path: Path
) -> None:
    query = {"refId": "A", "model": {"rows": -1}}
    job = tmp_path / "job.json"
    job.write_text(json.dumps({"cells": [{"name": "bad", "do": "queryData", "queries": [query]}]}))
    done = offered(goload, reference, "--job", str(job), "--callers", "2")
    assert done.returncode == 1
    assert "rows must be from 0" in done.stderr
