"""P9, A12: users' selectors are read and rendered anew; values stay values; errors know positions."""

import contextlib

import promql_parser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.slo.selector import Matcher, Op, Selector
from reliability_studio.errors import Invalid
from reliability_studio.flows.slo_code.queries import selector_of
from reliability_studio.sources.alert_places import check_promql
from reliability_studio.sources.literals import quote
from reliability_studio.sources.promql import duration, last, render, tagged
from reliability_studio.sources.promql_text import parse_query, parse_selector
from reliability_studio.sources.scanner import MAX_TEXT


def read(text):
    return parse_selector(text, "$.total")


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("up", "up"),
        ("up{}", "up"),
        (' up { job = "api" , } ', 'up{job="api"}'),
        ("up{b='2',a=`1`}", 'up{a="1",b="2"}'),
        ('{__name__="up",job="api"}', 'up{job="api"}'),
        ('{"http.requests",job="api"}', '{__name__="http.requests",job="api"}'),
        ('up{code=~"5..|4..",job!="x",p!~"a.*"}', 'up{code=~"5..|4..",job!="x",p!~"a.*"}'),
        (r'up{path="a\"b\\c\n\x41é"}', r'up{path="a\"b\\c\nAé"}'),
    ],
)
def test_a_selector_has_one_form(text, rendered):
    """Whatever quotes, order and spaces were used."""
    assert render(read(text)) == rendered
    assert read(rendered) == read(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "column 1: expected a metric name"),
        ("up{job=}", "line 1, column 8: expected a quoted value"),
        ('up{\njob=~"("}', "line 2, column 6: expected a regular expression"),
        ('up{job="api"', "column 13: expected ',' or '}'"),
        ("rate(up[5m])", "not the function rate()"),
        ("up[5m]", "ranges are added by the product"),
        ("up offset 5m", "moments are chosen by the product"),
        ('{job="api"}', "a selector over all metrics would count everything"),
        ('up{__role__="x"}', "__role__ is used by the product"),
        ('up{job="api"} or vector(1)', "expected the end of the selector"),
        ("sum(up)", "not the function sum()"),
    ],
)
def test_a12_what_cannot_be_taken_is_told_with_field_line_and_column(text, said):
    """A12: bad PromQL is a 422 with its position."""
    with pytest.raises(Invalid) as caught:
        read(text)
    assert said in str(caught.value)
    assert caught.value.problems[0].path == "$.total"


def test_p9_an_injection_is_only_a_value():
    """P9: the service name `a"} or vector(1)#` finds nothing but itself."""
    hostile = 'a"} or vector(1)#'
    selector = Selector.of("up", [Matcher("service", Op.EQUAL, hostile)])
    parsed = promql_parser.parse(render(selector))
    assert isinstance(parsed, promql_parser.VectorSelector)
    assert parsed.matchers.matchers[0].value == hostile


@pytest.mark.parametrize("text", ["up offset inf", "up[5m] offset -NaN", "up[inf]", "up @ 1e999"])
def test_what_makes_the_parser_panic_is_no_promql(text):
    """Its panics are no `Exception`: they would end as a failure of ours."""
    with pytest.raises(Invalid, match="is no PromQL") as refused:
        parse_query(text, "$.total", windowed=False)
    assert refused.value.problems[0].path == "$.total"


DEEP = {
    "sums": "1" + "+1" * 4999,
    "powers": "1" + "^1" * 4999,
    "ors": "a" + " or a" * 1900,
    "Ands": "a" + " AND a" * 1600,
    "brackets": "(1+" * 2400 + "1" + ")" * 2400,
    "comparisons": "a" + "==a" * 3000,
    "behind a quote in a comment": '# "\n1' + "+1" * 4900 + ' # "',
    "behind an open quote": "'1" + "+1" * 4900,
}
"""Each within the bound of a text, and deep enough to end a process that reads it."""


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_what_is_too_deep_is_refused_before_it_is_read(text):
    """promql-parser ends the whole process with it."""
    with pytest.raises(Invalid, match="operators and parentheses; at most 250 are taken"):
        parse_query(text, "$.total", windowed=False)
    with pytest.raises(Invalid):
        selector_of(text, "$.total")
    with pytest.raises(Invalid):
        check_promql(text, "$.query")


def test_what_stands_in_a_literal_is_not_counted():
    """A value may hold any number of operators, and so may a comment."""
    text = 'up{a="' + "+-*/(" * 200 + '\\"((((' * 60 + '"} # ' + "(" * 400
    assert parse_query(text, "$.total", windowed=False) == text


_TOKEN = st.sampled_from(
    [
        "sum",
        "rate",
        "up",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        "5m",
        "1h",
        "0s",
        "-1",
        "=",
        "=~",
        "!=",
        "==",
        "<",
        "^",
        "%",
        "*",
        "+",
        "-",
        "/",
        '"',
        "'",
        "`",
        "#",
        "and",
        "or",
        "unless",
        "by",
        "on",
        "group_left",
        "offset",
        "@",
        "start()",
        "bool",
        "NaN",
        "inf",
        "1e999",
        "0x",
        "0.9",
        ",",
        ":",
        "__name__",
        "99999999999d",
        "[5m:1m]",
        "\\",
        "é",
        "\x00",
    ]
)


@given(st.lists(_TOKEN, max_size=14).map(" ".join))
def test_any_text_is_promql_or_refused(text):
    """Nothing else comes out of it, whatever people write."""
    for windowed in (False, True):
        with contextlib.suppress(Invalid):
            assert parse_query(text, "$.total", windowed=windowed) == text.strip()


@given(st.text(max_size=40).filter(lambda t: not any("\ud800" <= c <= "\udfff" for c in t)))
def test_every_text_survives_quoting(value):
    """Quote and read are inverse, for all of Unicode."""
    selector = Selector.of("up", [Matcher("x", Op.EQUAL, value)])
    assert read(render(selector)) == selector


def test_a_lone_surrogate_and_an_endless_text_are_refused():
    """Bounds and encodings."""
    with pytest.raises(Invalid):
        quote("\ud800")
    with pytest.raises(Invalid, match="at most"):
        read("a" * (MAX_TEXT + 1))


def test_the_engines_own_queries():
    """One shape each, always the same text for the same thing."""
    assert last(read('up{job="a"}'), 120) == 'last_over_time(up{job="a"}[2m])'
    assert tagged({"total": "a", "part": "b"}) == (
        'label_replace(a, "__role__", "total", "", "") or label_replace(b, "__role__", "part", "", "")'
    )
    assert tagged({"total": "a"}) == "a"
    assert [duration(s) for s in (90, 300, 7200, 30 * 86_400)] == ["90s", "5m", "2h", "30d"]
    with pytest.raises(ValueError, match="at least one second"):
        duration(0)
