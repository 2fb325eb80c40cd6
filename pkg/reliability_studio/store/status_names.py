"""What an organisation calls the states of incidents, read inside somebody else's transaction."""

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.incidents.status_names import BUILT_IN, StatusNames
from reliability_studio.store import documents
from reliability_studio.store.documents import Kind

NAME = "statuses"
"""Under which they are kept among the preferences of an organisation."""


async def read(connection: AsyncConnection, org_id: int) -> StatusNames:
    """The names; the built-in ones while nobody chose others."""
    found = await documents.get(connection, org_id, Kind.PREFERENCE, NAME)
    return BUILT_IN if found is None else msgspec.convert(found.body, StatusNames)
