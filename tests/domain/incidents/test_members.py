"""Row 5: several alerts that a rule takes for one episode; whatever the order of delivery, it is the same."""

import functools
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.alerts import AlertEvent, AlertSource, fingerprint
from reliability_studio.domain.incidents.identity import IdentityRule, Sameness
from reliability_studio.domain.incidents.matchers import Matcher, Operator
from reliability_studio.domain.incidents.members import MAX_MEMBERS, Group, bridged, grouped, joined, told
from reliability_studio.domain.incidents.policy import grade_of
from tests.support.records import an_alert, minutes

IGNORES_POD = IdentityRule("pods", ("pod",), id="r1")


def pod(name: str, at: float = 0, end: float | None = None, **more: str) -> AlertEvent:
    """A report about one pod of a service."""
    labels = {"alertname": "Slow", "service": "checkout", "pod": name, **more}
    return an_alert(
        started=minutes(at),
        ends_at=None if end is None else minutes(end),
        labels=labels,
        fingerprint=fingerprint(labels),
        received_at=minutes(at if end is None else end),
    )


def urgency(labels: object) -> int:
    """How urgent labels are."""
    return grade_of(labels).rank  # type: ignore[arg-type]


def episode(reports: Sequence[AlertEvent]) -> AlertEvent:
    """What reports make together that arrive in this order."""
    begun = Group("g", IGNORES_POD.identity(pod("any")))
    return told(functools.reduce(joined, reports, begun), urgency)


@st.composite
def deliveries(draw: st.DrawFn) -> list[AlertEvent]:
    """Reports of up to five members: each fires, some are resolved, some more than once."""
    reports: list[AlertEvent] = []
    for number in range(draw(st.integers(1, 5))):
        severity = draw(st.sampled_from(["warning", "critical", "info"]))
        begun = pod(f"p{number}", draw(st.integers(0, 9)), severity=severity)
        reports.append(begun)
        for end in draw(st.lists(st.integers(10, 20), max_size=3)):
            noted = {"note": draw(st.text(max_size=2))}
            heard = minutes(draw(st.integers(10, 30)))
            reports.append(replace(begun, ends_at=minutes(end), annotations=noted, received_at=heard))
    return reports


@given(deliveries(), st.integers())
def test_row_5_any_order_and_repetition_makes_the_same_episode(reports: list[AlertEvent], seed: int) -> None:
    """Shuffled, and with each report delivered up to three times."""
    chance = random.Random(seed)  # noqa: S311 - an order of delivery
    again = [one for one in reports for _ in range(chance.randint(1, 3))]
    chance.shuffle(again)
    assert episode(again) == episode(reports)


@given(deliveries())
def test_row_5_it_fires_while_any_member_does(reports: list[AlertEvent]) -> None:
    """Of each member the earliest end is true; the episode ends with the last of them."""
    ends: dict[str, float | None] = {}
    for one in reports:
        stamp = None if one.ends_at is None else one.ends_at.timestamp()
        was = ends.get(one.fingerprint)
        ends[one.fingerprint] = was if stamp is None else stamp if was is None else min(was, stamp)
    known = [end for end in ends.values() if end is not None]
    expected = max(known) if len(known) == len(ends) else None
    ended = episode(reports).ends_at
    assert (None if ended is None else ended.timestamp()) == expected
    assert episode(reports).starts_at == min(one.starts_at for one in reports)


@st.composite
def firings(draw: st.DrawFn) -> list[AlertEvent]:
    """Firings of up to eight members; some end before they began, by a clock that is wrong."""
    spans = draw(st.lists(st.tuples(st.integers(0, 30), st.integers(-2, 6)), min_size=1, max_size=8))
    return [pod(f"p{number}", at, at + length) for number, (at, length) in enumerate(spans)]


def delivered(reports: Sequence[AlertEvent]) -> list[Group]:
    """The episodes of reports that arrive one by one: what a report touches becomes one with it."""
    groups: list[Group] = []
    for report in reports:
        touched = [one for one in groups if one.touches(report)]
        begun = Group(IGNORES_POD.fingerprint(report.labels), IGNORES_POD.identity(report))
        whole = joined(bridged(touched) if touched else begun, report)
        groups = [one for one in groups if one not in touched] + [whole]
    return groups


def members_of(groups: Sequence[Group]) -> set[frozenset[object]]:
    """Which members are in one episode."""
    return {frozenset(one.members) for one in groups}


@given(firings(), st.randoms(use_true_random=False))
def test_row_5_any_order_and_repetition_makes_the_same_episodes(
    reports: list[AlertEvent], chance: random.Random
) -> None:
    """A late report that touches two episodes makes them one, as if it had come in time."""
    again = [one for one in reports for _ in range(chance.randint(1, 3))]
    chance.shuffle(again)
    found, expected = delivered(again), grouped(reports, IGNORES_POD)
    assert members_of(found) == members_of(expected)
    assert {(one.began, one.end) for one in found} == {(one.began, one.end) for one in expected}


@given(firings(), st.randoms(use_true_random=False))
def test_row_5_ends_that_come_late_part_nothing(reports: list[AlertEvent], chance: random.Random) -> None:
    """What was told as one while an alert seemed to fire stays one: episodes may be fewer, never more."""
    both = [one for report in reports for one in (replace(report, ends_at=None), report)]
    chance.shuffle(both)
    found = members_of(delivered(both))
    for part in members_of(grouped(reports, IGNORES_POD)):
        assert any(part <= whole for whole in found)


