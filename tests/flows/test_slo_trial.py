"""Rows 50, 70, 71, 87: a definition tried out on history, before or after it is saved; nothing is kept."""

from dataclasses import replace
from decimal import Decimal

import pytest

from reliability_studio.domain.slo.forecast import Fate
from reliability_studio.domain.slo.goals import Goal, Objective, Rolling
from reliability_studio.domain.slo.indicators import (
    Compare,
    CompositeIndicator,
    GaugeIndicator,
    LatencyIndicator,
    LogsIndicator,
    MemberSlo,
    Over,
    Part,
    ProbeIndicator,
    QueryIndicator,
    ShareIndicator,
)
from reliability_studio.domain.slo.measure import Status
from reliability_studio.domain.slo.policy import AlertPolicy
from reliability_studio.domain.slo.remarks import Doubt
from reliability_studio.domain.slo.ways import Chosen, Way, told
from reliability_studio.errors import NotFound, SourceNotConfigured, SourceRejected
from reliability_studio.sources.promql_text import parse_selector
from reliability_studio.store.engine import Database
from tests.flows.slo_world import START, World, definition

DAY = 86_400


@pytest.fixture
async def world(tmp_path):
    database = await Database.open(f"sqlite:///{tmp_path}/studio.sqlite")
    yield World(database)
    await database.aclose()


def rehearsal_of(found):
    """What the alert of the one objective that alerts would have done."""
    [(goal, rehearsal)] = found.rehearsals
    assert goal == found.slo.definition.goals[0]
    return rehearsal


def burst(first, last):
    """One error in a hundred, and half of all requests between two moments."""
    return lambda t: 50 if first <= t < last else 0


async def test_a_preview_says_everything_about_an_slo_and_stores_nothing(world):
    """Row 87: SLI, budget, course, alerts, forecast and coverage of a whole window."""
    world.server.bad = burst(START - 3 * DAY, START - 3 * DAY + 3600)
    found = await world.slos.preview(definition(window=Rolling(7)), 200)
    measurement = found.standing.measurement
    assert (measurement.window.counts.bad, measurement.window.counts.total) == world.server.truth(
        measurement.window.start, measurement.window.end
    )
    assert measurement.window.coverage == 1.0
    assert found.series == 2
    assert len(found.course.points) == 168
    episode, spent = rehearsal_of(found).episodes
    assert (episode.severity, spent.condition, spent.end) == ("page", "budget-spent", None)
    assert START - 3 * DAY < episode.start < START - 3 * DAY + 900
    assert rehearsal_of(found).until - rehearsal_of(found).since > 6 * DAY
    assert found.forecast.outlooks[0].fate is Fate.SPENT
    assert abs(found.forecast.outlooks[0].at - (START + 4 * DAY)) < 2 * 3600
    assert found.remarks == ()
    assert await world.slos.every() == ()
    world.server.down.add("http_requests_total")
    with pytest.raises(SourceRejected):
        await world.slos.preview(definition(), 100)


async def test_a_preview_of_a_mistyped_selector_says_so(world):
    """Row 82: no series, a missing bucket, a history that is too short, a budget of a few events."""
    none = LatencyIndicator(parse_selector('x_bucket{job="nobody"}', "$"), Decimal("0.3"))
    world.server.labels = {"x_bucket": []}
    found = await world.slos.preview(definition(indicator=none), 50)
    assert found.remarks[0].doubt is Doubt.NO_SERIES
    assert found.standing.measurement.verdict.status is Status.NO_DATA
    short = await world.slos.preview(definition(window=Rolling(30)), 50)
    assert Doubt.SHORT_HISTORY in [r.doubt for r in short.remarks]
    small = await world.slos.preview(definition(objective="99.999"), 50)
    assert Doubt.SMALL_BUDGET in [r.doubt for r in small.remarks]
    low = await world.slos.preview(definition(objective="90", window=Rolling(7)), 50)
    assert Doubt.FACTORS_LOWERED in [r.doubt for r in low.remarks]


async def test_a_trial_says_how_it_will_be_counted_and_warns_of_recorded_metrics(world):
    """Of counters by snapshots; a metric that a rule computes is no counter."""
    found = await world.slos.preview(definition(), 50)
    assert (found.standing.chosen.way, found.standing.chosen.why) == (Way.SNAPSHOTS, "")
    assert found.standing.queries == ('last_over_time(http_requests_total{job="api"}[2m])',)
    recorded = await world.slos.preview(definition(metric="job:http_requests:rate5m"), 50)
    [remark] = [each for each in recorded.remarks if each.doubt is Doubt.RECORDED]
    assert remark.text.startswith("job:http_requests:rate5m: by its name what a recording rule computes")


