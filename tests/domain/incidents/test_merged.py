"""Row 29: what a merge makes wider, and that undoing it leaves what the others and people made."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.incidents.merged import Breadth, Merge, narrowed, widened
from reliability_studio.domain.incidents.model import Episode, Grade, Incident, Milestone, Severity, Stamp
from tests.support.records import NOON, an_incident, minutes

SERVICES = st.sampled_from(["cart", "checkout", "search", "web"])


@st.composite
def incidents(draw: st.DrawFn) -> Incident:
    """An incident of any severity, start and services."""
    service = draw(SERVICES)
    return an_incident(
        started=minutes(draw(st.integers(-60, 0))),
        severity=draw(st.sampled_from(list(Severity))),
        step=draw(st.integers(0, 2)),
        service=service,
        services=tuple(sorted(draw(st.frozensets(SERVICES)) - {service})),
    )


def merged(target: Incident, sources: Sequence[Incident]) -> tuple[Incident, list[Merge]]:
    """After all these merges, and what is remembered of them."""
    remembered: list[Merge] = []
    for source in sources:
        remembered.append(Merge(Breadth.of(target), Breadth.of(source)))
        target = widened(target, source, by="ada", now=minutes(1))
    return target, remembered


def undo(target: Incident, merges: Sequence[Merge], inside: set[int], undone: int) -> Incident:
    """After one of them was undone; its alerts went with it, and the target has none of its own."""
    known = [(one, position in inside - {undone}) for position, one in enumerate(merges)]
    return narrowed(target, known, undone, own=(), by="bo", now=minutes(2))


@given(incidents(), st.lists(incidents(), min_size=1, max_size=4), st.data())
def test_in_any_order_what_is_left_is_what_the_others_make(
    target: Incident, sources: list[Incident], data: st.DataObject
) -> None:
    """After each undoing it is as wide as if only those that stay had been merged; at the end as before."""
    wide, merges = merged(target, sources)
    inside = set(range(len(sources)))
    for undone in data.draw(st.permutations(sorted(inside))):
        wide = undo(wide, merges, inside, undone)
        inside -= {undone}
        others, _ = merged(target, [one for position, one in enumerate(sources) if position in inside])
        assert wide.grade == others.grade
        assert wide.services == others.services
        assert wide.started_at == others.started_at
    assert Breadth.of(wide) == Breadth.of(target)


@given(incidents(), incidents())
def test_a_merge_never_makes_an_incident_milder_later_or_narrower(target: Incident, source: Incident) -> None:
    """And keeps its own service out of the others."""
    wide = widened(target, source, by="ada", now=minutes(1))
    assert wide.grade.rank == min(target.grade.rank, source.grade.rank)
    assert wide.started_at == min(target.started_at, source.started_at)
    assert {wide.service, *wide.services} == {
        target.service,
        *target.services,
        source.service,
        *source.services,
    }
    assert (wide.service, wide.updated_by, wide.updated_at) == (target.service, "ada", minutes(1))
    assert wide.service not in wide.services


WIDE, MERGES = merged(
    an_incident(severity=Severity.LOW),
    [an_incident(started=minutes(-30), severity=Severity.CRITICAL, service="search")],
)


def test_what_people_decided_after_the_merge_stays() -> None:
    """A severity and a start that somebody set are no longer the merge's."""
    decided = replace(
        WIDE.graded(Grade(Severity.HIGH)),
        milestones={**WIDE.milestones, Milestone.STARTED: Stamp(minutes(-20), "ada")},
    )
    left = undo(decided, MERGES, {0}, 0)
    assert (left.severity, left.started_at, left.services) == (Severity.HIGH, minutes(-20), ())


def test_what_people_decided_between_two_merges_is_what_the_second_is_undone_to() -> None:
    """Lowered after the first; without the second it is as it was lowered, without the first it stays."""
    low = an_incident(severity=Severity.LOW)
    high, critical = (an_incident(severity=one) for one in (Severity.HIGH, Severity.CRITICAL))
    once, first = merged(low, [high])
    lowered = once.graded(Grade(Severity.MEDIUM))
    twice, second = merged(lowered, [critical])
    merges = [*first, *second]
    assert undo(twice, merges, {0, 1}, 1).severity is Severity.MEDIUM
    assert undo(twice, merges, {0, 1}, 0).severity is Severity.CRITICAL
    assert undo(lowered, first, {0}, 0).severity is Severity.MEDIUM


def test_who_undid_it_and_when_is_known() -> None:
    """As of every change."""
    left = undo(WIDE, MERGES, {0}, 0)
    assert (left.updated_at, left.updated_by, left.severity) == (minutes(2), "bo", Severity.LOW)


def test_a_milestone_that_was_set_meanwhile_is_never_left_before_the_start() -> None:
    """Mitigated at a quarter to: the own start at noon would make that negative."""
    mitigated = replace(WIDE, milestones={**WIDE.milestones, Milestone.MITIGATED: Stamp(minutes(-15), "ada")})
    left = undo(mitigated, MERGES, {0}, 0)
    assert (left.started_at, left.severity) == (minutes(-30), Severity.LOW)


def test_a_run_that_began_after_the_merge_keeps_its_start() -> None:
    """And a merge into an incident that was reopened moves none."""
    again = replace(an_incident(), episodes=(Episode(minutes(-90), minutes(-60), "ada"),))
    source = an_incident(started=minutes(-30), service="search")
    wide, merges = merged(again, [source])
    assert (wide.started_at, wide.services) == (NOON, ("search",))
    left = undo(wide, merges, {0}, 0)
    assert (left.started_at, left.services) == (NOON, ())


def test_services_of_alerts_that_stay_are_kept() -> None:
    """Also when the merge named them first."""
    known = [(MERGES[0], False)]
    assert narrowed(WIDE, known, 0, own={"search"}, by="bo", now=minutes(2)).services == ("search",)


@pytest.mark.parametrize("source", [an_incident(severity=Severity.LOW, started=minutes(1))])
def test_a_merge_that_made_nothing_wider_leaves_nothing_to_take_back(source: Incident) -> None:
    """The very same incident comes back, so that no version is written for nothing."""
    target = an_incident(severity=Severity.LOW)
    wide, merges = merged(target, [source])
    assert undo(wide, merges, {0}, 0) is wide
