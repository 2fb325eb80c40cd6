"""What a pod shows at /metrics (Prometheus text format), and the shop's past as OpenMetrics text."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from pathlib import Path

from scripts.shop.services import BUCKETS, CALLERS, NAMESPACE
from scripts.shop.simulation import Pod, Shop

Sample = tuple[str, float]
"""Name with labels, value."""

_COUNTERS = {
    "http_requests": "Requests answered, by status code.",
    "process_cpu_seconds": "CPU time used.",
    "traces_service_graph_request": "Calls between two services, as Tempo's metrics generator counts them.",
    "traces_service_graph_request_failed": "Those that failed.",
}
_GAUGES = {
    "container_memory_working_set_bytes": "Memory that the container cannot give back.",
    "container_spec_memory_limit_bytes": "Memory that the container may use.",
    "app_build_info": "Always 1; the labels say what runs.",
}
_HISTOGRAM = ("http_request_duration_seconds", "Time to answer.")

MEMORY_LIMIT = 512e6


def page(pod: Pod, now: float) -> str:
    """The text of one scrape; families are contiguous and announced."""
    lines: list[str] = []
    for family, (kind, text, samples) in _families(pod, now).items():
        lines += [f"# HELP {family} {text}", f"# TYPE {family} {kind}"]
        lines += [f"{name} {value:.12g}" for name, value in samples]
    return "\n".join(lines) + "\n"


def write_history(shop: Shop, until: float, into: Path, step: float = 60.0) -> None:
    """Let the shop run up to `until` and write what was scraped every `step` seconds on the way."""
    tick, shop.tick = shop.tick, step
    with into.open("w") as text:
        text.writelines(f"# TYPE {name} counter\n" for name in _COUNTERS)
        text.writelines(f"# TYPE {name} gauge\n" for name in _GAUGES)
        text.write(f"# TYPE {_HISTOGRAM[0]} histogram\n")
        while shop.now + step <= until:
            shop.advance(shop.now + step)
            text.writelines(_moment(shop))
        text.write("# EOF\n")
    shop.tick = tick


def _moment(shop: Shop) -> Iterator[str]:
    for pod in shop.pods.values():
        for _, _, samples in _families(pod, shop.now).values():
            yield from (f"{name} {value:.12g} {shop.now:.3f}\n" for name, value in samples)


def _families(pod: Pod, now: float) -> dict[str, tuple[str, str, Iterable[Sample]]]:
    # The address as well: all pods are scraped from loopback, where whoever follows one has its port.
    base = {
        "service": pod.service.name,
        "job": pod.service.name,
        "instance": pod.address,
        "pod": pod.name,
        "namespace": NAMESPACE,
    }
    asked = base | {"method": pod.service.method, "route": pod.service.route}
    gauges = {
        "container_memory_working_set_bytes": (base, pod.memory(now)),
        "container_spec_memory_limit_bytes": (base, MEMORY_LIMIT),
        "app_build_info": (base | {"version": pod.version}, 1.0),
    }
    counts = [(_name("http_requests_total", asked | {"code": c}), float(n)) for c, n in pod.requests.items()]
    return {
        "http_requests_total": ("counter", _COUNTERS["http_requests"], counts),
        "process_cpu_seconds_total": (
            "counter",
            _COUNTERS["process_cpu_seconds"],
            [(_name("process_cpu_seconds_total", base), pod.cpu)],
        ),
        **_calls(pod),
        _HISTOGRAM[0]: ("histogram", _HISTOGRAM[1], _histogram(pod, base)),
        **{
            name: ("gauge", _GAUGES[name], [(_name(name, labels), value)])
            for name, (labels, value) in gauges.items()
        },
    }


def _calls(pod: Pod) -> dict[str, tuple[str, str, Iterable[Sample]]]:
    """The pod's edge of the service graph, counted on the server's side; none where users come in."""
    server = pod.service.name
    if server not in CALLERS:
        return {}
    labels = {"client": CALLERS[server], "server": server, "connection_type": "", "instance": pod.name}
    failed = sum(count for code, count in pod.requests.items() if code.startswith("5"))
    counts = {
        "traces_service_graph_request": sum(pod.requests.values()),
        "traces_service_graph_request_failed": failed,
    }
    return {
        f"{name}_total": ("counter", _COUNTERS[name], [(_name(f"{name}_total", labels), float(count))])
        for name, count in counts.items()
    }


def _histogram(pod: Pod, labels: Mapping[str, str]) -> list[Sample]:
    family = _HISTOGRAM[0]
    bounds = [*(f"{bound:g}" for bound in BUCKETS), "+Inf"]
    cumulated = list(accumulate(pod.buckets))
    rows = [
        (_name(f"{family}_bucket", {**labels, "le": bound}), float(count))
        for bound, count in zip(bounds, cumulated, strict=True)
    ]
    return [
        *rows,
        (_name(f"{family}_sum", labels), pod.seconds),
        (_name(f"{family}_count", labels), float(cumulated[-1])),
    ]


def _name(metric: str, labels: Mapping[str, str]) -> str:
    inside = ",".join(f'{key}="{value}"' for key, value in labels.items())
    return f"{metric}{{{inside}}}"
