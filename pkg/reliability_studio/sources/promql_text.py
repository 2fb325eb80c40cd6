"""PromQL text in: what people write, read and checked.

    parse_selector('up{job="api"}', "$.sli.total")    a user's text → `Selector`, or where it breaks
    parse_query("sum(rate(up[$window]))", "$.total", windowed=True)    any PromQL that gives numbers, checked

What a user types as a selector never reaches a query as text: it is read by `selector_text.py`, which knows
positions, confirmed by promql-parser, which knows the language, and rendered anew from the parsed parts by
`promql.py`. So a value can say anything and still be only a value.
"""

import promql_parser

from reliability_studio.domain.slo.indicators import WINDOW
from reliability_studio.domain.slo.selector import Matcher, Op, Selector
from reliability_studio.errors import Invalid
from reliability_studio.sources import promql_grammar
from reliability_studio.sources.promql import for_window, render
from reliability_studio.sources.scanner import MAX_TEXT
from reliability_studio.sources.selector_text import read_selector


def parse_selector(text: str, path: str) -> Selector:
    """A bare selector of one metric.

    Args:
        text: what the user wrote.
        path: the field that holds it, for the error.

    Raises:
        Invalid: says where it breaks (line and column) and what was expected.
    """
    selector = read_selector(text, path)
    _confirm(selector, path)
    return selector


def parse_query(text: str, path: str, *, windowed: bool) -> str:
    """Any PromQL that gives numbers, as it was written; `$window` stands for the width of a bucket.

    Nothing is put around it: it is sent as it stands, so what it says is all that it can do.

    Raises:
        Invalid: it is no PromQL, gives no numbers, or lacks `$window` where that must be.
    """
    if not text.strip() or len(text) > MAX_TEXT:
        raise Invalid.field(path, f"must have 1 to {MAX_TEXT} characters")
    if windowed and WINDOW not in text:
        raise Invalid.field(path, f"must count over [{WINDOW}], which stands for the width of a bucket")
    try:
        expression: object = promql_grammar.parse(for_window(text, 60))
    except ValueError as error:
        raise Invalid.field(path, f"is no PromQL: {error}") from error
    if isinstance(expression, promql_parser.MatrixSelector | promql_parser.StringLiteral):
        raise Invalid.field(path, "must give numbers, and no range or text")
    return text.strip()


def selector_from(parsed: promql_parser.VectorSelector, path: str) -> Selector:
    """The selector that promql-parser read within a larger expression.

    Raises:
        Invalid: it names no metric, or has parts that no selector of ours has.
    """
    if parsed.matchers.or_matchers:
        raise Invalid.field(path, "alternatives within one selector are not taken")
    found = [Matcher(m.name, Op(_op(m.op)), m.value) for m in parsed.matchers.matchers]
    names = [m.value for m in found if m.name == "__name__" and m.op is Op.EQUAL]
    metric = parsed.name or (names[0] if names else "")
    matchers = [m for m in found if m.name != "__name__"]
    return parse_selector(render(Selector.of(metric, matchers)), path)


def _confirm(selector: Selector, path: str) -> None:
    """Let the real grammar read what we would send, and insist that it reads the same."""
    text = render(selector)
    try:
        expression = promql_grammar.parse(text)
    except ValueError as error:
        raise Invalid.field(path, str(error)) from error
    if not isinstance(expression, promql_parser.VectorSelector):
        raise Invalid.field(path, "is not a selector")
    read = {(m.name, _op(m.op), m.value) for m in expression.matchers.matchers}
    meant = {(m.name, m.op.value, m.value) for m in selector.matchers}
    if expression.name is None and selector.metric:
        meant.add(("__name__", "=", selector.metric))
    if read != meant or expression.matchers.or_matchers:
        raise Invalid.field(path, "cannot be read without doubt")


def _op(op: promql_parser.MatchOp) -> str:
    pairs = (
        (promql_parser.MatchOp.Equal, "="),
        (promql_parser.MatchOp.NotEqual, "!="),
        (promql_parser.MatchOp.Re, "=~"),
    )
    return next((text for known, text in pairs if op == known), "!~")
