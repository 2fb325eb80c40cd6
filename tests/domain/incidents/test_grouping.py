"""Where alerts go, and the reason that each of them gets."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.alerts import AlertEvent, AlertSource, fingerprint
from reliability_studio.domain.incidents.candidates import Draft
from reliability_studio.domain.incidents.grouping import Placement, Reason, group_key, place
from reliability_studio.domain.incidents.maintenance import Window
from reliability_studio.domain.incidents.matchers import Matcher, Operator, pattern_problem
from reliability_studio.domain.incidents.model import UNASSIGNED, Incident, Milestone, Severity, Stamp, Status
from reliability_studio.domain.incidents.policy import (
    DEFAULT_RULE,
    Action,
    Policy,
    Rule,
    grade_of,
)
from tests.support.records import NOON, an_incident, minutes
from tests.support.records import an_alert as a_plain_alert

POLICY = Policy(neighbours={"checkout": frozenset({"payments"}), "payments": frozenset({"checkout"})})


def alert(name: str = "Slow", at: float = 0, *, end: float | None = None, **labels: str) -> AlertEvent:
    """An alert with these labels."""
    given_ = {"alertname": name, **labels}
    return a_plain_alert(
        started=minutes(at),
        labels=given_,
        fingerprint=fingerprint(given_),
        ends_at=None if end is None else minutes(end),
    )


def one(event: AlertEvent, *incidents: Incident, policy: Policy = POLICY, now: float = 1) -> Placement:
    """Where one alert goes."""
    (placed,) = place([event], incidents, policy, minutes(now))
    return placed


def opened(event: AlertEvent, number: int = 1, **changes: object) -> Incident:
    """The incident that this alert would have opened."""
    draft = one(event).target
    assert isinstance(draft, Draft)
    return an_incident(
        number,
        service=draft.service,
        environment=draft.environment,
        group_key=draft.group_key,
        rule=draft.rule.id,
        started=draft.started,
        **changes,  # type: ignore[arg-type]
    )


def test_the_first_alert_opens_and_says_why() -> None:
    """Row 9. The reason names what no incident shares."""
    placed = one(alert(service="checkout"))
    assert placed.reason is Reason.OPENED
    assert "service=checkout" in placed.text


def test_an_alert_of_the_same_service_joins_the_open_incident() -> None:
    """Row 6. However long it is open."""
    incident = opened(alert(service="checkout"))
    placed = one(alert("Errors", 500, service="checkout"), incident, now=501)
    assert (placed.target, placed.reason) == (incident, Reason.JOINED_GROUP)


def test_an_alert_joins_an_incident_that_a_person_opened_for_its_service() -> None:
    """Which has no group of its own."""
    placed = one(alert(service="checkout", env="prod"), an_incident())
    assert placed.reason is Reason.JOINED_SERVICE


def test_environments_are_kept_apart() -> None:
    """An incident in production is not one in staging."""
    incident = opened(alert(service="checkout", env="prod"))
    assert one(alert(service="checkout", env="staging"), incident).reason is Reason.OPENED


@pytest.mark.parametrize(("at", "reason"), [(15, Reason.JOINED_NEIGHBOUR), (16, Reason.OPENED)])
def test_a_direct_neighbour_joins_within_15_minutes_of_the_onset(at: float, reason: Reason) -> None:
    """Row 7. The reason names both services."""
    placed = one(alert("Errors", at, service="payments"), opened(alert(service="checkout")), now=at)
    assert placed.reason is reason
    assert reason is Reason.OPENED or placed.text == (
        "payments is a direct neighbour of checkout and began 15 min apart"
    )


def test_a_neighbour_that_begins_at_once_is_not_said_to_be_zero_minutes_apart() -> None:
    placed = one(alert("Errors", 0.4, service="payments"), opened(alert(service="checkout")), now=1)
    assert placed.text == "payments is a direct neighbour of checkout and began within a minute of it"


def test_alerts_without_a_service_do_not_pile_up_in_one_incident() -> None:
    """They group by name."""
    first, second, again = place(
        [alert("DiskFull", 0), alert("ClockSkew", 1), alert("DiskFull", 2, host="b")], (), POLICY, minutes(3)
    )
    assert isinstance(first.target, Draft)
    assert first.target.service == UNASSIGNED
    assert second.reason is Reason.OPENED
    assert again.target == first.target


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("DatasourceNoData", Reason.MONITORING),
        ("DatasourceError", Reason.MONITORING),
        ("Watchdog", Reason.HEARTBEAT),
    ],
)
def test_alerts_about_monitoring_open_no_incident(name: str, reason: Reason) -> None:
    """Not even with a service label; the reason is stored."""
    placed = one(alert(name, service="checkout"), an_incident())
    assert (placed.target, placed.reason) == (None, reason)
    assert placed.text


def test_what_was_over_before_anybody_heard_opens_nothing() -> None:
    """But it joins an incident that fits."""
    over = alert(service="checkout", end=1)
    assert one(over).reason is Reason.RESOLVED_UNKNOWN
    assert one(over, an_incident()).reason is Reason.JOINED_SERVICE


@pytest.mark.parametrize(("now", "reason"), [(24, Reason.REOPENED), (26, Reason.OPENED)])
def test_the_same_trouble_soon_after_its_resolution_reopens(now: float, reason: Reason) -> None:
    """Later it is a new incident; a closed one stays closed."""
    past = opened(alert(service="checkout"), status=Status.RESOLVED)
    past = replace(past, milestones={**past.milestones, Milestone.RESOLVED: Stamp(minutes(10), "system")})
    assert one(alert(service="checkout", at=now), past, now=now).reason is reason
    closed = replace(past, status=Status.CLOSED)
    assert one(alert(service="checkout", at=now), closed, now=now).reason is Reason.OPENED


def test_a_rule_groups_by_its_labels_and_the_first_that_matches_decides() -> None:
    """Row 16. A disabled rule decides nothing."""
    team = Matcher("team", Operator.EQUAL, "db")
    rules = (
        Rule("off", "off", (team,), enabled=False, action=Action.SET_ASIDE),
        Rule("db", "databases", (team,), group_by=("cluster",)),
        Rule("all", "all"),
    )
    policy = Policy(rules)
    events = [alert("A", 0, team="db", cluster="1", service="x"), alert("B", 1, team="db", cluster="1")]
    placed = place([*events, alert("C", 2, team="db", cluster="2")], (), policy, minutes(3))
    assert [one_.rule.id for one_ in placed] == ["db"] * 3
    assert placed[0].target == placed[1].target != placed[2].target


def test_a_rule_may_keep_alerts_without_an_incident() -> None:
    """The reason names the rule."""
    policy = Policy((Rule("r", "quiet nights", action=Action.SET_ASIDE),))
    placed = one(alert(service="checkout"), policy=policy)
    assert (placed.target, placed.reason) == (None, Reason.SET_ASIDE)
    assert "quiet nights" in placed.text


def test_row_19_what_the_detector_finds_waits_for_a_person_and_is_expected_during_maintenance() -> None:
    """Even when an incident of its service is open."""
    found = replace(alert(service="checkout", at=5), source=AlertSource.DETECTOR)
    there = opened(alert(service="checkout"))
    assert one(found, there, now=6).reason is Reason.CANDIDATE
    window = Window("upgrade", minutes(0), minutes(60), services=("checkout",))
    assert one(found, there, policy=Policy(windows=(window,)), now=6).reason is Reason.MAINTENANCE


def test_rows_9_and_10_a_rule_may_leave_alerts_to_a_person() -> None:
    """They join what is open and open or reopen nothing; the reason says what to do."""
    rule = Rule("r", "staging", action=Action.CANDIDATE)
    placed = one(alert(service="checkout"), policy=Policy((rule,)))
    assert (placed.target, placed.reason) == (None, Reason.CANDIDATE)
    assert "'staging'" in placed.text
    there = replace(opened(alert(service="checkout")), rule="r")
    joined = one(alert("Other", service="checkout"), there, policy=Policy((rule,)))
    assert (joined.target, joined.reason) == (there, Reason.JOINED_GROUP)
    over = replace(there, status=Status.RESOLVED)
    over = replace(over, milestones={**over.milestones, Milestone.RESOLVED: Stamp(minutes(1), "system")})
    assert (
        one(alert(service="checkout", at=2), over, policy=Policy((rule,)), now=2).reason is Reason.CANDIDATE
    )


@pytest.mark.parametrize(
    ("operator", "value", "matches"),
    [
        (Operator.EQUAL, "db-1", True),
        (Operator.NOT_EQUAL, "db-1", False),
        (Operator.MATCHES, "db-.*", True),
        (Operator.MATCHES, "db", False),
        (Operator.MATCHES, "x|db-1", True),
        (Operator.NOT_MATCHES, "db-[0-9]", False),
    ],
)
def test_matchers_compare_whole_values_as_prometheus_does(
    operator: Operator,
    value: str,
    matches: bool,  # noqa: FBT001 - a parameter of the table
) -> None:
    """A regular expression is anchored."""
    assert Matcher("host", operator, value).matches({"host": "db-1"}) is matches


def test_a_missing_label_counts_as_empty_and_a_hostile_pattern_takes_no_time() -> None:
    """The engine is linear: what stalls others is answered at once."""
    assert Matcher("x", Operator.EQUAL, "").matches({})
    assert not Matcher("x", Operator.MATCHES, "(a+)+b").matches({"x": "a" * 2000})
    assert "regular expression" in pattern_problem("(")
    assert "regular expression" in pattern_problem("a)|(?:b"), "it would match whatever begins with a"
    assert not pattern_problem("a|b")


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("critical", Severity.CRITICAL),
        ("PAGE", Severity.CRITICAL),
        ("error", Severity.HIGH),
        ("warning", Severity.MEDIUM),
        ("info", Severity.LOW),
        ("banana", Severity.MEDIUM),
        ("", Severity.MEDIUM),
    ],
)
def test_the_label_severity_is_read_by_the_ladder(word: str, severity: Severity) -> None:
    """An unknown word is medium; a rule may say otherwise."""
    assert grade_of({"severity": word}).severity is severity
    own = replace(DEFAULT_RULE, severities={"Banana": Severity.LOW})
    assert grade_of({"severity": "banana"}, own).severity is Severity.LOW


EVENTS = st.builds(
    lambda name, at, end, service: alert(
        name, at, end=None if end is None else at + end, **({"service": service} if service else {})
    ),
    st.sampled_from(["A", "B", "Watchdog"]),
    st.integers(-20, 20),
    st.none() | st.integers(0, 10),
    st.sampled_from(["", "checkout", "payments", "search"]),
)


@given(st.lists(EVENTS, max_size=8, unique_by=lambda event: event.episode), st.randoms())
def test_the_order_of_delivery_does_not_change_where_alerts_go(
    events: list[AlertEvent], random: object
) -> None:
    """Within a batch only onset and identity count; every alert gets a reason in words."""
    known = (an_incident(3, service="search"), opened(alert(service="checkout"), 4))
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    placed = place(events, known, POLICY, minutes(30))
    assert place(shuffled, known, POLICY, minutes(30)) == placed
    assert len(placed) == len(events)
    assert all(one_.text and one_.reason for one_ in placed)


def test_a_group_key_is_readable_and_stable() -> None:
    """It is stored, so its form is part of the data."""
    assert group_key(alert(service="a", env="p"), DEFAULT_RULE) == "service=a\x1fenvironment=p"
    rule = Rule("r", "r", group_by=("b", "a"))
    assert group_key(alert(a="1"), rule) == "a=1\x1fb="
    assert timedelta(minutes=15) == rule.window
    assert NOON.tzinfo is not None


def test_what_is_over_joins_what_is_open_and_reopens_nothing() -> None:
    """The trouble is not back when all that is heard of it is its end."""
    over = alert(service="checkout", at=0, end=1)
    still = opened(alert(service="checkout"))
    assert one(over, still).reason is Reason.JOINED_GROUP
    ended = replace(still, status=Status.RESOLVED, milestones=_ended_at(still, 1))
    assert one(over, ended, now=2).reason is Reason.RESOLVED_UNKNOWN


def _ended_at(incident: Incident, at: float) -> dict[Milestone, Stamp]:
    return {**incident.milestones, Milestone.RESOLVED: Stamp(minutes(at), "system")}


@pytest.mark.parametrize(
    ("changes", "now", "reason"),
    [
        ({}, 16, Reason.REOPENED),
        ({}, 16.1, Reason.OPENED),
        ({"status": Status.CLOSED}, 16, Reason.OPENED),
        ({"rule": "other"}, 16, Reason.OPENED),
        ({"group_key": "service=cart\x1fenvironment="}, 16, Reason.OPENED),
    ],
)
def test_what_comes_back_is_the_same_group_of_the_same_rule_within_the_window(
    changes: dict[str, str], now: float, reason: Reason
) -> None:
    """Resolved at 12:01, with a window of 15 minutes, the end of which still counts."""
    was = opened(alert(service="checkout"))
    ended = replace(was, **{"status": Status.RESOLVED, "milestones": _ended_at(was, 1), **changes})
    assert one(alert("Again", 2, service="checkout"), ended, now=now).reason is reason


def test_of_several_that_ended_the_newest_comes_back() -> None:
    """And one whose end nobody wrote down ended when it was changed last."""
    was = opened(alert(service="checkout"), status=Status.RESOLVED, updated_at=minutes(3))
    two = (was, replace(was, number=2))
    placed = one(alert("Again", 4, service="checkout"), *reversed(two), now=5)
    assert (placed.target, placed.reason) == (two[1], Reason.REOPENED)
    assert "resolved 2 min ago" in placed.text


def test_of_several_that_fit_the_first_that_was_opened_is_joined() -> None:
    """In whatever order they are known."""
    two = [an_incident(number, environment="") for number in (7, 3)]
    placed = one(alert(service="checkout"), *two)
    assert (placed.target, placed.reason) == (two[1], Reason.JOINED_SERVICE)


def test_a_rule_that_groups_by_labels_joins_its_own_groups_only() -> None:
    """Neither one of the same service nor a neighbour; what has none of the labels has a group, too."""
    rule = Rule("r", "by team", group_by=("team",))
    policy = replace(POLICY, rules=(rule,))
    by_hand = an_incident(environment="")
    event = alert(service="checkout", team="shop")
    assert one(event, by_hand, policy=policy).text == (
        "no open incident shares team=shop; opened by the rule 'by team'"
    )
    neighbour = opened(alert(service="payments"))
    assert one(event, neighbour, policy=policy).reason is Reason.OPENED
    assert "shares the same group;" in one(alert(service="checkout"), policy=policy).text
    assert one(alert(service="x", env="prod")).text == (
        "no open incident shares service=x, environment=prod; opened by the defaults"
    )


def test_what_another_rule_grouped_is_not_joined_for_its_service_or_its_key() -> None:
    """Its incident is for its own group; what the defaults or people opened is for everybody."""
    policy = replace(POLICY, rules=(Rule("mine", "mine"),))
    event = alert(service="checkout")
    others, theirs, own = (replace(opened(event), rule=rule) for rule in ("other", "", "mine"))
    assert one(event, others, policy=policy).reason is Reason.OPENED
    assert one(event, theirs, policy=policy).reason is Reason.JOINED_SERVICE
    assert one(event, own, policy=policy).reason is Reason.JOINED_GROUP


@pytest.mark.parametrize(
    ("environment", "labels", "joins"),
    [
        ("prod", {"env": "prod"}, True),
        ("", {"env": "prod"}, True),
        ("prod", {}, True),
        ("", {}, True),
        ("prod", {"env": "staging"}, False),
    ],
)
def test_an_environment_that_is_not_told_stands_against_nothing(
    environment: str, labels: dict[str, str], *, joins: bool
) -> None:
    """Of the incident's own service, and of those that it affects."""
    by_hand = an_incident(environment=environment, services=("cart",))
    for service in ("checkout", "cart"):
        joined = one(alert(service=service, **labels), by_hand).reason is Reason.JOINED_SERVICE
        assert joined is joins


