"""Rows 36-44: what people may choose about an alert, and what is refused."""

from dataclasses import replace
from fractions import Fraction

import pytest

from reliability_studio.domain.slo.alerting import AlertState, Change, advance
from reliability_studio.domain.slo.cells import Cell
from reliability_studio.domain.slo.conditions import Condition, Judgement, conditions
from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.ledger import Ledger
from reliability_studio.domain.slo.measure import evaluate
from reliability_studio.domain.slo.policy import (
    EXHAUSTION,
    NO_DATA,
    AlertPolicy,
    BudgetStep,
    BurnRule,
    Severity,
)
from reliability_studio.domain.slo.windows import DAY, HOUR, chosen_tiers
from tests.domain.slo.world import definition, slo

BASE = 1_700_000_000 // DAY * DAY
RULE = BurnRule("mine", Severity.PAGE, 7200, 600, Fraction(10))


def judged(minutes, policy, objective="99.9"):
    ledger = Ledger(BASE, keep_s=40 * DAY)
    ledger.append(
        Cell(BASE + (n + 1) * 60, *(each or (0, 0)), 60 if each else 0) for n, each in enumerate(minutes)
    )
    what = slo(objective, alerts=policy)
    return conditions(what.definition, evaluate(what.definition, ledger), ledger)


def named(minutes, policy, objective="99.9"):
    return {c.name: c.judgement for c in judged(minutes, policy, objective)}


QUIET = [(0, 1000)] * (4 * 1440)


@pytest.mark.parametrize(
    ("policy", "path"),
    [
        (lambda: AlertPolicy(rules=(replace(RULE, factor=Fraction(1)),)), "$.alerts.rules[0].factor"),
        (lambda: AlertPolicy(rules=(replace(RULE, factor=Fraction(-1)),)), "$.alerts.rules[0].factor"),
        (lambda: AlertPolicy(rules=(replace(RULE, short_s=7200),)), "$.alerts.rules[0].longSeconds"),
        (lambda: AlertPolicy(rules=(RULE, RULE)), "$.alerts.rules"),
        (lambda: AlertPolicy(rules=(replace(RULE, name=NO_DATA),)), "$.alerts.rules"),
        (lambda: AlertPolicy(rules=(replace(RULE, name=" "),)), "$.alerts.rules[0].name"),
        (lambda: AlertPolicy(spent_percent=(100, 50)), "$.alerts.spentPercent"),
        (lambda: AlertPolicy(min_failures=0), "$.alerts.minFailures"),
        (lambda: AlertPolicy(sustain_s=-1), "$.alerts.sustainSeconds"),
        (lambda: AlertPolicy(no_data_s=1), "$.alerts.noDataSeconds"),
        (lambda: AlertPolicy(budget_policy=(BudgetStep(0, "x"),)), "$.alerts.budgetPolicy"),
        (lambda: AlertPolicy(budget_policy=(BudgetStep(50, " "),)), "$.alerts.budgetPolicy[0].action"),
        (lambda: AlertPolicy(exhausted_within_s=60), "$.alerts.exhaustedWithinSeconds"),
        (lambda: AlertPolicy(rules=(replace(RULE, name=EXHAUSTION),)), "$.alerts.rules"),
        (lambda: definition("90", alerts=AlertPolicy(rules=(RULE,))), "$.alerts.rules[0].factor"),
        (
            lambda: definition("99", alerts=AlertPolicy(rules=(replace(RULE, short_s=60),))),
            "$.alerts.rules[0].shortSeconds",
        ),
    ],
    ids=map(str, range(16)),
)
def test_choices_that_can_only_be_wrong_are_refused(policy, path):
    """Row 38: a factor above 1 / (1 - objective) could never be reached; each with its field."""
    with pytest.raises(BadSpec) as found:
        policy()
    assert found.value.path == path


def test_own_rules_replace_the_standard_tiers_and_tiers_can_be_switched():
    """Rows 36, 37: windows, factors and severities of one's own."""
    mine = definition("99", alerts=AlertPolicy(rules=(RULE,)))
    [tier] = chosen_tiers(mine, 30 * DAY)
    assert (tier.long_s, tier.short_s, tier.factor, tier.share) == (7200, 600, 10, Fraction(1, 36))
    switched = AlertPolicy(off=frozenset({"page-slow"}), severities={"page-quick": Severity.TICKET})
    tiers = chosen_tiers(definition("99.9", alerts=switched), 30 * DAY)
    assert [(t.name, t.severity.value) for t in tiers] == [
        ("page-quick", "ticket"),
        ("ticket-quick", "ticket"),
        ("ticket-slow", "ticket"),
    ]


def test_minimum_failures_and_minimum_traffic():
    """Row 40."""
    burst = [*QUIET, *[(1, 10)] * 60]
    assert named(burst, AlertPolicy(min_failures=60))["page-quick"] is Judgement.HOLDS
    assert named(burst, AlertPolicy(min_failures=61))["page-quick"] is Judgement.FEW_FAILURES
    assert named(burst, AlertPolicy(min_total=601))["page-quick"] is Judgement.FEW_FAILURES


def test_a_traffic_aware_alert_weighs_a_quiet_hour_by_the_budget_of_the_window():
    """Row 41, 2.5: one percent of errors in a quiet hour takes next to nothing of the budget."""
    quiet_hour = [*QUIET, *[(1, 20)] * 60]
    aware = AlertPolicy(traffic_aware=True)
    assert named(quiet_hour, AlertPolicy())["page-quick"] is Judgement.HOLDS
    assert named(quiet_hour, aware)["page-quick"] is Judgement.CLEAR
    # 2 % of the budget of 5,820,000 events is 116.4 events, and the last minutes have their share too.
    busy = [*QUIET, *[(2, 1000)] * 60]
    assert named(busy, aware)["page-quick"] is Judgement.HOLDS


