"""Row 8: a child's alert waits while a known parent has an open incident, and never otherwise."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.incidents.grouping import Placement, Reason, place
from reliability_studio.domain.incidents.matchers import Matcher, Operator
from reliability_studio.domain.incidents.model import Incident, Milestone, Stamp, Status
from reliability_studio.domain.incidents.policy import Action, Policy, Rule
from reliability_studio.domain.incidents.suppression import AFTERWARDS, Parent, suppressor
from tests.domain.incidents.test_grouping import alert
from tests.support.records import NOON, an_incident, minutes

RULE = Rule("r", "wait for parents", action=Action.SUPPRESS)
DECLARED = {"web": frozenset({"checkout"}), "checkout": frozenset({"payments"})}


def policy(rule: Rule = RULE) -> Policy:
    """One rule over the declared calls web → checkout → payments."""
    return Policy((rule,), depends_on=DECLARED)


def parent(**changes: object) -> Incident:
    """The open incident about payments, begun at noon."""
    given_ = {"service": "payments", "services": (), "environment": "", **changes}
    return an_incident(7, **given_)  # type: ignore[arg-type]


def one(*incidents: Incident, rule: Rule = RULE, at: float = 1, now: float = 2, **labels: str) -> Placement:
    """Where an alert of web goes."""
    event = alert("Slow", at, **{"service": "web", **labels})
    (placed,) = place([event], incidents, policy(rule), minutes(now))
    return placed


def test_row_8_an_alert_waits_for_a_parent_at_any_distance() -> None:
    """It joins nothing, and says for which incident it waits and why."""
    placed = one(parent())
    assert (placed.target, placed.reason) == (None, Reason.SUPPRESSED)
    assert placed.text == "suppressed because INC-7 about payments is open, and web depends on it"


def test_row_8_a_rule_may_name_the_parents() -> None:
    """Then the catalogue is not asked."""
    rule = Rule("r", "the lake", action=Action.SUPPRESS, parents=("lake",))
    assert one(parent(), rule=rule).reason is Reason.OPENED
    placed = one(parent(service="lake"), rule=rule)
    assert placed.text == "suppressed because INC-7 about lake is open, and the rule 'the lake' names it"


@pytest.mark.parametrize(
    ("incident", "labels"),
    [
        (parent(service="users"), {}),
        (parent(status=Status.CLOSED), {}),
        (parent(environment="staging"), {"env": "prod"}),
        (parent(started=minutes(20)), {}),
        (parent(service="web"), {"service": "payments"}),
    ],
    ids=["no dependency", "closed", "elsewhere", "began later", "the other way round"],
)
def test_row_8_what_explains_nothing_suppresses_nothing(incident: Incident, labels: dict[str, str]) -> None:
    """The alert opens as usual."""
    assert one(incident, **labels).reason is Reason.OPENED


@pytest.mark.parametrize(
    ("incident", "labels"),
    [
        (parent(environment="prod"), {"env": "prod"}),
        (parent(environment="prod"), {}),
        (parent(), {"env": "prod"}),
        (parent(started=minutes(16)), {}),
    ],
    ids=["same place", "the alert has no place", "the parent has none", "began at the end of the window"],
)
def test_row_8_what_may_explain_suppresses(incident: Incident, labels: dict[str, str]) -> None:
    """An environment that is not told stands against nothing; the window of 15 minutes is part of it."""
    assert one(incident, now=17, **labels).reason is Reason.SUPPRESSED


def test_without_a_rule_that_says_so_nothing_waits() -> None:
    """Suppressing is never a default."""
    assert one(parent(), rule=Rule("r", "usual")).reason is Reason.OPENED


def test_an_alert_of_a_service_with_its_own_incident_joins_that() -> None:
    """What is open already is not starved."""
    own = an_incident(3, service="web", services=(), environment="")
    assert one(parent(), own).target == own


def test_a_parent_that_is_about_to_be_opened_counts() -> None:
    """Both alerts in one delivery: the parent's began first."""
    events = [alert("Down", 0, service="payments"), alert("Slow", 1, service="web")]
    first, second = place(events, (), policy(), minutes(2))
    assert (first.reason, second.reason) == (Reason.OPENED, Reason.SUPPRESSED)
    assert "a new incident about payments" in second.text


@given(st.timedeltas(timedelta(0), timedelta(minutes=10)))
def test_a_parent_that_has_ended_counts_for_a_short_while(since: timedelta) -> None:
    """Children recover a little later than their parent."""
    event = alert("Slow", 1, service="web")
    ended = Parent("payments", "", NOON, minutes(5), "INC-7")
    found = suppressor(event, RULE, [ended], DECLARED, minutes(5) + since)
    assert (found is not None) is (since < AFTERWARDS)


@given(
    st.dictionaries(st.sampled_from("abcd"), st.frozensets(st.sampled_from("abcd"))), st.sampled_from("abcd")
)
def test_rings_of_dependencies_end_and_nobody_waits_for_itself(
    declared: dict[str, frozenset[str]], service: str
) -> None:
    """A law over every graph of four services."""
    mine = Parent(service, "", NOON, None, "INC-1")
    assert suppressor(alert("Slow", 1, service=service), RULE, [mine], declared, minutes(2)) is None


def test_the_rule_still_matches_labels_first() -> None:
    """Alerts that the rule is not about open as usual."""
    rule = Rule("r", "x", (Matcher("team", Operator.EQUAL, "shop"),), action=Action.SUPPRESS)
    assert one(parent(), rule=rule).reason is Reason.OPENED
    assert one(parent(), rule=rule, team="shop").reason is Reason.SUPPRESSED


@pytest.mark.parametrize(
    ("since", "waits"),
    [(timedelta(0), True), (AFTERWARDS - timedelta(seconds=1), True), (AFTERWARDS, False)],
)
def test_a_parents_end_counts_for_two_minutes(since: timedelta, *, waits: bool) -> None:
    """Exactly two minutes later it explains nothing any more; until then the words say that it has ended."""
    assert timedelta(minutes=2) == AFTERWARDS
    resolved = {**parent().milestones, Milestone.RESOLVED: Stamp(minutes(5), "ada")}
    ended = parent(status=Status.RESOLVED, milestones=resolved, updated_at=minutes(90))
    placed = place([alert("Slow", 1, service="web")], (ended,), policy(), minutes(5) + since)[0]
    assert (placed.reason is Reason.SUPPRESSED) is waits
    if waits:
        assert placed.text == "suppressed because INC-7 about payments has just ended, and web depends on it"


def test_what_an_incident_is_to_others() -> None:
    """Open, resolved at its milestone (else when it was changed last), or nothing."""
    assert Parent.of(parent()) == Parent("payments", "", NOON, None, "INC-7")
    bare = parent(status=Status.RESOLVED, updated_at=minutes(3))
    assert Parent.of(bare) == Parent("payments", "", NOON, minutes(3), "INC-7")
    assert Parent.of(parent(status=Status.CLOSED)) is None


def test_a_rule_that_does_not_suppress_waits_for_nobody() -> None:
    """Whatever parents it names."""
    rule = Rule("r", "usual", parents=("payments",))
    mine = Parent("payments", "", NOON, None, "INC-1")
    assert suppressor(alert("Slow", 1, service="web"), rule, [mine], DECLARED, minutes(2)) is None
