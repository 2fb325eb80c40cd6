"""One alert per SLO: tiers, minimum failures, freeze, inhibition, episodes; the state survives a restart."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reliability_studio.domain.slo.alert_event import event
from reliability_studio.domain.slo.alerting import AlertState, Change, advance
from reliability_studio.domain.slo.cells import Cell
from reliability_studio.domain.slo.conditions import Condition, Judgement, conditions
from reliability_studio.domain.slo.ledger import Ledger
from reliability_studio.domain.slo.measure import evaluate
from reliability_studio.domain.slo.policy import BUDGET_SPENT, AlertPolicy, Severity
from reliability_studio.domain.slo.windows import DAY, HOUR
from tests.domain.slo.world import definition, slo

BASE = 1_700_000_000 // DAY * DAY
NOW = datetime(2026, 1, 2, tzinfo=UTC)


def judged(minutes, objective="99.9"):
    """The judgement of each condition after these (bad, total) minutes; None is a gap."""
    ledger = Ledger(BASE, keep_s=40 * DAY)
    ledger.append(
        Cell(BASE + (n + 1) * 60, *(each or (0, 0)), 60 if each else 0) for n, each in enumerate(minutes)
    )
    what = slo(objective)
    return {
        c.name: c.judgement for c in conditions(what.definition, evaluate(what.definition, ledger), ledger)
    }


def holding(name="page-quick", severity=Severity.PAGE, judgement=Judgement.HOLDS):
    return Condition(name, severity, judgement, "burns")


QUIET = [(0, 1000)] * (4 * 24 * 60)


def test_a_fast_burn_pages_only_when_both_windows_burn():
    """Slo-features 34: the short window ends the alert soon after recovery."""
    assert judged([*QUIET, *[(20, 1000)] * 60])["page-quick"] is Judgement.HOLDS
    recovered = [*QUIET, *[(20, 1000)] * 60, *[(0, 1000)] * 6]
    assert judged(recovered)["page-quick"] is Judgement.CLEAR


def test_exactly_the_factor_does_not_page():
    """W5: 14.4 times the budget is the limit, above it is over it."""
    assert judged([*QUIET, *[(144, 10_000)] * 60])["page-quick"] is Judgement.CLEAR
    assert judged([*QUIET, *[(145, 10_000)] * 60])["page-quick"] is Judgement.HOLDS


def test_one_failed_request_pages_nobody():
    """2.5: a single failure of a quiet service is no trend, two are."""
    one = [*[(0, 0)] * (4 * 24 * 60), *[(0, 1)] * 3, (1, 1)]
    two = [*[(0, 0)] * (4 * 24 * 60), *[(0, 1)] * 3, (1, 1), (1, 1)]
    assert judged(one)["page-quick"] is Judgement.FEW_FAILURES
    assert judged(two)["page-quick"] is Judgement.HOLDS


def test_what_was_not_measured_is_unmeasured():
    """Coverage of its own two windows."""
    assert judged([*QUIET, *[(20, 1000)] * 55, *[None] * 5])["page-quick"] is Judgement.UNMEASURED


def test_a_spent_budget_is_a_ticket_of_its_own():
    """It needs no present burn."""
    burnt = [(10, 1000)] * (24 * 60)
    assert judged([*burnt, *[(0, 1000)] * (3 * 24 * 60)])[BUDGET_SPENT] is Judgement.HOLDS


def test_the_most_urgent_condition_names_the_one_alert():
    """Slo-features 46: lower tiers are inhibited; moving between them stays one episode."""
    ticket = holding("ticket-slow", Severity.TICKET)
    state, change = advance(AlertState(), (ticket,), 100)
    assert (change, state.since, state.condition) == (Change.FIRED, 100, "ticket-slow")
    state, change = advance(state, (holding(), ticket), 160)
    assert (change, state.since, state.condition, state.severity) == (
        Change.ESCALATED,
        100,
        "page-quick",
        "page",
    )


def test_freeze_neither_fires_nor_resolves_while_unmeasured():
    """Row 45: nothing is known, nothing changes."""
    unmeasured = holding(judgement=Judgement.UNMEASURED)
    assert advance(AlertState(), (unmeasured,), 100) == (AlertState(), Change.NONE)
    firing, _ = advance(AlertState(), (holding(),), 100)
    assert advance(firing, (unmeasured,), 160) == (firing, Change.FROZEN)


def test_an_end_is_reported_until_it_was_taken_and_the_next_fire_is_a_new_episode():
    """Also over a restart: the state has all that the report needs."""
    clear = holding(judgement=Judgement.CLEAR)
    firing = replace(advance(AlertState(), (holding(),), 100)[0], reported=True)
    over, change = advance(firing, (clear,), 200)
    assert (change, over.since, over.ended, over.firing) == (Change.RESOLVED, 100, 200, False)
    assert advance(over, (clear,), 260) == (over, Change.REPEATED)
    taken = replace(over, reported=True)
    assert advance(taken, (clear,), 260)[1] is Change.NONE
    again, change = advance(taken, (holding(),), 320)
    assert (change, again.since, again.ended) == (Change.FIRED, 320, None)


def test_a_fire_is_repeated_until_it_was_taken():
    """The door may be closed for a while."""
    firing, _ = advance(AlertState(), (holding(),), 100)
    assert advance(firing, (holding(),), 160) == (firing, Change.REPEATED)
    assert advance(replace(firing, reported=True), (holding(),), 160)[1] is Change.NONE


def test_the_event_is_one_episode_for_everybody():
    """Slo-features 60, 62: one identity; severity by urgency; labels go along and cannot forge it."""
    what = slo("99.9", labels={"team": "core", "alertname": "Forged"}, runbook_url="https://run.book")
    firing, _ = advance(AlertState(), (holding(),), BASE)
    first = event(what, firing, "burns", NOW)
    over, _ = advance(firing, (holding(judgement=Judgement.CLEAR),), BASE + HOUR)
    last = event(what, over, "over", NOW)
    assert first.episode == last.episode
    assert (first.ends_at, last.ends_at) == (None, datetime.fromtimestamp(BASE + HOUR, UTC))
    assert first.labels["severity"] == "critical"
    assert (first.labels["team"], first.labels["alertname"]) == ("core", "SLOBudgetBurn")
    assert first.annotations["runbook_url"] == "https://run.book"
    with pytest.raises(ValueError, match="no episode"):
        event(what, AlertState(), "", NOW)


def test_row_48_own_texts_and_a_link_to_the_slo():
    """Templates see the alert; the link leads to the page; the usual texts stay where none is written."""
    policy = AlertPolicy(
        annotations={"summary": "{{ service }} {{ condition }} {{ labels.team }}", "team_page": "{{ url }}?x"}
    )
    what = slo(alerts=policy, labels={"team": "pay"}, runbook_url="https://run.book")
    made = event(what, AlertState(60, "page-quick", "page"), "burns", NOW, page="https://g.test/a/x/slos")
    assert made.annotations == {
        "summary": "api page-quick pay",
        "description": "burns",
        "runbook_url": "https://run.book",
        "slo_url": "https://g.test/a/x/slos/s1",
        "team_page": "https://g.test/a/x/slos/s1?x",
    }
    assert made.generator_url == "https://g.test/a/x/slos/s1"
    assert "slo_url" not in event(what, AlertState(60, "page-quick", "page"), "burns", NOW).annotations


def test_the_dual_window_of_openobserve_is_calm():
    """2.12: long 0.987, short 0.654 against 1.2 is OK; definition and event share the objective's text."""
    assert definition("99.9").objective.text == "99.9"
    assert judged([(1, 1000)] * (4 * 24 * 60))["ticket-slow"] is Judgement.CLEAR
