"""P5-P8: pinned queries, odd answers, and whose fault what is; against a strict stand-in."""

import json
import math
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import httpx
import pytest

from reliability_studio.clock import ManualClock
from reliability_studio.errors import (
    Invalid,
    SourceMalformed,
    SourceRejected,
    SourceTimeout,
    SourceUnavailable,
)
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources.http import SourceClient
from reliability_studio.sources.prometheus import MAX_POINTS, Answer, Prometheus, Series, explain, spans

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class StandIn:
    """A server that answers one thing and remembers what it was asked; only what we may ask is allowed."""

    def __init__(self, answer, status=200):
        self.answer, self.status, self.asked = answer, status, []

    def __call__(self, request):
        if request.method == "GET":
            assert request.url.path == "/api/v1/status/buildinfo"
            self.asked.append({})
        else:
            assert request.url.path in {"/api/v1/query", "/api/v1/query_range"}
            assert request.headers["content-type"] == "application/x-www-form-urlencoded"
            self.asked.append({k: v[0] for k, v in parse_qs(request.content.decode()).items()})
        body = self.answer if isinstance(self.answer, bytes) else json.dumps(self.answer).encode()
        return httpx.Response(self.status, content=body)


def prometheus(stand_in, **more):
    settings = SourceSettings(name="prometheus", url="http://prom.test:9090", timeout_s=1)
    transport = httpx.MockTransport(stand_in)
    client = SourceClient(settings, clock=ManualClock(NOW), explain=explain, transport=transport)
    return Prometheus(client, **more)


def vector(*rows):
    result = [{"metric": metric, "value": [NOW.timestamp(), text]} for metric, text in rows]
    return {"status": "success", "data": {"resultType": "vector", "result": result}}


async def test_p5_an_instant_query_pins_its_moment_and_asks_for_whole_answers():
    """P5: `time=` is sent; Thanos must not answer in part or downsampled."""
    server = StandIn(vector(({"pod": "a"}, "1.5"), ({"pod": "b"}, "NaN")))
    answer = await prometheus(server).query("up", at=NOW - timedelta(hours=3))
    assert server.asked == [
        {
            "query": "up",
            "time": "1767312245.000",
            "partial_response": "false",
            "max_source_resolution": "0s",
        }
    ]
    assert [s.labels for s in answer.series] == [{"pod": "a"}, {"pod": "b"}]
    assert math.isnan(answer.series[1].values[0])


@pytest.mark.parametrize(("resolution", "sent"), [("raw", "0s"), ("5m", "5m"), ("1h", "1h")])
async def test_thanos_answers_from_the_samples_that_are_allowed_and_never_in_part(resolution, sent):
    """Slo-features 84: instant and range queries alike."""
    server = StandIn({"status": "success", "data": {"resultType": "matrix", "result": []}})
    thanos = prometheus(server, resolution=resolution)
    await thanos.query("x[1m]", at=NOW)
    await thanos.query_range("x", NOW - timedelta(hours=1), NOW, step_s=60)
    assert [each["max_source_resolution"] for each in server.asked] == [sent, sent]
    assert [each["partial_response"] for each in server.asked] == ["false", "false"]


async def test_p6_an_hour_by_15_seconds_is_241_points():
    """P6: both ends are included."""
    values = [[NOW.timestamp() + 15 * n, str(n)] for n in range(241)]
    server = StandIn(
        {"status": "success", "data": {"resultType": "matrix", "result": [{"metric": {}, "values": values}]}}
    )
    answer = await prometheus(server).query_range("up", NOW, NOW + timedelta(hours=1), step_s=15)
    asked = server.asked[0]
    start, end, step = (float(asked[name]) for name in ("start", "end", "step"))
    assert (start, (end - start) // step + 1) == (NOW.timestamp(), 241), "as the server counts them"
    assert len(answer.series[0].values) == 241
    assert answer.frame().height == 241


async def test_more_points_than_the_server_takes_are_refused_before_asking():
    """11,000 points per series."""
    server = StandIn(vector())
    with pytest.raises(Invalid, match="more than the 11000"):
        await prometheus(server).query_range("up", NOW, NOW + timedelta(days=30), step_s=60)
    assert server.asked == []


@pytest.mark.parametrize(("rows", "number"), [((), None), ((({}, "NaN"),), None), ((({}, "2"),), 2.0)])
async def test_p8_nothing_and_not_a_number_are_none_and_never_zero(rows, number):
    """P8: empty or 0/0."""
    answer = await prometheus(StandIn(vector(*rows))).query("x", at=NOW)
    assert answer.number() == number


async def test_one_number_cannot_be_read_from_several_series():
    """Taking the first one would be a guess."""
    answer = await prometheus(StandIn(vector(({"a": "1"}, "1"), ({"a": "2"}, "2")))).query("x", at=NOW)
    with pytest.raises(Invalid, match="2 series"):
        answer.number()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"status":"success"}',
        b'{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1]}]}}',
        b'{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"x"]}]}}',
        b'{"status":"success","data":{"resultType":"string","result":[1,"x"]}}',
    ],
)
async def test_p8_malformed_answers_are_the_sources_fault(body):
    """P8: no index error, no panic."""
    with pytest.raises(SourceMalformed):
        await prometheus(StandIn(body)).query("x", at=NOW)


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (400, {"errorType": "bad_data", "error": "parse error: oops"}, SourceRejected),
        (422, {"errorType": "execution", "error": "too many samples"}, SourceRejected),
        (503, {"errorType": "timeout", "error": "query timed out"}, SourceTimeout),
        (500, {"errorType": "internal", "error": "boom"}, SourceUnavailable),
        (200, {"status": "error", "errorType": "bad_data", "error": "odd"}, SourceRejected),
    ],
)
async def test_refusals_keep_the_servers_words(status, error, kind):
    """Whose fault it is, and what it said."""
    with pytest.raises(kind, match=error["error"]):
        await prometheus(StandIn({"status": "error", **error}, status)).query("x", at=NOW)


async def test_warnings_are_handed_on():
    """A warning often means that a part is missing."""
    answer = await prometheus(StandIn({**vector(), "warnings": ["partial"]})).query("x", at=NOW)
    assert answer.warnings == ("partial",)


async def test_p7_health_says_the_version_or_fails():
    """P7."""
    good = StandIn({"status": "success", "data": {"version": "2.42.0"}})
    assert await prometheus(good).health() == "version 2.42.0"
    with pytest.raises(SourceUnavailable):
        await prometheus(StandIn(b"", 503)).health()


def test_spans_cover_every_step_once_newest_first():
    """Backfill's cuts."""
    start = NOW.replace(second=0)
    found = list(spans(start, start + timedelta(days=3), step_s=60, longest=timedelta(days=1)))
    steps = [
        begin + n * timedelta(minutes=1)
        for begin, end in found
        for n in range((end - begin) // timedelta(minutes=1) + 1)
    ]
    assert sorted(steps) == [start + n * timedelta(minutes=1) for n in range(3 * 1440 + 1)]
    assert found[0][1] == start + timedelta(days=3)
    assert all((end - begin) / timedelta(minutes=1) < MAX_POINTS for begin, end in found)


def test_frames_have_a_row_per_value_and_labels_of_their_own():
    """Long rows for Polars."""
    answer = Answer("q", (Series({"a": "1"}, [1.0, 2.0], [5.0, 6.0]), Series({}, [], [])))
    assert answer.frame().rows() == [
        (0, datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), 5.0),
        (0, datetime(1970, 1, 1, 0, 0, 2, tzinfo=UTC), 6.0),
    ]
    assert answer.labels().rows() == [(0, "1"), (1, None)]
