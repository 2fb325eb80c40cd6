"""Links into Grafana's Explore: a query of a data source over a window, by the data source's uid."""

import json
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

_FIELD: Mapping[str, str] = {"prometheus": "expr", "loki": "expr", "tempo": "query"}

_LASTING = {ord(each): f"\\u{ord(each):04x}" for each in "&#+%"}
"""Grafana's own links decode their address: what separates its parts is written as JSON may."""


def explore(uid: str, system: str, query: str, start: datetime, end: datetime) -> str:
    """A path below Grafana's address; empty when the data source is not known or there is no query.

    Args:
        uid: of the data source in Grafana; empty when the plugin reaches the source by itself.
        system: `prometheus`, `loki` or `tempo`.
        query: in the data source's own language.
        start: from.
        end: up to.
    """
    field = _FIELD.get(system)
    if not uid or field is None or not query:
        return ""
    asked = {"refId": "A", field: query, "datasource": {"type": system, "uid": uid}}
    if system == "tempo":
        asked["queryType"] = "traceql"
    pane = {
        "datasource": uid,
        "queries": [asked],
        "range": {"from": str(round(start.timestamp() * 1000)), "to": str(round(end.timestamp() * 1000))},
    }
    panes = json.dumps({"a": pane}, separators=(",", ":")).translate(_LASTING)
    return f"/explore?schemaVersion=1&panes={quote(panes, safe='')}"