def test_steps_of_the_budget_are_told_the_largest_first():
    """Row 42: 50, 75 and 100 percent."""
    policy = AlertPolicy(spent_percent=(50, 75, 100), severities={"budget-75": Severity.PAGE})
    said = judged([(8, 10_000)] * 1440, policy)
    assert [(c.name, c.judgement.value) for c in said if c.name.startswith("budget")] == [
        ("budget-75", "holds"),
        ("budget-spent", "clear"),
        ("budget-50", "holds"),
    ]
    assert "budget-spent" not in named([(1, 10)] * 60, AlertPolicy(off=frozenset({"budget-spent"})))


def test_silence_alerts_when_wanted_and_says_nothing_about_a_burn():
    """Rows 44, 45: no data for ten minutes; a burn under way stays frozen."""
    silent = [*QUIET, *[None] * 10]
    assert NO_DATA not in named(silent, AlertPolicy())
    policy = AlertPolicy(no_data_s=600)
    assert named(silent, policy)[NO_DATA] is Judgement.HOLDS
    assert named(silent[:-1], policy)[NO_DATA] is Judgement.CLEAR
    holding = Condition(NO_DATA, Severity.TICKET, Judgement.HOLDS, "")
    burning = AlertState(1, "page-quick", "page")
    assert advance(burning, (holding,), 9) == (burning, Change.FROZEN)
    state, change = advance(AlertState(), (holding,), 9)
    assert (state.condition, change) == (NO_DATA, Change.FIRED)
    unmeasured = Condition("page-quick", Severity.PAGE, Judgement.UNMEASURED, "")
    over = replace(holding, judgement=Judgement.CLEAR)
    assert advance(state, (unmeasured, over), 12)[1] is Change.RESOLVED


def test_a_condition_must_hold_for_as_long_as_is_asked():
    """Row 39: sustain; a pause starts it anew, an unmeasured minute does not."""
    holds = (Condition("page-quick", Severity.PAGE, Judgement.HOLDS, ""),)
    clear = (replace(holds[0], judgement=Judgement.CLEAR),)
    unknown = (replace(holds[0], judgement=Judgement.UNMEASURED),)
    state, change = advance(AlertState(), holds, 100, 120)
    assert (change, state.firing, state.pending_since) == (Change.PENDING, False, 100)
    assert advance(state, clear, 160, 120)[0].pending_since is None
    kept, _ = advance(state, unknown, 160, 120)
    state, change = advance(kept, holds, 220, 120)
    assert (change, state.since, state.pending_since) == (Change.FIRED, 220, None)
    assert advance(AlertState(), holds, 100)[1] is Change.FIRED


def test_standard_tiers_hold_without_choices():
    """The usual alert is the policy without choices."""
    assert [t.name for t in chosen_tiers(definition(), 30 * DAY)] == [
        "page-quick",
        "page-slow",
        "ticket-quick",
        "ticket-slow",
    ]
    assert chosen_tiers(definition(), 30 * DAY)[0].long_s == HOUR


@pytest.mark.parametrize(
    ("bad", "within_s", "judgement"),
    [
        (0, DAY, Judgement.CLEAR),
        (5, DAY, Judgement.CLEAR),
        (5, 3 * DAY, Judgement.HOLDS),
        (400, DAY, Judgement.HOLDS),
    ],
)
def test_row_43_the_budget_will_be_spent_soon(bad, within_s, judgement):
    """A ticket before it is spent: at the rates of the last hour and the last day alike; asked for only."""
    minutes = [(0, 1000)] * (25 * 1440) + [(bad, 1000)] * (4 * 1440)
    found = {c.name: c for c in judged(minutes, AlertPolicy(exhausted_within_s=within_s))}
    assert found[EXHAUSTION].judgement is judgement
    assert found[EXHAUSTION].severity is Severity.TICKET
    assert EXHAUSTION not in named(minutes, AlertPolicy())


def test_row_43_few_failures_foretell_nothing():
    """As for burns: a policy that wants more failures behind an alert has them here, too."""
    minutes = [(0, 1)] * (4 * 1440) + [(1, 1)] * 4
    patient = AlertPolicy(exhausted_within_s=7 * DAY, min_failures=5)
    assert named(minutes, patient)[EXHAUSTION] is Judgement.FEW_FAILURES
    assert named(minutes, replace(patient, min_failures=4))[EXHAUSTION] is Judgement.HOLDS


def test_row_76_a_step_of_the_policy_is_told_with_what_was_agreed():
    """The largest step that is reached says what is to be done; steps without an action keep the last one."""
    policy = AlertPolicy(
        spent_percent=(100,),
        budget_policy=(BudgetStep(25, "tell the team"), BudgetStep(60, "freeze releases")),
    )
    minutes = [(0, 1000)] * (29 * 1440) + [(20, 1000)] * 1440
    found = {c.name: c for c in judged(minutes, policy)}
    assert [name for name, _ in policy.steps] == ["budget-spent", "budget-60", "budget-25"]
    assert [found[name].judgement for name, _ in policy.steps] == [
        Judgement.CLEAR,
        Judgement.HOLDS,
        Judgement.HOLDS,
    ]
    assert found["budget-60"].text.endswith("To be done from 60% on: freeze releases")
    assert found["budget-25"].text.endswith("To be done from 25% on: tell the team")
    assert policy.action(100) == "freeze releases"
    assert policy.action(10) == ""
