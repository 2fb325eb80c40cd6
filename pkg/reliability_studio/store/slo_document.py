"""An SLO's definition and standing as stored documents, and back; older documents stay readable.

Fields are only ever added, with a default, and kinds of indicators only ever added to the union.
"""

import zlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

import msgspec

from reliability_studio.domain.slo.counters import Member, Memory, Seen
from reliability_studio.domain.slo.indicators import (
    Compare,
    GaugeIndicator,
    Indicator,
    LatencyIndicator,
    NativeLatencyIndicator,
    Over,
    Part,
    ProbeIndicator,
    QueryIndicator,
    RatioIndicator,
    SampledIndicator,
    ShareIndicator,
)
from reliability_studio.domain.slo.policy import MIN_FAILURES, AlertPolicy, BurnRule, Severity
from reliability_studio.domain.slo.reading import Role
from reliability_studio.domain.slo.selector import Matcher, Op, Selector
from reliability_studio.domain.slo.spec import (
    CALENDARS_OWN,
    Budgeting,
    Calendar,
    CalendarUnit,
    Definition,
    GroupBy,
    MissingData,
    Objective,
    Occurrences,
    RatioTimeslices,
    Rolling,
    Timeslices,
    Window,
)
from reliability_studio.domain.slo.standing import Standing


class _Selector(msgspec.Struct):
    metric: str
    matchers: list[tuple[str, str, str]]


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


class _Query(msgspec.Struct, tag="query"):
    total: str
    part: str
    part_is: Part


_Indicator: TypeAlias = _Ratio | _Latency | _Native | _Probe | _Gauge | _Share | _Query


class _Rolling(msgspec.Struct, tag="rolling"):
    days: int


class _Calendar(msgspec.Struct, tag="calendar"):
    unit: CalendarUnit
    zone: str
    anchor: datetime = CALENDARS_OWN


class _Occurrences(msgspec.Struct, tag="occurrences"):
    pass


class _Timeslices(msgspec.Struct, tag="timeslices"):
    width_s: int
    target: int


class _RatioTimeslices(msgspec.Struct, tag="ratio_timeslices"):
    width_s: int


class _Rule(msgspec.Struct):
    name: str
    severity: Severity
    long_s: int
    short_s: int
    factor: str


class _Alerts(msgspec.Struct):
    rules: list[_Rule] = []
    off: list[str] = []
    severities: dict[str, Severity] = {}
    spent_percent: list[int] = msgspec.field(default_factory=lambda: [100])
    min_failures: int = MIN_FAILURES
    min_total: int = 0
    traffic_aware: bool = False
    sustain_s: int = 0
    no_data_s: int | None = None
    annotations: dict[str, str] = {}


class _Document(msgspec.Struct):
    name: str
    service: str
    indicator: _Indicator
    objective: int
    window: _Rolling | _Calendar
    budgeting: _Occurrences | _Timeslices | _RatioTimeslices
    missing: MissingData = MissingData.IGNORE
    description: str = ""
    owner: str = ""
    labels: dict[str, str] = {}
    runbook_url: str = ""
    delay_s: int = 60
    alerts: _Alerts = msgspec.field(default_factory=_Alerts)
    group_by: list[str] = []
    max_groups: int = 100


class _Memory(msgspec.Struct, array_like=True):
    """Columns, not rows; what is added comes last and with a default, so that older ones stay readable."""

    at: int | None
    usual: int
    keys: list[int]
    values: list[int]
    ats: list[int]
    targets: list[int]
    roles: list[int]
    restarted: dict[int, int] = {}


def to_document(definition: Definition) -> Mapping[str, object]:
    """The definition as plain JSON values."""
    document = _Document(
        name=definition.name,
        service=definition.service,
        indicator=_indicator(definition.indicator),
        objective=definition.objective.parts,
        window=_window(definition.window),
        budgeting=_budgeting(definition.budgeting),
        missing=definition.missing,
        description=definition.description,
        owner=definition.owner,
        labels=dict(definition.labels),
        runbook_url=definition.runbook_url,
        delay_s=definition.delay_s,
        alerts=_alerts(definition.alerts),
        group_by=list(definition.group_by.labels) if definition.group_by else [],
        max_groups=definition.group_by.most if definition.group_by else 100,
    )
    plain: Mapping[str, object] = msgspec.to_builtins(document)
    return plain


