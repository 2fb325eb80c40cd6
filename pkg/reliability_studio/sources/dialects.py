"""How services name their request metrics: a table, and the queries that follow from a row of it.

    found = recognise(names)                     which dialect and label a service speaks
    rates(spoken, "api", 600)                    bad and total requests per second, each one number
    latencies(spoken, "api", 600)                p50, p95, p99 in the dialect's own unit

Every query is a sum over all of the service's series: pods do not divide each other. Values are quoted, so
a service name can say anything and still be only a value.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from reliability_studio.settings.dialects import OwnDialect
from reliability_studio.sources.promql import duration, quote, tagged
from reliability_studio.sources.selector_text import TAG

QUANTILES = (0.5, 0.95, 0.99)

EDGES = "sum by (client, server) (rate(traces_service_graph_request_total[5m]))"
"""Who calls whom, and how often per second, as Tempo's service graph writes it."""

COURSE_S = 120
"""Range of the rates in a course over time."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way of counting and timing requests."""

    name: str
    requests: str
    """Counter of requests."""
    services: tuple[str, ...]
    """Labels that may name the service, the likeliest first."""
    failed: tuple[str, ...]
    """Conditions that a failed request meets; any one of them, the first that has series wins."""
    buckets: str = ""
    """Histogram of durations."""
    to_ms: float = 1000.0
    """Factor from the histogram's unit to milliseconds."""
    only: str = ""
    """A condition that keeps each request counted once, for example the server's side only."""


_HTTP = ("service", "job", "app")
_OTEL = ("service_name", "job", "service")

TABLE: tuple[Dialect, ...] = (
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
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """The dialect that a service speaks, and the label by which it is named there."""

    dialect: Dialect
    label: str
    named: str = ""
    """What the label says, where that is not the service's own name."""

    def selecting(self, service: str, condition: str = "", metric: str = "") -> str:
        """The selector of the service's series of a metric, by default its request counter."""
        return f"{metric or self.dialect.requests}{_where(self, service, condition)}"


def probe(service: str) -> str:
    """One query that shows which dialects know the service; each part carries its `key`."""
    parts = {
        key(dialect, label): f"count({dialect.requests}{_where(Spoken(dialect, label), service)})"
        for dialect in TABLE
        for label in dialect.services
    }
    return tagged(parts)


def key(dialect: Dialect, label: str) -> str:
    """Names one way of asking within `probe`."""
    return f"{dialect.name}/{label}"


def everybody(there: Collection[str]) -> str:
    """One query for every service of every dialect whose metric is there; empty when none is."""
    parts = {
        key(dialect, label): f"group by ({label}) ({dialect.requests}{_braced(f'{label}!=' + quote(''))})"
        for dialect in TABLE
        if dialect.requests in there
        for label in dialect.services
    }
    return tagged(parts) if parts else ""


def named(answered: Iterable[Mapping[str, str]]) -> frozenset[str]:
    """The services in the answer to `everybody`: of each dialect by the likeliest label that it has."""
    by_key: dict[str, set[str]] = {}
    for labels in answered:
        value = next((each for name, each in labels.items() if name != TAG), "")
        by_key.setdefault(labels.get(TAG, ""), set()).add(value)
    found: set[str] = set()
    for dialect in TABLE:
        keys = [key(dialect, label) for label in dialect.services]
        found |= next((by_key[each] for each in keys if each in by_key), set())
    # With a single part there is no tag, and only one label to choose from.
    return frozenset((found or by_key.get("", set())) - {""})


def speakers(there: Collection[str], answered: Iterable[Mapping[str, str]]) -> tuple[Spoken, ...]:
    """Each dialect that somebody speaks, by the likeliest label; `answered` is the answer to `everybody`."""
    asked = [
        Spoken(dialect, label) for dialect in TABLE if dialect.requests in there for label in dialect.services
    ]
    # With a single part there is no tag, and whatever answered is that part's.
    keys = {labels.get(TAG, "") or key(asked[0].dialect, asked[0].label) for labels in answered if asked}
    found: dict[str, Spoken] = {}
    for each in asked:
        if key(each.dialect, each.label) in keys:
            found.setdefault(each.dialect.name, each)
    return tuple(found.values())


def recognise(keys: Iterable[str]) -> Spoken | None:
    """The first row of the table that had series; None when none had."""
    there = set(keys)
    for dialect in TABLE:
        for label in dialect.services:
            if key(dialect, label) in there:
                return Spoken(dialect, label)
    return None


def own(dialect: OwnDialect) -> Spoken:
    """How a service speaks that was described in the settings."""
    row = Dialect(
        "as configured",
        dialect.requests,
        (dialect.label,),
        (dialect.failed,),
        dialect.buckets,
        dialect.to_ms,
    )
    return Spoken(row, dialect.label, "" if dialect.value == dialect.service else dialect.value)


def rates(spoken: Spoken, service: str, seconds: int, among: str = "") -> Mapping[str, str]:
    """Requests per second: `total` and `bad`. No `bad` series means that nothing failed.

    `among` is a further condition, by which one version's pods are told from the other's for example.
    """
    return {
        "total": _rate(spoken, service, seconds, among),
        "bad": " or ".join(_rate(spoken, service, seconds, among, each) for each in spoken.dialect.failed),
    }


def latencies(
    spoken: Spoken, service: str, seconds: int, among: str = "", quantiles: Sequence[float] = QUANTILES
) -> Mapping[str, str]:
    """The quantiles `p50`, `p95`, `p99` or others, in the dialect's unit."""
    where = _where(spoken, service, among)
    per_bound = f"sum by (le) (rate({spoken.dialect.buckets}{where}[{duration(seconds)}]))"
    return {quantile(q): f"histogram_quantile({q:g}, {per_bound})" for q in quantiles}


def quantile(share: float) -> str:
    """The name of a quantile, `p95` for 0.95."""
    return f"p{share * 100:g}"


@dataclass(frozen=True, slots=True)
class Course:
    """One measure over time of all services at once, one series per service."""

    name: str
    kind: str
    query: str
    unit: str
    """Of the values as the query gives them."""


def everywhere(spoken: Spoken) -> tuple[Course, ...]:
    """Traffic, errors and latency of all services of the dialect."""
    dialect, label, span = spoken.dialect, spoken.label, duration(COURSE_S)
    where = f"{{{dialect.only}}}" if dialect.only else ""
    total = f"sum by ({label}) (rate({dialect.requests}{where}[{span}]))"
    bad = " or ".join(
        f"sum by ({label}) (rate({dialect.requests}{_braced(dialect.only, each)}[{span}]))"
        for each in dialect.failed
    )
    found = [
        Course("request rate", "traffic", total, "requests/s"),
        Course("error ratio", "errors", f"(({bad}) or 0 * {total}) / {total}", "share"),
    ]
    if dialect.buckets:
        buckets = f"sum by (le, {label}) (rate({dialect.buckets}{where}[{span}]))"
        tail = f"{dialect.to_ms:g} * histogram_quantile(0.95, {buckets})"
        found.append(Course("p95", "latency", tail, "ms"))
    return tuple(found)


def _braced(*conditions: str) -> str:
    return "{" + ",".join(each for each in conditions if each) + "}"


def _rate(spoken: Spoken, service: str, seconds: int, *conditions: str) -> str:
    where = _where(spoken, service, *conditions)
    return f"sum(rate({spoken.dialect.requests}{where}[{duration(seconds)}]))"


def _where(spoken: Spoken, service: str, *conditions: str) -> str:
    return _braced(f"{spoken.label}={quote(spoken.named or service)}", spoken.dialect.only, *conditions)
