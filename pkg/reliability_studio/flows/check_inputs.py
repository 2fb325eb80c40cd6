"""What an investigation has gathered, as its checks look at it."""

from collections.abc import Mapping, Sequence

from reliability_studio.domain.checks.check import Inputs
from reliability_studio.domain.correlation.answer import USED
from reliability_studio.domain.correlation.evidence import Verdict
from reliability_studio.domain.correlation.signals import PodState
from reliability_studio.domain.correlation.telemetry import Source
from reliability_studio.domain.correlation.topology import Graph
from reliability_studio.flows.gathered import Gathered
from reliability_studio.sources.cluster_objects import DisruptionBudget, Pod


def states(verdict: Verdict, got: Gathered) -> Mapping[str, str]:
    """Per source: used, no data, not configured, or what is wrong."""
    said = {source.value: state for source, state in verdict.sources.items()}
    if got.traces:
        said[Source.TRACES.value] = USED
    return {**said, **{source.value: text for source, text in got.failed.items()}}


def inputs_of(verdict: Verdict, got: Gathered, service: str, sources: Mapping[str, str]) -> Inputs:
    """All that the checks of one incident may look at."""
    asked_cluster = Source.EVENTS not in got.failed
    # Changes come from the cluster; where that is not there, nobody looked for any.
    if not asked_cluster and sources.get(Source.CHANGES.value) == "no data":
        changes = got.failed[Source.EVENTS]
    else:
        changes = sources.get(Source.CHANGES.value, "")
    return Inputs(
        verdict=verdict,
        scope=got.scope(service),
        measured=got.measurements.measured,
        queries=got.measurements.queries,
        unanswered=got.measurements.unanswered,
        pods={name: pod_states(pods_) for name, pods_ in got.pods.items()} if asked_cluster else {},
        zones=got.placement.zones if asked_cluster else None,
        guarded=guarded(got.pods, got.placement.budgets) if asked_cluster else None,
        graph=None if got.edges is None else Graph.of(got.edges),
        facts=got.facts,
        asked=frozenset(got.asked),
        sources={**sources, Source.CHANGES.value: changes},
    )


def pod_states(found: Sequence[Pod]) -> Sequence[PodState]:
    """Pods as the checks know them."""
    return tuple(
        PodState(
            name=pod.name,
            phase=pod.phase,
            waiting=pod.waiting,
            terminated=pod.terminated,
            exit_code=pod.exit_code,
            restarts=pod.restarts,
            ready=pod.containers > 0 and pod.ready >= pod.containers,
            node=pod.node,
            message=pod.message,
        )
        for pod in found
    )


def guarded(
    pods: Mapping[str, Sequence[Pod]], budgets: Sequence[DisruptionBudget] | None
) -> frozenset[str] | None:
    """Services with a pod that a budget guards; None when budgets are not known."""
    if budgets is None:
        return None
    return frozenset(
        service
        for service, mine in pods.items()
        if any(budget.guards(pod) for budget in budgets for pod in mine)
    )
