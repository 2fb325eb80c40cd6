"""What was answered becomes buckets: counters are differenced, everything else is tallied."""

from reliability_studio.domain.slo.cells import Cell, measured
from reliability_studio.domain.slo.counters import Counted, Doubt, Member, Memory, Seen
from reliability_studio.domain.slo.counting import count
from reliability_studio.domain.slo.indicators import CompositeIndicator, CounterIndicator
from reliability_studio.domain.slo.reading import Role, reading
from reliability_studio.domain.slo.sampling import Carry, silent, tally
from reliability_studio.domain.slo.spec import Definition
from reliability_studio.flows.slo_counters import Observed, Sampled


def counted(
    definition: Definition, memory: Memory, observed: Observed | Sampled, step_s: int
) -> tuple[list[Cell], Memory]:
    """Snapshots as buckets; the very first one only sets the zero and makes none."""
    indicator = definition.indicator
    if isinstance(observed, Sampled) or not isinstance(indicator, CounterIndicator):
        return _tallied(definition, memory, observed, step_s)
    found, remembered = count(
        memory,
        observed.members,
        observed.snapshots,
        step_s=step_s,
        reading=reading(indicator),
        peaks=observed.peaks,
    )
    cells: list[Cell] = []
    before = memory.at
    for each in found:
        if before is not None:
            cells.append(measured(each, definition.budgeting, each.at - before))
        before = each.at
    return cells, remembered


def _tallied(
    definition: Definition, memory: Memory, observed: Observed | Sampled, step_s: int
) -> tuple[list[Cell], Memory]:
    """Answers as buckets; what was cut off of estimated events is remembered like a counter's value."""
    indicator = definition.indicator
    if isinstance(indicator, CounterIndicator | CompositeIndicator) or isinstance(observed, Observed):
        raise TypeError("snapshots of counters are counted and not tallied, composites are neither")
    carry = Carry(*(memory.series[key].value if key in memory.series else 0 for key in _CARRIED))
    cells: list[Cell] = []
    before = memory.at
    is_gap = silent(indicator, observed.moments, step_s)
    for at, answers in observed.moments:
        each, after = tally(indicator, at, answers, carry, grouped=definition.group_by is not None)
        if is_gap:
            each = Counted(at, 0, 0, Doubt.ABSENT)
        if before is not None:
            carry = after
            cells.append(measured(each, definition.budgeting, step_s))
        before = at
    kept = {
        key: Seen(value, before or 0) for key, value in zip(_CARRIED, (carry.part, carry.total), strict=True)
    }
    return cells, Memory(before, kept, dict.fromkeys(_CARRIED, Member(0, Role.NONE)))


_CARRIED = (1, 2)
"""Keys under which the carries of the part and the total are remembered."""
