"""The calls that reach the product and their answers, free of protobuf and of heavy imports.

`wire` narrows Grafana's messages into these; `api` answers them; nothing else crosses that border. An
`Instance` is the product for one organisation under one version of its settings.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Protocol

from reliability_studio.errors import StoreError


class Role(IntEnum):
    """Grafana's basic organisation roles, ordered: a higher role may do all that a lower one may."""

    NONE = 0
    VIEWER = 1
    EDITOR = 2
    ADMIN = 3

    @classmethod
    def parse(cls, text: str) -> "Role":
        """The role of Grafana's spelling; anything unknown is `NONE`, which may do nothing."""
        return _ROLES.get(text, cls.NONE)


_ROLES = {"Viewer": Role.VIEWER, "Editor": Role.EDITOR, "Admin": Role.ADMIN}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as Grafana vouches for it. Backend-initiated calls (alerting) have no login."""

    org_id: int
    login: str = ""
    name: str = ""
    email: str = ""
    role: Role = Role.NONE
    user_uid: str = ""
    """Stable user id out of a verified `X-Grafana-Id` token; empty when there was none."""
    from_alert: bool = False
    """True when an alert rule asks."""

    @property
    def label(self) -> str:
        """Short name for logs, timelines and the audit trail."""
        return self.login or ("grafana-alerting" if self.from_alert else "grafana")


@dataclass(frozen=True, slots=True)
class ResourceRequest:
    """One HTTP-like call to the app's resources."""

    caller: Caller
    method: str
    path: str
    """Without the leading slash, percent-decoded: `incidents/INC-7`."""
    query: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    """Lower-case names; the first value of each."""
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class ResourceResponse:
    """The answer; `body` is whole, or an iterator whose parts are flushed to the client one by one."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | AsyncIterator[bytes] = b""


@dataclass(frozen=True, slots=True)
class Query:
    """One refId of a QueryData call."""

    ref_id: str
    type: str
    """`queryType`; `api/queries.py` maps it to a handler."""
    start: datetime
    end: datetime
    interval: timedelta
    max_points: int
    model: bytes
    """The query as the frontend saved it: JSON text."""


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """What one refId gets: frames (Arrow IPC files) or an error, never both."""

    frames: tuple[bytes, ...] = ()
    error: str = ""
    status: int = 200
    downstream: bool = False


class HealthStatus(StrEnum):
    """Outcome of a health check."""

    OK = "ok"
    DEGRADED = "degraded"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class HealthReport:
    """Health of the whole and of each dependency; `details` is a JSON object."""

    status: HealthStatus
    message: str
    details: Mapping[str, object] = field(default_factory=dict)


class SubscribeStatus(StrEnum):
    """May this caller listen to (or publish on) that channel?"""

    OK = "ok"
    NOT_FOUND = "not_found"
    PERMISSION_DENIED = "permission_denied"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Answer to a subscriber; `initial` is JSON shown at once, or empty."""

    status: SubscribeStatus
    initial: bytes = b""


class Instance(Protocol):
    """The product for one organisation (app) or one data source (data source role)."""

    async def resource(self, request: ResourceRequest) -> ResourceResponse:
        """Answer a resource call; never raises a `StudioError`, it becomes a JSON error answer."""
        ...

    async def query(self, caller: Caller, queries: tuple[Query, ...]) -> Mapping[str, QueryAnswer]:
        """Answer every refId; a bad one never harms its neighbours."""
        ...

    async def health(self, caller: Caller) -> HealthReport:
        """Check the store and each configured source."""
        ...

    async def subscribe(self, caller: Caller, path: str) -> Subscription:
        """Decide whether the caller may listen to a live channel."""
        ...

    async def publish(self, caller: Caller, path: str, data: bytes) -> Subscription:
        """Decide on a message that a browser sends; denied unless a channel needs it."""
        ...

    def run_stream(self, org_id: int, path: str) -> AsyncIterator[bytes]:
        """JSON packets of a channel until cancelled; carries no user's identity."""
        ...

    async def aclose(self) -> None:
        """Release what this instance holds. Calls under way may still finish first."""
        ...


@dataclass(frozen=True, slots=True)
class Tenant:
    """For whom an instance is built: one organisation (or data source) at one settings version."""

    plugin_id: str
    org_id: int
    datasource_uid: str = ""
    updated_ms: int = 0
    json_data: bytes = b""
    secure: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Decrypted secrets. Never logged: `repr` leaves them out."""
    grafana: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Grafana's configuration map of the request (holds a token: never logged)."""
    has_settings: bool = True
    """False when Grafana sent no settings block for this role."""


class Product(Protocol):
    """What the wire serves: the process-wide part that builds instances."""

    async def instance(self, tenant: Tenant) -> Instance:
        """The instance for this tenant, built or reused."""
        ...

    async def verify(self, tenant: Tenant, id_token: str) -> str:
        """The stable user id in Grafana's identity token; empty when it cannot be checked.

        Raises:
            Forbidden: the token is forged, expired or meant for another organisation.
        """
        ...

    async def ailing(self, tenant: Tenant, error: StoreError) -> HealthReport:
        """The health of a tenant that has no instance, since its database failed like this."""
        ...

    async def metrics(self) -> bytes:
        """The process's own metrics in Prometheus text format."""
        ...

    async def run(self) -> None:
        """What the product does by itself (jobs), until cancelled; returns at once when there is nothing."""
        ...

    async def aclose(self) -> None:
        """Flush, close the store. Bounded: the host kills the process after 2 s."""
        ...
