"""The stand-in Kubernetes API server below httpx, with what a test does to its streams.

Beside what `scripts.stand_ins.kubernetes` can do: `hang_up` closes every stream, `gone_as` says whether a
version that is too old is refused by status or within the stream.
"""

import asyncio

import httpx

from scripts.stand_ins import Cluster, Watch
from scripts.stand_ins.kubernetes import line
from tests.support.fake_sources import asked_by, response

_FORGOTTEN = {"kind": "Status", "code": 410, "reason": "Expired", "message": "too old resource version"}


class FakeCluster(Cluster):
    """Objects by `api/what`; a callable for `httpx.MockTransport`."""

    def __init__(self, kinds):
        super().__init__(kinds)
        self.gone_as = "status"
        self.asked, self.streams = [], 0
        self._hung_up = 0

    def delete(self, kind, name, namespace="shop"):
        """Take an object away."""
        super().delete(kind, name, namespace)

    def hang_up(self):
        """Close every stream."""
        self._hung_up += 1

    def __call__(self, request):
        """Answer one request."""
        asked = asked_by(request)
        self.asked.append((asked.path, "watch" in asked.params))
        oldest = self.oldest
        if self.gone_as == "event" and "watch" in asked.params:
            self.oldest = 0
        found = self.answer(asked)
        self.oldest = oldest
        if not isinstance(found, Watch):
            return response(found)
        return httpx.Response(200, stream=_Stream(self, found))

    def lists(self):
        """Paths that were listed."""
        return [path for path, watch in self.asked if not watch]

    async def follow(self, watch):
        """Lines of one watch, until its time is over or the server hangs up."""
        if watch.since < self.oldest:
            yield line("ERROR", _FORGOTTEN)
            return
        since, hung_up = watch.since, self._hung_up
        end = asyncio.get_running_loop().time() + watch.seconds
        while hung_up == self._hung_up and asyncio.get_running_loop().time() < end:
            for version, text in self.happened(watch.kind, since):
                since = version
                # Answers are cut anywhere on their way.
                yield text[:7]
                yield text[7:]
            await asyncio.sleep(0.01)


class _Stream(httpx.AsyncByteStream):
    def __init__(self, server, watch):
        self._server, self._parts = server, server.follow(watch)

    async def __aiter__(self):
        self._server.streams += 1
        try:
            async for part in self._parts:
                yield part
        finally:
            self._server.streams -= 1

    async def aclose(self):
        await self._parts.aclose()
