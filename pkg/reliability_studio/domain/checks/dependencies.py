"""Is it one of those it calls: edges of the service graph, names, certificates."""

from reliability_studio.domain.checks import judges
from reliability_studio.domain.checks.check import Check, Condition, Op
from reliability_studio.domain.checks.metric import metric
from reliability_studio.domain.correlation.kinds import Kind, Type
from reliability_studio.domain.correlation.telemetry import Source

_FAILED = "traces_service_graph_request_failed_total"
_TOTAL = "traces_service_graph_request_total"
_CLIENT = "traces_service_graph_request_client_seconds"
_SERVER = "traces_service_graph_request_server_seconds"


def _mean(histogram: str) -> str:
    return (
        f"sum by (client, server) (rate({histogram}_sum[$range])) / "
        f"sum by (client, server) (rate({histogram}_count[$range]))"
    )


CHECKS: tuple[Check, ...] = (
    metric(
        "dependency-errors",
        "Calls of a dependency that fail",
        Type.ERROR,
        Kind.ERRORS,
        query=f"sum by (client, server) (rate({_FAILED}[$range])) / "
        f"sum by (client, server) (rate({_TOTAL}[$range]))",
        needs=(_FAILED, _TOTAL),
        by=("server",),
        unit="share",
        fix="look at the dependency itself; it fails or cannot be reached",
    ),
    metric(
        "dependency-latency",
        "Slow answers of a dependency",
        Type.LATENCY,
        Kind.LATENCY,
        query=_mean(_SERVER),
        needs=(f"{_SERVER}_sum", f"{_SERVER}_count"),
        by=("server",),
        unit="s",
        fix="look at the dependency itself",
    ),
    Check(
        "edge-gap",
        "Time lost between client and server",
        Source.METRICS,
        Type.TRACE,
        judges.of_kinds(Kind.EDGE_GAP),
        Kind.EDGE_GAP,
        query=f"1000 * (({_mean(_CLIENT)}) - ({_mean(_SERVER)}))",
        needs=(f"{_CLIENT}_sum", f"{_SERVER}_sum"),
        by=("server", "client"),
        unit="ms",
        fix="the network, a proxy or a full connection pool stands between them",
    ),
    metric(
        "dns-errors",
        "Names that do not resolve",
        Type.FAILURE,
        Kind.DNS,
        query='sum(rate(coredns_dns_responses_total{rcode=~"SERVFAIL|REFUSED"}[$range])) / '
        "sum(rate(coredns_dns_responses_total[$range]))",
        needs=("coredns_dns_responses_total",),
        unit="share",
        alone=True,
        condition=Condition(Op.ABOVE, 0.01),
        fix="look at CoreDNS and what it forwards to",
    ),
    metric(
        "dns-latency",
        "Slow name resolution",
        Type.FAILURE,
        Kind.DNS,
        query="histogram_quantile(0.95, sum by (le) (rate("
        "coredns_dns_request_duration_seconds_bucket[$range])))",
        needs=("coredns_dns_request_duration_seconds_bucket",),
        unit="s",
        alone=True,
        condition=Condition(Op.ABOVE, 0.1),
        fix="scale CoreDNS out, or look at what it forwards to",
    ),
    metric(
        "certificate",
        "Certificates about to expire",
        Type.FAILURE,
        Kind.CERTIFICATE,
        query="(min by (instance, service, job) (probe_ssl_earliest_cert_expiry) - time()) / 86400",
        needs=("probe_ssl_earliest_cert_expiry",),
        by=("service", "job"),
        unit="days",
        alone=True,
        condition=Condition(Op.BELOW, 2.0, points=1),
        fix="renew the certificate",
    ),
)
