"""What alerts do to an incident: opening, joining, escalating, reopening, ending; and the story of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.alerts import AlertEvent, AlertSource, Identity, fingerprint, merge
from reliability_studio.domain.incidents.candidates import Draft
from reliability_studio.domain.incidents.fold import (
    Ending,
    Outcome,
    Settled,
    enough,
    opened,
    release,
    settle,
)
from reliability_studio.domain.incidents.grouping import Reason, place
from reliability_studio.domain.incidents.lifecycle import advance, durations
from reliability_studio.domain.incidents.model import (
    Episode,
    Incident,
    Milestone,
    Origin,
    Severity,
    Stamp,
    Status,
)
from reliability_studio.domain.incidents.news import News, alert_entries, apart_entry, united_entry
from reliability_studio.domain.incidents.policy import AutoResolve, Policy, Rule
from reliability_studio.domain.timeline import EntryType
from tests.support.records import NOON, an_alert, an_incident, minutes


def alert(name: str, at: float = 0, *, end: float | None = None, severity: str = "warning") -> AlertEvent:
    """An alert of the service `checkout`."""
    labels = {"alertname": name, "service": "checkout", "severity": severity}
    return an_alert(
        started=minutes(at),
        labels=labels,
        fingerprint=fingerprint(labels),
        ends_at=None if end is None else minutes(end),
    )


def news(event: AlertEvent, before: AlertEvent | None = None, reason: Reason = Reason.JOINED_GROUP) -> News:
    """An episode of a delivery."""
    return News(event, before, reason, "because")


def from_alerts(*events: AlertEvent, now: float = 1, rule: Rule | None = None) -> Settled:
    """The incident that these alerts open."""
    policy = Policy((rule,) if rule else ())
    (first, *_) = place(events, (), policy, minutes(now))
    assert isinstance(first.target, Draft)
    told = [news(event) for event in events]
    fresh = opened(1, first.target, told, minutes(now), policy)
    return settle(replace(fresh, number=1), told, events, policy, minutes(now))


def later(incident: Incident, changed: AlertEvent, *others: AlertEvent, now: float) -> Settled:
    """A known alert is over; the others stay."""
    return settle(
        incident, [news(changed, replace(changed, ends_at=None))], [changed, *others], Policy(), minutes(now)
    )


def test_the_first_alerts_make_the_incident() -> None:
    """The most severe one gives title and severity; the earliest gives the onset."""
    settled = from_alerts(alert("Slow", 0), alert("Down", 2, severity="page"), now=3)
    incident = settled.incident
    assert (incident.title, incident.severity) == ("Down: checkout", Severity.CRITICAL)
    assert (incident.service, incident.status, incident.origin) == ("checkout", Status.OPEN, Origin.ALERT)
    assert (incident.started_at, incident.at(Milestone.DETECTED)) == (NOON, minutes(3))
    assert incident.labels == {"service": "checkout"}
    assert [entry.title for entry in settled.entries] == ["Slow fires", "Down fires"]
    assert settled.entries[0].metadata["labels"] == alert("Slow").labels


@pytest.mark.parametrize(
    ("rule", "word", "drill"),
    [
        (True, "", True),
        (False, "true", True),
        (False, "yes", False),
        (False, "", False),
        (True, "false", True),
    ],
)
def test_row_30_a_rule_or_a_label_makes_a_drill(rule: bool, word: str, drill: bool) -> None:  # noqa: FBT001
    """Drills never count; so nothing else may make one."""
    event = alert("Slow")
    labelled = replace(event, labels={**event.labels, **({"drill": word} if word else {})})
    made = from_alerts(labelled, rule=Rule("r", "game day", drill=rule))
    assert made.incident.drill is drill


def test_what_comes_during_maintenance_neither_names_nor_grades_what_others_open() -> None:
    """Row 14: it is in the incident, but the loud one says what that is."""
    loud, quiet = alert("Slow", 0), alert("Down", 0, severity="page")
    (placed,) = place([loud], (), Policy(), minutes(1))
    assert isinstance(placed.target, Draft)
    told = [news(loud), replace(news(quiet), quiet=True)]
    made = opened(1, placed.target, told, minutes(1), Policy())
    assert (made.title, made.severity) == ("Slow: checkout", Severity.MEDIUM)


def test_row_11_the_first_end_of_several_in_one_delivery_is_the_end() -> None:
    """Whatever their order."""
    policy = Policy((Rule("r", "first", auto_resolve=AutoResolve.FIRST_RESOLVED),))
    incident = from_alerts(alert("A"), alert("B"), alert("C"), rule=policy.rules[0]).incident
    over = [alert("A", end=7), alert("B", end=5)]
    told = [news(one, replace(one, ends_at=None)) for one in over]
    settled = settle(incident, told, [*over, alert("C")], policy, minutes(8))
    assert (settled.ending, settled.incident.at(Milestone.RESOLVED)) == (Ending.FIRST_RESOLVED, minutes(5))


def test_a_burn_rate_alert_is_told_as_one() -> None:
    """Row 18. Other alerts are told as alerts."""
    burning = replace(alert("SloBurn"), source=AlertSource.SLO)
    entries = from_alerts(burning, alert("Slow", 1)).entries
    assert {one.title: one.type for one in entries} == {
        "SloBurn fires": EntryType.SLO_BURN,
        "Slow fires": EntryType.ALERT,
    }


def test_all_alerts_over_resolves_and_the_story_says_so() -> None:
    """T6: the change of status has from, to and by; its time is that of the last end."""
    first, second = alert("A", 0), alert("B", 1)
    incident = from_alerts(first, second, now=2).incident
    half = later(incident, replace(first, ends_at=minutes(5)), second, now=6)
    assert (half.incident.status, half.ending) == (Status.OPEN, Ending.STILL_FIRING)
    done = later(
        half.incident, replace(second, ends_at=minutes(8)), replace(first, ends_at=minutes(5)), now=9
    )
    assert (done.incident.status, done.ending) == (Status.RESOLVED, Ending.ALL_RESOLVED)
    assert done.incident.at(Milestone.RESOLVED) == minutes(8)
    change = next(entry for entry in done.entries if entry.type is EntryType.STATUS_CHANGE)
    assert change.metadata == {"from": "open", "to": "resolved", "by": "system"}
    assert change.description == "all its alerts are over"


@pytest.mark.parametrize(
    ("policy", "over", "ending"),
    [
        (AutoResolve.FIRST_RESOLVED, "A", Ending.FIRST_RESOLVED),
        (AutoResolve.LAST_RESOLVED, "A", Ending.STILL_FIRING),
        (AutoResolve.LAST_RESOLVED, "B", Ending.LAST_RESOLVED),
        (AutoResolve.ALL_RESOLVED, "B", Ending.STILL_FIRING),
        (AutoResolve.NEVER, "A", Ending.NEVER),
    ],
)
def test_the_rule_says_when_an_incident_ends(policy: AutoResolve, over: str, ending: Ending) -> None:
    """Row 11. Every ending has its reason, and every non-ending too."""
    rule = Rule("r", "r", auto_resolve=policy)
    events = {"A": alert("A", 0), "B": alert("B", 1)}
    incident = from_alerts(*events.values(), rule=rule).incident
    changed = replace(events[over], ends_at=minutes(4))
    rest = [event for name, event in events.items() if name != over]
    settled = settle(incident, [news(changed, events[over])], [changed, *rest], Policy((rule,)), minutes(5))
    assert settled.ending is ending
    assert settled.incident.status.active is (Outcome.RESOLVED not in settled.outcomes)


def test_flap_damping_holds_an_incident_open_until_alerts_stayed_away() -> None:
    """Row 13. A return clears the hold; the end is when the alert ended, not when the hold did."""
    rule = Rule("r", "r", hold=timedelta(minutes=10))
    policy, first = Policy((rule,)), alert("A", 0)
    incident = from_alerts(first, rule=rule).incident
    over = replace(first, ends_at=minutes(5))
    held = settle(incident, [news(over, first)], [over], policy, minutes(6)).incident
    assert (held.status, held.hold_until) == (Status.OPEN, minutes(15))
    back = alert("A", 8)
    again = settle(held, [news(back)], [over, back], policy, minutes(8)).incident
    assert again.hold_until is None
    assert release(held, [over], policy, minutes(14)).incident == held
    ended = release(held, [over], policy, minutes(15))
    assert (ended.ending, ended.incident.at(Milestone.RESOLVED)) == (Ending.HOLD_OVER, minutes(5))


def test_a_return_reopens_with_a_new_run() -> None:
    """The first run is kept."""
    first = alert("A", 0)
    done = later(from_alerts(first).incident, replace(first, ends_at=minutes(5)), now=6).incident
    back = alert("A", 9)
    settled = settle(
        done,
        [news(back, None, Reason.REOPENED)],
        [replace(first, ends_at=minutes(5)), back],
        Policy(),
        minutes(10),
    )
    assert Outcome.REOPENED in settled.outcomes
    assert (settled.incident.status, settled.incident.started_at) == (Status.OPEN, minutes(9))
    assert len(settled.incident.episodes) == 1


def test_a_more_severe_alert_raises_the_severity_but_a_repeat_does_not() -> None:
    """What a person lowered stays lowered until something worse comes."""
    incident = from_alerts(alert("A")).incident
    page = alert("B", 2, severity="critical")
    louder = settle(incident, [news(page)], [alert("A"), page], Policy(), minutes(3))
    assert louder.incident.severity is Severity.CRITICAL
    assert Outcome.ESCALATED in louder.outcomes
    lowered = replace(louder.incident, severity=Severity.LOW)
    more = alert("C", 4, severity="critical")
    same = settle(lowered, [news(more)], [alert("A"), page, more], Policy(), minutes(5))
    assert same.incident.severity is Severity.LOW


def test_alerts_do_not_end_what_a_person_opened() -> None:
    """People opened it, people end it."""
    over = alert("A", 0, end=3)
    settled = settle(an_incident(), [news(over)], [over], Policy(), minutes(4))
    assert (settled.ending, settled.incident.status) == (Ending.BY_HAND, Status.OPEN)


def test_the_clock_of_a_sender_may_be_wrong() -> None:
    """Starts in the future and ends before the start give no negative duration."""
    ahead = alert("A", 60)
    incident = from_alerts(ahead, now=1).incident
    assert incident.started_at == minutes(1)
    done = later(incident, replace(ahead, ends_at=minutes(-50)), now=2).incident
    took = durations(done)
    assert done.status is Status.RESOLVED
    assert all(one is not None and one >= timedelta() for one in (took.detect, took.resolve))


REPORTS = st.builds(
    lambda name, at, end, severity: alert(name, at, end=None if end is None else at + end, severity=severity),
    st.sampled_from("ABC"),
    st.integers(0, 3),
    st.none() | st.integers(0, 10),
    st.sampled_from(["info", "warning", "critical"]),
)


def deliver(
    incident: Incident | None, known: dict[object, AlertEvent], batch: Sequence[AlertEvent], at: float
) -> Incident | None:
    """One delivery, as the intake does it; the incident afterwards and what the machine did."""
    told: dict[object, News] = {}
    for event in batch:
        before = known.get(event.episode)
        merged = merge(before, event) if before else event
        first = told[event.episode].before if event.episode in told else before
        known[event.episode] = merged
        told[event.episode] = News(merged, first, Reason.JOINED_GROUP, "because")
    if incident is not None and not incident.status.active:
        back = {key for key, one in told.items() if one.fresh and not one.event.resolved}
        told = {
            key: replace(one, reason=Reason.REOPENED) if key in back else one for key, one in told.items()
        }
    now = minutes(at)
    if incident is None:
        draft = next(
            (
                one.target
                for one in place([one.event for one in told.values()], (), Policy(), now)
                if one.target
            ),
            None,
        )
        if not isinstance(draft, Draft):
            known.clear()
            return None
        incident = replace(opened(1, draft, list(told.values()), now, Policy()), number=1)
    return settle(incident, list(told.values()), list(known.values()), Policy(), now).incident


@given(st.lists(st.lists(REPORTS, min_size=1, max_size=4), max_size=6), st.randoms())
def test_the_order_within_a_delivery_does_not_matter_and_no_state_is_skipped_back(
    batches: list[list[AlertEvent]], random: object
) -> None:
    """Every change of status is one that the machine allows: on, to the end, or a reopening."""
    one: Incident | None = None
    other: Incident | None = None
    known: dict[object, AlertEvent] = {}
    shuffled: dict[object, AlertEvent] = {}
    for position, batch in enumerate(batches):
        mixed = list(batch)
        random.shuffle(mixed)  # type: ignore[attr-defined]
        before = one
        one = deliver(one, known, batch, 20 + position)
        other = deliver(other, shuffled, mixed, 20 + position)
        assert one == other
        if before is None or one is None or one.status is before.status:
            continue
        reopen = one.status.order < before.status.order
        step = advance(before, one.status, by="system", now=minutes(99), reopen=reopen, force=True)
        assert not step.move.refused
        assert len(one.episodes) == len(before.episodes) + reopen


@given(
    st.lists(REPORTS, min_size=1, max_size=8, unique_by=lambda event: event.episode),
    st.data(),
    st.sampled_from(AutoResolve),
    st.sampled_from(Severity),
    st.sampled_from(Status),
    st.booleans(),
)
def test_episodes_that_are_enough_settle_an_incident_as_all_of_them_do(
    every: list[AlertEvent],
    data: st.DataObject,
    ending: AutoResolve,
    severity: Severity,
    status: Status,
    fresh: bool,  # noqa: FBT001 - hypothesis gives it
) -> None:
    """The intake need not read what cannot change the outcome."""
    policy = Policy((Rule(id="r", name="r", auto_resolve=ending, hold=timedelta(minutes=5)),))
    incident = an_incident(origin=Origin.ALERT, rule="r", severity=severity, status=status)
    count = data.draw(st.integers(1, len(every)))
    told = [news(event, None if fresh else replace(event, ends_at=None)) for event in every[:count]]
    others = data.draw(st.lists(st.sampled_from(every), max_size=2))
    if enough(incident, told, others, policy):
        part = [*(one.event for one in told), *others]
        few = settle(incident, told, part, policy, minutes(20))
        assert few == settle(incident, told, every, policy, minutes(20))


def test_a_new_incident_says_what_its_first_alert_says() -> None:
    """The longer text, where to look in a fixed order, and the labels that all have in common."""
    said = {
        "summary": "short",
        "description": "long",
        "runbook_url": "https://runbooks.example.org/slow",
        "dashboard_url": "https://grafana.example.org/d/1",
        "panel_url": "javascript:alert(1)",
    }
    told = replace(alert("Slow"), annotations=said, source=AlertSource.SLO)
    more = {**told.labels, "alertname": "Other", "__private__": "1", "": "x"}
    made = _opened([told, replace(told, labels=more)], Policy(runbooks={"checkout": "https://wiki/checkout"}))
    assert (made.id, made.number, made.version, made.origin) == (0, 0, 1, Origin.SLO)
    assert (made.summary, made.labels) == ("long", {"service": "checkout", "severity": "warning"})
    assert [(link.title, link.url) for link in made.links] == [
        ("Runbook", "https://runbooks.example.org/slow"),
        ("Runbook of checkout", "https://wiki/checkout"),
        ("Dashboard", "https://grafana.example.org/d/1"),
        ("Alert source", "http://prometheus/graph"),
    ]
    known = _opened([told], Policy(runbooks={"checkout": "https://runbooks.example.org/slow"}))
    assert [link.title for link in known.links] == ["Runbook", "Dashboard", "Alert source"]
    assert _opened([replace(told, annotations={"summary": "short"})], Policy()).summary == "short"
    assert _opened([replace(told, annotations={}, generator_url="")], Policy()).links == ()


def _opened(events: Sequence[AlertEvent], policy: Policy) -> Incident:
    (first, *_) = place(events, (), Policy(), minutes(1))
    assert isinstance(first.target, Draft)
    return opened(1, first.target, [news(event) for event in events], minutes(1), policy)


@pytest.mark.parametrize(
    ("labels", "title"),
    [
        ({"alertname": "Slow", "service": "checkout"}, "Slow: checkout"),
        ({"alertname": "checkout is slow", "service": "checkout"}, "checkout is slow"),
        ({"alertname": "Slow"}, "Slow"),
        ({"alertname": "  "}, "unnamed alert"),
        ({"alertname": "x" * 600, "service": "checkout"}, "x" * 500),
    ],
)
def test_a_title_names_the_service_once(labels: dict[str, str], title: str) -> None:
    """And is never empty or endless."""
    assert _opened([an_alert(labels=labels)], Policy()).title == title


def test_what_many_labels_have_in_common_is_bounded_and_in_order() -> None:
    """Private ones of Grafana are left out before they take the room of others."""
    labels = {"alertname": "Slow", "__a": "1", **{f"l{n:03}": "x" for n in range(150)}}
    assert list(_opened([an_alert(labels=labels)], Policy()).labels) == [
        "alertname",
        *(f"l{n:03}" for n in range(99)),
    ]


def alerted(**changes: object) -> Incident:
    """The incident of one alert at noon that the system opened."""
    return replace(from_alerts(alert("A")).incident, **changes)  # type: ignore[arg-type]


def test_an_onset_that_is_found_to_be_earlier_moves_the_start_that_the_system_set() -> None:
    """Not one that people corrected, of what is over, or opened by hand; and never into an earlier run."""
    early = alert("B", -20)
    others = [alert("A")]

    def start(incident: Incident, told: News | None = None) -> float:
        settled = settle(incident, [told or news(early)], [early, *others], Policy(), minutes(3)).incident
        return (settled.started_at - NOON) / timedelta(minutes=1)

    assert start(alerted()) == -20
    assert start(alerted(), news(early, early)) == 0
    assert start(alerted(), news(early, replace(early, starts_at=minutes(-10)))) == -20
    assert start(alerted(), news(replace(early, starts_at=minutes(9)))) == 0
    by_ada = {**alerted().milestones, Milestone.STARTED: Stamp(NOON, "ada")}
    assert start(alerted(milestones=by_ada)) == 0
    assert start(alerted(origin=Origin.MANUAL)) == 0
    assert start(alerted(status=Status.RESOLVED)) == 0
    runs = (Episode(minutes(-90), minutes(-60), "system"), Episode(minutes(-40), minutes(-10), "system"))
    assert start(alerted(episodes=runs)) == -10


def test_services_that_alerts_name_are_added_in_order_and_bounded() -> None:
    """The incident's own and none are not among them; an incident that learns nothing stays the same."""
    other = replace(alert("B"), labels={"alertname": "B", "service": "cart"})
    bare = replace(alert("C"), labels={"alertname": "C"})
    before = alerted(services=("web",))
    seen = settle(before, [news(other), news(bare), news(alert("D"))], [alert("A")], Policy(), minutes(3))
    assert seen.incident.services == ("cart", "web")
    assert (seen.incident.updated_at, seen.incident.updated_by) == (minutes(3), "system")
    full = alerted(services=tuple(f"s{n:03}" for n in range(200)))
    more = settle(full, [news(other)], [alert("A")], Policy(), minutes(3)).incident
    assert (len(more.services), more.services[:2]) == (200, ("cart", "s000"))
    again = news(alert("A"), alert("A"))
    told = settle(before, [again], [alert("A")], Policy(), minutes(3))
    assert (told.incident, told.outcomes, told.incident is before) == (before, frozenset(), True)
    mixed = settle(before, [again, news(alert("D"))], [alert("A"), alert("D")], Policy(), minutes(3))
    assert mixed.outcomes == {Outcome.JOINED}


