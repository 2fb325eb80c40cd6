"""What Kubernetes says about pods and workloads, by kube-state-metrics and by its own API."""

from reliability_studio.domain.checks import judges, remedies
from reliability_studio.domain.checks.check import Check, Condition, Judge, Op, Statistic
from reliability_studio.domain.checks.metric import metric
from reliability_studio.domain.correlation.kinds import Kind, Type
from reliability_studio.domain.correlation.signals import PodState
from reliability_studio.domain.correlation.telemetry import Source

_NS = "{namespace=$namespace}"
_PULL = frozenset({"ImagePullBackOff", "ErrImagePull", "ErrImageNeverPull", "InvalidImageName"})
_CONFIG = frozenset({"CreateContainerConfigError", "CreateContainerError", "RunContainerError"})


def _failure(
    id_: str,
    title: str,
    kind: Kind,
    query: str,
    needs: tuple[str, ...],
    by: str,
    fix: str,
    condition: Condition,
    unit: str = "",
) -> Check:
    return metric(
        id_,
        title,
        Type.FAILURE,
        kind,
        query=query,
        needs=needs,
        by=(by,),
        unit=unit,
        condition=condition,
        fix=fix,
    )


def _crashed(pod: PodState) -> str:
    if pod.waiting != "CrashLoopBackOff" and not (pod.exit_code and pod.restarts):
        return ""
    code = "" if pod.exit_code is None else f", exit code {pod.exit_code}"
    meaning = remedies.exit_code(pod.exit_code)
    return f"{pod.waiting or pod.terminated or 'restarted'}, {pod.restarts} restarts{code}" + (
        f" ({meaning})" if meaning else ""
    )


def _killed(pod: PodState) -> str:
    return f"OOMKilled, {pod.restarts} restarts" if pod.terminated == "OOMKilled" else ""


def _unpulled(pod: PodState) -> str:
    return f"{pod.waiting}: {remedies.image(pod.message or pod.waiting)}" if pod.waiting in _PULL else ""


def _misconfigured(pod: PodState) -> str:
    return f"{pod.waiting} {pod.message}".strip() if pod.waiting in _CONFIG else ""


def _unplaced(pod: PodState) -> str:
    if pod.phase != "Pending" or pod.waiting:
        return ""
    return remedies.pending(pod.message)


def _unready(pod: PodState) -> str:
    sick = pod.phase == "Running" and not pod.ready and not pod.waiting and not pod.finished_on_purpose
    return "runs but is not ready: its readiness probe fails" if sick else ""


def _pod(id_: str, title: str, kind: Kind, judge: Judge, fix: str) -> Check:
    return Check(id_, title, Source.EVENTS, Type.FAILURE, judge, kind, statistic=Statistic.FACT, fix=fix)


_ABOVE_0 = Condition(Op.ABOVE, 0.0, points=1)

