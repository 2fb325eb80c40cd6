"""One kind of Kubernetes object, held in memory: listed once, then followed by the server's watch.

    held = Held(client, (Listed("/api/v1/pods", read_pod),))
    await held.follow(50)              for so long; the next call goes on where this one ended
    held.objects("shop")               None while it is not known to be complete and fresh

The server says what changes and, in bookmarks, how far it has come. When it has forgotten where we are (410,
as an answer or as an event of the stream), everything is listed anew. Where watching is not allowed, or there
is more than fits, nothing is held and callers list as they always could.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from reliability_studio.errors import (
    SourceError,
    SourceGone,
    SourceMalformed,
    SourceRejected,
    SourceTimeout,
    SourceUnavailable,
)
from reliability_studio.sources.http import SourceClient

PAGE = 500
MOST_PAGES = 20
"""Pages of one list; a cluster with more objects is read in part."""
MOST_HELD = PAGE * MOST_PAGES
"""Objects of one kind in memory; of more, none is held."""
MOST_LINE_BYTES = 4 * 2**20
"""One event of a watch: etcd takes objects of up to 1.5 MiB, and JSON needs more."""
IDLE_S = 90.0
"""A stream on which nothing comes for so long is opened anew: the server sends a bookmark each minute."""
GRACE_S = 15.0
"""How long after a stream ended what is held still counts as fresh."""
PAUSE_S = 1.0
"""Between two streams, so that a server that closes at once is not stormed."""
MOST_FORGOTTEN = 3
"""Lists made anew in one session; a server that forgets at once is left alone until the next."""
NOT_ALLOWED_S = 600.0
"""After a refusal, or an answer that is none, when watching is tried again."""

T = TypeVar("T")
Key = tuple[str, str]
"""Namespace and name."""


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """Where objects are listed, and how one is read: None for one that is not wanted."""

    path: str
    read: Callable[[bytes], T | None]


@dataclass(frozen=True, slots=True)
class Page:
    """A list as the server gave it, page by page."""

    items: Sequence[msgspec.Raw]
    version: str
    """The moment of the list, in the server's own count."""
    whole: bool
    """False when there were more pages than are read."""


async def read_list(client: SourceClient, path: str, headers: Mapping[str, str] | None = None) -> Page:
    """All items of a list, up to a bound. A page's token expires with the server's history: then once anew.

    Raises:
        SourceError: the server refuses or cannot be reached.
    """
    try:
        return await _read(client, path, headers)
    except SourceGone:
        return await _read(client, path, headers)


async def _read(client: SourceClient, path: str, headers: Mapping[str, str] | None) -> Page:
    found: list[msgspec.Raw] = []
    token = version = ""
    for _ in range(MOST_PAGES):
        params = {"limit": str(PAGE), **({"continue": token} if token else {})}
        page = decoded(client, await client.get(path, params, headers), _List)
        found.extend(page.items or ())
        version = version or page.metadata.resourceVersion
        token = page.metadata.continue_
        if not token:
            break
    return Page(found, version, not token)


