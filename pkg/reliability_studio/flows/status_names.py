"""Own names for the states of incidents: reading and changing them.

await names.current(org_id)
await names.put(org_id, given, by=…, now=…, version=…)
"""

from collections.abc import Sequence
from datetime import datetime

from reliability_studio.domain.incidents.model import Status
from reliability_studio.domain.incidents.status_names import BUILT_IN, Name, StatusNames, problems
from reliability_studio.errors import FieldProblem, Invalid
from reliability_studio.flows.reminders import MAX_PREFERENCES
from reliability_studio.flows.shelf import Held, Shelf
from reliability_studio.store.documents import Kind
from reliability_studio.store.engine import Database
from reliability_studio.store.status_names import NAME


class StatusNaming:
    """The names of the states, for all organisations of one database."""

    def __init__(self, database: Database) -> None:
        self._shelf = Shelf(database, Kind.PREFERENCE, StatusNames, most=MAX_PREFERENCES)

    async def current(self, org_id: int) -> Held[StatusNames]:
        """What an organisation calls its states; version 0 while nobody chose names."""
        return await self._shelf.find(org_id, NAME) or Held(NAME, BUILT_IN)

    async def put(
        self,
        org_id: int,
        given: Sequence[tuple[Status, Name]],
        *,
        by: str,
        now: datetime,
        version: int | None = None,
    ) -> Held[StatusNames]:
        """Name the states; those that are not given, or given without a label, have their built-in name.

        Raises:
            Invalid: two states would be called alike.
            StaleWrite: somebody else changed the names meanwhile.
        """
        wrong = [FieldProblem(f"$.statuses[{index}].{field}", why) for index, field, why in problems(given)]
        if wrong:
            raise Invalid("the names do not tell the states apart", tuple(wrong))
        names = StatusNames({status: name for status, name in given if name != Name()})
        return await self._shelf.put(org_id, Held(NAME, names), by=by, now=now, version=version)
