"""Routes of rules that have a question asked when an alert comes in, their try-out, and the answers."""

from datetime import timedelta
from typing import Any

from reliability_studio.api import asked
from reliability_studio.api.admin_shapes import MatcherShape
from reliability_studio.api.calls import Role
from reliability_studio.api.enrichment_shapes import (
    EnrichmentInput,
    EnrichmentListShape,
    EnrichmentShape,
    EnrichmentTrialInput,
    MeasuredShape,
    NotedShape,
    QuestionListShape,
    QuestionShape,
    ReadingShape,
)
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.enrichment import Enrichment, Reading
from reliability_studio.domain.incidents.matchers import Matcher
from reliability_studio.flows.enrichments import Enrichments
from reliability_studio.flows.shelf import Held
from reliability_studio.store.questions import Question


def enrichment_routes(enrichments: Enrichments, clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""
    api = _Api(enrichments, clock)
    viewer, editor = Role.VIEWER, Role.EDITOR
    all_, one = "enrichment-rules", "enrichment-rules/{id}"
    return (
        Route(
            "GET", all_, viewer, api.listing, "What is asked when alerts come in", returns=EnrichmentListShape
        ),
        Route(
            "POST",
            all_,
            editor,
            api.add,
            "Have a question asked when alerts come in",
            body=EnrichmentInput,
            returns=EnrichmentShape,
            status=201,
        ),
        Route(
            "POST",
            f"{all_}/try",
            editor,
            api.rehearse,
            "Ask a rule's question now, for given labels",
            body=EnrichmentTrialInput,
            returns=ReadingShape,
        ),
        Route("GET", one, viewer, api.show, "One rule of what is asked", returns=EnrichmentShape),
        Route(
            "PATCH",
            one,
            editor,
            api.change,
            "Replace a rule of what is asked",
            body=EnrichmentInput,
            returns=EnrichmentShape,
        ),
        Route("DELETE", one, editor, api.delete, "Delete a rule of what is asked", status=204),
        Route(
            "GET",
            "alerts/{id}/questions",
            viewer,
            api.of_alert,
            "What was asked about an alert when it came in",
            returns=QuestionListShape,
        ),
    )


class _Api:
    def __init__(self, enrichments: Enrichments, clock: Clock) -> None:
        self._enrichments = enrichments
        self._clock = clock

    async def listing(self, call: Call[None]) -> Reply:
        found = await self._enrichments.listing(call.caller.org_id)
        return Reply(EnrichmentListShape(items=[_shape(one) for one in found]))

    async def show(self, call: Call[None]) -> Reply:
        return _one(await self._enrichments.get(call.caller.org_id, call.param("id")))

    async def add(self, call: Call[EnrichmentInput]) -> Reply:
        stored = await self._enrichments.add(
            call.caller.org_id, _held(call.body, ""), by=call.caller.label, now=self._clock.now()
        )
        return _one(stored, 201)

    async def change(self, call: Call[EnrichmentInput]) -> Reply:
        version = call.body.version if call.body.version is not None else asked.if_match(call)
        stored = await self._enrichments.change(
            call.caller.org_id,
            _held(call.body, call.param("id")),
            by=call.caller.label,
            now=self._clock.now(),
            version=version,
        )
        return _one(stored)

    async def delete(self, call: Call[None]) -> Reply:
        await self._enrichments.delete(
            call.caller.org_id, call.param("id"), by=call.caller.label, now=self._clock.now()
        )
        return Reply(status=204)

    async def of_alert(self, call: Call[None]) -> Reply:
        found = await self._enrichments.of_alert(call.caller.org_id, asked.row_id(call))
        return Reply(QuestionListShape(items=[_question(one) for one in found]))

    async def rehearse(self, call: Call[EnrichmentTrialInput]) -> Reply:
        rule = _rule(call.body.rule)
        trial = await self._enrichments.rehearse(rule, call.body.labels, self._clock.now())
        return Reply(_reading(trial.reading, trial.query))


def _one(held: Held[Enrichment], status: int = 200) -> Reply:
    return Reply(_shape(held), status=status, headers={"ETag": f'"{held.version}"'})


def _held(body: EnrichmentInput, name: str) -> Held[Enrichment]:
    return Held(name, _rule(body), position=body.position, enabled=body.enabled)


def _rule(body: EnrichmentInput) -> Enrichment:
    return Enrichment(
        title=body.title.strip(),
        query=body.query.strip(),
        source=body.source,
        matchers=tuple(Matcher(one.label, one.operator, one.value) for one in body.matchers),
        window=timedelta(seconds=body.window_seconds),
    )


def _shape(held: Held[Enrichment]) -> EnrichmentShape:
    rule = held.value
    return EnrichmentShape(
        id=held.name,
        title=rule.title,
        query=rule.query,
        source=rule.source,
        matchers=[
            MatcherShape(label=one.label, operator=one.operator, value=one.value) for one in rule.matchers
        ],
        window_seconds=round(rule.window.total_seconds()),
        position=held.position,
        enabled=held.enabled,
        version=held.version,
        updated_at=held.updated_at,
        updated_by=held.updated_by,
    )


def _question(found: Question) -> QuestionShape:
    return QuestionShape(
        id=found.id,
        rule=found.rule,
        title=found.title,
        source=found.source,
        about=found.due_at,
        ran_at=found.ran_at,
        reading=_reading(found.reading, found.query),
    )


def _reading(reading: Reading, query: str) -> ReadingShape:
    return ReadingShape(
        state=reading.state,
        text=reading.text,
        query=query,
        values=[MeasuredShape(labels=dict(one.labels), value=one.value) for one in reading.values],
        lines=[NotedShape(at=one.at, text=one.text) for one in reading.lines],
        samples=reading.samples,
    )