def test_row_5_only_groups_of_the_same_alerts_are_bridged() -> None:
    """And there must be one."""
    group = Group("g", IGNORES_POD.identity(pod("a")))
    with pytest.raises(ValueError, match="same alerts"):
        bridged([group, replace(group, fingerprint="h")])
    with pytest.raises(ValueError, match="same alerts"):
        bridged([])


def test_row_5_labels_are_the_shared_ones_and_the_most_urgent_names_it() -> None:
    """A pod is no label of an episode of two pods."""
    found = episode([pod("a", severity="warning"), pod("b", 1, severity="critical")])
    assert found.labels == {"alertname": "Slow", "service": "checkout", "severity": "critical"}
    assert (found.fingerprint, found.source) == ("g", AlertSource.ALERTMANAGER)


def test_row_5_members_are_bounded_and_none_that_fires_is_forgotten() -> None:
    """The one that ended first makes room; the start stays known."""
    begun = Group("g", IGNORES_POD.identity(pod("any")))
    over = [pod(f"p{number}", number / 100, 10 + number / 100) for number in range(MAX_MEMBERS)]
    group = functools.reduce(joined, [*over, pod("new", 9)], begun)
    assert len(group.members) == MAX_MEMBERS
    assert over[0].episode not in group.members
    assert pod("new", 9).episode in group.members
    assert (group.began, group.end, group.full) == (minutes(0), None, False)


def test_row_5_a_firing_that_begins_after_the_end_is_another_episode() -> None:
    """Times that overlap or meet belong together."""
    group = joined(Group("g", IGNORES_POD.identity(pod("a"))), pod("a", 1, 5))
    assert group.touches(pod("b", 3))
    assert group.touches(pod("b", 5))
    assert group.touches(pod("b", 0, 1))
    assert not group.touches(pod("b", 6))
    assert not group.touches(pod("b", 0, 0.5))
    with pytest.raises(ValueError, match="at least one member"):
        told(Group("g", group.identity), urgency)


def test_row_5_what_identifies_alerts_or_what_does_not_tell_them_apart() -> None:
    """`ignore` takes all other labels, `identify_by` only those; alerts with none of them stay their own."""
    one, other = pod("a", zone="x"), pod("b", zone="y")
    assert IGNORES_POD.fingerprint(one.labels) != IGNORES_POD.fingerprint(other.labels)
    by = IdentityRule("services", ("service", "alertname"), Sameness.IDENTIFY_BY, id="r2")
    assert by.fingerprint(one.labels) == by.fingerprint(other.labels)
    assert not IdentityRule("zones", ("nowhere",), Sameness.IDENTIFY_BY).covers(one)
    # Another rule with the same labels makes other episodes.
    assert replace(by, id="r3").fingerprint(one.labels) != by.fingerprint(one.labels)


def test_row_5_a_rule_covers_by_matchers_and_by_sender_and_leaves_ours_alone() -> None:
    """Heartbeats, burn rates and the detector find their alerts by their own fingerprint."""
    rule = IdentityRule("m", ("pod",), matchers=(Matcher("service", Operator.EQUAL, "checkout"),))
    assert rule.covers(pod("a"))
    assert not rule.covers(pod("a", service="cart"))
    assert not replace(rule, source=AlertSource.GRAFANA).covers(pod("a"))
    for ours in (AlertSource.SLO, AlertSource.HEARTBEAT, AlertSource.DETECTOR):
        assert not rule.covers(replace(pod("a"), source=ours))


def test_row_5_a_rule_may_be_about_one_generic_sender() -> None:
    """Those of another, and those that came through another door, are what their source says."""
    rule = IdentityRule("n", ("pod",), source=AlertSource.GENERIC, integration="nagios")
    told_by = {
        name: replace(pod("a"), source=AlertSource.GENERIC, integration=name) for name in ("nagios", "zabbix")
    }
    assert rule.covers(told_by["nagios"])
    assert not rule.covers(told_by["zabbix"])
    assert not rule.covers(pod("a"))
    assert replace(rule, integration="").covers(told_by["zabbix"])


def test_row_5_what_a_rule_would_have_made_of_earlier_alerts() -> None:
    """Two pods at once are one; the one an hour later is another."""
    found = grouped([pod("c", 60), pod("b", 1, 6), pod("a", 0, 5)], IGNORES_POD)
    assert [(group.began, len(group.members)) for group in found] == [(minutes(0), 2), (minutes(60), 1)]


def test_a_rule_says_in_words_what_it_makes_one() -> None:
    """As the alert's page shows it."""
    assert IGNORES_POD.text == "alerts that differ in nothing but pod are one, by the rule 'pods'"
    by_labels = IdentityRule("per shop", ("alertname", "shop"), Sameness.IDENTIFY_BY, id="r2")
    assert by_labels.text == "alerts that are alike in alertname, shop are one, by the rule 'per shop'"


@pytest.mark.parametrize(
    ("labels", "chosen"),
    [
        ({"alertname": "Slow", "shop": "a", "pod": "p"}, {"alertname": "Slow", "shop": "a"}),
        ({"alertname": "Slow", "pod": "p"}, {"alertname": "Slow", "shop": ""}),
        ({"pod": "p"}, {}),
    ],
)
def test_labels_identify_an_alert_that_has_one_of_them(
    labels: dict[str, str], chosen: dict[str, str]
) -> None:
    """One that has none of them stays its own."""
    by_labels = IdentityRule("per shop", ("alertname", "shop"), Sameness.IDENTIFY_BY, id="r2")
    assert by_labels.chosen(labels) == chosen
    assert by_labels.covers(an_alert(labels=labels)) is bool(chosen)
