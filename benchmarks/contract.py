"""Requests as Grafana sends them, built once and sent as bytes many times."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from reliability_studio.wire.pb import backend_pb2

APP = "reliability-studio-app"
DATASOURCE = "reliability-studio-datasource"

CALL_RESOURCE = "/pluginv2.Resource/CallResource"
QUERY_DATA = "/pluginv2.Data/QueryData"
CHECK_HEALTH = "/pluginv2.Diagnostics/CheckHealth"


@dataclass(frozen=True, slots=True)
class Settings:
    """What an organisation configured, as it travels in every request."""

    json_data: Mapping[str, object] = field(default_factory=dict)
    updated_ms: int = 1
    org: int = 1


def context(
    settings: Settings, *, role: str = "Admin", datasource: bool = False
) -> backend_pb2.PluginContext:
    """The context of a call to the app, or to the data source."""
    made = backend_pb2.PluginContext(
        orgId=settings.org,
        pluginId=DATASOURCE if datasource else APP,
        user=backend_pb2.User(login="bench", name="Bench", email="bench@example.org", role=role),
        userAgent="Grafana/13.2.0 (linux; amd64)",
        namespace="default" if settings.org == 1 else f"org-{settings.org}",
    )
    data = json.dumps(settings.json_data).encode()
    if datasource:
        made.dataSourceInstanceSettings.CopyFrom(
            backend_pb2.DataSourceInstanceSettings(
                id=1, uid="studio", name="studio", jsonData=b"{}", lastUpdatedMS=settings.updated_ms
            )
        )
    else:
        made.appInstanceSettings.CopyFrom(
            backend_pb2.AppInstanceSettings(jsonData=data, lastUpdatedMS=settings.updated_ms)
        )
    return made


def resource(
    settings: Settings, method: str, path: str, body: object = None, *, query: str = ""
) -> backend_pb2.CallResourceRequest:
    """A resource call; `body` becomes JSON."""
    return backend_pb2.CallResourceRequest(
        pluginContext=context(settings),
        path=path,
        method=method,
        url=f"{path}?{query}" if query else path,
        headers={"Content-Type": backend_pb2.StringList(values=["application/json"])},
        body=b"" if body is None else json.dumps(body).encode(),
    )


def query(
    settings: Settings, kind: str, model: Mapping[str, object] | None = None
) -> backend_pb2.QueryDataRequest:
    """One refId A of a query type over the last day."""
    now = int(time.time() * 1000)  # noqa: TID251 - a real request carries the real time
    return backend_pb2.QueryDataRequest(
        pluginContext=context(settings, datasource=True),
        queries=[
            backend_pb2.DataQuery(
                refId="A",
                maxDataPoints=1000,
                intervalMS=60_000,
                timeRange=backend_pb2.TimeRange(fromEpochMS=now - 86_400_000, toEpochMS=now),
                json=json.dumps({"refId": "A", "queryType": kind, **(model or {})}).encode(),
                queryType=kind,
            )
        ],
    )
