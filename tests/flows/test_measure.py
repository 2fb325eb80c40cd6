"""What the checks ask: places filled in with quoted values, for counters of either kind."""

import promql_parser
import pytest

from reliability_studio.domain.checks.catalogue import BY_ID
from reliability_studio.flows.measure import Place, filled

SCOPE = frozenset({"a"}), frozenset({"a"})


@pytest.mark.parametrize("check", ["traffic-yesterday", "traffic-last-week"])
def test_requests_that_a_native_histogram_counts_are_compared_as_numbers(check):
    """A share of two histograms is no number; every rate of them is counted, and nothing else."""
    query = BY_ID[check].query
    native = filled(query, Place("a", "shop", *SCOPE, 'rt_seconds{job="a"}', native=True))
    assert native.count("histogram_count(rate(rt_seconds{") == query.count("$requests") == 2
    promql_parser.parse(native)
    assert "histogram_count" not in filled(query, Place("a", "shop", *SCOPE, 'hits_total{job="a"}'))


def test_a_query_without_requests_is_left_as_it_is():
    """Also for a service that speaks through native histograms."""
    place = Place("a", "shop", *SCOPE, "rt_seconds", native=True)
    assert filled("sum(rate(hits_total[$range]))", place) == "sum(rate(hits_total[2m]))"
