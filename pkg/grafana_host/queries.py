"""`POST /api/ds/query`: the browser's queries to QueryData and the answer in Grafana's JSON form.

One body may ask several data sources. Any failing refId makes the whole answer 207, the others are still
delivered; a frame that cannot be decoded fails every refId of its call, as in Grafana.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import grpc

from grafana_host.calls import PluginUnavailable, Query
from grafana_host.frames import Refused, to_json
from grafana_host.grafana import DataSource, User
from grafana_host.host import Host

MULTI_STATUS = 207
ERROR = 400

_RELATIVE = re.compile(r"now(?:(?P<sign>[+-])(?P<count>\d+)(?P<unit>ms|s|m|h|d|w|M|y))?")
_UNITS_MS = {
    "ms": 1,
    "s": 1000,
    "m": 60_000,
    "h": 3_600_000,
    "d": 86_400_000,
    "w": 604_800_000,
    "M": 2_592_000_000,
    "y": 31_536_000_000,
}


class BadQuery(ValueError):
    """The body is not one that Grafana takes; it answers 400."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One query and where it goes."""

    source: DataSource
    query: Query


def moment(text: str, now_ms: int) -> int:
    """Milliseconds since 1970 of `now-6h` or of a number.

    Raises:
        BadQuery: it is neither.
    """
    if text.lstrip("-").isdigit():
        return int(text)
    found = _RELATIVE.fullmatch(text)
    if found is None:
        raise BadQuery(f"'{text}' is not a time")
    if found["sign"] is None:
        return now_ms
    span = int(found["count"]) * _UNITS_MS[found["unit"]]
    return now_ms + span if found["sign"] == "+" else now_ms - span


def parse(body: bytes, host: Host, org_id: int, now_ms: int) -> tuple[Asked, ...]:
    """The queries of a request.

    Raises:
        BadQuery: it cannot be read, or names a data source that is not there.
    """
    try:
        document = json.loads(body)
        start, end = (moment(str(document[name]), now_ms) for name in ("from", "to"))
        queries = [dict(each) for each in document["queries"]]
        shown = [each for each in queries if not each.get("hide")]
        asked = tuple(_asked(each, host, org_id, (start, end, now_ms)) for each in shown)
    except BadQuery:
        raise
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise BadQuery(f"bad request data: {error}") from error
    if not queries:
        raise BadQuery("no queries found")
    return asked


def _asked(model: Mapping[str, Any], host: Host, org_id: int, times: tuple[int, int, int]) -> Asked:
    start, end, now_ms = times
    named = model.get("datasource") or {}
    uid = str(named.get("uid", "")) if isinstance(named, Mapping) else str(named)
    source = host.grafana.source(org_id, uid)
    if source is None:
        raise BadQuery(f"data source not found: {uid}")
    span = model.get("timeRange") or {}
    query = Query(
        ref_id=str(model.get("refId", "A")),
        query_type=str(model.get("queryType", "")),
        json=json.dumps(model).encode(),
        from_ms=moment(str(span["from"]), now_ms) if "from" in span else start,
        to_ms=moment(str(span["to"]), now_ms) if "to" in span else end,
        interval_ms=int(model.get("intervalMs", 60_000)),
        max_data_points=int(model.get("maxDataPoints", 100)),
    )
    return Asked(source, query)


async def answer(host: Host, user: User, asked: Sequence[Asked]) -> tuple[int, Mapping[str, Any]]:
    """Status and body."""
    results: dict[str, Any] = {}
    for source in {each.source.uid: each.source for each in asked}.values():
        queries = [each.query for each in asked if each.source.uid == source.uid]
        results.update(await _of_source(host, user, source, queries))
    failed = any("error" in result for result in results.values())
    return MULTI_STATUS if failed else 200, {"results": results}


async def _of_source(
    host: Host, user: User, source: DataSource, queries: Sequence[Query]
) -> Mapping[str, Any]:
    try:
        responses = await host.query(user, source, queries)
        return {each.ref_id: _result(responses.get(each.ref_id), each.ref_id) for each in queries}
    except (grpc.RpcError, PluginUnavailable, Refused) as error:
        text = error.details() if isinstance(error, grpc.aio.AioRpcError) else str(error)
        return {each.ref_id: {"error": text, "status": 500, "errorSource": "plugin"} for each in queries}


def _result(response: Any, ref_id: str) -> Mapping[str, Any]:
    if response is None:
        return {"status": 200, "frames": []}
    if response.error:
        return {
            "error": response.error,
            "errorSource": response.errorSource or "plugin",
            "status": response.status or 500,
        }
    frames = [to_json(frame, ref_id) for frame in response.frames]
    return {"status": response.status or 200, "frames": frames}