def test_entries_are_told_in_the_order_of_onset() -> None:
    """Whatever the order of delivery."""
    told = [news(alert("B", 2)), news(alert("A", 1))]
    settled = settle(alerted(), told, [alert("A", 1), alert("B", 2)], Policy(), minutes(3))
    assert [entry.title for entry in settled.entries] == ["A fires", "B fires"]


def test_of_several_louder_alerts_the_loudest_counts_and_the_timeline_says_so() -> None:
    """Quiet ones, those that are over and repeats of the same word make nothing louder."""
    high, critical = alert("B", severity="high"), alert("C", severity="critical")

    def settled(*told: News) -> Settled:
        return settle(alerted(), told, [alert("A"), *(one.event for one in told)], Policy(), minutes(3))

    raised = settled(news(high), news(critical))
    assert (raised.incident.severity, raised.outcomes) == (
        Severity.CRITICAL,
        {Outcome.JOINED, Outcome.ESCALATED},
    )
    change = next(one for one in raised.entries if one.type is EntryType.SEVERITY_CHANGE)
    assert (change.title, change.description) == ("medium → critical", "a more severe alert joined")
    for told in (
        replace(news(critical), quiet=True),
        news(replace(critical, ends_at=minutes(2))),
        news(critical, critical),
        news(critical, replace(critical, labels={**critical.labels, "severity": "low"})),
    ):
        assert settled(told).incident.severity is Severity.MEDIUM


