"""The script of the bad rollout: payments v2 replaces v1 pod by pod, fails, and is rolled back.

Begin and end are moments of the shop's time, set ahead or on command. Everything that depends on the
rollout asks here, so that what is scraped follows from the script alone.
"""

from dataclasses import dataclass

BAD = 2
"""The revision that is faulty."""

STEP = 4.0
"""Seconds between the replacement of one pod and the next."""


@dataclass(slots=True)
class BadRollout:
    """When payments v2 comes and goes, and how bad it is."""

    begin_at: float | None = None
    """Unix seconds; None: not planned."""
    end_at: float | None = None
    service: str = "payments"
    failing: float = 0.5
    """Share of v2's requests that fail."""
    slow: float = 0.6
    """Share of v2's requests that wait."""
    wait: float = 1.4
    """How long those wait, in seconds."""

    def begin(self, now: float) -> None:
        """Roll the bad version out."""
        self.begin_at, self.end_at = now, None

    def end(self, now: float) -> None:
        """Roll back."""
        self.end_at = now

    def revision(self, service: str, slot: int, now: float) -> int:
        """Which rollout a slot is at: 1 before the fault, 2 while it lasts, 3 once rolled back."""
        if service != self.service or self.begin_at is None:
            return 1
        lag = slot * STEP
        if self.end_at is not None and now >= self.end_at + lag:
            return 3
        return 2 if now >= self.begin_at + lag else 1


def version(revision: int) -> str:
    """The version that a revision runs; the rollback runs the first one again."""
    return "v2" if revision == BAD else "v1"
