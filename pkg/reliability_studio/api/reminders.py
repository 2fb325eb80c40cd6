"""Routes of reminders."""

from collections.abc import Sequence
from typing import Any

from reliability_studio.api.calls import Role
from reliability_studio.api.reminder_shapes import PatienceShape, RemindersInput, RemindersShape
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.model import Severity
from reliability_studio.domain.incidents.notices import News, Target
from reliability_studio.domain.incidents.reminders import Patience, Policy
from reliability_studio.errors import Invalid
from reliability_studio.flows.reminders import Reminders
from reliability_studio.flows.shelf import Held


def reminder_routes(reminders: Reminders, targets: Sequence[Target], clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""
    api = _Api(reminders, targets, clock)
    return (
        Route(
            "GET",
            "reminders",
            Role.VIEWER,
            api.get,
            "What people are reminded of, by severity",
            returns=RemindersShape,
        ),
        Route(
            "PUT",
            "reminders",
            Role.EDITOR,
            api.put,
            "Say what people are reminded of",
            body=RemindersInput,
            returns=RemindersShape,
        ),
    )


class _Api:
    def __init__(self, reminders: Reminders, targets: Sequence[Target], clock: Clock) -> None:
        self._reminders = reminders
        self._hearing = [target.name for target in targets if News.REMINDER in target.news]
        self._clock = clock

    async def get(self, call: Call[None]) -> Reply:
        return self._reply(await self._reminders.policy(call.caller.org_id))

    async def put(self, call: Call[RemindersInput]) -> Reply:
        body = call.body
        policy = Policy(_patience(body.severities), body.repeat_minutes, body.repeat_days, body.most)
        stored = await self._reminders.put(
            call.caller.org_id, policy, by=call.caller.label, now=self._clock.now(), version=body.version
        )
        return self._reply(stored)

    def _reply(self, held: Held[Policy]) -> Reply:
        policy = held.value
        shape = RemindersShape(
            severities=[
                _shape(severity, policy.severities.get(severity, Patience())) for severity in Severity
            ],
            repeat_minutes=policy.repeat_minutes,
            repeat_days=policy.repeat_days,
            most=policy.most,
            targets=self._hearing,
            version=held.version,
            updated_at=held.updated_at,
            updated_by=held.updated_by,
        )
        return Reply(shape)


def _patience(given: Sequence[PatienceShape]) -> dict[Severity, Patience]:
    found: dict[Severity, Patience] = {}
    seen: set[Severity] = set()
    for index, each in enumerate(given):
        if each.severity in seen:
            raise Invalid.field(f"$.severities[{index}].severity", f"{each.severity.value} is there twice")
        seen.add(each.severity)
        patience = Patience(
            each.acknowledge_minutes, each.update_minutes, each.followup_days, each.report_days
        )
        if patience != Patience():
            found[each.severity] = patience
    return found


def _shape(severity: Severity, patience: Patience) -> PatienceShape:
    return PatienceShape(
        severity=severity,
        acknowledge_minutes=patience.acknowledge_minutes,
        update_minutes=patience.update_minutes,
        followup_days=patience.followup_days,
        report_days=patience.report_days,
    )
