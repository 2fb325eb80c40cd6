"""Alerts of SLOs on their way to everybody's door: what they report, and when nobody watches any more."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from reliability_studio.domain.alerts import AlertEvent
from reliability_studio.domain.slo import alert_event
from reliability_studio.domain.slo.alerting import advance
from reliability_studio.domain.slo.conditions import Judgement, silence
from reliability_studio.domain.slo.policy import NO_DATA
from reliability_studio.domain.slo.spec import Slo
from reliability_studio.domain.slo.standing import Standing
from reliability_studio.errors import StudioError
from reliability_studio.flows.slo_counters import moment

_log = logging.getLogger(__name__)

Report = Callable[[int, Sequence[AlertEvent]], Awaitable[object]]
"""Everybody's door for alerts: takes the organisation and its events."""


def events(slo: Slo, standing: Standing, now: int, page: str = "") -> tuple[AlertEvent, ...]:
    """What the alert has to report and did not yet; `page` is the address under which SLOs are shown."""
    if standing.alert.reported or standing.alert.since is None:
        return ()
    told = alert_event.event(
        slo,
        standing.alert,
        _report(slo, standing),
        moment(now),
        measured=standing.measurement,
        page=page,
    )
    return (told,)


def _report(slo: Slo, standing: Standing) -> str:
    """What the alert says of itself, for a person."""
    alert = standing.alert
    if not alert.firing:
        return "the error budget is no longer burning too fast"
    return next((c.text for c in standing.conditions if c.name == alert.condition), slo.definition.name)


async def end_alert(report: Report, slo: Slo, standing: Standing, now: int, page: str = "") -> None:
    """Tell the door for alerts that an SLO's alert is over, if it fires; what goes wrong is logged."""
    if not standing.alert.firing:
        return
    over = replace(standing, alert=replace(standing.alert, ended=now, reported=False))
    try:
        await report(slo.org_id, events(slo, over, now, page))
    except StudioError as error:
        _log.warning("the end of an SLO alert was not taken", extra={"slo": slo.id, "reason": str(error)})


def silent(slo: Slo, last: Standing, now: int) -> Standing:
    """The standing with the alert that nothing is measured any more, if anybody wants to be told.

    While queries fail nothing is known of the burn: all other conditions are unmeasured, so an alert that
    fires for another reason is frozen.
    """
    since = last.measurement.as_of if last.measurement else int(slo.created_at.timestamp())
    told = silence(slo.definition, now - since)
    if not told:
        return last
    others = tuple(replace(c, judgement=Judgement.UNMEASURED) for c in last.conditions if c.name != NO_DATA)
    judged = (*others, *told)
    alert, _ = advance(last.alert, judged, now, slo.definition.alerts.sustain_s)
    return replace(last, conditions=judged, alert=alert)
