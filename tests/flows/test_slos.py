"""SLOs counted minute by minute: exact, shared, resumed, and honest about what could not be measured."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reliability_studio.domain.slo.cells import Tier
from reliability_studio.domain.slo.goals import Calendar, CalendarUnit, Goal, Objective, Rolling
from reliability_studio.domain.slo.measure import Reason, Status
from reliability_studio.domain.slo.policy import AlertPolicy, BudgetStep
from reliability_studio.domain.slo.spec import MissingData, Timeslices
from reliability_studio.errors import Conflict, NotFound, SourceNotConfigured, StaleWrite
from reliability_studio.flows.slo_history import longest_days
from reliability_studio.flows.slo_shelf import Stock
from reliability_studio.flows.slo_turn import Outcome
from reliability_studio.sources.prometheus import MAX_POINTS
from reliability_studio.store import audit
from reliability_studio.store import slos as rows
from reliability_studio.store.engine import Database
from reliability_studio.store.slo_chunks import chunks, prune
from tests.flows.slo_world import START, World, definition


@pytest.fixture
async def world(tmp_path):
    database = await Database.open(f"sqlite:///{tmp_path}/studio.sqlite")
    yield World(database)
    await database.aclose()


def counts(view):
    found = view.standing.measurement.window
    return found.counts.bad, found.counts.total


async def check_truth(world, view):
    """The window holds exactly what happened in it."""
    found = (await world.slos.get(view.slo.id)).standing.measurement.window
    assert (found.counts.bad, found.counts.total) == world.server.truth(found.start, found.end)
    assert found.end == world.now() // 60 * 60 - 60
    return found


async def test_a_new_slo_shows_its_window_at_once(world):
    """Row 73: history before the SLO existed; and the numbers are the truth."""
    view = await world.slos.create(definition("week", window=Rolling(7)), "ann")
    assert view.verdict.status is Status.BREACHED
    found = await check_truth(world, view)
    assert found.coverage == 1.0
    assert 7 * 1440 <= counts(view)[0] < 7 * 1440 + 60
    assert view.standing.queries == ('last_over_time(http_requests_total{job="api"}[2m])',)


async def test_every_minute_costs_one_query_that_slos_share(world):
    """3.2: SLOs over the same selection share the snapshot, pinned to one moment."""
    await world.slos.create(definition("one"), "ann")
    await world.slos.create(definition("two", objective="99"), "ann")
    world.server.asked.clear()
    done = await world.minutes()
    assert (done.calculated, done.failed, done.queries) == (2, 0, 1)
    [form] = world.server.asked
    assert float(form["time"]) == world.now() // 60 * 60 - 60
    assert (await world.minutes(0)) is None


async def test_an_hour_of_minutes_is_exact(world):
    """Whatever the traffic does."""
    world.server.bad = lambda t: t // 60 % 7
    world.server.total = lambda t: 50 + t // 60 % 13
    view = await world.slos.create(definition(), "ann")
    await world.minutes(65)
    await check_truth(world, view)


async def test_a_run_without_anything_due_asks_nothing(world):
    """Twice in one minute is once."""
    await world.slos.create(definition(), "ann")
    world.server.asked.clear()
    assert (await world.refresh.run()).calculated == 0
    assert world.server.asked == []


@pytest.mark.parametrize("minutes", [2, 30, 7 * 60, 30 * 60])
async def test_missed_minutes_are_fetched_and_not_zeroed_after_a_restart(world, minutes):
    """S7, 3.4: nobody watched, no request came; the job makes up for it, in coarse steps when it was long."""
    world.server.bad = lambda t: t // 60 % 5
    view = await world.slos.create(definition(window=Rolling(3)), "ann")
    await world.minutes(3)
    world.clock.advance(minutes * 60)
    world.restart()
    await world.refresh.run()
    found = await check_truth(world, view)
    assert found.coverage == 1.0
    await world.minutes(2)
    await check_truth(world, view)


async def test_counts_survive_any_number_of_restarts(world):
    """Ledger, memory and standing come back as they were; chunks of every width are right."""
    world.server.bad = lambda t: t // 60 % 3
    view = await world.slos.create(definition(window=Rolling(2)), "ann")
    for _ in range(6):
        await world.minutes(11)
        world.restart()
    await world.minutes(1)
    await check_truth(world, view)
    start, end = datetime.fromtimestamp(START - 3600, UTC), world.clock.now()
    for points in (60, 500):
        _, course = await world.slos.history(view.slo.id, start, end, points)
        whole = [p for p in course.points if p.total]
        truth = world.server.truth(whole[0].at - course.step_s, whole[-1].at)
        assert (sum(p.bad for p in whole), sum(p.total for p in whole)) == truth


async def test_a_gap_of_samples_is_a_gap_and_its_events_are_kept(world):
    """Prometheus scraped nothing for an hour: coverage says so, the counter lost nothing."""
    view = await world.slos.create(definition(), "ann")
    world.server.gaps.append((world.now(), world.now() + 3600))
    await world.minutes(90)
    found = await check_truth(world, view)
    assert 0.93 < found.coverage < 0.97


async def test_a_failing_query_marks_only_its_slos_and_keeps_their_numbers(world):
    """S2: why it failed, the last good value with its time; the neighbour goes on."""
    good = await world.slos.create(definition("good"), "ann")
    bad = await world.slos.create(definition("bad", metric="other_total"), "ann")
    world.server.down.add("other_total")
    done = await world.minutes(2)
    assert (done.calculated, done.failed) == (1, 1)
    seen = await world.slos.get(bad.slo.id)
    assert (seen.verdict.status, seen.verdict.reason) == (Status.NO_DATA, Reason.STALE)
    assert "other_total is broken" in seen.stale_reason
    assert seen.standing.measurement == bad.standing.measurement
    await check_truth(world, good)
    world.server.down.clear()
    await world.minutes()
    await check_truth(world, bad)
    assert (await world.slos.get(bad.slo.id)).stale_reason == ""


async def test_two_hours_without_prometheus_are_made_up_for(world):
    """Issue 4, never lose: out of reach for 2 h, and it has its samples afterwards: nothing is missing."""
    world.server.bad = lambda t: t // 60 % 5
    view = await world.slos.create(definition(window=Rolling(3)), "ann")
    world.server.down.add("http_requests_total")
    await world.minutes(120)
    assert (await world.slos.get(view.slo.id)).verdict.status is Status.NO_DATA
    world.server.down.clear()
    await world.minutes(5)
    assert (await check_truth(world, view)).coverage == 1.0


async def test_two_hours_in_which_prometheus_was_gone_are_a_gap_that_is_shown(world):
    """Issue 4: there are no samples of this time; coverage says so, and no event of the counters is lost."""
    view = await world.slos.create(definition(), "ann")
    began = world.now()
    world.server.gaps.append((began, began + 7200))
    world.server.down.add("http_requests_total")
    await world.minutes(120)
    world.server.down.clear()
    await world.minutes(10)
    found = await check_truth(world, view)
    assert 0.90 < found.coverage < 0.93
    start, end = datetime.fromtimestamp(began, UTC), datetime.fromtimestamp(began + 7200, UTC)
    _, course = await world.slos.history(view.slo.id, start, end, 24)
    assert [point.coverage for point in course.points[2:-2]] == [0.0] * (len(course.points) - 4)


async def test_an_answer_that_is_not_whole_is_no_answer(world):
    """3.4: a warning marks the bucket; counting the rest would look like fewer events."""
    view = await world.slos.create(definition(), "ann")
    world.server.warn = "2 stores did not answer"
    await world.minutes()
    assert "2 stores did not answer" in (await world.slos.get(view.slo.id)).stale_reason
    world.server.warn = ""
    await world.minutes()
    await check_truth(world, view)


async def test_without_prometheus_an_slo_can_be_made_and_says_what_is_missing(world):
    """Creating from files must not depend on a running Prometheus."""
    world.restart(configured=False)
    view = await world.slos.create(definition(), "ann")
    assert (view.verdict.status, view.stale_reason) == (Status.NO_DATA, "Prometheus is not configured")
    with pytest.raises(SourceNotConfigured):
        await world.slos.preview(definition(), 100)
    world.restart()
    await world.minutes()
    await check_truth(world, view)


async def test_a_burn_opens_one_alert_and_its_end_closes_it(world):
    """#5: fired, handed on once, resolved; one episode."""
    world.server.bad = lambda t: 60 if START <= t < START + 1800 else 0
    view = await world.slos.create(definition(window=Rolling(30), objective="99.9"), "ann")
    await world.minutes(8)
    [fired] = world.door.events
    assert (fired.labels["condition"], fired.labels["severity"]) == ("page-quick", "critical")
    assert fired.labels["slo_id"] == view.slo.id
    await world.minutes(60)
    last = [e for e in world.door.events if e.labels["condition"] == "page-quick"][-1]
    assert last.starts_at == fired.starts_at
    assert len({e.episode for e in world.door.events}) == 1


