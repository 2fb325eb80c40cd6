"""Loki's answers to questions for lines and for their number, labels and, if it keeps any, patterns.

Understood is `{a="x",b="y"} |= "text" |~ "regex"`, and how many such lines there were within some seconds;
anything else is refused as what cannot be parsed. Ranges of lines include their start and not their end, what
is counted ends with its moment; both in nanoseconds.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence

from scripts.stand_ins.asked import LITERAL, Asked, Refusal, Reply, document, meant

Stream = tuple[Mapping[str, str], Sequence[tuple[int, str]]]
"""Labels, and lines as (nanoseconds, text)."""

MOST_LINES = 5_000
"""`max_entries_limit_per_query`, by default."""
_SECOND = 1_000_000_000
LONGEST_NS = 721 * 3600 * _SECOND
"""`max_query_length`, by default: 30 days and an hour."""
USUAL_LINES = 100

_MATCHER = rf"\w+={LITERAL}"
_QUERY = re.compile(
    rf"\{{ ?(?P<matchers>{_MATCHER}(?:, ?{_MATCHER})*) ?\}}(?P<filters>(?: (?:\|=|\|~) {LITERAL})*)"
)
_COUNT = re.compile(r"sum\(count_over_time\((?P<lines>.+) \[(?P<seconds>\d+)s\]\)\)")
_API = "/loki/api/v1"

MOST_POINTS = 11_000


class Loki:
    """One server over streams that are read anew for each question."""

    def __init__(
        self,
        streams: Callable[[], Iterable[Stream]],
        *,
        patterns: Sequence[object] | None = None,
        version: str = "stand-in",
    ) -> None:
        """`patterns` is what its own clustering says; None is a server that keeps none."""
        self._streams = streams
        self._patterns = patterns
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
        if asked.path == f"{_API}/status/buildinfo":
            return document({"version": self._version})
        if asked.path == f"{_API}/labels":
            return _data(sorted({label for labels in self._between(asked) for label in labels}))
        if found := re.fullmatch(rf"{_API}/label/(\w+)/values", asked.path):
            return _data(sorted({labels[found[1]] for labels in self._between(asked) if found[1] in labels}))
        if asked.path in {f"{_API}/query_range", f"{_API}/query"}:
            return self._queried(asked)
        if asked.path == f"{_API}/patterns" and self._patterns is not None:
            _parsed(asked.params.get("query", ""))
            if not re.fullmatch(r"\d+s", asked.params.get("step", "")):
                raise Refusal(400, "invalid step")
            return _data(self._patterns)
        raise Refusal(404, "404 page not found")

    def _queried(self, asked: Asked) -> Reply:
        if counted := _COUNT.fullmatch(asked.params.get("query", "")):
            return self._counted(asked, counted["lines"], int(counted["seconds"]) * _SECOND)
        if asked.path.endswith("/query"):
            raise Refusal(400, "log queries are not supported as an instant query type")
        return _data({"resultType": "streams", "result": self._lines(asked), "stats": {}})

    def _between(self, asked: Asked) -> Iterable[Mapping[str, str]]:
        """Labels of the streams that have a line in the asked time; without one, of all."""
        start, end = asked.whole("start", 0), asked.whole("end", 2**63 - 1)
        return [
            labels for labels, lines in self._streams() if any(start <= at < end for at, _ in reversed(lines))
        ]

    def _matching(self, query: str) -> list[tuple[int, str, Mapping[str, str]]]:
        matchers, filters = _parsed(query)
        return [
            (at, text, labels)
            for labels, lines in self._streams()
            if all(labels.get(name) == value for name, value in matchers.items())
            for at, text in lines
            if all(_passes(text, *each) for each in filters)
        ]

    def _counted(self, asked: Asked, lines: str, length: int) -> Reply:
        """How many lines end within each stretch; no number where there is none, as Loki has it."""
        times = sorted(at for at, _, _ in self._matching(lines))
        counts = [
            (at, count)
            for at in _moments(asked)
            if (count := bisect_right(times, at) - bisect_right(times, at - length))
        ]
        samples = [[at // _SECOND, str(count)] for at, count in counts]
        if asked.path.endswith("/query"):
            values: list[object] = [{"metric": {}, "value": each} for each in samples]
            return _data({"resultType": "vector", "result": values, "stats": {}})
        series = [{"metric": {}, "values": samples}] if samples else []
        return _data({"resultType": "matrix", "result": series, "stats": {}})

    def _lines(self, asked: Asked) -> list[Mapping[str, object]]:
        limit = asked.whole("limit", USUAL_LINES)
        if limit > MOST_LINES:
            raise Refusal(
                400,
                f"max entries limit per query exceeded, limit > max_entries_limit ({limit} > {MOST_LINES})",
            )
        direction = asked.params.get("direction", "backward")
        if direction not in {"backward", "forward"}:
            raise Refusal(400, f"invalid direction '{direction}'")
        start, end = asked.whole("start"), asked.whole("end")
        if end <= start:
            raise Refusal(400, "end timestamp must not be before or equal to start time")
        if end - start > LONGEST_NS:
            raise Refusal(400, "the query time range exceeds the limit (query length, limit: 30d1h)")
        query = asked.params.get("query", "")
        found = [each for each in self._matching(query) if start <= each[0] < end]
        found.sort(key=lambda line: line[0], reverse=direction == "backward")
        grouped: dict[tuple[tuple[str, str], ...], list[list[str]]] = {}
        for at, text, labels in found[:limit]:
            grouped.setdefault(tuple(labels.items()), []).append([str(at), text])
        return [{"stream": dict(labels), "values": values} for labels, values in grouped.items()]


def _moments(asked: Asked) -> Sequence[int]:
    """The nanoseconds that a question for numbers is about.

    Raises:
        Refusal: its times or its step cannot be read, or there are too many.
    """
    if asked.path.endswith("/query"):
        return [asked.whole("time")]
    start, end = asked.whole("start"), asked.whole("end")
    step = re.fullmatch(r"(\d+)s", asked.params.get("step", ""))
    if step is None or int(step[1]) == 0:
        raise Refusal(400, "zero or negative query resolution step widths are not accepted")
    if end - start > LONGEST_NS:
        raise Refusal(400, "the query time range exceeds the limit (query length, limit: 30d1h)")
    moments = range(start, end + 1, int(step[1]) * _SECOND)
    if len(moments) > MOST_POINTS:
        raise Refusal(400, "exceeded maximum resolution of 11,000 points per timeseries")
    return moments


def _parsed(query: str) -> tuple[Mapping[str, str], Sequence[tuple[str, str]]]:
    """Matchers and line filters of a query.

    Raises:
        Refusal: Loki could not read it, or it would select everything.
    """
    found = _QUERY.fullmatch(query)
    if found is None:
        raise Refusal(400, "parse error at line 1, col 1: syntax error: unexpected IDENTIFIER")
    matchers = {name: meant(value) for name, value in re.findall(rf"(\w+)=({LITERAL})", found["matchers"])}
    if not any(matchers.values()):
        raise Refusal(
            400,
            "queries require at least one regexp or equality matcher that does not have an "
            "empty-compatible value",
        )
    filters = [(op, meant(what)) for op, what in re.findall(rf" (\|=|\|~) ({LITERAL})", found["filters"])]
    for op, what in filters:
        if op == "|~":
            _compiled(what)
    return matchers, filters


def _compiled(pattern: str) -> re.Pattern[str]:
    """An expression of RE2, which knows neither looking around nor back references.

    Raises:
        Refusal: it is none.
    """
    if re.search(r"\(\?<?[=!]|\\[1-9]", pattern):
        raise Refusal(400, f"error parsing regexp: invalid or unsupported Perl syntax: `{pattern}`")
    try:
        return re.compile(pattern)
    except re.error as error:
        raise Refusal(400, f"error parsing regexp: {error}") from error


def _passes(text: str, op: str, what: str) -> bool:
    return what in text if op == "|=" else _compiled(what).search(text) is not None


def _data(data: object) -> Reply:
    return document({"status": "success", "data": data})
