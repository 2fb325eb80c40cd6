"""An incident is investigated by itself: signals with their priors, timeline entries once, gaps in words."""

import asyncio
import re
from urllib.parse import parse_qs

import httpx
import pytest

from reliability_studio.clock import ManualClock
from reliability_studio.domain.timeline import EntryType
from reliability_studio.flows.hub import Hub
from reliability_studio.flows.inquiry import read
from reliability_studio.flows.investigate import Investigations, due_for
from reliability_studio.flows.telemetry import Signals
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources.http import SourceClient
from reliability_studio.sources.kubernetes import Kubernetes
from reliability_studio.sources.loki import Loki, nanoseconds
from reliability_studio.sources.prometheus import Prometheus
from reliability_studio.store import correlations, incidents, timeline
from reliability_studio.store.correlations import Version
from tests.support.fake_sources import FakeKubernetes, FakeLoki, client
from tests.support.records import NOON, an_incident, minutes

NOW = minutes(10)


class FakePrometheus:
    """Plain HTTP metrics of `checkout`: so many percent fail, and p95 in seconds; stepping up at noon."""

    def __init__(self, percent, p95):
        self.percent, self.p95, self.asked = percent, p95, []

    def __call__(self, request):
        if request.method == "GET":
            self.asked.append(request.url.path)
            return httpx.Response(200, json={"status": "success", "data": ["http_requests_total"]})
        form = {key: value[0] for key, value in parse_qs(request.content.decode()).items()}
        self.asked.append(form["query"])
        if request.url.path.endswith("query_range"):
            return self._answer("matrix", self._course(form))
        roles = re.findall(r'"__role__", "([^"]+)"', form["query"])
        values = {"total": 100.0, "bad": self.percent, "p50": 0.1, "p95": self.p95, "p99": 2 * self.p95}
        found = [(role, values[role]) for role in roles if role in values]
        if "plain HTTP/service" in roles:
            found = [("plain HTTP/service", 1.0)]
        rows = [{"metric": {"__role__": r}, "value": [NOW.timestamp(), str(v)]} for r, v in found]
        return self._answer("vector", rows)

    def _course(self, form):
        query, step = form["query"], int(form["step"])
        if "service_graph" in query:
            return []
        start, end = float(form["start"]), float(form["end"])
        times = [start + step * n for n in range(int((end - start) // step) + 1)]
        bad = [t >= NOON.timestamp() for t in times]
        if "histogram_quantile" in query:
            values = [1000 * self.p95 if b else 100 + n % 3 for n, b in enumerate(bad)]
        elif "/" in query:
            values = [self.percent / 100 if b else 0.0001 * (n % 3) for n, b in enumerate(bad)]
        else:
            values = [100 + n % 5 for n in range(len(times))]
        pairs = [[t, str(v)] for t, v in zip(times, values, strict=True)]
        return [{"metric": {"service": "checkout"}, "values": pairs}]

    @staticmethod
    def _answer(kind, result):
        return httpx.Response(200, json={"status": "success", "data": {"resultType": kind, "result": result}})


def cluster():
    def iso(at):
        return at.strftime("%Y-%m-%dT%H:%M:%SZ")

    meta = {"namespace": "shop", "labels": {"app": "checkout"}}
    ended = {"terminated": {"reason": "Error", "exitCode": 1, "finishedAt": iso(minutes(2))}}
    waiting = {"waiting": {"reason": "CrashLoopBackOff"}}
    pod = {
        "metadata": {"name": "checkout-1-a", **meta},
        "spec": {"containers": [{"image": "checkout:2"}]},
        "status": {
            "phase": "Running",
            "containerStatuses": [{"restartCount": 4, "state": waiting, "lastState": ended}],
        },
    }
    condition = {"type": "Progressing", "status": "True", "lastUpdateTime": iso(minutes(-2))}
    deployment = {
        "metadata": {"name": "checkout", **meta},
        "spec": {"replicas": 2, "template": {"spec": {"containers": [{"image": "checkout:2"}]}}},
        "status": {"conditions": [condition]},
    }
    event = {
        "metadata": {"name": "e"},
        "involvedObject": {"kind": "Pod", "name": "checkout-1-a"},
        "type": "Warning",
        "reason": "BackOff",
        "message": "Back-off restarting failed container",
        "lastTimestamp": iso(minutes(3)),
    }
    return FakeKubernetes(
        {
            "/api/v1/namespaces/shop/pods": [pod],
            "/api/v1/namespaces/shop/events": [event],
            "/apis/apps/v1/namespaces/shop/deployments": [deployment],
        }
    )


def logs():
    base = nanoseconds(NOON)
    return FakeLoki(
        [
            (
                {"app": "checkout"},
                [(base - n * 60_000_000_000, f"level=info msg=ok{n}") for n in range(1, 60)]
                + [
                    (base + n * 1_000_000_000, f'level=error msg="payment {n} failed: connection refused"')
                    for n in range(60)
                ],
            )
        ]
    )


def prometheus(stand_in):
    settings = SourceSettings(name="prometheus", url="http://prometheus.test", timeout_s=2)
    transport = httpx.MockTransport(stand_in)
    return Prometheus(SourceClient(settings, clock=ManualClock(NOW), transport=transport))


async def investigated(database, signals, *, times=1):
    async with database.writing() as connection:
        incident = await incidents.insert(connection, an_incident(labels={"namespace": "shop"}))
    work = Investigations(1, database, Hub(), signals)
    for _ in range(times):
        await work.run(incident, NOW)
    async with database.reading() as connection:
        signals_ = await correlations.of_incident(connection, incident.id)
        page = await timeline.page(connection, incident.id, limit=200)
        run = await correlations.latest(connection, incident.id)
    return signals_, [each.entry for each in page.items], read(run)


@pytest.mark.parametrize(
    ("percent", "p95", "expected"),
    [(1.1, 4.775, {0.8, 0.7}), (0.9, 0.9, set()), (1.1, 0.9, {0.8}), (0.9, 4.775, {0.7})],
)
async def test_c10_and_c11_error_rate_and_latency_carry_their_priors(database, percent, p95, expected):
    """C10, C11: above 1 % is 0.8, above a second is 0.7, below is nothing."""
    found, _, _ = await investigated(
        database, Signals(prometheus(FakePrometheus(percent, p95)), None, None, None)
    )
    assert {each.confidence for each in found if each.type == "metric"} == expected


async def test_l5_l8_t2_to_t5_every_source_is_asked_and_the_timeline_is_told_once(database):
    """L5, L8, C2, C4, C9, T2-T5: two runs of all sources give each entry once."""
    server, kubernetes = FakePrometheus(20, 4.775), cluster()
    signals = Signals(
        prometheus(server),
        Loki(client("loki", logs(), NOW)),
        None,
        Kubernetes(client("kubernetes", kubernetes, NOW)),
    )
    found, told, answer = await investigated(database, signals, times=2)
    assert {each.source_type for each in found} >= {"prometheus", "loki", "kubernetes"}
    [pod] = [each for each in found if each.type == "infrastructure"]
    assert (pod.confidence, pod.details["reason"]) == (0.95, "CrashLoopBackOff")
    kinds = [each.type for each in told]
    for kind in (
        EntryType.CORRELATION,
        EntryType.POD_CRASH,
        EntryType.KUBERNETES_EVENT,
        EntryType.DEPLOYMENT,
    ):
        assert kinds.count(kind) == 1
    assert EntryType.METRIC_ANOMALY in kinds
    assert EntryType.LOG_SPIKE in kinds
    assert answer.verdict.causes[0].service == "checkout"
    assert answer.queries <= 60
    assert len(server.asked) <= 2 * 60


async def test_c13_and_l4_a_missing_or_dead_source_is_words_not_failure(database):
    """C13, L4, I2, R1.2: no Kubernetes gives no signal of it; a Loki that fails leaves the rest."""
    dead = Loki(client("loki", FakeLoki([], status=500), NOW))
    found, _, answer = await investigated(
        database, Signals(prometheus(FakePrometheus(20, 4.775)), dead, None, None)
    )
    assert [each for each in found if each.source_type == "kubernetes"] == []
    assert answer.sources["kubernetes"] == "not configured"
    assert "loki answers 500" in answer.sources["logs"]
    assert {each.confidence for each in found if each.type == "metric"} == {0.8, 0.7}


async def test_new_incidents_are_found_by_the_sweep_and_only_once(database):
    """V6, Q6: without any user action; and not again until it is older."""
    async with database.writing() as connection:
        await incidents.insert(connection, an_incident())
    work = Investigations(1, database, Hub(), Signals(prometheus(FakePrometheus(20, 4)), None, None, None))
    assert await work.sweep(minutes(1)) == 1
    assert await work.sweep(minutes(2)) == 0
    assert await work.sweep(minutes(5.5)) == 1


@pytest.mark.parametrize(
    ("last", "now", "joined", "due"),
    [
        (None, 0, 0, "opened"),
        (0, 0.5, 0, None),
        (0.5, 1, 0, "age"),
        (1, 4, 0, None),
        (1, 5, 0, "age"),
        (6, 14, 0, None),
        (16, 46, 0, "age"),
        (46, 600, 0, None),
        (46, 600, 3, "alerts"),
        (599.5, 600, 3, None),
        (46, 600, 2, None),
    ],
)
def test_an_incident_is_due_at_once_after_1_5_15_and_45_minutes_and_when_alerts_join(last, now, joined, due):
    """And never again after that by itself; the last run saw two alerts."""
    run = None if last is None else Version(1, minutes(last), alerts=2)
    assert due_for(an_incident().created_at, run, joined, minutes(now)) == due


async def test_c3_sources_are_asked_at_once(database):
    """C3: each of the three answers only when all three have been asked; one after the other would fail."""
    everyone = asyncio.Barrier(3)

    def meeting(stand_in):
        met = False

        async def handle(request):
            nonlocal met
            if not met:
                met = True
                await everyone.wait()
            return stand_in(request)

        return handle

    signals = Signals(
        prometheus(meeting(FakePrometheus(20, 4))),
        Loki(client("loki", meeting(logs()), NOW)),
        None,
        Kubernetes(client("kubernetes", meeting(cluster()), NOW)),
    )
    _, _, answer = await investigated(database, signals)
    assert [answer.sources[each] for each in ("metrics", "logs", "kubernetes")] == ["used"] * 3