async def test_a_closed_door_is_knocked_at_again_also_after_a_restart(world):
    """Never lose: the alert is in the store until somebody took it."""
    world.server.bad = lambda t: 60 if t >= START else 0
    await world.slos.create(definition(window=Rolling(30)), "ann")
    world.door.closed = True
    await world.minutes(8)
    assert world.door.events == []
    world.door.closed = False
    world.restart()
    assert (await world.refresh.run()).alerts == 1
    assert (await world.refresh.run()).alerts == 0
    assert len(world.door.events) == 1


async def test_two_processes_never_count_a_bucket_twice(world):
    """Two replicas in the moment when the lease moves."""
    view = await world.slos.create(definition(), "ann")
    other, _ = world.process()
    for _ in range(5):
        world.clock.advance(60)
        await world.refresh.run()
        await other.run()
    await check_truth(world, view)
    slo = view.slo
    async with world.database.reading() as connection:
        kept = await rows.standing(connection, slo)
        memory = await rows.memory(connection, slo)
    async with world.database.writing() as connection:
        late = rows.State(slo, kept.as_of - 60, kept.as_of, kept.standing, memory)
        same = await rows.put_states(connection, [late])
    assert not same


async def test_more_slos_than_fit_into_memory_are_read_from_the_store(world):
    """The shelf has a bound."""
    views = [await world.slos.create(definition(f"s{n}"), "ann") for n in range(5)]
    world.refresh._shelf._max_books = 2
    await world.minutes(3)
    assert len(world.refresh._shelf._books) == 2
    for view in views:
        await check_truth(world, view)
    assert Stock({}, {}).counted_to(views[0].slo) == 0


