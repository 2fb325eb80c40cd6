"""V3, V9, L1, Q4: the demo plays to its end: an alert opens an incident, budgets fall, a rollback ends it.

Every source has evidence of it, and no tab of the workspace is empty.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.servers.alertmanager import ALERTMANAGER
from scripts.servers.prometheus import PROMETHEUS, PROMTOOL
from tests.support.servers import need_program
from tests.support.waiting import eventually

pytestmark = [pytest.mark.integration, pytest.mark.timeout(420)]

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-B", "-m", "scripts.demo", "--source"]


def _marked(mark: str) -> list[int]:
    """Processes that the demo or anything that it started left in its folder for temporary files."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark.encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that the servers, which run as nobody, may look into; pytest's own are private."""
    with tempfile.TemporaryDirectory(prefix="studio-demo-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_the_story_is_played_to_its_end_and_nothing_is_left(open_folder: Path):
    """R1.5: every line of it is read back from the API; a step that does not come ends it with 1."""
    need_program(PROMETHEUS, PROMTOOL, ALERTMANAGER)
    environ = {**os.environ, "TMPDIR": str(open_folder)}
    done = subprocess.run(
        [*COMMAND, "--once"], cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=400
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    for told in (
        "opened by the alert itself",
        "of the error budget is left",
        "resolved",
        "stand-in for Grafana",
        "stand-in, simulated data",
    ):
        assert told in done.stdout
    reached = {
        what: int(minutes) * 60 + int(seconds)
        for minutes, seconds, what in re.findall(r"^ +(\d+):(\d\d) \S (\w+) ", done.stdout, re.MULTILINE)
    }
    assert reached["budget"] < 120, "an incident and a falling budget are to be seen within two minutes"
    assert max(reached.values()) < 180
    tabs = dict(re.findall(r"● tab +(.+?): (.+)", done.stdout))
    assert list(tabs) == ["Metrics", "Logs", "Traces", "Kubernetes", "SLO impact", "Causes"]
    assert all(re.search(r": [1-9]", told) for told in tabs.values()), tabs
    for source in ("metrics", "logs", "traces", "kubernetes"):
        assert re.search(rf"found in {source}: [1-9]", tabs["Causes"])
    named = re.search(r"cause +(0\.[5-9]\d|> 0\.99) +rollout of payments", done.stdout)
    assert named, "the rollout is named, and never as certain"
    shown = re.findall(r"dashboard\s+(.+): \d+ queries, (\d+) frames, ([\d,]+) rows", done.stdout)
    assert len(shown) == 3
    assert all(frames != "0" and rows != "0" for _, frames, rows in shown), shown
    assert list(open_folder.iterdir()) == []
    assert _marked(str(open_folder)) == []


def test_ctrl_c_stops_everything_that_was_started(open_folder: Path):
    need_program(PROMETHEUS, PROMTOOL, ALERTMANAGER)
    environ = {**os.environ, "TMPDIR": str(open_folder)}
    demo = subprocess.Popen(COMMAND, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True)
    try:
        assert demo.stdout is not None
        for line in demo.stdout:
            if "payments availability" in line:
                break
        assert _marked(str(open_folder))
        demo.send_signal(signal.SIGINT)
        demo.wait(30)
        eventually(lambda: _marked(str(open_folder)) == [], 10)
        assert list(open_folder.iterdir()) == []
    finally:
        if demo.poll() is None:
            demo.send_signal(signal.SIGINT)  # killed outright, it could not stop its servers
            demo.wait(30)
        demo.stdout.close()
