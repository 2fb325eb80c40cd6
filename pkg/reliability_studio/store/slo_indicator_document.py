"""An SLO's indicator as a stored document, and back.

Kinds are only ever added to the union, and fields only with a default, so that older documents stay readable.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeAlias

import msgspec

from reliability_studio.domain.slo.indicators import (
    Combine,
    Compare,
    CompositeIndicator,
    GaugeIndicator,
    Indicator,
    LatencyIndicator,
    LogsIndicator,
    MixedIndicator,
    NativeLatencyIndicator,
    Over,
    Part,
    ProbeIndicator,
    QueryIndicator,
    RatioIndicator,
    ShareIndicator,
    SpanKind,
    SpanNames,
    SpansIndicator,
    SpanUnit,
)
from reliability_studio.domain.slo.selector import Op


class _Matcher(msgspec.Struct, array_like=True):
    name: str
    op: Op
    value: str


class _Selector(msgspec.Struct):
    metric: str
    matchers: list[_Matcher]


class _Ratio(msgspec.Struct, tag="ratio"):
    total: _Selector
    part: _Selector
    part_is: Part


class _Latency(msgspec.Struct, tag="latency"):
    buckets: _Selector
    threshold: Decimal


class _Native(msgspec.Struct, tag="native_latency"):
    histogram: _Selector
    threshold: Decimal


class _Spans(msgspec.Struct, tag="spans"):
    service: str
    names: SpanNames
    span: str = ""
    kind: SpanKind = SpanKind.SERVER
    quicker_than: Decimal | None = None
    native: bool = False
    unit: SpanUnit = SpanUnit.SECONDS


class _Probe(msgspec.Struct, tag="probe"):
    probe: _Selector


class _Gauge(msgspec.Struct, tag="gauge"):
    gauge: _Selector
    over: Over
    compare: Compare
    threshold: Decimal


class _Share(msgspec.Struct, tag="share"):
    query: str
    share_is: Part
    only: list[_Matcher] = []


class _Query(msgspec.Struct, tag="query"):
    total: str
    part: str
    part_is: Part
    only: list[_Matcher] = []


class _Logs(msgspec.Struct, tag="logs"):
    total: str
    part: str
    part_is: Part
    only: list[_Matcher] = []


class _Mixed(msgspec.Struct, tag="mixed"):
    total: str
    part: str
    part_is: Part


class _Member(msgspec.Struct):
    slo_id: str
    weight: Decimal = Decimal(1)


class _Composite(msgspec.Struct, tag="composite"):
    members: list[_Member]
    combine: Combine = Combine.MEAN


StoredIndicator: TypeAlias = (
    _Ratio | _Latency | _Native | _Spans | _Probe | _Gauge | _Share | _Query | _Logs | _Mixed | _Composite
)

_STORED: Mapping[type[Indicator], type[StoredIndicator]] = {
    RatioIndicator: _Ratio,
    LatencyIndicator: _Latency,
    NativeLatencyIndicator: _Native,
    SpansIndicator: _Spans,
    ProbeIndicator: _Probe,
    GaugeIndicator: _Gauge,
    ShareIndicator: _Share,
    QueryIndicator: _Query,
    LogsIndicator: _Logs,
    MixedIndicator: _Mixed,
    CompositeIndicator: _Composite,
}
"""The document of each kind has the fields of the kind itself, under their names."""
_KINDS = {stored: kind for kind, stored in _STORED.items()}


def indicator_text(indicator: Indicator) -> str:
    """The indicator as JSON text, for specifications that have no words for it."""
    return msgspec.json.encode(stored(indicator)).decode()


def indicator_from(text: str) -> Indicator:
    """What `indicator_text` wrote.

    Raises:
        ValueError: it is none of ours.
    """
    return indicator_of(msgspec.json.decode(text, type=StoredIndicator))


def stored(indicator: Indicator) -> StoredIndicator:
    """The document of an indicator."""
    return msgspec.convert(indicator, _STORED[type(indicator)], from_attributes=True)


def indicator_of(kept: StoredIndicator) -> Indicator:
    """The indicator of a document."""
    return msgspec.convert(kept, _KINDS[type(kept)], from_attributes=True)
