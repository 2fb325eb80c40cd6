"""What the incidents of a period say together, read from the store; and what is still to do after them."""

from dataclasses import dataclass
from datetime import datetime

from reliability_studio.domain.incidents.insights import Insights, insights
from reliability_studio.domain.incidents.tasks import TaskKind
from reliability_studio.store import incident_lists, tasks
from reliability_studio.store.engine import Database
from reliability_studio.store.incident_lists import MAX_COLUMNS, Filter


@dataclass(frozen=True, slots=True)
class FollowUps:
    """Work that incidents left behind."""

    open: int
    overdue: int


class Learning:
    """Insights of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(
        self, org_id: int, start: datetime, end: datetime, now: datetime
    ) -> tuple[Insights, FollowUps]:
        """Insights into the incidents that began in the period, and all open follow-ups."""
        sought = Filter(started_from=start, started_to=end)
        async with self._database.reading() as connection:
            rows = await incident_lists.columns(connection, org_id, sought, MAX_COLUMNS)
            left = await tasks.unfinished(connection, org_id, TaskKind.FOLLOWUP)
        overdue = sum(one.due_at is not None and one.due_at < now for one in left)
        return insights(rows), FollowUps(len(left), overdue)
