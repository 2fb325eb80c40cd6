"""Live channels: what a browser may listen to, and the packets it gets.

Channels carry notices ("INC-7 is now version 9"), not whole records: who gets a notice fetches the record
with the rights of the caller, and a lost notice costs one late refresh. Grafana runs a channel once per
organisation and server with the first subscriber's context, so nothing here may depend on a user.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from reliability_studio.api import codec
from reliability_studio.api.calls import Caller, Role, SubscribeStatus, Subscription

INCIDENTS = "incidents"
"""Every change of any incident of the organisation."""


class Changes(Protocol):
    """Where notices of changes come from (`flows/hub.py`)."""

    def subscribe(self, org_id: int) -> AbstractAsyncContextManager[AsyncIterator[object]]:
        """Notices of one organisation, from now on; bounded, the oldest are dropped."""
        ...


class LiveChannels:
    """The channels of one organisation."""

    def __init__(self, org_id: int, changes: Changes) -> None:
        self._org_id = org_id
        self._changes = changes

    def subscribe(self, caller: Caller, path: str) -> Subscription:
        """May this caller listen? Any signed-in member of the organisation with a role may."""
        if path != INCIDENTS:
            return Subscription(SubscribeStatus.NOT_FOUND)
        if caller.role < Role.VIEWER or caller.org_id != self._org_id:
            return Subscription(SubscribeStatus.PERMISSION_DENIED)
        return Subscription(SubscribeStatus.OK)

    def publish(self, _caller: Caller, path: str) -> Subscription:
        """Browsers change things through resources only; nothing may be published."""
        if path != INCIDENTS:
            return Subscription(SubscribeStatus.NOT_FOUND)
        return Subscription(SubscribeStatus.PERMISSION_DENIED)

    async def run(self, path: str) -> AsyncIterator[bytes]:
        """JSON packets until cancelled; an unknown channel ends at once."""
        if path != INCIDENTS:
            return
        async with self._changes.subscribe(self._org_id) as notices:
            async for notice in notices:
                yield codec.encode(notice)
