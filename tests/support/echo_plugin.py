"""A product that does what it is told: the wire's counterpart in tests, and a plugin process of its own.

As a module it gives `EchoProduct` for servers inside the test process. As a program it is a plugin that a
host can start with nothing but the environment that Grafana gives.
"""

# ruff: noqa: ARG002 - the protocols name arguments that an echo ignores

import asyncio
import contextlib
import ctypes
import json
import logging
import os
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "pkg"))
    from reliability_studio.wire import handshake

    CHANNEL = handshake.begin(os.environ)

from reliability_studio.api.calls import (  # noqa: E402
    Caller,
    HealthReport,
    HealthStatus,
    Query,
    QueryAnswer,
    ResourceRequest,
    ResourceResponse,
    SubscribeStatus,
    Subscription,
    Tenant,
)
from reliability_studio.errors import Forbidden, NotFound, StoreError, StoreUnavailable  # noqa: E402
from reliability_studio.observability import logs  # noqa: E402
from reliability_studio.observability.metrics import Metrics  # noqa: E402
from reliability_studio.wire import server  # noqa: E402

_log = logging.getLogger("echo")


class Panic(BaseException):
    """As the libraries in Rust raise it: what derives from `Exception` is caught everywhere, this is not."""


class EchoInstance:
    """One instance; counts what happens to it."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.running = 0
        self.cancelled = 0
        self.finished = 0
        self.streams_open = 0
        self.streams_closed = 0
        self.closed = False

    async def resource(self, request: ResourceRequest) -> ResourceResponse:
        word, _, rest = request.path.partition("/")
        self.running += 1
        try:
            answer = await getattr(self, f"_{word.replace('-', '_')}")(request, rest)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        else:
            self.finished += 1
            return answer
        finally:
            self.running -= 1

    async def query(self, caller: Caller, queries: tuple[Query, ...]) -> Mapping[str, QueryAnswer]:
        answers: dict[str, QueryAnswer] = {}
        for query in queries:
            match query.type:
                case "error":
                    answers[query.ref_id] = QueryAnswer(error="no such series", status=502, downstream=True)
                case "half":
                    answers[query.ref_id] = QueryAnswer(error="no label '\ud800'", status=400)
                case "raise":
                    raise RuntimeError("password=hunter2 in a foreign error")
                case "forget":
                    continue
                case "slow":
                    await asyncio.sleep(60)
                case _:
                    told = json.dumps([query.ref_id, query.start.isoformat(), caller.from_alert])
                    answers[query.ref_id] = QueryAnswer(frames=(b"ARROW1" + told.encode(),))
        return answers

    async def health(self, caller: Caller) -> HealthReport:
        mood = json.loads(self.tenant.json_data or b"{}").get("mood", "ok")
        match mood:
            case "raise":
                raise RuntimeError("password=hunter2 in a foreign error")
            case "half":
                return HealthReport(HealthStatus.DEGRADED, "no label '\ud800'", {"label": "\ud800"})
            case "nan":
                return HealthReport(HealthStatus.OK, "not a number", {"value": float("nan")})
            case "slow":
                await asyncio.sleep(60)
        return HealthReport(HealthStatus(mood), f"feeling {mood}", {"store": {"status": "ok"}, "n": 1})

    async def subscribe(self, caller: Caller, path: str) -> Subscription:
        match path:
            case "ticks":
                return Subscription(SubscribeStatus.OK, b'{"n":0}')
            case "forbidden":
                raise Forbidden("not for you")
            case "down":
                raise StoreUnavailable("the database is locked")
        return Subscription(SubscribeStatus.NOT_FOUND)

    async def publish(self, caller: Caller, path: str, data: bytes) -> Subscription:
        return Subscription(SubscribeStatus.PERMISSION_DENIED)

    async def run_stream(self, org_id: int, path: str) -> AsyncIterator[bytes]:
        self.streams_open += 1
        try:
            match path:
                case "broken":
                    for packet in (b'{"n":1}', b'{"n":NaN}', b"{", b'{"n":2}'):
                        yield packet
                case "raise":
                    yield b'{"n":1}'
                    raise RuntimeError("password=hunter2 in a foreign error")
                case "missing":
                    raise NotFound("no such channel")
                case _:
                    for number in range(1_000_000):
                        yield json.dumps({"n": number, "settings": self.tenant.updated_ms}).encode()
                        await asyncio.sleep(0.02)
        finally:
            self.streams_closed += 1

    async def aclose(self) -> None:
        self.closed = True

    async def _echo(self, request: ResourceRequest, _rest: str) -> ResourceResponse:
        return ResourceResponse(200, {"content-type": "application/octet-stream"}, request.body)

    async def _who(self, request: ResourceRequest, _rest: str) -> ResourceResponse:
        caller = request.caller
        told = {
            "org": caller.org_id,
            "login": caller.login,
            "role": caller.role.name,
            "uid": caller.user_uid,
            "from_alert": caller.from_alert,
            "method": request.method,
            "path": request.path,
            "query": {name: list(values) for name, values in request.query.items()},
            "headers": dict(request.headers),
            "datasource": self.tenant.datasource_uid,
            "updated": self.tenant.updated_ms,
        }
        return ResourceResponse(200, {"content-type": "application/json"}, json.dumps(told).encode())

    async def _state(self, _request: ResourceRequest, _rest: str) -> ResourceResponse:
        told = {
            "cancelled": self.cancelled,
            "finished": self.finished,
            "running": self.running,
            "streams_open": self.streams_open,
            "streams_closed": self.streams_closed,
        }
        return ResourceResponse(200, body=json.dumps(told).encode())

    async def _big(self, _request: ResourceRequest, rest: str) -> ResourceResponse:
        return ResourceResponse(200, body=b"x" * int(rest))

    async def _slow(self, _request: ResourceRequest, rest: str) -> ResourceResponse:
        await asyncio.sleep(float(rest))
        return ResourceResponse(200, body=b"at last")

    async def _stubborn(self, _request: ResourceRequest, rest: str) -> ResourceResponse:
        """Work in a thread that nothing can cancel."""
        await asyncio.to_thread(time.sleep, float(rest))
        return ResourceResponse(200)

    async def _clinging(self, _request: ResourceRequest, rest: str) -> ResourceResponse:
        """Work that refuses to be cancelled."""
        until = time.monotonic() + float(rest)
        while time.monotonic() < until:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0.05)
        return ResourceResponse(200)

    async def _block(self, _request: ResourceRequest, rest: str) -> ResourceResponse:
        time.sleep(float(rest))  # noqa: ASYNC251 - a bug that the lifeline must survive
        return ResourceResponse(200)

    async def _status(self, _request: ResourceRequest, rest: str) -> ResourceResponse:
        return ResourceResponse(int(rest))

    async def _raise(self, _request: ResourceRequest, rest: str) -> ResourceResponse:
        match rest:
            case "notfound":
                raise NotFound("no such incident")
            case "group":
                async with asyncio.TaskGroup() as group:
                    group.create_task(_fail(StoreUnavailable("the database is locked")))
            case "timeout":
                raise TimeoutError("of a library")
            case "panic":
                raise Panic("password=hunter2 in a foreign error")
            case "panic-in-a-task":
                async with asyncio.TaskGroup() as group:
                    group.create_task(_fail(Panic("password=hunter2 in a foreign error")))
        raise RuntimeError("password=hunter2 in a foreign error")

    async def _parts(self, _request: ResourceRequest, rest: str) -> ResourceResponse:
        async def parts() -> AsyncIterator[bytes]:
            self.streams_open += 1
            try:
                for number in range(int(rest)):
                    yield f"part {number}\n".encode()
                    yield b""
                    await asyncio.sleep(0.01)
                if rest == "3":
                    raise RuntimeError("password=hunter2 in a foreign error")
            finally:
                self.streams_closed += 1

        headers = {"content-type": "text/event-stream", "content-length": "7"}
        return ResourceResponse(200, headers, parts())

    async def _lumps(self, _request: ResourceRequest, rest: str) -> ResourceResponse:
        """Parts of this size without an end or a pause: who reads slowly has one under way always."""

        async def lumps() -> AsyncIterator[bytes]:
            self.streams_open += 1
            try:
                while True:
                    yield b"x" * int(rest)
            finally:
                self.streams_closed += 1

        return ResourceResponse(200, {"content-type": "application/octet-stream"}, lumps())

    async def _noise(self, _request: ResourceRequest, rest: str) -> ResourceResponse:
        NOISES[rest]()
        await asyncio.sleep(0.05)
        return ResourceResponse(204)


async def _fail(error: BaseException) -> None:
    raise error


def _thread_raises() -> None:
    def boom() -> None:
        raise ValueError("in a thread\nover two lines")

    thread = threading.Thread(target=boom)
    thread.start()
    thread.join()


def _task_raises() -> None:
    asyncio.get_running_loop().create_task(_fail(ValueError("in a task that nobody awaits")))


def _callback_raises() -> None:
    asyncio.get_running_loop().call_soon(lambda: 1 / 0)


def _finaliser_raises() -> None:
    class Cursed:
        def __del__(self) -> None:
            raise ValueError("in a finaliser")

    Cursed()


def _c_library() -> None:
    libc = ctypes.CDLL(None)
    libc.puts(b"a C library on stdout")
    libc.fflush(None)
    os.write(2, b"E0000 a C library on stderr\n")


def _printed() -> None:
    print('{"@level": 1, "@message": {}, "@timestamp": null}')
    print("x" * 100_000)
    sys.stderr.write('{"@level":7}\n')


def _child() -> None:
    subprocess.run(["/bin/sh", "-c", "echo a child on stdout; echo a child on stderr >&2"], check=True)


class _Unprintable:
    def __str__(self) -> str:
        raise RuntimeError("no")

    __repr__ = __str__


def _odd_records() -> None:
    circle: list[object] = []
    circle.append(circle)
    fields = {
        "@level": 3,
        "@message": None,
        "timestamp": 5,
        "circle": circle,
        "huge": 10**6000,
        "nan": float("nan"),
    }
    odd = {"lone": "\ud800", "nul": "a\0b", "broken": _Unprintable(), "bytes": b"\xff", "token": "hunter2"}
    _log.warning("odd \u2028 message \ud800 %s", "é", extra={**fields, **odd})
    _log.warning("%d apples", "many")
    _log.warning("x" * 200_000)
    _log.warning("é" * 200_000, extra={f"f{n}": "y" * 9000 for n in range(60)})
    try:
        raise RuntimeError("é" * 100_000)  # noqa: TRY301 - only its traceback is wanted
    except RuntimeError:
        _log.exception("with a stack")


NOISES = {
    "thread": _thread_raises,
    "task": _task_raises,
    "callback": _callback_raises,
    "finaliser": _finaliser_raises,
    "c": _c_library,
    "print": _printed,
    "child": _child,
    "records": _odd_records,
    "warning": lambda: warnings.warn("careful\nnow", stacklevel=1),
}


class EchoProduct:
    """Remembers the instances that it built."""

    def __init__(self, metrics: Metrics | None = None, *, builds: type[EchoInstance] = EchoInstance) -> None:
        self._builds = builds
        self.metrics_source = metrics or Metrics()
        self.built: list[EchoInstance] = []
        self.breaks: list[BaseException] = []
        self.runs = 0
        self.closed = False

    async def instance(self, tenant: Tenant) -> EchoInstance:
        if b'"refuse"' in tenant.json_data:
            raise StoreUnavailable("the database is locked")
        self.built.append(self._builds(tenant))
        return self.built[-1]

    async def verify(self, tenant: Tenant, id_token: str) -> str:
        if id_token == "forged":
            raise Forbidden("the identity token is not valid for this organisation")
        return id_token.removeprefix("token-of-")

    async def ailing(self, tenant: Tenant, error: StoreError) -> HealthReport:
        return HealthReport(HealthStatus.ERROR, str(error), {"org": tenant.org_id, "rest": "examined"})

    async def metrics(self) -> bytes:
        return self.metrics_source.text()

    async def run(self) -> None:
        self.runs += 1
        if self.breaks:
            raise self.breaks.pop(0)

    async def aclose(self) -> None:
        if os.environ.get("GF_PLUGIN_ECHO_CLOSE") == "block":
            time.sleep(60)  # noqa: ASYNC251 - a bug that the lifeline must survive
        self.closed = True


def main() -> int:
    """Serve until the host stops us. `GF_PLUGIN_ECHO_LOAD` makes loading fail."""
    logs.install(logs.parse_level(os.environ.get("GF_PLUGIN_LOG_LEVEL", "info")))
    metrics = Metrics()

    async def load() -> EchoProduct:
        match os.environ.get("GF_PLUGIN_ECHO_LOAD"):
            case "fail":
                raise StoreUnavailable("the data folder is read-only")
            case "foreign":
                raise RuntimeError("password=hunter2 in a foreign error")
            case "hang":
                await asyncio.sleep(600)
        return EchoProduct(metrics)

    return server.run(load, CHANNEL, os.environ, metrics)


if __name__ == "__main__":
    sys.exit(main())
