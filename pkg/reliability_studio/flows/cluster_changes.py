"""What was changed in a namespace, read off its versions: rollouts, configuration, restarts.

Every version of a deployment is a replica set, and it begins when that is created: no hook in any pipeline is
needed. What differs from the version before says what kind of change it was. A config map that is edited in
place makes no version; it changes what reads it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from reliability_studio.domain.correlation.evidence import Change
from reliability_studio.domain.manifest import IMAGE, Difference, differences, summary
from reliability_studio.flows.sights import WorkloadSight
from reliability_studio.sources.cluster_objects import ConfigMap, Deployment, ReplicaSet


def changes(
    seen: WorkloadSight, edited: Sequence[ConfigMap], since: datetime, until: datetime
) -> tuple[Change, ...]:
    """Changes within a window, oldest first; by deployments alone where replica sets may not be read.

    Args:
        seen: what runs.
        edited: config maps of the same namespace, each with its last edit.
        since: begin of the window.
        until: its end.
    """
    services = {each.name: seen.service_of(each.name, each.labels) for each in seen.deployments}
    by_deployment: dict[str, list[ReplicaSet]] = defaultdict(list)
    for version in seen.versions:
        by_deployment[version.deployment].append(version)
    found = []
    for deployment in seen.deployments:
        versions = by_deployment.get(deployment.name)
        service = services[deployment.name]
        found += _of_versions(versions, service) if versions else _of_deployment(deployment, service)
        found += _of_config_maps(deployment, versions or (), edited, service)
    return tuple(
        sorted((each for each in found if since <= each.at <= until), key=lambda each: (each.at, each.id))
    )


def _of_versions(versions: Iterable[ReplicaSet], service: str) -> list[Change]:
    """Each version but the first against the one before it by time."""
    ordered = sorted(versions, key=lambda each: (each.created, each.name))
    made = []
    for before, after in zip([None, *ordered], ordered, strict=False):
        found = () if before is None else differences(before.manifest, after.manifest)
        kind, text = _difference(before, after, found)
        made.append(
            Change(
                after.created,
                service,
                kind,
                f"{after.deployment} revision {after.revision}: {text}",
                after.name,
                differences=found,
            )
        )
    return made


def _difference(before: ReplicaSet | None, after: ReplicaSet, found: Sequence[Difference]) -> tuple[str, str]:
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
    deployment: Deployment, versions: Iterable[ReplicaSet], edited: Iterable[ConfigMap], service: str
) -> Iterator[Change]:
    """Edits of what the running version reads."""
    read = {name for version in versions if version.replicas for name in version.config_maps}
    for each in edited:
        if each.name in read and each.namespace == deployment.namespace:
            by = f" by {each.by}" if each.by else ""
            yield Change(
                each.edited,
                service,
                "config",
                f"config map {each.name} edited in place{by}; {deployment.name} reads it",
                f"{deployment.name}/{each.name}/{int(each.edited.timestamp())}",
            )


def _of_deployment(deployment: Deployment, service: str) -> list[Change]:
    if deployment.rolled_out is None:
        return []
    text = f"{deployment.name} revision {deployment.revision}: {', '.join(deployment.images)}"
    return [Change(deployment.rolled_out, service, "rollout", text, deployment.name)]
