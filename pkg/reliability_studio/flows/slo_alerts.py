"""Alerts of SLOs on their way to everybody's door: what they report, and when nobody watches any more."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from reliability_studio.domain.alerts import AlertEvent
from reliability_studio.domain.slo import alert_event
from reliability_studio.domain.slo.spec import Slo
from reliability_studio.domain.slo.standing import Standing
from reliability_studio.domain.slo.watching import Watch, ended, silenced
from reliability_studio.errors import StudioError
from reliability_studio.flows.slo_counters import moment

_log = logging.getLogger(__name__)

Report = Callable[[int, Sequence[AlertEvent]], Awaitable[object]]
"""Everybody's door for alerts: takes the organisation and its events."""


def events(slo: Slo, standing: Standing, now: int, page: str = "") -> tuple[AlertEvent, ...]:
    """What the alerts have to report and did not yet; `page` is the address under which SLOs are shown."""
    return tuple(
        alert_event.event(
            slo,
            watch.alert,
            _report(slo, watch),
            moment(now),
            key=key,
            measured=standing.measured(key),
            page=page,
        )
        for key, watch in standing.watches.items()
        if not watch.alert.reported and watch.alert.since is not None
    )


def _report(slo: Slo, watch: Watch) -> str:
    """What an alert says of itself, for a person."""
    alert = watch.alert
    if not alert.firing:
        return "the error budget is no longer burning too fast"
    return next((c.text for c in watch.conditions if c.name == alert.condition), slo.definition.name)


async def end_alerts(report: Report, slo: Slo, standing: Standing, now: int, page: str = "") -> None:
    """Tell the door for alerts that those of an SLO are over, if any fires; what goes wrong is logged."""
    firing = {key: watch for key, watch in standing.watches.items() if watch.alert.firing}
    if not firing:
        return
    over = replace(standing, watches={key: ended(watch, now) for key, watch in firing.items()})
    try:
        await report(slo.org_id, events(slo, over, now, page))
    except StudioError as error:
        _log.warning("the end of SLO alerts was not taken", extra={"slo": slo.id, "reason": str(error)})


def silent(slo: Slo, last: Standing, now: int) -> Standing:
    """The standing after an attempt that measured nothing, with the alert about that if anybody wants it."""
    since = last.measurement.as_of if last.measurement else int(slo.created_at.timestamp())
    return replace(last, watches=silenced(slo.definition, last.watches, now - since, now))