def test_a_neighbour_is_one_of_the_same_environment() -> None:
    """Trouble in staging explains none in production."""
    incident = opened(alert(service="payments", env="prod"))
    assert one(alert(service="checkout", env="prod"), incident).reason is Reason.JOINED_NEIGHBOUR
    assert one(alert(service="checkout", env="staging"), incident).reason is Reason.OPENED
    assert one(alert(service="checkout"), incident).reason is Reason.OPENED


def test_a_neighbour_that_is_about_to_be_opened_counts_and_of_several_the_first() -> None:
    """Whichever service its name comes from; the words say how far apart they began."""
    several = Policy(neighbours={"checkout": frozenset({"payments", "ledger"})})
    events = [alert("A", 0, service="payments"), alert("B", 1, service="ledger")]
    last = place([*events, alert("C", 7, service="checkout")], (), several, minutes(8))[-1]
    assert isinstance(last.target, Draft)
    assert last.target.service == "payments"
    assert last.text == "checkout is a direct neighbour of payments and began 7 min apart"
    others = Policy(neighbours={"checkout": frozenset({"ledger", "payments"})})
    swapped = [alert("A", 0, service="ledger"), alert("B", 1, service="payments")]
    last = place([*swapped, alert("C", 7, service="checkout")], (), others, minutes(8))[-1]
    assert isinstance(last.target, Draft)
    assert last.target.service == "ledger"


