"""Incidents and alerts for a store to hold, made through the product's own doors."""

import json
import time
from collections.abc import Sequence

import grpc

from benchmarks.client import CALL_RESOURCE, Job
from benchmarks.contract import Cell
from benchmarks.load import send
from reliability_studio.wire.pb import backend_pb2

SERVICES = tuple(f"service-{index:03}" for index in range(100))
SEVERITIES = ("critical", "high", "medium", "low")


def seed(target: str, incidents: int) -> str:
    """Create that many incidents by hand; returns the number of the first (`INC-1`)."""
    first = ask(target, _incident(0))
    requests = tuple(_incident(index).request() for index in range(1, incidents))
    if requests:
        load = send(Job(target, CALL_RESOURCE, requests, callers=32, calls=len(requests), warm_up=False))
        if load.failures:
            message = f"{load.failures} of {load.calls} incidents were refused: {load.first_failure}"
            raise RuntimeError(message)
    return str(first["number"])


def ask(target: str, cell: Cell) -> dict[str, object]:
    """One resource call; its answer as a JSON object.

    Raises:
        RuntimeError: a status of 300 and above.
    """
    with grpc.insecure_channel(target) as channel:
        call = channel.unary_stream(CALL_RESOURCE, bytes, backend_pb2.CallResourceResponse.FromString)
        parts = list(call(cell.request(), timeout=60))
    body = b"".join(part.body for part in parts)
    if not 200 <= parts[0].code < 300:
        message = f"{cell.method} {cell.path}: {parts[0].code}: {body[:300]!r}"
        raise RuntimeError(message)
    answer: dict[str, object] = json.loads(body) if body else {}
    return answer


def webhook(alerts: Sequence[dict[str, object]]) -> Cell:
    """An Alertmanager message, version 4, with these alerts."""
    return Cell(
        "webhook",
        "webhooks/alertmanager",
        "POST",
        body={
            "version": "4",
            "groupKey": '{}:{service="bench"}',
            "truncatedAlerts": 0,
            "status": "firing",
            "receiver": "studio",
            "groupLabels": {},
            "commonLabels": {},
            "commonAnnotations": {},
            "externalURL": "http://127.0.0.1:9093",
            "alerts": list(alerts),
        },
    )


def an_alert(index: int, service: str | None = None) -> dict[str, object]:
    """A firing alert that differs from every other index."""
    now = time.gmtime(time.time() - 60)  # noqa: TID251 - a real alert carries the real time
    return {
        "status": "firing",
        "labels": {
            "alertname": "HighErrorRate",
            "service": service or SERVICES[index % len(SERVICES)],
            "severity": "critical",
            "instance": f"pod-{index}",
        },
        "annotations": {"summary": f"too many failures in pod-{index}"},
        "startsAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", now),
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://127.0.0.1:9090/graph",
        "fingerprint": f"{index:016x}",
    }


def _incident(index: int) -> Cell:
    body = {
        "title": f"payments fails {index % 97} % of its requests in region {index % 7}",
        "severity": SEVERITIES[index % len(SEVERITIES)],
        "service": SERVICES[index % len(SERVICES)],
    }
    return Cell("create incident", "incidents", "POST", body=body)
