"""What lies under the services: nodes, volumes, Kubernetes events, and what was changed."""

from reliability_studio.domain.checks import judges
from reliability_studio.domain.checks.check import Check, Condition, Op, Statistic
from reliability_studio.domain.checks.metric import metric
from reliability_studio.domain.correlation.kinds import Kind, Type
from reliability_studio.domain.correlation.telemetry import Source

_HERE = "max by (pod, node) (kube_pod_info{namespace=$namespace})"
_CLAIMS = "kube_pod_spec_volumes_persistentvolumeclaims_info{namespace=$namespace}"
"""Which pods hold which claim; where nobody tells, a claim's own name says whose it is."""
_FULL = (
    "max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_used_bytes{namespace=$namespace} / "
    "kubelet_volume_stats_capacity_bytes{namespace=$namespace})"
)


def _event(id_: str, title: str, kind: Kind, fix: str, *reasons: str) -> Check:
    return Check(
        id_,
        title,
        Source.EVENTS,
        Type.FAILURE,
        judges.of_events(*reasons),
        kind,
        statistic=Statistic.FACT,
        fix=fix,
    )


def _change(id_: str, title: str, fix: str, *kinds: str) -> Check:
    return Check(
        id_,
        title,
        Source.CHANGES,
        Type.CHANGE,
        judges.of_changes(*kinds),
        statistic=Statistic.FACT,
        fix=fix,
    )


CHECKS: tuple[Check, ...] = (
    _change("rollout", "A rollout before the onset", "kubectl rollout undo", "rollout"),
    Check(
        "rollout-verdict",
        "A rollout that made things worse",
        Source.CHANGES,
        Type.CHANGE,
        judges.of_facts,
        statistic=Statistic.FACT,
        fix="kubectl rollout undo; its requests and pods are worse than those of the version before",
    ),
    _change(
        "config-change", "A change of configuration", "compare it with its last version", "config", "flag"
    ),
    _change("scaling", "A change of the number of replicas", "restore the number", "scale"),
    _change("restart", "A restart on purpose or a moved node", "see what ran before", "restart", "node"),
    _event(
        "failed-probes",
        "Failed probes",
        Kind.EVENT,
        "see whether the probe is too strict or the service too slow",
        "Unhealthy",
        "ProbeError",
    ),
    _event(
        "backoff-events",
        "Containers that are started again and again",
        Kind.RESTARTS,
        "read what the container said before it ended",
        "BackOff",
        "CrashLoopBackOff",
        "OOMKilling",
        "OOMKilled",
        "Failed",
    ),
    _event(
        "volume-events",
        "Volumes that cannot be mounted",
        Kind.EVENT,
        "see the claim, its storage class and where the volume is attached",
        "FailedMount",
        "FailedAttachVolume",
        "FailedBinding",
        "ProvisioningFailed",
    ),
    _event(
        "scheduling-events",
        "Pods that could not be placed or created",
        Kind.EVENT,
        "the event's message names what is missing",
        "FailedScheduling",
        "FailedCreate",
        "FailedCreatePodSandBox",
        "Preempted",
    ),
    _event(
        "node-events",
        "Trouble of nodes",
        Kind.NODE,
        "drain the node, or free what it lacks",
        "NodeNotReady",
        "Evicted",
        "EvictionThresholdMet",
        "NodeHasDiskPressure",
        "NodeHasInsufficientMemory",
        "NodeHasInsufficientPID",
        "SystemOOM",
        "FreeDiskSpaceFailed",
        "NetworkNotReady",
    ),
    metric(
        "node-pressure",
        "Nodes under pressure",
        Type.FAILURE,
        Kind.NODE,
        query=f"{_HERE} * on (node) group_left () max by (node) (kube_node_status_condition{{"
        'condition=~"MemoryPressure|DiskPressure|PIDPressure|NetworkUnavailable",status="true"})',
        needs=("kube_node_status_condition", "kube_pod_info"),
        by=("pod",),
        condition=Condition(Op.ABOVE, 0.5, points=1),
        fix="drain the node, or free what it lacks",
    ),
    metric(
        "node-not-ready",
        "Nodes that are not ready",
        Type.FAILURE,
        Kind.NODE,
        query=f"{_HERE} * on (node) group_left () max by (node) (kube_node_status_condition{{"
        'condition="Ready",status=~"false|unknown"})',
        needs=("kube_node_status_condition", "kube_pod_info"),
        by=("pod",),
        condition=Condition(Op.ABOVE, 0.5, points=1),
        fix="drain the node, or bring it back",
    ),
    metric(
        "noisy-neighbour",
        "Nodes whose processors are used up",
        Type.SATURATION,
        Kind.GENERIC,
        query=f"{_HERE} * on (node) group_left () (sum by (node) (rate("
        'container_cpu_usage_seconds_total{id="/"}[$range])) / sum by (node) ('
        'kube_node_status_allocatable{resource="cpu"}))',
        needs=("container_cpu_usage_seconds_total", "kube_node_status_allocatable", "kube_pod_info"),
        by=("pod",),
        unit="share",
        alone=True,
        condition=Condition(Op.ABOVE, 0.9),
        fix="move the neighbour that uses more than it asked for, or set its limit",
    ),
    metric(
        "volume-space",
        "Volume space",
        Type.SATURATION,
        Kind.DISK,
        query=f"max by (pod, persistentvolumeclaim) ({_CLAIMS} * on (namespace, persistentvolumeclaim) "
        f"group_left () {_FULL}) or ({_FULL} unless on (namespace, persistentvolumeclaim) {_CLAIMS})",
        needs=("kubelet_volume_stats_used_bytes", "kubelet_volume_stats_capacity_bytes"),
        by=("pod", "persistentvolumeclaim"),
        unit="share",
        condition=Condition(Op.ABOVE, 0.85),
        fix="grow the volume or remove what fills it",
    ),
)