async def test_an_edited_objective_keeps_history_and_shows_at_once(world):
    """Row 33: no new counting, no query."""
    view = await world.slos.create(definition(), "ann")
    world.server.asked.clear()
    edited = await world.slos.edit(
        view.slo.id, view.slo.version, lambda d: replace(d, objective=Objective.percent("98")), "bob"
    )
    assert (edited.slo.version, edited.slo.generation, edited.slo.updated_by) == (2, 1, "bob")
    assert counts(edited) == counts(view)
    assert edited.verdict.status is Status.HEALTHY
    assert world.server.asked == []


async def test_a_longer_window_fetches_what_is_missing_in_front(world):
    """Editing the window is no new generation either."""
    view = await world.slos.create(definition(), "ann")
    await world.slos.edit(view.slo.id, None, lambda d: replace(d, window=Rolling(7)), "bob")
    found = await check_truth(world, view)
    assert found.length_s == 7 * 86_400
    assert found.coverage == 1.0


async def test_a_new_meaning_counts_anew(world):
    """Counts of another indicator are another SLO's; a firing alert of the old one ends."""
    world.server.bad = lambda _: 60
    view = await world.slos.create(definition(window=Rolling(1)), "ann")
    assert view.standing.main.alert.firing
    sliced = Timeslices(300, Objective.percent("95"))
    edited = await world.slos.edit(view.slo.id, None, lambda d: replace(d, budgeting=sliced), "bob")
    assert edited.slo.generation == 2
    assert edited.standing.measurement.window.counts.total == 288
    assert world.door.events[-2].resolved
    async with world.database.writing() as connection:
        assert await prune(connection, world.now()) > 0
        assert await prune(connection, world.now()) == 0


