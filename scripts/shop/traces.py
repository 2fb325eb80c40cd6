"""Traces of a sample of the shop's requests, each walked through the services with the pods of the moment.

A request meets a failure or a delay with the probability that the counters have, so what traces show agrees
with what Prometheus counts, without being the very same requests.
"""

import random
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scripts.shop.fault import BadRollout
from scripts.shop.services import MARK, NAMESPACE, PROPAGATION, SERVICES, Service
from scripts.shop.simulation import Pod, Tick
from scripts.stand_ins.tempo import Counted, Search

PER_SECOND = 3.0
"""Requests that are traced while the demo runs."""
PER_TICK = 6
"""At most, in one tick: of the past, whose ticks are long, fewer are kept."""
MOST_TRACES = 6_000
_SERVICES = {service.name: service for service in SERVICES}


@dataclass(slots=True)
class Span:
    """One span; times in nanoseconds."""

    id: str
    parent: str
    pod: Pod
    name: str
    kind: str
    """As OTLP says it: `SPAN_KIND_SERVER` or `SPAN_KIND_CLIENT`."""
    start: int
    end: int
    failed: str
    """Why; empty for a span that ended well."""
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Trace:
    """All spans of one request, the root first."""

    id: str
    spans: Sequence[Span]


@dataclass(slots=True)
class Traces:
    """A watcher of the shop that keeps traces, and answers as a Tempo's store."""

    fault: BadRollout
    seed: int = 13
    kept: deque[Trace] = field(default_factory=lambda: deque(maxlen=MOST_TRACES))
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - a simulation, not a secret

    def __call__(self, tick: Tick) -> None:
        """Trace some requests of one tick."""
        wanted = min(PER_SECOND * tick.length, PER_TICK)
        pods: dict[str, list[Pod]] = {}
        for served in tick.served:
            pods.setdefault(served.pod.service.name, []).append(served.pod)
        for _ in range(int(wanted) + (self._random.random() < wanted % 1)):
            begin = int((tick.at - self._random.random() * tick.length) * 1000) * 1_000_000
            walk = _Walk(pods, self.fault, self._random)
            walk.serve("frontend", begin, "")
            self.kept.append(Trace(self._id(128), walk.in_order()))

    def search(self, wanted: Search) -> list[Mapping[str, object]]:
        """The first traces found, newest first, with the spans that matched."""
        found: list[Mapping[str, object]] = []
        for trace in reversed(self.kept):
            if not wanted.start_s <= trace.spans[0].start / 1e9 < wanted.end_s:
                continue
            matched = [span for span in trace.spans if _matches(span, wanted)]
            if matched:
                found.append(_shown(trace, matched, wanted))
            if len(found) == wanted.limit:
                break
        return found

    def whole(self, trace_id: str) -> list[Mapping[str, object]] | None:
        """A trace as OTLP batches, one per pod."""
        trace = next((each for each in self.kept if each.id == trace_id), None)
        if trace is None:
            return None
        by_pod: dict[str, list[Span]] = {}
        for span in trace.spans:
            by_pod.setdefault(span.pod.name, []).append(span)
        return [
            {
                "resource": {"attributes": _attributes(_resource(spans[0].pod))},
                "scopeSpans": [{"scope": {"name": "shop"}, "spans": [_otlp(trace, span) for span in spans]}],
            }
            for spans in by_pod.values()
        ]

    def spans(self, start_s: int, end_s: int) -> list[Counted]:
        """All kept spans that began within."""
        return [
            Counted(
                span.pod.service.name,
                span.kind.removeprefix("SPAN_KIND_").lower(),
                span.start / 1e9,
                (span.end - span.start) / 1e9,
                bool(span.failed),
            )
            for trace in self.kept
            for span in trace.spans
            if start_s <= span.start / 1e9 < end_s
        ]

    def _id(self, bits: int) -> str:
        return f"{self._random.getrandbits(bits):0{bits // 4}x}"


