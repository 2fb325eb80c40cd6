"""The strict stand-ins of `scripts.stand_ins` below httpx: what the real servers refuse, they refuse.

Each is a callable for `httpx.MockTransport` and keeps what it was asked in `asked`.
"""

import httpx

from reliability_studio.clock import ManualClock
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources.http import SourceClient
from scripts.stand_ins import Asked, Loki, Tempo
from scripts.stand_ins.kubernetes import listed, status


def client(name, stand_in, now):
    """A client whose calls reach `stand_in`."""
    settings = SourceSettings(name=name, url=f"http://{name}.test", timeout_s=2)
    return SourceClient(settings, clock=ManualClock(now), transport=httpx.MockTransport(stand_in))


def asked_by(request):
    """A request of httpx as the stand-ins take it."""
    return Asked(request.url.path, dict(request.url.params), request.method)


def response(reply):
    """A stand-in's answer as httpx gives it."""
    return httpx.Response(reply.status, content=reply.body, headers={"Content-Type": reply.kind})


class FakeLoki:
    """Streams of `({label: value}, [(ns, text), …])`.

    `patterns` are what the server's own clustering says; None is a server that keeps none.
    """

    def __init__(self, streams, status=200, patterns=None):
        self.status, self.asked = status, []
        self._server = Loki(lambda: streams, patterns=patterns)

    def __call__(self, request):
        """Answer one request."""
        asked = asked_by(request)
        self.asked.append((asked.path, asked.params))
        if self.status != 200:
            return httpx.Response(self.status, text="too many outstanding requests")
        return response(self._server.answer(asked))


class FakeTempo:
    """Traces as a search gives them; `searches` by a part of the query, `whole` by trace id.

    `counted` are spans that only metrics queries see; None is a server that does not count. Of `timed` only
    those traces that began within the time that is searched are found, for any query.
    """

    def __init__(self, traces, *, searches=None, whole=None, counted=None, timed=()):
        self.traces, self.searches, self.batches, self.asked = traces, searches or {}, whole or {}, []
        self.counted, self.timed = counted, timed
        self._server = Tempo(self, counting=counted is not None)

    def __call__(self, request):
        """Answer one request."""
        asked = asked_by(request)
        self.asked.append(asked.params)
        return response(self._server.answer(asked))

    def search(self, wanted):
        """What a search finds."""
        found = next((some for part, some in self.searches.items() if part in wanted.text), self.traces)
        within = range(wanted.start_s, wanted.end_s)
        return [*found, *(each for each in self.timed if int(each["startTimeUnixNano"]) // 10**9 in within)]

    def whole(self, trace_id):
        """A trace."""
        return self.batches.get(trace_id)

    def spans(self, start_s, end_s):
        """Counted spans of a window."""
        return [each for each in self.counted if start_s <= each.at_s < end_s]


class FakeKubernetes:
    """Objects by the path of their list; pages of `limit` items, as the real server gives them."""

    def __init__(self, lists):
        self.lists, self.asked = lists, []

    def __call__(self, request):
        """Answer one request."""
        asked = asked_by(request)
        self.asked.append(asked.path)
        if asked.method != "GET":
            return response(status(405, "MethodNotAllowed"))
        if asked.path not in self.lists:
            return response(status(404, "NotFound"))
        return response(listed(self.lists[asked.path], asked.params))
