"""QueryData: every refId that was asked gets exactly one answer, whatever happens to its neighbours.

Frames leave as Arrow files, whatever format the host would like: every version of Grafana reads them.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from reliability_studio.api.calls import Query, QueryAnswer
from reliability_studio.errors import BadRequest, StudioError
from reliability_studio.wire.context import Headers
from reliability_studio.wire.desk import Desk, Rpc
from reliability_studio.wire.pb import backend_pb2 as pb
from reliability_studio.wire.rpc import Context
from reliability_studio.wire.status import carried, query_answer

MAX_QUERIES = 100
"""refIds in one call; a dashboard panel has a handful."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OK = 200
_MULTI_STATUS = 207


class DataService:
    """Answers QueryData."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def query_data(self, request: pb.QueryDataRequest, context: Context) -> pb.QueryDataResponse:
        """Answer all queries of one call."""
        visit = self._desk.visit(Rpc.QUERY, request.pluginContext, context)

        async def work(_scope: asyncio.Timeout) -> Mapping[str, QueryAnswer]:
            headers = Headers.of_call(request.headers)
            caller, tenant = await self._desk.identify(request.pluginContext, headers)
            queries, answers = narrow_all(request)
            if queries:
                async with self._desk.instance(tenant) as lease:
                    answers.update(await lease.instance.query(caller, queries))
            visit.status = _MULTI_STATUS if any(a.error for a in answers.values()) else _OK
            return answers

        outcome = await self._desk.conduct(visit, work)
        failed = query_answer(outcome) if isinstance(outcome, StudioError) else _MISSING
        answers = {} if isinstance(outcome, StudioError) else outcome
        return pb.QueryDataResponse(
            responses={query.refId: _message(answers.get(query.refId, failed)) for query in request.queries}
        )


def narrow_all(request: pb.QueryDataRequest) -> tuple[tuple[Query, ...], dict[str, QueryAnswer]]:
    """The queries that can be read, and answers for those that cannot.

    Raises:
        BadRequest: there are too many.
    """
    if len(request.queries) > MAX_QUERIES:
        raise BadRequest(f"{len(request.queries)} queries in one call; at most {MAX_QUERIES} are taken")
    queries: list[Query] = []
    answers: dict[str, QueryAnswer] = {}
    for query in request.queries:
        try:
            queries.append(narrow(query))
        except BadRequest as error:
            answers[query.refId] = query_answer(error)
    return tuple(queries), answers


def narrow(query: pb.DataQuery) -> Query:
    """One query as the product knows it.

    Raises:
        BadRequest: its time range or interval is none that exists.
    """
    try:
        return Query(
            ref_id=query.refId,
            type=query.queryType,
            start=_EPOCH + timedelta(milliseconds=query.timeRange.fromEpochMS),
            end=_EPOCH + timedelta(milliseconds=query.timeRange.toEpochMS),
            interval=timedelta(milliseconds=max(0, query.intervalMS)),
            max_points=max(0, query.maxDataPoints),
            model=query.json,
        )
    except OverflowError as error:
        raise BadRequest(f"timeRange or intervalMs of query '{query.refId}' is out of range") from error


_MISSING = QueryAnswer(error="the plugin gave no answer to this query", status=500)


def _message(answer: QueryAnswer) -> pb.DataResponse:
    if not answer.error:
        return pb.DataResponse(frames=answer.frames, status=answer.status)
    source = "downstream" if answer.downstream else "plugin"
    return pb.DataResponse(error=carried(answer.error), status=answer.status, errorSource=source)
