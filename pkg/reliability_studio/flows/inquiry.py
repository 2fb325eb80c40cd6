"""Reading what investigations found: the newest answer, earlier versions, and what people thought of it.

An answer is told as it was kept. Only what is not evidence is looked up anew: which objectives of the
affected services are at risk now, and the grade.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.checks.record import Record
from reliability_studio.domain.correlation.evidence import Likely, Outcome
from reliability_studio.domain.incidents.model import Incident
from reliability_studio.domain.slo.measure import Status
from reliability_studio.errors import Conflict, NotFound, StoreError
from reliability_studio.flows.desk import existing
from reliability_studio.flows.progress import Running, running
from reliability_studio.store import audit, correlations, grades, slos
from reliability_studio.store.correlations import Investigation, Version
from reliability_studio.store.engine import Database
from reliability_studio.store.grades import Grade

MOST_VERSIONS = 100
MOST_RISKS = 50


class InvestigationState(StrEnum):
    """What an investigation came to."""

    NOT_INVESTIGATED = "not_investigated"
    CAUSE_FOUND = "cause_found"
    NO_CAUSE_FOUND = "no_cause_found"


@dataclass(frozen=True, slots=True)
class Risk:
    """An objective of an affected service and how it stands now."""

    slo_id: str
    name: str
    service: str
    status: Status
    remaining: float | None
    """Share of the budget that is left; None when nothing was measured."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One run with everything that is shown beside it; `record` is None before the first run."""

    incident: Incident
    state: InvestigationState
    number: int
    """Which run of the incident this is, from 1; 0 before the first."""
    version: Version | None
    record: Record | None
    versions: tuple[Version, ...]
    """All runs, newest first."""
    risks: tuple[Risk, ...]
    grade: Grade | None
    running: Running | None = None
    """The run that is not at its end; only beside the newest answer."""
    running_risks: tuple[Risk, ...] = ()


class Inquiries:
    """Answers of investigations in one organisation."""

    def __init__(self, org_id: int, database: Database) -> None:
        self._org_id = org_id
        self._database = database

    async def latest(self, number: int, now: datetime) -> Answer:
        """The newest answer about an incident, or that there is none yet, and what a running one knows.

        Raises:
            NotFound: there is no such incident.
        """
        async with self._database.reading() as connection:
            incident = await existing(connection, self._org_id, number)
            under_way = await running(connection, incident.id, now)
            run = await correlations.latest(connection, incident.id)
            answer = await answer_of(connection, incident, run, now)
            if under_way is None:
                return answer
            risks: tuple[Risk, ...] = ()
            if under_way.record is not None:
                risks = await _risks(connection, self._org_id, _affected(under_way.record, incident), now)
            return replace(answer, running=under_way, running_risks=risks)

    async def version(self, number: int, version: int, now: datetime) -> Answer:
        """An earlier answer by its place, counted from 1.

        Raises:
            NotFound: there is no such incident, or no such version.
        """
        async with self._database.reading() as connection:
            incident = await existing(connection, self._org_id, number)
            known = await correlations.versions(connection, incident.id, limit=MOST_VERSIONS)
            if not 1 <= version <= len(known):
                raise NotFound(f"{incident.key} has {len(known)} investigations, and no {version}")
            run = await correlations.run(connection, incident.id, known[len(known) - version].id)
            return await answer_of(connection, incident, run, now)

    async def grade(
        self, number: int, *, right: bool, service: str, note: str, by: str, now: datetime
    ) -> Answer:
        """Say whether the newest answer was right; a later word replaces an earlier one.

        Args:
            number: of the incident.
            right: the named cause was the cause; or none was named, and rightly so.
            service: the true cause's service; empty is the named one when that was right.
            note: what it really was.
            by: who says so.
            now: when.

        Raises:
            NotFound: there is no such incident.
            Conflict: it was not investigated, so there is nothing to judge.
        """
        async with self._database.writing() as connection:
            incident = await existing(connection, self._org_id, number)
            run = await correlations.latest(connection, incident.id)
            if run is None:
                raise Conflict(f"{incident.key} was not investigated: there is no answer to judge")
            grade = _graded(incident, run, right=right, service=service, note=note, by=by, now=now)
            before = await grades.get(connection, incident.id)
            await grades.put(connection, self._org_id, grade)
            await audit.append(
                connection,
                self._org_id,
                now,
                by,
                "investigation.grade",
                incident.key,
                None if before is None else msgspec.to_builtins(before),
                msgspec.to_builtins(grade),
            )
            return await answer_of(connection, incident, run, now)


async def answer_of(
    connection: AsyncConnection, incident: Incident, run: Investigation | None, now: datetime
) -> Answer:
    """What is told of one run, inside somebody else's transaction; None: there is none yet.

    Raises:
        StoreError: it was written by another version of the program and cannot be read.
    """
    known = await correlations.versions(connection, incident.id, limit=MOST_VERSIONS)
    if run is None:
        return Answer(incident, InvestigationState.NOT_INVESTIGATED, 0, None, None, known, (), None)
    record = read(run)
    place = next((at for at, each in enumerate(known) if each.id == run.version.id), 0)
    return Answer(
        incident,
        InvestigationState.NO_CAUSE_FOUND
        if record.verdict.likely is Likely.NONE
        else InvestigationState.CAUSE_FOUND,
        len(known) - place,
        run.version,
        record,
        known,
        await _risks(connection, incident.org_id, _affected(record, incident), now),
        await grades.get(connection, incident.id),
    )


def read(run: Investigation) -> Record:
    """The kept document as a value.

    Raises:
        StoreError: it was written by another version of the program and cannot be read.
    """
    try:
        return msgspec.convert(run.answer, Record)
    except msgspec.ValidationError as error:
        raise StoreError(
            f"an investigation was kept by another version of the program ({error}): run it again"
        ) from error


def _affected(record: Record, incident: Incident) -> Collection[str]:
    return {each.service for each in record.verdict.impact} | {incident.service}


async def _risks(
    connection: AsyncConnection, org_id: int, services: Collection[str], now: datetime
) -> tuple[Risk, ...]:
    concerned = [slo for slo in await slos.every(connection, org_id) if slo.definition.service in services]
    if not concerned:
        return ()
    standing = await slos.standings(connection, org_id)
    found = []
    for slo in concerned[:MOST_RISKS]:
        kept = standing.get(slo.id)
        if kept is None:
            status, remaining = Status.NO_DATA, None
        else:
            status = kept.standing.verdict_at(slo.definition, int(now.timestamp())).status
            measured = kept.standing.measurement
            remaining = None if measured is None else measured.remaining
        found.append(Risk(slo.id, slo.definition.name, slo.definition.service, status, remaining))
    return tuple(found)


def _graded(
    incident: Incident,
    run: Investigation,
    *,
    right: bool,
    service: str,
    note: str,
    by: str,
    now: datetime,
) -> Grade:
    record = read(run)
    leading = record.verdict.leading
    true = service or (leading.service if leading is not None and right else "")
    # A check that found something was right when it pointed at the service that was to blame.
    checks = {
        each.check: true in each.services
        for each in record.checks
        if each.outcome is Outcome.FOUND and each.services and true
    }
    return Grade(
        incident_id=incident.id,
        investigation_id=run.version.id,
        right=right,
        named=leading is not None,
        confidence=None if leading is None else leading.confidence,
        service=true,
        by=by,
        at=now,
        checks=checks,
        note=note,
    )
