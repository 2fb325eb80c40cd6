"""One runtime per organisation, swapped when its settings change, closed when its last user is done.

Settings reach the process inside requests (app role) or through the vault (after a restart, and in the
data source process, which never receives the app's settings). Whatever the way, the newest wins, and a
call that began on the old runtime finishes on it.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from reliability_studio.clock import Clock
from reliability_studio.errors import StoreError
from reliability_studio.flows.vault import SettingsDocument

_log = logging.getLogger(__name__)

LOOK_AGAIN_S = 5.0
"""How old a look into the vault may be; Grafana itself caches app settings about as long."""

MAX_ORGANISATIONS = 500
"""Bound on runtimes held at once; the least recently used one goes first."""


class Closing(Protocol):
    """Something that is closed when nobody uses it any more."""

    async def aclose(self) -> None:
        """Release what it holds."""
        ...


R = TypeVar("R", bound=Closing)


class SettingsVault(Protocol):
    """Where the last settings of each organisation are kept."""

    async def load(self, org_id: int) -> SettingsDocument | None:
        """The stored settings, None when the organisation never saved any."""
        ...

    async def save(self, org_id: int, document: SettingsDocument) -> None:
        """Keep these settings."""
        ...


@dataclass(slots=True)
class _Held(Generic[R]):
    """A runtime, the settings it was built from, and how many calls use it."""

    runtime: R
    document: SettingsDocument
    users: int = 0
    retired: bool = False


@dataclass(slots=True)
class _Place(Generic[R]):
    """What is known of one organisation; `lock` serialises building."""

    held: _Held[R] | None = None
    looked_at: float = float("-inf")
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Organisations(Generic[R]):
    """Builds, hands out and retires runtimes."""

    def __init__(
        self,
        vault: SettingsVault,
        build: Callable[[int, SettingsDocument], Awaitable[R]],
        clock: Clock,
    ) -> None:
        self._vault = vault
        self._build = build
        self._clock = clock
        self._places: dict[int, _Place[R]] = {}

    async def offer(self, org_id: int, document: SettingsDocument) -> None:
        """Settings that came with a request: kept and used if they are newer than what is known."""
        place = self._place(org_id)
        async with place.lock:
            known = place.held.document if place.held else await self._stored(org_id)
            if known is None or _replaces(document, known):
                await self._vault.save(org_id, document)
                await self._install(org_id, place, document)
            elif place.held is None:
                await self._install(org_id, place, known)

    @contextlib.asynccontextmanager
    async def use(self, org_id: int) -> AsyncIterator[R]:
        """The organisation's runtime; it stays open until the block ends."""
        held = await self._current(org_id)
        held.users += 1
        try:
            yield held.runtime
        finally:
            held.users -= 1
            await self._close_if_done(held)

    async def aclose(self) -> None:
        """Close every runtime."""
        places, self._places = list(self._places.values()), {}
        for place in places:
            if place.held is not None:
                await place.held.runtime.aclose()

    async def _current(self, org_id: int) -> _Held[R]:
        place = self._place(org_id)
        now = self._clock.monotonic()
        if place.held is None:
            return await self._first(org_id, place)
        if now - place.looked_at >= LOOK_AGAIN_S:
            # One call looks. Those that come meanwhile go on with what is held: no herd at the database.
            place.looked_at = now
            async with place.lock:
                stored = await self._stored(org_id)
                if stored is not None and _replaces(stored, place.held.document):
                    await self._install(org_id, place, stored)
        return place.held

    async def _first(self, org_id: int, place: _Place[R]) -> _Held[R]:
        async with place.lock:
            if place.held is None:
                await self._install(org_id, place, await self._stored(org_id) or _EMPTY)
            if place.held is None:  # pragma: no cover - _install sets it or raises
                raise StoreError("the organisation's runtime could not be built")
            return place.held

    async def _stored(self, org_id: int) -> SettingsDocument | None:
        try:
            return await self._vault.load(org_id)
        except StoreError as error:
            # A lost key or a locked database must not take incidents away: go on without sources.
            _log.warning("stored settings are not readable", extra={"org": org_id, "reason": str(error)})
            return None

    async def _install(self, org_id: int, place: _Place[R], document: SettingsDocument) -> None:
        fresh = _Held(await self._build(org_id, document), document)
        old, place.held = place.held, fresh
        place.looked_at = self._clock.monotonic()
        if old is not None:
            await self._retire(old)
        await self._evict()

    async def _evict(self) -> None:
        """Hold the bound: the organisation that was asked for longest ago gives its place up."""
        while len(self._places) > MAX_ORGANISATIONS:
            place = self._places.pop(next(iter(self._places)))
            if place.held is not None:
                await self._retire(place.held)

    async def _retire(self, held: _Held[R]) -> None:
        held.retired = True
        await self._close_if_done(held)

    async def _close_if_done(self, held: _Held[R]) -> None:
        if held.retired and held.users == 0:
            await held.runtime.aclose()

    def _place(self, org_id: int) -> _Place[R]:
        place = self._places.pop(org_id, None) or _Place[R]()
        self._places[org_id] = place  # most recently used last
        return place


_EMPTY = SettingsDocument(json_data="", secure={}, grafana={}, updated_ms=0)


def _replaces(new: SettingsDocument, old: SettingsDocument) -> bool:
    """Newer settings replace older ones; at the same time stamp a different content does (rotated token)."""
    if new.updated_ms != old.updated_ms:
        return new.updated_ms > old.updated_ms
    return (new.json_data, new.secure, new.grafana) != (old.json_data, old.secure, old.grafana)
