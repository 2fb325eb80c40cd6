"""A strict stand-in for Loki's metric queries: it counts lines, and refuses what Loki cannot read.

Lines come by the minute from a function; the rules of ranges (after the start, up to and including the end),
of steps and of limits are the real server's.
"""

import re

import httpx

from scripts.stand_ins.asked import LITERAL, meant

NS = 1_000_000_000
_QUERY = re.compile(
    rf"sum(?: by \((?P<by>\w+(?:,\w+)*)\) )?\(count_over_time\("
    rf"(?P<streams>\{{\w+={LITERAL}(?:,\w+={LITERAL})*\}})(?P<stages>.*) \[(?P<seconds>\d+)s\]\)\)"
)
_STAGE = re.compile(
    rf" (?:\|= (?P<text>{LITERAL})|\| (?P<parser>json)|\| (?P<name>\w+) ?(?P<op>=|!=|>=) ?"
    rf"(?P<value>{LITERAL}|\d+))"
)
MAX_SERIES = 500
MAX_DAYS = 30


class FakeLogCounts:
    """`lines(minute)` gives those of a minute (Unix seconds): labels, what JSON would add, and the text."""

    def __init__(self, lines, *, since=0):
        self.lines, self.since, self.asked = lines, since, []
        self.error = None
        """What every query is refused with."""

    def __call__(self, request):
        """Answer one request."""
        params = dict(request.url.params)
        self.asked.append(params)
        if self.error is not None:
            return httpx.Response(400, text=self.error)
        path = request.url.path
        assert path in {"/loki/api/v1/query", "/loki/api/v1/query_range"}, path
        found = _QUERY.fullmatch(params["query"])
        if not found:
            return httpx.Response(400, text="parse error at line 1, col 1: syntax error")
        if path.endswith("query"):
            moments = [int(params["time"]) // NS]
        else:
            start, end = int(params["start"]) // NS, int(params["end"]) // NS
            step = int(re.fullmatch(r"(\d+)s", params["step"])[1])
            if (end - start) // step > 11_000:
                return httpx.Response(400, text="exceeded maximum resolution of 11,000 points per timeseries")
            if end - start > MAX_DAYS * 86_400:
                return httpx.Response(400, text="the query time range exceeds the limit")
            moments = range(start, end + 1, step)
        return self._answer(found, moments, instant=path.endswith("query"))

    def _answer(self, found, moments, *, instant):
        seconds, by = int(found["seconds"]), (found["by"] or "").split(",") if found["by"] else []
        series = {}
        for at in moments:
            for labels in self._within(found, at - seconds, at):
                key = tuple((name, labels[name]) for name in by if name in labels)
                values = series.setdefault(key, {})
                values[at] = values.get(at, 0) + 1
        if len(series) > MAX_SERIES:
            return httpx.Response(400, text=f"maximum of series ({MAX_SERIES}) reached for a single query")
        rows = [
            {"metric": dict(key), "values": [[t, str(v)] for t, v in vs.items()]}
            for key, vs in series.items()
        ]
        if instant:
            rows = [{"metric": row["metric"], "value": row["values"][0]} for row in rows]
        data = {"resultType": "vector" if instant else "matrix", "result": rows, "stats": {}}
        return httpx.Response(200, json={"status": "success", "data": data})

    def _within(self, found, after, until):
        """Labels of the matching lines of `(after, until]`; a minute's lines are written at its end."""
        for minute in range(max(after, self.since) // 60 * 60, until, 60):
            if not after < minute + 60 <= until:
                continue
            for labels, parsed, text in self.lines(minute):
                seen = _passed(found["streams"], found["stages"], labels, parsed, text)
                if seen is not None:
                    yield seen


def _passed(streams, stages, labels, parsed, text):
    """The labels of a line after all stages; None when one of them drops it."""
    for name, value in re.findall(rf"(\w+)=({LITERAL})", streams):
        if labels.get(name) != meant(value):
            return None
    at, seen = 0, dict(labels)
    while at < len(stages):
        stage = _STAGE.match(stages, at)
        assert stage, f"the engine sent {stages[at:]}"
        at = stage.end()
        if stage["text"] and meant(stage["text"]) not in text:
            return None
        if stage["parser"]:
            seen |= parsed
        if stage["name"] and not _holds(stage, seen.get(stage["name"], "")):
            return None
    return seen


def _holds(stage, actual):
    value = stage["value"]
    wanted = meant(value) if value.startswith('"') else value
    if stage["op"] == ">=":
        return bool(actual) and float(actual) >= float(wanted)
    return (actual == wanted) is (stage["op"] == "=")