@pytest.mark.parametrize(
    ("indicator", "way"),
    [
        (definition().indicator, Way.SERVER),
        (LatencyIndicator(parse_selector("rt_bucket", "$"), Decimal(1)), Way.SERVER),
        (ProbeIndicator(parse_selector("up", "$")), Way.ANSWERS),
        (GaugeIndicator(parse_selector("queue", "$"), Over.MAX, Compare.BELOW, Decimal(5)), Way.ANSWERS),
        (ShareIndicator("a / b", Part.BAD), Way.ANSWERS),
        (QueryIndicator("a", "b", Part.BAD), Way.ANSWERS),
        (LogsIndicator('{a="b"}', '{a="b"}', Part.BAD), Way.ANSWERS),
        (CompositeIndicator((MemberSlo("a"),)), Way.MEMBERS),
    ],
)
def test_every_kind_has_a_way_and_a_reason(indicator, way):
    """What was chosen is of counters only; of the others there is no choice, and that is the reason."""
    chosen = Chosen(Way.SERVER, "20000 series")
    found = told(indicator, chosen)
    assert found.way is way
    assert (found.why == chosen.why) is (way is Way.SERVER)
    assert found.why


async def test_what_if_uses_the_slos_own_counts(world):
    """Row 71: another objective, window and alert; not one query is sent, and nothing changes."""
    world.server.bad = burst(START - 2 * DAY, START - 2 * DAY + 1800)
    view = await world.slos.create(definition(window=Rolling(7)), "ann")
    world.server.asked.clear()

    async def tried(**changes):
        return await world.slos.what_if(view.slo.id, lambda d: replace(d, **changes), 100)

    same = await tried()
    assert same.standing.measurement.window.counts == view.standing.measurement.window.counts
    assert rehearsal_of(same).fired == 1
    assert same.series is None
    loose = await tried(objective=Objective.percent("90"))
    assert loose.standing.measurement.verdict.status is Status.HEALTHY
    shorter = await tried(window=Rolling(1))
    assert shorter.standing.measurement.window.counts.bad == 0
    calmer = await tried(alerts=AlertPolicy(min_failures=10_000))
    assert rehearsal_of(calmer).pages == 0
    assert world.server.asked == []
    assert (await world.slos.get(view.slo.id)).slo == view.slo


async def test_row_50_each_objective_that_alerts_is_tried_over_its_own_window(world):
    """Row 25: the burst of three days ago is in the week of one and not in the day of the other."""
    world.server.bad = burst(START - 3 * DAY, START - 3 * DAY + 3600)
    day = Goal(Objective.percent("99.5"), Rolling(1), alerting=True)
    quiet = Goal(Objective.percent("99.99"), Rolling(7))
    found = await world.slos.preview(definition(window=Rolling(7), further=(day, quiet)), 100)
    assert [(goal.text, rehearsal.pages) for goal, rehearsal in found.rehearsals] == [
        ("99.9%, rolling 7d", 1),
        (day.text, 0),
    ]
    assert [rehearsal.until - rehearsal.since for _, rehearsal in found.rehearsals] == [
        pytest.approx(7 * DAY, abs=900),
        pytest.approx(DAY, abs=900),
    ]


async def test_what_if_it_counted_something_else_asks_the_source(world):
    """Another selector has other counts: they are fetched, and still nothing is kept."""
    view = await world.slos.create(definition(), "ann")
    total = parse_selector('http_requests_total{job="api"}', "$")
    other = replace(view.slo.definition.indicator, part=total.narrowed())
    found = await world.slos.what_if(view.slo.id, lambda d: replace(d, indicator=other), 100)
    counts = found.standing.measurement.window.counts
    assert counts.bad == counts.total
    assert found.series == 2


async def test_what_has_no_history_cannot_be_tried_or_foretold(world):
    """Said plainly, and no empty chart."""
    world.restart(configured=False)
    view = await world.slos.create(definition(), "ann")
    assert await world.slos.forecast(view.slo.id) is None
    with pytest.raises(NotFound, match="never counted"):
        await world.slos.what_if(view.slo.id, lambda d: d, 100)
    with pytest.raises(SourceNotConfigured):
        await world.slos.preview(definition(), 100)


async def test_a_forecast_comes_from_the_store(world):
    """Row 70: constant errors of ten times the pace; the budget of a fresh window is gone."""
    world.server.bad = lambda t: 1 if t >= START - 7200 else 0
    view = await world.slos.create(definition(objective="99.5", window=Rolling(7)), "ann")
    world.server.asked.clear()
    found = await world.slos.forecast(view.slo.id)
    hour, day = found.outlooks
    assert (hour.fate, hour.counts.bad) == (Fate.RUNS_OUT, 60)
    # 0.5 % of 1,008,000 events are 5,040; 120 are gone, 60 an hour follow, and nothing rolls off.
    assert (hour.at - found.as_of) / 3600 == pytest.approx((5040 - 120) / 60, abs=1)
    assert day.fate is Fate.LASTS
    assert (found.earliest, found.latest) == (hour.at, None)
    assert world.server.asked == []
