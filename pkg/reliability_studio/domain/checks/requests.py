"""Is the service itself answering: errors, latency, traffic, availability, its objectives."""

from reliability_studio.domain.checks import judges
from reliability_studio.domain.checks.check import Check, Condition, Op, Statistic
from reliability_studio.domain.checks.metric import metric
from reliability_studio.domain.correlation.kinds import Kind, Type
from reliability_studio.domain.correlation.telemetry import Source


def _season(id_: str, title: str, ago: str) -> Check:
    """A rise that comes every day or every week is no surge."""
    return metric(
        id_,
        title,
        Type.TRAFFIC,
        Kind.TRAFFIC,
        query=f"sum(rate($requests[5m])) / sum(rate($requests[5m] offset {ago}))",
        unit="times",
        alone=True,
        condition=Condition(Op.ABOVE, 2.0, points=4),
        fix="this much is unusual for the hour: find the caller that sends more",
    )


CHECKS: tuple[Check, ...] = (
    Check(
        "error-rate",
        "Failed requests",
        Source.METRICS,
        Type.ERROR,
        judges.of_kinds(Kind.ERRORS, Kind.AVAILABILITY, types=(Type.ERROR,)),
        Kind.ERRORS,
        unit="share",
        fix="read the errors in its logs and traces; undo a change that began with them",
    ),
    Check(
        "latency",
        "Slow requests",
        Source.METRICS,
        Type.LATENCY,
        judges.of_kinds(Kind.LATENCY),
        Kind.LATENCY,
        unit="ms",
        fix="compare a slow trace with a usual one",
    ),
    Check(
        "traffic-surge",
        "More traffic than usual",
        Source.METRICS,
        Type.TRAFFIC,
        judges.of_kinds(Kind.TRAFFIC, direction=1),
        Kind.TRAFFIC,
        unit="requests/s",
        fix="scale out, or limit the caller that sends more",
    ),
    Check(
        "traffic-drop",
        "Less traffic than usual",
        Source.METRICS,
        Type.TRAFFIC,
        judges.of_kinds(Kind.TRAFFIC, direction=-1),
        Kind.TRAFFIC,
        unit="requests/s",
        fix="look at what stands before it: callers, load balancer, DNS",
    ),
    _season("traffic-yesterday", "Traffic against the same hour yesterday", "1d"),
    _season("traffic-last-week", "Traffic against the same hour last week", "1w"),
    metric(
        "targets-down",
        "Scrape targets down",
        Type.FAILURE,
        Kind.REPLICAS,
        query="min by (job, service, app) (up{job=~$services} or up{service=~$services} or "
        "up{app=~$services})",
        needs=("up",),
        by=("service", "app", "job"),
        condition=Condition(Op.BELOW, 1.0),
        fix="the process is gone or its metrics cannot be reached",
    ),
    Check(
        "slo-burn",
        "An objective burns its budget",
        Source.METRICS,
        Type.ERROR,
        judges.of_facts,
        Kind.ERRORS,
        statistic=Statistic.FACT,
        fix="see the objective's page for which requests are bad",
    ),
)
