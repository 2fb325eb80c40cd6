"""Who calls, for the directory of people."""

from datetime import datetime

from reliability_studio.api.calls import Caller
from reliability_studio.flows.people import People, Visitor


async def note(people: People, caller: Caller, now: datetime) -> None:
    """Remember the caller, so that work can be assigned to them."""
    role = caller.role.name.title()
    visitor = Visitor(caller.login, caller.name, caller.email, role, caller.user_uid)
    await people.note(caller.org_id, visitor, now)