async def test_edits_of_an_old_version_names_that_are_taken_and_unknown_ids(world):
    """A15 and optimistic concurrency."""
    view = await world.slos.create(definition("one"), "ann")
    await world.slos.create(definition("two"), "ann")
    with pytest.raises(StaleWrite):
        await world.slos.edit(view.slo.id, 7, lambda d: d, "bob")
    with pytest.raises(Conflict, match="has an SLO named 'two' already"):
        await world.slos.edit(view.slo.id, None, lambda d: replace(d, name="two"), "bob")
    with pytest.raises(Conflict):
        await world.slos.create(definition("two"), "ann")
    for call in (world.slos.get("nope"), world.slos.delete("nope", "x"), world.slos.calculate("nope")):
        with pytest.raises(NotFound):
            await call


async def test_deleting_takes_the_history_and_ends_the_alert_and_all_is_audited(world):
    """Row 64: who did what, with before and after."""
    world.server.bad = lambda _: 60
    view = await world.slos.create(definition(), "ann")
    await world.slos.delete(view.slo.id, "bob")
    assert world.door.events[-1].resolved
    assert await world.slos.every() == ()
    async with world.database.reading() as connection:
        assert [await chunks(connection, view.slo, tier, 0, world.now()) for tier in Tier] == [[]] * 4
        page = await audit.page(connection, 1, cursor=None, limit=10)
    assert [(row.actor, row.action) for row in page.items] == [("bob", "slo.delete"), ("ann", "slo.create")]


async def test_calculate_says_what_it_did(world):
    """A16, S6: fresh numbers and time on request."""
    view = await world.slos.create(definition(), "ann")
    world.clock.advance(180)
    seen, result = await world.slos.calculate(view.slo.id)
    assert (result.outcome, result.buckets) == (Outcome.CALCULATED, 3)
    assert seen.standing.calculated_at == world.now()
    world.clock.advance(5)
    seen, result = await world.slos.calculate(view.slo.id)
    assert result.outcome is Outcome.NOTHING_DUE
    assert seen.standing.calculated_at == world.now()
    world.server.down.add("http_requests_total")
    world.clock.advance(60)
    seen, result = await world.slos.calculate(view.slo.id)
    assert result.outcome is Outcome.FAILED
    assert seen.verdict.reason is Reason.STALE
    assert seen.standing.measurement.as_of == START + 180


async def test_the_worst_slo_comes_first_and_those_without_data_are_listed(world):
    """A11."""
    await world.slos.create(definition("fine", objective="90"), "ann")
    await world.slos.create(definition("broken", objective="99.9"), "ann")
    await world.slos.create(definition("worn", objective="99.8"), "ann")
    world.server.down.add("gone_total")
    await world.slos.create(definition("gone", metric="gone_total"), "ann")
    seen = await world.slos.every()
    assert [v.slo.definition.name for v in seen[:3]] == ["broken", "worn", "fine"]
    assert seen[-1].slo.definition.name == "gone"
    assert seen[-1].verdict.status is Status.NO_DATA


@pytest.mark.parametrize("width", [60, 300, 3600])
async def test_time_slices_are_counted_on_their_own_grid(world, width):
    """2.2, slo-features 30: slices of every width, over restarts."""
    world.server.bad = lambda t: 50 if t % 7200 < 3600 else 0
    slices = Timeslices(width, Objective.percent("95"))
    view = await world.slos.create(definition(objective="90", budgeting=slices), "ann")
    await world.minutes(61)
    world.restart()
    await world.minutes(61)
    found = (await world.slos.get(view.slo.id)).standing.measurement.window
    assert found.counts.total == pytest.approx(86_400 / width, abs=60 * 60 / width)
    assert found.counts.bad / found.counts.total == pytest.approx(0.5, abs=0.05)


async def test_a_calendar_month_is_filled_from_its_first_day(world):
    """Row 22, 73."""
    view = await world.slos.create(
        definition(window=Calendar(CalendarUnit.MONTH, "Europe/Berlin"), objective="98"), "ann"
    )
    found = await check_truth(world, view)
    assert datetime.fromtimestamp(found.start, UTC).isoformat() == "2026-02-28T23:00:00+00:00"
    assert found.coverage == 1.0


