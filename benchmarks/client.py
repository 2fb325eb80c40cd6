"""A load client in a process of its own: n callers at once, each sends its next call when answered.

    python -m benchmarks.client     reads a `Job` as JSON from stdin, prints a `Load` as JSON

It is Python and uses about as much CPU per call as the plugin does: near 2,000 calls per second the limit
is the client's own. `load.py` takes the Go client instead where Go is at hand.
"""

import asyncio
import base64
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import grpc

from benchmarks.measure import percentile
from reliability_studio.wire.pb import backend_pb2

CALL_RESOURCE = "/pluginv2.Resource/CallResource"
QUERY_DATA = "/pluginv2.Data/QueryData"


@dataclass(frozen=True, slots=True)
class Job:
    """What to offer to whom."""

    target: str
    """gRPC target."""
    method: str
    """`CALL_RESOURCE` or `QUERY_DATA`."""
    requests: tuple[bytes, ...]
    """Serialised; sent in turn, from the start again after the last."""
    callers: int
    seconds: float = 0.0
    """How long; or else `calls`: how many in all."""
    calls: int = 0
    rate: float = 0.0
    """Calls per second in all; 0: as fast as answers come."""
    warm_up: bool = True
    """Whether the first request is sent once before, unmeasured. Not for calls that write."""

    def encode(self) -> bytes:
        """As JSON text."""
        texts = [base64.b64encode(each).decode() for each in self.requests]
        return json.dumps(asdict(self) | {"requests": texts}).encode()

    @classmethod
    def decode(cls, text: str) -> "Job":
        """From JSON text."""
        fields = json.loads(text)
        return cls(**fields | {"requests": tuple(base64.b64decode(each) for each in fields["requests"])})


@dataclass(frozen=True, slots=True)
class Load:
    """What a load showed. Times in milliseconds."""

    calls: int
    failures: int
    per_second: float
    p50: float
    p95: float
    p99: float
    worst: float
    first_failure: str = ""
    answer_bytes: int = 0
    """Size of the last answer."""
    cpu_ms: float = 0.0
    """CPU of the plugin per call; 0 when it was not taken."""


class _Callers:
    """The callers of one job, and what they saw."""

    def __init__(self, job: Job, channel: grpc.aio.Channel) -> None:
        self._job = job
        self._streams = job.method == CALL_RESOURCE
        self._resource_call = channel.unary_stream(
            CALL_RESOURCE, bytes, backend_pb2.CallResourceResponse.FromString
        )
        self._query_call = channel.unary_unary(QUERY_DATA, bytes, backend_pb2.QueryDataResponse.FromString)
        self._sent = 0
        self._times: list[float] = []
        self._failures: list[str] = []
        self._bytes = 0

    async def run(self) -> Load:
        """Warm up with one call, then let the callers go."""
        if self._job.warm_up:
            await self._once(self._job.requests[0])
            self._times.clear()
        begin = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(self._job.callers):
                group.create_task(self._caller(begin))
        return self._sum(time.perf_counter() - begin)

    def _sum(self, took: float) -> Load:
        ms: Sequence[float] = [each * 1000 for each in self._times]
        return Load(
            calls=len(ms),
            failures=len(self._failures),
            per_second=len(ms) / took,
            p50=percentile(ms, 0.50),
            p95=percentile(ms, 0.95),
            p99=percentile(ms, 0.99),
            worst=max(ms),
            first_failure=self._failures[0] if self._failures else "",
            answer_bytes=self._bytes,
        )

    async def _caller(self, begin: float) -> None:
        requests = self._job.requests
        while (turn := self._next(begin)) is not None:
            if self._job.rate:
                await asyncio.sleep(max(0.0, begin + turn / self._job.rate - time.perf_counter()))
            await self._once(requests[turn % len(requests)])

    def _next(self, begin: float) -> int | None:
        if self._job.calls and self._sent >= self._job.calls:
            return None
        if self._job.seconds and time.perf_counter() - begin >= self._job.seconds:
            return None
        self._sent += 1
        return self._sent - 1

    async def _once(self, request: bytes) -> None:
        begin = time.perf_counter()
        try:
            failure = await (self._resource(request) if self._streams else self._query(request))
        except grpc.aio.AioRpcError as error:
            failure = f"{error.code().name}: {error.details()}"
        self._times.append(time.perf_counter() - begin)
        if failure:
            self._failures.append(failure[:300])

    async def _resource(self, request: bytes) -> str:
        code, size, first = 0, 0, b""
        async for answer in self._resource_call(request):
            code = code or answer.code
            first = first or answer.body
            size += len(answer.body)
        self._bytes = size
        return "" if 200 <= code < 300 else f"{code}: {first[:200]!r}"

    async def _query(self, request: bytes) -> str:
        answer = await self._query_call(request)
        self._bytes = sum(len(frame) for each in answer.responses.values() for frame in each.frames)
        return next((each.error for each in answer.responses.values() if each.error), "")


async def _main() -> None:
    job = Job.decode(sys.stdin.read())
    options = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    async with grpc.aio.insecure_channel(job.target, options=options) as channel:
        load = await _Callers(job, channel).run()
    sys.stdout.write(json.dumps(asdict(load)))


if __name__ == "__main__":
    asyncio.run(_main())
