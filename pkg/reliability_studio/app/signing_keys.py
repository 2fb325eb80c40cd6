"""Grafana's signing keys, for the identity tokens of its users: fetched once, kept for a while.

The address of Grafana may not be reachable from where the plugin runs (a proxy, a certificate). Then each
call would wait for it, so a failure is remembered as well, for a shorter time.

Grafana makes a new key each month. A token that names a key which is not among those that are kept asks for
them once more, and only now and then: anybody can make up names of keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from reliability_studio.clock import Clock
from reliability_studio.errors import SourceError, SourceMalformed
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources.http import SourceClient

KEEP_S = 600.0
KEEP_FAILURE_S = 60.0
LOOK_AGAIN_S = 15.0
"""How soon a key that is not there is looked for again."""
FETCH_S = 2.0
MAX_BYTES = 1 << 20


@dataclass(slots=True)
class _Held:
    since: float
    keys: Mapping[str, Any] | None
    failure: str = ""

    def fresh(self, now: float) -> bool:
        """Whether it is not over its time."""
        return now - self.since < (KEEP_FAILURE_S if self.keys is None else KEEP_S)

    def lacks(self, key_id: str) -> bool:
        """Whether these are keys, and none has this name."""
        if self.keys is None:
            return False
        return all(not isinstance(key, dict) or key.get("kid") != key_id for key in self.keys["keys"])


class SigningKeys:
    """The key set of one Grafana."""

    def __init__(self, url: str, clock: Clock, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._clock = clock
        settings = SourceSettings(name="grafana", url=url, timeout_s=FETCH_S, max_bytes=MAX_BYTES)
        self._client = SourceClient(settings, clock=clock, transport=transport)
        self._held: _Held | None = None
        self._asked = float("-inf")

    async def __call__(self, key_id: str) -> Mapping[str, Any]:
        """The key set, as new as is needed to know whether it holds this key.

        Raises:
            SourceError: Grafana cannot be asked, or answers no key set.
        """
        now = self._clock.monotonic()
        held = self._held
        if held is None or not held.fresh(now):
            self._held = held = await self._fetch(now)
        elif held.lacks(key_id) and now - self._asked >= LOOK_AGAIN_S:
            found = await self._fetch(now)
            if found.keys is not None:  # else those that are held are still good
                self._held = held = found
        if held.keys is None:
            raise SourceError(held.failure, source="grafana")
        return held.keys

    async def aclose(self) -> None:
        """Close the connection."""
        await self._client.aclose()

    async def _fetch(self, now: float) -> _Held:
        self._asked = now
        try:
            keys = _key_set(await self._client.get("/api/signing-keys/keys"))
        except SourceError as error:
            return _Held(now, None, str(error))
        return _Held(now, keys)


def _key_set(body: bytes) -> Mapping[str, Any]:
    try:
        document: object = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise SourceMalformed("grafana answers no key set", source="grafana") from error
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise SourceMalformed("grafana answers no key set", source="grafana")
    return document