class Held(Generic[T]):
    """The objects of one kind in the whole cluster."""

    def __init__(self, client: SourceClient, choices: Sequence[Listed[T]]) -> None:
        self._client = client
        self._choices = tuple(choices)
        self._chosen = self._choices[0]
        self._objects: dict[Key, T] = {}
        self._version = ""
        self._streaming = False
        self._ended_at = 0.0
        self._not_before = 0.0
        self.problem = ""
        """Why nothing is held; empty while all is well, or nobody has asked yet."""

    def objects(self, namespace: str = "") -> tuple[T, ...] | None:
        """What is held of a namespace, or of all, by name; None when that may be old or incomplete."""
        ended = self._client.clock.monotonic() - self._ended_at
        if not self._version or not (self._streaming or ended <= GRACE_S):
            return None
        return tuple(
            each for key, each in sorted(self._objects.items()) if not namespace or key[0] == namespace
        )

    async def follow(self, seconds: float) -> None:
        """List if needed, then follow for so long. What goes wrong is kept in `problem`, and nothing held."""
        if self._client.clock.monotonic() < self._not_before:
            return
        try:
            async with asyncio.timeout(seconds + IDLE_S):
                await self._follow(seconds)
        except SourceRejected as refused:
            self._drop(str(refused), wait=NOT_ALLOWED_S)
        except (SourceUnavailable, SourceTimeout) as error:
            # The place is kept: when the server is back, it tells what we missed, or that it forgot.
            self.problem = str(error)
        except TimeoutError:
            self._drop("the server did not end the watch when it should have")
        except SourceError as error:
            self._drop(str(error), wait=NOT_ALLOWED_S)

    async def _follow(self, seconds: float) -> None:
        clock = self._client.clock
        until = clock.monotonic() + seconds
        forgotten = 0
        while (left := until - clock.monotonic()) > 0:
            if not self._version and not await self._list():
                return
            try:
                await self._stream(max(1, round(left)))
            except SourceGone as error:
                self._version = ""
                forgotten += 1
                if forgotten >= MOST_FORGOTTEN:
                    raise SourceUnavailable(str(error), source=self._client.name) from error
            await clock.sleep(min(PAUSE_S, max(0.0, until - clock.monotonic())))

    async def _list(self) -> bool:
        page, self._chosen = await self._first_allowed()
        if not page.whole or len(page.items) > MOST_HELD:
            self._drop(f"more than {MOST_HELD:,} objects are listed when asked, not held", wait=NOT_ALLOWED_S)
            return False
        if not page.version:
            raise self._malformed(f"the list {self._chosen.path} has no resourceVersion")
        self._objects = {}
        for raw in page.items:
            self._put(bytes(raw))
        self._version, self.problem = page.version, ""
        self._ended_at = self._client.clock.monotonic()
        return True

    async def _first_allowed(self) -> tuple[Page, Listed[T]]:
        """The first of the lists that is not refused; the last one's refusal stands."""
        for choice in self._choices[:-1]:
            try:
                return await read_list(self._client, choice.path), choice
            except SourceRejected:
                continue
        return await read_list(self._client, self._choices[-1].path), self._choices[-1]

    async def _stream(self, seconds: int) -> None:
        params = {
            "watch": "1",
            "allowWatchBookmarks": "true",
            "resourceVersion": self._version,
            "timeoutSeconds": str(seconds),
        }
        async with self._client.lines(
            self._chosen.path, params, idle_s=IDLE_S, most_bytes=MOST_LINE_BYTES
        ) as lines:
            self._streaming, self.problem = True, ""
            try:
                async for line in lines:
                    self._take(decoded(self._client, line, _Change))
                    if len(self._objects) > MOST_HELD:
                        text = f"more than {MOST_HELD:,} objects are listed when asked, not held"
                        raise SourceRejected(text, source=self._client.name)
            finally:
                self._streaming = False
                self._ended_at = self._client.clock.monotonic()

    def _take(self, change: "_Change") -> None:
        raw = bytes(change.object)
        if change.type == "ERROR":
            status = decoded(self._client, raw, _Status)
            # Whatever it is, the stream is over and we do not know what we missed.
            raise SourceGone(f"{self._client.name} ended a watch: {status.message}", source=self._client.name)
        meta = decoded(self._client, raw, _Object).metadata
        if change.type in {"ADDED", "MODIFIED"}:
            self._put(raw)
        elif change.type == "DELETED":
            self._objects.pop((meta.namespace, meta.name), None)
        elif change.type != "BOOKMARK":
            raise self._malformed(f"a watch holds an event of the type {change.type[:30]!r}")
        self._version = meta.resourceVersion or self._version

    def _put(self, raw: bytes) -> None:
        meta = decoded(self._client, raw, _Object).metadata
        found = self._chosen.read(raw)
        key = (meta.namespace, meta.name)
        if found is None:
            self._objects.pop(key, None)
        else:
            self._objects[key] = found

    def _drop(self, problem: str, *, wait: float = 0.0) -> None:
        self._objects, self._version, self.problem = {}, "", problem
        self._not_before = self._client.clock.monotonic() + wait

    def _malformed(self, why: str) -> SourceMalformed:
        return SourceMalformed(
            f"{self._client.name} does not answer like Kubernetes: {why}", source=self._client.name
        )


def decoded(client: SourceClient, body: bytes, kind: type[T]) -> T:
    """JSON of the server as a value.

    Raises:
        SourceMalformed: it is something else.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        text = f"{client.name} does not answer like Kubernetes: {error}"
        raise SourceMalformed(text, source=client.name) from error


class _ListMeta(msgspec.Struct):
    continue_: str = msgspec.field(default="", name="continue")
    resourceVersion: str = ""  # noqa: N815 - the server's names, here and below


class _List(msgspec.Struct):
    metadata: _ListMeta = msgspec.field(default_factory=_ListMeta)
    items: list[msgspec.Raw] | None = None


class _ObjectMeta(msgspec.Struct):
    name: str = ""
    namespace: str = ""
    resourceVersion: str = ""  # noqa: N815


class _Object(msgspec.Struct):
    metadata: _ObjectMeta = msgspec.field(default_factory=_ObjectMeta)


class _Change(msgspec.Struct):
    type: str
    object: msgspec.Raw


class _Status(msgspec.Struct):
    message: str = ""
