"""Row 17: an alert's labels in queries are values and nothing else, whatever they say."""

import re

import promql_parser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.errors import Invalid
from reliability_studio.sources.alert_places import check_logql, check_promql, filled, labels_in
from reliability_studio.sources.logql_text import parse_lines

HOSTILE = [
    'x"} or vector(1) #',
    "x\\",
    'x\\"} or up{a="',
    "`",
    "'",
    "a\nb",
    '"} | line_format "{{.secret}}',
    "$labels.other",
    "$labels.pod",
    "\u2028\u0000",
    ".*",
    "a|b",
]


def matchers(query: str) -> set[tuple[str, str]]:
    """Labels and values of the one selector that a query is."""
    parsed = promql_parser.parse(query)
    assert isinstance(parsed, promql_parser.VectorSelector)
    assert not parsed.matchers.or_matchers
    return {(each.name, each.value) for each in parsed.matchers.matchers}


@pytest.mark.parametrize("value", HOSTILE)
def test_row_17_a_hostile_value_stays_a_value_in_promql(value: str) -> None:
    """The query is the same selector with that value."""
    made = filled("up{namespace=$labels.ns,other=$labels.other}", {"ns": value, "other": "y"})
    assert matchers(made) == {("namespace", value), ("other", "y")}


@given(st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable()))
def test_row_17_any_value_stays_a_value_in_promql(value: str) -> None:
    """Of any text."""
    assert matchers(filled("up{a=$labels.a}", {"a": value})) == {("a", value)}


@pytest.mark.parametrize("value", HOSTILE)
def test_row_17_a_hostile_value_stays_a_value_in_logql(value: str) -> None:
    """Read back by the grammar, the streams and the one filter are there and no other stage."""
    made = filled("{app=$labels.app} |= $labels.id", {"app": "shop", "id": value})
    again = parse_lines(made, "$.query")
    whole = parse_lines(filled('{app="shop"} |= $labels.id', {"id": "z"}), "$.query")
    assert again.count("|") - value.count("|") == whole.count("|")
    assert again.startswith('{app="shop"} |= "')


@pytest.mark.parametrize("value", ["a.b", ".*", "a|b", "x)(", "[", "ä-1"])
def test_row_17_after_a_regular_operator_the_signs_of_a_value_mean_themselves(value: str) -> None:
    """`.*` matches the text `.*` and nothing else."""
    ((_, pattern),) = matchers(filled("up{pod=~$labels.pod}", {"pod": value}))
    assert re.fullmatch(pattern, value)
    assert not re.fullmatch(pattern, "anything")
    assert filled("{a=$labels.a} |~ $labels.a", {"a": ".*"}) == '{a=".*"} |~ "\\\\.\\\\*"'


def test_row_17_a_query_whose_label_the_alert_lacks_is_not_asked() -> None:
    """An empty value would choose what nobody meant."""
    with pytest.raises(Invalid, match="no label pod"):
        filled("up{pod=$labels.pod,namespace=$labels.namespace}", {"namespace": "shop", "pod": ""})
    assert labels_in("up{a=$labels.b} + up{c=$labels.b}") == ("b",)


@pytest.mark.parametrize(
    "query",
    [
        'up{pod="$labels.pod"}',
        "up{pod='a $labels.pod'}",
        "up{pod=`$labels.pod`}",
        "up # of $labels.pod",
        'up{pod="$labels.pod',
        "up{pod=$label.pod}",
        "up{pod=$labels}",
        "up{pod=",
        "",
        "x" * 10_001,
    ],
)
def test_row_17_a_place_within_quotes_or_what_is_no_promql_is_refused(query: str) -> None:
    """When the rule is written."""
    with pytest.raises(Invalid):
        check_promql(query, "$.query")


def test_row_17_what_can_be_written() -> None:
    """Lines are read by the grammar; a query for numbers by its server."""
    check_promql("sum by (pod) (rate(errors_total{namespace=$labels.namespace}[5m])) # per pod", "$.query")
    check_logql("{namespace=$labels.namespace} |= `error` | json", "$.query")
    check_logql("sum(count_over_time({namespace=$labels.namespace} [5m]))", "$.query")
    with pytest.raises(Invalid):
        check_logql("{namespace=$labels.namespace} | nonsense (", "$.query")
    with pytest.raises(Invalid):
        check_logql('sum(count_over_time({a="$labels.a"} [5m]))', "$.query")
