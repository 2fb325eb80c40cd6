"""The checks: one shape, at least thirty, five outcomes, thresholds as data, fixes in words."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.checks import remedies
from reliability_studio.domain.checks.catalogue import BUILT_IN, BY_ID
from reliability_studio.domain.checks.check import (
    PLACES,
    Condition,
    Fact,
    Inputs,
    Measured,
    Op,
    Statistic,
)
from reliability_studio.domain.checks.report import report, threshold
from reliability_studio.domain.checks.tuning import CustomCheck, Tuning, problems, tuned
from reliability_studio.domain.correlation.engine import investigate
from reliability_studio.domain.correlation.evidence import Outcome
from reliability_studio.domain.correlation.signals import PodState
from reliability_studio.domain.correlation.telemetry import ClusterEvent
from reliability_studio.domain.correlation.topology import Graph
from reliability_studio.flows import gathered_columns
from tests.domain.correlation.telemetry import ONSET
from tests.domain.correlation.test_engine import QUESTION, slow_database

ALL = {"metrics", "traces", "logs", "kubernetes", "changes", "topology"}
DOCS = Path(__file__).parents[3] / "docs" / "investigation.md"


def said(*, sources=None, telemetry=None, **more):
    """Every check's outcome by id."""
    verdict = investigate(telemetry or slow_database(), QUESTION)
    states = dict.fromkeys(ALL, "used") | (sources or {})
    inputs = Inputs(verdict=verdict, sources=states, scope=frozenset({"shop", "cart", "db", "mail"}), **more)
    return {each.check: each for each in report(BUILT_IN, inputs)}


def test_there_are_at_least_thirty_checks_of_one_shape():
    """Ids and titles tell them apart; titles name their findings, so none may come twice."""
    assert len(BUILT_IN) >= 30
    assert len(BY_ID) == len(BUILT_IN) == len({check.title for check in BUILT_IN})
    for check in BUILT_IN:
        assert re.fullmatch(r"[a-z0-9-]+", check.id)
        assert check.fix
        left_open = re.findall(r"\$\w+", check.query)
        assert set(left_open) <= set(PLACES)
        # Without a label that names whom it is about, an answer must not speak for a service in the ranking.
        assert check.by or not check.query or check.statistic is Statistic.THRESHOLD


def test_every_check_is_listed_in_the_docs_with_its_threshold():
    """The list for people cannot fall behind the code."""
    text = DOCS.read_text(encoding="utf-8")
    for check in BUILT_IN:
        row = next((line for line in text.splitlines() if line.startswith(f"| `{check.id}` |")), "")
        assert row, f"docs/investigation.md lists no check {check.id}"
        assert threshold(check).replace("|", "") in row


def test_row_50_and_77_found_clean_and_no_data_are_told_apart():
    """Rows 50, 77: the numbers and the finding behind it, what is calm, and what nobody measures."""
    checks = said()
    latency = checks["latency"]
    assert (latency.outcome, latency.services[0]) == (Outcome.FOUND, "db")
    assert latency.now > latency.before > 0
    assert latency.findings[0].startswith("series:")
    assert checks["rollout"].outcome is Outcome.CLEAN
    assert checks["gc-pauses"].outcome is Outcome.NO_DATA


@pytest.mark.parametrize(
    ("state", "outcome"),
    [("not configured", Outcome.SKIPPED), ("loki answers 500", Outcome.FAILED), ("no data", Outcome.CLEAN)],
)
def test_a_source_that_is_not_there_or_fails_is_no_clean_bill(state, outcome):
    """C13: what was not asked is skipped, what failed says why."""
    assert said(sources={"logs": state})["log-new"].outcome is outcome


def test_a_check_that_is_off_is_skipped_and_says_so():
    """Row 84: switched off."""
    [off] = [check for check in tuned({"latency": Tuning(enabled=False)}, {}) if check.id == "latency"]
    verdict = investigate(slow_database(), QUESTION)
    [told] = report([off], Inputs(verdict=verdict, sources={}, scope=frozenset()))
    assert (told.outcome, told.summary) == (Outcome.SKIPPED, "switched off")


