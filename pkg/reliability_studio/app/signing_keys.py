"""Grafana's signing keys, for the identity tokens of its users: fetched once, kept for a while.

The address of Grafana may not be reachable from where the plugin runs (a proxy, a certificate). Then each
call would wait for it, so a failure is remembered as well, for a shorter time.
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
FETCH_S = 2.0
MAX_BYTES = 1 << 20


@dataclass(slots=True)
class _Held:
    until: float
    keys: Mapping[str, Any] | None
    failure: str


class SigningKeys:
    """The key set of one Grafana."""

    def __init__(self, url: str, clock: Clock, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._clock = clock
        settings = SourceSettings(name="grafana", url=url, timeout_s=FETCH_S, max_bytes=MAX_BYTES)
        self._client = SourceClient(settings, clock=clock, transport=transport)
        self._held: _Held | None = None

    async def __call__(self) -> Mapping[str, Any]:
        """The key set.

        Raises:
            SourceError: Grafana cannot be asked, or answers no key set.
        """
        now = self._clock.monotonic()
        if self._held is None or now >= self._held.until:
            self._held = await self._fetch(now)
        if self._held.keys is None:
            raise SourceError(self._held.failure, source="grafana")
        return self._held.keys

    async def aclose(self) -> None:
        """Close the connection."""
        await self._client.aclose()

    async def _fetch(self, now: float) -> _Held:
        try:
            keys = _key_set(await self._client.get("/api/signing-keys/keys"))
        except SourceError as error:
            return _Held(now + KEEP_FAILURE_S, None, str(error))
        return _Held(now + KEEP_S, keys, "")


def _key_set(body: bytes) -> Mapping[str, Any]:
    try:
        document: object = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise SourceMalformed("grafana answers no key set", source="grafana") from error
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise SourceMalformed("grafana answers no key set", source="grafana")
    return document
