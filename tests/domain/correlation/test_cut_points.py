"""Cut points of the call graph against their definition (row 112)."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.correlation.cut_points import cut_points, weak_points
from reliability_studio.domain.correlation.topology import Graph

names = st.sampled_from("abcdefgh")
edges = st.lists(st.tuples(names, names), max_size=14)


def graph(pairs):
    return Graph.of(
        pl.DataFrame(
            {"caller": [a for a, _ in pairs], "callee": [b for _, b in pairs], "rate": [None] * len(pairs)},
            schema={"caller": pl.String, "callee": pl.String, "rate": pl.Float64},
        )
    )


def parts(pairs, nodes):
    """Connected parts by merging sets, the plain way."""
    sets = {each: {each} for each in nodes}
    for a, b in pairs:
        if a in sets and b in sets:
            whole = sets[a] | sets[b]
            for each in whole:
                sets[each] = whole
    return len({frozenset(each) for each in sets.values()})


@given(edges)
def test_a_cut_point_is_what_parts_the_graph_when_it_is_gone(pairs):
    """The definition: without it there are more parts than with it."""
    nodes = {each for a, b in pairs if a != b for each in (a, b)}
    joined = [(a, b) for a, b in pairs if a != b]
    wanted = {each for each in nodes if parts(joined, nodes - {each}) > parts(joined, nodes)}
    assert cut_points(graph(pairs)) == wanted


@given(edges)
def test_a_weak_point_is_a_cut_point_that_many_depend_on(pairs):
    """Who depends on it is told by name, itself left out."""
    for name, dependents in weak_points(graph(pairs)).items():
        assert name in cut_points(graph(pairs))
        assert len(dependents) >= 3
        assert name not in dependents


def test_a_chain_of_thousands_is_walked_without_recursion():
    """A deep call graph is no reason to fail."""
    chain = [(f"s{n}", f"s{n + 1}") for n in range(5000)]
    assert len(cut_points(graph(chain))) == 4999
