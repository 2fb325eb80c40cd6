"""An alert that opened nothing becomes an incident because a person says so.

A candidate of the detector is one, or an alert that a rule set aside or that maintenance held back.
"""

from dataclasses import replace
from datetime import datetime

from reliability_studio.domain.catalog import environment_of, service_of
from reliability_studio.domain.incidents.candidates import Draft
from reliability_studio.domain.incidents.entries import opening_entry
from reliability_studio.domain.incidents.fold import opened
from reliability_studio.domain.incidents.grouping import Reason, group_key
from reliability_studio.domain.incidents.model import UNASSIGNED, Incident, Severity
from reliability_studio.domain.incidents.news import News, alert_entries
from reliability_studio.domain.incidents.policy import DEFAULT_RULE, Action, Policy, Rule
from reliability_studio.errors import Conflict, NotFound
from reliability_studio.flows.answers import tell_answers
from reliability_studio.flows.desk import Desk
from reliability_studio.flows.rules import policy as read_policy
from reliability_studio.store import alerts, incidents, joins, timeline
from reliability_studio.store.alerts import StoredAlert


class Promoting:
    """Declares incidents for alerts."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def declare(
        self,
        org_id: int,
        alert_id: int,
        *,
        by: str,
        now: datetime,
        title: str = "",
        severity: Severity | None = None,
    ) -> Incident:
        """Open an incident for an alert that belongs to none; it ends with its alerts as every other does.

        Raises:
            NotFound: there is no such alert in this organisation.
            Conflict: it belongs to an incident already, or it is over.
        """
        async with self._desk.working(org_id, by, now) as work:
            found = await alerts.get(work.connection, org_id, alert_id)
            if found is None:
                raise NotFound(f"there is no alert {alert_id}")
            event = found.event
            if found.incident_number is not None:
                raise Conflict(f"the alert belongs to INC-{found.incident_number} already")
            if event.resolved:
                raise Conflict("the alert is over: declare an incident by hand and tell when it began")
            text = f"{by} declared an incident for it; before, {found.reason_text}"
            policy = await read_policy(work.connection, org_id)
            rule = _rule(policy, found)
            draft = Draft(
                0,
                service_of(event.labels) or UNASSIGNED,
                environment_of(event.labels),
                event.starts_at,
                rule,
                group_key(event, rule),
            )
            news = News(event, None, Reason.MOVED, text)
            ladder = policy.ladder
            new = opened(org_id, draft, (news,), now, policy)
            if severity is not None:
                new = new.graded(ladder.of(severity))
            new = replace(
                new,
                number=await incidents.take_number(work.connection, org_id),
                title=title.strip() or new.title,
                created_by=by,
                updated_by=by,
            )
            stored = await incidents.insert(work.connection, new)
            await joins.place(work.connection, [found.id], stored.id, Reason.MOVED.value, text, at=now)
            entries = (
                opening_entry(stored, by, now, text, ladder),
                *alert_entries(news, rule, now, ladder),
            )
            await timeline.add(work.connection, org_id, stored.id, entries)
            await tell_answers(work.connection, org_id, {found.id: stored.id}, now)
            await self._desk.log(work, "incident.create", stored.key, None, stored)
            await self._desk.tell(work.connection, None, stored, at=now, by=by)
            work.announce(stored, "opened")
            return stored


def _rule(policy: Policy, found: StoredAlert) -> Rule:
    """The rule that left the alert to a person: further alerts of its group join what is declared."""
    rule = policy.rule_for(found.event.labels)
    return rule if rule.action is Action.CANDIDATE else DEFAULT_RULE
