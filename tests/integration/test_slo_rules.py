"""Row 51: exported rules fire in the same minutes as our own evaluation, says `promtool test rules`."""

import json
from datetime import UTC, datetime

import pytest
import yaml

from reliability_studio.domain.slo.cells import Cell
from reliability_studio.domain.slo.conditions import Judgement, judged_at
from reliability_studio.domain.slo.ledger import Ledger
from reliability_studio.domain.slo.policy import Severity
from reliability_studio.domain.slo.spec import Rolling, Slo
from reliability_studio.domain.slo.windows import DAY
from reliability_studio.flows.slo_code.documents import write_rules
from scripts.servers.process import folder, give, run
from scripts.servers.prometheus import PROMTOOL
from tests.flows.slo_world import definition
from tests.support.servers import need_program

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

MINUTES = 600
BORN = datetime(1970, 1, 1, tzinfo=UTC)


def bad_at(minute):
    """A burst, a slow burn, a short peak; a hundred requests a minute throughout."""
    if 120 <= minute < 150:
        return 20
    if 200 <= minute < 420:
        return 1
    return 60 if 500 <= minute < 503 else 0


def ours():
    """Minutes in which any tier of a severity holds, by severity."""
    ledger = Ledger(0, keep_s=40 * DAY, keep_minutes_s=2 * DAY)
    ledger.append(Cell(minute * 60, bad_at(minute), 100, 60) for minute in range(1, MINUTES))
    firing = {severity: set() for severity in Severity}
    for minute in range(1, MINUTES):
        for condition in judged_at(definition(window=Rolling(30)), ledger, minute * 60):
            if condition.judgement is Judgement.HOLDS and not condition.name.startswith("budget"):
                firing[condition.severity].add(minute)
    return firing


def test_promtool_sees_the_rules_fire_in_the_same_minutes():
    """Every minute of ten hours, both severities: those that fire and those that do not."""
    need_program(PROMTOOL)
    slo = Slo("s1", 1, definition(window=Rolling(30)), 1, 1, BORN, BORN)
    text = write_rules([slo], MINUTES * 60)
    rules = yaml.safe_load(text)["groups"][0]["rules"]
    alerts = {rule["labels"]["sloth_severity"]: rule for rule in rules if "alert" in rule}
    firing = ours()
    sums, bad, good = [0, 0], [], []
    for minute in range(MINUTES):
        failed = bad_at(minute) if minute else 0
        sums = [sums[0] + failed, sums[1] + (100 - failed if minute else 0)]
        bad.append(str(sums[0]))
        good.append(str(sums[1]))
    base = 'http_requests_total{job="api",instance="i1"'
    checks = []
    for minute in range(1, MINUTES):
        expected = []
        for severity, rule in alerts.items():
            if minute in firing[Severity(severity)]:
                labels = {k: v for k, v in rule["labels"].items() if k != "alertname"}
                expected.append({"exp_labels": labels, "exp_annotations": rule["annotations"]})
        checks.append({"eval_time": f"{minute}m", "alertname": "SLOBudgetBurn", "exp_alerts": expected})
    test = {
        "rule_files": ["rules.yml"],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [
                    {"series": f'{base},code="500"}}', "values": " ".join(bad)},
                    {"series": f'{base},code="200"}}', "values": " ".join(good)},
                ],
                "alert_rule_test": checks,
            }
        ],
    }
    assert 20 < len(firing[Severity.PAGE]) < 2 * MINUTES // 3
    assert firing[Severity.TICKET]
    with folder("rules") as home:
        (home / "rules.yml").write_text(text)
        (home / "test.yml").write_text(json.dumps(test))
        give(home)
        run([PROMTOOL.find(), "test", "rules", home / "test.yml"], home)
