"""The stand-in for Grafana: installed plugins with their processes, and what Grafana knows around them.

    async with Host.open(folder, data_dir=…) as host:
        answer = await host.resource(APP, user, "GET", "incidents")
        responses = await host.query(user, source, queries)

Each backend plugin has a process of its own, as in Grafana, also when two of them are the same program.
"""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from grafana_host.calls import Health, PluginNotFound, Query, ResourceAnswer
from grafana_host.contract import message
from grafana_host.grafana import DataSource, Grafana, User
from grafana_host.identity import HEADER, Identity
from grafana_host.installed import Installed, find
from grafana_host.managed import ManagedPlugin
from grafana_host.process import environment


class Host:
    """Plugins of one folder, running."""

    def __init__(self, installed: Sequence[Installed], settings: Mapping[str, str]) -> None:
        self.grafana = Grafana()
        self.identity = Identity()
        self.installed = {each.id: each for each in installed}
        self.plugins = {
            each.id: ManagedPlugin(each.id, each.program, environment(settings, os.environ))
            for each in installed
            if each.backend
        }

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, folder: Path, settings: Mapping[str, str] | None = None) -> AsyncIterator["Host"]:
        """Start every backend plugin of a folder; all are stopped at the end.

        Args:
            folder: the app plugin's folder.
            settings: the ini section that every plugin gets (`data_dir`, `log_level`, …).

        Raises:
            FileNotFoundError: the folder holds no plugin.json.
        """
        host = cls(await asyncio.to_thread(find, folder), settings or {})
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each.run(), name=each.id) for each in host.plugins.values()]
            try:
                yield host
            finally:
                async with asyncio.TaskGroup() as stopping:
                    for each in host.plugins.values():
                        stopping.create_task(each.stop())
                for task in tasks:
                    task.cancel()

    @property
    def app(self) -> Installed:
        """The app plugin."""
        return next(iter(self.installed.values()))

    def nested(self, kind: str) -> tuple[Installed, ...]:
        """The nested plugins of a type."""
        return tuple(each for each in self.installed.values() if each.type == kind)

    async def resource(
        self,
        plugin_id: str,
        user: User | None,
        method: str,
        url: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, Sequence[str]] | None = None,
        source: DataSource | None = None,
    ) -> ResourceAnswer:
        """CallResource on the app, or on a data source.

        Args:
            plugin_id: whose resource.
            user: who is signed in.
            method: HTTP verb.
            url: path below `/resources/`, encoded, with the query string.
            body: request body.
            headers: request headers in Go's spelling.
            source: the data source, for a data source plugin.

        Raises:
            PluginUnavailable: the process is not there.
        """
        request = self.resource_request(plugin_id, user, method, url, body, headers or {}, source)
        return await (await self.plugin(plugin_id).calls()).call_resource(request)

    def resource_request(
        self,
        plugin_id: str,
        user: User | None,
        method: str,
        url: str,
        body: bytes,
        headers: Mapping[str, Sequence[str]],
        source: DataSource | None = None,
    ) -> Any:
        """The message of a resource call."""
        lists = message("pluginv2.StringList")
        # What a client sends under this name counts for nothing.
        vouched = {name: (value,) for name, value in self.identity.vouched(user).items()}
        passed = {name: values for name, values in headers.items() if name != HEADER}
        return message("pluginv2.CallResourceRequest")(
            pluginContext=self.context(plugin_id, user, source),
            path=unquote(url.partition("?")[0]),
            method=method,
            url=url,
            headers={name: lists(values=list(values)) for name, values in {**passed, **vouched}.items()},
            body=body,
        )

    async def health(self, plugin_id: str, user: User | None, source: DataSource | None = None) -> Health:
        """CheckHealth.

        Raises:
            PluginUnavailable: the process is not there.
        """
        calls = await self.plugin(plugin_id).calls()
        vouched = self.identity.vouched(user, "http_")
        return await calls.check_health(self.context(plugin_id, user, source), vouched)

    async def query(
        self,
        user: User | None,
        source: DataSource,
        queries: Sequence[Query],
        headers: Mapping[str, str] | None = None,
    ) -> Mapping[str, Any]:
        """QueryData on a data source: a `pluginv2.DataResponse` per refId.

        Raises:
            PluginUnavailable: the process is not there.
        """
        calls = await self.plugin(source.type).calls()
        sent = {**(headers or {}), **self.identity.vouched(user, "http_")}
        return await calls.query_data(self.context(source.type, user, source), sent, queries)

    def plugin(self, plugin_id: str) -> ManagedPlugin:
        """The plugin's process.

        Raises:
            PluginNotFound: no such plugin, or it has no backend.
        """
        found = self.plugins.get(plugin_id)
        if found is None:
            raise PluginNotFound(f"{plugin_id}: plugin not found")
        return found

    def context(self, plugin_id: str, user: User | None, source: DataSource | None = None) -> Any:
        """PluginContext of a call."""
        version = self.installed[plugin_id].version if plugin_id in self.installed else ""
        if source is not None:
            return self.grafana.source_context(source, version, user)
        return self.grafana.app_context(plugin_id, version, user, user.org_id if user else 1)
