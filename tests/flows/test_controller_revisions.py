"""Rollouts of stateful and daemon sets, read off controller revisions (rows 59, 60, 61)."""

import json

import httpx
import pytest

from reliability_studio.domain.correlation.rollout import KnownBy, RolloutBasis
from reliability_studio.errors import SourceMalformed
from reliability_studio.flows.cluster_changes import changes
from reliability_studio.flows.rollout_log import RolloutLog
from reliability_studio.flows.rollouts import Rollouts
from reliability_studio.flows.telemetry import Signals
from reliability_studio.flows.turns import turns
from reliability_studio.sources import versions
from reliability_studio.sources.cluster_objects import ConfigMap
from tests.flows.test_investigate import FakePrometheus, investigated, prometheus
from tests.sources.test_kubernetes import iso, kubernetes, replica_set
from tests.support.fake_sources import FakeKubernetes
from tests.support.records import NOON, minutes

APPS = "/apis/apps/v1"
KINDS = ("StatefulSet", "DaemonSet")


def revision(
    kind, name, created, number, image, *, of="db", app="orders-db", edited=None, env="", maps=(), data=None
):
    """As a server gives it: one that came back was edited by its controller after its creation."""
    container = {"name": "db", "image": image, "env": [{"name": "TOKEN", "value": env}]}
    spec = {
        "containers": [container],
        "volumes": [{"name": each, "configMap": {"name": each}} for each in maps],
    }
    template = {"$patch": "replace", "metadata": {"creationTimestamp": None}, "spec": spec}
    hashed = name.removeprefix(f"{of}-")
    label = {"controller.kubernetes.io/hash": hashed} if kind == "StatefulSet" else {}
    return {
        "metadata": {
            "name": name,
            "namespace": "shop",
            "creationTimestamp": iso(created),
            "labels": {"app": app, **(label or {"controller-revision-hash": hashed})},
            "ownerReferences": [{"kind": kind, "name": of, "controller": True}],
            "managedFields": [
                {"manager": "kube-controller-manager", "operation": "Update", "time": iso(edited or created)}
            ],
        },
        "data": {"spec": {"template": template}} if data is None else data,
        "revision": number,
    }


def pod(name, hashed, created, restarts=0):
    return {
        "metadata": {
            "name": name,
            "namespace": "shop",
            "labels": {"app": "orders-db", "controller-revision-hash": hashed},
            "creationTimestamp": iso(created),
        },
        "spec": {},
        "status": {"containerStatuses": [{"restartCount": restarts}]},
    }


def server(revisions, *, namespace="", pods=()):
    place = f"/namespaces/{namespace}" if namespace else ""
    return FakeKubernetes(
        {
            "/version": {},
            f"/api/v1{place}/pods": list(pods),
            f"/apis/events.k8s.io/v1{place}/events": [],
            f"{APPS}{place}/deployments": [],
            f"{APPS}{place}/replicasets": [],
            f"{APPS}{place}/controllerrevisions": list(revisions),
        }
    )


def two(kind):
    return [
        revision(kind, "db-a", minutes(-500), 1, "db:1", env="swordfish"),
        revision(kind, "db-b", minutes(-30), 2, "db:2", env="hunter2"),
    ]


def undone(kind):
    return [
        revision(kind, "db-a", minutes(-500), 3, "db:1", edited=minutes(-10)),
        revision(kind, "db-b", minutes(-30), 2, "db:2"),
    ]


async def look(stand_in, namespace="shop"):
    return await Signals(None, None, None, kubernetes(stand_in)).cluster.workloads(namespace, minutes(-60))


