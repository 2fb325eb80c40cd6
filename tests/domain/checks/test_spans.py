"""What traces say: the deepest failed span, time of its own, repeated calls, over-represented attributes."""

from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.checks import spans
from reliability_studio.domain.checks.spans import SpanSeen


def span(id_, parent, service, name, ms=10.0, *, error=False, message=""):
    return SpanSeen("t1", id_, parent, service, name, ms, error, message)


def test_h6_a_failure_is_told_where_it_began_and_not_where_it_was_felt():
    """H6, row 55: callers fail because of the deepest failed span."""
    trace = [
        span("1", "", "shop", "GET /", error=True),
        span("2", "1", "cart", "load", error=True),
        span("3", "2", "db", "SELECT", error=True, message="too many connections"),
        span("4", "2", "cache", "GET"),
    ]
    [fact] = spans.failing({"t1": trace}, "q")
    assert (fact.service, fact.value, fact.query) == ("db", 1.0, "q")
    assert fact.text == "db SELECT fails in 1 of 1 failing traces: too many connections (trace t1)"


def test_row_55_a_slow_trace_is_told_where_the_time_goes():
    """The span with most time of its own, not the root that waits for it."""
    trace = [
        span("1", "", "shop", "GET /", 1000),
        span("2", "1", "cart", "load", 950),
        span("3", "2", "db", "SELECT", 900),
    ]
    [fact] = spans.slow({"t1": trace}, "q")
    assert (fact.service, fact.value) == ("db", 900)


def test_row_57_one_call_made_again_and_again_is_a_loop():
    """Row 57: ten and more of the same call under one parent."""
    calls = [span(str(n), "0", "db", "SELECT item") for n in range(1, 13)]
    trace = [span("0", "", "cart", "load", 200), *calls]
    [fact] = spans.repeated({"t1": trace}, "q")
    assert (fact.service, fact.value) == ("cart", 12.0)
    assert spans.repeated({"t1": trace[:9]}, "q") == ()


def test_row_56_a_value_that_failing_spans_share_and_others_do_not_stands_out():
    """Row 56: share, lift and support; what everybody has says nothing."""
    bad = [{"pod": "a", "zone": "x"}] * 8 + [{"pod": "b", "zone": "x"}] * 2
    good = [{"pod": "b", "zone": "x"}] * 30 + [{"pod": "a", "zone": "x"}] * 2
    [fact] = spans.common("cart", bad, good, "q")
    assert fact.text == "pod = a in 80% of failing spans and 24% of all"
    assert fact.samples == 8


def test_too_few_spans_say_nothing():
    """Two failing spans cannot have anything in common, and nor can any without others beside them."""
    assert spans.common("cart", [{"pod": "a"}] * 2, [{"pod": "b"}] * 9, "q") == ()
    assert spans.common("cart", [{"pod": "a"}] * 9, [], "q") == ()


@given(
    st.lists(st.dictionaries(st.sampled_from("abc"), st.sampled_from("xyz")), max_size=20),
    st.lists(st.dictionaries(st.sampled_from("abc"), st.sampled_from("xyz")), max_size=20),
)
def test_whatever_stands_out_is_at_least_twice_as_frequent_among_failing_spans(bad, good):
    """The law of the statistic, on any attributes."""
    for fact in spans.common("s", bad, good, "q"):
        assert fact.value >= spans.LEAST_LIFT
        assert fact.samples >= spans.LEAST_SUPPORT


def test_traces_show_who_calls_whom():
    """Calls within a service are none."""
    trace = [
        span("1", "", "a", "x"),
        span("2", "1", "a", "y"),
        span("3", "2", "b", "z"),
        span("4", "9", "c", "z"),
    ]
    assert spans.calls({"t1": trace}) == {("a", "b")}
