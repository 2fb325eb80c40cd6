"""Investigations end to end on strict stand-ins: what each kind of source must bring into an answer."""

import asyncio
import re
from datetime import timedelta
from urllib.parse import parse_qs

import httpx
import pytest

from reliability_studio.domain.checks.catalogue import BY_ID
from reliability_studio.domain.correlation.evidence import Likely, Outcome
from reliability_studio.domain.correlation.signals import SignalType
from reliability_studio.domain.timeline import EntryType
from reliability_studio.errors import Conflict, StoreError
from reliability_studio.flows import investigate
from reliability_studio.flows.gather import gather
from reliability_studio.flows.hub import Hub
from reliability_studio.flows.inquiry import Inquiries, read
from reliability_studio.flows.investigate import Investigations
from reliability_studio.flows.progress import Newest, Progress, Running
from reliability_studio.flows.telemetry import Signals
from reliability_studio.sources.allowance import AllowanceSpent, allowed, spend
from reliability_studio.sources.kubernetes import Kubernetes
from reliability_studio.sources.loki import Loki
from reliability_studio.sources.tempo import Tempo
from reliability_studio.store import correlations, incidents, running
from tests.flows.test_investigate import FakePrometheus, cluster, investigated, logs, prometheus
from tests.flows.test_tracing import tempo
from tests.support.fake_sources import FakeLoki, client
from tests.support.records import NOON, an_incident, minutes

NOW = minutes(10)


def everything():
    return Signals(
        prometheus(FakePrometheus(20, 4.775)),
        Loki(client("loki", logs(), NOW)),
        Tempo(client("tempo", tempo(), NOW)),
        Kubernetes(client("kubernetes", cluster(), NOW)),
    )


async def test_v2_c1_and_l7_an_answer_has_signals_of_all_four_sources(database):
    """V2, C1, L5, L7: metrics, logs, traces and Kubernetes, each of a type that the API names."""
    found, told, answer = await investigated(database, everything())
    assert {each.source_type for each in found} >= {"prometheus", "loki", "tempo", "kubernetes"}
    assert {each.type for each in found} <= {each.value for each in SignalType}
    assert {"metrics", "logs", "traces", "kubernetes"} <= {
        name for name, state in answer.sources.items() if state == "used"
    }
    assert answer.queries <= 60
    [crash] = [each for each in told if each.type is EntryType.POD_CRASH]
    assert "Error (exit code 1)" in crash.title


async def test_issue_5_7_failing_traces_are_told_on_the_timeline_once(database):
    """`trace_anomaly`: what requests of the incident came to, with the query, however often it is asked."""
    _, told, answer = await investigated(database, everything(), times=2)
    entries = [each for each in told if each.type is EntryType.TRACE_ANOMALY]
    assert entries
    assert len({each.title for each in entries}) == len(entries)
    failing = next(each for each in answer.checks if each.check == "failing-spans")
    assert any(each.title in failing.summary for each in entries)
    assert all(each.metadata["query"] for each in entries)
    assert {each.occurred_at for each in entries} == {answer.verdict.onset.shown}


async def test_rows_52_to_54_log_patterns_are_clustered_judged_and_shown_with_examples(database):
    """C6, rows 52-54: sixty lines that differ in a number are one new pattern, told with examples."""
    _, _, answer = await investigated(database, Signals(None, Loki(client("loki", logs(), NOW)), None, None))
    patterns = [each for each in answer.verdict.findings if each.id.startswith("log:")]
    [refused] = [each for each in patterns if "refused" in each.subject]
    assert refused.samples == 60
    assert refused.shown == NOON  # its first line, not the end of a bucket
    assert refused.samples_text
    checks = {each.check: each for each in answer.checks}
    assert checks["log-new"].outcome is Outcome.FOUND
    assert checks["log-dependency"].outcome is Outcome.FOUND
    assert checks["log-errors"].outcome is Outcome.FOUND
    assert checks["log-exception"].outcome is Outcome.CLEAN


async def test_row_76_calm_sources_name_nobody(database):
    """Row 76: nothing unusual is an explicit answer, without a cause, a step or a signal of one."""
    found, _, answer = await investigated(
        database, Signals(prometheus(FakePrometheus(0.01, 0.1)), None, None, None)
    )
    assert answer.verdict.likely is Likely.NONE
    assert answer.verdict.steps == ()
    assert [each for each in found if each.type == "cause"] == []
    assert answer.verdict.center == "checkout"