@pytest.mark.parametrize("kind", KINDS)
async def test_rows_59_and_61_a_controller_revision_is_a_rollout_and_tells_what_differs(kind):
    """Rows 59, 61: with its service, its number and its fields; no value of the environment."""
    seen = await look(server(two(kind), namespace="shop"))
    first, second = changes(seen, (), minutes(-600), NOON)
    assert (second.kind, second.at, second.service, second.id) == (
        "rollout",
        minutes(-30),
        "orders-db",
        "db-b",
    )
    assert second.summary == "db revision 2: db:1 to db:2; db.env.TOKEN changed"
    assert first.summary == "db revision 1: first version, db:1"
    assert [(each.field, each.before, each.after) for each in second.differences] == [
        ("db.env.TOKEN", "set, value not shown", "changed, value not shown"),
        ("db.image", "db:1", "db:2"),
    ]
    said = json.dumps(second.summary) + repr(seen.versions)
    assert not [word for word in ("swordfish", "hunter2") if word in said]


@pytest.mark.parametrize("kind", KINDS)
async def test_row_59_a_revision_that_came_back_is_dated_by_its_last_edit(kind):
    """Row 59: only its number is ever changed; without that time its oldest new pod is a bound."""
    seen = await look(server(undone(kind), namespace="shop"))
    *_, back = turns(*seen.workloads, seen)
    assert (back.id, back.at, back.known_by, back.back_to) == ("db-a#3", minutes(-10), KnownBy.RENUMBERED, 0)
    assert back.before.name == "db-b"
    bare = undone(kind)
    for each in bare:
        del each["metadata"]["managedFields"]
    mine = "db-a" if kind == "StatefulSet" else "a"
    pods = [
        pod("db-x", mine, minutes(-9)),
        pod("db-y", mine, minutes(-400)),
        pod("db-z", "other", minutes(-29)),
    ]
    seen = await look(server(bare, namespace="shop", pods=pods))
    *_, back = turns(*seen.workloads, seen)
    assert (back.at, back.known_by) == (minutes(-9), KnownBy.FIRST_POD)
    assert changes(seen, (), minutes(-60), NOON)[-1].summary == (
        "db revision 3: rolled back to an earlier version, db:2 to db:1; "
        "it began at or before 11:51:00 UTC (its oldest pod is from then)"
    )


@pytest.mark.parametrize("kind", KINDS)
async def test_row_60_and_105_a_rollout_of_a_set_has_a_verdict(database, kind):
    """Rows 60, 105: its new pods' restarts, and the service before and after where no label has the hash."""
    mine, old = ("db-b", "db-a") if kind == "StatefulSet" else ("b", "a")
    pods = [pod("db-0", mine, minutes(-29), restarts=4), pod("db-1", old, minutes(-500), restarts=9)]
    signals = Signals(
        prometheus(FakePrometheus(0.1, 0.1)), None, None, kubernetes(server(two(kind), pods=pods))
    )
    work = Rollouts(1, database, signals)
    assert await work.sweep(minutes(-17)) == 1
    [found] = await RolloutLog(1, database).listing(since=minutes(-600), limit=10)
    assert (found.service, found.version, found.revision) == ("orders-db", "db-b", 2)
    assert (found.state, found.reasons[0]) == ("worse", "4 restarts of its pods")
    assert found.compared.basis is RolloutBasis.SERVICE
    assert await work.sweep(minutes(-16)) == 0


@pytest.mark.parametrize("kind", KINDS)
async def test_series_of_a_sets_versions_are_told_apart_by_the_hash_alone(kind):
    """Its pods are called alike whatever their version."""
    seen = await look(server(two(kind), namespace="shop"))
    old, new = seen.versions
    a, b = ("db-a", "db-b") if kind == "StatefulSet" else ("a", "b")
    assert versions.told_apart(old, new) == {
        label: (f'{label}="{a}"', f'{label}="{b}"')
        for label in ("controller_revision_hash", "label_controller_revision_hash")
    }
    whole = "db-[0-9]+" if kind == "StatefulSet" else "db-[a-z0-9]{5}"
    assert versions.pods(old) == versions.pods(new) == f'pod=~"{whole}"'


