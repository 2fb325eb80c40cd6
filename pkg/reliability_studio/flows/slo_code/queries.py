"""Other tools' queries as bare selectors: `sum(rate(x{job="a"}[5m]))` counts the events of `x{job="a"}`.

Only what surely means "events of these series" is taken: a selector, alone or under rate or increase, alone
or summed up without grouping. Everything else would count something else and is refused.
"""

import re
from typing import TypeGuard

import promql_parser

from reliability_studio.domain.slo.indicators import WINDOW
from reliability_studio.domain.slo.selector import Selector
from reliability_studio.errors import Invalid
from reliability_studio.sources import promql_grammar
from reliability_studio.sources.logql_text import parse_lines
from reliability_studio.sources.promql_text import selector_from
from reliability_studio.sources.scanner import bounded

_WINDOW = re.compile(r"\{\{\s*\.window\s*\}\}|\$__rate_interval|\$__interval|\$__range")
_COUNTED = r"(?:count_over_time|rate)\s*+\(\s*+(?P<{}>.*\S)\s*+\[\s*+\w++\s*+\]\s*+\)"
_COUNTED_LINES = re.compile(
    rf"\s*+(?:sum\s*+\(\s*+{_COUNTED.format('summed')}\s*+\)|{_COUNTED.format('alone')})\s*+", re.DOTALL
)
_COUNTING = frozenset({"rate", "increase", "irate"})


def selector_of(query: str, path: str) -> Selector:
    """The series whose events the query counts.

    Raises:
        Invalid: it is no PromQL, or counts something else than the events of one selection.
    """
    text = _WINDOW.sub("5m", query).strip()
    bounded(text, path)
    try:
        expression: object = promql_grammar.parse(text)
    except ValueError as error:
        raise Invalid.field(path, f"is no PromQL: {error}") from error
    return selector_from(_vector(_bare(expression), path), path)


def windowed(query: str) -> str:
    """The query with our word for the width of a bucket in place of other tools' words."""
    return _WINDOW.sub(WINDOW, query)


def lines_of(query: str, path: str) -> str:
    """The log lines that a LogQL query counts: alone, or under `count_over_time` or `rate`, and summed up.

    Raises:
        Invalid: it is no LogQL, or counts something else than lines.
    """
    bounded(query, path)
    found = _COUNTED_LINES.fullmatch(query)
    return parse_lines(found["summed"] or found["alone"] if found else query, path)


def _bare(expression: object) -> object:
    """Without brackets, sums and rates."""
    while True:
        if isinstance(expression, promql_parser.ParenExpr) or _is_plain_sum(expression):
            expression = expression.expr
        elif (
            isinstance(expression, promql_parser.Call)
            and expression.func.name in _COUNTING
            and len(expression.args) == 1
        ):
            expression = expression.args[0]
        else:
            return expression


def _is_plain_sum(expression: object) -> TypeGuard[promql_parser.AggregateExpr]:
    return (
        isinstance(expression, promql_parser.AggregateExpr)
        and str(expression.op) == "sum"
        and expression.modifier is None
    )


def _vector(expression: object, path: str) -> promql_parser.VectorSelector:
    if isinstance(expression, promql_parser.MatrixSelector):
        expression = expression.vector_selector
    if not isinstance(expression, promql_parser.VectorSelector):
        text = "must be a selector, or sum(rate(selector[…])) without grouping: events are counted per series"
        raise Invalid.field(path, text)
    if expression.offset is not None or expression.at is not None:
        raise Invalid.field(path, "has an offset or @: moments are chosen by the product")
    return expression