async def test_c5_an_incident_of_hours_ago_is_asked_about_its_own_window(database):
    """C5, K3: not about now."""
    asked = []

    class Recording(FakePrometheus):
        def _course(self, form):
            asked.append((float(form["start"]), float(form["end"])))
            return super()._course(form)

    signals = Signals(prometheus(Recording(20, 4)), None, None, None)
    async with database.writing() as connection:
        incident = await incidents.insert(connection, an_incident())
    await Investigations(1, database, Hub(), signals).run(incident, NOON + timedelta(hours=3))
    start = NOON.timestamp()
    assert asked
    assert max(end for _, end in asked) <= start + 3600
    assert min(begin for begin, _ in asked) >= start - 2 * 3600


async def test_c8_a_run_that_cannot_be_kept_leaves_the_last_one_whole(database, monkeypatch):
    """C8: rows and timeline are one transaction; when it fails, what was there before is still there."""
    async with database.writing() as connection:
        incident = await incidents.insert(connection, an_incident())
    work = Investigations(1, database, Hub(), Signals(prometheus(FakePrometheus(20, 4)), None, None, None))
    await work.run(incident, minutes(1))

    async def broken(*_arguments):
        raise StoreError("the disk is full")

    monkeypatch.setattr(investigate.timeline, "add", broken)
    with pytest.raises(StoreError):
        await work.run(incident, minutes(5))
    async with database.reading() as connection:
        kept = await correlations.versions(connection, incident.id, limit=10)
        signals = await correlations.of_incident(connection, incident.id)
        last = await correlations.latest(connection, incident.id)
    assert [each.at for each in kept] == [minutes(1)]
    assert signals
    assert read(last).verdict.causes[0].service == "checkout"


async def test_one_incident_is_not_investigated_twice_at_once(database):
    """A second request while one runs is refused and says so; a run that failed does not block the next."""
    async with database.writing() as connection:
        incident = await incidents.insert(connection, an_incident())
    work = Investigations(1, database, Hub(), everything())
    async with Progress(1, database).run(incident.id, NOW):
        with pytest.raises(Conflict, match="INC-1 is being investigated"):
            await work.ask(1, by="ada", now=NOW)
    await work.ask(1, by="ada", now=NOW)


async def test_a_run_whose_process_died_gives_way(database):
    """As long as it may live nobody else begins; then one does, and the lost one writes nothing any more."""
    async with database.writing() as connection:
        incident = await incidents.insert(connection, an_incident())
        assert await running.claim(connection, 1, incident.id, "lost", NOW)
    for ahead, claimed in ((running.LOST, False), (running.LOST + timedelta(seconds=1), True)):
        async with database.writing() as connection:
            assert await running.claim(connection, 1, incident.id, "next", NOW + ahead) is claimed
    async with database.writing() as connection:
        await running.found(connection, "lost", NOW + running.LOST, ["metrics"], None)
        await running.release(connection, "lost")
    async with database.reading() as connection:
        found = await running.of(connection, incident.id, NOW + running.LOST)
    assert found == running.Run(NOW + running.LOST + timedelta(seconds=1), (), None)


async def test_a_partial_answer_of_another_version_is_no_answer(database):
    """A replica that is newer may run it: that it runs is known, what it found is not."""
    async with database.writing() as connection:
        incident = await incidents.insert(connection, an_incident())
        await running.claim(connection, 1, incident.id, "newer", NOW)
        await running.found(connection, "newer", NOW, ["logs"], {"shape": 9})
    shown = await Inquiries(1, database).latest(1, NOW)
    assert shown.running == Running(NOW, ("logs",), None)


