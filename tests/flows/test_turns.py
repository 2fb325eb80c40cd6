"""Which version took over when: new ones, and old ones that came back, by whatever tells it (row 59)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.correlation.rollout import KnownBy
from reliability_studio.flows.cluster_changes import changes
from reliability_studio.flows.sights import WorkloadSight
from reliability_studio.flows.telemetry import Signals
from reliability_studio.flows.turns import turns
from reliability_studio.sources.cluster_objects import Version, Workload, WorkloadKind
from reliability_studio.sources.scaling import scaled_up
from tests.sources.test_kubernetes import iso, kubernetes, new_event, replica_set
from tests.support.fake_sources import FakeKubernetes
from tests.support.records import NOON, minutes

BASE = "/apis/apps/v1/namespaces/shop"
UNDONE = (
    replica_set("web-a", minutes(-500), 3, "web:1", past="1"),
    replica_set("web-b", minutes(-40), 2, "web:2"),
)
"""Version a, then b, then a again."""


def step(version, at, said="from 0 to 1"):
    return new_event(
        type="Normal",
        reason="ScalingReplicaSet",
        note=f"Scaled up replica set {version} {said}",
        regarding={"kind": "Deployment", "name": "web", "namespace": "shop"},
        eventTime=iso(minutes(at)),
    )


def pod(name, at):
    meta = {
        "name": name,
        "namespace": "shop",
        "labels": {"app": "web"},
        "creationTimestamp": iso(minutes(at)),
    }
    return {"metadata": meta, "spec": {}, "status": {}}


def moved(at, version="web-a", text='ReplicaSet "{}" has successfully progressed.'):
    return {
        "type": "Progressing",
        "status": "True",
        "reason": "NewReplicaSetAvailable",
        "message": text.format(version),
        "lastUpdateTime": iso(minutes(at)),
        "lastTransitionTime": iso(minutes(-30)),
    }


async def seen(versions, *, events=(), pods=(), condition=None):
    deployment = {
        "metadata": {"name": "web", "namespace": "shop", "labels": {"app": "web"}},
        "spec": {"template": {"spec": {"containers": []}}},
        "status": {"conditions": [condition] if condition else []},
    }
    server = FakeKubernetes(
        {
            "/api/v1/namespaces/shop/pods": list(pods),
            "/apis/events.k8s.io/v1/namespaces/shop/events": list(events),
            f"{BASE}/deployments": [deployment],
            f"{BASE}/replicasets": list(versions),
        }
    )
    return await Signals(None, None, None, kubernetes(server)).cluster.workloads("shop", minutes(-120))


async def taken(versions, **more):
    found = await seen(versions, **more)
    return [
        (each.version.name, each.revision, each.at, each.known_by) for each in turns(*found.workloads, found)
    ]


A_AND_B = [
    ("web-a", 1, minutes(-500), KnownBy.CREATED),
    ("web-b", 2, minutes(-40), KnownBy.CREATED),
]


@pytest.mark.parametrize(
    ("more", "at", "known_by"),
    [
        ({"events": [step("web-a", -10)]}, -10, KnownBy.FIRST_STEP),
        # The first step wins against what came after it, and newer steps tell less.
        (
            {"events": [step("web-a", -10), step("web-a", -9, "from 1 to 2")], "pods": [pod("web-a-x", -9)]},
            -10,
            KnownBy.FIRST_STEP,
        ),
        ({"events": [step("web-a", -9, "to 2")]}, -9, KnownBy.LATER_STEP),
        ({"events": [step("web-a", -8, "from 1 to 2"), step("web-a", -7, "to 3")]}, -8, KnownBy.LATER_STEP),
        ({"pods": [pod("web-a-y", -8), pod("web-a-x", -9)]}, -9, KnownBy.FIRST_POD),
        # A rollout that is undone half way: the old version never lost this pod, and others have their own.
        ({"pods": [pod("web-a-x", -300), pod("web-a-y", -7), pod("web-b-z", -39)]}, -7, KnownBy.FIRST_POD),
        ({"condition": moved(-6)}, -6, KnownBy.PROGRESS),
        ({"condition": moved(-6, text='ReplicaSet "{}" is progressing.')}, -6, KnownBy.PROGRESS),
        ({"condition": moved(-6), "pods": [pod("web-a-x", -2)]}, -6, KnownBy.PROGRESS),
        # Scaled to nothing and up again later on: the step within the rollout is the one.
        (
            {"events": [step("web-a", -10), step("web-a", -1)], "condition": moved(-6)},
            -10,
            KnownBy.FIRST_STEP,
        ),
        # Steps of before, of the creation, of others.
        (
            {"events": [step("web-a", -45), step("web-b", -40), step("web-b", -5)], "condition": moved(-6)},
            -6,
            KnownBy.PROGRESS,
        ),
    ],
)
async def test_row_59_a_version_that_came_back_has_a_turn_of_its_own(more, at, known_by):
    """Row 59: by its first step, else at or before the earliest that it left behind."""
    assert await taken(UNDONE, **more) == [*A_AND_B, ("web-a", 3, minutes(at), known_by)]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"condition": moved(-39, "web-b")},
        {"condition": moved(-6, text="Deployment has minimum availability.{}")},
        {"condition": moved(-100), "pods": [pod("web-a-x", -300)], "events": [step("web-a", -45)]},
    ],
)
async def test_a_return_of_which_nothing_is_left_is_not_dated(more):
    """What speaks of another version or of another time is no bound; nothing is made up."""
    assert await taken(UNDONE, **more) == A_AND_B


async def test_returns_to_and_fro_are_told_in_the_order_of_their_numbers():
    """An earlier return counts when its step still has its event, and as what ran before when not."""
    versions = [
        replica_set("web-a", minutes(-500), 5, "web:1", past="1,3"),
        replica_set("web-b", minutes(-40), 4, "web:2", past="2"),
    ]
    events = [step("web-b", -40), step("web-a", -30), step("web-b", -20), step("web-a", -10, "from 0 to 2")]
    found = await seen(versions, events=events)
    assert [(each.id, each.at, each.back_to) for each in turns(*found.workloads, found)] == [
        ("web-a", minutes(-500), None),
        ("web-b", minutes(-40), None),
        ("web-a#3", minutes(-30), 1),
        ("web-b#4", minutes(-20), 2),
        ("web-a#5", minutes(-10), 3),
    ]
    # The server keeps one event of those that say the same, with its last time.
    found = await seen(versions, events=[step("web-b", -40), step("web-a", -10)])
    last = turns(*found.workloads, found)
    assert [each.id for each in last] == ["web-a", "web-b", "web-a#5"]
    assert last[-1].before.name == "web-b"


async def test_a_number_that_is_too_high_for_its_age_tells_a_return_without_its_history():
    """Other controllers write no history: the older version has the higher number."""
    versions = [
        replica_set("web-a", minutes(-500), 3, "web:1"),
        replica_set("web-b", minutes(-40), 2, "web:2"),
    ]
    found = await seen(versions, events=[step("web-a", -10)])
    *_, last = turns(*found.workloads, found)
    assert (last.id, last.back_to, last.before.name) == ("web-a#3", 0, "web-b")
    assert last.title == "web revision 3: rolled back to an earlier version"


async def test_without_numbers_versions_follow_their_creation():
    """Nothing tells a return then, and none is claimed."""
    versions = [
        replica_set("web-b", minutes(-40), "", "web:2"),
        replica_set("web-a", minutes(-500), 3, "web:1"),
    ]
    assert await taken(versions, events=[step("web-a", -10)]) == [
        ("web-a", 3, minutes(-500), KnownBy.CREATED),
        ("web-b", 0, minutes(-40), KnownBy.CREATED),
    ]


@pytest.mark.parametrize(
    ("events", "bound"),
    [
        ([step("web-a", -10)], ""),
        (
            [step("web-a", -10, "to 2")],
            "; it began at or before 11:50:00 UTC (it was scaled up then)",
        ),
    ],
)
async def test_row_59_a_rollback_is_a_change_and_says_so(events, bound):
    """Rows 59, 61: a rollout whatever it takes back, with what differs from the version that it ended."""
    found = await seen(UNDONE, events=events)
    change = changes(found, (), minutes(-60), NOON)[-1]
    assert (change.kind, change.at, change.id) == ("rollout", minutes(-10), "web-a#3")
    assert change.summary == f"web revision 3: rolled back to revision 1, web:2 to web:1{bound}"
    assert [(each.field, each.before, each.after) for each in change.differences] == [
        ("container.image", "web:2", "web:1")
    ]


async def test_a_rollback_of_a_restart_is_a_rollback():
    """By its own template it would be another restart."""
    versions = [
        replica_set("web-a", minutes(-500), 3, "web:1", past="1"),
        replica_set("web-b", minutes(-40), 2, "web:1", restarted="now"),
    ]
    found = await seen(versions, events=[step("web-a", -10)])
    kinds = [each.kind for each in changes(found, (), minutes(-60), NOON)]
    assert kinds == ["restart", "rollout"]


async def test_steps_are_those_of_one_deployment():
    """Not of its neighbour, not downwards, not other events."""
    other = {"kind": "Deployment", "name": "api", "namespace": "shop"}
    events = [
        step("web-a", -10),
        {**step("web-a", -10), "regarding": other},
        {**step("web-a", -10), "reason": "Other"},
        {**step("web-a", -10), "note": "Scaled down replica set web-a from 1 to 0"},
    ]
    found = await seen((), events=events)
    assert [(each.version, each.first) for each in scaled_up(found.events, "web", "shop")] == [
        ("web-a", True)
    ]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=9))
def test_every_course_of_rollouts_is_read_off_in_order(course):
    """Law: whatever is rolled out in whatever order, what ran before each turn is what ran before it."""
    course = [each for at, each in enumerate(course) if at == 0 or each != course[at - 1]]
    numbers = {each: [at + 1 for at, one in enumerate(course) if one == each] for each in set(course)}
    start = NOON - timedelta(hours=5)
    versions = tuple(
        Version(
            f"web-{each}",
            "shop",
            "web",
            start + timedelta(minutes=10 * own[0]),
            own[-1],
            (),
            "",
            0,
            past=tuple(own[:-1]),
        )
        for each, own in numbers.items()
    )
    last = start + timedelta(minutes=10 * len(course))
    workload = Workload(
        "web", "shop", {}, (), "", WorkloadKind.DEPLOYMENT, last, progressing=f"web-{course[-1]}"
    )
    found = turns(workload, WorkloadSight((), (workload,), (), versions))
    assert found[-1].revision == len(course)
    assert found[-1].at == last
    assert [each.at for each in found] == sorted(each.at for each in found)
    for each in found:
        before = course[each.revision - 2] if each.revision > 1 else None
        assert (each.before and each.before.name) == (None if before is None else f"web-{before}")
        assert (each.back_to is None) == (course.index(int(each.version.name[-1])) == each.revision - 1)
