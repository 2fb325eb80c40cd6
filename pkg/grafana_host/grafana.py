"""What Grafana knows besides plugins: organisations, users, roles, app settings, data sources.

Everything lives in memory. Settings have the time of their last change, which only rises; secrets go in and
never come out but to the plugin's own process.
"""

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from grafana_host.contract import message

ROLES = ("Viewer", "Editor", "Admin", "None")


@dataclass(frozen=True, slots=True)
class User:
    """Who is signed in, with the role in one organisation."""

    login: str = "admin"
    name: str = "Ada Admin"
    email: str = "ada@example.org"
    role: str = "Admin"
    org_id: int = 1

    @property
    def uid(self) -> str:
        """What stays the same whatever the person is called, in which role and organisation."""
        return f"u-{self.login}"

    @property
    def namespace(self) -> str:
        """How Grafana names the organisation."""
        return namespace(self.org_id)

    def acting(self, *, role: str | None = None, org_id: int | None = None) -> "User":
        """The same person with another role or in another organisation."""
        return replace(self, role=role or self.role, org_id=org_id or self.org_id)


@dataclass(frozen=True, slots=True)
class AppSettings:
    """Settings of the app in one organisation."""

    json_data: Mapping[str, Any] = field(default_factory=dict)
    secure: Mapping[str, str] = field(default_factory=dict, repr=False)
    enabled: bool = True
    updated_ms: int = 0


@dataclass(frozen=True, slots=True)
class DataSource:
    """A configured data source; `url` is where the proxy leads, for those that are not plugins here."""

    uid: str
    name: str
    type: str
    org_id: int = 1
    id: int = 1
    url: str = ""
    json_data: Mapping[str, Any] = field(default_factory=dict)
    secure: Mapping[str, str] = field(default_factory=dict, repr=False)
    updated_ms: int = 1


class Grafana:
    """The server's own state."""

    def __init__(self, app_url: str = "") -> None:
        self.app_url = app_url
        self._settings: dict[tuple[str, int], AppSettings] = {}
        self._sources: dict[tuple[int, str], DataSource] = {}
        self._times = itertools.count(1_700_000_000_000, 1000)
        self._ids = itertools.count(1)

    def settings(self, plugin_id: str, org_id: int) -> AppSettings:
        """The app's settings; empty ones while nobody saved any."""
        return self._settings.get((plugin_id, org_id), AppSettings())

    def save(
        self,
        plugin_id: str,
        org_id: int,
        *,
        json_data: Mapping[str, Any] | None = None,
        secure: Mapping[str, str] | None = None,
        enabled: bool | None = None,
    ) -> AppSettings:
        """Change settings; secrets that are not named stay, as in Grafana."""
        old = self.settings(plugin_id, org_id)
        fresh = AppSettings(
            json_data=old.json_data if json_data is None else json_data,
            secure={**old.secure, **(secure or {})},
            enabled=old.enabled if enabled is None else enabled,
            updated_ms=next(self._times),
        )
        self._settings[plugin_id, org_id] = fresh
        return fresh

    def add_source(self, source: DataSource) -> DataSource:
        """Configure a data source."""
        added = replace(source, id=next(self._ids), updated_ms=next(self._times))
        self._sources[added.org_id, added.uid] = added
        return added

    def source(self, org_id: int, uid: str) -> DataSource | None:
        """The data source with that uid in the organisation."""
        return self._sources.get((org_id, uid))

    def sources(self, org_id: int) -> tuple[DataSource, ...]:
        """All of the organisation."""
        return tuple(source for (org, _), source in self._sources.items() if org == org_id)

    def app_context(self, plugin_id: str, version: str, user: User | None, org_id: int) -> Any:
        """PluginContext of a call on the app."""
        settings = self.settings(plugin_id, org_id)
        return self._context(
            plugin_id,
            version,
            user,
            org_id,
            appInstanceSettings=message("pluginv2.AppInstanceSettings")(
                jsonData=_json(settings.json_data),
                decryptedSecureJsonData=dict(settings.secure),
                lastUpdatedMS=settings.updated_ms,
            ),
        )

    def source_context(self, source: DataSource, version: str, user: User | None) -> Any:
        """PluginContext of a call on a data source; the app's settings are not in it."""
        return self._context(
            source.type,
            version,
            user,
            source.org_id,
            dataSourceInstanceSettings=message("pluginv2.DataSourceInstanceSettings")(
                id=source.id,
                uid=source.uid,
                name=source.name,
                url=source.url,
                jsonData=_json(source.json_data),
                decryptedSecureJsonData=dict(source.secure),
                lastUpdatedMS=source.updated_ms,
            ),
        )

    def _context(self, plugin_id: str, version: str, user: User | None, org_id: int, **more: Any) -> Any:
        who = None
        if user is not None:
            who = message("pluginv2.User")(
                login=user.login,
                name=user.name,
                email=user.email,
                role="" if user.role == "None" else user.role,
            )
        return message("pluginv2.PluginContext")(
            orgId=org_id,
            pluginId=plugin_id,
            user=who,
            pluginVersion=version,
            userAgent="Grafana/13.2.3 (linux; amd64)",
            namespace=namespace(org_id),
            grafanaConfig={"GF_APP_URL": self.app_url, "GF_INSTANCE_FEATURE_TOGGLES_ENABLE": ""},
            **more,
        )


def namespace(org_id: int) -> str:
    """How Grafana names an organisation besides its number."""
    return "default" if org_id == 1 else f"org-{org_id}"


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document).encode()
