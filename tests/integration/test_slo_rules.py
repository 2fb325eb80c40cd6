"""Row 51: exported rules fire in the same minutes as our own evaluation, says `promtool test rules`."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import yaml

from reliability_studio.domain.slo.cells import Cell
from reliability_studio.domain.slo.composite import Member, Together
from reliability_studio.domain.slo.conditions import Judgement, judged_at
from reliability_studio.domain.slo.goals import Goal, Objective, Rolling
from reliability_studio.domain.slo.indicators import (
    Combine,
    CompositeIndicator,
    MemberSlo,
    Part,
    RatioIndicator,
)
from reliability_studio.domain.slo.ledger import Ledger
from reliability_studio.domain.slo.policy import Severity
from reliability_studio.domain.slo.spec import Slo
from reliability_studio.domain.slo.watching import watching
from reliability_studio.domain.slo.windows import DAY
from reliability_studio.flows.slo_code.documents import write_rules
from reliability_studio.sources.promql_text import parse_selector
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


def quiet_at(minute):
    """(bad, all) of a small service: nothing for hours at a time, then a burst in a few requests."""
    if minute % 240 < 60:
        return 0, 0
    return (5 if 450 <= minute < 456 else 0), 10


def ledger_of(counts):
    """The ledger of a service whose every minute is (bad, all)."""
    ledger = Ledger(0, keep_s=40 * DAY, keep_minutes_s=2 * DAY)
    ledger.append(Cell(minute * 60, *counts(minute), 60) for minute in range(1, MINUTES))
    return ledger


def ours(ledger, what):
    """Minutes in which any tier of a severity holds, by the objective that alerts and the severity."""
    firing = {
        (alone.goals[0].text, severity): set() for alone in watching(what).values() for severity in Severity
    }
    for alone in watching(what).values():
        for minute in range(1, MINUTES):
            for condition in judged_at(alone, ledger, minute * 60):
                if condition.judgement is Judgement.HOLDS and not condition.name.startswith("budget"):
                    firing[alone.goals[0].text, condition.severity].add(minute)
    return firing


def series(job, counts):
    """The counters of a service, as promtool takes them."""
    sums, bad, good = [0, 0], [], []
    for minute in range(MINUTES):
        failed, every = counts(minute) if minute else (0, 0)
        sums = [sums[0] + failed, sums[1] + every - failed]
        bad.append(str(sums[0]))
        good.append(str(sums[1]))
    base = f'http_requests_total{{job="{job}",instance="i1"'
    return [
        {"series": f'{base},code="500"}}', "values": " ".join(bad)},
        {"series": f'{base},code="200"}}', "values": " ".join(good)},
    ]


def check(text, inputs, firing):
    """That promtool sees the alerts of one group fire in these minutes and in no others."""
    need_program(PROMTOOL)
    [group] = yaml.safe_load(text)["groups"]
    alerts = {
        (rule["labels"]["objective"], Severity(rule["labels"]["sloth_severity"])): rule
        for rule in group["rules"]
        if "alert" in rule
    }
    assert alerts.keys() == firing.keys()
    checks = []
    for minute in range(1, MINUTES):
        expected = []
        for told, rule in alerts.items():
            if minute in firing[told]:
                labels = {k: v for k, v in rule["labels"].items() if k != "alertname"}
                expected.append({"exp_labels": labels, "exp_annotations": rule["annotations"]})
        checks.append({"eval_time": f"{minute}m", "alertname": "SLOBudgetBurn", "exp_alerts": expected})
    test = {
        "rule_files": ["rules.yml"],
        "evaluation_interval": "1m",
        "tests": [{"interval": "1m", "input_series": inputs, "alert_rule_test": checks}],
    }
    with folder("rules") as home:
        (home / "rules.yml").write_text(text)
        (home / "test.yml").write_text(json.dumps(test))
        give(home)
        run([PROMTOOL.find(), "test", "rules", home / "test.yml"], home)


def busy_at(minute):
    """(bad, all) of the busy service."""
    return bad_at(minute), 100


def slo(what, slo_id="s1"):
    """An SLO of that meaning."""
    return Slo(slo_id, 1, what, 1, 1, BORN, BORN)


def test_promtool_sees_the_rules_fire_in_the_same_minutes():
    """Every minute of ten hours, both severities: those that fire and those that do not."""
    what = definition(window=Rolling(30))
    firing = ours(ledger_of(busy_at), what)
    assert 20 < len(firing[what.goals[0].text, Severity.PAGE]) < 2 * MINUTES // 3
    assert firing[what.goals[0].text, Severity.TICKET]
    text = write_rules([slo(what)], MINUTES * 60)
    check(text, series("api", busy_at), firing)


def test_rules_of_each_objective_that_alerts_fire_in_the_same_minutes():
    """Row 25: factors of its own target and window; one that does not alert has no rule."""
    strict = Goal(Objective.percent("99.95"), Rolling(30), alerting=True)
    week = Goal(Objective.percent("99.9"), Rolling(7), alerting=True)
    quiet = Goal(Objective.percent("99.99"), Rolling(30))
    what = definition(objective="99.5", window=Rolling(30), further=(strict, quiet, week))
    firing = ours(ledger_of(busy_at), what)
    minutes = [frozenset(firing[goal.text, Severity.PAGE]) for goal in (what.goals[0], strict, week)]
    assert all(minutes)
    assert len(set(minutes)) == len(minutes)
    text = write_rules([slo(what)], MINUTES * 60)
    assert quiet.text not in text
    check(text, series("api", busy_at), firing)
    assert "none of its objectives alerts" in write_rules(
        [slo(replace(what, alerting=False, further=()))], 60
    )


@pytest.mark.parametrize("combine", Combine)
def test_rules_of_a_composite_fire_in_the_same_minutes(combine):
    """Row 14: one member is quiet for hours, which says nothing; weights are those of the mean."""
    small = RatioIndicator(
        parse_selector('http_requests_total{job="small"}', "$"),
        parse_selector('http_requests_total{job="small",code="500"}', "$"),
        Part.BAD,
    )
    busy = definition("busy")
    members = [slo(busy, "a1"), slo(definition("small", indicator=small), "b2")]
    indicator = CompositeIndicator((MemberSlo("a1", Decimal(3)), MemberSlo("b2", Decimal("0.5"))), combine)
    what = definition(indicator=indicator, window=Rolling(30))
    text = write_rules([slo(what)], MINUTES * 60, others=members)
    joined = Together(
        [
            Member("a1", busy, ledger_of(busy_at), 3000),
            Member("b2", members[1].definition, ledger_of(quiet_at), 500),
        ],
        combine,
    )
    firing = ours(joined, what)
    page = (what.goals[0].text, Severity.PAGE)
    assert firing[page]
    assert firing[page] != ours(ledger_of(busy_at), what)[page]
    check(text, [*series("api", busy_at), *series("small", quiet_at)], firing)
