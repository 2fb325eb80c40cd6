"""Routes of rules, with their dry run, and of integrations: what decides about alerts."""

from datetime import timedelta
from typing import Any

from reliability_studio.api import asked
from reliability_studio.api.admin_shapes import (
    DryPlaceShape,
    DryRunInput,
    DryRunShape,
    IntegrationInput,
    IntegrationListShape,
    IntegrationShape,
    MatcherShape,
    RuleInput,
    RuleListShape,
    RuleShape,
)
from reliability_studio.api.calls import Role
from reliability_studio.api.incident_json import alert_shape
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.matchers import Matcher
from reliability_studio.domain.incidents.policy import Rule
from reliability_studio.flows.integrations import FieldMapping, Integration, Integrations
from reliability_studio.flows.rules import Rules


def rule_routes(rules: Rules, integrations: Integrations, clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""
    api, senders = _Rules(rules, clock), _Integrations(integrations, clock)
    viewer, editor, admin = Role.VIEWER, Role.EDITOR, Role.ADMIN
    one, sender = "rules/{id}", "integrations/{name}"
    return (
        Route("GET", "rules", viewer, api.listing, "Rules, in their order", returns=RuleListShape),
        Route("POST", "rules", editor, api.add, "Add a rule", body=RuleInput, returns=RuleShape, status=201),
        Route(
            "POST",
            "rules/dry-run",
            viewer,
            api.dry_run,
            "What a rule would have done with earlier alerts",
            body=DryRunInput,
            returns=DryRunShape,
        ),
        Route("GET", one, viewer, api.show, "One rule", returns=RuleShape),
        Route("PATCH", one, editor, api.change, "Replace a rule", body=RuleInput, returns=RuleShape),
        Route("DELETE", one, editor, api.delete, "Delete a rule", status=204),
        Route(
            "GET", "integrations", editor, senders.listing, "Generic senders", returns=IntegrationListShape
        ),
        Route(
            "PUT",
            sender,
            admin,
            senders.put,
            "Add or replace a generic sender",
            body=IntegrationInput,
            returns=IntegrationShape,
        ),
        Route("DELETE", sender, admin, senders.delete, "Forget a generic sender", status=204),
    )


class _Rules:
    def __init__(self, rules: Rules, clock: Clock) -> None:
        self._rules = rules
        self._clock = clock

    async def listing(self, call: Call[None]) -> Reply:
        found = await self._rules.listing(call.caller.org_id)
        return Reply(RuleListShape(items=[_rule_shape(one) for one in found]))

    async def show(self, call: Call[None]) -> Reply:
        return _with_etag(await self._rules.get(call.caller.org_id, call.param("id")))

    async def add(self, call: Call[RuleInput]) -> Reply:
        stored = await self._rules.add(
            call.caller.org_id, _rule(call.body, ""), by=call.caller.label, now=self._clock.now()
        )
        return _with_etag(stored, 201)

    async def change(self, call: Call[RuleInput]) -> Reply:
        version = call.body.version if call.body.version is not None else asked.if_match(call)
        stored = await self._rules.change(
            call.caller.org_id,
            _rule(call.body, call.param("id")),
            by=call.caller.label,
            now=self._clock.now(),
            version=version,
        )
        return _with_etag(stored)

    async def delete(self, call: Call[None]) -> Reply:
        await self._rules.delete(
            call.caller.org_id, call.param("id"), by=call.caller.label, now=self._clock.now()
        )
        return Reply(status=204)

    async def dry_run(self, call: Call[DryRunInput]) -> Reply:
        now = self._clock.now()
        rule = _rule(call.body.rule, call.body.id or "new")
        since = now - timedelta(days=call.body.days)
        found = await self._rules.dry_run(
            call.caller.org_id, rule, since=since, now=now, history=call.body.history
        )
        places = [
            DryPlaceShape(
                alert=alert_shape(one.alert),
                rule=one.rule,
                group=one.group,
                reason=one.reason,
                reason_text=one.reason_text,
            )
            for one in found.places
        ]
        return Reply(DryRunShape(places=places, incidents=found.incidents, truncated=found.truncated))


class _Integrations:
    def __init__(self, integrations: Integrations, clock: Clock) -> None:
        self._integrations = integrations
        self._clock = clock

    async def listing(self, call: Call[None]) -> Reply:
        found = await self._integrations.listing(call.caller.org_id)
        return Reply(IntegrationListShape(items=[_integration_shape(one) for one in found]))

    async def put(self, call: Call[IntegrationInput]) -> Reply:
        body = call.body
        wanted = Integration(call.param("name"), _mapping(body), body.enabled)
        stored = await self._integrations.put(
            call.caller.org_id, wanted, by=call.caller.label, now=self._clock.now(), version=body.version
        )
        return Reply(_integration_shape(stored))

    async def delete(self, call: Call[None]) -> Reply:
        await self._integrations.delete(
            call.caller.org_id, call.param("name"), by=call.caller.label, now=self._clock.now()
        )
        return Reply(status=204)


def _with_etag(rule: Rule, status: int = 200) -> Reply:
    return Reply(_rule_shape(rule), status=status, headers={"ETag": f'"{rule.version}"'})


def _rule(body: RuleInput, rule_id: str) -> Rule:
    return Rule(
        id=rule_id,
        name=body.name,
        matchers=tuple(Matcher(one.label, one.operator, one.value) for one in body.matchers),
        position=body.position,
        enabled=body.enabled,
        action=body.action,
        group_by=tuple(body.group_by),
        window=timedelta(seconds=body.window_seconds),
        severities=body.severities,
        levels=body.levels,
        auto_resolve=body.auto_resolve,
        hold=timedelta(seconds=body.hold_seconds),
        drill=body.drill,
        parents=tuple(body.parents),
    )


def _rule_shape(rule: Rule) -> RuleShape:
    return RuleShape(
        id=rule.id,
        name=rule.name,
        matchers=[
            MatcherShape(label=one.label, operator=one.operator, value=one.value) for one in rule.matchers
        ],
        position=rule.position,
        enabled=rule.enabled,
        action=rule.action,
        group_by=list(rule.group_by),
        window_seconds=round(rule.window.total_seconds()),
        severities=dict(rule.severities),
        levels=dict(rule.levels),
        auto_resolve=rule.auto_resolve,
        hold_seconds=round(rule.hold.total_seconds()),
        drill=rule.drill,
        parents=list(rule.parents),
        version=rule.version,
    )


def _mapping(body: IntegrationInput) -> FieldMapping:
    return FieldMapping(
        name=body.name_path,
        alerts=body.alerts_path,
        status=body.status_path,
        resolved=tuple(body.resolved_values),
        key=body.key_path,
        starts_at=body.starts_at_path,
        severity=body.severity_path,
        service=body.service_path,
        summary=body.summary_path,
        fields=body.label_paths,
        labels=body.labels,
    )


def _integration_shape(found: Integration) -> IntegrationShape:
    mapping = found.mapping
    return IntegrationShape(
        name=found.name,
        address=f"webhooks/generic/{found.name}",
        name_path=mapping.name,
        alerts_path=mapping.alerts,
        status_path=mapping.status,
        resolved_values=list(mapping.resolved),
        key_path=mapping.key,
        starts_at_path=mapping.starts_at,
        severity_path=mapping.severity,
        service_path=mapping.service,
        summary_path=mapping.summary,
        label_paths=dict(mapping.fields),
        labels=dict(mapping.labels),
        enabled=found.enabled,
        version=found.version,
    )
