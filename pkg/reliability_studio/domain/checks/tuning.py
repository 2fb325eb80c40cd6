"""An organisation's own say about the checks: switched off, another threshold, checks of its own.

All of it is data. A tuning names a check that ships; a custom check is a query with a condition and becomes a
check like any other, with a title of its own so that its findings can be told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from reliability_studio.domain.checks import judges
from reliability_studio.domain.checks.catalogue import BUILT_IN
from reliability_studio.domain.checks.check import Check, Condition, Op, Statistic
from reliability_studio.domain.correlation.kinds import NATURES, Kind
from reliability_studio.domain.correlation.telemetry import Source

MOST_CUSTOM = 20
CUSTOM = "custom-"
"""How ids of an organisation's own checks begin."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """What to change about a check that ships; None leaves it as it is."""

    enabled: bool | None = None
    threshold: float | None = None
    points: int | None = None


@dataclass(frozen=True, slots=True)
class CustomCheck:
    """A check of the organisation's own: what to ask and when the answer is bad."""

    title: str
    query: str
    op: Op | None = None
    """None: it is judged by its own noise alone."""
    threshold: float = 0.0
    points: int = 2
    by: tuple[str, ...] = ()
    """Labels of the answer that name the service, pod or workload."""
    kind: Kind = Kind.GENERIC
    unit: str = ""
    fix: str = ""
    enabled: bool = True


def tuned(tunings: Mapping[str, Tuning], customs: Mapping[str, CustomCheck]) -> tuple[Check, ...]:
    """Every check as the organisation wants it: those that ship in their order, then its own by id."""
    own = [_custom(id_, customs[id_]) for id_ in sorted(customs)]
    return (*(_tuned(check, tunings.get(check.id)) for check in BUILT_IN), *own)


def problems(custom: CustomCheck, others: Iterable[Check]) -> Mapping[str, str]:
    """What is wrong with a custom check, by field; whether the query is PromQL is for others to say."""
    found = {}
    if any(custom.title.strip().lower() == each.title.lower() for each in others):
        found["title"] = "another check has this title: findings would be mistaken for its own"
    if not custom.query.strip():
        found["query"] = "is missing: a check asks something"
    return found


def _tuned(check: Check, tuning: Tuning | None) -> Check:
    if tuning is None:
        return check
    condition = check.condition
    if condition is not None:
        condition = Condition(
            condition.op,
            condition.value if tuning.threshold is None else tuning.threshold,
            condition.points if tuning.points is None else tuning.points,
        )
    enabled = check.enabled if tuning.enabled is None else tuning.enabled
    return replace(check, condition=condition, enabled=enabled)


def _custom(id_: str, custom: CustomCheck) -> Check:
    return Check(
        id=id_,
        title=custom.title.strip(),
        source=Source.METRICS,
        type=NATURES[custom.kind].type,
        judge=judges.series,
        kind=custom.kind,
        query=custom.query,
        by=custom.by,
        unit=custom.unit,
        statistic=Statistic.OWN_NOISE if custom.op is None else Statistic.EITHER,
        condition=None if custom.op is None else Condition(custom.op, custom.threshold, custom.points),
        fix=custom.fix,
        enabled=custom.enabled,
        custom=True,
    )
