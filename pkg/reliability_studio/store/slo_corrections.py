"""Corrections: time that does not count for some SLOs, as documents with a version."""

from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.slo.corrections import Category, Correction, Scope, Treatment
from reliability_studio.domain.slo.recurrence import parse_recurrence
from reliability_studio.errors import StaleWrite
from reliability_studio.store.tables.slos import slo_corrections


class _Body(msgspec.Struct):
    """What is stored of a correction beside its id and versions. Fields are only ever added."""

    start: int
    length_s: int
    category: Category
    reason: str
    slo_ids: list[str] = []
    services: list[str] = []
    labels: dict[str, str] = {}
    everything: bool = False
    recurrence: str = ""
    zone: str = "UTC"
    treatment: Treatment | None = None


async def every(connection: AsyncConnection, org_id: int) -> tuple[Correction, ...]:
    """All corrections of the organisation, by id."""
    statement = select(slo_corrections).where(slo_corrections.c.org_id == org_id)
    return tuple(
        _correction(row) for row in await connection.execute(statement.order_by(slo_corrections.c.id))
    )


async def get(connection: AsyncConnection, org_id: int, correction_id: str) -> Correction | None:
    """One correction of the organisation."""
    row = (
        await connection.execute(select(slo_corrections).where(*_key(org_id, correction_id)))
    ).one_or_none()
    return None if row is None else _correction(row)


async def count(connection: AsyncConnection, org_id: int) -> int:
    """How many corrections the organisation has."""
    counted = select(func.count()).select_from(slo_corrections).where(slo_corrections.c.org_id == org_id)
    return int(await connection.scalar(counted) or 0)


async def add(connection: AsyncConnection, correction: Correction) -> None:
    """Store a new correction."""
    await connection.execute(
        insert(slo_corrections).values(id=correction.id, org_id=correction.org_id, **_values(correction))
    )


async def save(connection: AsyncConnection, correction: Correction) -> Correction:
    """Write a changed correction over the version that it was read at; gives it with its new version.

    Raises:
        StaleWrite: somebody else changed or deleted it meanwhile.
    """
    raised = replace(correction, version=correction.version + 1)
    written = await connection.execute(
        update(slo_corrections)
        .where(*_key(correction.org_id, correction.id), slo_corrections.c.version == correction.version)
        .values(**_values(raised))
    )
    if written.rowcount != 1:
        raise StaleWrite("the correction was changed meanwhile: read it again", current=0)
    return raised


async def remove(connection: AsyncConnection, org_id: int, correction_id: str) -> bool:
    """Delete a correction; False when there is none."""
    gone = await connection.execute(delete(slo_corrections).where(*_key(org_id, correction_id)))
    return gone.rowcount == 1


def to_document(correction: Correction) -> dict[str, object]:
    """The correction as plain JSON values, for the store and the audit log."""
    scope = correction.scope
    body = _Body(
        start=correction.start,
        length_s=correction.length_s,
        category=correction.category,
        reason=correction.reason,
        slo_ids=sorted(scope.slo_ids),
        services=sorted(scope.services),
        labels=dict(scope.labels),
        everything=scope.everything,
        recurrence="" if correction.recurrence is None else correction.recurrence.text,
        zone=correction.zone,
        treatment=correction.treatment,
    )
    plain: dict[str, object] = msgspec.to_builtins(body)
    return plain


def _key(org_id: int, correction_id: str) -> tuple[Any, Any]:
    return slo_corrections.c.org_id == org_id, slo_corrections.c.id == correction_id


def _values(correction: Correction) -> dict[str, object]:
    return {
        "version": correction.version,
        "body": to_document(correction),
        "updated_at": correction.updated_at,
        "updated_by": correction.updated_by,
    }


def _correction(row: Any) -> Correction:
    body = msgspec.convert(row.body, _Body, strict=False)
    return Correction(
        id=row.id,
        org_id=row.org_id,
        version=row.version,
        scope=Scope(frozenset(body.slo_ids), frozenset(body.services), body.labels, body.everything),
        start=body.start,
        length_s=body.length_s,
        category=body.category,
        reason=body.reason,
        recurrence=parse_recurrence(body.recurrence, "$.recurrence") if body.recurrence else None,
        zone=body.zone,
        treatment=body.treatment,
        updated_at=row.updated_at,
        updated_by=row.updated_by,
    )
