"""Tempo's answers: searches, counts and whole traces, out of a store that the demo or a test fills."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from scripts.stand_ins.asked import LITERAL, Asked, Refusal, Reply, document, meant

LONGEST_S = 168 * 3600
"""`max_search_duration`, by default."""
MOST_SPANS_EACH = 100
USUAL_TRACES, USUAL_SPANS_EACH = 20, 3
LONGEST_COUNT_S = 24 * 3600
"""`query_frontend.metrics.max_duration`, by default."""

_ATTRIBUTE = r"name|(?:resource|span)(?:\.\w+)+"
_QUERY = re.compile(
    rf"\{{ resource\.service\.name = (?P<service>{LITERAL}) && "
    r"(?:status (?P<status>=|!=) error|duration > (?P<over>\d+)ms) \}"
    rf"(?: \| select\((?P<select>(?:{_ATTRIBUTE})(?:, (?:{_ATTRIBUTE}))*)\))?"
)
_KINDS = r"kind = (?:server|client|consumer|producer)"
_COUNT = re.compile(
    rf"\{{ \((?P<kinds>{_KINDS}(?: \|\| {_KINDS})*)\)"
    rf"(?: && resource\.service\.name = (?P<service>{LITERAL}))?(?P<failed> && status = error)? \}}"
    r" \| (?:rate\(\)|quantile_over_time\(duration, (?P<quantile>0?\.\d+)\)) by \(resource\.service\.name\)"
)


@dataclass(frozen=True, slots=True)
class Search:
    """A TraceQL query that was understood, and how much of its answer is wanted."""

    text: str
    service: str
    failed: bool | None
    """Whether spans must have failed, or must not have; None when that does not matter."""
    over_ms: float | None
    select: tuple[str, ...]
    start_s: int
    end_s: int
    limit: int
    spans_each: int


@dataclass(frozen=True, slots=True)
class Counted:
    """One span, as far as it is counted."""

    service: str
    kind: str
    """`server`, `client`, `consumer` or `producer`."""
    at_s: float
    seconds: float
    failed: bool


class TraceStore(Protocol):
    """What a Tempo holds."""

    def search(self, wanted: Search) -> Sequence[Mapping[str, object]]:
        """Matching traces as the search route gives them."""

    def whole(self, trace_id: str) -> Sequence[Mapping[str, object]] | None:
        """The batches (OTLP JSON) of a trace; None when there is none."""

    def spans(self, start_s: int, end_s: int) -> Sequence[Counted]:
        """All spans that began from `start_s` until before `end_s`."""


class Tempo:
    """One server over a store; `counting` is the processor `local-blocks`, which version 2 may lack."""

    def __init__(self, store: TraceStore, *, version: str = "stand-in", counting: bool = True) -> None:
        self._store = store
        self._version = version
        self._counting = counting

    def answer(self, asked: Asked) -> Reply:
        """Answer one question."""
        try:
            return self._answered(asked)
        except Refusal as refused:
            return refused.reply

    def _answered(self, asked: Asked) -> Reply:
        if asked.method != "GET":
            raise Refusal(405, "method not allowed")
        if found := re.fullmatch(r"/api/traces/([^/]+)", asked.path):
            return self._whole(found[1])
        routes = {
            "/api/status/buildinfo": lambda: document({"version": self._version}),
            "/api/search": lambda: self._search(asked),
            "/api/metrics/query_range": lambda: self._counts(asked),
        }
        if asked.path not in routes:
            raise Refusal(404, "404 page not found")
        return routes[asked.path]()

    def _whole(self, trace_id: str) -> Reply:
        if not re.fullmatch(r"[0-9a-fA-F]{1,32}", trace_id):
            raise Refusal(400, "trace IDs can only contain hex characters")
        batches = self._store.whole(trace_id)
        if batches is None:
            raise Refusal(404, "trace not found")
        return document({"batches": batches})

    def _search(self, asked: Asked) -> Reply:
        traces = self._store.search(search(asked))
        return document({"traces": traces, "metrics": {"inspectedTraces": len(traces)}})

    def _counts(self, asked: Asked) -> Reply:
        if not self._counting:
            raise Refusal(500, "error querying generators: localblocks processor not found")
        return document({"series": counts(asked, self._store), "metrics": {}})


def search(asked: Asked) -> Search:
    """Read the parameters of a search.

    Raises:
        Refusal: Tempo would not take them.
    """
    text = asked.params.get("q", "")
    found = _QUERY.fullmatch(text)
    if found is None:
        raise Refusal(400, "invalid TraceQL query: parse error at line 1, col 1: syntax error")
    start, end = asked.whole("start"), asked.whole("end")
    if end <= start:
        raise Refusal(400, "invalid start/end: start must be before end")
    # One second more: a client rounds the end up, and the real server counts from its own blocks.
    if end - start > LONGEST_S + 1:
        raise Refusal(
            400, f"range specified by start and end exceeds 168h0m0s. received start={start} end={end}"
        )
    limit, each = asked.whole("limit", USUAL_TRACES), asked.whole("spss", USUAL_SPANS_EACH)
    if limit == 0:
        raise Refusal(400, "invalid limit: must be a positive number")
    if not 0 < each <= MOST_SPANS_EACH:
        raise Refusal(400, f"invalid spss: must be between 1 and {MOST_SPANS_EACH}")
    return Search(
        text=text,
        service=meant(found["service"]),
        failed=None if found["status"] is None else found["status"] == "=",
        over_ms=None if found["over"] is None else float(found["over"]),
        select=tuple((found["select"] or "").split(", ")) if found["select"] else (),
        start_s=start,
        end_s=end,
        limit=limit,
        spans_each=each,
    )


def counts(asked: Asked, store: TraceStore) -> list[Mapping[str, object]]:
    """A TraceQL metrics query by service, as its route answers; zeros are left out, as protobuf does.

    A quantile is exact here; the real server finds it between powers of two.

    Raises:
        Refusal: Tempo would not take it.
    """
    found = _COUNT.fullmatch(asked.params.get("q", ""))
    if found is None:
        raise Refusal(400, "invalid TraceQL query: parse error at line 1, col 1: syntax error")
    start, end = asked.whole("start"), asked.whole("end")
    if end <= start:
        raise Refusal(400, "invalid start/end: start must be before end")
    if end - start > LONGEST_COUNT_S:
        raise Refusal(
            400, f"metrics query time range exceeds the maximum allowed duration of 24h0m0s ({asked.path})"
        )
    step = re.fullmatch(r"([1-9]\d*)s", asked.params.get("step", ""))
    if step is None:
        raise Refusal(400, f"invalid step: {asked.params.get('step', '')}")
    width = int(step[1])
    kinds = set(re.findall(r"kind = (\w+)", found["kinds"]))
    per_service: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for span in store.spans(start, end):
        if (
            span.kind in kinds
            and (found["service"] is None or span.service == meant(found["service"]))
            and (found["failed"] is None or span.failed)
        ):
            per_service[span.service][int(span.at_s) // width * width].append(span.seconds)
    quantile = found["quantile"]
    return [
        {
            "labels": [{"key": "resource.service.name", "value": {"stringValue": service}}],
            "promLabels": f'{{"resource.service.name"="{service}"}}',
            "samples": [
                _sample(at, len(seconds) / width if quantile is None else _upper(seconds, float(quantile)))
                for at in range(start // width * width, end, width)
                for seconds in (steps.get(at, []),)
            ],
        }
        for service, steps in sorted(per_service.items())
    ]


def _sample(at: int, value: float) -> Mapping[str, object]:
    told: dict[str, object] = {"timestampMs": str(at * 1000)}
    return {**told, "value": value} if value else told


def _upper(seconds: Sequence[float], quantile: float) -> float:
    return sorted(seconds)[min(len(seconds) - 1, int(quantile * len(seconds)))] if seconds else 0.0