def test_each_new_incident_of_a_delivery_is_one_draft() -> None:
    """What joins it adds none; it holds for its own service only, and its number is its place."""
    events = [alert("A", 0, service="a"), alert("B", 1, service="a"), alert("C", 2, service="c")]
    drafts = [placed.target for placed in place(events, (), POLICY, minutes(3))]
    assert [one.key if isinstance(one, Draft) else None for one in drafts] == [0, 0, 1]


def test_maintenance_that_sets_aside_joins_nothing() -> None:
    """Also when an incident is open that would fit."""
    policy = replace(POLICY, windows=(Window("upgrade", NOON, minutes(60)),))
    placed = one(alert(service="checkout"), opened(alert(service="checkout")), policy=policy)
    assert (placed.target, placed.reason, placed.quiet) == (None, Reason.MAINTENANCE, False)
    assert not one(alert(service="checkout")).quiet


def test_what_waits_for_a_person_brings_nothing_back() -> None:
    """A rule's candidate joins what is open, and reopens nothing by itself."""
    rule = Rule("r", "ask", action=Action.CANDIDATE)
    was = replace(opened(alert(service="checkout")), rule="r")
    ended = replace(was, status=Status.RESOLVED, milestones=_ended_at(was, 1))
    policy = replace(POLICY, rules=(rule,))
    event = alert("Again", 2, service="checkout")
    assert one(event, was, policy=policy, now=3).reason is Reason.JOINED_GROUP
    assert one(event, ended, policy=policy, now=3).reason is Reason.CANDIDATE


def test_thousands_that_have_nothing_in_common_are_placed_at_once() -> None:
    """Each opens an incident of its own; held against each other one by one they would take a minute."""
    events = [alert(f"A{number}", number % 7) for number in range(20_000)]
    began = time.process_time()
    placed = place(events, (), POLICY, minutes(10))
    assert [one.target.key for one in placed if isinstance(one.target, Draft)] == list(range(len(events)))
    assert time.process_time() - began < 10
