"""What differs between two versions of a workload's pod template (row 61).

    differences(before, after)    field by field, bounded, in the order of the fields' names
    summary(found)                the first few in one line

A manifest is a flat map of fields, `web.limits.memory` for example. Values that may be secret are not in it:
of an environment variable there is only whether it is set, or where it comes from, and a mark that differs
when the value does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST = 40
"""Differences that are kept of one change."""
MOST_NAMED = 3
IMAGE = ".image"
"""How the fields of images end."""
HIDDEN = "set, value not shown"
CHANGED = "changed, value not shown"


@dataclass(frozen=True, slots=True)
class Shown:
    """One field of a manifest as it may be shown."""

    text: str
    mark: int = 0
    """Of the whole value, so that a change is seen where the value is not. It means nothing elsewhere."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that two versions do not share; empty text where a version does not have it."""

    field: str
    before: str
    after: str


Manifest = Mapping[str, Shown]


def differences(before: Manifest, after: Manifest) -> tuple[Difference, ...]:
    """Fields that differ; the last one says how many were left out when there are more than `MOST`."""
    found = [
        _difference(field, before.get(field), after.get(field))
        for field in sorted({*before, *after})
        if before.get(field) != after.get(field)
    ]
    if len(found) <= MOST:
        return tuple(found)
    return (*found[: MOST - 1], Difference("…", "", f"{len(found) - MOST + 1} more fields"))


def summary(found: Sequence[Difference]) -> str:
    """In one line; empty when nothing differs."""
    told = ", ".join(_told(each) for each in found[:MOST_NAMED])
    more = len(found) - MOST_NAMED
    return f"{told} and {more} more" if more > 0 else told


def _difference(field: str, before: Shown | None, after: Shown | None) -> Difference:
    old, new = (each.text if each else "" for each in (before, after))
    return Difference(field, old, CHANGED if before and after and old == new else new)


def _told(each: Difference) -> str:
    if not each.before:
        return f"{each.field} added" if each.after == HIDDEN else f"{each.field} {each.after} added"
    if not each.after:
        return f"{each.field} removed"
    if each.after == CHANGED:
        return f"{each.field} changed"
    return f"{each.field} {each.before} to {each.after}"
