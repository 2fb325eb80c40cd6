"""Which incidents may be part of which: one level, so that everybody sees who leads (row 33).

A parent is what people work on; its children stay incidents of their own, with their alerts, their people and
their clocks. Merging is for what is the same, this is for what belongs together.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from reliability_studio.domain.incidents.model import Incident

MOST_CHILDREN = 200


def why_not(parent: Incident, child: Incident, *, children: int, grandchildren: int) -> str:
    """Why one cannot be part of the other; empty when it can.

    Args:
        parent: the one that takes in.
        child: the one that is taken in.
        children: how many the parent has already.
        grandchildren: how many the child has.
    """
    return next(_reasons(parent, child, children, grandchildren), "")


def _reasons(parent: Incident, child: Incident, children: int, grandchildren: int) -> Iterator[str]:
    if parent.number == child.number:
        yield "an incident cannot be part of itself"
    for one in (parent, child):
        if one.merged_into is not None:
            yield f"{one.key} was merged into INC-{one.merged_into}: use that one"
    if parent.parent is not None:
        yield f"{parent.key} is part of INC-{parent.parent} itself: use that one"
    if grandchildren:
        yield f"{child.key} has parts of its own: let them go first"
    if child.parent is not None and child.parent != parent.number:
        yield f"{child.key} is part of INC-{child.parent}: let it go first"
    if children >= MOST_CHILDREN:
        yield f"{parent.key} has {MOST_CHILDREN} parts already"


def under(child: Incident, parent: Incident | None, by: str, now: datetime) -> Incident:
    """The child as part of this parent, or of none."""
    return replace(child, parent=None if parent is None else parent.number, updated_at=now, updated_by=by)
