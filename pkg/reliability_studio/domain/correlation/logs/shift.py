"""Patterns of log lines with their counts, and which of them are new or came more often since the onset.

A shift is the signed root of the G statistic of two rates, divided by how bursty the pattern is by nature; a
pattern that was never there before gets a bonus, unless a deployment explains harmless new lines. Levels
weigh: an info line that comes more often is mostly traffic.
"""

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from reliability_studio.domain.correlation.logs import drain, known, lines, masks
from reliability_studio.domain.correlation.noise import LINEAR_UP_TO, MOST

MOST_LINES = 200_000
MOST_DISTINCT = 4_000
"""Masked lines that go through the tree, most frequent first."""
MOST_COMPARED = 2_000
"""Patterns that are compared, most frequent first; what came once or twice says nothing anyway."""
MOST_PATTERNS = 500
LEAST_COUNT = 3
"""Lines that a pattern needs on one side to be compared."""
NOVEL_BONUS = 1.0
ENOUGH_LINES = 30
"""Earlier lines of the service without which nothing is called new."""
_WEIGHTS = {"critical": 1.0, "error": 1.0, "warning": 0.7, "unknown": 0.4, "info": 0.3}


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern of one service: how often it came before and since, and what that is worth."""

    id: str
    service: str
    template: str
    level: str
    before: int
    now: int
    before_rate: float
    """Lines per minute."""
    now_rate: float
    strength: float
    novel: bool
    first_ts: int
    """First line since the onset, or first of all if there is none since; milliseconds."""
    examples: tuple[str, ...]
    meaning: known.Meaning | None

    @property
    def count(self) -> int:
        """All lines of the pattern."""
        return self.before + self.now


def patterns(logs: pl.DataFrame) -> pl.DataFrame:
    """Rows `ts`, `service`, `text`, `level`, `template` from raw lines; what cannot be dated is left out."""
    rows = logs.filter(pl.col("ts").is_not_null() & pl.col("message").is_not_null()).with_columns(
        pl.col("service").fill_null("")
    )
    if rows.height > MOST_LINES:
        # Evenly thinned in time, so that rates keep their proportion.
        rows = rows.sort("ts", "service", "message").gather_every(-(-rows.height // MOST_LINES))
    rows = rows.select("ts", "service", pl.col("message").str.slice(0, lines.MOST_CHARACTERS), given="level")
    # Many lines are equal: parse and mask each distinct one once.
    distinct = rows.select("message", "given").unique(maintain_order=True).with_columns(level="given")
    said = lines.parsed(distinct).with_columns(mask=masks.masked(pl.col("text")))
    named = said.with_columns(template=_templates(said)).select(
        "message", "given", "text", "level", "template"
    )
    return rows.join(named, on=["message", "given"], how="left", nulls_equal=True).select(
        "ts", "service", "text", "level", "template"
    )


def _templates(said: pl.DataFrame) -> pl.Expr:
    """Each masked line's pattern: the frequent ones through the tree, the rest by how they begin.

    Text that is different each time is no pattern, and comparing it with every other costs seconds.
    """
    counted = said.group_by("mask").agg(n=pl.len()).sort("n", "mask", descending=[True, False])
    tree = drain.clustered(sorted(counted.head(MOST_DISTINCT)["mask"].to_list()))
    beginning = pl.concat_str(
        pl.col("mask").str.split(" ").list.head(2).list.join(" "), pl.lit(f" {drain.WILDCARD}")
    )
    return pl.coalesce(pl.col("mask").replace_strict(tree, default=None, return_dtype=pl.String), beginning)


def compare(
    found: pl.DataFrame,
    onset: int,
    end: int,
    start: int,
    *,
    deployed: Callable[[str], bool] = lambda _service: False,
) -> tuple[Pattern, ...]:
    """Patterns before and since the onset, most telling first; [start, onset) against [onset, end), in ms.

    `deployed` says whether a service was deployed within ten minutes of the onset.
    """
    inside = found.filter(pl.col("ts").is_between(start, end, closed="left"))
    if inside.is_empty():
        return ()
    first = inside["ts"].min()
    begin = max(start, first) if isinstance(first, int) else start
    minutes = (max(1.0, (onset - begin) / 60_000), max(1.0, (end - onset) / 60_000))
    grouped = _counted(inside, onset)
    if grouped.height > MOST_COMPARED:
        grouped = grouped.sort(
            pl.col("before") + pl.col("now"), "service", "template", "level", descending=[True] + [False] * 3
        ).head(MOST_COMPARED)
    usual = {
        str(service): int(count)
        for service, count in inside.filter(pl.col("ts") < onset)
        .group_by("service")
        .agg(pl.len())
        .iter_rows()
    }
    growth = _growth(inside, onset, minutes)
    made = [_pattern(row, minutes, usual, growth, deployed) for row in grouped.iter_rows(named=True)]
    made.sort(key=lambda each: (-each.strength, -each.now, each.service, each.template, each.level))
    return tuple(made[:MOST_PATTERNS])


def _counted(inside: pl.DataFrame, onset: int) -> pl.DataFrame:
    since = pl.col("ts") >= onset
    named = ["service", "template", "level"]
    # Patterns get numbers first: grouping by three texts costs several times what one number costs.
    known_as = inside.select(named).unique().sort(named).with_row_index("pattern")
    rows = inside.join(known_as, on=named, how="left", nulls_equal=True, maintain_order="left").select(
        "ts", "text", "pattern"
    )
    # Burstiness: variance over mean of the counts per minute while all was normal.
    per_minute = (
        rows.filter(~since)
        .group_by("pattern", minute=pl.col("ts") // 60_000)
        .agg(n=pl.len())
        .group_by("pattern")
        .agg(burst=pl.col("n").var(ddof=0) / pl.col("n").mean())
    )
    counted = (
        rows.sort("ts", "text")
        .group_by("pattern")
        .agg(
            before=(~since).sum(),
            now=since.sum(),
            first=pl.col("ts").filter(since).min(),
            ever=pl.col("ts").min(),
            examples=pl.col("text").filter(since).unique(maintain_order=True).head(3),
            older=pl.col("text").first(),
        )
    )
    return (
        known_as.join(counted, on="pattern", how="left")
        .join(per_minute, on="pattern", how="left")
        .sort("pattern")
        .drop("pattern")
    )


def _growth(inside: pl.DataFrame, onset: int, minutes: tuple[float, float]) -> Mapping[str, float]:
    """How much the service's harmless lines grew: the traffic that every line's rate follows."""
    calm = inside.filter(~pl.col("level").is_in([*lines.ERROR_LEVELS, "warning"]))
    rows = calm.group_by("service").agg(
        before=(pl.col("ts") < onset).sum(), now=(pl.col("ts") >= onset).sum()
    )
    return {
        str(service): max(1.0, ((now + 0.5) / minutes[1]) / ((before + 0.5) / minutes[0]))
        for service, before, now in rows.iter_rows()
        if before >= ENOUGH_LINES
    }


def _pattern(
    row: Mapping[str, object],
    minutes: tuple[float, float],
    usual: Mapping[str, int],
    growth: Mapping[str, float],
    deployed: Callable[[str], bool],
) -> Pattern:
    service, template, level = str(row["service"]), str(row["template"]), str(row["level"])
    before, now = _whole(row["before"]), _whole(row["now"])
    burst = row["burst"]
    grown = growth.get(service, 1.0)
    root = signed_root(before, now, minutes[0] * grown, minutes[1]) / math.sqrt(
        max(1.0, burst if isinstance(burst, float) else 1.0)
    )
    severe = level in lines.ERROR_LEVELS
    novel = (
        before == 0
        and now >= LEAST_COUNT
        and usual.get(service, 0) >= ENOUGH_LINES
        and (severe or not deployed(service))
    )
    strength = 0.0
    if root > 0 and max(before, now) >= LEAST_COUNT:
        tail = root * root / 2 / math.log(10)
        flat = tail if tail <= LINEAR_UP_TO else LINEAR_UP_TO + 1.5 * math.log10(tail - LINEAR_UP_TO + 1)
        strength = min(MOST, (flat + NOVEL_BONUS * novel)) * _WEIGHTS.get(level, 0.1)
    examples = row["examples"] if isinstance(row["examples"], list) else []
    return Pattern(
        id=hashlib.sha256(f"{service}\0{level}\0{template}".encode()).hexdigest()[:16],
        service=service,
        template=template,
        level=level,
        before=before,
        now=now,
        before_rate=before / minutes[0],
        now_rate=now / minutes[1],
        strength=strength,
        novel=novel,
        first_ts=_whole(row["first"] if row["first"] is not None else row["ever"]),
        examples=tuple(str(each)[:500] for each in (examples or [row["older"]])),
        meaning=known.meaning(f"{template} {examples[0]}", level) if strength > 0 and examples else None,
    )


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def signed_root(before: int, now: int, minutes_before: float, minutes_now: float) -> float:
    """Signed root of the G statistic of two rates, half a line added to each; positive: more often now."""
    a, b = before + 0.5, now + 0.5
    share = minutes_now / (minutes_before + minutes_now)
    expected_b = (a + b) * share
    expected_a = (a + b) - expected_b
    g = 2 * (a * math.log(a / expected_a) + b * math.log(b / expected_b))
    return math.copysign(math.sqrt(max(0.0, g)), b - expected_b)
