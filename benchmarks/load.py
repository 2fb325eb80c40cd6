"""Load from a process of its own: n callers at once, each sends its next call when the last is answered.

    offer(target, [request, …], callers=16, seconds=3)   → Load, from the benchmark's process
    python -m benchmarks.load                            the client itself; reads its job from stdin

The client is Python too. Its own limit shows in the run against the Go echo plugin, which answers faster
than the client can ask; numbers near that limit are the client's, not the plugin's.
"""

import asyncio
import base64
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import grpc

from benchmarks.measure import percentile
from reliability_studio.wire.pb import backend_pb2


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


def offer(
    target: str,
    method: str,
    requests: Sequence[bytes],
    *,
    callers: int,
    seconds: float = 0.0,
    calls: int = 0,
    rate: float = 0.0,
) -> Load:
    """Run a client process against a plugin.

    Args:
        target: gRPC target.
        method: full RPC name; answers of CallResource (streams) and QueryData are checked for errors.
        requests: serialised; sent in turn, from the start again after the last.
        callers: how many calls are under way at once.
        seconds: how long.
        calls: how many in all, instead of `seconds`.
        rate: calls per second in all; 0 means as fast as answers come.
    """
    job = {
        "target": target,
        "method": method,
        "requests": [base64.b64encode(each).decode() for each in requests],
        "callers": callers,
        "seconds": seconds,
        "calls": calls,
        "rate": rate,
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=json.dumps(job).encode(),
        capture_output=True,
        timeout=seconds + 240,
        check=False,
    )
    if done.returncode != 0:
        message = f"the load client failed:\n{done.stderr.decode(errors='replace')[-2000:]}"
        raise RuntimeError(message)
    return Load(**json.loads(done.stdout))


class _Client:
    """The callers of one job, and what they saw."""

    def __init__(self, job: dict[str, object], channel: grpc.aio.Channel) -> None:
        self._requests = [base64.b64decode(each) for each in _texts(job["requests"])]
        self._callers = int(str(job["callers"]))
        self._seconds = float(str(job["seconds"]))
        self._calls = int(str(job["calls"]))
        self._rate = float(str(job["rate"]))
        self._streams = str(job["method"]).endswith("CallResource")
        method = str(job["method"])
        self._resource_call = channel.unary_stream(method, bytes, backend_pb2.CallResourceResponse.FromString)
        self._query_call = channel.unary_unary(method, bytes, backend_pb2.QueryDataResponse.FromString)
        self._sent = 0
        self._times: list[float] = []
        self._failures = 0
        self._first_failure = ""
        self._bytes = 0

    async def run(self) -> Load:
        """Warm up with one call, then let the callers go."""
        await self._once(self._requests[0])
        self._times.clear()
        begin = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(self._callers):
                group.create_task(self._caller(begin))
        took = time.perf_counter() - begin
        ms = [each * 1000 for each in self._times]
        return Load(
            calls=len(ms),
            failures=self._failures,
            per_second=len(ms) / took,
            p50=percentile(ms, 0.50),
            p95=percentile(ms, 0.95),
            p99=percentile(ms, 0.99),
            worst=max(ms),
            first_failure=self._first_failure,
            answer_bytes=self._bytes,
        )

    async def _caller(self, begin: float) -> None:
        while (turn := self._next(begin)) is not None:
            if self._rate:
                await asyncio.sleep(max(0.0, begin + turn / self._rate - time.perf_counter()))
            await self._once(self._requests[turn % len(self._requests)])

    def _next(self, begin: float) -> int | None:
        if self._calls and self._sent >= self._calls:
            return None
        if self._seconds and time.perf_counter() - begin >= self._seconds:
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
            self._failures += 1
            self._first_failure = self._first_failure or failure[:300]

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


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


async def _main() -> None:
    job = json.load(sys.stdin)
    options = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    async with grpc.aio.insecure_channel(job["target"], options=options) as channel:
        load = await _Client(job, channel).run()
    sys.stdout.write(json.dumps(asdict(load)))


if __name__ == "__main__":
    asyncio.run(_main())
