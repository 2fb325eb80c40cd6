"""From an incident to ranked causes: gather, let the engine decide, keep the run and tell the timeline.

An incident is investigated when it is opened, again 1, 5, 15 and 45 minutes later (at first there are hardly
any points after the onset, and quiet is the honest answer), when more alerts join, and when somebody asks.
Every run is kept as it was. While it runs, what has arrived is judged as it is and shown (`flows/progress`);
the answer at the end replaces it.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.checks import record as records
from reliability_studio.domain.checks.check import Check
from reliability_studio.domain.checks.record import Record, Trigger
from reliability_studio.domain.checks.report import report
from reliability_studio.domain.correlation.answer import rested_on
from reliability_studio.domain.correlation.engine import investigate
from reliability_studio.domain.correlation.evidence import Verdict
from reliability_studio.domain.correlation.telemetry import Earlier, Question, Source
from reliability_studio.domain.incidents.model import UNASSIGNED, Incident
from reliability_studio.errors import Conflict, Invalid, SourceError, SourceNotConfigured, StoreError
from reliability_studio.flows.change_log import ChangeLog
from reliability_studio.flows.check_inputs import inputs_of, states
from reliability_studio.flows.checks import Checks
from reliability_studio.flows.desk import existing
from reliability_studio.flows.gather import gather, window
from reliability_studio.flows.gathered import Gathered
from reliability_studio.flows.hub import Hub, Notice
from reliability_studio.flows.inquiry import Answer, answer_of, read
from reliability_studio.flows.own_record import own_record
from reliability_studio.flows.progress import Newest, Progress
from reliability_studio.flows.sights import Sight
from reliability_studio.flows.telemetry import Signals
from reliability_studio.flows.telling import causes, entries, pods, rules, traces
from reliability_studio.store import alert_counts, catalog, correlations, incidents, running, timeline
from reliability_studio.store.correlations import Version
from reliability_studio.store.engine import Database

AGAIN = tuple(timedelta(minutes=age) for age in (0, 1, 5, 15, 45))
"""How old an incident is at each of its runs."""
AT_ONCE = 5
"""Incidents of one sweep; the rest waits for the next."""
BETWEEN = timedelta(minutes=1)
"""Least time between two runs that new alerts cause."""
PARTIAL_EVERY_S = 1.0
"""Least time between two partial answers of one run; what arrives meanwhile is judged together."""
MOST_PARTIAL = 5
"""Partial answers of one run: there are as many sources, and each answer costs what the last one costs."""
NAMESPACE = "default"


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a run came to, before it is kept."""

    record: Record
    got: Gathered
    sights: tuple[Sight | None, Sight | None]
    """How many requests were served, and how fast."""


