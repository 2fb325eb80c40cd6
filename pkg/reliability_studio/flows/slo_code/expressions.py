"""PromQL for what an indicator counts: for exported rules and documents, and for comparing with PromQL.

The product itself differences counters series by series and asks none of these.
"""

from reliability_studio.domain.slo.indicators import (
    WINDOW,
    CounterIndicator,
    LatencyIndicator,
    NativeLatencyIndicator,
    Part,
    ProbeIndicator,
    QueryIndicator,
    RatioIndicator,
)
from reliability_studio.domain.slo.reading import BOUND, bound_forms
from reliability_studio.domain.slo.selector import Matcher, Op
from reliability_studio.domain.slo.spans import plain
from reliability_studio.sources.promql import render


def counters(indicator: RatioIndicator | LatencyIndicator) -> tuple[str, str, Part]:
    """The part and the total of an indicator as bare selectors, and which part it is."""
    if isinstance(indicator, RatioIndicator):
        return render(indicator.part), render(indicator.total), indicator.part_is
    bounds = "|".join(form.replace(".", r"\.") for form in bound_forms(indicator.threshold))
    quick = indicator.buckets.narrowed(Matcher(BOUND, Op.MATCHES, bounds))
    every = indicator.buckets.narrowed(Matcher(BOUND, Op.EQUAL, "+Inf"))
    return render(quick), render(every), Part.GOOD


def events(indicator: CounterIndicator | ProbeIndicator | QueryIndicator, span: str) -> tuple[str, str, Part]:
    """Expressions for the part's and all events of a span (their number, or their rate), and the part."""
    if isinstance(indicator, ProbeIndicator):
        probe = render(indicator.probe)
        good, every = f"sum(sum_over_time({probe}[{span}]))", f"sum(count_over_time({probe}[{span}]))"
        return good, every, Part.GOOD
    if isinstance(indicator, QueryIndicator):
        # A line break ends what may be a comment at the end of what somebody wrote.
        part, total = (f"sum({text.replace(WINDOW, span)}\n)" for text in (indicator.part, indicator.total))
        return part, total, indicator.part_is
    indicator = plain(indicator)
    if isinstance(indicator, NativeLatencyIndicator):
        rate = f"sum(rate({render(indicator.histogram)}[{span}]))"
        every = f"histogram_count({rate})"
        return f"histogram_fraction(-Inf, {indicator.threshold:f}, {rate}) * {every}", every, Part.GOOD
    part, total, part_is = counters(indicator)
    return f"sum(rate({part}[{span}]))", f"sum(rate({total}[{span}]))", part_is
