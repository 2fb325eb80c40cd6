"""What can be seen of a service: the dialect, what is missing, and the line that would show it."""

import json
from dataclasses import replace
from urllib.parse import parse_qs

import httpx
import pytest

from reliability_studio.flows.coverage import CoverageState, coverage
from reliability_studio.flows.gather import gather
from reliability_studio.flows.telemetry import Signals
from reliability_studio.settings.organisation import decode
from reliability_studio.sources.loki import Loki
from reliability_studio.sources.tempo import Tempo
from scripts.stand_ins.tempo import Counted
from tests.flows.test_investigate import logs, prometheus
from tests.support.fake_sources import FakeTempo, client
from tests.support.records import NOON, minutes

NOW = minutes(10)
PRESENT, MISSING, ABSENT = CoverageState.PRESENT, CoverageState.MISSING, CoverageState.NOT_CONFIGURED


class Metrics:
    """A Prometheus that has the named metrics; `answers` by a part of the query, else nothing."""

    def __init__(self, names, answers):
        self.names, self.answers, self.asked = names, answers, []

    def __call__(self, request):
        if request.method == "GET":
            return httpx.Response(200, json={"status": "success", "data": self.names})
        query = parse_qs(request.content.decode())["query"][0]
        self.asked.append(query)
        labels = next((found for part, found in self.answers.items() if part in query), None)
        value = [NOW.timestamp(), "1"]
        if request.url.path.endswith("query_range"):
            values = [[NOW.timestamp() - 30, "1"], value]
            result = [] if labels is None else [{"metric": labels, "values": values}]
            return self._answer("matrix", result)
        return self._answer("vector", [] if labels is None else [{"metric": labels, "value": value}])

    @staticmethod
    def _answer(kind, result):
        return httpx.Response(200, json={"status": "success", "data": {"resultType": kind, "result": result}})


def signals(names=(), answers=None, loki=None, own=()):
    source = prometheus(Metrics(list(names), answers or {}))
    return Signals(source, loki, None, None, own)


async def parts(seen):
    found = await coverage(seen, "checkout", NOW)
    return found, {each.subject: each for each in found.parts}


async def test_a_service_that_is_well_covered_names_its_dialect_and_label():
    """Row 110, 106: what is there, by which name."""
    answers = {
        "__role__": {"__role__": "plain HTTP/job"},
        "code!=": {},
        "http_request_duration_seconds_bucket": {},
        "kube_pod_info": {},
    }
    seen = signals(["http_requests_total"], answers, Loki(client("loki", logs(), NOW)))
    found, by = await parts(seen)
    assert (found.dialect, found.label) == ("plain HTTP", "job")
    assert {name for name, each in by.items() if each.state is PRESENT} == {
        "requests",
        "errors",
        "latency",
        "workloads",
        "logs",
    }
    assert (by["traces"].state, by["cluster"].state) == (ABSENT, ABSENT)
    assert by["calls"].state is MISSING
    assert "metrics generator" in by["calls"].fix
    assert found.share == pytest.approx(5 / 7)


async def test_a_tempo_that_counts_spans_is_told_from_one_that_cannot():
    """What an investigation can weigh of traces: there, no such span, or the processor that is missing."""
    spans = [Counted("checkout", "server", NOW.timestamp() - 600, 0.1, failed=False)]
    for counted, state, fix in (
        (spans, PRESENT, ""),
        ([replace(spans[0], kind="client")], MISSING, "span of kind server"),
        (None, MISSING, "local-blocks"),
    ):
        tempo = Tempo(client("tempo", FakeTempo([], counted=counted), NOW))
        _, by = await parts(Signals(None, None, tempo, None))
        assert by["spans"].state is state
        assert fix in by["spans"].fix


async def test_a_tempo_that_fails_otherwise_says_so():
    down = Tempo(client("tempo", lambda _request: httpx.Response(500, text="out of memory"), NOW))
    _, by = await parts(Signals(None, None, down, None))
    assert by["spans"].state is CoverageState.FAILED


async def test_a_label_that_no_dialect_knows_gives_the_relabel_line():
    """The metric is there under another label: the line that copies it."""
    answers = {"topk(": {"svc": "checkout", "code": "200"}}
    _, by = await parts(signals(["http_requests_total"], answers))
    assert by["requests"].state is MISSING
    assert "in the label svc" in by["requests"].detail
    assert by["requests"].fix == ("metric_relabel_configs: [{source_labels: [svc], target_label: service}]")


async def test_a_metric_without_this_service_gives_the_line_that_names_it():
    """The metric is there, this service is not."""
    _, by = await parts(signals(["http_requests_total"], {"topk(": {"svc": "other"}}))
    assert by["requests"].fix == ("metric_relabel_configs: [{target_label: service, replacement: checkout}]")


async def test_nothing_known_says_what_was_looked_for():
    """And how to name a metric of one's own."""
    _, by = await parts(signals())
    assert "http_requests_total" in by["requests"].detail
    assert "dialects" in by["requests"].fix


async def test_without_sources_every_part_says_so_and_nothing_fails():
    """No source at all is an answer as well."""
    found, by = await parts(Signals(None, None, None, None))
    assert by["requests"].state is ABSENT
    assert {each.state for each in found.parts} == {ABSENT, MISSING}
    assert found.share == 0.0


OWN = {
    "service": "checkout",
    "requests": "shop_http_count",
    "label": "svc",
    "value": "checkout-v2",
    "failed": 'outcome="bad"',
}


async def test_a_service_may_be_described_in_the_settings():
    """P10, per-service override: it is asked for by its own metric and comes back under its own name."""
    settings = decode(json.dumps({"dialects": [OWN]}).encode(), {})
    assert settings.problems == ()
    answers = {"shop_http_count": {"svc": "checkout-v2"}}
    seen = signals(["shop_http_count"], answers, own=settings.dialects)
    found, by = await parts(seen)
    assert (found.dialect, by["requests"].state) == ("as configured", PRESENT)
    assert 'shop_http_count by svc="checkout-v2"' in by["requests"].detail
    got = await gather(seen, (), "checkout", "shop", NOON, NOW)
    assert {name for frame in got.metrics for name in frame["service"].unique()} == {"checkout"}
    rates = await seen.rates("checkout", NOON, NOW)
    assert 'shop_http_count{svc="checkout-v2",outcome="bad"}' in rates.query


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("requests", "a b"),
        ("label", "1x"),
        ("failed", 'outcome="bad"} or vector(1'),
        ("failed", ""),
        ("service", ""),
        ("unit", "h"),
    ],
)
def test_a_description_that_cannot_be_is_reported_by_its_field(field, value):
    """Nothing of it reaches a query."""
    settings = decode(json.dumps({"dialects": [{**OWN, field: value}]}).encode(), {})
    assert [each.path for each in settings.problems] == [f"jsonData.dialects[0].{field}"]
    assert field == "unit" or settings.dialects == ()
