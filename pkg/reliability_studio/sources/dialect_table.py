"""How services name their request metrics: one row for each way of counting and timing requests.

A row says which metric counts, which labels may name the service, how a failed request is told and where the
durations are. What follows from a row, the queries, is in `dialects.py`.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way of counting and timing requests."""

    name: str
    requests: str
    """Counter of requests; with `native`, the native histogram that counts them."""
    services: tuple[str, ...]
    """Labels that may name the service, the likeliest first."""
    failed: tuple[str, ...]
    """Conditions that a failed request meets; any one of them, the first that has series wins."""
    buckets: str = ""
    """Histogram of durations by its buckets; a native one has the same name without `_bucket`."""
    to_ms: float = 1000.0
    """Factor from the histogram's unit to milliseconds."""
    only: str = ""
    """A condition that keeps each request counted once, for example the server's side only."""
    native: bool = False
    """Requests are counted and timed by one native histogram, which has no `le`, `_count` or `_bucket`."""
    spent: str = ""
    """Counter of the time that requests took, where there may be no histogram: it gives the mean."""
    certain: bool = False
    """Requests without the label of `failed` did not fail. Else nobody knows whether they did."""
    no_status: str = ""
    """What shows failures where this metric does not, if a label cannot do it."""
    no_durations: str = ""
    """What shows durations where there are none."""

    @property
    def durations(self) -> str:
        """The native histogram of durations; empty when the row times nothing."""
        return self.requests if self.native else self.buckets.removesuffix("_bucket")

    @property
    def telling(self) -> tuple[str, ...]:
        """Conditions of requests that say whether they failed; one empty condition when all do."""
        if self.certain:
            return ("",)
        labels = (each.split("=")[0].rstrip("!") for each in self.failed)
        return tuple(f'{label}!=""' for label in dict.fromkeys(labels))


_HTTP = ("service", "job", "app")
_OTEL = ("service_name", "job", "service")

_ROWS: tuple[Dialect, ...] = (
    Dialect(
        "OpenTelemetry",
        "http_server_request_duration_seconds_count",
        _OTEL,
        ('http_response_status_code=~"5.."',),
        "http_server_request_duration_seconds_bucket",
    ),
    Dialect(
        "OpenTelemetry (milliseconds)",
        "http_server_duration_milliseconds_count",
        _OTEL,
        ('http_status_code=~"5.."',),
        "http_server_duration_milliseconds_bucket",
        1.0,
    ),
    Dialect(
        "span metrics (Tempo)",
        "traces_spanmetrics_calls_total",
        ("service", "service_name"),
        ('status_code="STATUS_CODE_ERROR"',),
        "traces_spanmetrics_latency_bucket",
        only='span_kind="SPAN_KIND_SERVER"',
    ),
    Dialect(
        "span metrics (Collector)",
        "traces_span_metrics_calls_total",
        _OTEL,
        ('status_code="STATUS_CODE_ERROR"',),
        "traces_span_metrics_duration_milliseconds_bucket",
        1.0,
        only='span_kind="SPAN_KIND_SERVER"',
    ),
    Dialect(
        "Istio",
        "istio_requests_total",
        ("destination_canonical_service", "destination_workload", "destination_service_name"),
        ('response_code=~"5.."',),
        "istio_request_duration_milliseconds_bucket",
        1.0,
        only='reporter="destination"',
    ),
    Dialect(
        "Spring",
        "http_server_requests_seconds_count",
        ("application", "service", "job", "app"),
        ('status=~"5.."', 'outcome="SERVER_ERROR"'),
        "http_server_requests_seconds_bucket",
    ),
    Dialect(
        "gRPC",
        "grpc_server_handled_total",
        ("service", "job", "app"),
        ('grpc_code=~"Unknown|Internal|Unavailable|DataLoss|DeadlineExceeded|Unimplemented"',),
        "grpc_server_handling_seconds_bucket",
    ),
    Dialect(
        "nginx ingress",
        "nginx_ingress_controller_requests",
        ("exported_service", "service", "ingress"),
        ('status=~"5.."',),
        "nginx_ingress_controller_request_duration_seconds_bucket",
    ),
    Dialect(
        "Envoy",
        "envoy_cluster_upstream_rq_xx",
        ("envoy_cluster_name", "service", "job"),
        ('envoy_response_code_class="5"',),
        "envoy_cluster_upstream_rq_time_bucket",
        1.0,
    ),
    Dialect(
        "plain HTTP",
        "http_requests_total",
        _HTTP,
        ('code=~"5.."', 'status=~"5.."', 'status_code=~"5.."', 'http_status=~"5.."'),
        "http_request_duration_seconds_bucket",
    ),
    # The sum over all hosts and over all codes is exported beside its parts.
    Dialect(
        "nginx (virtual hosts)",
        "nginx_vts_server_requests_total",
        ("service", "app", "job", "host"),
        ('code="5xx"',),
        "nginx_vts_server_request_duration_seconds_bucket",
        only='code!="total",host!="*"',
        spent="nginx_vts_server_request_seconds_total",
        no_durations="add to nginx.conf: vhost_traffic_status_histogram_buckets 0.01 0.05 0.1 0.5 1 5 10;",
    ),
    Dialect(
        "nginx",
        "nginx_http_requests_total",
        _HTTP,
        ('status=~"5.."',),
        "nginx_http_request_duration_seconds_bucket",
        no_status="stub_status counts no answers by status: use nginx-module-vts or the metrics behind nginx",
        no_durations="stub_status times nothing: use nginx-module-vts or the metrics behind nginx",
    ),
)


def _with_native(row: Dialect) -> tuple[Dialect, ...]:
    """The row, and where its counter is that of its histogram also what is left when that is native only."""
    if row.requests != f"{row.durations}_count":
        return (row,)
    # A summary has the same name, and a label of its own.
    native = replace(
        row,
        name=f"{row.name}, native histogram",
        requests=row.durations,
        buckets="",
        native=True,
        only='quantile=""',
    )
    return row, native


TABLE: tuple[Dialect, ...] = tuple(each for row in _ROWS for each in _with_native(row))
"""The likeliest first: a service is taken to speak the first dialect that has series of it."""
