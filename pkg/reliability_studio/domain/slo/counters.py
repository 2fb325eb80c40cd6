"""What counting works with: series and their roles, snapshots of their values, and what is remembered.

A snapshot is the value of every series at one pinned moment; `counting` makes events of the differences.
Everything here is plain numbers: a backfill has millions of them.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from reliability_studio.domain.slo.reading import Role

MAX_SERIES = 50_000
"""Series of one SLO; more cannot be shipped every minute."""

_TARGET_LABELS = ("job", "instance")
_INSTANCE_LABELS = ("pod", "container", "node", "host")


class Doubt(StrEnum):
    """Why nothing was counted between two snapshots."""

    NONE = "none"
    """Counted."""
    FIRST = "first_snapshot"
    """There is nothing to compare with; counting starts here."""
    ABSENT = "absent"
    """No series of the total was there."""
    PART_MISSING = "part_missing"
    """The total is there, the part that must exist is not: a histogram without that bucket."""
    SUSPECT = "suspect"
    """Rule 3."""
    NO_SHARE = "no_share"
    """What should be one share from 0 to 1 is something else."""


@dataclass(frozen=True, slots=True)
class Member:
    """What never changes about a series."""

    target: int
    """Identity of the scraped process that it belongs to."""
    role: Role


@dataclass(frozen=True, slots=True)
class Seen:
    """What is remembered of a series from snapshot to snapshot."""

    value: int
    at: int
    """Unix seconds of the last snapshot that had it."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What one SLO remembers. `at` is the moment of the last snapshot, None before the first."""

    at: int | None = None
    series: Mapping[int, Seen] = field(default_factory=dict)
    members: Mapping[int, Member] = field(default_factory=dict)
    usual: int = 0
    """Events per snapshot lately, times 16: a running mean in whole numbers."""
    restarted: Mapping[int, int] = field(default_factory=dict)
    """Series whose process was restarted, and when, that have not shown a new value yet (rule 7)."""


Snapshot = tuple[int, Mapping[int, int]]
"""A moment (Unix seconds) and the value of each series by identity."""


Peaks = Mapping[int, Mapping[int, int]]
"""By moment and series: the highest value within the bucket that ends then."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What happened between two snapshots; the second was taken at `at`."""

    at: int
    bad: int
    total: int
    doubt: Doubt
    series: int = 0
    resets: int = 0
    created: int = 0
    """Series that were not known before."""
    credited: int = 0
    """Events that counted because a series was created (rule 2)."""


def identity(labels: Mapping[str, str], scope: str = "") -> int:
    """A stable 64-bit hash of a label set."""
    text = "\x00".join(f"{name}\x01{labels[name]}" for name in sorted(labels))
    digest = hashlib.blake2b(f"{scope}\x02{text}".encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest(), "big", signed=True)


def target_of(labels: Mapping[str, str]) -> int:
    """Identity of the process that a series comes from, by the labels that Prometheus gives to targets.

    Without an `instance` (dropped, or aggregated away) the pod, container, node or host stand in for it.
    """
    named = {name: labels[name] for name in _TARGET_LABELS if name in labels}
    if "instance" not in named:
        named |= {name: labels[name] for name in _INSTANCE_LABELS if name in labels}
    return identity(named, "target")


def counter_value(value: float) -> int | None:
    """A counter's value as a whole number; None for what no counter can be (rule 5).

    Rounding the counter and not its differences keeps sums exact, whatever the counter counts in.
    """
    return round(value) if math.isfinite(value) and value >= 0 else None


def largest(pairs: Sequence[tuple[int, int]]) -> dict[int, int]:
    """One value per series. Two under one identity (an upgrade respells `le`): the newer is the larger."""
    found: dict[int, int] = {}
    for key, value in pairs:
        found[key] = max(value, found.get(key, value))
    return found