def over(beyond, worst, samples=10):
    measured = {"memory-limit": [Measured("db", "db-1", worst, beyond, samples)]}
    return said(measured=measured)["memory-limit"]


def test_a_fixed_threshold_needs_its_points():
    """Rows 68, 69: two points beyond it, or it is a blip; and the number is told either way."""
    assert over(2, 0.97).outcome is Outcome.FOUND
    assert "db-1: 97%" in over(2, 0.97).summary
    assert over(1, 0.97).outcome is Outcome.CLEAN
    assert over(1, 0.97).now == 0.97


@given(st.integers(0, 20), st.integers(1, 20))
def test_more_points_beyond_a_threshold_never_take_a_finding_back(beyond, more):
    """Agreement never lowers: the law of the threshold."""
    first, then = over(beyond, 0.97, 40), over(beyond + more, 0.97, 40)
    assert first.outcome is not Outcome.FOUND or then.outcome is Outcome.FOUND


def pod(**more):
    return PodState(**{"name": "db-1", "phase": "Running", **more})


@pytest.mark.parametrize(
    ("check", "state", "words"),
    [
        ("crash-loop", pod(waiting="CrashLoopBackOff", restarts=4, exit_code=137), "killed (SIGKILL)"),
        ("oom-killed", pod(terminated="OOMKilled", restarts=1), "OOMKilled"),
        (
            "image-pull",
            pod(waiting="ErrImagePull", message="manifest unknown: not found"),
            "correct the name",
        ),
        (
            "pending-pods",
            pod(phase="Pending", message="0/3 nodes are available: 3 Insufficient memory."),
            "lower requests or add nodes",
        ),
        (
            "container-config",
            pod(waiting="CreateContainerConfigError", message='configmap "x" not found'),
            'configmap "x" not found',
        ),
        ("unready-pods", pod(ready=False), "readiness probe"),
    ],
)
def test_rows_64_and_65_a_sick_pod_says_what_is_wrong_and_what_to_do(check, state, words):
    """C4, K6, H1, rows 64, 65: crash with exit code, out of memory, image, pending, configuration, probe."""
    told = said(pods={"db": [state, pod(name="db-2")]})[check]
    assert (told.outcome, told.services) == (Outcome.FOUND, ("db",))
    assert words in told.summary
    assert said(pods={"db": [pod()]})[check].outcome is Outcome.CLEAN


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("unauthorized: authentication required", "imagePullSecrets"),
        ("dial tcp: i/o timeout", "cannot be reached"),
        ("toomanyrequests: rate limit", "limits pulls"),
        ("who knows", "look at the pod's events"),
    ],
)
def test_row_65_an_image_that_cannot_be_pulled_gets_a_fix(message, words):
    """Row 65: the registry's words become advice."""
    assert words in remedies.image(message)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("1 node(s) had untolerated taint {gpu: true}", "toleration"),
        ("didn't match Pod's node affinity/selector", "nodeSelector"),
        ("pod has unbound immediate PersistentVolumeClaims", "storage class"),
        ("Insufficient cpu", "free processor"),
    ],
)
def test_row_65_a_pod_that_fits_nowhere_gets_a_fix(message, words):
    """Row 65: the scheduler's words become advice."""
    assert words in remedies.pending(message)


def test_row_63_kubernetes_events_answer_their_checks():
    """Row 63, 66: probes and nodes are different questions."""
    events = (
        ClusterEvent(ONSET, "db", "Unhealthy", "probe failed"),
        ClusterEvent(ONSET, "db", "NodeNotReady", "node is gone"),
    )
    checks = said(telemetry=slow_database(events=events))
    assert checks["failed-probes"].outcome is Outcome.FOUND
    assert checks["node-events"].outcome is Outcome.FOUND
    assert checks["volume-events"].outcome is Outcome.CLEAN


def test_facts_are_found_where_they_were_asked_for_and_clean_where_none_came():
    """Row 55, 72: what a source told as it is."""
    fact = Fact("failing-spans", "bank", "bank charge fails", 3.0, 3, "q")
    checks = said(facts=[fact], asked=frozenset({"failing-spans", "slow-spans"}))
    assert (checks["failing-spans"].outcome, checks["failing-spans"].query) == (Outcome.FOUND, "q")
    assert checks["slow-spans"].outcome is Outcome.CLEAN
    assert checks["repeated-calls"].outcome is Outcome.NO_DATA


