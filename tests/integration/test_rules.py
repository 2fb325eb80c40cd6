"""The shipped alert rules about the plugin itself: promtool takes them, they fire when they should (M4)."""

import json
import subprocess
from pathlib import Path

import pytest
import yaml

from reliability_studio.api.router import CLASSES, RouteMeter
from reliability_studio.clock import SystemClock
from reliability_studio.jobs.runner import JobMeter
from reliability_studio.jobs.table import JOBS
from reliability_studio.observability.metrics import Metrics
from reliability_studio.sources.meter import SourceMeter
from scripts.servers.prometheus import PROMTOOL
from tests.support.servers import need_program

pytestmark = pytest.mark.integration
RULES = Path(__file__).parents[2] / "provisioning" / "prometheus" / "studio-rules.yml"
ANSWERS = 'reliability_studio_route_answers_total{route="x",answer="%s"}'
CALLS = 'reliability_studio_source_call_seconds_count{source="loki",outcome="%s"}'


def promtool(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    need_program(PROMTOOL)
    return subprocess.run(
        [str(PROMTOOL.find()), *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def test_m4_promtool_takes_the_shipped_rules(tmp_path: Path) -> None:
    """M4: three alerts, no error."""
    done = promtool("check", "rules", str(RULES), folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "3 rules found" in done.stdout


@pytest.mark.parametrize(
    ("series", "values", "alert"),
    [
        ([ANSWERS % "2xx", ANSWERS % "5xx"], ["0+100x60", "0+20x60"], "ReliabilityStudioErrors"),
        ([ANSWERS % "2xx", ANSWERS % "5xx"], ["0+100x60", "0+1x60"], ""),
        ([CALLS % "ok", CALLS % "source_timeout"], ["0+1x60", "0+9x60"], "ReliabilityStudioSourceFails"),
        ([CALLS % "ok", CALLS % "cancelled"], ["0+1x60", "0+9x60"], ""),
        (
            ['reliability_studio_job_last_success_timestamp_seconds{job="retention"}'],
            ["60x60"],
            "ReliabilityStudioJobStalls",
        ),
        (['reliability_studio_job_last_success_timestamp_seconds{job="retention"}'], ["0x60"], ""),
    ],
)
def test_m4_a_rule_fires_when_it_should_and_only_then(
    tmp_path: Path, series: list[str], values: list[str], alert: str
) -> None:
    """M4: by promtool's own rule test, an hour of it."""
    names = [rule["alert"] for rule in yaml.safe_load(RULES.read_text())["groups"][0]["rules"]]
    inputs = [{"series": one, "values": two} for one, two in zip(series, values, strict=True)]
    # An expectation of no alerts fails as soon as one fires, and its text names the alert.
    checks = [{"eval_time": "55m", "alertname": name, "exp_alerts": []} for name in names]
    test = {
        "rule_files": [str(RULES)],
        "evaluation_interval": "1m",
        "tests": [{"interval": "1m", "input_series": inputs, "alert_rule_test": checks}],
    }
    path = tmp_path / "test.yml"
    path.write_text(json.dumps(test))
    done = promtool("test", "rules", str(path), folder=tmp_path)
    said = done.stdout + done.stderr
    fired = {name for name in names if f"alertname: {name}, time" in said}
    assert fired == ({alert} if alert else set()), said


def test_m4_the_rules_ask_for_metrics_that_the_plugin_has() -> None:
    """A renamed metric would silence an alert without a word."""
    metrics = Metrics()
    RouteMeter(metrics, SystemClock())
    JobMeter(metrics, JOBS)
    SourceMeter(metrics, ("loki",))
    there = {sample.name for family in metrics.registry.collect() for sample in family.samples}
    text = RULES.read_text()
    for name in (
        "reliability_studio_route_answers_total",
        "reliability_studio_source_call_seconds_count",
        "reliability_studio_job_last_success_timestamp_seconds",
    ):
        assert name in text
        assert name in there
    assert "5xx" in CLASSES
