"""What was told to the outside and what became of it, for people; and telling it again."""

from datetime import datetime

from reliability_studio.errors import NotFound
from reliability_studio.store import audit, deliveries
from reliability_studio.store.deliveries import Delivery, State
from reliability_studio.store.engine import Database
from reliability_studio.store.paging import Page


class DeliveryLog:
    """The messages of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self,
        org_id: int,
        *,
        states: tuple[State, ...] = (),
        target: str = "",
        number: int | None = None,
        cursor: str | None,
        limit: int,
    ) -> Page[Delivery]:
        """A page of the log, newest first; of some states, one target, one incident.

        Raises:
            BadRequest: the cursor belongs to another list.
        """
        async with self._database.reading() as connection:
            return await deliveries.page(
                connection, org_id, states=states, target=target, number=number, cursor=cursor, limit=limit
            )

    async def again(self, org_id: int, delivery_id: int, *, by: str, now: datetime) -> Delivery:
        """Send a message again, now, with all its tries before it.

        Raises:
            NotFound: there is no such message.
        """
        async with self._database.writing() as connection:
            before = await deliveries.get(connection, org_id, delivery_id)
            if before is None:
                raise NotFound("there is no such message; it may be older than messages are kept")
            await deliveries.again(connection, delivery_id, now)
            after = await deliveries.get(connection, org_id, delivery_id)
            was = {"state": before.state.value, "attempts": before.attempts, "target": before.target}
            await audit.append(
                connection, org_id, now, by, "delivery.again", f"delivery:{delivery_id}", was, None
            )
        return after or before
