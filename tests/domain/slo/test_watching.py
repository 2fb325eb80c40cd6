"""Rows 25, 46: an alert for each objective that alerts, each as if the SLO promised nothing else."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.slo.alert_event import event
from reliability_studio.domain.slo.cells import Cell
from reliability_studio.domain.slo.conditions import Judgement
from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.goals import Goal, Objective, Rolling
from reliability_studio.domain.slo.ledger import Ledger
from reliability_studio.domain.slo.measure import evaluate
from reliability_studio.domain.slo.policy import NO_DATA, AlertPolicy, BurnRule, Severity
from reliability_studio.domain.slo.standing import Standing
from reliability_studio.domain.slo.watching import MAIN, Watch, ended, silenced, watched
from reliability_studio.domain.slo.windows import DAY
from reliability_studio.store.slo_document import standing_from_document, standing_to_document
from tests.domain.slo.world import definition, slo

BASE = 1_700_000_000 // DAY * DAY
STRICT = Goal(Objective.percent("99.99"), Rolling(30), alerting=True)
LOOSE = Goal(Objective.percent("90"), Rolling(30), alerting=True)
WEEK = Goal(Objective.percent("99.9"), Rolling(7), alerting=True)


def ledger_of(minutes):
    ledger = Ledger(BASE, keep_s=40 * DAY)
    ledger.append(
        Cell(BASE + n * 60, *(each or (0, 0)), 60 if each else 0) for n, each in enumerate(minutes, 1)
    )
    return ledger


def judged(what, ledger, last=()):
    return watched(what, evaluate(what, ledger), ledger, dict(last))


def silent_h(hours):
    return hours * 3600


goals = st.builds(
    Goal,
    st.sampled_from(["50", "90", "99", "99.9", "99.99"]).map(Objective.percent),
    st.sampled_from([1, 7, 30]).map(Rolling),
    st.booleans(),
)
stretches = st.tuples(st.integers(0, 40), st.integers(5, 400), st.booleans())


@given(
    st.lists(goals, min_size=1, max_size=4, unique_by=lambda goal: goal.text),
    st.lists(stretches, min_size=1, max_size=4),
)
def test_each_alert_is_that_of_an_slo_that_promises_nothing_else(wanted, courses):
    """Law: tiers, factors, episodes and freeze of one objective do not know of the others."""
    main, *more = wanted
    what = replace(
        definition(),
        objective=main.objective,
        window=main.window,
        alerting=main.alerting,
        further=tuple(more),
    )
    ledger, together, alone = Ledger(BASE, keep_s=40 * DAY), {}, {goal.text: {} for goal in wanted}
    minute = 0
    for bad, length, measured in courses:
        for _ in range(length):
            minute += 1
            ledger.append([Cell(BASE + minute * 60, *((bad, 100) if measured else (0, 0)), 60 * measured)])
        together = judged(what, ledger, together)
        for goal in wanted:
            single = replace(what, objective=goal.objective, window=goal.window, alerting=True, further=())
            alone[goal.text] = judged(single, ledger, alone[goal.text])
    assert together == {
        MAIN if goal is main else goal.text: alone[goal.text][MAIN] for goal in wanted if goal.alerting
    }


def test_a_stricter_objective_pages_where_the_main_one_is_calm():
    """The factors are of each one's own budget: 0.5 % is 50 times that of 99.99 %, 5 times the main one's."""
    ledger = ledger_of([(0, 1000)] * (4 * 1440) + [(5, 1000)] * 120)
    found = judged(definition("99.9", further=(STRICT, LOOSE)), ledger)
    assert {key: watch.firing for key, watch in found.items()} == {
        MAIN: "",
        STRICT.text: "page-quick",
        LOOSE.text: "",
    }
    limits = {key: watch.conditions[0].text.split("limit is ")[1] for key, watch in found.items()}
    # Complete failure burns ten times the budget of 90 %: the factor stays below that.
    assert limits == {MAIN: "14.4", STRICT.text: "14.4", LOOSE.text: "9.5"}


def test_the_factors_follow_the_window_of_the_objective():
    """A week tolerates other shares than thirty days: 16.8, not 14.4."""
    found = judged(definition(further=(WEEK,)), ledger_of([(0, 10)] * 60))
    assert found[WEEK.text].conditions[0].text.endswith("the limit is 16.8")


def test_only_those_that_were_switched_on_alert():
    """The main one does unless it is switched off; a further one does not."""
    ledger = ledger_of([(50, 100)] * 120)
    quiet = replace(STRICT, alerting=False)
    assert set(judged(definition(further=(quiet,)), ledger)) == {MAIN}
    assert set(judged(definition(alerting=False, further=(STRICT, LOOSE)), ledger)) == {
        STRICT.text,
        LOOSE.text,
    }
    assert judged(definition(alerting=False), ledger) == {}


@pytest.mark.parametrize(
    "changed", [{"further": ()}, {"further": (replace(STRICT, alerting=False),)}, {"further": (WEEK,)}]
)
def test_the_alert_of_what_is_promised_no_more_ends(changed):
    """It is told once that it is over, and forgotten when everybody knows."""
    what, ledger = definition(further=(STRICT,)), ledger_of([(50, 100)] * 120)
    standing = Standing(watches=judged(what, ledger)).handed_on()
    assert standing.watches[STRICT.text].alert.firing
    ledger.append([Cell(ledger.end + 60, 50, 100, 60)])
    over = judged(replace(what, **changed), ledger, standing.watches)
    assert over[MAIN].alert.firing
    assert (over[STRICT.text].alert.ended, over[STRICT.text].alert.reported) == (ledger.end, False)
    told = event(slo(), over[STRICT.text].alert, "over", datetime(2026, 1, 1, tzinfo=UTC), key=STRICT.text)
    assert (told.resolved, told.labels["objective"]) == (True, STRICT.text)
    again = judged(replace(what, **changed), ledger, Standing(watches=over).handed_on().watches)
    assert STRICT.text not in again


def test_the_main_one_that_is_switched_off_ends_and_one_that_is_edited_goes_on():
    """Its identity is the SLO, whatever it promises at the time."""
    ledger = ledger_of([(50, 100)] * 120)
    firing = judged(definition(), ledger)
    assert judged(definition(alerting=False), ledger, firing)[MAIN].alert.ended == ledger.end
    assert judged(definition("99"), ledger, firing)[MAIN].alert.since == firing[MAIN].alert.since


def test_silence_is_told_once_and_freezes_the_others():
    """Row 44: that nothing is measured is the same for all objectives."""
    what = definition(alerts=AlertPolicy(no_data_s=600), further=(STRICT,))
    ledger = ledger_of([(0, 1000)] * (4 * 1440) + [(5, 1000)] * 60)
    last = judged(what, ledger)
    assert (last[MAIN].firing, last[STRICT.text].firing) == ("", "page-quick")
    quiet = silenced(what, last, silent_h(1), ledger.end + silent_h(1))
    assert (quiet[MAIN].firing, quiet[STRICT.text].firing) == (NO_DATA, "page-quick")
    only = silenced(replace(what, alerting=False), {}, silent_h(1), BASE)
    assert only[STRICT.text].firing == NO_DATA
    gap = ledger_of([(0, 100)] * 100 + [None] * 30)
    found = judged(what, gap)
    assert [key for key, watch in found.items() if NO_DATA in {c.name for c in watch.conditions}] == [MAIN]
    assert found[MAIN].firing == NO_DATA
    gone = silenced(replace(what, further=()), last, 60, ledger.end + 60)
    assert gone[STRICT.text].alert.ended == ledger.end + 60


def test_an_own_factor_must_be_reachable_for_each_objective_that_alerts():
    """Row 38: the refusal names the objective whose budget complete failure cannot burn so fast."""
    rules = AlertPolicy(rules=(BurnRule("mine", Severity.PAGE, 3600, 300, Fraction(20)),))
    assert definition(alerts=rules, further=(replace(LOOSE, alerting=False),))
    with pytest.raises(BadSpec, match="complete failure burns 10 times the budget of 90%"):
        definition(alerts=rules, further=(LOOSE,))
    assert definition("90", alerts=rules, alerting=False)


def test_alerts_of_two_objectives_are_two_and_say_which():
    """Row 25: one identity each; the main one's is what it always was; texts speak of their own objective."""
    policy = AlertPolicy(annotations={"told": "{{ objective }} {{ window }}"})
    what = slo(alerts=policy, further=(WEEK,))
    alert = judged(definition(), ledger_of([(50, 100)] * 120))[MAIN].alert
    main, week = (
        event(what, alert, "burns", datetime(2026, 1, 1, tzinfo=UTC), key=k) for k in (MAIN, WEEK.text)
    )
    assert main.fingerprint != week.fingerprint
    edited = event(slo("99", alerts=policy), alert, "", datetime(2026, 1, 1, tzinfo=UTC))
    assert edited.fingerprint == main.fingerprint
    assert (main.labels["objective"], week.labels["objective"]) == ("99.9%, rolling 30d", "99.9%, rolling 7d")
    assert week.annotations["summary"] == "availability: page quick (99.9%, rolling 7d)"
    assert (main.annotations["told"], week.annotations["told"]) == ("99.9% rolling 30d", "99.9% rolling 7d")


def test_what_alerts_do_survives_a_restart():
    """Documents hold every alert; what was handed on is noted for all of them."""
    found = judged(definition(further=(STRICT,)), ledger_of([(50, 100)] * 120))
    standing = Standing(watches=found)
    assert standing_from_document(standing_to_document(standing)) == standing
    assert (standing.reported, standing.handed_on().reported, standing.burning) == (False, True, True)
    assert not Standing(watches={MAIN: ended(found[MAIN], BASE + DAY)}).burning
    assert Standing().main == Watch()
    assert {c.judgement for c in found[STRICT.text].conditions} <= set(Judgement)
