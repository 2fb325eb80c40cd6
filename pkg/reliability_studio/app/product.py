"""One process of the plugin: its databases, the settings of its organisations, and who serves each of them.

`StudioProduct` is the same in both roles; what differs is the runtime that it builds for an organisation
and whether it runs jobs. Only the app role receives the app's settings, with each call; the data source role
finds them in the vault.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

from reliability_studio.api.access import IdentityVerifier
from reliability_studio.api.calls import (
    Caller,
    HealthReport,
    Query,
    QueryAnswer,
    ResourceRequest,
    ResourceResponse,
    Subscription,
    Tenant,
)
from reliability_studio.api.live import Changes, LiveChannels
from reliability_studio.app.databases import Databases
from reliability_studio.app.organisations import Organisations
from reliability_studio.app.signing_keys import SigningKeys
from reliability_studio.clock import Clock
from reliability_studio.errors import StoreError
from reliability_studio.flows.vault import SettingsDocument
from reliability_studio.observability.metrics import Metrics

MAX_GRAFANAS = 8
"""Addresses of Grafana whose signing keys are kept; a process serves one, under few names."""

APP_URL = "GF_APP_URL"

Ailing = Callable[[SettingsDocument, StoreError], Awaitable[HealthReport]]
"""Examines what an organisation needs beside its database, which failed like this."""

Work = Callable[[], Coroutine[Any, Any, None]]
"""What a role does without being asked, until cancelled."""


class Runtime(Protocol):
    """One organisation under one version of its settings."""

    async def resource(self, request: ResourceRequest) -> ResourceResponse:
        """Answer a resource call."""
        ...

    async def query(self, caller: Caller, queries: tuple[Query, ...]) -> Mapping[str, QueryAnswer]:
        """Answer every refId."""
        ...

    async def health(self, caller: Caller) -> HealthReport:
        """Examine what this organisation depends on."""
        ...

    async def aclose(self) -> None:
        """Close its connections."""
        ...


R = TypeVar("R", bound=Runtime)


class OrganisationInstance(Generic[R]):
    """What the wire calls for one organisation; every call runs on the newest runtime."""

    def __init__(self, org_id: int, organisations: Organisations[R], channels: LiveChannels) -> None:
        self._org_id = org_id
        self._organisations = organisations
        self._channels = channels

    async def resource(self, request: ResourceRequest) -> ResourceResponse:
        """Answer a resource call."""
        async with self._organisations.use(self._org_id) as runtime:
            return await runtime.resource(request)

    async def query(self, caller: Caller, queries: tuple[Query, ...]) -> Mapping[str, QueryAnswer]:
        """Answer every refId."""
        async with self._organisations.use(self._org_id) as runtime:
            return await runtime.query(caller, queries)

    async def health(self, caller: Caller) -> HealthReport:
        """Examine what the organisation depends on."""
        async with self._organisations.use(self._org_id) as runtime:
            return await runtime.health(caller)

    async def subscribe(self, caller: Caller, path: str) -> Subscription:
        """May this caller listen?"""
        return self._channels.subscribe(caller, path)

    async def publish(self, caller: Caller, path: str, _data: bytes) -> Subscription:
        """Browsers change things through resources only."""
        return self._channels.publish(caller, path)

    def run_stream(self, _org_id: int, path: str) -> AsyncIterator[bytes]:
        """Notices of changes; they outlive settings, so no runtime is held for them."""
        return self._channels.run(path)

    async def aclose(self) -> None:
        """Nothing of its own: runtimes belong to `Organisations`."""


class StudioProduct(Generic[R]):
    """The process."""

    def __init__(
        self,
        *,
        organisations: Organisations[R],
        databases: Databases,
        changes: Changes,
        metrics: Metrics,
        clock: Clock,
        takes_settings: bool,
        ailing: Ailing,
        work: Sequence[Work] = (),
    ) -> None:
        self._organisations = organisations
        self._databases = databases
        self._changes = changes
        self._metrics = metrics
        self._clock = clock
        self._takes_settings = takes_settings
        self._ailing = ailing
        self._work = tuple(work)
        self._keys: dict[str, SigningKeys] = {}

    async def instance(self, tenant: Tenant) -> OrganisationInstance[R]:
        """The instance for a tenant; settings that came with its call are kept if they are newer."""
        if self._takes_settings and tenant.has_settings:
            await self._organisations.offer(tenant.org_id, document(tenant))
        channels = LiveChannels(tenant.org_id, self._changes)
        return OrganisationInstance(tenant.org_id, self._organisations, channels)

    async def verify(self, tenant: Tenant, id_token: str) -> str:
        """The stable user id in Grafana's identity token; empty when Grafana's keys cannot be had.

        Raises:
            Forbidden: the token is forged, expired or meant for another organisation.
        """
        url = tenant.grafana.get(APP_URL, "").rstrip("/")
        if not url.startswith(("http://", "https://")):
            return ""
        return await IdentityVerifier(self._keys_of(url)).user_uid(id_token, tenant.org_id)

    async def ailing(self, tenant: Tenant, error: StoreError) -> HealthReport:
        """The health of an organisation that has no runtime, since its database failed like this."""
        return await self._ailing(document(tenant), error)

    async def metrics(self) -> bytes:
        """Everything that this process counts, in Prometheus text format."""
        return self._metrics.text()

    async def run(self) -> None:
        """Do what this role does without being asked, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for each in self._work:
                group.create_task(each())

    async def aclose(self) -> None:
        """Close runtimes, then what they share."""
        await self._organisations.aclose()
        for keys in self._keys.values():
            await keys.aclose()
        await self._databases.aclose()

    def _keys_of(self, url: str) -> SigningKeys:
        if url not in self._keys and len(self._keys) >= MAX_GRAFANAS:
            # The address comes from Grafana itself; so many different ones are not worth remembering.
            self._keys.pop(next(iter(self._keys)))
        return self._keys.setdefault(url, SigningKeys(url, self._clock))


def document(tenant: Tenant) -> SettingsDocument:
    """The settings of a call as they are kept."""
    return SettingsDocument(
        json_data=tenant.json_data.decode("utf-8", "replace"),
        secure=dict(tenant.secure),
        grafana={name: tenant.grafana[name] for name in _KEPT if name in tenant.grafana},
        updated_ms=tenant.updated_ms,
    )


_KEPT = (APP_URL, "GF_PLUGIN_APP_CLIENT_SECRET")
"""What of Grafana's configuration the runtimes use; the rest changes without meaning anything to us."""
