"""Rows 59, 60, 105 on a real Prometheus: new pods against old pods, by whatever label tells them apart."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from reliability_studio.clock import ManualClock, SystemClock
from reliability_studio.domain.correlation.rollout import RolloutBasis, RolloutMeasure, RolloutState, Shift
from reliability_studio.flows.rollout_log import RolloutLog
from reliability_studio.flows.rollouts import Rollouts
from reliability_studio.flows.telemetry import Signals
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources import prometheus as source
from reliability_studio.sources.http import SourceClient
from reliability_studio.store.engine import Database
from reliability_studio.store.rollouts import Rollout
from scripts.servers import prometheus
from scripts.servers.prometheus import PROMETHEUS, PROMTOOL
from tests.flows.test_controller_revisions import revision as revised
from tests.sources.test_kubernetes import iso, kubernetes, new_event, replica_set
from tests.support.fake_sources import FakeKubernetes
from tests.support.servers import need_program

pytestmark = pytest.mark.integration

STEP_S = 15
RATE = 4
"""Requests a second and pod."""
BOUNDS = (0.1, 0.25, 0.5, 1.0)
AGES = timedelta(minutes=40)
"""From the start of the history to the start of the rollouts."""
LONGER = timedelta(minutes=14)
"""From there to the end of the history."""


@dataclass(frozen=True)
class Pod:
    """One pod of the history, in minutes around the rollouts' start, with what it does."""

    version: int
    since: float = -40
    until: float = 14
    fails: float = 0.001
    fails_from: float = -40
    """When its failures begin to be so many; before, one in a thousand."""
    slow: float = 0.05
    """Share of its requests that take up to a second; the others take a tenth."""
    mib: float = 200


def rolled(fails=0.001, slow=0.05, mib=200.0, old_until=14.0):
    """Two old pods, the second replaced at once, and a new one beside the first as long as that lives."""
    return (
        Pod(1, until=old_until),
        Pod(1, until=0),
        Pod(2, since=0, fails=fails, slow=slow, mib=mib),
    )


STORE = "store"
"""The one that is a stateful set: its pods are called alike whatever their version."""
SERVICES: Mapping[str, tuple[str, Sequence[Pod]]] = {
    # The label that tells its pods, and the pods.
    "checkout": ("pod", rolled(fails=0.1, mib=500)),
    "cart": (
        "k8s_pod_name",
        (Pod(1, fails=0.2, fails_from=0), Pod(1, until=0), Pod(2, since=0, fails=0.2)),
    ),
    "search": ("pod_template_hash", rolled(slow=0.3, old_until=0)),
    "mail": ("", rolled()),
    "tiny": ("pod", rolled(fails=0.1, old_until=1)),
    "undone": (
        "pod",
        (Pod(1, until=-20), Pod(2, since=-20, fails=0.1), Pod(1, since=0)),
    ),
    STORE: ("controller_revision_hash", rolled(fails=0.1, mib=500)),
}


def label_of(service: str, label: str, version: int, number: int) -> str:
    """What the label says."""
    if label == "controller_revision_hash":
        return f',{label}="{service}-{version}"'
    if label == "pod_template_hash":
        return f',{label}="{version}"'
    return f',{label}="{service}-{version}-abcd{number}"' if label else ""


def history(start: datetime) -> Iterator[str]:
    """Requests, durations and memory of every pod, as OpenMetrics."""
    begin = start - AGES
    families: dict[str, list[str]] = {"http_requests": [], "http_request_duration_seconds": [], "memory": []}
    for service, (label, pods) in SERVICES.items():
        for number, pod in enumerate(pods):
            told = label_of(service, label, pod.version, number)
            own = f'service="{service}",instance="{number}"{told}'
            first = max(begin, start + timedelta(minutes=pod.since))
            last = start + timedelta(minutes=pod.until)
            times = range(int(first.timestamp()), int(last.timestamp()) + 1, STEP_S)
            turn = start.timestamp() + 60 * pod.fails_from
            counts = _counts(pod, times, turn)
            for code in ("200", "500"):
                families["http_requests"] += [
                    f'http_requests_total{{{own},code="{code}"}} {count[code]} {at}' for at, count in counts
                ]
            families["http_request_duration_seconds"] += _durations(own, pod, counts)
            name = f"{service}-{number}" if service == STORE else f"{service}-{pod.version}-abcd{number}"
            families["memory"] += [
                f'container_memory_working_set_bytes{{namespace="shop",pod="{name}",container="app"}} '
                f"{pod.mib * 2**20:.0f} {at}"
                for at in times
            ]
    yield "# TYPE http_requests counter"
    yield from families["http_requests"]
    yield "# TYPE http_request_duration_seconds histogram"
    yield from families["http_request_duration_seconds"]
    yield "# TYPE container_memory_working_set_bytes gauge"
    yield from families["memory"]