def test_a_member_that_is_worse_makes_its_episode_louder_once() -> None:
    """Of alerts that are one by a rule another speaks now; what it said before was known already."""
    one = Identity("r", "one by the rule", "key")
    mild, worse = (replace(alert("B", severity=word), identity=one) for word in ("low", "critical"))
    told = replace(news(worse, mild))
    assert settle(alerted(), [told], [alert("A"), worse], Policy(), minutes(3)).incident.severity is (
        Severity.CRITICAL
    )
    lowered = alerted(severity=Severity.LOW)
    known = news(worse, replace(worse, labels={**worse.labels, "severity": "page"}))
    same = settle(lowered, [known], [alert("A"), worse], Policy(), minutes(3)).incident
    assert same.severity is Severity.LOW, "a person lowered it knowing of the worst"


def test_flap_damping_is_told_once_and_forgotten_when_an_alert_fires_again() -> None:
    """The end of the hold is fixed by the first end."""
    policy = Policy((Rule("r", "hold", hold=timedelta(minutes=10)),))
    incident = from_alerts(alert("A"), rule=policy.rules[0]).incident
    over = alert("A", end=5)
    held = settle(incident, [news(over, alert("A"))], [over], policy, minutes(6))
    assert (held.incident.hold_until, held.outcomes) == (minutes(15), {Outcome.HELD})
    again = settle(held.incident, [news(over, over)], [over], policy, minutes(9))
    assert (again.incident.hold_until, again.outcomes) == (minutes(15), frozenset())
    back = settle(held.incident, [news(alert("B", 9))], [over, alert("B", 9)], policy, minutes(9))
    assert (back.incident.hold_until, back.ending) == (None, Ending.STILL_FIRING)
    assert (back.incident.updated_at, back.incident.updated_by) == (minutes(9), "system")
    assert release(held.incident, [over], policy, minutes(14)).ending is Ending.HELD
    done = release(held.incident, [over], policy, minutes(15))
    assert (done.ending, done.incident.at(Milestone.RESOLVED)) == (Ending.HOLD_OVER, minutes(5))


