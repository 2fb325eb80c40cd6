"""How counters become events: differences between snapshots, series by series.

A snapshot is the value of every series at one pinned moment. What a series counted since the snapshot
before is its difference; the sum over any run of buckets is then C(end) - C(start), so windows add up and
never shrink when they grow. The rules for what is not a plain difference:

 1. A value below the one before: the counter was reset, and has counted `value` since. Where its highest
    value within the bucket is known (history in coarse steps), what it counted before the reset is kept too.
 2. A new series counts whole if its target was scraped in the snapshot before: it was created by its first
    event. If the target is new as well, it counts whole only if it has no more events than the usual target
    has in three buckets, so that it has started lately; of any other nobody knows when it started, and it
    counts from here on. One bucket would be too strict: a pod that starts right after a snapshot has a whole
    bucket of events, more if traffic grows, and a bad version fails in its first minute. What a process has
    that was renamed within three buckets of its start is the most that can be counted twice.
 3. If new series would add far more than the SLO usually counts, and half of its series are new, somebody
    renamed labels: nothing is counted, and the bucket is suspect.
 4. A series that misses a snapshot keeps its value: its events land in the bucket where it is seen again.
 5. NaN, infinities and negative numbers are not counters and are dropped before anything else.
 6. A part that is computed from its total (the share of a native histogram) and falls while the total does
    not: the server has changed the histogram's resolution, which is no reset and counts nothing.
 7. A process that was restarted has reset all of its counters. A series that is away until its first event
    and then has as many as before, or more, does not show it: it counts whole if it has no more events than
    the usual target has in a bucket. (Series of other processes behind the same address are larger than
    that, or are never away.)

No total series at all means that nothing was measured, which is not the same as no events.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from reliability_studio.domain.slo.counters import Counted, Doubt, Member, Memory, Peaks, Seen, Snapshot
from reliability_studio.domain.slo.indicators import Part
from reliability_studio.domain.slo.reading import Reading, Role

KEEP_S = 86_400
"""How long a series that is not seen any more keeps its value."""

LOOK_BACK_STEPS = 2
"""For how many buckets a snapshot may still show the last sample of a series that is gone."""

SUSPECT_TIMES = 20
"""New series may add this many times the usual number of events before they are doubted."""

YOUNG_BUCKETS = 3
"""A process with no more events than are usual in so many buckets has started lately (rule 2)."""

YOUNG_EVENTS = 3
"""So few events are always young: where hardly anything is asked the usual rounds to nothing."""

_NO_PEAKS: Peaks = {}


def count(
    memory: Memory,
    members: Mapping[int, Member],
    snapshots: Iterable[Snapshot],
    *,
    step_s: int,
    reading: Reading,
    peaks: Peaks = _NO_PEAKS,
) -> tuple[list[Counted], Memory]:
    """What a run of snapshots adds to what is remembered.

    Args:
        memory: as the last run left it.
        members: every series of these snapshots.
        snapshots: oldest first, `step_s` seconds apart; the first of them that long after `memory.at`.
        step_s: width of a bucket.
        reading: what the series are.
        peaks: highest values of series that were reset within a bucket, where they are known.

    Returns:
        One entry per snapshot, and what to remember for the next run.
    """
    fold = _Fold(memory, members, step_s, reading)
    counted = [
        fold.step(at, values, peaks.get(at, {})) if values else fold.nothing(at) for at, values in snapshots
    ]
    return counted, fold.memory()


class _Fold:
    """The state of `count` while it runs; plain numbers and dicts: a backfill has millions of them."""

    def __init__(self, memory: Memory, members: Mapping[int, Member], step_s: int, reading: Reading) -> None:
        self._step_s = step_s
        self._reading = reading
        self._members = {**memory.members, **members}
        self._target = {key: m.target for key, m in self._members.items()}
        self._is_total = {key: Role.TOTAL in m.role for key, m in self._members.items()}
        self._is_part = {key: Role.PART in m.role for key, m in self._members.items()}
        self._values = {key: seen.value for key, seen in memory.series.items()}
        self._last = {key: seen.at for key, seen in memory.series.items()}
        self._at = memory.at
        self._usual = memory.usual
        self._restarted = dict(memory.restarted)
        self._alive: dict[int, int] = {}
        for key, at in self._last.items():
            target = self._target[key]
            self._alive[target] = max(at, self._alive.get(target, at))

    def nothing(self, at: int) -> Counted:
        """Count a snapshot without any series: before a service existed there are thousands of these."""
        self._at = at
        return Counted(at, 0, 0, Doubt.ABSENT)

    def step(self, at: int, values: Mapping[int, int], peaks: Mapping[int, int]) -> Counted:
        """Count one snapshot."""
        started = self._just_started(at, values)
        total = part = created = credited = 0
        fell: list[int] = []
        known, is_total, is_part = self._values, self._is_total, self._is_part
        for key, value in values.items():
            before = known.get(key)
            if before is None:
                created += 1
                target = self._target[key]
                increment = value if target in started or self._was_scraped(target, at) else 0
                credited += increment
            elif value >= before:
                increment = value - before
            else:
                increment = self._fallen(key, before, values, peaks, fell)
            if is_total[key]:
                total += increment
            if is_part[key]:
                part += increment
        for key, more in self._with_their_process(at, values, fell):
            total += more * is_total[key]
            part += more * is_part[key]
        resets = len(fell)
        doubt = self._doubt(values, created, credited, total)
        self._remember(at, values, total if doubt is Doubt.NONE else None)
        if doubt is not Doubt.NONE:
            return Counted(at, 0, 0, doubt, len(values), resets, created)
        bad = part if self._reading.part_is is Part.BAD else total - part
        return Counted(at, bad, total, doubt, len(values), resets, created, credited)

    def memory(self) -> Memory:
        """What to remember now; series that were not seen for long are forgotten."""
        oldest = (self._at or 0) - KEEP_S
        series = {
            key: Seen(v, self._last[key]) for key, v in self._values.items() if self._last[key] > oldest
        }
        restarted = {key: since for key, since in self._restarted.items() if key in series}
        members = {key: self._members[key] for key in series}
        return Memory(self._at, series, members, self._usual, restarted)

    def _fallen(
        self, key: int, before: int, values: Mapping[int, int], peaks: Mapping[int, int], fell: list[int]
    ) -> int:
        """What a series counted whose value fell; its target goes into `fell` if it was reset."""
        if self._reading.derived and self._only_recomputed(key, values):
            return 0
        fell.append(self._target[key])
        return values[key] + max(0, peaks.get(key, before) - before)

    def _only_recomputed(self, key: int, values: Mapping[int, int]) -> bool:
        """Rule 6; the total of a computed part has its identity, complemented."""
        total = ~key
        return total in values and values[total] >= self._values.get(total, values[total] + 1)

    def _just_started(self, at: int, values: Mapping[int, int]) -> set[int]:
        """New targets with no more events than a target usually has in a few buckets (rule 2)."""
        new: dict[int, int] = {}
        for key in values.keys() - self._values.keys():
            target = self._target[key]
            if target not in self._alive and self._is_total[key]:
                new[target] = new.get(target, 0) + values[key]
        if not new:
            return set()
        young = max(YOUNG_EVENTS, self._usual_of_target(at, YOUNG_BUCKETS))
        return {target for target, events in new.items() if events <= young}

    def _with_their_process(
        self, at: int, values: Mapping[int, int], fell: Collection[int]
    ) -> Iterator[tuple[int, int]]:
        """What is to be counted beside the differences, by series (rule 7)."""
        if fell:
            # One that grew in this very bucket may have done so before the restart: it stays a difference.
            still = (
                key
                for key, target in self._target.items()
                if target in fell and key in self._values and values.get(key) in {None, self._values[key]}
            )
            self._restarted.update(dict.fromkeys(still, at))
        if not self._restarted:
            return
        usual = self._usual_of_target(at)
        for key, since in list(self._restarted.items()):
            value = values.get(key)
            if value is None:
                continue
            before = self._values[key]
            if value == before and self._last[key] >= at - self._step_s:
                # Perhaps the last sample before the restart, looked back at; not for longer than that.
                if at - since > LOOK_BACK_STEPS * self._step_s:
                    del self._restarted[key]
                continue
            del self._restarted[key]
            if before <= value <= usual:
                yield key, before

    def _usual_of_target(self, at: int, buckets: int = 1) -> int:
        """Events that a target usually has in so many buckets.

        Where all targets are gone (they are stopped before others start) those count that were there last.
        """
        last = min(at, max(self._alive.values(), default=at) + self._step_s)
        alive = sum(seen >= last - self._step_s for seen in self._alive.values())
        return buckets * self._usual // (16 * alive) if alive else 0

    def _was_scraped(self, target: int, at: int) -> bool:
        return self._alive.get(target, -1) >= at - self._step_s

    def _doubt(self, values: Mapping[int, int], created: int, credited: int, total: int) -> Doubt:
        if not any(map(self._is_total.__getitem__, values)):
            return Doubt.ABSENT
        if self._reading.part_required and not any(map(self._is_part.__getitem__, values)):
            return Doubt.PART_MISSING
        if self._at is None:
            return Doubt.FIRST
        usual = max(1, self._usual // 16, total - credited)
        if credited > SUSPECT_TIMES * usual and created * 2 >= len(values):
            return Doubt.SUSPECT
        return Doubt.NONE

    def _remember(self, at: int, values: Mapping[int, int], total: int | None) -> None:
        self._at = at
        self._values.update(values)
        self._last.update(dict.fromkeys(values, at))
        self._alive.update({self._target[key]: at for key in values})
        if total is not None:
            self._usual += (16 * total - self._usual) // 16
