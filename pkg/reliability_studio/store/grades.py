"""How people judged the answers of investigations, and how often each check was about the true cause."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.store.statements import inserting
from reliability_studio.store.tables.evidence import verdict_grades

COUNTED = 2_000
"""Newest grades that precision is counted over."""


@dataclass(frozen=True, slots=True)
class Grade:
    """One incident's answer as a person judged it."""

    incident_id: int
    investigation_id: int
    right: bool
    """The named cause was the cause; or none was named and nothing could have been."""
    named: bool
    """Whether the answer named a cause."""
    confidence: float | None
    service: str
    """The true cause's service, as far as it is known."""
    by: str
    at: datetime
    checks: Mapping[str, bool] = field(default_factory=dict)
    """Per check that found something: whether it was about the true cause."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Precision:
    """How often a check that found something was about the true cause."""

    right: int
    total: int

    @property
    def share(self) -> float:
        """Right among all; a check that was never graded is not asked."""
        return self.right / self.total


async def put(connection: AsyncConnection, org_id: int, grade: Grade) -> None:
    """Keep a grade; a later one of the same incident replaces it."""
    values = {
        "investigation_id": grade.investigation_id,
        "right": grade.right,
        "named": grade.named,
        "confidence": grade.confidence,
        "service": grade.service,
        "checks": dict(grade.checks),
        "note": grade.note,
        "by": grade.by,
        "at": grade.at,
    }
    adding = inserting(connection, verdict_grades).values(
        incident_id=grade.incident_id, org_id=org_id, **values
    )
    await connection.execute(adding.on_conflict_do_update(index_elements=["incident_id"], set_=values))


async def get(connection: AsyncConnection, incident_id: int) -> Grade | None:
    """The grade of an incident's answer; None while nobody judged it."""
    chosen = select(verdict_grades).where(verdict_grades.c.incident_id == incident_id)
    row = (await connection.execute(chosen)).first()
    if row is None:
        return None
    return Grade(**{name: getattr(row, name) for name in Grade.__dataclass_fields__})


async def newest(connection: AsyncConnection, org_id: int) -> tuple[Grade, ...]:
    """The newest grades of the organisation."""
    chosen = select(verdict_grades).where(verdict_grades.c.org_id == org_id)
    rows = await connection.execute(chosen.order_by(verdict_grades.c.at.desc()).limit(COUNTED))
    return tuple(Grade(**{name: getattr(row, name) for name in Grade.__dataclass_fields__}) for row in rows)


async def precision(connection: AsyncConnection, org_id: int) -> Mapping[str, Precision]:
    """By check id, over the newest grades; checks that were never graded are absent."""
    counted: dict[str, Precision] = {}
    for grade in await newest(connection, org_id):
        for check, right in grade.checks.items():
            before = counted.get(check, Precision(0, 0))
            counted[check] = Precision(before.right + right, before.total + 1)
    return counted
