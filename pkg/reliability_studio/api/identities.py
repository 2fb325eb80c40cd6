"""Routes of rules about which alerts are one, with their dry run, and of the alerts that make an episode."""

from datetime import timedelta
from typing import Any

from reliability_studio.api import asked
from reliability_studio.api.admin_shapes import MatcherShape
from reliability_studio.api.calls import Role
from reliability_studio.api.identity_shapes import (
    AlertMemberListShape,
    AlertMemberShape,
    IdentityDryRunInput,
    IdentityDryRunShape,
    IdentityGroupShape,
    IdentityRuleInput,
    IdentityRuleListShape,
    IdentityRuleShape,
)
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.domain.alerts import AlertEvent
from reliability_studio.domain.incidents.identity import IdentityRule
from reliability_studio.domain.incidents.matchers import Matcher
from reliability_studio.domain.incidents.members import Group, told
from reliability_studio.domain.incidents.policy import grade_of
from reliability_studio.flows.identities import Identities
from reliability_studio.flows.shelf import Held

MAX_GROUPS = 100
"""Groups that a dry run names."""


def identity_routes(identities: Identities, clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""
    api = _Api(identities, clock)
    viewer, editor = Role.VIEWER, Role.EDITOR
    all_, one = "identity-rules", "identity-rules/{id}"
    return (
        Route(
            "GET",
            all_,
            viewer,
            api.listing,
            "Rules about which alerts are one",
            returns=IdentityRuleListShape,
        ),
        Route(
            "POST",
            all_,
            editor,
            api.add,
            "Write a rule about which alerts are one",
            body=IdentityRuleInput,
            returns=IdentityRuleShape,
            status=201,
        ),
        Route(
            "POST",
            f"{all_}/dry-run",
            viewer,
            api.dry_run,
            "Which earlier alerts would have been one by a rule",
            body=IdentityDryRunInput,
            returns=IdentityDryRunShape,
        ),
        Route("GET", one, viewer, api.show, "One rule about which alerts are one", returns=IdentityRuleShape),
        Route(
            "PATCH",
            one,
            editor,
            api.change,
            "Replace a rule about which alerts are one",
            body=IdentityRuleInput,
            returns=IdentityRuleShape,
        ),
        Route("DELETE", one, editor, api.delete, "Delete a rule about which alerts are one", status=204),
        Route(
            "GET",
            "alerts/{id}/members",
            viewer,
            api.members,
            "The alerts that a rule takes for this one",
            returns=AlertMemberListShape,
        ),
    )


class _Api:
    def __init__(self, identities: Identities, clock: Clock) -> None:
        self._identities = identities
        self._clock = clock

    async def listing(self, call: Call[None]) -> Reply:
        found = await self._identities.listing(call.caller.org_id)
        return Reply(IdentityRuleListShape(items=[_shape(one) for one in found]))

    async def show(self, call: Call[None]) -> Reply:
        return _one(await self._identities.get(call.caller.org_id, call.param("id")))

    async def add(self, call: Call[IdentityRuleInput]) -> Reply:
        stored = await self._identities.add(
            call.caller.org_id, _rule(call.body, ""), by=call.caller.label, now=self._clock.now()
        )
        return _one(stored, 201)

    async def change(self, call: Call[IdentityRuleInput]) -> Reply:
        version = call.body.version if call.body.version is not None else asked.if_match(call)
        stored = await self._identities.change(
            call.caller.org_id,
            _rule(call.body, call.param("id")),
            by=call.caller.label,
            now=self._clock.now(),
            version=version,
        )
        return _one(stored)

    async def delete(self, call: Call[None]) -> Reply:
        await self._identities.delete(
            call.caller.org_id, call.param("id"), by=call.caller.label, now=self._clock.now()
        )
        return Reply(status=204)

    async def dry_run(self, call: Call[IdentityDryRunInput]) -> Reply:
        since = self._clock.now() - timedelta(days=call.body.days)
        rule = _rule(call.body.rule, call.body.id or "new")
        found = await self._identities.rehearse(call.caller.org_id, rule, since=since)
        several = [_group(one) for one in found.groups if len(one.members) > 1]
        shape = IdentityDryRunShape(
            alerts=found.covered,
            episodes=len(found.groups),
            groups=several[:MAX_GROUPS],
            truncated=found.truncated,
        )
        return Reply(shape)

    async def members(self, call: Call[None]) -> Reply:
        found = await self._identities.members(call.caller.org_id, asked.row_id(call))
        return Reply(AlertMemberListShape(items=[_member(one) for one in found]))


def _one(held: Held[IdentityRule], status: int = 200) -> Reply:
    return Reply(_shape(held), status=status, headers={"ETag": f'"{held.version}"'})


def _rule(body: IdentityRuleInput, name: str) -> Held[IdentityRule]:
    rule = IdentityRule(
        title=body.title.strip(),
        labels=tuple(body.labels),
        how=body.how,
        matchers=tuple(Matcher(one.label, one.operator, one.value) for one in body.matchers),
        source=body.source,
        integration=body.integration,
    )
    return Held(name, rule, position=body.position, enabled=body.enabled)


def _shape(held: Held[IdentityRule]) -> IdentityRuleShape:
    rule = held.value
    return IdentityRuleShape(
        id=held.name,
        title=rule.title,
        labels=list(rule.labels),
        how=rule.how,
        matchers=[
            MatcherShape(label=one.label, operator=one.operator, value=one.value) for one in rule.matchers
        ],
        source=rule.source,
        integration=rule.integration,
        position=held.position,
        enabled=held.enabled,
        version=held.version,
        updated_at=held.updated_at,
        updated_by=held.updated_by,
    )


def _group(group: Group) -> IdentityGroupShape:
    event = told(group, lambda labels: grade_of(labels).rank)
    return IdentityGroupShape(
        name=event.name,
        labels=dict(event.labels),
        alerts=len(group.members),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
    )


def _member(event: AlertEvent) -> AlertMemberShape:
    return AlertMemberShape(
        source=event.source,
        integration=event.integration,
        fingerprint=event.fingerprint,
        firing=not event.resolved,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        received_at=event.received_at,
        labels=dict(event.labels),
        annotations=dict(event.annotations),
        generator_url=event.generator_url,
    )
