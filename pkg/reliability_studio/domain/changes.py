"""Changes that somebody tells of: a deployment by a pipeline, a feature flag, a migration.

What a cluster shows is found there without anybody's help; the rest is known only to those who did it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from reliability_studio.errors import Invalid

KEPT = timedelta(days=90)
AHEAD = timedelta(minutes=5)
"""Clocks of senders may be so far ahead."""


class ChangeKind(StrEnum):
    """What was done; it decides how much a change counts before any evidence."""

    DEPLOY = "deploy"
    CONFIG = "config"
    FLAG = "flag"
    SCALE = "scale"
    RESTART = "restart"
    MIGRATION = "migration"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ReportedChange:
    """One change of one service."""

    key: str
    """The sender's own name of it, unique in the organisation."""
    service: str
    kind: ChangeKind
    title: str
    at: datetime
    """When it took effect."""
    reported_at: datetime
    reported_by: str
    version: str = ""
    url: str = ""
    """Where to read on: the pipeline's run, the flag's page."""
    author: str = ""
    id: int = 0

    @property
    def summary(self) -> str:
        """The change in one line."""
        version = f" {self.version}" if self.version and self.version not in self.title else ""
        author = f" by {self.author}" if self.author else ""
        return f"{self.title}{version}{author}"


def check(change: ReportedChange) -> None:
    """Refuse what cannot be placed in time.

    Raises:
        Invalid: it lies in the future, or was over before anything is kept.
    """
    if change.at > change.reported_at + AHEAD:
        raise Invalid.field("at", "lies in the future: tell of a change when it takes effect")
    if change.at < change.reported_at - KEPT:
        raise Invalid.field("at", f"is more than {KEPT.days} days ago: nothing that old is kept")