def from_document(document: object) -> Definition:
    """The definition that `to_document` took apart.

    Raises:
        ValueError: it is none of ours.
    """
    kept = msgspec.convert(document, _Document, strict=False)
    return Definition(
        name=kept.name,
        service=kept.service,
        indicator=_indicator_back(kept.indicator),
        objective=Objective(kept.objective),
        window=_window_back(kept.window),
        budgeting=_budgeting_back(kept.budgeting),
        missing=kept.missing,
        description=kept.description,
        owner=kept.owner,
        labels=kept.labels,
        runbook_url=kept.runbook_url,
        delay_s=kept.delay_s,
        alerts=_alerts_back(kept.alerts),
        group_by=GroupBy(tuple(kept.group_by), kept.max_groups) if kept.group_by else None,
    )


def indicator_text(indicator: Indicator) -> str:
    """The indicator as JSON text, for specifications that have no words for it."""
    return msgspec.json.encode(_indicator(indicator)).decode()


def indicator_from(text: str) -> Indicator:
    """What `indicator_text` wrote.

    Raises:
        ValueError: it is none of ours.
    """
    return _indicator_back(msgspec.json.decode(text, type=_Indicator))


def alerts_text(policy: AlertPolicy) -> str:
    """The alert policy as JSON text, likewise."""
    return msgspec.json.encode(_alerts(policy)).decode()


def alerts_from(text: str) -> AlertPolicy:
    """What `alerts_text` wrote; `{}` is the usual one.

    Raises:
        ValueError: it is none of ours.
    """
    return _alerts_back(msgspec.json.decode(text, type=_Alerts))


def standing_to_document(standing: Standing) -> Mapping[str, object]:
    """Where an SLO stands as plain JSON values."""
    plain: Mapping[str, object] = msgspec.to_builtins(standing)
    return plain


def standing_from_document(document: object) -> Standing:
    """What `standing_to_document` took apart.

    Raises:
        ValueError: it is none of ours.
    """
    return msgspec.convert(document, Standing, strict=False)


def pack_memory(memory: Memory) -> bytes:
    """What counting remembers, in columns."""
    keys = list(memory.series)
    columns = _Memory(
        at=memory.at,
        usual=memory.usual,
        keys=keys,
        values=[memory.series[key].value for key in keys],
        ats=[memory.series[key].at for key in keys],
        targets=[memory.members[key].target for key in keys],
        roles=[int(memory.members[key].role) for key in keys],
        restarted=dict(memory.restarted),
    )
    return zlib.compress(msgspec.msgpack.encode(columns), 1)


def unpack_memory(data: bytes) -> Memory:
    """What `pack_memory` packed.

    Raises:
        ValueError: the bytes are none of ours.
    """
    try:
        kept = msgspec.msgpack.decode(zlib.decompress(data), type=_Memory)
    except (zlib.error, msgspec.MsgspecError) as error:
        raise ValueError("what was remembered of the counters cannot be read") from error
    values = zip(kept.keys, kept.values, kept.ats, strict=True)
    members = zip(kept.keys, kept.targets, kept.roles, strict=True)
    return Memory(
        kept.at,
        {key: Seen(value, seen) for key, value, seen in values},
        {key: Member(target, Role(role)) for key, target, role in members},
        kept.usual,
        kept.restarted,
    )


def _selector(selector: Selector) -> _Selector:
    return _Selector(selector.metric, [(m.name, m.op.value, m.value) for m in selector.matchers])


def _selector_back(kept: _Selector) -> Selector:
    return Selector.of(kept.metric, [Matcher(name, Op(op), value) for name, op, value in kept.matchers])