def test_a_return_begins_with_the_first_alert_that_came_back() -> None:
    """Others of the delivery that only join say nothing about it; the timeline says why."""
    ended = advance(alerted(), Status.RESOLVED, by="system", now=minutes(10), force=True).incident
    back = [news(alert("A", at), reason=Reason.REOPENED) for at in (30, 25)]
    joined = news(alert("B", 12))
    settled = settle(ended, [*back, joined], [alert("A", 25)], Policy(), minutes(31))
    assert (settled.incident.started_at, settled.incident.status) == (minutes(25), Status.OPEN)
    change = next(one for one in settled.entries if one.type is EntryType.STATUS_CHANGE)
    assert change.description == "its alerts are back"
    active = settle(alerted(), back, [alert("A", 25)], Policy(), minutes(31))
    assert (active.incident.episodes, Outcome.REOPENED in active.outcomes) == ((), False)


def test_without_its_alerts_an_incident_does_not_end_by_itself() -> None:
    """They may be deleted, or split off; what is over ends once."""
    assert release(alerted(), (), Policy(), minutes(5)).ending is Ending.NO_ALERTS
    ended = advance(alerted(), Status.RESOLVED, by="ada", now=minutes(10), force=True).incident
    told = release(ended, [alert("A", end=3)], Policy(), minutes(12))
    assert (told.ending, told.incident) == (Ending.ENDED_ALREADY, ended)


