"""An SLO's definition and standing as stored documents, and back; older documents stay readable.

Fields are only ever added, with a default.
"""

import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction

import msgspec

from reliability_studio.domain.slo.counters import Member, Memory, Seen
from reliability_studio.domain.slo.goals import (
    CALENDARS_OWN,
    Calendar,
    CalendarUnit,
    Goal,
    Objective,
    Rolling,
    Window,
)
from reliability_studio.domain.slo.policy import MIN_FAILURES, AlertPolicy, Severity
from reliability_studio.domain.slo.reading import Role
from reliability_studio.domain.slo.spec import (
    Budgeting,
    Definition,
    GroupBy,
    MissingData,
    Occurrences,
    RatioTimeslices,
    Timeslices,
)
from reliability_studio.domain.slo.standing import Standing
from reliability_studio.store.slo_indicator_document import StoredIndicator, indicator_of, stored


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
    factor: Fraction


class _Step(msgspec.Struct):
    percent: int
    action: str


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
    budget_policy: list[_Step] = []
    exhausted_within_s: int | None = None
    annotations: dict[str, str] = {}


class _Goal(msgspec.Struct, omit_defaults=True):
    objective: int
    window: _Rolling | _Calendar
    alerting: bool = False


class _Document(msgspec.Struct):
    name: str
    service: str
    indicator: StoredIndicator
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
    editors: list[str] = []
    alerting: bool = True
    further: list[_Goal] = []


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
        indicator=stored(definition.indicator),
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
        editors=list(definition.editors),
        alerting=definition.alerting,
        further=[_goal(goal) for goal in definition.further],
    )
    plain: Mapping[str, object] = msgspec.to_builtins(document, enc_hook=str)
    return plain


def from_document(document: object) -> Definition:
    """The definition that `to_document` took apart.

    Raises:
        ValueError: it is none of ours.
    """
    kept = msgspec.convert(document, _Document, strict=False, dec_hook=_fraction)
    return Definition(
        name=kept.name,
        service=kept.service,
        indicator=indicator_of(kept.indicator),
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
        editors=tuple(kept.editors),
        alerting=kept.alerting,
        further=_goals_back(kept.further),
    )


def goals_text(goals: Mapping[int, Goal]) -> str:
    """Goals by their place as JSON text, for formats that have no words for them."""
    kept = {at: _goal(goal) for at, goal in goals.items()}
    return msgspec.json.encode(kept).decode()


def goals_from(text: str) -> Mapping[int, Goal]:
    """What `goals_text` wrote.

    Raises:
        ValueError: it is none of ours.
    """
    kept = msgspec.json.decode(text, type=dict[int, _Goal])
    return dict(zip(kept, _goals_back(list(kept.values())), strict=True))


def alerts_text(policy: AlertPolicy) -> str:
    """The alert policy as JSON text, likewise."""
    return msgspec.json.encode(_alerts(policy), enc_hook=str).decode()


def alerts_from(text: str) -> AlertPolicy:
    """What `alerts_text` wrote; `{}` is the usual one.

    Raises:
        ValueError: it is none of ours.
    """
    return _alerts_back(msgspec.json.decode(text, type=_Alerts, dec_hook=_fraction))


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


def _goal(goal: Goal) -> _Goal:
    return _Goal(goal.objective.parts, _window(goal.window), goal.alerting)


def _goals_back(kept: Sequence[_Goal]) -> tuple[Goal, ...]:
    return tuple(Goal(Objective(each.objective), _window_back(each.window), each.alerting) for each in kept)


def _window(window: Window) -> _Rolling | _Calendar:
    if isinstance(window, Rolling):
        return msgspec.convert(window, _Rolling, from_attributes=True)
    return msgspec.convert(window, _Calendar, from_attributes=True)


def _window_back(kept: _Rolling | _Calendar) -> Window:
    if isinstance(kept, _Rolling):
        return msgspec.convert(kept, Rolling, from_attributes=True)
    return msgspec.convert(kept, Calendar, from_attributes=True)


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
    found = msgspec.convert(policy, _Alerts, from_attributes=True, dec_hook=_fraction)
    found.off.sort()
    return found


def _alerts_back(kept: _Alerts) -> AlertPolicy:
    return msgspec.convert(kept, AlertPolicy, from_attributes=True, dec_hook=_fraction)


def _fraction(_kind: type, value: object) -> Fraction:
    """A factor as it is stored, or as it is: texts like `72/5` are exact."""
    if not isinstance(value, str | Fraction):
        raise TypeError("a factor must be a text")
    return Fraction(value)