def _indicator(indicator: Indicator) -> _Indicator:
    if isinstance(indicator, RatioIndicator):
        return _Ratio(_selector(indicator.total), _selector(indicator.part), indicator.part_is)
    if isinstance(indicator, LatencyIndicator):
        return _Latency(_selector(indicator.buckets), indicator.threshold)
    if isinstance(indicator, NativeLatencyIndicator):
        return _Native(_selector(indicator.histogram), indicator.threshold)
    return _sampled(indicator)


def _sampled(indicator: SampledIndicator) -> _Indicator:
    if isinstance(indicator, ProbeIndicator):
        return _Probe(_selector(indicator.probe))
    if isinstance(indicator, GaugeIndicator):
        return _Gauge(_selector(indicator.gauge), indicator.over, indicator.compare, indicator.threshold)
    if isinstance(indicator, ShareIndicator):
        return _Share(indicator.query, indicator.share_is)
    return _Query(indicator.total, indicator.part, indicator.part_is)


def _indicator_back(kept: _Indicator) -> Indicator:
    if isinstance(kept, _Ratio):
        return RatioIndicator(_selector_back(kept.total), _selector_back(kept.part), kept.part_is)
    if isinstance(kept, _Latency):
        return LatencyIndicator(_selector_back(kept.buckets), kept.threshold)
    if isinstance(kept, _Native):
        return NativeLatencyIndicator(_selector_back(kept.histogram), kept.threshold)
    return _sampled_back(kept)


def _sampled_back(kept: _Probe | _Gauge | _Share | _Query) -> Indicator:
    if isinstance(kept, _Probe):
        return ProbeIndicator(_selector_back(kept.probe))
    if isinstance(kept, _Gauge):
        return GaugeIndicator(_selector_back(kept.gauge), kept.over, kept.compare, kept.threshold)
    if isinstance(kept, _Share):
        return ShareIndicator(kept.query, kept.share_is)
    return QueryIndicator(kept.total, kept.part, kept.part_is)


def _window(window: Window) -> _Rolling | _Calendar:
    return (
        _Rolling(window.days)
        if isinstance(window, Rolling)
        else _Calendar(window.unit, window.zone, window.anchor)
    )


def _window_back(kept: _Rolling | _Calendar) -> Window:
    return Rolling(kept.days) if isinstance(kept, _Rolling) else Calendar(kept.unit, kept.zone, kept.anchor)


def _budgeting(budgeting: Budgeting) -> _Occurrences | _Timeslices | _RatioTimeslices:
    if isinstance(budgeting, Timeslices):
        return _Timeslices(budgeting.width_s, budgeting.target.parts)
    if isinstance(budgeting, RatioTimeslices):
        return _RatioTimeslices(budgeting.width_s)
    return _Occurrences()


def _budgeting_back(kept: _Occurrences | _Timeslices | _RatioTimeslices) -> Budgeting:
    if isinstance(kept, _Timeslices):
        return Timeslices(kept.width_s, Objective(kept.target))
    if isinstance(kept, _RatioTimeslices):
        return RatioTimeslices(kept.width_s)
    return Occurrences()


def _alerts(policy: AlertPolicy) -> _Alerts:
    return _Alerts(
        rules=[_Rule(r.name, r.severity, r.long_s, r.short_s, str(r.factor)) for r in policy.rules],
        off=sorted(policy.off),
        severities=dict(policy.severities),
        spent_percent=list(policy.spent_percent),
        min_failures=policy.min_failures,
        min_total=policy.min_total,
        traffic_aware=policy.traffic_aware,
        sustain_s=policy.sustain_s,
        no_data_s=policy.no_data_s,
        annotations=dict(policy.annotations),
    )


def _alerts_back(kept: _Alerts) -> AlertPolicy:
    return AlertPolicy(
        rules=tuple(
            BurnRule(r.name, r.severity, r.long_s, r.short_s, Fraction(r.factor)) for r in kept.rules
        ),
        off=frozenset(kept.off),
        severities=kept.severities,
        spent_percent=tuple(kept.spent_percent),
        min_failures=kept.min_failures,
        min_total=kept.min_total,
        traffic_aware=kept.traffic_aware,
        sustain_s=kept.sustain_s,
        no_data_s=kept.no_data_s,
        annotations=kept.annotations,
    )
