"""Corrections: people say that some time does not count, change it, take it back.

Numbers follow with the next refresh, at most a minute later; of SLOs that a correction names one by one, at
once. Every change goes into the audit log with before and after.
"""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.clock import Clock
from reliability_studio.domain.slo.corrections import Correction
from reliability_studio.errors import NotFound, StaleWrite, StoreError, TooManyRequests
from reliability_studio.flows.slo_refresh import SloRefresh
from reliability_studio.flows.slos import refuse_stranger
from reliability_studio.store import audit, slos
from reliability_studio.store import slo_corrections as rows
from reliability_studio.store.engine import Database

_log = logging.getLogger(__name__)

MAX_CORRECTIONS = 500
"""Corrections of one organisation: each is looked at whenever numbers are read."""

AT_ONCE = 10
"""SLOs that are counted anew within the request."""


class SloCorrections:
    """Corrections of one organisation."""

    def __init__(self, org_id: int, database: Database, refresh: SloRefresh, clock: Clock) -> None:
        self._org_id = org_id
        self._database = database
        self._refresh = refresh
        self._clock = clock

    async def every(self) -> Sequence[Correction]:
        """All corrections, the latest first."""
        async with self._database.reading() as connection:
            found = await rows.every(connection, self._org_id)
        return sorted(found, key=lambda each: (-each.start, each.id))

    async def create(self, draft: Correction, by: str, *, admin: bool = True) -> Correction:
        """Store a new correction; its id and versions are given here. `admin` as for `Slos.edit`.

        Raises:
            Forbidden: it concerns an SLO that `by` may not change.
            TooManyRequests: there are as many as there may be.
        """
        made = replace(
            draft,
            id=secrets.token_hex(8),
            org_id=self._org_id,
            version=1,
            updated_at=self._clock.now(),
            updated_by=by,
        )
        async with self._database.writing() as connection:
            await self._check(connection, by, made, admin=admin)
            if await rows.count(connection, self._org_id) >= MAX_CORRECTIONS:
                raise TooManyRequests(
                    f"{MAX_CORRECTIONS} corrections are as many as there may be: delete old ones",
                    retry_after=3600,
                )
            await rows.add(connection, made)
            await self._audit(connection, by, "slo_correction.create", None, made)
        await self._count_anew(made)
        return made

    async def edit(
        self, correction_id: str, version: int | None, draft: Correction, by: str, *, admin: bool = True
    ) -> Correction:
        """Replace a correction; with `version` only if it is still at that.

        Raises:
            Forbidden: it concerns, or did concern, an SLO that `by` may not change.
            NotFound: there is none of this id.
            StaleWrite: somebody else changed it meanwhile.
        """
        async with self._database.writing() as connection:
            old = await self._existing(connection, correction_id)
            await self._check(connection, by, old, draft, admin=admin)
            if version is not None and version != old.version:
                text = f"the correction was changed meanwhile; it is at version {old.version}"
                raise StaleWrite(text, current=old.version)
            changed = replace(
                draft,
                id=old.id,
                org_id=old.org_id,
                version=old.version,
                updated_at=self._clock.now(),
                updated_by=by,
            )
            changed = await rows.save(connection, changed)
            await self._audit(connection, by, "slo_correction.edit", old, changed)
        await self._count_anew(old, changed)
        return changed

    async def delete(self, correction_id: str, by: str, *, admin: bool = True) -> None:
        """Take a correction back: that time counts again.

        Raises:
            Forbidden: it concerns an SLO that `by` may not change.
            NotFound: there is none of this id.
        """
        async with self._database.writing() as connection:
            old = await self._existing(connection, correction_id)
            await self._check(connection, by, old, admin=admin)
            await rows.remove(connection, self._org_id, correction_id)
            await self._audit(connection, by, "slo_correction.delete", old, None)
        await self._count_anew(old)

    async def _check(
        self, connection: AsyncConnection, by: str, *concerning: Correction, admin: bool
    ) -> None:
        """Whether somebody may change the numbers of all SLOs that these corrections concern."""
        if admin:
            return
        for slo in await slos.every(connection, self._org_id, groups=True):
            if any(each.scope.holds(slo) for each in concerning):
                refuse_stranger(slo, by, admin=admin)

    async def _existing(self, connection: AsyncConnection, correction_id: str) -> Correction:
        found = await rows.get(connection, self._org_id, correction_id)
        if found is None:
            raise NotFound(f"there is no correction '{correction_id[:100]}'")
        return found

    async def _count_anew(self, *changed: Correction) -> None:
        named = sorted({slo_id for each in changed for slo_id in each.scope.slo_ids})[:AT_ONCE]
        for slo_id in named:
            try:
                async with self._database.reading() as connection:
                    slo = await slos.get(connection, self._org_id, slo_id)
                if slo is not None:
                    await self._refresh.calculate(slo)
            except StoreError as error:
                # The correction is stored, and the next refresh counts by it.
                _log.warning("the SLO is counted later", extra={"slo": slo_id, "reason": str(error)})

    async def _audit(
        self,
        connection: AsyncConnection,
        by: str,
        action: str,
        before: Correction | None,
        after: Correction | None,
    ) -> None:
        one = after or before
        await audit.append(
            connection,
            self._org_id,
            self._clock.now(),
            by,
            action,
            f"slo_correction:{one.id if one else ''}",
            None if before is None else rows.to_document(before),
            None if after is None else rows.to_document(after),
        )