def _counts(pod: Pod, times: Sequence[int], turn: float) -> list[tuple[int, dict[str, float]]]:
    good = bad = 0.0
    found = []
    for at in times:
        share = pod.fails if at >= turn else 0.001
        bad += RATE * STEP_S * share
        good += RATE * STEP_S * (1 - share)
        found.append((at, {"200": good, "500": bad}))
    return found


def _durations(own: str, pod: Pod, counts: Sequence[tuple[int, dict[str, float]]]) -> Iterator[str]:
    for bound in (*BOUNDS, None):
        share = 1 - pod.slow if bound in BOUNDS[:-1] else 1.0
        le = "+Inf" if bound is None else f"{bound:g}"
        for at, count in counts:
            total = share * sum(count.values())
            yield f'http_request_duration_seconds_bucket{{{own},le="{le}"}} {total} {at}'


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, datetime]]:
    """The server's address and when the rollouts began."""
    need_program(PROMETHEUS, PROMTOOL)
    now = SystemClock().now().replace(second=0, microsecond=0)
    start = now - timedelta(minutes=1) - LONGER
    written = tmp_path_factory.mktemp("rollouts") / "pods.om"
    written.write_text("\n".join(history(start)) + "\n# EOF\n", encoding="utf-8")
    with prometheus(blocks=written) as server:
        yield server.url, start


