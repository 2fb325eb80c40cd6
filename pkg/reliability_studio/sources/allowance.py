"""How many calls one piece of work may make to all sources together, counted at the one way out.

    with allowed(60) as allowance:
        ...                              # every call of any source client in here, in any task of it
    allowance.spent                      # how many were made

Outside such a block calls are not counted. The last call that fits is made; the next one is refused in words.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from reliability_studio.errors import SourceRejected


@dataclass(slots=True)
class Allowance:
    """Calls that may be made, and those that were."""

    most: int
    spent: int = 0

    @property
    def left(self) -> int:
        """Calls that may still be made."""
        return max(0, self.most - self.spent)


class AllowanceSpent(SourceRejected):
    """The work has made all the calls that it may."""

    code = "allowance_spent"


_current: ContextVar[Allowance | None] = ContextVar("allowance", default=None)


@contextmanager
def allowed(most: int) -> Iterator[Allowance]:
    """Count the calls of this block, and refuse those beyond `most`."""
    allowance = Allowance(most)
    token = _current.set(allowance)
    try:
        yield allowance
    finally:
        _current.reset(token)


def spend(source: str) -> None:
    """Take one call from the allowance of the present work, if it has one.

    Raises:
        AllowanceSpent: nothing is left.
    """
    allowance = _current.get()
    if allowance is None:
        return
    if not allowance.left:
        raise AllowanceSpent(
            f"{source} was not asked: all {allowance.most} queries of the investigation are used",
            source=source,
        )
    allowance.spent += 1
