"""An organisation's own template of post-incident reports: reading and changing it."""

from datetime import datetime

from reliability_studio.domain.incidents.report_template import OwnTemplate, problems
from reliability_studio.errors import FieldProblem, Invalid
from reliability_studio.flows.shelf import MAX_PREFERENCES, Held, Shelf
from reliability_studio.store.documents import Kind
from reliability_studio.store.engine import Database
from reliability_studio.store.report_template import NAME


class ReportTemplates:
    """The templates of one database, one for each organisation."""

    def __init__(self, database: Database) -> None:
        self._shelf = Shelf(database, Kind.PREFERENCE, OwnTemplate, most=MAX_PREFERENCES)

    async def current(self, org_id: int) -> Held[OwnTemplate]:
        """The own template; an empty text, of version 0 at first, means the built-in one."""
        return await self._shelf.find(org_id, NAME) or Held(NAME, OwnTemplate())

    async def put(
        self, org_id: int, text: str, *, by: str, now: datetime, version: int | None = None
    ) -> Held[OwnTemplate]:
        """Make reports by this template from now on; an empty one brings the built-in one back.

        Reports that people wrote stay as they are.

        Raises:
            Invalid: it cannot be used; says why, with the line.
            StaleWrite: somebody else changed it meanwhile.
        """
        check(text)
        wanted = Held(NAME, OwnTemplate(text))
        return await self._shelf.put(org_id, wanted, by=by, now=now, version=version)


def check(text: str) -> None:
    """Refuse a template that cannot be used.

    Raises:
        Invalid: says why, with the line.
    """
    found = tuple(FieldProblem("$.text", why) for why in problems(text))
    if found:
        raise Invalid("the template cannot be used: " + "; ".join(each.problem for each in found[:3]), found)