def cluster(start: datetime) -> FakeKubernetes:
    """Every service as a deployment with two versions; one more that nobody measures."""
    deployments, versions = [], []
    for name in (*(each for each in SERVICES if each != STORE), "ghost"):
        deployments.append(
            {
                "metadata": {"name": name, "namespace": "shop", "labels": {"app": name}},
                "spec": {"template": {"spec": {"containers": []}}},
                "status": {"conditions": []},
            }
        )
        for revision, created in ((1, start - AGES), (2, start)):
            version = replica_set(f"{name}-{revision}", created, revision, f"{name}:{revision}")
            version["metadata"]["ownerReferences"] = [{"kind": "Deployment", "name": name}]
            versions.append(version)
    # One more was a rollout twenty minutes ago, and is rolled back now: its first version has a new number.
    back, bad = (each for each in versions if each["metadata"]["name"] in {"undone-1", "undone-2"})
    bad["metadata"]["creationTimestamp"] = iso(start - timedelta(minutes=20))
    revision = "deployment.kubernetes.io/revision"
    back["metadata"]["annotations"] = {revision: "3", f"{revision}-history": "1"}
    step = new_event(
        reason="ScalingReplicaSet",
        note="Scaled up replica set undone-1 from 0 to 1",
        regarding={"kind": "Deployment", "name": "undone", "namespace": "shop"},
        eventTime=iso(start),
    )
    revisions = [
        revised("StatefulSet", f"{STORE}-{number}", created, number, f"{STORE}:{number}", of=STORE, app=STORE)
        for number, created in ((1, start - AGES), (2, start))
    ]
    return FakeKubernetes(
        {
            "/apis/apps/v1/controllerrevisions": revisions,
            "/api/v1/pods": [],
            "/apis/events.k8s.io/v1/events": [step],
            "/apis/apps/v1/deployments": deployments,
            "/apis/apps/v1/replicasets": versions,
        }
    )


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database."""
    opened = await Database.open(f"sqlite:///{tmp_path}/studio.sqlite")
    yield opened
    await opened.aclose()


async def judged(database: Database, world: tuple[str, datetime], minutes: float) -> dict[str, Rollout]:
    """Every rollout as it is judged so long after its start."""
    url, start = world
    now = start + timedelta(minutes=minutes)
    client = SourceClient(
        SourceSettings(name="prometheus", url=url), clock=ManualClock(now), explain=source.explain
    )
    signals = Signals(source.Prometheus(client), None, None, kubernetes(cluster(start)))
    try:
        await Rollouts(1, database, signals).sweep(now)
    finally:
        await client.aclose()
    found = await RolloutLog(1, database).listing(since=start - AGES, limit=20)
    return {each.service: each for each in found}


def shifts(rollout: Rollout) -> dict[RolloutMeasure, Shift]:
    """What became of each measure."""
    return {each.what: each.shift for each in rollout.measures}


async def test_row_60_new_pods_are_judged_by_old_pods_of_the_same_time(database, world):
    """Rows 59, 60: the version that fails is worse; one whose callee fails is as bad as the one before it."""
    found = await judged(database, world, 13)
    checkout, cart = found["checkout"], found["cart"]
    assert checkout.compared.basis is cart.compared.basis is RolloutBasis.SIDE_BY_SIDE
    assert checkout.state == RolloutState.WORSE
    assert checkout.reasons == (
        "failed requests from 0.10% to 10.00%",
        "memory per pod from 200 to 500 MiB",
    )
    assert checkout.numbers["requestsAfter"] == pytest.approx(RATE * 60 * 12, rel=0.1)
    assert checkout.compared.new.end - checkout.compared.new.start == timedelta(minutes=12)
    assert cart.state == RolloutState.SAME
    assert cart.numbers["errorPercentBefore"] == pytest.approx(20, rel=0.02)
    assert cart.numbers["errorPercentAfter"] == pytest.approx(20, rel=0.02)


async def test_row_60_a_stateful_set_is_judged_like_a_deployment(database, world):
    """Rows 59, 60: pods beside pods by the label with their hash; memory, told by names, says nothing."""
    store = (await judged(database, world, 13))[STORE]
    assert store.compared.basis is RolloutBasis.SIDE_BY_SIDE
    assert 'controller_revision_hash="store-2"' in store.compared.new.queries[0]
    assert (store.state, store.reasons) == (RolloutState.WORSE, ("failed requests from 0.10% to 10.00%",))
    assert shifts(store)[RolloutMeasure.MEMORY] is Shift.NO_DATA


async def test_row_60_a_rollback_is_judged_by_the_pods_that_it_ends(database, world):
    """Rows 59, 60: the version that came back, and only its new pods, beside those of the bad one."""
    back = (await judged(database, world, 13))["undone"]
    assert (back.version, back.revision, back.back_to) == ("undone-1", 3, 1)
    assert back.compared.basis is RolloutBasis.SIDE_BY_SIDE
    assert back.state == RolloutState.BETTER
    assert back.compared.new.start >= world[1]
    assert back.numbers["errorPercentBefore"] == pytest.approx(10, rel=0.02)
    assert back.numbers["errorPercentAfter"] == pytest.approx(0.1, rel=0.02)


async def test_row_60_without_a_time_together_each_version_has_its_own(database, world):
    """The old pods of before against the new ones of after; a slow tail is found by its limits."""
    found = await judged(database, world, 13)
    search, tiny = found["search"], found["tiny"]
    assert search.compared.basis is tiny.compared.basis is RolloutBasis.PODS
    assert search.compared.why == "both versions did not serve together for long enough"
    assert 'pod_template_hash="2"' in search.compared.new.queries[0]
    assert 'pod_template_hash="1"' in search.compared.old.queries[0]
    assert search.state == RolloutState.WORSE
    assert shifts(search)[RolloutMeasure.TAIL] is Shift.HIGHER
    assert shifts(search)[RolloutMeasure.ERRORS] is Shift.ALIKE
    assert tiny.state == RolloutState.WORSE


async def test_row_60_without_a_label_the_service_is_its_own_yardstick_and_says_so(database, world):
    """And a service that nobody measures has no verdict."""
    found = await judged(database, world, 13)
    mail, ghost = found["mail"], found["ghost"]
    assert mail.compared.basis is RolloutBasis.SERVICE
    assert "no label" in mail.compared.why
    assert mail.state == RolloutState.SAME
    assert ghost.state == RolloutState.UNKNOWN
    assert ghost.compared.why == "no known metric counts the service's requests"
    assert set(shifts(ghost).values()) == {Shift.NO_DATA}


async def test_row_105_a_bad_version_is_told_while_the_old_one_still_serves(database, world):
    """At five minutes: only pods beside pods are bad news, everything else goes on."""
    found = await judged(database, world, 5)
    states = {name: each.state for name, each in found.items()}
    assert states.pop("checkout") == states.pop(STORE) == RolloutState.WORSE
    assert set(states.values()) == {RolloutState.RUNNING}
    assert found["search"].compared is None
