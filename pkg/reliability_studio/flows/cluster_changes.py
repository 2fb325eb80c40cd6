"""What was changed in a namespace, read off its versions: rollouts, configuration, restarts.

Every version of a deployment is a replica set, one of a stateful or daemon set a controller revision. It
takes over when that is created, or again by a rollback (`turns`): no hook in any pipeline is needed. What
differs from the version before says what it was. A config map that is edited in place makes no version; it
changes what reads it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from reliability_studio.domain.correlation.telemetry import Change
from reliability_studio.domain.manifest import IMAGE, Difference, differences, summary
from reliability_studio.flows.sights import WorkloadSight
from reliability_studio.flows.turns import Turn, turns
from reliability_studio.sources.cluster_objects import ConfigMap, Version, Workload


def changes(
    seen: WorkloadSight, edited: Sequence[ConfigMap], since: datetime, until: datetime
) -> tuple[Change, ...]:
    """Changes within a window, oldest first; by deployments alone where versions may not be read.

    Args:
        seen: what runs.
        edited: config maps of the same namespace, each with its last edit.
        since: begin of the window.
        until: its end.
    """
    found: list[Change] = []
    for workload in seen.workloads:
        taken = turns(workload, seen)
        service = seen.service_of(workload.name, workload.labels)
        found += [_of_turn(each, service) for each in taken] or _of_workload(workload, service)
        found += _of_config_maps(workload, taken, edited, service)
    return tuple(
        sorted((each for each in found if since <= each.at <= until), key=lambda each: (each.at, each.id))
    )


def _of_turn(turn: Turn, service: str) -> Change:
    """A version against the one that ran before it."""
    before, after = turn.before, turn.version
    found = () if before is None else differences(before.manifest, after.manifest)
    kind, text = _difference(before, after, found)
    if turn.back_to is not None:
        # Whatever it changes: somebody undid a rollout.
        text = ", ".join(after.images) if before is None else text
        return Change(
            turn.at, service, "rollout", f"{turn.title}, {text}{turn.bound}", turn.id, differences=found
        )
    return Change(turn.at, service, kind, f"{turn.title}: {text}", turn.id, differences=found)


def _difference(before: Version | None, after: Version, found: Sequence[Difference]) -> tuple[str, str]:
    """The kind of change, and what it was in one line."""
    images = ", ".join(after.images)
    if before is None:
        return "rollout", f"first version, {images}"
    if before.images != after.images:
        others = summary([each for each in found if not each.field.endswith(IMAGE)])
        return "rollout", f"{', '.join(before.images)} to {images}" + (f"; {others}" if others else "")
    if before.restarted != after.restarted:
        return "restart", "restarted on purpose"
    return "config", f"same image ({images}), {summary(found) or 'other settings'}"


def _of_config_maps(
    workload: Workload, taken: Sequence[Turn], edited: Iterable[ConfigMap], service: str
) -> Iterator[Change]:
    """Edits of what the running version reads."""
    running = [
        each.version
        for each in taken
        # A controller revision does not say how many pods it has: the last one is the one.
        if (each is taken[-1] if each.version.replicas is None else each.version.replicas)
    ]
    read = {name for version in running for name in version.config_maps}
    for each in edited:
        if each.name in read and each.namespace == workload.namespace:
            by = f" by {each.by}" if each.by else ""
            yield Change(
                each.edited,
                service,
                "config",
                f"config map {each.name} edited in place{by}; {workload.name} reads it",
                f"{workload.name}/{each.name}/{int(each.edited.timestamp())}",
            )


def _of_workload(workload: Workload, service: str) -> list[Change]:
    if workload.rolled_out is None:
        return []
    text = f"{workload.name} revision {workload.revision}: {', '.join(workload.images)}"
    return [Change(workload.rolled_out, service, "rollout", text, f"{workload.name}#{workload.revision}")]
