"""Which series come from which version of a workload: by the pod's name, its replica set, or its hash.

Kubernetes names a deployment's replica set `<deployment>-<hash>`, and its pods that and five characters more.
Pods of stateful and daemon sets are called alike whatever their version; only the label with its hash tells
them apart. Scrapers and collectors hand the names on under several labels.
"""

from collections.abc import Mapping

from reliability_studio.sources.cluster_objects import Version, WorkloadKind
from reliability_studio.sources.literals import quote

PODS = ("pod", "k8s_pod_name", "kubernetes_pod_name", "pod_name", "exported_pod")
"""Labels with the name of a pod, the likeliest first."""
REPLICA_SETS = ("k8s_replicaset_name", "replicaset")
HASHES = ("pod_template_hash", "label_pod_template_hash")
REVISION_HASHES = ("controller_revision_hash", "label_controller_revision_hash")
"""Of pods of stateful and daemon sets."""

_LONGEST = 58
"""Characters of a pod's name before its five random ones; the API server cuts what is longer."""


def pods(version: Version, label: str = "pod") -> str:
    """The matcher of the version's pods; of a stateful or daemon set, of its pods of whatever version."""
    whole = version.name if version.kind is WorkloadKind.DEPLOYMENT else version.workload
    if version.kind is WorkloadKind.STATEFUL_SET:
        return f"{label}=~{quote(f'{whole}-'.replace('.', '[.]') + '[0-9]+')}"
    start = f"{whole}-"[:_LONGEST].replace(".", "[.]")
    return f"{label}=~{quote(start + '[a-z0-9]{5}')}"


def told_apart(old: Version, new: Version) -> Mapping[str, tuple[str, str]]:
    """By label: the matchers of the old and of the new version's series.

    Names so long that the server cut them alike tell nothing; such labels are left out.
    """
    matchers = {label: (pods(old, label), pods(new, label)) for label in PODS}
    hashes = REVISION_HASHES
    if new.kind is WorkloadKind.DEPLOYMENT:
        hashes = HASHES
        matchers |= {
            label: (f"{label}={quote(old.name)}", f"{label}={quote(new.name)}") for label in REPLICA_SETS
        }
    matchers |= {label: (f"{label}={quote(_hash(old))}", f"{label}={quote(_hash(new))}") for label in hashes}
    return {label: pair for label, pair in matchers.items() if pair[0] != pair[1]}


def _hash(version: Version) -> str:
    return version.hash or version.name.removeprefix(f"{version.workload}-")
