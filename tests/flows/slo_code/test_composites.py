"""Rows 14, 15, 51, 55, 56: composites go out and come in by their members' names; what is lost is told."""

from dataclasses import replace
from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.slo.goals import Goal, Objective, Rolling
from reliability_studio.domain.slo.indicators import (
    Combine,
    CompositeIndicator,
    LogsIndicator,
    MemberSlo,
    Part,
)
from reliability_studio.domain.slo.spec import Timeslices
from reliability_studio.flows.slo_code.composites import ANNOTATION, checked, resolved
from reliability_studio.flows.slo_code.documents import read_documents, write_openslo, write_rules
from reliability_studio.flows.slo_code.drafts import MemberName
from tests.flows.slo_code.test_documents import NOW, slo
from tests.flows.slo_world import definition

READS, WRITES = definition("reads"), definition("writes", objective="99.9")
SLICES = replace(definition("slices"), budgeting=Timeslices(60, Objective.percent("95")))
MEMBERS = [slo(READS, "a1"), slo(WRITES, "b2"), slo(SLICES, "c3")]
IDS = {MemberName("api", each.definition.name): each.id for each in MEMBERS}


def composite(*members, combine=Combine.MEAN, **more):
    indicator = CompositeIndicator(tuple(MemberSlo(each, Decimal(w)) for each, w in members), combine)
    return replace(definition("whole"), indicator=indicator, **more)


@given(
    st.lists(st.sampled_from(["a1", "b2", "c3"]), min_size=1, max_size=3, unique=True),
    st.sampled_from(["1", "2.5", "0.001"]),
    st.sampled_from([Combine.MEAN, Combine.WORST]),
    st.sampled_from(
        [(), (Goal(Objective.percent("95"), Rolling(7)), Goal(Objective.percent("90"), Rolling(1)))]
    ),
)
def test_what_goes_out_comes_back_by_names(members, weight, combine, further):
    """Whatever the members count; every promise is kept, also of the window that the document has."""
    what = composite(*((each, weight) for each in members), combine=combine, further=further)
    text = write_openslo([slo(what)], MEMBERS)
    assert text.startswith("# warning: api/whole: OpenSLO puts objectives together by their burn rates")
    [draft] = checked(read_documents(text), dict.fromkeys(IDS, READS))
    assert (draft.problems, draft.warnings) == ((), ())
    assert resolved(draft, draft.definition, IDS) == what
    [document] = yaml.safe_load_all(text)
    assert [each["compositeWeight"] for each in document["spec"]["objectives"]] == [float(weight)] * len(
        members
    )
    assert "indicator" not in document["spec"]


HAND = """
apiVersion: openslo/v1
kind: SLO
metadata:
  name: whole
  annotations:
    reliability-studio/composite: |
      combine: worst
      members:
        - {service: api, name: reads}
        - {service: api, name: writes, weight: 2}
spec:
  service: shop
  timeWindow: [{duration: 7d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{targetPercent: 99}, {targetPercent: 95}]
"""


def test_a_composite_is_written_by_hand_and_its_members_are_looked_for():
    """In the same text, among those that are there, or (a pipeline without a store) elsewhere."""
    [draft] = read_documents(HAND)
    assert draft.members == (MemberName("api", "reads"), MemberName("api", "writes"))
    assert draft.definition.further == (Goal(Objective.percent("95"), Rolling(7)),)
    assert draft.definition.indicator.combine is Combine.WORST
    [refused] = checked([draft], {MemberName("api", "reads"): READS})
    assert refused.definition is None
    assert [(each.path, each.problem) for each in refused.problems] == [
        (f"$.metadata.annotations.{ANNOTATION}.members[1]", "there is no SLO 'api / writes'")
    ]
    [warned] = checked([draft], {MemberName("api", "reads"): READS}, elsewhere=True)
    assert [each.problem for each in warned.warnings] == [
        "'api / writes' is not here: it must be where this goes"
    ]
    *_, found = checked([*read_documents(write_openslo(MEMBERS)), draft], {})
    assert found.definition is not None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("combine: worst", "combine: best", "must be one of mean, pooled, worst"),
        ("name: reads}", "name: writes}", "is a member already"),
        ("weight: 2", "weight: heavy", "must be a number"),
        ("weight: 2", "weight: 0", "must lie above 0"),
        ("name: reads}", "nome: reads}", "must be given as a single value"),
        ("      members:", "      - members:", "is no YAML"),
        ("Occurrences", "Timeslices", "must be given"),
    ],
)
def test_what_is_wrong_with_a_composite_is_named(old, new, said):
    """With its place in the document."""
    draft = read_documents(HAND.replace(old, new))[0]
    assert draft.definition is None
    assert said in draft.problems[0].problem


def test_members_that_do_not_fit_hold_it_back():
    """Slices are not added to events, and a composite is none of another one."""
    [draft] = read_documents(HAND.replace("worst", "pooled"))
    known = {MemberName("api", "reads"): SLICES, MemberName("api", "writes"): composite(("a1", 1))}
    [refused] = checked([draft], known)
    assert ["counts slices" in refused.problems[0].problem, "composite" in refused.problems[1].problem] == [
        True,
        True,
    ]


def test_objectives_of_other_indicators_are_not_taken_for_a_composite():
    """OpenSLO's own composites mean something else: refused with what to write instead."""
    text = write_openslo([slo(composite(("a1", 1)))], MEMBERS).replace(ANNOTATION, "other/composite")
    [draft] = read_documents(text)
    assert draft.definition is None
    assert f"name SLOs in {ANNOTATION}" in draft.problems[0].problem


def test_rules_of_a_composite_say_why_there_are_none():
    """A member without rules, and one that is gone; everything else is exported."""
    lines = slo(definition("lines", indicator=LogsIndicator('{a="b"}', '{a="b"}', Part.BAD)), "d4")
    for members, said in (
        (("a1", "c3"), "its member 'slices' has no rules: rules count events, not time slices"),
        (("a1", "d4"), "its member 'lines' has no rules: Prometheus cannot count log lines"),
        (("a1", "zz"), "its member 'zz' is none of the SLOs that there are"),
    ):
        whole = composite(*((each, 1) for each in members))
        text = write_rules([slo(whole)], NOW, [*MEMBERS, lines])
        assert text.startswith(f"# left out: api/whole: {said}\n")
    assert "none of the SLOs" in write_openslo([slo(composite(("zz", 1)))], MEMBERS)