class Investigations:
    """Runs investigations of one organisation's incidents."""

    def __init__(
        self,
        org_id: int,
        database: Database,
        hub: Hub,
        signals: Signals,
        links: Mapping[str, str] | None = None,
    ) -> None:
        self._org_id = org_id
        self._database = database
        self._hub = hub
        self._signals = signals
        self._links = links or {}
        self._checks = Checks(org_id, database)
        self._changes = ChangeLog(org_id, database)
        self._progress = Progress(org_id, database)

    async def sweep(self, now: datetime) -> int:
        """Investigate the incidents that are due; returns how many were. Without sources, none is."""
        if not self._signals.configured:
            return 0
        async with self._database.reading() as connection:
            opened = await incidents.opened(connection, self._org_id)
            ids = [each.id for each in opened]
            last = await correlations.marks(connection, ids)
            joined = await alert_counts.counts(connection, self._org_id, ids)
            due = {
                one.number: trigger
                for one in opened
                if (trigger := due_for(one.created_at, last.get(one.id), joined.get(one.id, 0), now))
            }
            chosen = await incidents.get_many(connection, self._org_id, list(due)[:AT_ONCE])
        for incident in chosen:
            await self.run(incident, now, trigger=due[incident.number])
        return len(chosen)

    async def ask(self, number: int, *, by: str, now: datetime) -> Answer:
        """Investigate one incident because somebody wants it, and wait for the end.

        The answer is read before the commit: one that cannot be given kept nothing.

        Raises:
            NotFound: there is no such incident.
            Invalid: the incident names no service.
            SourceNotConfigured: there is nothing to ask.
            Conflict: it is being investigated at this moment.
        """
        async with self._database.reading() as connection:
            incident = await existing(connection, self._org_id, number)
        if incident.service == UNASSIGNED:
            raise Invalid.field("service", "the incident names no service: give it one, then investigate")
        if not self._signals.configured:
            raise SourceNotConfigured(
                "no source of telemetry is configured: give the address of Prometheus, Loki, Tempo or "
                "Kubernetes in the settings",
                source="prometheus",
            )
        async with self._progress.run(incident.id, now) as name:
            if name is None:
                raise Conflict(f"{incident.key} is being investigated at this moment")
            outcome = await self._outcome(name, incident, now, Trigger.ASKED, by)
            async with self._keeping(name, incident, outcome, now) as connection:
                kept = await correlations.latest(connection, incident.id)
                return await answer_of(connection, incident, kept, now)

    async def run(
        self, incident: Incident, now: datetime, *, trigger: Trigger = Trigger.AGE, by: str = "system"
    ) -> Verdict | None:
        """Investigate one incident and keep what came out; None when it is being investigated already."""
        async with self._progress.run(incident.id, now) as name:
            if name is None:
                return None
            outcome = await self._outcome(name, incident, now, trigger, by)
            async with self._keeping(name, incident, outcome, now):
                return outcome.record.verdict

    async def _outcome(
        self, name: str, incident: Incident, now: datetime, trigger: Trigger, by: str
    ) -> _Outcome:
        began = time.monotonic()
        start = incident.started_at
        namespace = incident.labels.get("namespace") or NAMESPACE
        checks = await self._checks.tuned()
        question = Question(
            start=start,
            at=now,
            service=incident.service,
            earlier=await self._earlier(incident),
            namespace=incident.labels.get("namespace", ""),
        )
        declared = await self._calls()
        reported = await self._changes.between(*window(start, now))
        own = await own_record(self._database, self._org_id, *window(start, now))

        async def judged(got: Gathered, asked: Sequence[Check]) -> Record:
            # The engine is a second of arithmetic at worst; the loop must not stand still meanwhile.
            verdict = await asyncio.to_thread(investigate, own.upon(got.telemetry()), question)
            sources = states(verdict, got)
            return Record(
                service=incident.service,
                namespace=namespace,
                trigger=trigger,
                by=by,
                verdict=verdict,
                checks=report(asked, own.beside(inputs_of(verdict, got, incident.service, sources))),
                sources=sources,
                links=self._links,
                dialect=got.dialect,
                queries=got.queries,
                took_ms=round((time.monotonic() - began) * 1000, 1),
                ranked=len(verdict.causes),
            )

        arrivals: Newest[tuple[Gathered, frozenset[Source]]] = Newest()

        async def streamed() -> None:
            for _ in range(MOST_PARTIAL):
                got, waiting = await arrivals.take()
                answered = [each for each in checks if each.source not in waiting]
                await self._found(name, incident, await judged(got, answered), got, waiting, now)
                await asyncio.sleep(PARTIAL_EVERY_S)

        async with asyncio.TaskGroup() as group:
            gathering = group.create_task(
                gather(
                    self._signals,
                    checks,
                    incident.service,
                    namespace,
                    start,
                    now,
                    declared=declared,
                    reported=reported,
                    arrived=lambda got, waiting: arrivals.put((got, waiting)),
                )
            )
            seeing = group.create_task(self._rates(incident.service, start, now))
            timing = group.create_task(self._latencies(incident.service, start, now))
            streaming = group.create_task(streamed())
            await asyncio.wait([gathering])
            streaming.cancel()
        got = gathering.result()
        return _Outcome(await judged(got, checks), got, (seeing.result(), timing.result()))

    async def _found(
        self,
        name: str,
        incident: Incident,
        record: Record,
        got: Gathered,
        waiting: Collection[Source],
        now: datetime,
    ) -> None:
        """Show what is known so far, and tell whoever looks at the incident."""
        said = replace(record, verdict=records.kept(record.verdict, got.scope(incident.service)))
        await self._progress.found(name, now, said, sorted(source.value for source in waiting))
        self._hub.publish(self._org_id, Notice("incident", incident.key, incident.version, "finding", now))

    @contextlib.asynccontextmanager
    async def _keeping(
        self, name: str, incident: Incident, outcome: _Outcome, now: datetime
    ) -> AsyncIterator[AsyncConnection]:
        """Freeze the answer, with its signals and what the timeline is told; publish it after the commit.

        The transaction is open meanwhile, for what is to be read of it.
        """
        record, got = outcome.record, outcome.got
        verdict = record.verdict
        found = (
            *rules(*outcome.sights, verdict),
            *pods(got.pods.get(incident.service, ()), now),
            *traces(got.facts),
            *causes(verdict),
        )
        kept = records.kept(verdict, got.scope(incident.service))
        async with self._database.writing() as connection:
            joined = await alert_counts.counts(connection, self._org_id, [incident.id])
            record = replace(record, verdict=kept, alerts=joined.get(incident.id, 0))
            await correlations.record(
                connection, self._org_id, incident.id, _version(record, now), record, found
            )
            await timeline.add(
                connection,
                self._org_id,
                incident.id,
                entries(incident, verdict, got, found, record.sources, now),
            )
            # With the answer: whoever follows the notice reads that, and no partial one beside it.
            await running.release(connection, name)
            yield connection
        self._hub.publish(
            self._org_id, Notice("incident", incident.key, incident.version, "correlation", now)
        )

    async def _calls(self) -> frozenset[tuple[str, str]]:
        """Who calls whom, as the catalogue knows it."""
        async with self._database.reading() as connection:
            known = await catalog.listing(connection, self._org_id)
        return frozenset((service.name, callee) for service in known for callee in service.calls)

    async def _earlier(self, incident: Incident) -> Earlier | None:
        """What the last run rested on; None before the first, or when it cannot be read any more."""
        async with self._database.reading() as connection:
            last = await correlations.latest(connection, incident.id)
        if last is None:
            return None
        try:
            return rested_on(read(last).verdict)
        except StoreError:
            return None

    async def _rates(self, service: str, start: datetime, now: datetime) -> Sight | None:
        try:
            return await self._signals.rates(service, *_measured(start, now))
        except SourceError:
            return None  # `gather` asks the same source and writes down what is wrong with it.

    async def _latencies(self, service: str, start: datetime, now: datetime) -> Sight | None:
        try:
            return await self._signals.latencies(service, *_measured(start, now))
        except SourceError:
            return None


def due_for(created_at: datetime, last: Version | None, joined: int, now: datetime) -> Trigger | None:
    """Why a run is wanted now: there is none yet, one of the later ones has come of age, alerts joined."""
    if last is None:
        return Trigger.OPENED
    if any(last.at < created_at + age <= now for age in AGAIN):
        return Trigger.AGE
    if joined > last.alerts and now - last.at >= BETWEEN:
        return Trigger.ALERTS
    return None


def _measured(start: datetime, now: datetime) -> tuple[datetime, datetime]:
    end = min(now, start + timedelta(minutes=15))
    return min(start, end - timedelta(minutes=5)), end


def _version(record: Record, now: datetime) -> Version:
    verdict = record.verdict
    leading = verdict.leading
    return Version(
        id=0,
        at=now,
        trigger=record.trigger.value,
        by=record.by,
        alerts=record.alerts,
        headline=verdict.headline,
        likely=verdict.likely.value,
        cause="" if leading is None else leading.service,
        confidence=None if leading is None else leading.confidence,
    )