class Exported:
    """A Prometheus that has the metrics of one check, with one series that is bad since noon."""

    def __init__(self, check, labels, before, now):
        self.check, self.labels, self.before, self.bad = check, labels, before, now

    def __call__(self, request):
        if request.method == "GET":
            names = [name for need in self.check.needs for name in need.split("|")[:1]]
            return httpx.Response(200, json={"status": "success", "data": names})
        form = {key: value[0] for key, value in parse_qs(request.content.decode()).items()}
        result = []
        if request.url.path.endswith("query_range") and self._mine(form["query"]):
            begin, end, step = float(form["start"]), float(form["end"]), int(form["step"])
            times = [begin + step * n for n in range(int((end - begin) // step) + 1)]
            values = [
                [at, str(self.bad if at >= NOON.timestamp() else self.before * (1 + 0.01 * (n % 3)))]
                for n, at in enumerate(times)
            ]
            result = [{"metric": self.labels, "values": values}]
        kind = "matrix" if request.url.path.endswith("query_range") else "vector"
        data = {"resultType": kind, "result": result}
        return httpx.Response(200, json={"status": "success", "data": data})

    def _mine(self, query):
        fixed = re.split(r"\$\w+", self.check.query)
        return query.startswith(fixed[0]) and query.endswith(fixed[-1])


POD = {"pod": "checkout-5d9c7b8f6-x2vbk"}


@pytest.mark.parametrize(
    ("check", "labels", "before", "now"),
    [
        ("node-pressure", {**POD, "node": "n1"}, 0, 1),
        ("node-not-ready", {**POD, "node": "n1"}, 0, 1),
        ("noisy-neighbour", {**POD, "node": "n1"}, 0.4, 0.97),
        ("cpu-throttling", POD, 0.02, 0.6),
        ("cpu-limit", POD, 0.3, 0.95),
        ("memory-limit", POD, 0.5, 0.97),
        ("memory-leak", POD, 0.5, 1.4),
        ("oom-terminated", POD, 0, 2),
        ("restarts", POD, 0, 3),
        ("evicted-pods", POD, 0, 1),
        ("unschedulable", POD, 0, 1),
        ("missing-replicas", {"deployment": "checkout"}, 0, -2),
        ("stuck-rollout", {"deployment": "checkout"}, 0, -1),
        ("autoscaler-limit", {"horizontalpodautoscaler": "checkout"}, 0.4, 1),
        ("volume-space", {"persistentvolumeclaim": "data-checkout-0"}, 0.5, 0.96),
        ("volume-space", {**POD, "persistentvolumeclaim": "files"}, 0.5, 0.96),
        ("disk-io", POD, 1e5, 9e7),
        ("database-connections", {"service": "checkout"}, 0.3, 0.99),
        ("pool-waiting", {"application": "checkout"}, 0, 12),
        ("replication-lag", {"service": "checkout"}, 0.5, 90),
        ("dns-latency", {}, 0.01, 0.8),
        ("dns-errors", {}, 0.0001, 0.3),
        ("certificate", {"service": "checkout"}, 1.5, 1.5),
        ("network-drops", POD, 0.1, 60),
    ],
)
async def test_rows_64_to_71_each_exporter_metric_answers_its_check(database, check, labels, before, now):
    """Rows 64, 66-71: crashes, nodes, neighbours, throttling, disks, databases, DNS, by owner."""
    server = Exported(BY_ID[check], labels, before, now)
    _, _, answer = await investigated(database, Signals(prometheus(server), None, None, None))
    told = {each.check: each for each in answer.checks}[check]
    assert (told.outcome, told.services) == (Outcome.FOUND, ("checkout",))
    assert "$" not in told.query
    assert told.fix
    others = {each.check for each in answer.checks if each.outcome is Outcome.FOUND}
    assert others == {check}


async def test_row_51_the_same_hour_of_yesterday_and_last_week_is_compared(database):
    """Row 51: three times last week's traffic is unusual although it may be usual for nobody's noise."""

    class Season(FakePrometheus):
        def _course(self, form):
            if "offset 1w" in form["query"]:
                times = [float(form["start"]) + 30 * n for n in range(100)]
                return [{"metric": {}, "values": [[t, "3"] for t in times if t <= float(form["end"])]}] * 1
            return [] if "offset" in form["query"] else super()._course(form)

    server = Season(0.01, 0.1)
    _, _, answer = await investigated(database, Signals(prometheus(server), None, None, None))
    checks = {each.check: each for each in answer.checks}
    assert checks["traffic-yesterday"].outcome is Outcome.NO_DATA
    assert 'http_requests_total{service="checkout"}[5m] offset 1w' in checks["traffic-last-week"].query


async def test_a_hanging_source_gives_a_partial_answer_at_the_deadline(monkeypatch):
    """Time budget: the others are used; the late one says how long it was waited for."""
    monkeypatch.setattr("reliability_studio.flows.gather.DEADLINE_S", 0.3)

    class Hanging(FakeLoki):
        async def answer(self, _request):
            await asyncio.sleep(30)

    hang = Hanging([])
    signals = Signals(prometheus(FakePrometheus(20, 4)), Loki(client("loki", hang.answer, NOW)), None, None)
    got = await gather(signals, (), "checkout", "shop", NOON, NOW)
    assert "no answer within 0.3 s" in str(got.failed)
    assert got.metrics


async def test_the_allowance_is_shared_by_all_sources_and_refuses_in_words():
    """At most so many calls in one piece of work; outside of it nothing is counted."""
    spend("prometheus")
    with allowed(2) as allowance:
        spend("prometheus")
        spend("loki")
        with pytest.raises(AllowanceSpent, match="tempo was not asked: all 2 queries"):
            spend("tempo")
        assert (allowance.spent, allowance.left) == (2, 0)
    spend("prometheus")


class Slow:
    """A source that takes a second for each call."""

    def __init__(self, source, seconds=1.0):
        self.source, self.seconds = source, seconds

    async def answer(self, request):
        await asyncio.sleep(self.seconds)
        return self.source(request)


async def test_c3_four_sources_of_a_second_each_show_first_findings_within_1_6_seconds(database):
    """C3, issue 5 item 7: what has arrived is told while the rest is awaited, and the end replaces it."""
    server = cluster()
    server.lists["/apis/events.k8s.io/v1/namespaces/shop/events"] = []
    signals = Signals(
        prometheus(Slow(FakePrometheus(20, 4.775)).answer),
        Loki(client("loki", Slow(logs()).answer, NOW)),
        Tempo(client("tempo", Slow(tempo()).answer, NOW)),
        Kubernetes(client("kubernetes", Slow(server).answer, NOW)),
    )
    async with database.writing() as connection:
        incident = await incidents.insert(connection, an_incident(labels={"namespace": "shop"}))
    hub = Hub()
    work = Investigations(1, database, hub, signals)
    inquiries = Inquiries(1, database)
    loop = asyncio.get_running_loop()
    async with hub.subscribe(1) as notices, asyncio.TaskGroup() as group:
        began = loop.time()
        group.create_task(work.run(incident, NOW))
        first = await anext(notices)
        took = loop.time() - began
        partial = await inquiries.latest(1, NOW)
        told = [first.change]
        while told[-1] != "correlation":
            told.append((await anext(notices)).change)
    assert took < 1.6
    assert (first.number, first.change) == ("INC-1", "finding")
    assert 2 <= len(told) <= 1 + investigate.MOST_PARTIAL
    assert partial.record is None
    assert "metrics" in partial.running.waiting
    found = partial.running.record
    assert {each.outcome for each in found.checks} & {Outcome.FOUND}
    assert not [each for each in found.checks if each.source.value in partial.running.waiting]
    assert found.sources["metrics"] == "not answered yet"
    end = await inquiries.latest(1, NOW)
    assert end.running is None
    assert end.record.sources["metrics"] == "used"
    assert len(end.record.checks) > len(found.checks)


async def test_no_partial_answer_is_surer_than_its_sources_allow(database, monkeypatch):
    """A partial answer is under the caps of what it lacks, and a run leaves none behind."""
    seen = []
    found = Progress.found

    async def watching(progress, run, now, record, waiting):
        await found(progress, run, now, record, waiting)
        seen.append((record, waiting))

    monkeypatch.setattr(Progress, "found", watching)
    signals = Signals(
        prometheus(Slow(FakePrometheus(20, 4.775), 0.2).answer),
        Loki(client("loki", logs(), NOW)),
        None,
        Kubernetes(client("kubernetes", cluster(), NOW)),
    )
    async with database.writing() as connection:
        incident = await incidents.insert(connection, an_incident(labels={"namespace": "shop"}))
    await Investigations(1, database, Hub(), signals).run(incident, NOW)
    assert seen
    for record, waiting in seen:
        assert waiting
        assert all(cause.confidence <= 0.7 for cause in record.verdict.causes)
    assert (await Inquiries(1, database).latest(1, NOW)).running is None


async def test_what_nobody_took_is_replaced_by_what_is_newer():
    """Arrivals are coalesced: however many there were, the next reader gets the newest and only that."""
    box = Newest()
    for each in range(5):
        box.put(each)
    assert await box.take() == 4
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(box.take())
        await asyncio.sleep(0)
        assert not waiting.done()
        box.put("more")
    assert waiting.result() == "more"
