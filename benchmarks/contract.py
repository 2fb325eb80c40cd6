"""Calls as data, and the requests that Grafana would send for them.

A `Cell` is one call in the words of the Go client's job file (`goecho/README.md`), so that both clients
offer the same thing.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass

from reliability_studio.wire.pb import backend_pb2

APP = "reliability-studio-app"
DATASOURCE = "reliability-studio-datasource"
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One call: a resource (`path`), or a query (`query_type`)."""

    name: str
    path: str = ""
    method: str = "GET"
    body: object = None
    query: str = ""
    """The part of the URL after `?`."""
    query_type: str = ""
    model: Mapping[str, object] | None = None

    def job_step(self, now_ms: int) -> dict[str, object]:
        """The same call for the Go client."""
        if self.query_type:
            asked = {
                "refId": "A",
                "queryType": self.query_type,
                "model": dict(self.model or {}),
                "fromMS": now_ms - DAY_MS,
                "toMS": now_ms,
            }
            return {"name": self.name, "do": "queryData", "queries": [asked]}
        step: dict[str, object] = {
            "name": self.name,
            "do": "callResource",
            "method": self.method,
            "path": self.path,
        }
        if self.query:
            step["url"] = f"{self.path}?{self.query}"
        return step if self.body is None else step | {"bodyJson": self.body}

    def request(self) -> bytes:
        """The serialised request."""
        made = self._query() if self.query_type else self._resource()
        return made.SerializeToString()

    def _resource(self) -> backend_pb2.CallResourceRequest:
        return backend_pb2.CallResourceRequest(
            pluginContext=_context(datasource=False),
            path=self.path,
            method=self.method,
            url=f"{self.path}?{self.query}" if self.query else self.path,
            headers={"Content-Type": backend_pb2.StringList(values=["application/json"])},
            body=b"" if self.body is None else json.dumps(self.body).encode(),
        )

    def _query(self) -> backend_pb2.QueryDataRequest:
        now = int(time.time() * 1000)  # noqa: TID251 - a real request carries the real time
        model = {"refId": "A", "queryType": self.query_type, **(self.model or {})}
        return backend_pb2.QueryDataRequest(
            pluginContext=_context(datasource=True),
            queries=[
                backend_pb2.DataQuery(
                    refId="A",
                    maxDataPoints=1000,
                    intervalMS=60_000,
                    timeRange=backend_pb2.TimeRange(fromEpochMS=now - DAY_MS, toEpochMS=now),
                    json=json.dumps(model).encode(),
                    queryType=self.query_type,
                )
            ],
        )


def _context(*, datasource: bool) -> backend_pb2.PluginContext:
    """An administrator of organisation 1 without saved settings; `GF_PLUGIN_*` gives the sources."""
    made = backend_pb2.PluginContext(
        orgId=1,
        pluginId=DATASOURCE if datasource else APP,
        user=backend_pb2.User(login="bench", name="Bench", email="bench@example.org", role="Admin"),
        userAgent="Grafana/13.2.3 (linux; amd64)",
        namespace="default",
    )
    if datasource:
        made.dataSourceInstanceSettings.CopyFrom(
            backend_pb2.DataSourceInstanceSettings(id=1, uid="studio", name="studio", jsonData=b"{}")
        )
    else:
        made.appInstanceSettings.CopyFrom(
            backend_pb2.AppInstanceSettings(jsonData=b"{}", lastUpdatedMS=1_700_000_000_000)
        )
    return made
