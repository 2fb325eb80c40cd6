"""What Tempo counts of all spans, as evidence for services that no metrics measure."""

import math
from datetime import timedelta

import httpx
import pytest

from reliability_studio.domain.correlation.kinds import Kind
from reliability_studio.errors import SourceError, SourceMalformed
from reliability_studio.flows.gather import gather
from reliability_studio.flows.gathered_columns import STEP_S
from reliability_studio.flows.span_courses import LATE, span_courses
from reliability_studio.flows.telemetry import Signals
from reliability_studio.sources.tempo import Tempo
from scripts.stand_ins.tempo import Counted
from tests.flows.test_investigate import FakePrometheus, investigated, prometheus
from tests.flows.test_tracing import batch, found, span
from tests.support.fake_sources import FakeTempo, client
from tests.support.records import NOON, minutes

NOW = minutes(10)
BEGIN = NOON - timedelta(hours=2)
EVERY_S = 2


def served(service, *, failing=lambda _at: 0, seconds=0.04, kind="server"):
    """A span every two seconds from two hours before noon; `failing` is how many of ten fail."""
    first, last = int(BEGIN.timestamp()), int(NOW.timestamp())
    return [
        Counted(service, kind, at, seconds, (at // EVERY_S) % 10 < failing(at))
        for at in range(first, last, EVERY_S)
    ]


def from_noon(many):
    return lambda at: many if at >= NOON.timestamp() else 0


def shop():
    """The checkout calls the bank, which fails from noon on; most of it reaches the checkout's callers."""
    return [
        *served("checkout", failing=from_noon(5)),
        *served("bank", failing=from_noon(7)),
        *served("bank", kind="client", failing=from_noon(9)),
        *served("search"),
    ]


def tempo(counted):
    """Searches that find one trace, in which nothing failed: who calls whom is seen in it."""
    whole = [batch("checkout", span("a", "", "POST /pay", 400)), batch("bank", span("b", "a", "charge", 390))]
    searches = {
        "status = error": [],
        "status != error": [],
        "duration >": [found("bad1", 400, "checkout-1-a")],
    }
    return FakeTempo([], searches=searches, whole={"bad1": whole}, counted=counted)


def signals(server, metrics=None):
    return Signals(metrics, None, Tempo(client("tempo", server, NOW)), None)


def counts(server):
    return [
        each["q"] for each in server.asked if "rate()" in each.get("q", "") or "quantile" in each.get("q", "")
    ]


async def rows(counted, known=(), end=NOW):
    return await span_courses(signals(tempo(counted)), known, BEGIN, end, STEP_S)


async def test_h6_of_traces_alone_the_failing_dependency_is_ranked_first(database):
    """H6, row 50: spans that a search would not show are counted, and weigh like metrics do."""
    _, _, answer = await investigated(database, signals(tempo(shop())))
    assert answer.verdict.causes[0].service == "bank"
    assert answer.verdict.causes[0].confidence > 0.5
    assert answer.sources["traces"] == "used"
    assert answer.sources["metrics"] == "not configured"
    checks = {each.check: each for each in answer.checks}
    assert checks["error-rate"].outcome.value == "found"
    assert set(checks["error-rate"].services) == {"bank", "checkout"}
    assert "status = error } | rate() by (resource.service.name)" in checks["error-rate"].query


async def test_the_same_shop_in_peace_accuses_nobody(database):
    """Counts of a quiet shop raise no suspicion; what is found rests on nothing but the slow trace."""
    calm = [*served("checkout"), *served("bank"), *served("search")]
    _, _, answer = await investigated(database, signals(tempo(calm)))
    assert all(each.confidence < 0.5 for each in answer.verdict.causes)
    assert {each.check: each.outcome.value for each in answer.checks}["error-rate"] == "clean"


async def test_a_tempo_that_counts_nothing_is_asked_once_and_loses_no_traces(database):
    """Before version 3 it takes the processor local-blocks; what searches found holds without it."""
    server = tempo(None)
    _, _, answer = await investigated(database, signals(server))
    assert len(counts(server)) == 1
    assert answer.sources["traces"] == "used"
    with pytest.raises(SourceError, match="localblocks"):
        await span_courses(signals(server), (), BEGIN, NOW, STEP_S)


async def test_who_is_measured_by_prometheus_is_not_counted_by_tempo_as_well():
    """One measurement told twice would look like two witnesses."""
    got = await gather(
        signals(tempo(shop()), prometheus(FakePrometheus(20, 4))), (), "checkout", "", NOON, NOW
    )
    assert "checkout" in {name for frame in got.metrics for name in frame["service"].to_list()}
    assert set(got.span_rows["service"].to_list()) == {"bank", "search"}


async def test_nothing_is_asked_when_everybody_in_question_has_metrics():
    server = FakeTempo([], searches={}, counted=shop())
    got = await gather(signals(server, prometheus(FakePrometheus(20, 4))), (), "checkout", "", NOON, NOW)
    assert got.span_rows is None
    assert counts(server) == []


async def test_shares_are_zero_where_nothing_failed_and_only_server_spans_count():
    measured = await rows(shop())
    errors = measured.filter(kind=Kind.ERRORS.value)
    before = errors.filter(errors["ts"] < NOON.timestamp() * 1000)
    after = errors.filter(errors["ts"] >= NOON.timestamp() * 1000)
    assert set(before["value"].to_list()) == {0.0}
    assert after.filter(service="bank")["value"].mean() == pytest.approx(0.7, abs=0.1)
    traffic = measured.filter(kind=Kind.TRAFFIC.value, service="bank")
    assert set(traffic["value"].to_list()) == {1 / EVERY_S}
    latency = measured.filter(kind=Kind.LATENCY.value)
    assert set(latency["value"].to_list()) == {40.0}
    assert set(latency["unit"].to_list()) == {"ms"}


async def test_a_step_without_spans_has_traffic_but_neither_share_nor_latency():
    quiet = [each for each in served("bank") if each.at_s < NOON.timestamp()]
    measured = await rows(quiet)
    after = measured.filter(measured["ts"] >= NOON.timestamp() * 1000)
    assert set(after["kind"].to_list()) == {Kind.TRAFFIC.value}
    assert set(after["value"].to_list()) == {0.0}


async def test_the_last_minute_is_left_out_as_its_spans_are_still_on_their_way():
    measured = await rows(served("bank"))
    assert measured["ts"].max() < (NOW - LATE).timestamp() * 1000


async def test_zeros_that_protobuf_leaves_out_and_numbers_that_are_texts_are_read():
    """A sample without a value is zero, `NaN` is no number, and times are 64 bits and so texts."""
    label = [{"key": "resource.service.name", "value": {"stringValue": "bank"}}]
    samples = [
        {"timestampMs": "1000"},
        {"timestampMs": "2000", "value": "NaN"},
        {"timestampMs": "3000", "value": 2},
    ]
    answer = {"series": [{"labels": label, "samples": samples}, {"labels": [], "samples": samples}]}
    server = Tempo(client("tempo", lambda _request: httpx.Response(200, json=answer), NOW))
    (found,) = await server.measured("{ }", BEGIN, NOW, step_s=30)
    assert (found.service, found.times_ms) == ("bank", [1000, 2000, 3000])
    assert found.values[0] == 0.0
    assert math.isnan(found.values[1])
    assert found.values[2] == 2.0


@pytest.mark.parametrize(
    "sample", [{"timestampMs": "soon"}, {"timestampMs": "1", "value": "much"}, {"value": []}]
)
async def test_an_answer_that_is_no_count_names_the_source(sample):
    label = [{"key": "resource.service.name", "value": {"stringValue": "bank"}}]
    answer = {"series": [{"labels": label, "samples": [sample]}]}
    server = Tempo(client("tempo", lambda _request: httpx.Response(200, json=answer), NOW))
    with pytest.raises(SourceMalformed, match="tempo does not answer like Tempo"):
        await server.measured("{ }", BEGIN, NOW, step_s=30)
