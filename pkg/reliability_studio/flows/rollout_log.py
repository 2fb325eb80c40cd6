"""Reading the rollouts that were seen; it asks no cluster, so panels can use it too."""

from collections.abc import Collection
from datetime import datetime

from reliability_studio.store import rollouts
from reliability_studio.store.engine import Database
from reliability_studio.store.rollouts import Rollout


class RolloutLog:
    """Rollouts of one organisation with their verdicts."""

    def __init__(self, org_id: int, database: Database) -> None:
        self._org_id = org_id
        self._database = database

    async def listing(
        self, *, since: datetime, until: datetime | None = None, services: Collection[str] = (), limit: int
    ) -> tuple[Rollout, ...]:
        """Rollouts that began since a moment, newest first; of all services if none is named."""
        async with self._database.reading() as connection:
            return await rollouts.listing(
                connection, self._org_id, since=since, until=until, services=services, limit=limit
            )
