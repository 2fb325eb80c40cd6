"""Grafana Live: browsers subscribe over a WebSocket, the plugin streams, once per channel and organisation.

The wire is the JSON protocol of centrifuge-js, of which Grafana uses this part:

    → {"id":1,"connect":{}}                     ← {"id":1,"connect":{"client":"…","ping":25,"pong":true}}
    → {"id":2,"subscribe":{"channel":"1/…"}}    ← {"id":2,"subscribe":{"data":…}} or {"id":2,"error":{…}}
    → {"id":3,"unsubscribe":{"channel":"1/…"}}  ← {"id":3,"unsubscribe":{}}
    ← {"push":{"channel":"1/…","pub":{"data":…}}}                    ← {}   a ping, → {}   its pong

A stream ends when nobody listened at three looks of five seconds; one that broke off is run again, later each
time up to five seconds, as long as somebody listens; one that ended well waits for a new subscriber.
"""

import asyncio
import contextlib
import json
import logging
import secrets
from dataclasses import dataclass, field

import grpc
from aiohttp import WSMsgType, web

from grafana_host.calls import PluginUnavailable
from grafana_host.grafana import User
from grafana_host.host import Host

_log = logging.getLogger(__name__)

PING_S = 25
LOOK_S = 5.0
LOOKS = 3
MAX_CHANNEL = 160
MAX_COMMANDS = 100
QUEUE = 1000

_DENIED = {"code": 103, "message": "permission denied"}
_UNKNOWN = {"code": 102, "message": "unknown channel"}
_BAD = {"code": 107, "message": "bad request"}


@dataclass(frozen=True, slots=True)
class Channel:
    """`<scope>/<namespace>/<path>` in an organisation."""

    org_id: int
    scope: str
    namespace: str
    path: str

    @classmethod
    def parse(cls, text: str) -> "Channel | None":
        """The channel of `1/plugin/<id>/<path>`; None for what is none."""
        if len(text) > MAX_CHANNEL:
            return None
        org, _, rest = text.partition("/")
        scope, _, rest = rest.partition("/")
        namespace, _, path = rest.partition("/")
        if not org.isdigit() or scope not in {"plugin", "ds"} or not namespace or not path:
            return None
        return cls(int(org), scope, namespace, path)

    @property
    def text(self) -> str:
        """As it is on the wire."""
        return f"{self.org_id}/{self.scope}/{self.namespace}/{self.path}"


@dataclass(slots=True)
class _Stream:
    """A running channel and who listens."""

    listeners: set[asyncio.Queue[bytes]] = field(default_factory=set)
    wanted: asyncio.Event = field(default_factory=asyncio.Event)


class Live:
    """All channels of one host; `run` owns their tasks."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._streams: dict[Channel, _Stream] = {}
        self._fresh: asyncio.Queue[tuple[Channel, User]] = asyncio.Queue()

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that run."""
        return tuple(channel.text for channel in self._streams)

    async def run(self) -> None:
        """Run the streams that somebody listens to, until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                channel, user = await self._fresh.get()
                group.create_task(self._serve(channel, user), name=channel.text)

    async def socket(self, request: web.Request, user: User) -> web.WebSocketResponse:
        """Serve one browser until it leaves."""
        socket = web.WebSocketResponse(max_msg_size=1 << 20)
        await socket.prepare(request)
        visitor = _Visitor(self, self._host, user, socket)
        try:
            await visitor.serve()
        finally:
            visitor.leave()
        return socket

    def listen(self, channel: Channel, user: User, queue: asyncio.Queue[bytes]) -> None:
        """Hear what a channel says from now on; the first listener starts it."""
        stream = self._streams.get(channel)
        if stream is None:
            stream = self._streams[channel] = _Stream()
            self._fresh.put_nowait((channel, user))
        stream.listeners.add(queue)
        stream.wanted.set()

    def forget(self, channel: Channel, queue: asyncio.Queue[bytes]) -> None:
        """Stop hearing a channel."""
        stream = self._streams.get(channel)
        if stream is not None:
            stream.listeners.discard(queue)
            if not stream.listeners:
                stream.wanted.clear()

    async def _serve(self, channel: Channel, user: User) -> None:
        stream = self._streams[channel]
        try:
            async with asyncio.TaskGroup() as group:
                running = group.create_task(self._repeat(channel, user, stream))
                await self._until_lonely(stream)
                running.cancel()
        finally:
            self._streams.pop(channel, None)

    async def _until_lonely(self, stream: _Stream) -> None:
        empty = 0
        while empty < LOOKS:
            await asyncio.sleep(LOOK_S)
            empty = 0 if stream.listeners else empty + 1

    async def _repeat(self, channel: Channel, user: User, stream: _Stream) -> None:
        """Run the plugin's stream; after an error again and again, after a good end when somebody comes."""
        delay = 0.1
        while True:
            try:
                await self._once(channel, user, stream)
            except (grpc.RpcError, PluginUnavailable):
                await asyncio.sleep(delay)
                delay = min(delay * 2, 5.0)
                continue
            stream.wanted.clear()
            await stream.wanted.wait()
            delay = 0.1

    async def _once(self, channel: Channel, user: User, stream: _Stream) -> None:
        plugin_id, context = self.address(channel, user)
        calls = await self._host.plugin(plugin_id).calls()
        async for packet in calls.run_stream(context, channel.path):
            for queue in stream.listeners:
                # A browser that does not read misses packets; it must not hold up the others.
                if not queue.full():
                    queue.put_nowait(packet)

    def address(self, channel: Channel, user: User) -> tuple[str, object]:
        """Which plugin serves a channel, and the context of the call.

        Raises:
            PluginUnavailable: there is no such plugin or data source.
        """
        if channel.scope == "plugin":
            return channel.namespace, self._host.context(channel.namespace, user)
        source = self._host.grafana.source(channel.org_id, channel.namespace)
        if source is None:
            raise PluginUnavailable(f"there is no data source {channel.namespace}")
        return source.type, self._host.context(source.type, user, source)


