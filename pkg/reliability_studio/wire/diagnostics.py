"""CheckHealth and CollectMetrics: how the plugin is, for people and for Prometheus.

Grafana knows OK and ERROR only. A degraded plugin still answers, so it reports OK and says in words what
is missing; `details` hold each dependency.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping

from reliability_studio.api.calls import HealthReport, HealthStatus
from reliability_studio.errors import StoreError, StudioError
from reliability_studio.wire.context import Headers
from reliability_studio.wire.desk import Desk, Rpc
from reliability_studio.wire.pb import backend_pb2 as pb
from reliability_studio.wire.rpc import Context
from reliability_studio.wire.status import carried, grpc_code, health_report

_log = logging.getLogger(__name__)

_UNHEALTHY = 503


class DiagnosticsService:
    """Answers CheckHealth and CollectMetrics."""

    def __init__(self, desk: Desk, own_metrics: Callable[[], bytes]) -> None:
        self._desk = desk
        self._own_metrics = own_metrics

    async def check_health(self, request: pb.CheckHealthRequest, context: Context) -> pb.CheckHealthResponse:
        """Report health; a check that fails is itself a report."""
        visit = self._desk.visit(Rpc.HEALTH, request.pluginContext, context)

        async def work(_scope: asyncio.Timeout) -> HealthReport:
            headers = Headers.of_call(request.headers)
            caller, tenant = await self._desk.identify(request.pluginContext, headers)
            try:
                async with self._desk.instance(tenant) as lease:
                    report = await lease.instance.health(caller)
            except StoreError as error:
                report = await self._desk.ailing(tenant, error)
            if report.status is HealthStatus.ERROR:
                visit.status = _UNHEALTHY
            return report

        outcome = await self._desk.conduct(visit, work)
        return message(health_report(outcome) if isinstance(outcome, StudioError) else outcome)

    async def collect_metrics(
        self, request: pb.CollectMetricsRequest, context: Context
    ) -> pb.CollectMetricsResponse:
        """The metrics of the whole process."""
        visit = self._desk.visit(Rpc.METRICS, request.pluginContext, context)

        async def work(_scope: asyncio.Timeout) -> bytes:
            return await self._desk.metrics(self._own_metrics)

        outcome = await self._desk.conduct(visit, work)
        if isinstance(outcome, StudioError):
            await context.abort(grpc_code(outcome), str(outcome))
        return pb.CollectMetricsResponse(metrics=pb.CollectMetricsResponse.Payload(prometheus=outcome))


def message(report: HealthReport) -> pb.CheckHealthResponse:
    """Grafana's form of a report."""
    kinds = pb.CheckHealthResponse.HealthStatus
    status = kinds.ERROR if report.status is HealthStatus.ERROR else kinds.OK
    return pb.CheckHealthResponse(
        status=status, message=carried(report.message), jsonDetails=_json(report.details)
    )


def _json(details: Mapping[str, object]) -> bytes:
    """The details as a JSON object; Grafana answers 500 to anything else."""
    try:
        return json.dumps(dict(details), allow_nan=False, default=str).encode()
    except (TypeError, ValueError, RecursionError):
        _log.exception("health details are not JSON")
        return b""
