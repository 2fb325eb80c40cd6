"""Row 11: metrics of spans under the names of whoever makes them, in seconds and milliseconds."""

from decimal import Decimal

import pytest

from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.groups import narrowed
from reliability_studio.domain.slo.indicators import (
    LatencyIndicator,
    NativeLatencyIndicator,
    RatioIndicator,
    SpanKind,
    SpanNames,
    SpansIndicator,
    SpanUnit,
)
from reliability_studio.domain.slo.reading import Role, reading
from reliability_studio.domain.slo.spans import plain
from reliability_studio.sources.promql import render

SERVER = 'span_kind="SPAN_KIND_SERVER"'


@pytest.mark.parametrize(
    ("names", "total"),
    [
        (SpanNames.TEMPO, f'traces_spanmetrics_calls_total{{service="shop",{SERVER}}}'),
        (SpanNames.CONNECTOR, f'traces_span_metrics_calls_total{{service_name="shop",{SERVER}}}'),
        (SpanNames.CONNECTOR_BARE, f'calls_total{{service_name="shop",{SERVER}}}'),
    ],
)
def test_row_11_calls_and_those_with_an_error(names, total):
    """One snapshot of all calls is enough; its status tells the bad ones."""
    what = SpansIndicator("shop", names)
    found = plain(what)
    assert isinstance(found, RatioIndicator)
    assert render(found.total) == total
    [only] = reading(what).snapshots
    assert only.role_of({"status_code": "STATUS_CODE_ERROR"}) == Role.TOTAL | Role.PART
    assert only.role_of({"status_code": "STATUS_CODE_UNSET"}) == Role.TOTAL


@pytest.mark.parametrize(
    ("names", "unit", "metric", "threshold"),
    [
        (SpanNames.TEMPO, SpanUnit.SECONDS, "traces_spanmetrics_latency", "0.25"),
        (SpanNames.CONNECTOR, SpanUnit.SECONDS, "traces_span_metrics_duration_seconds", "0.25"),
        (SpanNames.CONNECTOR, SpanUnit.MILLISECONDS, "traces_span_metrics_duration_milliseconds", "250"),
        (SpanNames.CONNECTOR_BARE, SpanUnit.MILLISECONDS, "duration_milliseconds", "250"),
    ],
)
def test_row_11_durations_in_the_unit_of_the_histogram(names, unit, metric, threshold):
    """People say seconds; the bucket is that of the histogram, classic or native."""
    classic = plain(SpansIndicator("shop", names, "GET /", SpanKind.ANY, Decimal("0.25"), unit=unit))
    assert isinstance(classic, LatencyIndicator)
    assert (classic.buckets.metric, classic.threshold) == (f"{metric}_bucket", Decimal(threshold))
    assert {m.name for m in classic.buckets.matchers} == {
        "span_name",
        "service" if names is SpanNames.TEMPO else "service_name",
    }
    native = plain(SpansIndicator("shop", names, quicker_than=Decimal("0.25"), native=True, unit=unit))
    assert isinstance(native, NativeLatencyIndicator)
    assert (native.histogram.metric, native.threshold) == (metric, Decimal(threshold))


def test_row_11_a_group_of_spans_is_one_of_their_counters():
    """Grouped by a label the counters are narrowed like any others."""
    found = narrowed(SpansIndicator("shop", SpanNames.TEMPO), {"span_name": "GET /"})
    assert isinstance(found, RatioIndicator)
    assert 'span_name="GET /"' in render(found.part)


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"service": " "}, "service"),
        ({"unit": SpanUnit.MILLISECONDS}, "unit"),
        ({"quicker_than": Decimal(0)}, "threshold"),
        ({"native": True}, "native"),
    ],
)
def test_row_11_what_does_not_go_together_is_told(more, path):
    """With the field and what to do."""
    with pytest.raises(BadSpec) as caught:
        SpansIndicator(**{"service": "shop", "names": SpanNames.TEMPO, **more})
    assert caught.value.path == f"$.indicator.{path}"
