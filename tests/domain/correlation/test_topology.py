"""The call graph: impact, causes, explaining away."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.correlation.answer import impact
from reliability_studio.domain.correlation.topology import EXPLAINS, Graph, explain


def graph(*edges: tuple[str, str, float | None]) -> Graph:
    return Graph.of(
        pl.DataFrame(
            list(edges),
            schema={"caller": pl.String, "callee": pl.String, "rate": pl.Float64},
            orient="row",
        )
    )


def test_v7_blast_radius_is_the_callers_with_hops_and_never_the_callees() -> None:
    """V7: a→b→c→d with the fault in c reaches c, b and a; d is not in it."""
    calls = graph(("a", "b", 10), ("b", "c", 5), ("c", "d", 5), ("x", "d", 1))
    assert [(each.service, each.hops, each.share) for each in impact("c", calls, ())] == [
        ("c", 0, 1.0),
        ("b", 1, 0.5),
        ("a", 2, 1.0),
    ]


def test_a_service_without_edges_is_its_own_blast_radius() -> None:
    assert [each.service for each in impact("alone", graph(), ())] == ["alone"]


def test_a_cycle_ends() -> None:
    calls = graph(("a", "b", None), ("b", "c", None), ("c", "a", None), ("b", "b", None))
    assert calls.feels("a") == {"a": 0, "c": 1, "b": 2}
    assert calls.causes_of("a") == {"a": 0, "b": 1, "c": 2}
    assert calls.near("a") == {"a": 0, "b": 1, "c": 1}


def test_a_share_is_known_only_with_a_rate() -> None:
    calls = graph(("a", "b", None), ("a", "c", 3.0), ("a", "d", 6.0))
    assert calls.share("a", "b") is None
    assert calls.share("a", "c") == pytest.approx(0.5)
    assert calls.share("a", "nobody") is None


def test_repeated_edges_add_up_and_nameless_ends_are_dropped() -> None:
    calls = graph(("in", "a", 10.0), ("a", "b", 1.0), ("a", "b", 4.0), ("", "b", 9.0))
    assert calls.share("a", "b") == pytest.approx(0.5)
    assert calls.services == {"in", "a", "b"}


def test_a_bad_callee_explains_its_caller() -> None:
    left = explain("a", {"a": 1.0, "b": 1.0}, graph(("a", "b", None)).callees)
    assert left.own == pytest.approx(1 - EXPLAINS)
    assert left.by == "b"


def test_a_callee_without_telemetry_is_looked_through() -> None:
    calls = graph(("a", "dark", None), ("dark", "b", None))
    assert explain("a", {"a": 1.0, "b": 1.0}, calls.callees).by == "b"


def test_a_rarely_used_callee_explains_less() -> None:
    calls = graph(("in", "a", 100.0), ("a", "b", 1.0))
    assert explain("a", {"a": 1.0, "b": 1.0}, calls.callees).own > 0.9


@given(st.dictionaries(st.sampled_from("bcdef"), st.floats(0, 1)), st.floats(0, 1))
def test_worse_callees_never_leave_more_to_the_caller(weights: dict[str, float], more: float) -> None:
    calls = graph(*[("a", name, None) for name in "bcdef"])
    worse = {**weights, "b": max(more, weights.get("b", 0.0))}
    assert explain("a", worse, calls.callees).own <= explain("a", weights, calls.callees).own + 1e-12