def test_when_a_few_episodes_are_enough() -> None:
    """One that fires, and none that is more urgent; never for a rule that asks which began last."""
    firing, over = alert("A"), alert("B", end=2)
    last = Policy((Rule("r", "last", auto_resolve=AutoResolve.LAST_RESOLVED),))
    assert enough(alerted(), [news(firing)], [], Policy())
    assert enough(alerted(), [news(over)], [firing], Policy())
    assert enough(alerted(), [news(firing)], [over], Policy())
    assert not enough(alerted(), [news(over)], [over], Policy())
    assert not enough(alerted(rule="r"), [news(firing)], [], last)
    assert not enough(alerted(), [news(alert("C", severity="high"))], [firing], Policy())
    assert enough(alerted(), [replace(news(alert("C", severity="high")), quiet=True)], [firing], Policy())


@pytest.mark.parametrize(
    ("start", "end", "fires", "over"),
    [(0, 5, 0, 5), (20, None, 10, None), (8, 30, 8, 10), (5, 3, 5, 5)],
    ids=["usual", "a clock that is ahead", "an end in the future", "an end before the start"],
)
def test_an_alert_is_told_when_it_was_and_never_in_the_future(
    start: float, end: float | None, fires: float, over: float | None
) -> None:
    """Both halves, each with a key of its own."""
    event = alert("A", start, end=end)
    entries = alert_entries(news(event), Rule("r", "x"), minutes(10))
    assert [one.occurred_at for one in entries] == [minutes(at) for at in (fires, over) if at is not None]
    assert [one.title for one in entries] == ["A fires", "A is over"][: len(entries)]
    key = f"alert:{event.fingerprint}:{event.starts_at.isoformat()}"
    assert [one.source_key for one in entries] == [f"{key}:fires", f"{key}:over"][: len(entries)]
    assert [one.metadata["state"] for one in entries] == ["firing", "resolved"][: len(entries)]


