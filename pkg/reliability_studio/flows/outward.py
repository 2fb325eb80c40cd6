"""Who outside is told of a change: the seam between what changes incidents and what sends messages."""

from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.incidents.model import Incident


class Tell(Protocol):
    """Writes down who outside is to be told of a change, inside the change's transaction."""

    async def __call__(
        self, connection: AsyncConnection, before: Incident | None, after: Incident, *, at: datetime, by: str
    ) -> object:
        """Called once per stored change."""
        ...


class Remind(Protocol):
    """Writes down who outside is to be reminded of what waits; the names of the targets."""

    async def __call__(
        self, connection: AsyncConnection, incident: Incident, reason: str, key: str, *, at: datetime
    ) -> tuple[str, ...]:
        """Called once per reminder, inside its transaction."""
        ...


async def tell_nobody(
    connection: AsyncConnection,  # noqa: ARG001 - the shape of `Tell`
    before: Incident | None,  # noqa: ARG001
    after: Incident,  # noqa: ARG001
    *,
    at: datetime,  # noqa: ARG001
    by: str,  # noqa: ARG001
) -> object:
    """For organisations without targets."""
    return None
