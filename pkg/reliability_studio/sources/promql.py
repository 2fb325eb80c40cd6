"""PromQL text out: the only place where queries are put together from parts.

    render(selector)                                  `Selector` → text, every value quoted
    last(selector, 120), peak, over, tagged({...})    the shapes of query that the engine sends

What people write is read by `promql_text.py`, which needs promql-parser. Here nothing is read, so a process
that only asks does not load it.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

from reliability_studio.domain.slo.indicators import WINDOW
from reliability_studio.domain.slo.selector import Selector
from reliability_studio.sources.literals import quote

TAG = "__role__"
"""Label that tells apart the parts of a tagged query (`tagged`); no user may match on it."""

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


def _name(label: str) -> str:
    return label if _LABEL.fullmatch(label) else quote(label)