@dataclass(slots=True)
class _Walk:
    """One request on its way through the shop."""

    pods: Mapping[str, Sequence[Pod]]
    fault: BadRollout
    chance: random.Random
    spans: list[Span] = field(default_factory=list)

    def in_order(self) -> list[Span]:
        """The root first, as each span began."""
        return sorted(self.spans, key=lambda span: (span.start, span.kind == "SPAN_KIND_SERVER"))

    def serve(self, name: str, begin: int, parent: str) -> tuple[int, str]:
        """A server span with what it calls; returns when it ended and why it failed, if it did."""
        service, pod = _SERVICES[name], self.chance.choice(self.pods[name])
        key = f"{self.chance.getrandbits(64):016x}"
        now, failed = begin + self._work(service), ""
        for callee, share in service.calls.items():
            if self.chance.random() < share:
                now, why = self._call(pod, callee, now, key)
                if why and self.chance.random() < PROPAGATION:
                    failed = f"call of {callee} failed: 500"
        if pod.bad and self.chance.random() < self.fault.slow:
            now += int(self.fault.wait * 1e9)
        if self.chance.random() < (self.fault.failing if pod.bad else service.failing):
            failed = "currency is nil" if pod.bad else "connection reset by peer"
        status = "200" if not failed else "502" if failed.startswith("call") else "500"
        asked = {
            "http.request.method": service.method,
            "http.route": service.route,
            "http.response.status_code": status,
        }
        title = f"{service.method} {service.route}"
        self.spans.append(Span(key, parent, pod, title, "SPAN_KIND_SERVER", begin, now, failed, asked))
        return now, failed

    def _call(self, pod: Pod, callee: str, begin: int, parent: str) -> tuple[int, str]:
        """A client span around the callee's server span."""
        service, key = _SERVICES[callee], f"{self.chance.getrandbits(64):016x}"
        ended, failed = self.serve(callee, begin + self._wire(), key)
        end = ended + self._wire()
        asked = {"http.request.method": service.method, "server.address": callee}
        why = f"{callee} answered with an error" if failed else ""
        self.spans.append(
            Span(key, parent, pod, f"{service.method} {callee}", "SPAN_KIND_CLIENT", begin, end, why, asked)
        )
        return end, failed

    def _work(self, service: Service) -> int:
        return int(service.median * self.chance.lognormvariate(0, 0.4) * 1e9)

    def _wire(self) -> int:
        return int(self.chance.uniform(0.0003, 0.0009) * 1e9)


def _matches(span: Span, wanted: Search) -> bool:
    return (
        span.pod.service.name == wanted.service
        and (wanted.failed is None or bool(span.failed) is wanted.failed)
        and (wanted.over_ms is None or (span.end - span.start) / 1e6 > wanted.over_ms)
    )


def _shown(trace: Trace, matched: Sequence[Span], wanted: Search) -> Mapping[str, object]:
    root = trace.spans[0]
    spans = [
        {
            "spanID": span.id,
            **({"name": span.name} if "name" in wanted.select else {}),
            "startTimeUnixNano": str(span.start),
            "durationNanos": str(span.end - span.start),
            "attributes": _attributes(dict(_selected(span, wanted.select))),
        }
        for span in matched[: wanted.spans_each]
    ]
    return {
        "traceID": trace.id,
        "rootServiceName": root.pod.service.name,
        "rootTraceName": root.name,
        "startTimeUnixNano": str(root.start),
        "durationMs": (root.end - root.start) // 1_000_000,
        "spanSets": [{"spans": spans, "matched": len(matched)}],
    }


def _selected(span: Span, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Those attributes that a query selects, by their names without the scope, as Tempo gives them."""
    held = {"resource": _resource(span.pod), "span": span.attributes}
    for name in names:
        scope, _, key = name.partition(".")
        if key in held.get(scope, {}):
            yield key, held[scope][key]


def _resource(pod: Pod) -> Mapping[str, str]:
    return {
        "service.name": pod.service.name,
        "service.version": pod.version,
        "k8s.pod.name": pod.name,
        "k8s.namespace.name": NAMESPACE,
        "deployment.environment.name": MARK,
    }


def _attributes(values: Mapping[str, str]) -> list[object]:
    return [{"key": key, "value": {"stringValue": value}} for key, value in values.items()]


def _otlp(trace: Trace, span: Span) -> Mapping[str, object]:
    bad = {"code": "STATUS_CODE_ERROR", "message": span.failed}
    return {
        "traceId": trace.id,
        "spanId": span.id,
        "parentSpanId": span.parent,
        "name": span.name,
        "kind": span.kind,
        "startTimeUnixNano": str(span.start),
        "endTimeUnixNano": str(span.end),
        "attributes": _attributes(span.attributes),
        "status": bad if span.failed else {},
    }
