"""What became of a delivery of alerts, as its sender is told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one delivery; numbers are those of incidents."""

    received: int = 0
    opened: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()
    repeated: int = 0
    set_aside: int = 0


def together(parts: Sequence[Taken]) -> Taken:
    """What became of a delivery that was taken in parts."""
    return Taken(
        received=sum(one.received for one in parts),
        opened=_names(one.opened for one in parts),
        joined=_names(one.joined for one in parts),
        resolved=_names(one.resolved for one in parts),
        repeated=sum(one.repeated for one in parts),
        set_aside=sum(one.set_aside for one in parts),
    )


def _names(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in parts for name in part))
