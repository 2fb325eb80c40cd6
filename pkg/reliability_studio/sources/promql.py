"""PromQL text in and out: the only place where queries are put together from parts.

    parse_selector('up{job="api"}', "$.sli.total")    a user's text → `Selector`, or where it breaks
    render(selector)                                  `Selector` → text, every value quoted
    last(selector, 120), peak, over, tagged({...})    the shapes of query that the engine sends

What a user types never reaches a query as text: it is read by `selector_text.py`, which knows positions,
confirmed by promql-parser, which knows the language, and rendered anew from the parsed parts. So a value
can say anything and still be only a value.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

import promql_parser

from reliability_studio.domain.slo.indicators import WINDOW
from reliability_studio.domain.slo.selector import Matcher, Op, Selector
from reliability_studio.errors import Invalid
from reliability_studio.sources.scanner import quote
from reliability_studio.sources.selector_text import TAG, read_selector

MAX_TEXT = 10_000
"""Characters of one selector; more is a mistake."""

__all__ = [
    "duration",
    "for_window",
    "grown",
    "last",
    "of_native",
    "over",
    "parse_query",
    "parse_selector",
    "peak",
    "quote",
    "render",
    "selector_from",
    "tagged",
]

_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


def duration(seconds: int) -> str:
    """A PromQL duration: `90s`, `5m`, `1h`, `30d`."""
    if seconds < 1:
        raise ValueError("a PromQL range is at least one second")
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"


def render(selector: Selector) -> str:
    """The selector as PromQL."""
    conditions = [f"{_name(m.name)}{m.op.value}{quote(m.value)}" for m in selector.matchers]
    if selector.metric and not _METRIC.fullmatch(selector.metric):
        # Names beyond ASCII have their own syntax in Prometheus 3; this form is understood by all.
        conditions.insert(0, f"__name__={quote(selector.metric)}")
    inside = ",".join(conditions)
    metric = selector.metric if _METRIC.fullmatch(selector.metric) else ""
    return f"{metric}{{{inside}}}" if inside or not metric else metric


def last(selector: Selector, seconds: int) -> str:
    """The newest value of each series within `seconds`: a snapshot that one missed scrape does not break."""
    return f"last_over_time({render(selector)}[{duration(seconds)}])"


def peak(selector: Selector, seconds: int) -> str:
    """The highest value of each counter that was reset within `seconds`; of all others nothing."""
    text, span = render(selector), duration(seconds)
    return f"max_over_time({text}[{span}]) > last_over_time({text}[{span}])"


def of_native(selector: Selector, seconds: int, quicker_than: Decimal | None) -> str:
    """All events of each native histogram, or those below a threshold; both only ever grow."""
    newest = last(selector, seconds)
    if quicker_than is None:
        return f"histogram_count({newest})"
    bound = f"{quicker_than.normalize():f}"
    return f"histogram_fraction(-Inf, {bound}, {newest}) * histogram_count({newest})"


def grown(
    selector: Selector, every: Selector, newest_s: int, before_s: int, *, anchored: bool = False
) -> str:
    """By how much all counters together grew within `$window`: the same differences, made by the server.

    A counter that fell was reset and has counted its value since; one that is new counts whole if its process
    was there before. Adding up windows gives the sum of the windows, unless a gap is longer than `before_s`.

    Args:
        selector: the counters.
        every: a selection that all processes have series of, also those that had none of the others yet.
        newest_s: how old the newest value may be.
        before_s: how old the value before it may be.
        anchored: let the server make the differences of known counters with its extended ranges.
    """
    text, now = render(selector), last(selector, newest_s)
    then, there = (
        f"last_over_time({render(s)}[{duration(before_s)}] offset {WINDOW})" for s in (selector, every)
    )
    known = f"(({now} - {then}) >= 0 or {now} < {then})"
    if anchored:
        known = f"(increase({text}[{WINDOW}] anchored) and {then})"
    return f"sum({known} or ({now} unless {then}) and on (job, instance) {there})"


def over(function: str, selector: Selector, seconds: int) -> str:
    """A function of the samples of each series within `seconds`.

    A millisecond is left out: Prometheus 2 takes a sample at the very beginning into the range as well, and
    it would count twice.
    """
    return f"{function}_over_time({render(selector)}[{seconds * 1000 - 1}ms])"


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
        expression: object = promql_parser.parse(for_window(text, 60))
    except ValueError as error:
        raise Invalid.field(path, f"is no PromQL: {error}") from error
    if isinstance(expression, promql_parser.MatrixSelector | promql_parser.StringLiteral):
        raise Invalid.field(path, "must give numbers, and no range or text")
    return text.strip()


def for_window(query: str, seconds: int) -> str:
    """What somebody wrote, for buckets of this width."""
    return query.replace(WINDOW, duration(seconds))


def tagged(parts: Mapping[str, str]) -> str:
    """Several expressions in one query, so that all see the same moment; `TAG` says which is which."""
    if len(parts) == 1:
        return next(iter(parts.values()))
    return " or ".join(
        f'label_replace({expression}, "{TAG}", {quote(role)}, "", "")' for role, expression in parts.items()
    )


def parse_selector(text: str, path: str) -> Selector:
    """A bare selector of one metric.

    Args:
        text: what the user wrote.
        path: the field that holds it, for the error.

    Raises:
        Invalid: says where it breaks (line and column) and what was expected.
    """
    if len(text) > MAX_TEXT:
        raise Invalid.field(path, f"has {len(text)} characters; at most {MAX_TEXT} are taken")
    selector = read_selector(text, path)
    _confirm(selector, path)
    return selector


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
        expression = promql_parser.parse(text)
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


def _name(label: str) -> str:
    return label if _LABEL.fullmatch(label) else quote(label)
