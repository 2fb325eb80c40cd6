"""By which template an organisation makes its reports, read inside somebody else's transaction."""

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.incidents.report_template import DEFAULT, OwnTemplate
from reliability_studio.store import documents
from reliability_studio.store.documents import Kind

NAME = "report-template"
"""Under which it is kept among the preferences of an organisation."""


async def read(connection: AsyncConnection, org_id: int) -> str:
    """The template; the built-in one while there is no own."""
    found = await documents.get(connection, org_id, Kind.PREFERENCE, NAME)
    return (msgspec.convert(found.body, OwnTemplate).text if found is not None else "") or DEFAULT