def test_an_episode_of_several_alerts_may_end_more_than_once() -> None:
    """So each end is told; its begin is not, whichever member began it."""
    own = replace(alert("A", 3, end=7), identity=Identity("r", "one", "mine"))
    entries = alert_entries(news(own), Rule("r", "x"), minutes(10))
    assert [one.source_key for one in entries] == [
        "alert:mine:fires",
        f"alert:mine:over:{minutes(7).isoformat()}",
    ]


def test_an_entry_has_the_text_of_the_alert_and_a_bound() -> None:
    """The summary, else the description, else nothing."""
    for said, text in (
        ({"summary": "s", "description": "d"}, "s"),
        ({"description": "d"}, "d"),
        ({}, ""),
    ):
        (entry,) = alert_entries(news(replace(alert("A"), annotations=said)), Rule("r", "x"), minutes(1))
        assert entry.description == text
    long = replace(alert("A", end=1), labels={"alertname": "x" * 600})
    assert [len(one.title) for one in alert_entries(news(long), Rule("r", "x"), minutes(2))] == [500, 500]


def test_what_a_late_message_joins_is_told_the_same_in_any_order() -> None:
    """One entry for the episodes, with the spans as people saw them; what still fires goes on now."""
    first, second = alert("A", 0, end=5), alert("A", 9)
    entry = united_entry(second, (first, second), minutes(20))
    assert entry.description.endswith("told as 12:00:00 UTC to 12:05:00 UTC, 12:09:00 UTC to now.")
    assert entry.source_key == united_entry(second, (second, first), minutes(20)).source_key
    assert entry.title == "A: 2 episodes are one"
    apart = apart_entry(first, second, "INC-2", minutes(20))
    assert apart.source_key == apart_entry(second, first, "INC-1", minutes(20)).source_key
    assert apart.title == "A did not stop between this incident and INC-2"
    long = replace(first, labels={"alertname": "x" * 600})
    assert len(united_entry(long, (long,), NOON).title) == 500
    assert len(apart_entry(long, second, "INC-2", NOON).title) == 500
