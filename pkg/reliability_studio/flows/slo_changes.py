"""What an SLO promised before: every change of its definition, out of the audit log."""

from dataclasses import dataclass
from datetime import datetime

from reliability_studio.domain.slo.spec import Definition
from reliability_studio.errors import NotFound
from reliability_studio.store import audit
from reliability_studio.store import slos as rows
from reliability_studio.store.audit import Deed
from reliability_studio.store.engine import Database
from reliability_studio.store.paging import Page
from reliability_studio.store.slo_document import from_document

_DEFINING = frozenset({"slo.create", "slo.edit"})


@dataclass(frozen=True, slots=True)
class Revision:
    """One change of a definition; `before` is None where the SLO was created."""

    at: datetime
    by: str
    before: Definition | None
    after: Definition


class SloChanges:
    """The changes of one organisation's SLOs."""

    def __init__(self, org_id: int, database: Database) -> None:
        self._org_id = org_id
        self._database = database

    async def page(self, slo_id: str, *, cursor: str | None, limit: int) -> Page[Revision]:
        """A page of changes of one SLO, newest first.

        Raises:
            NotFound: the organisation has no SLO of this id.
            BadRequest: the cursor belongs to another list.
        """
        async with self._database.reading() as connection:
            if await rows.get(connection, self._org_id, slo_id) is None:
                raise NotFound(f"there is no SLO '{slo_id[:100]}'")
            found = await audit.page(
                connection, self._org_id, cursor=cursor, limit=limit, subject=f"slo:{slo_id}"
            )
        revisions = tuple(revision for deed in found.items if (revision := _revision(deed)) is not None)
        return Page(revisions, found.total, found.cursor)


def _revision(deed: Deed) -> Revision | None:
    if deed.action not in _DEFINING or deed.after is None:
        return None
    before = None if deed.before is None else from_document(deed.before)
    return Revision(deed.at, deed.actor, before, from_document(deed.after))
