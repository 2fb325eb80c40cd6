"""Strict stand-ins for Loki, Tempo and Kubernetes below httpx: what the real ones refuse, they refuse.

Each is a callable for `httpx.MockTransport` and keeps what it was asked in `asked`.
"""

import re

import httpx

from reliability_studio.clock import ManualClock
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources.http import SourceClient

_LITERAL = r'"(?:[^"\\\n]|\\.)*"'
_LOGQL = re.compile(rf"\{{\w+={_LITERAL}\}}( (\|=|\|~) {_LITERAL})*")
_TRACEQL = re.compile(
    rf"\{{ resource\.service\.name = {_LITERAL} && (status = error|status != error|duration > \d+ms) \}}"
    r"( \| select\((name|(resource|span)(\.\w+)+)(, (name|(resource|span)(\.\w+)+))*\))?"
)


def client(name, stand_in, now):
    """A client whose calls reach `stand_in`."""
    settings = SourceSettings(name=name, url=f"http://{name}.test", timeout_s=2)
    return SourceClient(settings, clock=ManualClock(now), transport=httpx.MockTransport(stand_in))


class FakeLoki:
    """Streams of `({label: value}, [(ns, text), …])`; refuses queries that are not well formed.

    `patterns` are what the server's own clustering says; None is a server that keeps none.
    """

    def __init__(self, streams, status=200, patterns=None):
        self.streams, self.status, self.patterns, self.asked = streams, status, patterns, []

    def __call__(self, request):
        """Answer one request."""
        path, params = request.url.path, dict(request.url.params)
        self.asked.append((path, params))
        if self.status != 200:
            return httpx.Response(self.status, text="too many outstanding requests")
        if path == "/loki/api/v1/labels":
            return self._data(sorted({label for labels, _ in self.streams for label in labels}))
        if found := re.fullmatch(r"/loki/api/v1/label/(\w+)/values", path):
            return self._data(sorted({ls[found[1]] for ls, _ in self.streams if found[1] in ls}))
        if path == "/loki/api/v1/query_range":
            return self._lines(params)
        known = path == "/loki/api/v1/patterns" and self.patterns is not None
        return self._counted(params) if known else httpx.Response(404, text="404 page not found")

    def _counted(self, params):
        if not _LOGQL.fullmatch(params["query"]) or not re.fullmatch(r"\d+s", params["step"]):
            return httpx.Response(400, text="parse error")
        return self._data(self.patterns)

    def _lines(self, params):
        if int(params["limit"]) > 5000:
            return httpx.Response(400, text="max entries limit per query exceeded")
        if not _LOGQL.fullmatch(params["query"]):
            return httpx.Response(400, text="parse error : syntax error")
        return self._data({"resultType": "streams", "result": self._matching(params)})

    def _matching(self, params):
        label, value = re.match(rf"\{{(\w+)=({_LITERAL})\}}", params["query"]).groups()
        filters = re.findall(rf" (\|=|\|~) ({_LITERAL})", params["query"])
        start, end = int(params["start"]), int(params["end"])
        return [
            {"stream": labels, "values": values}
            for labels, lines in self.streams
            if labels.get(label) == _meant(value)
            for values in [
                [
                    [str(ns), text]
                    for ns, text in lines
                    if start <= ns < end and all(_passes(text, op, _meant(what)) for op, what in filters)
                ]
            ]
            if values
        ]

    @staticmethod
    def _data(data):
        return httpx.Response(200, json={"status": "success", "data": data})


class FakeTempo:
    """Traces as a search gives them; `searches` by a part of the query, `whole` by trace id."""

    def __init__(self, traces, *, searches=None, whole=None):
        self.traces, self.searches, self.whole, self.asked = traces, searches or {}, whole or {}, []

    def __call__(self, request):
        """Answer one request."""
        params = dict(request.url.params)
        self.asked.append(params)
        if found := re.fullmatch(r"/api/traces/(\w+)", request.url.path):
            there = self.whole.get(found[1])
            return httpx.Response(404) if there is None else httpx.Response(200, json={"batches": there})
        if request.url.path != "/api/search":
            return httpx.Response(404)
        if not _TRACEQL.fullmatch(params["q"]):
            return httpx.Response(400, text="invalid TraceQL query")
        if int(params["end"]) - int(params["start"]) > 168 * 3600 + 1:
            return httpx.Response(400, text="range specified by start and end exceeds 168h0m0s")
        found = next((some for part, some in self.searches.items() if part in params["q"]), self.traces)
        return httpx.Response(200, json={"traces": found, "metrics": {}})


class FakeKubernetes:
    """Objects by the path of their list; pages of `limit` items, as the real server gives them."""

    def __init__(self, lists):
        self.lists, self.asked = lists, []

    def __call__(self, request):
        """Answer one request."""
        path, params = request.url.path, dict(request.url.params)
        self.asked.append(path)
        if request.method != "GET":
            return httpx.Response(405)
        if path not in self.lists:
            return httpx.Response(404, json={"kind": "Status", "reason": "NotFound"})
        begin = int(params.get("continue", "0"))
        end = begin + int(params["limit"])
        items = self.lists[path]
        metadata = {"continue": str(end)} if end < len(items) else {}
        return httpx.Response(200, json={"metadata": metadata, "items": items[begin:end]})


def _meant(literal):
    return literal[1:-1].encode().decode("unicode_escape").encode("latin-1").decode()


def _passes(text, op, what):
    return what in text if op == "|=" else re.search(what, text) is not None
