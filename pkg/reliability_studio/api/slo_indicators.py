"""What people write of an SLO's indicator and the indicator itself, there and back.

Selectors, queries and log lines are read by their grammars; what breaks a rule is told with the field's path.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from reliability_studio.api import slo_input_shapes as shapes
from reliability_studio.domain.slo.indicators import (
    CompositeIndicator,
    GaugeIndicator,
    Indicator,
    LatencyIndicator,
    LogsIndicator,
    MemberSlo,
    MixedIndicator,
    NativeLatencyIndicator,
    Part,
    ProbeIndicator,
    QueryIndicator,
    RatioIndicator,
    SampledIndicator,
    ShareIndicator,
    SpansIndicator,
)
from reliability_studio.domain.slo.numbers import decimal_of
from reliability_studio.domain.slo.reading import BOUND
from reliability_studio.errors import Invalid
from reliability_studio.sources.logql_text import parse_lines
from reliability_studio.sources.promql import render
from reliability_studio.sources.promql_text import parse_query, parse_selector

T = TypeVar("T")


def indicator(given: shapes.Indicator) -> Indicator:
    """The indicator that was written.

    Raises:
        Invalid: a query cannot be read or a rule is broken; names the field.
        BadSpec: likewise.
    """
    if isinstance(given, shapes.RatioInput):
        part, part_is = _part(given)
        total, counted = _both(
            lambda: parse_selector(given.total, "$.indicator.total"),
            lambda: parse_selector(part, f"$.indicator.{part_is.value}"),
        )
        return RatioIndicator(total, counted, part_is)
    if isinstance(given, shapes.LatencyInput):
        return _latency(given)
    if isinstance(given, shapes.NativeLatencyInput):
        histogram = parse_selector(given.histogram, "$.indicator.histogram")
        return NativeLatencyIndicator(histogram, _threshold(given.threshold, above=0))
    if isinstance(given, shapes.SpansInput):
        return _spans(given)
    if isinstance(given, shapes.CompositeInput):
        return _composite(given)
    return _sampled(given)


def _composite(given: shapes.CompositeInput) -> CompositeIndicator:
    members: list[MemberSlo] = []
    for at, each in enumerate(given.members):
        try:
            members.append(MemberSlo(each.slo_id, decimal_of(each.weight)))
        except ValueError as error:
            raise Invalid.field(f"$.indicator.members[{at}].weight", "must be a number like 2.5") from error
    return CompositeIndicator(tuple(members), given.combine)


def _spans(given: shapes.SpansInput) -> SpansIndicator:
    return SpansIndicator(
        service=given.service.strip(),
        names=given.names,
        span=given.span,
        kind=given.kind,
        quicker_than=None if given.threshold is None else _threshold(given.threshold, above=0),
        native=given.native,
        unit=given.unit,
    )


def _sampled(
    given: shapes.ProbeInput
    | shapes.GaugeInput
    | shapes.ShareInput
    | shapes.QueryInput
    | shapes.LogsInput
    | shapes.MixedInput,
) -> Indicator:
    if isinstance(given, shapes.ProbeInput):
        return ProbeIndicator(parse_selector(given.probe, "$.indicator.probe"))
    if isinstance(given, shapes.GaugeInput):
        gauge = parse_selector(given.gauge, "$.indicator.gauge")
        return GaugeIndicator(gauge, given.over, given.compare, _threshold(given.threshold))
    part, part_is = _part(given)
    path = f"$.indicator.{part_is.value}"
    if isinstance(given, shapes.ShareInput):
        return ShareIndicator(parse_query(part, path, windowed=False), part_is)
    if isinstance(given, shapes.LogsInput):
        total, counted = _both(
            lambda: parse_lines(given.total, "$.indicator.total"), lambda: parse_lines(part, path)
        )
        return LogsIndicator(total, counted, part_is)
    if isinstance(given, shapes.MixedInput):
        total, counted = _both(
            lambda: parse_query(given.total, "$.indicator.total", windowed=True),
            lambda: parse_lines(part, path),
        )
        return MixedIndicator(total, counted, part_is)
    total, counted = _both(
        lambda: parse_query(given.total, "$.indicator.total", windowed=True),
        lambda: parse_query(part, path, windowed=True),
    )
    return QueryIndicator(total, counted, part_is)


def _both(total: Callable[[], T], part: Callable[[], T]) -> tuple[T, T]:
    """Both texts as they are read.

    Raises:
        Invalid: with everything that is wrong with them, so that nobody mends one to see the other.
    """
    found: list[T] = []
    wrong: list[Invalid] = []
    for read in (total, part):
        try:
            found.append(read())
        except Invalid as error:
            wrong.append(error)
    if wrong:
        problems = tuple(problem for error in wrong for problem in error.problems)
        raise Invalid("; ".join(map(str, wrong)), problems)
    return found[0], found[1]


def _part(
    given: shapes.RatioInput | shapes.ShareInput | shapes.QueryInput | shapes.LogsInput | shapes.MixedInput,
) -> tuple[str, Part]:
    if (given.good is None) == (given.bad is None):
        raise Invalid.field("$.indicator", "give either `good` or `bad`")
    return (given.good, Part.GOOD) if given.good is not None else (given.bad or "", Part.BAD)


def _latency(given: shapes.LatencyInput) -> LatencyIndicator:
    buckets = parse_selector(given.buckets, "$.indicator.buckets")
    if any(matcher.name == BOUND for matcher in buckets.matchers):
        raise Invalid.field("$.indicator.buckets", "leave `le` out: the threshold chooses the bucket")
    if not buckets.metric.endswith("_bucket"):
        raise Invalid.field("$.indicator.buckets", "must be the `…_bucket` series of a histogram")
    return LatencyIndicator(buckets, _threshold(given.threshold, above=0))


def _threshold(text: str, *, above: int | None = None) -> Decimal:
    try:
        threshold = decimal_of(text)
    except ValueError as error:
        raise Invalid.field("$.indicator.threshold", "must be a number like 0.3") from error
    if above is not None and threshold <= above:
        raise Invalid.field("$.indicator.threshold", f"must be a number above {above}")
    return threshold


def indicator_shape(indicator: Indicator) -> shapes.Indicator:
    """The indicator as it is written."""
    if isinstance(indicator, RatioIndicator):
        good, bad = _parts(render(indicator.part), indicator.part_is)
        return shapes.RatioInput(total=render(indicator.total), good=good, bad=bad)
    if isinstance(indicator, LatencyIndicator):
        return shapes.LatencyInput(buckets=render(indicator.buckets), threshold=_plain(indicator.threshold))
    if isinstance(indicator, NativeLatencyIndicator):
        histogram = render(indicator.histogram)
        return shapes.NativeLatencyInput(histogram=histogram, threshold=_plain(indicator.threshold))
    if isinstance(indicator, SpansIndicator):
        return shapes.SpansInput(
            service=indicator.service,
            names=indicator.names,
            span=indicator.span,
            kind=indicator.kind,
            threshold=None if indicator.quicker_than is None else _plain(indicator.quicker_than),
            native=indicator.native,
            unit=indicator.unit,
        )
    if isinstance(indicator, CompositeIndicator):
        members = [
            shapes.MemberInput(slo_id=each.slo_id, weight=_plain(each.weight)) for each in indicator.members
        ]
        return shapes.CompositeInput(members=members, combine=indicator.combine)
    return _sampled_shape(indicator)


def _sampled_shape(indicator: SampledIndicator) -> shapes.Indicator:
    if isinstance(indicator, ProbeIndicator):
        return shapes.ProbeInput(probe=render(indicator.probe))
    if isinstance(indicator, GaugeIndicator):
        return shapes.GaugeInput(
            gauge=render(indicator.gauge),
            compare=indicator.compare,
            threshold=_plain(indicator.threshold),
            over=indicator.over,
        )
    if isinstance(indicator, ShareIndicator):
        good, bad = _parts(indicator.query, indicator.share_is)
        return shapes.ShareInput(good=good, bad=bad)
    good, bad = _parts(indicator.part, indicator.part_is)
    if isinstance(indicator, LogsIndicator):
        return shapes.LogsInput(total=indicator.total, good=good, bad=bad)
    if isinstance(indicator, MixedIndicator):
        return shapes.MixedInput(total=indicator.total, good=good, bad=bad)
    return shapes.QueryInput(total=indicator.total, good=good, bad=bad)


def _parts(text: str, part_is: Part) -> tuple[str | None, str | None]:
    return (text, None) if part_is is Part.GOOD else (None, text)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
