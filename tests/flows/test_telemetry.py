"""Logs, traces and Kubernetes of one service, against strict stand-ins (K1, K9, H1-H3, A21-A25)."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from reliability_studio.api.calls import Caller, ResourceRequest, Role
from reliability_studio.api.router import Router
from reliability_studio.api.telemetry import telemetry_routes
from reliability_studio.clock import ManualClock
from reliability_studio.errors import SourceNotConfigured, SourceRejected, SourceUnavailable
from reliability_studio.flows.telemetry import Signals
from reliability_studio.sources.kubernetes import Kubernetes
from reliability_studio.sources.loki import Loki, nanoseconds
from reliability_studio.sources.tempo import Tempo, failing
from tests.support.fake_sources import FakeKubernetes, FakeLoki, FakeTempo, client

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
START = NOW - timedelta(minutes=15)
T0 = nanoseconds(NOW) - 60_000_000_000


def iso(minutes):
    return (NOW - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def signals(*, loki=None, tempo=None, kubernetes=None):
    return Signals(
        None,
        Loki(client("loki", loki, NOW)) if loki else None,
        Tempo(client("tempo", tempo, NOW)) if tempo else None,
        Kubernetes(client("kubernetes", kubernetes, NOW)) if kubernetes else None,
    )


LINES = [
    (T0 + 123_456_789, 'level=error msg="dial tcp: connection refused"'),
    (T0 + 2, 'level=info msg="database ok, no error"'),
    (T0 + 3, 'he said "no" {and} \\ left'),
    (T0 + 4, "he said no"),
]


def api_logs():
    return FakeLoki([({"app": "api"}, LINES), ({"app": "web"}, [(T0, "level=error msg=other")])])


async def test_k1_a_line_keeps_its_nanosecond():
    """K1: no float may move it."""
    seen = await signals(loki=api_logs()).errors("api", START, NOW, 100)
    assert [line.ns for line in seen.lines] == [T0 + 123_456_789]
    assert seen.query == '{app="api"}'


async def test_k4_and_k7_lines_are_judged_by_level_and_meaning():
    """K4, K7, K8: refused connections mean something, a healthy database does not."""
    seen = await signals(loki=api_logs()).errors("api", START, NOW, 100)
    assert seen.levels == ("error",)
    assert seen.meanings == ("service connection failure",)


@pytest.mark.parametrize("text", ['"no"', "{and}", "\\ left"])
async def test_a25_what_is_searched_is_taken_literally(text):
    """A25: quotes, braces and backslashes are only characters."""
    seen = await signals(loki=api_logs()).search("api", text, START, NOW, 10)
    assert [line.ns for line in seen.lines] == [T0 + 3]


async def test_a_service_that_no_label_names_has_no_lines_and_no_query():
    """It is said so, not an error."""
    seen = await signals(loki=api_logs()).errors('x"} or {app="web', START, NOW, 100)
    assert (seen.query, seen.lines) == ("", ())


async def test_k9_a_busy_loki_is_a_typed_error_after_retries():
    """K9: 429 is tried again, then visible."""
    busy = FakeLoki([], status=429)
    with pytest.raises(SourceUnavailable, match="429"):
        await signals(loki=busy).errors("api", START, NOW, 100)
    assert len(busy.asked) > 1


async def test_c13_a_source_that_is_not_configured_is_said_to_be_so():
    """C13, H4: not an empty list, which would look healthy."""
    with pytest.raises(SourceNotConfigured, match="kubernetes is not configured"):
        await signals().cluster.pods("shop", "api")
    with pytest.raises(SourceNotConfigured, match="loki is not configured"):
        await signals().errors("api", START, NOW, 1)


async def test_h7_failed_traces_are_listed_with_their_duration():
    """H7, H6: and the service name is a literal of TraceQL."""
    row = {
        "traceID": "ab12",
        "rootServiceName": "web",
        "rootTraceName": "GET /",
        "startTimeUnixNano": str(T0),
        "durationMs": 731,
    }
    tempo = FakeTempo([row])
    query, [trace] = await signals(tempo=tempo).traces('a"b', START, NOW, 20, None)
    assert (trace.id, trace.duration_ms) == ("ab12", 731)
    assert query == failing('a"b')
    assert [each["q"] for each in tempo.asked] == [f"{query} | select(name)"]


def pod(name, *, phase="Running", app="api", waiting="", ended="", code=0, restarts=0, age=30):
    state = {"waiting": {"reason": waiting}} if waiting else {}
    last = {"terminated": {"reason": ended, "exitCode": code, "finishedAt": iso(1)}} if ended else {}
    status = {"restartCount": restarts, "ready": not waiting, "state": state, "lastState": last}
    return {
        "metadata": {
            "name": name,
            "namespace": "shop",
            "labels": {"app": app, "tier": "one"},
            "creationTimestamp": iso(age),
        },
        "spec": {"nodeName": "n1", "containers": [{"image": "api:2"}]},
        "status": {"phase": phase, "containerStatuses": [status]},
    }


def event(name, kind, reason, **times):
    return {
        "metadata": {"name": f"{name}.{reason}"},
        "involvedObject": {"kind": kind, "name": name, "namespace": "shop"},
        "type": "Warning",
        "reason": reason,
        "message": "m",
        **times,
    }


PODS = [
    pod("api-7d-aaa"),
    pod("api-7d-crash", waiting="CrashLoopBackOff", ended="Error", code=1, restarts=7),
    pod("api-7d-image", waiting="ImagePullBackOff", phase="Pending"),
    pod("api-7d-oom", ended="OOMKilled", code=137, restarts=1),
    pod("api-7d-slow", phase="Pending", age=6),
    pod("api-7d-new", phase="Pending", age=1),
    pod("job-1", phase="Succeeded", app="job"),
    pod("web-1", app="web"),
]
DEPLOYMENT = {
    "metadata": {
        "name": "api",
        "namespace": "shop",
        "labels": {"app": "api"},
        "annotations": {"deployment.kubernetes.io/revision": "4"},
    },
    "spec": {"replicas": 3, "template": {"spec": {"containers": [{"image": "api:2"}]}}},
    "status": {
        "readyReplicas": 1,
        "updatedReplicas": 3,
        "conditions": [
            {"type": "Progressing", "status": "True", "lastUpdateTime": iso(2)},
            {"type": "Available", "status": "False", "reason": "MinimumReplicasUnavailable"},
        ],
    },
}


def cluster():
    nodes = [
        {"metadata": {"name": "n1"}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}},
        {
            "metadata": {"name": "n2"},
            "status": {
                "conditions": [
                    {"type": "Ready", "status": "False"},
                    {"type": "MemoryPressure", "status": "True"},
                ]
            },
        },
    ]
    events = [
        event("api-7d-crash", "Pod", "BackOff", lastTimestamp=iso(2)),
        event("api-7d-gone", "Pod", "Killing", eventTime=f"{iso(3)[:-1]}.123456Z", lastTimestamp=None),
        event("api-7d", "ReplicaSet", "FailedCreate", lastTimestamp=iso(4)),
        event("web-1", "Pod", "BackOff", lastTimestamp=iso(2)),
        event("api-7d-aaa", "Pod", "Unhealthy", lastTimestamp=iso(90)),
    ]
    return FakeKubernetes(
        {
            "/api/v1/nodes": nodes,
            "/api/v1/pods": PODS,
            "/api/v1/namespaces/shop/pods": PODS,
            "/api/v1/namespaces/shop/events": events,
            "/apis/apps/v1/namespaces/shop/deployments": [DEPLOYMENT],
        }
    )


async def ask(path, **query):
    sources = signals(kubernetes=cluster(), loki=api_logs())
    router = Router(telemetry_routes(sources, ManualClock(NOW)))
    caller = Caller(org_id=1, login="ann", role=Role.VIEWER)
    request = ResourceRequest(caller, "GET", path, {k: (v,) for k, v in query.items()})
    answer = await router.answer(request)
    return answer.status, json.loads(answer.body)


async def test_h1_and_c9_each_sick_pod_is_listed_with_its_reason():
    """H1, C9, H3: crash loop, image pull, out of memory, pending too long; a finished job is well."""
    status, body = await ask("kubernetes/health")
    assert status == 200
    assert (body["nodes"], body["nodesReady"], body["pods"]) == (2, 1, 8)
    assert body["pressures"] == {"n2": ["MemoryPressure"]}
    assert {each["name"]: each["reason"] for each in body["failing"]} == {
        "api-7d-crash": "CrashLoopBackOff",
        "api-7d-image": "ImagePullBackOff",
        "api-7d-oom": "OOMKilled",
        "api-7d-slow": "Pending",
    }


async def test_a21_pods_are_chosen_by_a_label_that_the_caller_may_name():
    """A21."""
    _, usual = await ask("kubernetes/pods/shop/api")
    assert len(usual["items"]) == 6
    _, named = await ask("kubernetes/pods/shop/one", label="tier")
    assert len(named["items"]) == 8


async def test_a22_a_deployment_says_ready_desired_image_and_last_rollout():
    """A22."""
    _, body = await ask("kubernetes/deployments/shop/api")
    [found] = body["items"]
    assert (found["ready"], found["desired"], found["images"]) == (1, 3, ["api:2"])
    assert found["lastRollout"] == iso(2)
    assert found["problem"] == "MinimumReplicasUnavailable"


async def test_a23_and_h2_only_the_services_own_events_whichever_way_they_are_dated():
    """A23, H2: objects that are gone count by name; an event with `eventTime` only is there."""
    _, body = await ask("kubernetes/events/shop/api")
    assert [each["reason"] for each in body["items"]] == ["BackOff", "Killing", "FailedCreate"]


async def test_a24_a_limit_that_is_too_large_is_refused_by_name():
    """A24."""
    status, body = await ask("logs/api/errors", limit="5001")
    assert status == 422
    assert body["problems"][0]["path"] == "limit"


async def test_lists_are_read_to_their_last_page():
    """A namespace with more pods than one page."""
    many = FakeKubernetes({"/api/v1/pods": [pod(f"p{n}") for n in range(1201)]})
    found = await Kubernetes(client("kubernetes", many, NOW)).pods()
    assert len(found) == 1201
    assert len(many.asked) == 3


async def test_a_namespace_cannot_break_out_of_its_place_in_the_path():
    """A slash is part of the name."""
    with pytest.raises(SourceRejected):
        await signals(kubernetes=cluster()).cluster.pods("../../nodes", "api")
