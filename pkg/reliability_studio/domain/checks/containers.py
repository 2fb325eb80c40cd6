"""What the kernel says about containers (cAdvisor): processor, memory, disk, network, pressure."""

from reliability_studio.domain.checks.check import Check, Condition, Op
from reliability_studio.domain.checks.metric import metric
from reliability_studio.domain.correlation.kinds import Kind, Type

_REAL = '{namespace=$namespace,container!="",container!="POD"}'
_POD = ("pod",)


def _saturation(
    id_: str,
    title: str,
    kind: Kind,
    query: str,
    needs: tuple[str, ...],
    fix: str,
    unit: str,
    condition: Condition | None = None,
    *,
    alone: bool = False,
) -> Check:
    return metric(
        id_,
        title,
        Type.SATURATION,
        kind,
        query=query,
        needs=needs,
        by=_POD,
        unit=unit,
        condition=condition,
        alone=alone,
        fix=fix,
    )


CHECKS: tuple[Check, ...] = (
    _saturation(
        "cpu-usage",
        "Processor use",
        Kind.CPU,
        f"sum by (pod) (rate(container_cpu_usage_seconds_total{_REAL}[$range]))",
        ("container_cpu_usage_seconds_total",),
        "see which container burns it; profile it or scale out",
        unit="cores",
    ),
    _saturation(
        "cpu-limit",
        "Processor use against its limit",
        Kind.CPU,
        f"sum by (pod) (rate(container_cpu_usage_seconds_total{_REAL}[$range])) / "
        'sum by (pod) (kube_pod_container_resource_limits{namespace=$namespace,resource="cpu"})',
        ("container_cpu_usage_seconds_total", "kube_pod_container_resource_limits"),
        "raise the limit or scale out",
        unit="share",
        condition=Condition(Op.ABOVE, 0.8),
    ),
    _saturation(
        "cpu-throttling",
        "Processor throttling",
        Kind.THROTTLING,
        f"sum by (pod) (rate(container_cpu_cfs_throttled_periods_total{_REAL}[$range])) / "
        f"sum by (pod) (rate(container_cpu_cfs_periods_total{_REAL}[$range]))",
        ("container_cpu_cfs_throttled_periods_total", "container_cpu_cfs_periods_total"),
        "the limit slows it down: raise it or remove it",
        unit="share",
        condition=Condition(Op.ABOVE, 0.25),
    ),
    _saturation(
        "memory-usage",
        "Memory use",
        Kind.MEMORY,
        f"sum by (pod) (container_memory_working_set_bytes{_REAL})",
        ("container_memory_working_set_bytes",),
        "see who holds it; a restart buys time",
        unit="bytes",
    ),
    _saturation(
        "memory-limit",
        "Memory use against its limit",
        Kind.MEMORY,
        f"sum by (pod) (container_memory_working_set_bytes{_REAL}) / "
        'sum by (pod) (kube_pod_container_resource_limits{namespace=$namespace,resource="memory"})',
        ("container_memory_working_set_bytes", "kube_pod_container_resource_limits"),
        "raise the limit before the kernel kills it",
        unit="share",
        condition=Condition(Op.ABOVE, 0.92),
    ),
    _saturation(
        "memory-leak",
        "Memory that would reach its limit within an hour",
        Kind.MEMORY,
        f"sum by (pod) (predict_linear(container_memory_working_set_bytes{_REAL}[30m], 3600)) / "
        'sum by (pod) (kube_pod_container_resource_limits{namespace=$namespace,resource="memory"})',
        ("container_memory_working_set_bytes", "kube_pod_container_resource_limits"),
        "it grows steadily: restart it, then look for what it keeps",
        unit="share",
        alone=True,
        condition=Condition(Op.ABOVE, 1.0, points=4),
    ),
    _saturation(
        "container-disk",
        "Container disk use",
        Kind.DISK,
        f"sum by (pod) (container_fs_usage_bytes{_REAL}) / "
        f"sum by (pod) (container_fs_limit_bytes{_REAL} > 0)",
        ("container_fs_usage_bytes", "container_fs_limit_bytes"),
        "remove what fills the container's disk",
        unit="share",
        condition=Condition(Op.ABOVE, 0.85),
    ),
    _saturation(
        "disk-io",
        "Disk reads and writes",
        Kind.DISK_IO,
        f"sum by (pod) (rate(container_fs_reads_bytes_total{_REAL}[$range]) + "
        f"rate(container_fs_writes_bytes_total{_REAL}[$range]))",
        ("container_fs_reads_bytes_total", "container_fs_writes_bytes_total"),
        "see what reads or writes so much",
        unit="bytes/s",
    ),
    _saturation(
        "network-drops",
        "Packets lost or broken",
        Kind.NETWORK_ERRORS,
        "sum by (pod) (rate(container_network_receive_packets_dropped_total{namespace=$namespace}[$range]) + "
        "rate(container_network_transmit_packets_dropped_total{namespace=$namespace}[$range]))",
        (
            "container_network_receive_packets_dropped_total",
            "container_network_transmit_packets_dropped_total",
        ),
        "look at the node's network and at network policies",
        unit="packets/s",
    ),
    _saturation(
        "cpu-pressure",
        "Waiting for a processor (PSI)",
        Kind.THROTTLING,
        f"sum by (pod) (rate(container_pressure_cpu_waiting_seconds_total{_REAL}[$range]))",
        ("container_pressure_cpu_waiting_seconds_total",),
        "it waits for processors: raise its request or thin out the node",
        unit="s/s",
        condition=Condition(Op.ABOVE, 0.1),
    ),
    _saturation(
        "memory-pressure",
        "Waiting for memory (PSI)",
        Kind.MEMORY,
        f"sum by (pod) (rate(container_pressure_memory_waiting_seconds_total{_REAL}[$range]))",
        ("container_pressure_memory_waiting_seconds_total",),
        "it waits for memory: raise its limit",
        unit="s/s",
        condition=Condition(Op.ABOVE, 0.02),
    ),
    metric(
        "oom-events",
        "Out-of-memory kills counted by the kernel",
        Type.FAILURE,
        Kind.OOM,
        query="sum by (pod) (increase(container_oom_events_total{namespace=$namespace}[5m]))",
        needs=("container_oom_events_total",),
        by=_POD,
        unit="kills",
        condition=Condition(Op.ABOVE, 0.0, points=1),
        fix="raise the memory limit, or find what grew",
    ),
)