async def test_history_is_cut_to_what_was_asked_for_and_empty_before_anything_was_counted(world):
    """A17."""
    view = await world.slos.create(definition(window=Rolling(7)), "ann")
    now = world.clock.now()
    slo, course = await world.slos.history(view.slo.id, now - timedelta(days=7), now, 50)
    assert slo.id == view.slo.id
    assert 24 <= len(course.points) <= 50
    assert course.step_s == 6 * 3600
    _, none = await world.slos.history(view.slo.id, now + timedelta(days=1), now + timedelta(days=2), 50)
    assert none.points == ()


@pytest.mark.parametrize("series", [1, 20, 50_000])
@pytest.mark.parametrize("step_s", [60, 300, 3600])
def test_one_query_of_history_stays_within_the_points_of_the_server(series, step_s):
    """3.5: Prometheus answers 11,000 points; slices of a minute over 30 days need several queries."""
    days = longest_days(series, step_s)
    assert 1 <= days <= 30
    assert days * 86_400 // step_s + 1 <= MAX_POINTS


async def test_slices_of_a_minute_have_a_history_of_weeks(world):
    """Fetched in several pieces, and whole."""
    slices = Timeslices(60, Objective.percent("95"))
    view = await world.slos.create(definition(window=Rolling(9), budgeting=slices), "ann")
    await world.minutes(1)
    found = (await world.slos.get(view.slo.id)).standing.measurement.window
    assert found.counts.total == (found.end - found.start) // 60 >= 9 * 1440


async def test_rows_77_78_a_missing_slice_can_count_as_the_last_one(world):
    """`last`: a bad slice before a gap makes the gap bad, a good one good; coverage tells the gap."""
    world.server.bad = lambda t: 50 if START <= t < START + 420 else 0
    slices = Timeslices(60, Objective.percent("99"))
    view = await world.slos.create(
        definition(objective="90", budgeting=slices, missing=MissingData.LAST), "ann"
    )
    await world.minutes(5)
    before = counts(await world.slos.get(view.slo.id))
    assert before[0] > 0
    world.server.gaps.append((world.now(), world.now() + 600))
    await world.minutes(9)
    during = await world.slos.get(view.slo.id)
    missing = during.standing.measurement.window.counts.bad - before[0]
    assert missing >= 5
    assert during.standing.measurement.window.coverage < 1
    world.restart()
    await world.minutes(6)
    after = await world.slos.get(view.slo.id)
    assert after.standing.measurement.window.counts.bad >= before[0] + missing
    _, course = await world.slos.history(
        view.slo.id, datetime.fromtimestamp(START - 3600, UTC), world.clock.now(), 500
    )
    assert sum(p.bad for p in course.points) == after.standing.measurement.window.counts.bad
    changed = await world.slos.edit(
        view.slo.id, None, lambda old: replace(old, missing=MissingData.IGNORE), "ann"
    )
    assert changed.slo.generation == 2


async def test_row_44_silence_is_told_while_queries_fail_and_ends_with_them(world):
    """Nobody could measure for ten minutes: an alert, once; measured again: it is over."""
    policy = AlertPolicy(no_data_s=600)
    view = await world.slos.create(definition(objective="90", alerts=policy), "ann")
    world.server.down.add("http_requests_total")
    await world.minutes(8)
    assert world.door.events == []
    await world.minutes(6)
    [told] = world.door.events
    assert (told.labels["condition"], told.ends_at) == ("no-data", None)
    assert "nothing was measured for" in told.annotations["description"]
    world.restart()
    await world.minutes(2)
    assert len(world.door.events) == 1
    world.server.down.clear()
    await world.minutes(2)
    assert [event.ends_at is None for event in world.door.events] == [True, False]
    assert not (await world.slos.get(view.slo.id)).standing.main.alert.firing


