"""Laws of ranking over any findings: more agreement never hurts, less of it never helps."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.correlation import confidence, ranking
from reliability_studio.domain.correlation.changes import Reason
from reliability_studio.domain.correlation.confidence import Footing
from reliability_studio.domain.correlation.evidence import Finding, Likely, Outcome, Window
from reliability_studio.domain.correlation.kinds import NATURES, Kind
from reliability_studio.domain.correlation.telemetry import Change
from reliability_studio.domain.correlation.topology import Graph
from tests.domain.correlation.telemetry import END, ONSET, START, edges

SERVICES = ("a", "b", "c", "d")
SCENE = ranking.Scene(
    Graph.of(edges(("a", "b"), ("b", "c"), ("a", "d")).with_columns(rate=None)),
    (Change(ONSET - timedelta(minutes=1), "c", "rollout"),),
    "a",
    ONSET,
    timedelta(minutes=1),
)
# Traffic is left out: a surge that explains processor use speaks against it, so it does not agree with it.
KINDS = sorted(set(Kind) - {Kind.TRAFFIC})


def finding(service: str, kind: Kind, strength: float, outcome: Outcome = Outcome.FOUND) -> Finding:
    return Finding(
        id=f"{service}:{kind.value}:{strength}",
        service=service,
        kind=kind,
        type=NATURES[kind].type,
        outcome=outcome,
        subject=kind.value,
        window=Window(ONSET, END),
        baseline=Window(START, ONSET),
        effect=1.0,
        strength=strength if outcome is Outcome.FOUND else 0.0,
        first_seen=ONSET,
    )


FINDINGS = st.lists(
    st.builds(
        finding,
        st.sampled_from(SERVICES),
        st.sampled_from(KINDS),
        st.floats(2, 9),
        st.sampled_from([Outcome.FOUND, Outcome.FOUND, Outcome.CLEAN]),
    ),
    max_size=15,
)


def chances(findings: list[Finding]) -> dict[str, float]:
    ranked = ranking.rank(SERVICES, findings, SCENE)
    return dict(confidence.probabilities({each.service: each.log_odds for each in ranked})[0])


@given(FINDINGS, st.sampled_from(SERVICES), st.sampled_from(KINDS), st.floats(2, 9))
def test_one_more_agreeing_finding_never_lowers_a_service(
    found: list[Finding], service: str, kind: Kind, strength: float
) -> None:
    more = [*found, finding(service, kind, strength)]
    if kind is Kind.EDGE_GAP:
        # One more slow edge; a clean one would speak against it.
        found = [each for each in found if each.kind is not Kind.EDGE_GAP or each.outcome is Outcome.FOUND]
        more = [*found, finding(service, kind, strength)]
    assert chances(more)[service] >= chances(found)[service] - 1e-9


@given(FINDINGS, st.sampled_from(SERVICES))
def test_losing_all_of_a_services_evidence_never_raises_it(found: list[Finding], service: str) -> None:
    poorer = [each for each in found if each.service != service]
    assert chances(poorer)[service] <= chances(found)[service] + 1e-9


def beside(found: list[Finding], *, worse: bool) -> ranking.Scored:
    """The service with the change, whose pods did worse than old ones beside them, or were not compared."""
    changes = tuple(replace(each, worse_beside=worse) for each in SCENE.changes)
    return next(s for s in ranking.rank(SERVICES, found, replace(SCENE, changes=changes)) if s.service == "c")


@given(FINDINGS, st.integers(-30, 150))
def test_pods_that_do_worse_than_old_ones_beside_them_never_lower_a_service(
    found: list[Finding], ago: int
) -> None:
    changes = (replace(SCENE.changes[0], at=ONSET - timedelta(minutes=ago)),)
    scene = replace(SCENE, changes=changes)
    worse = replace(scene, changes=(replace(changes[0], worse_beside=True),))
    plain, seen = (
        next(s for s in ranking.rank(SERVICES, found, one) if s.service == "c") for one in (scene, worse)
    )
    assert seen.log_odds >= plain.log_odds - 1e-9
    assert seen.signals >= plain.signals


def test_pods_that_do_worse_give_the_whole_prior_also_where_the_step_is_late() -> None:
    """Evidence that begins long after the change anchors nothing; the comparison of pods does."""
    late = [replace(finding("c", Kind.ERRORS, 6.0), first_seen=ONSET + timedelta(minutes=30))]
    plain, seen = beside(late, worse=False), beside(late, worse=True)
    assert [each.reason for each in plain.changes] == [Reason.NOT_ANCHORED]
    assert [each.reason for each in seen.changes] == [Reason.WORSE]
    assert seen.changes[0].log_odds == pytest.approx(math.log(5))
    assert seen.signals == plain.signals + 1
    assert "its pods do worse than the old ones beside them" in {
        term.because.split(": ")[-1] for term in seen.terms
    }


def test_without_trouble_of_its_own_a_service_is_not_blamed_for_its_pods() -> None:
    assert [each.reason for each in beside([], worse=True).changes] == [Reason.NO_STEP]


@given(FINDINGS, st.randoms())
def test_order_of_findings_does_not_matter(found: list[Finding], random: object) -> None:
    other = found[:]
    random.shuffle(other)  # type: ignore[attr-defined]
    assert ranking.rank(SERVICES, other, SCENE) == ranking.rank(SERVICES, found, SCENE)


@given(FINDINGS)
def test_probabilities_and_none_add_up_to_one(found: list[Finding]) -> None:
    ranked = ranking.rank(SERVICES, found, SCENE)
    each, none = confidence.probabilities({s.service: s.log_odds for s in ranked})
    assert abs(sum(each.values()) + none - 1) < 1e-9
    assert all(0 <= p <= 1 for p in (*each.values(), none))


@given(
    st.integers(0, 5),
    st.booleans(),
    st.floats(0, 400),
    st.sampled_from(["", "db"]),
    st.integers(0, 3),
    st.floats(0, 1),
)
def test_less_footing_never_raises_confidence(
    signals: int, topology: object, minutes: float, unseen: str, sources: int, raw: float
) -> None:
    footing = Footing(signals, bool(topology), minutes, unseen, sources)
    mine = confidence.capped(raw, confidence.caps(footing))
    for poorer in (
        replace(footing, signals=max(0, signals - 1)),
        replace(footing, topology=False),
        replace(footing, normal_minutes=minutes / 2),
        replace(footing, unseen="db"),
        replace(footing, sources=max(0, sources - 1)),
    ):
        assert confidence.capped(raw, confidence.caps(poorer)) <= mine


def test_words_follow_confidence() -> None:
    assert [confidence.words(c) for c in (0.8, 0.79, 0.5, 0.49)] == [
        Likely.LIKELY,
        Likely.SUSPECTED,
        Likely.SUSPECTED,
        Likely.NONE,
    ]


def test_a_slow_connection_belongs_to_the_end_whose_every_edge_is_slow() -> None:
    def gap(service: str, other: str, *, slow: bool = True) -> Finding:
        made = finding(service, Kind.EDGE_GAP, 5.0, Outcome.FOUND if slow else Outcome.CLEAN)
        return replace(made, id=f"{service}-{other}", subject=other)

    found = [
        gap("b", "a"),
        gap("a", "b"),
        gap("b", "c"),
        gap("c", "b"),
        gap("a", "d", slow=False),
    ]
    assert ranking.rank(SERVICES, found, replace(SCENE, changes=()))[0].service == "b"