class _Visitor:
    """One WebSocket."""

    def __init__(self, live: Live, host: Host, user: User, socket: web.WebSocketResponse) -> None:
        self._live = live
        self._host = host
        self._user = user
        self._socket = socket
        self._queues: dict[Channel, asyncio.Queue[bytes]] = {}
        self._group: asyncio.TaskGroup | None = None
        self._forwarding: dict[Channel, asyncio.Task[None]] = {}

    async def serve(self) -> None:
        """Answer commands until the browser leaves."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            pings = group.create_task(self._ping())
            async for received in self._socket:
                if received.type is not WSMsgType.TEXT:
                    break
                for line in received.data.split("\n")[:MAX_COMMANDS]:
                    await self._command(line)
            pings.cancel()
            self.leave()

    def leave(self) -> None:
        """Forget every channel."""
        for channel in tuple(self._queues):
            self._drop(channel)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_S)
            await self._send({})

    async def _command(self, line: str) -> None:
        if not line.strip() or line.strip() == "{}":
            return
        try:
            command = json.loads(line)
            number = int(command["id"])
            wanted = [
                str(command[name]["channel"]) for name in ("subscribe", "unsubscribe") if name in command
            ]
        except (ValueError, TypeError, KeyError):
            await self._socket.close(code=3501, message=b"bad request")
            return
        if "connect" in command:
            answer: dict[str, object] = {
                "connect": {
                    "client": secrets.token_hex(16),
                    "version": "preview",
                    "ping": PING_S,
                    "pong": True,
                }
            }
        elif "subscribe" in command:
            answer = await self._subscribe(wanted[0])
        elif "unsubscribe" in command:
            channel = Channel.parse(wanted[0])
            if channel is not None:
                self._drop(channel)
            answer = {"unsubscribe": {}}
        else:
            answer = {"error": _BAD}
        await self._send({"id": number, **answer})

    async def _subscribe(self, text: str) -> dict[str, object]:
        channel = Channel.parse(text)
        if channel is None:
            return {"error": _UNKNOWN}
        if channel.org_id != self._user.org_id:
            return {"error": _DENIED}
        try:
            plugin_id, context = self._live.address(channel, self._user)
            calls = await self._host.plugin(plugin_id).calls()
            status, data = await calls.subscribe(context, channel.path)
        except (grpc.RpcError, PluginUnavailable):
            return {"error": {"code": 100, "message": "internal server error", "temporary": True}}
        if status != "OK":
            return {"error": _DENIED if status == "PERMISSION_DENIED" else _UNKNOWN}
        self._forward(channel)
        return {"subscribe": {"data": json.loads(data)} if data else {}}

    def _forward(self, channel: Channel) -> None:
        if channel in self._queues or self._group is None:
            return
        queue: asyncio.Queue[bytes] = asyncio.Queue(QUEUE)
        self._queues[channel] = queue
        self._live.listen(channel, self._user, queue)
        self._forwarding[channel] = self._group.create_task(self._push(channel, queue))

    async def _push(self, channel: Channel, queue: asyncio.Queue[bytes]) -> None:
        while True:
            packet = await queue.get()
            try:
                data = json.loads(packet)
            except ValueError:
                _log.warning("%s: a packet that is not JSON is dropped", channel.text)
                continue
            await self._send({"push": {"channel": channel.text, "pub": {"data": data}}})

    def _drop(self, channel: Channel) -> None:
        queue = self._queues.pop(channel, None)
        if queue is not None:
            self._live.forget(channel, queue)
            self._forwarding.pop(channel).cancel()

    async def _send(self, answer: dict[str, object]) -> None:
        # A browser that leaves in the middle of an answer is no failure.
        with contextlib.suppress(ConnectionResetError):
            if not self._socket.closed:
                await self._socket.send_str(json.dumps(answer))