async def test_row_25_each_objective_that_alerts_has_an_alert_of_its_own(world):
    """Two alerts through the one door, each with its objective; one that alerts no more is over at once."""
    strict = Goal(Objective.percent("99.5"), Rolling(2), alerting=True)
    told = definition(objective="90", window=Rolling(2), further=(strict, Goal(strict.objective, Rolling(1))))
    world.server.bad = lambda t: 0 if t < START - 3600 else 30 if t < START + 600 else 100
    view = await world.slos.create(told, "ann")
    await world.minutes(2)
    world.restart()
    await world.minutes(2)
    [event] = world.door.events
    assert event.labels["objective"] == "99.5%, rolling 2d"
    assert event.annotations["summary"] == "availability: page quick (99.5%, rolling 2d)"
    seen = await world.slos.get(view.slo.id)
    assert (seen.standing.burning, seen.standing.main.firing) == (True, "")
    assert [each.watch.firing for each in seen.further] == ["page-quick", ""]
    await world.minutes(90)
    main = [each for each in world.door.events if each.labels["objective"] == "90%, rolling 2d"]
    assert {each.fingerprint for each in main} != {event.fingerprint}
    assert [each.resolved for each in main] == [False]
    calm = replace(told, further=(replace(strict, alerting=False),))
    await world.slos.edit(view.slo.id, None, lambda _: calm, "bob")
    over = [each for each in world.door.events if each.resolved]
    assert [(each.episode, each.labels["objective"]) for each in over] == [
        (event.episode, event.labels["objective"])
    ]
    await world.slos.delete(view.slo.id, "bob")
    assert [each.fingerprint for each in world.door.events if each.resolved] == [
        event.fingerprint,
        main[0].fingerprint,
    ]


async def test_row_44_an_slo_that_could_never_be_measured_says_so(world):
    """Broken from the first moment on; handed on once, also when the door was closed at first."""
    world.server.down.add("http_requests_total")
    await world.slos.create(definition(alerts=AlertPolicy(no_data_s=300)), "ann")
    world.door.closed = True
    await world.minutes(6)
    world.door.closed = False
    await world.minutes(3)
    assert [event.labels["condition"] for event in world.door.events] == ["no-data"]


async def test_row_44_a_source_that_nobody_configures_any_more_is_told(world):
    """No query fails, because there is none: silence is told all the same, and once."""
    await world.slos.create(definition(objective="90", alerts=AlertPolicy(no_data_s=600)), "ann")
    world.restart(configured=False)
    await world.minutes(7)
    assert world.door.events == []
    await world.minutes(5)
    assert [event.labels["condition"] for event in world.door.events] == ["no-data"]


async def test_row_44_failing_queries_freeze_an_alert_that_fires(world):
    """Silence says nothing about the burn that it interrupts."""
    world.server.bad = lambda _t: 50
    await world.slos.create(definition(alerts=AlertPolicy(no_data_s=300)), "ann")
    await world.minutes(1)
    [fired] = world.door.events
    world.server.down.add("http_requests_total")
    await world.minutes(10)
    assert world.door.events == [fired]


async def test_row_43_an_end_in_sight_is_told_before_the_budget_is_spent(world):
    """At the rates of the last hour and day it is spent in time; nothing else fires yet."""
    world.server.bad = lambda at: 6 if at >= START - 9 * 3600 else 0
    policy = AlertPolicy(
        exhausted_within_s=12 * 3600,
        off=frozenset({"page-quick", "page-slow", "ticket-quick", "ticket-slow"}),
    )
    view = await world.slos.create(definition(objective="97", alerts=policy), "ann")
    await world.minutes(2)
    standing = (await world.slos.get(view.slo.id)).standing
    assert 0 < standing.measurement.remaining < 0.5
    assert (standing.main.alert.firing, standing.main.alert.condition) == (True, "exhaustion")
    [event] = world.door.events
    assert event.labels["condition"] == "exhaustion"


async def test_row_76_an_alert_says_what_was_agreed(world):
    """Two fifths of the budget are spent: the step at a quarter is told, the one at a half is not."""
    steps = (BudgetStep(25, "tell the team"), BudgetStep(50, "freeze releases"))
    await world.slos.create(definition(objective="97.5", alerts=AlertPolicy(budget_policy=steps)), "ann")
    await world.minutes(2)
    [event] = world.door.events
    assert event.labels["condition"] == "budget-25"
    assert event.annotations["description"].endswith("To be done from 25% on: tell the team")
