"""Risks in how services are placed and tied together, before anything fails (row 112).

They are told beside an incident and on a service's page. None is evidence of a cause: a service that has
always run on one node did not break because of that, so no finding of the engine comes of them.
"""

from collections.abc import Callable, Mapping, Sequence

from reliability_studio.domain.checks.check import Check, Inputs, Judge, Judged, Statistic
from reliability_studio.domain.checks.judges import MOST_NAMED
from reliability_studio.domain.correlation.cut_points import MANY, weak_points
from reliability_studio.domain.correlation.evidence import Outcome
from reliability_studio.domain.correlation.kinds import Kind, Type
from reliability_studio.domain.correlation.signals import PodState
from reliability_studio.domain.correlation.telemetry import Source

Risky = Callable[[str, Sequence[PodState], Inputs], str]
"""What is wrong with a service's running pods; empty when nothing is."""


def _alone(_service: str, pods: Sequence[PodState], _inputs: Inputs) -> str:
    return "one pod only: it fails when that pod does" if len(pods) == 1 else ""


def _one_node(_service: str, pods: Sequence[PodState], _inputs: Inputs) -> str:
    nodes = {pod.node for pod in pods}
    together = len(pods) > 1 and len(nodes) == 1 and nodes != {""}
    return f"all {len(pods)} pods run on node {next(iter(nodes))}" if together else ""


def _one_zone(_service: str, pods: Sequence[PodState], inputs: Inputs) -> str:
    known = inputs.zones or {}
    zones = {known.get(pod.node, "") for pod in pods}
    if len(pods) == 1 or len(zones) > 1 or "" in zones:
        return ""
    only = "the only one of the cluster" if set(known.values()) == zones else "of several"
    return f"all {len(pods)} pods run in zone {next(iter(zones))}, {only}"


def _unguarded(service: str, pods: Sequence[PodState], inputs: Inputs) -> str:
    # A budget cannot guard a single pod: it would only keep its node from being drained.
    bare = len(pods) > 1 and inputs.guarded is not None and service not in inputs.guarded
    return f"no budget guards its {len(pods)} pods: a drain may evict all at once" if bare else ""


def _placed(risky: Risky, missing: Callable[[Inputs], str] = lambda _inputs: "") -> Judge:
    """All running pods of a service together; `missing` says what could not be read for that."""

    def judge(_check: Check, inputs: Inputs) -> Judged:
        running = {
            service: [pod for pod in pods if pod.phase == "Running"]
            for service, pods in sorted(inputs.pods.items())
            if inputs.concerns(service)
        }
        seen = {service: pods for service, pods in running.items() if pods}
        if not seen:
            return Judged(Outcome.NO_DATA, "no running pods of the services in question")
        if why := missing(inputs):
            return Judged(Outcome.NO_DATA, why)
        bad = {service: why for service, pods in seen.items() if (why := risky(service, pods, inputs))}
        samples = sum(len(pods) for pods in seen.values())
        if not bad:
            return Judged(Outcome.CLEAN, f"none of {len(seen)} services", samples=samples)
        return Judged(Outcome.FOUND, _said(bad), tuple(bad), now=float(len(bad)), samples=samples)

    return judge


def _zones_missing(inputs: Inputs) -> str:
    if inputs.zones is None:
        return "nodes could not be read"
    return "" if any(inputs.zones.values()) else "no node has the label topology.kubernetes.io/zone"


def _budgets_missing(inputs: Inputs) -> str:
    return "disruption budgets could not be read" if inputs.guarded is None else ""


def _weak(_check: Check, inputs: Inputs) -> Judged:
    """Cut points of the call graph among the services in question."""
    if inputs.graph is None or not inputs.graph.services:
        return Judged(Outcome.NO_DATA, "nobody knows who calls whom")
    seen = len(inputs.graph.services)
    found = {
        name: f"{len(dependents)} services depend on it ({', '.join(dependents[:MOST_NAMED])}), and "
        "nothing else holds them together"
        for name, dependents in weak_points(inputs.graph).items()
        if inputs.concerns(name)
    }
    if not found:
        return Judged(Outcome.CLEAN, f"none, in a call graph of {seen} services", samples=seen)
    return Judged(Outcome.FOUND, _said(found), tuple(found), now=float(len(found)), samples=seen)


def _said(bad: Mapping[str, str]) -> str:
    more = f" and {len(bad) - MOST_NAMED} more" if len(bad) > MOST_NAMED else ""
    return "; ".join(f"{service}: {why}" for service, why in list(bad.items())[:MOST_NAMED]) + more


def _risk(id_: str, title: str, kind: Kind, judge: Judge, fix: str, source: Source = Source.EVENTS) -> Check:
    return Check(id_, title, source, Type.FAILURE, judge, kind, statistic=Statistic.FACT, fix=fix)


CHECKS: tuple[Check, ...] = (
    _risk(
        "single-replica",
        "Services that one pod carries alone",
        Kind.REPLICAS,
        _placed(_alone),
        "run two replicas at least, with a disruption budget",
    ),
    _risk(
        "single-node",
        "Services whose pods all run on one node",
        Kind.NODE,
        _placed(_one_node),
        "spread them: topologySpreadConstraints or pod anti-affinity by kubernetes.io/hostname",
    ),
    _risk(
        "single-zone",
        "Services whose pods all run in one zone",
        Kind.NODE,
        _placed(_one_zone, _zones_missing),
        "spread them: topologySpreadConstraints by topology.kubernetes.io/zone, with nodes in several zones",
    ),
    _risk(
        "no-disruption-budget",
        "Services without a disruption budget",
        Kind.REPLICAS,
        _placed(_unguarded, _budgets_missing),
        "add a PodDisruptionBudget that selects its pods, with maxUnavailable: 1",
    ),
    _risk(
        "single-point",
        f"Services that hold the call graph together, with {MANY} that depend on them or more",
        Kind.GENERIC,
        _weak,
        "give callers another way or an answer of their own: a replica elsewhere, a cache, a fallback",
        Source.TOPOLOGY,
    ),
)
