"""Row 10: which log lines count is read, spelt anew, and cannot say anything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.slo.selector import Matcher, Op
from reliability_studio.errors import Invalid
from reliability_studio.sources.literals import quote
from reliability_studio.sources.logql import counting, streams
from reliability_studio.sources.logql_text import parse_lines
from reliability_studio.sources.scanner import MAX_TEXT


def read(text):
    return parse_lines(text, "$.indicator.total")


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ('{app="api"}', '{app="api"}'),
        (' { app = `api` , env!="dev" } ', '{app="api",env!="dev"}'),
        ('{app=~"api|web"} |= "GET" != "health"', '{app=~"api|web"} |= "GET" != "health"'),
        ('{app="api"} |~ `5\\d\\d` or "timeout"', '{app="api"} |~ "5\\\\d\\\\d" or "timeout"'),
        ('{app="api"}|json|status>=500', '{app="api"} | json | status >= 500'),
        (
            '{app="api"} | json code="res.status" | code=~"5.." and (a="x" or b>1.5s)',
            '{app="api"} | json code="res.status" | code =~ "5.." and (a = "x" or b > 1.5s)',
        ),
        (
            '{app="api"} | logfmt --strict status, path="p" | status = 500, path != "/x"',
            '{app="api"} | logfmt --strict status, path="p" | status = 500, path != "/x"',
        ),
        (
            '{app="api"} | pattern "<ip> <_> <status>" | size > 5KiB',
            '{app="api"} | pattern "<ip> <_> <status>" | size > 5KiB',
        ),
        (
            '{app="api"} | addr = ip("10.0.0.0/8") | drop a, b="c" | label_format x=y, z="{{.a}}"',
            '{app="api"} | addr = ip("10.0.0.0/8") | drop a, b="c" | label_format x=y, z="{{.a}}"',
        ),
        (
            '{app="api"} | decolorize | unpack | __error__=""',
            '{app="api"} | decolorize | unpack | __error__ = ""',
        ),
    ],
)
def test_row_10_lines_have_one_spelling(text, spelt):
    """What is sent was read, and reading it again gives the same."""
    assert read(text) == spelt
    assert read(spelt) == spelt


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1, column 1: expected streams"),
        ("up", 'expected streams, like {app="api"}'),
        ('sum(count_over_time({app="api"}[5m]))', "expected streams"),
        ('{app="api"} [5m]', "ranges are added by the product"),
        ('{app="api"} | unwrap bytes', "unwrap takes values"),
        ('{app="api"} |= "x" offset 5m', "expected a stage"),
        ('{app="api"} # rest', "expected a stage"),
        ("{app=\"api\"} |= 'x'", "a text in"),
        ('{app="api"} |= "x', 'a closing "'),
        ('{app="api"} |~ "("', "a regular expression"),
        ('{app="api"', "',' or '}'"),
        ("{}", "a label name"),
        ('{app=""}', "streams of every kind would be searched"),
        ('{app!="x",b=~".*"}', "streams of every kind would be searched"),
        ('{app="api"} | (a="b"', "expected ')'"),
        ('{app="api"} | status', "a comparison of status"),
        ('{app="api"} |', "a parser"),
        ('{app="api"}) or vector(1', "expected a stage"),
        ('{app="api"} | ' + "(" * 60 + 'a="b"' + ")" * 60, "at most 50 brackets"),
        ("{" + "a" * MAX_TEXT, "at most 10000 are taken"),
    ],
)
def test_row_10_what_cannot_be_taken_is_told_with_field_line_and_column(text, said):
    """A mistake is told where it stands; functions and ranges are the product's."""
    with pytest.raises(Invalid) as caught:
        read(text)
    assert said in str(caught.value)
    assert caught.value.problems[0].path == "$.indicator.total"


def test_row_10_the_query_of_a_bucket():
    """Groups and their conditions are added by the product, with values quoted."""
    lines = read('{app="api"} | json')
    assert counting(lines, 60) == 'sum(count_over_time({app="api"} | json [60s]))'
    assert counting(lines, 300, by=("route", "zone")) == (
        'sum by (route,zone) (count_over_time({app="api"} | json [300s]))'
    )
    odd = Matcher("route", Op.EQUAL, '"} or x')
    assert (
        counting(lines, 60, only=[odd])
        == 'sum(count_over_time({app="api"} | json | route="\\"} or x" [60s]))'
    )


@given(st.text(max_size=40))
def test_row_10_a_value_is_only_a_value(value):
    """Whatever a text says, the query around it stays what it is."""
    try:
        literal = quote(value)
    except Invalid:
        return
    spelt = read(f'{{app="api"}} |= {literal} | a = {literal}')
    assert spelt == f'{{app="api"}} |= {literal} | a = {literal}'


@given(st.text(max_size=40))
def test_row_10_the_streams_of_lines_end_where_their_bracket_closes(value):
    """And not at one within a value, in the streams or in a stage."""
    try:
        literal = quote(value + '}"')
    except Invalid:
        return
    chosen = f'{{app="api",a={literal}}}'
    assert streams(read(f"{chosen} |= {literal} | json")) == chosen
    assert streams(chosen) == chosen


def test_row_10_what_is_no_lines_has_no_streams():
    """Only what was spelt by the reader gets there."""
    with pytest.raises(ValueError, match="begin with their streams"):
        streams('app="api"')


@given(st.text(alphabet='{}()[]|=~!"`\\, abjson019.<>-#\n', max_size=60))
def test_row_10_no_text_breaks_the_reader(text):
    """Any text is read or refused; what is read is read the same again, and holds no range."""
    try:
        spelt = read('{app="api"} ' + text)
    except Invalid:
        return
    assert read(spelt) == spelt
    outside = "".join(
        part for number, part in enumerate(spelt.replace('\\"', "").split('"')) if number % 2 == 0
    )
    assert not {"[", "#"} & set(outside)
