"""A strict stand-in for a Kubernetes API server that lists and watches; it counts versions as that does.

What a test does to it: `put`, `delete`, `bookmark`, `compact` (forget history), `hang_up` (close every
stream), `forbid` (403 for watches).
"""

import asyncio
import json
import re

import httpx

_PLACE = re.compile(r"(?P<api>/api/v1|/apis/[^/]+/v1)(/namespaces/(?P<namespace>[^/]+))?/(?P<what>\w+)")


class FakeCluster:
    """Objects by `api/what`; a callable for `httpx.MockTransport`."""

    def __init__(self, kinds):
        self.objects = {kind: {} for kind in kinds}
        self.history = []
        self.version, self.oldest = 100, 0
        self.gone_as = "status"
        self.forbidden = set()
        self.asked, self.streams = [], 0
        self._moved = asyncio.Event()
        self._hung_up = 0

    def put(self, kind, item):
        """Add an object, or change it."""
        key = (item["metadata"].get("namespace", ""), item["metadata"]["name"])
        self._tell(kind, "MODIFIED" if key in self.objects[kind] else "ADDED", item)
        self.objects[kind][key] = item

    def delete(self, kind, name, namespace="shop"):
        """Take an object away."""
        self._tell(kind, "DELETED", self.objects[kind].pop((namespace, name)))

    def bookmark(self, kind):
        """Tell every watcher of a kind how far the server has come."""
        self._tell(kind, "BOOKMARK", {"metadata": {"creationTimestamp": None}})

    def compact(self):
        """Forget everything that happened so far."""
        self.version += 1
        self.oldest = self.version

    def hang_up(self):
        """Close every stream."""
        self._hung_up += 1
        self._moved.set()

    def _tell(self, kind, change, item):
        self.version += 1
        item["metadata"]["resourceVersion"] = str(self.version)
        self.history.append((self.version, kind, change, json.loads(json.dumps(item))))
        self._moved.set()

    def __call__(self, request):
        """Answer one request."""
        params = dict(request.url.params)
        found = _PLACE.fullmatch(request.url.path)
        kind = found and f"{found['api']}/{found['what']}"
        self.asked.append((request.url.path, "watch" in params))
        if request.method != "GET" or kind not in self.objects:
            return _status(404, "NotFound")
        if "watch" not in params:
            return self._listed(kind, found["namespace"], params)
        if kind in self.forbidden:
            return _status(403, "Forbidden")
        return self._watched(kind, params)

    def lists(self):
        """Paths that were listed."""
        return [path for path, watch in self.asked if not watch]

    def _listed(self, kind, namespace, params):
        items = [each for key, each in sorted(self.objects[kind].items()) if namespace in {None, key[0]}]
        begin, size = int(params.get("continue", "0")), int(params["limit"])
        more = {"continue": str(begin + size)} if begin + size < len(items) else {}
        metadata = {"resourceVersion": str(self.version), **more}
        return httpx.Response(200, json={"metadata": metadata, "items": items[begin : begin + size]})

    def _watched(self, kind, params):
        whole = params["watch"] == "1" and params.get("allowWatchBookmarks") == "true"
        seconds = params.get("timeoutSeconds", "")
        if not whole or not seconds.isdigit() or not params.get("resourceVersion", "").isdigit():
            return _status(400, "BadRequest")
        since = int(params["resourceVersion"])
        if since < self.oldest and self.gone_as == "status":
            return _status(410, "Expired")
        return httpx.Response(200, stream=_Stream(self, kind, since, float(seconds)))

    async def follow(self, kind, since, seconds):
        """Lines of one watch, until its time is over or the server hangs up."""
        if since < self.oldest:
            error = {
                "kind": "Status",
                "code": 410,
                "reason": "Expired",
                "message": "too old resource version",
            }
            yield _line("ERROR", error)
            return
        hung_up = self._hung_up
        end = asyncio.get_running_loop().time() + seconds
        while hung_up == self._hung_up:
            for version, of, change, item in self.history:
                if of == kind and version > since:
                    since = version
                    text = _line(change, item)
                    # Answers are cut anywhere on their way.
                    yield text[:7]
                    yield text[7:]
            self._moved.clear()
            left = end - asyncio.get_running_loop().time()
            if left <= 0:
                return
            try:
                async with asyncio.timeout(min(left, 0.05)):
                    await self._moved.wait()
            except TimeoutError:
                continue


class _Stream(httpx.AsyncByteStream):
    def __init__(self, server, kind, since, seconds):
        self._server, self._parts = server, server.follow(kind, since, seconds)

    async def __aiter__(self):
        self._server.streams += 1
        try:
            async for part in self._parts:
                yield part
        finally:
            self._server.streams -= 1

    async def aclose(self):
        await self._parts.aclose()


def _line(change, item):
    return json.dumps({"type": change, "object": item}).encode() + b"\n"


def _status(code, reason):
    return httpx.Response(code, json={"kind": "Status", "code": code, "reason": reason})