CHECKS: tuple[Check, ...] = (
    _pod(
        "crash-loop",
        "Crashing containers",
        Kind.RESTARTS,
        judges.of_pods(_crashed),
        "read what the container said before it ended: kubectl logs --previous",
    ),
    _pod(
        "oom-killed",
        "Containers killed for lack of memory",
        Kind.OOM,
        judges.of_pods(_killed),
        "raise the memory limit, or find what grew",
    ),
    _pod(
        "image-pull",
        "Images that cannot be pulled",
        Kind.EVENT,
        judges.of_pods(_unpulled),
        "correct the image's name, its registry or the pull secret",
    ),
    _pod(
        "container-config",
        "Containers that cannot be created",
        Kind.EVENT,
        judges.of_pods(_misconfigured),
        "a config map, a secret or a command that the pod names is missing",
    ),
    _pod(
        "pending-pods",
        "Pods that find no node",
        Kind.REPLICAS,
        judges.of_pods(_unplaced),
        "lower requests, add nodes, or correct selectors and tolerations",
    ),
    _pod(
        "unready-pods",
        "Pods that run but are not ready",
        Kind.REPLICAS,
        judges.of_pods(_unready),
        "see why the readiness probe fails",
    ),
    _failure(
        "restarts",
        "Container restarts",
        Kind.RESTARTS,
        f"sum by (pod) (increase(kube_pod_container_status_restarts_total{_NS}[5m]))",
        ("kube_pod_container_status_restarts_total",),
        "pod",
        "read what the container said before it ended",
        Condition(Op.ABOVE, 0.5, points=1),
        "restarts",
    ),
    _failure(
        "oom-terminated",
        "Containers that ended OOMKilled",
        Kind.OOM,
        f"sum by (pod) (increase(kube_pod_container_status_restarts_total{_NS}[5m]) * "
        "on (namespace, pod, container) group_left () kube_pod_container_status_last_terminated_reason"
        '{namespace=$namespace,reason="OOMKilled"})',
        ("kube_pod_container_status_restarts_total", "kube_pod_container_status_last_terminated_reason"),
        "pod",
        "raise the memory limit, or find what grew",
        Condition(Op.ABOVE, 0.5, points=1),
        "kills",
    ),
    _failure(
        "waiting-containers",
        "Containers that cannot start",
        Kind.RESTARTS,
        "sum by (pod) (kube_pod_container_status_waiting_reason{namespace=$namespace,"
        'reason!~"ContainerCreating|PodInitializing"})',
        ("kube_pod_container_status_waiting_reason",),
        "pod",
        "kubectl describe pod tells the reason",
        _ABOVE_0,
        "containers",
    ),
    _failure(
        "unschedulable",
        "Pods that cannot be scheduled",
        Kind.REPLICAS,
        f"sum by (pod) (kube_pod_status_unschedulable{_NS})",
        ("kube_pod_status_unschedulable",),
        "pod",
        "lower requests, add nodes, or correct selectors and tolerations",
        _ABOVE_0,
        "pods",
    ),
    _failure(
        "missing-replicas",
        "Replicas that are missing",
        Kind.REPLICAS,
        f"clamp_max(max by (deployment) (kube_deployment_status_replicas_available{_NS} - "
        f"on (namespace, deployment) kube_deployment_spec_replicas{_NS}), 0)",
        ("kube_deployment_status_replicas_available", "kube_deployment_spec_replicas"),
        "deployment",
        "see why its pods are not available",
        Condition(Op.BELOW, 0.0, points=4),
        "replicas",
    ),
    _failure(
        "stuck-rollout",
        "Rollouts that do not get on",
        Kind.REPLICAS,
        "clamp_max(-max by (deployment) (kube_deployment_status_condition{namespace=$namespace,"
        'condition="Progressing",status="false"}), 0)',
        ("kube_deployment_status_condition",),
        "deployment",
        "kubectl rollout status names what it waits for; kubectl rollout undo goes back",
        Condition(Op.BELOW, -0.5, points=1),
        "deployments",
    ),
    _failure(
        "evicted-pods",
        "Evicted pods",
        Kind.NODE,
        'sum by (pod) (kube_pod_status_reason{namespace=$namespace,reason=~"Evicted|NodeLost|Preempting"})',
        ("kube_pod_status_reason",),
        "pod",
        "the node ran short of something: see its conditions",
        _ABOVE_0,
        "pods",
    ),
    metric(
        "autoscaler-limit",
        "Autoscaler at its limit",
        Type.SATURATION,
        Kind.GENERIC,
        query="max by (horizontalpodautoscaler) (kube_horizontalpodautoscaler_status_current_replicas"
        f"{_NS} / on (namespace, horizontalpodautoscaler) kube_horizontalpodautoscaler_spec_max_replicas"
        f"{_NS})",
        needs=(
            "kube_horizontalpodautoscaler_status_current_replicas",
            "kube_horizontalpodautoscaler_spec_max_replicas",
        ),
        by=("horizontalpodautoscaler",),
        unit="share",
        alone=True,
        condition=Condition(Op.ABOVE, 0.99),
        fix="raise maxReplicas, or find out what asks for so many",
    ),
    metric(
        "failed-jobs",
        "Jobs that failed",
        Type.FAILURE,
        Kind.GENERIC,
        query=f"sum by (job_name) (increase(kube_job_status_failed{_NS}[15m]))",
        needs=("kube_job_status_failed",),
        by=("job_name",),
        unit="failures",
        alone=True,
        condition=Condition(Op.ABOVE, 0.5, points=1),
        fix="read the job's pod logs",
    ),
)
