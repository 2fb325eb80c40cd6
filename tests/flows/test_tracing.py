"""Tempo within an investigation: what it is asked, what comes out, and what happens without it."""

from datetime import timedelta

import httpx

from reliability_studio.flows.gather import gather
from reliability_studio.flows.telemetry import Signals
from reliability_studio.flows.tracing import self_times, traced
from reliability_studio.sources.allowance import allowed
from reliability_studio.sources.tempo import Tempo
from tests.api.test_investigations import everything
from tests.flows.test_investigate import FakePrometheus, investigated, prometheus
from tests.support.fake_sources import FakeTempo, client
from tests.support.records import NOON, minutes

NOW = minutes(10)


def found(trace_id, ms, pod, *, spans=3, at=NOON):
    matched = [
        {
            "spanID": f"{trace_id}{n}",
            "durationNanos": "1000000",
            "attributes": [{"key": "k8s.pod.name", "value": {"stringValue": pod}}],
        }
        for n in range(spans)
    ]
    return {
        "traceID": trace_id,
        "rootServiceName": "checkout",
        "rootTraceName": "POST /pay",
        "startTimeUnixNano": str(int(at.timestamp()) * 10**9),
        "durationMs": ms,
        "spanSets": [{"spans": matched}],
    }


def batch(service, *spans):
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]}
    return {"resource": resource, "scopeSpans": [{"spans": list(spans)}]}


def span(id_, parent, name, ms, *, error=False):
    status = {"code": "STATUS_CODE_ERROR", "message": "declined"} if error else {}
    return {
        "spanId": id_,
        "parentSpanId": parent,
        "name": name,
        "kind": "SPAN_KIND_SERVER",
        "startTimeUnixNano": "1000000000",
        "endTimeUnixNano": str(1_000_000_000 + ms * 1_000_000),
        "status": status,
    }


def tempo():
    whole = [
        batch("checkout", span("a", "", "POST /pay", 400, error=True)),
        batch("bank", span("b", "a", "charge", 390, error=True)),
    ]
    searches = {
        "status = error": [found("bad1", 400, "checkout-1-a")],
        "status != error": [found(f"ok{n}", 100, "checkout-1-b") for n in range(5)],
        "duration >": [found("bad1", 400, "checkout-1-a")],
    }
    return FakeTempo([], searches=searches, whole={"bad1": whole})


def signals(stand_in):
    return Signals(None, None, Tempo(client("tempo", stand_in, NOW)), None)


async def test_h6_failing_and_slow_spans_and_what_they_share_are_told_with_trace_ids():
    """H6, V2, rows 55, 56: slow is three times the service's own usual, asked of its own traces."""
    server = tempo()
    seen = await traced(signals(server), "checkout", NOON, NOON - timedelta(hours=2), NOW)
    by_check = {each.check: each for each in seen.facts}
    assert by_check["failing-spans"].service == "bank"
    assert "declined (trace bad1)" in by_check["failing-spans"].text
    assert by_check["slow-spans"].text.startswith("bank charge takes 390 ms of its own")
    assert "k8s.pod.name = checkout-1-a" in by_check["span-attributes"].text
    assert seen.calls == {("checkout", "bank")}
    asked = [each["q"] for each in server.asked if "q" in each]
    assert '{ resource.service.name = "checkout" && duration > 300ms }' in asked


async def test_h6_an_investigation_without_prometheus_still_has_a_graph_from_traces(database):
    """H6: Tempo alone names the failing dependency in the checks; the other sources are words."""
    _, _, answer = await investigated(database, signals(tempo()))
    assert answer.sources["traces"] == "used"
    assert answer.sources["metrics"] == "not configured"
    checks = {each.check: each for each in answer.checks}
    assert checks["failing-spans"].outcome.value == "found"
    assert checks["failing-spans"].services == ("bank",)
    assert checks["error-rate"].outcome.value == "skipped"


