"""Tempo's answers: searches by TraceQL and whole traces, out of a store that the demo or a test fills."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from scripts.stand_ins.asked import LITERAL, Asked, Refusal, Reply, document, meant

LONGEST_S = 168 * 3600
"""`max_search_duration`, by default."""
MOST_SPANS_EACH = 100
USUAL_TRACES, USUAL_SPANS_EACH = 20, 3

_ATTRIBUTE = r"name|(?:resource|span)(?:\.\w+)+"
_QUERY = re.compile(
    rf"\{{ resource\.service\.name = (?P<service>{LITERAL}) && "
    r"(?:status (?P<status>=|!=) error|duration > (?P<over>\d+)ms) \}"
    rf"(?: \| select\((?P<select>(?:{_ATTRIBUTE})(?:, (?:{_ATTRIBUTE}))*)\))?"
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


class TraceStore(Protocol):
    """What a Tempo holds."""

    def search(self, wanted: Search) -> Sequence[Mapping[str, object]]:
        """Matching traces as the search route gives them."""

    def whole(self, trace_id: str) -> Sequence[Mapping[str, object]] | None:
        """The batches (OTLP JSON) of a trace; None when there is none."""


class Tempo:
    """One server over a store."""

    def __init__(self, store: TraceStore, *, version: str = "stand-in") -> None:
        self._store = store
        self._version = version

    def answer(self, asked: Asked) -> Reply:
        """Answer one question."""
        try:
            return self._answered(asked)
        except Refusal as refused:
            return refused.reply

    def _answered(self, asked: Asked) -> Reply:
        if asked.method != "GET":
            raise Refusal(405, "method not allowed")
        if asked.path == "/api/status/buildinfo":
            return document({"version": self._version})
        if found := re.fullmatch(r"/api/traces/([^/]+)", asked.path):
            if not re.fullmatch(r"[0-9a-fA-F]{1,32}", found[1]):
                raise Refusal(400, "trace IDs can only contain hex characters")
            batches = self._store.whole(found[1])
            if batches is None:
                raise Refusal(404, "trace not found")
            return document({"batches": batches})
        if asked.path != "/api/search":
            raise Refusal(404, "404 page not found")
        traces = self._store.search(search(asked))
        return document({"traces": traces, "metrics": {"inspectedTraces": len(traces)}})


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
