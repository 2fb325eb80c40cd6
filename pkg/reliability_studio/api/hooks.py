"""Webhooks of alert senders: Alertmanager, Grafana's contact point, and any JSON with a mapping.

    bytes → shape of the sender → AlertEvents → Intake → 200 with what was taken in

The answer comes after the commit. Senders differ in what they do with errors: Alertmanager repeats on 5xx and
drops on any 4xx, so a wrong shape is 422 with a text that helps the person who configures it, and overload is
503, never 429. Unknown fields are left alone, because senders add new ones.
"""

import asyncio
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from reliability_studio.api.alert_payloads import alertmanager_events, generic_events, grafana_events
from reliability_studio.api.alert_shapes import IntakeShape
from reliability_studio.api.calls import Role
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.domain.alerts import AlertEvent
from reliability_studio.errors import Forbidden, NotFound, Overloaded
from reliability_studio.flows.ingest import Intake, Sender
from reliability_studio.flows.integrations import Integration, Integrations
from reliability_studio.flows.taken import together

MAX_WAITING = 200
"""Deliveries that wait for the database; a further one is told to come again."""
MAX_ALERTS = 5_000
"""Alerts in one transaction; a larger delivery is taken in parts, and answered when all are stored."""
HMAC_TOLERANCE_S = 300
SIGNATURE = "x-grafana-alerting-signature"


def hook_routes(
    intake: Intake,
    integrations: Integrations,
    clock: Clock,
    *,
    grafana_secret: str = "",
    timestamp_header: str = "",
    max_waiting: int = MAX_WAITING,
) -> tuple[Route[Any], ...]:
    """The table of this file.

    Args:
        intake: the door for alerts.
        integrations: mappings of generic senders.
        clock: for the moment of reception.
        grafana_secret: HMAC secret of Grafana's contact point; empty means that none is configured.
        timestamp_header: name of the header with the time of the signature, as configured in Grafana.
        max_waiting: deliveries that are under way at once; a further one is told to come again.
    """
    turns = asyncio.Semaphore(max_waiting)
    hooks = _Hooks(intake, integrations, clock, grafana_secret, timestamp_header.lower(), turns)
    editor = Role.EDITOR
    return (
        Route(
            "POST",
            "webhooks/alertmanager",
            editor,
            hooks.alertmanager,
            "Alerts from a Prometheus Alertmanager (webhook version 4)",
            returns=IntakeShape,
        ),
        Route(
            "POST",
            "webhooks/grafana",
            editor,
            hooks.grafana,
            "Alerts from a contact point of Grafana Alerting",
            returns=IntakeShape,
        ),
        Route(
            "POST",
            "webhooks/generic/{integration}",
            editor,
            hooks.generic,
            "Alerts from any sender of JSON, by a field mapping",
            returns=IntakeShape,
        ),
    )


class _Hooks:
    def __init__(
        self,
        intake: Intake,
        integrations: Integrations,
        clock: Clock,
        secret: str,
        timestamp_header: str,
        turns: asyncio.Semaphore,
    ) -> None:
        self._intake = intake
        self._integrations = integrations
        self._clock = clock
        self._secret = secret
        self._timestamp_header = timestamp_header
        self._turns = turns

    async def alertmanager(self, call: Call[None]) -> Reply:
        now = self._clock.now()
        return await self._take(call, "alertmanager", alertmanager_events(call.raw, now), now)

    async def grafana(self, call: Call[None]) -> Reply:
        now = self._clock.now()
        if self._secret:
            verify(self._secret, call.raw, call.headers, now, self._timestamp_header)
        return await self._take(call, "grafana", grafana_events(call.raw, now), now)

    async def generic(self, call: Call[None]) -> Reply:
        now = self._clock.now()
        found = await self._integration(call)
        events = generic_events(call.raw, found, now)
        dated = await self._integrations.dated(call.caller.org_id, events)
        return await self._take(call, f"generic/{found.name}", dated, now)

    async def _integration(self, call: Call[None]) -> Integration:
        name = call.param("integration")
        found = await self._integrations.find(call.caller.org_id, name)
        if found is None or not found.enabled:
            raise NotFound(f"there is no integration '{name[:100]}'; add it in the app's settings")
        return found

    async def _take(self, call: Call[None], door: str, events: Sequence[AlertEvent], now: datetime) -> Reply:
        if self._turns.locked():
            raise Overloaded("too many deliveries wait for the database; send it again")
        sender = Sender(call.caller.label, f"webhook:{door}")
        async with self._turns:
            parts = [
                await self._intake.apply(
                    call.caller.org_id, events[start : start + MAX_ALERTS], now, sender=sender
                )
                for start in range(0, max(1, len(events)), MAX_ALERTS)
            ]
        taken = together(parts)
        shape = IntakeShape(
            received=taken.received,
            opened=list(taken.opened),
            joined=list(taken.joined),
            resolved=list(taken.resolved),
            repeated=taken.repeated,
            set_aside=taken.set_aside,
        )
        return Reply(shape)


def verify(
    secret: str, body: bytes, headers: Mapping[str, str], now: datetime, timestamp_header: str = ""
) -> None:
    """Check the signature of a contact point of Grafana.

    Raises:
        Forbidden: it is missing, wrong, or signed too long ago.
    """
    signature = headers.get(SIGNATURE, "")
    if not signature:
        raise Forbidden("the request is not signed: set the HMAC secret in Grafana's contact point")
    stamp = headers.get(timestamp_header, "") if timestamp_header else ""
    if timestamp_header and not _fresh(stamp, now):
        raise Forbidden("the signature's time is missing or older than 5 minutes")
    signed = f"{stamp}:".encode() + body if stamp else body
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), signature.strip().lower().encode()):
        raise Forbidden("the signature does not fit: the HMAC secrets here and in Grafana differ")


def _fresh(stamp: str, now: datetime) -> bool:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):  # noqa: PLR2004 - seconds since 1970
        return False
    return abs(now.timestamp() - int(stamp)) <= HMAC_TOLERANCE_S
