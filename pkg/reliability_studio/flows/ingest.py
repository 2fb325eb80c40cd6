"""One door for alerts, wherever they come from: webhook, polling, our own burn rates.

    taken = await intake.apply(org_id, events, now)

One transaction that holds the organisation, then publication. The answer comes after the commit, so an
alert that was taken is durable, and one that was not is the sender's to repeat. `sweep` ends what flap
damping held open, and places what maintenance kept aside.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.clock import Clock
from reliability_studio.domain.alerts import AlertEvent, merge
from reliability_studio.errors import StaleWrite, StoreUnavailable
from reliability_studio.flows.admission import Admission, Episode
from reliability_studio.flows.hub import Hub
from reliability_studio.flows.outward import Tell, tell_nobody
from reliability_studio.flows.rules import policy as read_policy
from reliability_studio.flows.taken import Taken
from reliability_studio.store import audit
from reliability_studio.store.engine import Database, lock_organisation

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who delivers alerts, and through which door."""

    login: str
    door: str
    """`webhook:alertmanager`, `webhook:generic/nagios`, …"""


class Intake:
    """Takes alerts in, for all organisations of one database."""

    def __init__(self, database: Database, hub: Hub, clock: Clock, *, tell: Tell = tell_nobody) -> None:
        self._database = database
        self._hub = hub
        self._clock = clock
        self._tell = tell

    async def apply(
        self,
        org_id: int,
        events: Sequence[AlertEvent],
        now: datetime | None = None,
        *,
        sender: Sender | None = None,
    ) -> Taken:
        """Take events in; when this returns, they are stored.

        Args:
            org_id: whose they are.
            events: reports, in any order.
            now: when they came; the clock's moment when it is left out.
            sender: who delivered them; the audit log names who opened or ended incidents by alerts.

        Raises:
            StoreUnavailable: nothing was stored; the sender may repeat all of it.
        """
        moment = now or self._clock.now()
        if not events:
            return Taken()
        merged: dict[Episode, AlertEvent] = {}
        for event in events:
            earlier = merged.get(event.episode)
            merged[event.episode] = event if earlier is None else merge(earlier, event)
        try:
            async with self._database.writing() as connection:
                await lock_organisation(connection, org_id)
                rules = await read_policy(connection, org_id)
                admission = Admission(connection, org_id, moment, rules, self._tell)
                await admission.take(merged)
                if sender is not None:
                    await _audit(connection, org_id, moment, sender, admission.taken, len(events))
        except StaleWrite as error:
            # Another process changed the incident between our read and our write: all of it is repeated.
            raise StoreUnavailable("an incident changed while its alerts came in; send them again") from error
        taken = replace(admission.taken, received=len(events))
        self._publish(org_id, admission)
        _log.info(
            "alerts taken in",
            extra={
                "received": taken.received,
                "opened": len(taken.opened),
                "repeated": taken.repeated,
                "set_aside": taken.set_aside,
            },
        )
        return taken

    async def sweep(self, org_id: int, now: datetime) -> tuple[str, ...]:
        """End incidents whose flap damping is over; place alerts whose maintenance, or parent, is over.

        Returns:
            The numbers of the incidents that ended.
        """
        async with self._database.writing() as connection:
            await lock_organisation(connection, org_id)
            rules = await read_policy(connection, org_id)
            admission = Admission(connection, org_id, now, rules, self._tell)
            await admission.end_waits()
        self._publish(org_id, admission)
        return admission.taken.resolved

    def _publish(self, org_id: int, admission: Admission) -> None:
        for notice in admission.notices:
            self._hub.publish(org_id, notice)


async def _audit(
    connection: AsyncConnection, org_id: int, at: datetime, sender: Sender, taken: Taken, received: int
) -> None:
    """Write down who opened or ended incidents by alerts; a delivery that did neither is no deed."""
    if taken.opened or taken.resolved:
        done = {"alerts": received, "opened": list(taken.opened), "resolved": list(taken.resolved)}
        await audit.append(connection, org_id, at, sender.login, "alerts.deliver", sender.door, None, done)
