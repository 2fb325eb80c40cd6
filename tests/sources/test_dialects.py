"""P10: every row of the table gives queries that servers take, those without native histograms as well."""

import promql_parser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.settings.dialects import OwnDialect
from reliability_studio.sources import dialects
from reliability_studio.sources.dialect_table import TABLE
from reliability_studio.sources.dialects import Spoken, everywhere, latencies, own, rates

ROWS = pytest.mark.parametrize(
    "spoken", [Spoken(row, row.services[0]) for row in TABLE], ids=lambda s: s.dialect.name
)


def queries(spoken, service="api"):
    """Everything that is asked about a service, and about everybody."""
    yield from rates(spoken, service, 600, 'pod="x"').values()
    yield from latencies(spoken, service, 600, 'pod="x"').values()
    yield from (course.query for course in everywhere(spoken))
    yield f"count({dialects.native(spoken, service)})"


@ROWS
def test_p10_every_query_of_every_dialect_is_promql(spoken):
    """And each is about the row's own metrics."""
    for query in queries(spoken):
        promql_parser.parse(query)
        assert spoken.dialect.requests in query or spoken.dialect.durations in query


@ROWS
def test_only_what_is_known_to_be_native_is_asked_with_functions_of_native_histograms(spoken):
    """VictoriaMetrics refuses a whole query for a function that it does not know."""
    native = any("histogram_count" in query for query in queries(spoken))
    assert native is spoken.dialect.native
    assert "histogram_count" not in dialects.probe("api")
    assert "histogram_count" not in dialects.everybody({row.requests for row in TABLE})


def test_a_counter_that_belongs_to_a_histogram_has_a_native_row_right_behind_it():
    """OpenTelemetry in both units, and Spring: without the histogram there would be no counter either."""
    names = [row.name for row in TABLE]
    for name in ("OpenTelemetry", "OpenTelemetry (milliseconds)", "Spring"):
        assert names[names.index(name) + 1] == f"{name}, native histogram"
    assert sum(row.native for row in TABLE) == 3


def test_the_classic_form_is_spoken_where_both_are_there():
    """Recognition takes the first row that has series."""
    keys = ["OpenTelemetry, native histogram/job", "OpenTelemetry/job"]
    assert dialects.recognise(keys).dialect.name == "OpenTelemetry"
    assert dialects.recognise(keys[:1]).dialect.native


def test_failures_are_none_only_where_requests_say_whether_they_failed():
    """Without a label of the status there is no zero; a description in the settings is believed."""
    [plain] = [row for row in TABLE if row.name == "plain HTTP"]
    bad = rates(Spoken(plain, "job"), "api", 60)["bad"]
    assert '0 * sum(rate(http_requests_total{job="api",status!=""}[1m]))' in bad
    assert '0 * sum(rate(http_requests_total{job="api"}[1m]))' not in bad
    described = own(OwnDialect("api", "hits", "svc", "api", 'error="true"'))
    assert rates(described, "api", 60)["bad"].endswith(' or 0 * sum(rate(hits{svc="api"}[1m]))')


@given(st.text(max_size=30).filter(lambda text: text.isprintable()))
def test_a_service_may_be_called_anything(service):
    """Its name is a value in every query and nothing more."""
    promql_parser.parse(dialects.probe(service))
    for row in TABLE[:3]:
        for query in queries(Spoken(row, row.services[0]), service):
            promql_parser.parse(query)