async def test_a_deployment_and_a_set_of_one_name_have_versions_of_their_own():
    """And a revision of another controller is nobody's, whatever is in it."""
    stand_in = server(two("StatefulSet"), namespace="shop")
    place = f"{APPS}/namespaces/shop"
    named = {"name": "db", "namespace": "shop"}
    stand_in.lists[f"{place}/deployments"] = [
        {"metadata": named, "spec": {"template": {"spec": {"containers": []}}}, "status": {}}
    ]
    made = replica_set("db-c", minutes(-5), 7, "web:7")
    made["metadata"]["ownerReferences"] = [{"kind": "Deployment", "name": "db"}]
    stand_in.lists[f"{place}/replicasets"] = [made]
    stand_in.lists[f"{place}/controllerrevisions"].append(
        revision("CloneSet", "db-d", minutes(-4), 9, "other:1", data=["whatever"])
    )
    seen = await look(stand_in)
    assert {
        each.kind.value: [turn.version.name for turn in turns(each, seen)] for each in seen.workloads
    } == {
        "Deployment": ["db-c"],
        "StatefulSet": ["db-a", "db-b"],
    }


async def test_a_revision_that_holds_no_template_is_no_answer_of_kubernetes():
    """Of a set's own revisions the form is known."""
    broken = [revision("DaemonSet", "db-a", minutes(-5), 1, "", data={"spec": 7})]
    with pytest.raises(SourceMalformed, match="does not answer like Kubernetes"):
        await kubernetes(server(broken)).controller_revisions("")


async def test_of_a_set_the_last_version_reads_the_config_maps():
    """A controller revision does not say how many pods it has."""
    found = [
        revision("DaemonSet", "db-a", minutes(-500), 1, "db:1", maps=("old",)),
        revision("DaemonSet", "db-b", minutes(-300), 2, "db:2", maps=("new",)),
    ]
    seen = await look(server(found, namespace="shop"))
    edited = [ConfigMap(name, "shop", minutes(-5), "helm") for name in ("old", "new")]
    [change] = changes(seen, edited, minutes(-60), NOON)
    assert change.summary == "config map new edited in place by helm; db reads it"


@pytest.mark.parametrize("refused", ["controllerrevisions", "replicasets"])
async def test_a_kind_that_may_not_be_listed_is_said_and_nothing_else_is_lost(database, caplog, refused):
    """403 in words: by the test of the source, and once in the log of the job."""
    fake = server(two("StatefulSet"))

    def strict(request):
        if request.url.path.endswith(f"/{refused}"):
            return httpx.Response(403, json={"kind": "Status", "code": 403, "reason": "Forbidden"})
        return (
            httpx.Response(200, json={"gitVersion": "v1"})
            if request.url.path == "/version"
            else fake(request)
        )

    said = await kubernetes(strict).health()
    assert said == f"version v1; may not list {refused}: their rollouts are not seen"
    work = Rollouts(
        1, database, Signals(prometheus(FakePrometheus(0.1, 0.1)), None, None, kubernetes(strict))
    )
    assert await work.sweep(minutes(-29)) == (refused == "replicasets")
    await work.sweep(minutes(-28))
    assert [each.kinds for each in caplog.records if "may not list" in each.message] == [(refused,)]


@pytest.mark.parametrize("refused", ["controllerrevisions", "replicasets"])
async def test_an_investigation_does_not_take_what_it_may_not_see_for_calm(database, refused):
    """C13: the source says what could not be read, and the check of rollouts says so instead of `clean`."""
    fake = server((), namespace="shop")

    def strict(request):
        if request.url.path.endswith(f"/{refused}"):
            return httpx.Response(403, json={"kind": "Status", "code": 403, "reason": "Forbidden"})
        return fake(request)

    _, _, answer = await investigated(database, Signals(None, None, None, kubernetes(strict)))
    said = f"the account may not list {refused}: their rollouts are not seen"
    assert answer.sources["changes"] == said
    checks = {each.check: each for each in answer.checks}
    assert (checks["rollout"].outcome.value, checks["rollout"].summary) == ("failed", said)
    assert [source for source, state in answer.sources.items() if state == said] == ["changes"]
