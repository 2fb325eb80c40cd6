"""Series of one version's pods, told by the names that Kubernetes gives (row 60)."""

import re

from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.sources import versions
from reliability_studio.sources.cluster_objects import Version
from tests.support.records import NOON


def version(name, deployment="web"):
    return Version(name, "shop", deployment, NOON, 1, (), "", 1)


def matches(matcher, pod):
    """As Prometheus matches: the whole value."""
    label, pattern = matcher.split("=~")
    assert label == "pod"
    return re.fullmatch(pattern.strip('"'), pod) is not None


def test_a_versions_pods_are_those_of_its_replica_set_alone():
    """Not those of a deployment whose name begins alike."""
    mine = versions.pods(version("web-5d9c7b8f6"))
    assert matches(mine, "web-5d9c7b8f6-x2x4z")
    for other in ("web-5d9c7b8f6", "web-5d9c7b8f6-x2x4z-1", "web-api-5d9c7b8f6-x2x4z", "web-6d9c7b8f6-x2x4z"):
        assert not matches(mine, other)
    assert not matches(versions.pods(version("w.b-1")), "web-1-x2x4z"), "a point is no wildcard"


def test_replica_sets_and_hashes_are_matched_whole():
    """The hash is what the replica set's name has beyond the deployment's."""
    told = versions.told_apart(version("web-5d9c7b8f6"), version("web-77c8d9"))
    assert told["k8s_replicaset_name"] == (
        'k8s_replicaset_name="web-5d9c7b8f6"',
        'k8s_replicaset_name="web-77c8d9"',
    )
    assert told["pod_template_hash"] == ('pod_template_hash="5d9c7b8f6"', 'pod_template_hash="77c8d9"')


def test_names_that_the_server_cuts_alike_tell_nothing():
    """58 characters and five random ones are all that a pod's name holds."""
    long = "w" * 60
    old, new = version(f"{long}-5d9c7b8f6", long), version(f"{long}-77c8d9", long)
    assert versions.pods(old) == versions.pods(new)
    assert matches(versions.pods(old), "w" * 58 + "x2x4z")
    told = versions.told_apart(old, new)
    assert "pod" not in told
    assert told["pod_template_hash"][0] != told["pod_template_hash"][1]


_hash = st.text("bcdfghjklmnpqrstvwxz2456789", min_size=5, max_size=10)


@given(st.from_regex(r"[a-z][a-z0-9.-]{0,25}[a-z0-9]", fullmatch=True), _hash, _hash, _hash)
def test_no_pod_belongs_to_two_versions(name, one, other, end):
    """Whatever the deployment is called."""
    pod = f"{name}-{one}-{end[:5]}"
    assert matches(versions.pods(version(f"{name}-{one}", name)), pod)
    if one != other:
        assert not matches(versions.pods(version(f"{name}-{other}", name)), pod)