def test_a_tuning_moves_a_threshold_and_leaves_the_rest():
    """Row 84: value and points, each by itself."""
    by_id = {check.id: check for check in tuned({"cpu-limit": Tuning(threshold=0.5)}, {})}
    assert by_id["cpu-limit"].condition == Condition(Op.ABOVE, 0.5, 2)
    assert by_id["cpu-throttling"] == BY_ID["cpu-throttling"]
    assert by_id["latency"] == BY_ID["latency"]


def test_a_check_of_ones_own_is_a_check_like_any_other():
    """Row 84: with a condition, or by its own noise alone; a title that is taken is refused."""
    own = CustomCheck("Sign-ins", "sum(sign_ins)", Op.BELOW, 5.0)
    [check] = [each for each in tuned({}, {"custom-1": own}) if each.custom]
    assert (check.id, check.statistic, check.condition) == (
        "custom-1",
        Statistic.EITHER,
        Condition(Op.BELOW, 5.0, 2),
    )
    assert problems(own, BUILT_IN) == {}
    assert set(problems(replace(own, title="processor USE", query=" "), BUILT_IN)) == {"title", "query"}


def test_row_112_what_hangs_on_one_pod_or_one_node_is_a_risk():
    """Row 112: a single replica, and all replicas on one node."""
    alone = said(pods={"db": [pod(node="n1")]})
    assert alone["single-replica"].services == ("db",)
    assert alone["single-node"].outcome is Outcome.CLEAN
    together = said(pods={"db": [pod(node="n1"), pod(name="db-2", node="n1")]})
    assert together["single-replica"].outcome is Outcome.CLEAN
    assert "all 2 pods run on node n1" in together["single-node"].summary
    apart = said(pods={"db": [pod(node="n1"), pod(name="db-2", node="n2")]})
    assert apart["single-node"].outcome is Outcome.CLEAN


def test_row_112_what_runs_in_one_zone_or_without_a_budget_is_a_risk():
    """Row 112: zones of nodes and disruption budgets; what could not be read is no risk and no comfort."""
    pods = {"db": [pod(node="n1"), pod(name="db-2", node="n2")]}
    here = said(pods=pods, zones={"n1": "a", "n2": "a", "n3": "b"}, guarded=frozenset())
    assert "all 2 pods run in zone a, of several" in here["single-zone"].summary
    assert here["no-disruption-budget"].services == ("db",)
    spread = said(pods=pods, zones={"n1": "a", "n2": "b"}, guarded=frozenset({"db"}))
    assert spread["single-zone"].outcome is Outcome.CLEAN
    assert spread["no-disruption-budget"].outcome is Outcome.CLEAN
    unlabelled = said(pods=pods, zones={"n1": "", "n2": ""})
    assert unlabelled["single-zone"].outcome is Outcome.NO_DATA
    assert "topology.kubernetes.io/zone" in unlabelled["single-zone"].summary
    unread = said(pods=pods)
    assert unread["single-zone"].outcome is Outcome.NO_DATA
    assert unread["no-disruption-budget"].outcome is Outcome.NO_DATA
    alone = said(pods={"db": [pod(node="n1")]}, zones={"n1": "a"}, guarded=frozenset())
    assert alone["no-disruption-budget"].outcome is Outcome.CLEAN, "a budget guards no single pod"


def test_row_112_what_holds_the_call_graph_together_is_a_risk():
    """Row 112: three services reach the database through one; without it they are apart."""
    calls = [("shop", "cart"), ("mail", "cart"), ("till", "cart"), ("cart", "db")]
    weak = said(graph=Graph.of(gathered_columns.calls(calls)))["single-point"]
    assert (weak.outcome, weak.services) == (Outcome.FOUND, ("cart",))
    assert "3 services depend on it (mail, shop, till)" in weak.summary
    around = said(
        graph=Graph.of(gathered_columns.calls([*calls, ("shop", "db"), ("till", "db"), ("mail", "db")]))
    )
    assert around["single-point"].outcome is Outcome.CLEAN
    assert said()["single-point"].outcome is Outcome.NO_DATA
