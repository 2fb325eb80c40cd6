"""P9, A12: users' selectors are read and rendered anew; values stay values; errors know positions."""

import promql_parser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.slo.selector import Matcher, Op, Selector
from reliability_studio.errors import Invalid
from reliability_studio.sources.literals import quote
from reliability_studio.sources.promql import duration, last, render, tagged
from reliability_studio.sources.promql_text import parse_selector
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