async def test_h6_a_tempo_that_is_down_leaves_the_rest(database):
    """H6: partial, not an error."""
    down = Tempo(client("tempo", lambda _request: httpx.Response(500), NOW))
    _, _, answer = await investigated(database, Signals(prometheus(FakePrometheus(20, 4)), None, down, None))
    assert "tempo answers 500" in answer.sources["traces"]
    assert answer.sources["metrics"] == "used"
    checks = {each.check: each for each in answer.checks}
    assert checks["failing-spans"].outcome.value == "failed"
    assert checks["error-rate"].outcome.value == "found"


async def test_an_investigation_never_asks_more_than_sixty_times():
    """The allowance holds over all sources, and what was left out says so."""
    got = await gather(everything(), (), "checkout", "shop", NOON, NOW)
    assert 0 < got.queries <= 60


def slowing(count=6, bank_ms=400):
    """Traces from before noon and since then, in which the bank takes longer. Ids are hexadecimal."""
    timed, whole = [], {}
    for side, begin, took in (("a", -20, 40), ("b", 1, bank_ms)):
        for n in range(count):
            name = f"{side}{n}"
            timed.append(found(name, took + 20, "checkout-1-a", at=minutes(begin)))
            whole[name] = [
                batch("checkout", span("1", "", "POST /pay", took + 20 + n)),
                batch("bank", span("2", "1", "charge", took + n)),
            ]
    return FakeTempo([], searches={"status = error": []}, whole=whole, timed=timed)


async def self_time(database, stand_in):
    """What the check says of an investigation with nothing but this Tempo."""
    _, _, answer = await investigated(database, signals(stand_in))
    return next(each for each in answer.checks if each.check == "self-time")


async def test_row_55_a_live_investigation_reads_a_few_traces_and_says_whose_own_time_rose(database):
    """The service that got slow, with what is usual and how rare it is; its caller only waits."""
    told = await self_time(database, slowing())
    assert (told.outcome.value, told.services) == ("found", ("bank",))
    assert told.summary == "bank takes 402 ms of its own, usually 42 ms (6 traces against 6)"
    assert (told.before, told.now, told.samples) == (42.5, 402.5, 6)
    assert told.strength > 2
    assert told.query == '{ resource.service.name = "checkout" && status != error }'


async def test_a_service_that_is_as_quick_as_usual_is_clean(database):
    """Checked, and nothing found."""
    assert (await self_time(database, slowing(bank_ms=40))).outcome.value == "clean"


async def test_too_few_traces_are_no_data_with_their_number(database):
    """And none of them is opened for it."""
    server = slowing(count=4)
    told = await self_time(database, server)
    assert told.outcome.value == "no_data"
    assert told.summary.startswith("4 usual traces of one operation and 4 since the onset; 5 of each")


async def test_a_trace_that_cannot_be_read_is_said_by_this_check_alone(database):
    """The searches answered, so the other checks of traces did."""
    server = slowing()
    del server.batches["a3"]
    _, _, answer = await investigated(database, signals(server))
    by_check = {each.check: each for each in answer.checks}
    assert by_check["self-time"].outcome.value == "failed"
    assert "404" in by_check["self-time"].summary
    assert by_check["failing-spans"].outcome.value == "clean"
    assert answer.sources["traces"] == "used"


async def test_without_calls_to_spare_traces_are_not_opened():
    """Sixty calls are for everything; checks of metrics come first."""
    with allowed(60) as allowance:
        seen = await traced(signals(slowing()), "checkout", NOON, NOON - timedelta(hours=2), NOW)
        spent = allowance.spent
        nothing = await self_times(signals(slowing()), "checkout", seen.usual, seen.now, 9)
        assert (nothing.facts, allowance.spent) == ((), spent)
        assert nothing.lacking == "9 queries were left for traces; 10 are needed"
        enough = await self_times(signals(slowing()), "checkout", seen.usual, seen.now, 10)
    assert [each.service for each in enough.facts] == ["bank"]
    assert allowance.spent == spent + 10
