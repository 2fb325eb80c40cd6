"""What people do with SLOs: create, edit, delete, try one out on history; `slo_views` looks at them.

A change of the objective, window or texts keeps the history; a change of what is counted starts anew. Either
way the answer shows where the SLO stands now. Every change goes into the audit log with before and after.
"""

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.clock import Clock
from reliability_studio.domain.slo.spec import Definition, Slo
from reliability_studio.domain.slo.standing import Standing
from reliability_studio.errors import Conflict, Forbidden, StaleWrite, StoreError, TooManyRequests
from reliability_studio.flows.slo_composites import check
from reliability_studio.flows.slo_groups import follow, remove
from reliability_studio.flows.slo_refresh import Counted, SloRefresh
from reliability_studio.flows.slo_trial import Trial, Trials
from reliability_studio.flows.slo_turn import Result
from reliability_studio.flows.slo_views import SloReader, View, existing, shown, view
from reliability_studio.store import audit
from reliability_studio.store import slos as rows
from reliability_studio.store.engine import Database
from reliability_studio.store.slo_document import to_document

_log = logging.getLogger(__name__)

MAX_SLOS = 20_000
"""SLOs of one organisation."""


class Slos(SloReader):
    """SLOs for working with them."""

    def __init__(
        self,
        org_id: int,
        database: Database,
        refresh: SloRefresh,
        clock: Clock,
    ) -> None:
        super().__init__(org_id, database, clock)
        self._trials = Trials(org_id, database, refresh.servers, clock)
        self._refresh = refresh

    async def create(
        self, definition: Definition, by: str, *, at_once: bool = True, origin: str = ""
    ) -> View:
        """Store a new SLO and count as much of its history as a few seconds allow.

        With `at_once` False the counting is left to the next refresh: many are made in one go. `origin` names
        the file that it is provisioned from.

        Raises:
            Conflict: the service has an SLO of this name.
            TooManyRequests: the organisation has as many SLOs as it may have.
        """
        now = self._clock.now()
        slo = Slo(_fresh_id(), self._org_id, definition, 1, 1, now, now, by, origin)
        async with self._database.writing() as connection:
            if await rows.count(connection, self._org_id) >= MAX_SLOS:
                raise TooManyRequests(f"{MAX_SLOS} SLOs are as many as there may be", retry_after=3600)
            await check(connection, self._org_id, definition)
            await rows.add(connection, slo)
            await self._audit(connection, by, "slo.create", slo.id, None, definition)
        stored = view(slo, None, now)
        return await self._counted(stored) if at_once else stored

    async def edit(
        self,
        slo_id: str,
        version: int | None,
        change: Callable[[Definition], Definition],
        by: str,
        *,
        admin: bool = True,
        at_once: bool = True,
        origin: str | None = None,
    ) -> View:
        """Change an SLO; with `version` only if it is still at that.

        Args:
            slo_id: which.
            version: that the caller saw; None: whatever it is now.
            change: gives the new definition for the present one.
            by: who.
            admin: whether they may change any; else only what they are an editor of, or what names none.
            at_once: whether to count what is due now, and not with the next refresh.
            origin: for provisioning only: the file that it comes from; None: a person changes it.

        Raises:
            NotFound: the organisation has none of this id.
            Forbidden: it names its editors, and `by` is none of them.
            StaleWrite: somebody else changed it meanwhile.
            Conflict: the service has another SLO of this name, or a file says what this one is.
        """
        async with self._database.writing() as connection:
            slo = await existing(connection, self._org_id, slo_id)
            refuse_stranger(slo, by, admin=admin)
            if version is not None and version != slo.version:
                text = f"the SLO was changed meanwhile; it is at version {slo.version}"
                raise StaleWrite(text, current=slo.version)
            _refuse_group(slo)
            if origin is None:
                _refuse_provisioned(slo)
            changed = change(slo.definition)
            await check(connection, self._org_id, changed)
            kept = await rows.standing(connection, slo)
            anew = changed.meaning != slo.definition.meaning
            edited = replace(
                slo,
                definition=changed,
                generation=slo.generation + anew,
                updated_at=self._clock.now(),
                updated_by=by,
                origin=slo.origin if origin is None else origin,
            )
            edited = await rows.save(connection, edited)
            ended = await follow(connection, edited)
            await self._audit(connection, by, "slo.edit", slo.id, slo.definition, changed)
            stored = await self._read(connection, edited)
        if anew and kept is not None:
            await self._refresh.end_alerts(slo, kept.standing)
        await self._end_alerts(ended)
        return await self._counted(stored) if at_once else stored

    async def delete(self, slo_id: str, by: str, *, admin: bool = True, provisioned: bool = False) -> None:
        """Delete an SLO with its history; an alert of it that fires is over.

        Raises:
            NotFound: the organisation has none of this id.
            Forbidden: it names its editors, and `by` is none of them and no Admin.
            Conflict: a file says that there is one, and it is not `provisioned` that asks.
        """
        async with self._database.writing() as connection:
            slo = await existing(connection, self._org_id, slo_id)
            refuse_stranger(slo, by, admin=admin)
            _refuse_group(slo)
            if not provisioned:
                _refuse_provisioned(slo)
            kept = await rows.standing(connection, slo)
            ended = await remove(connection, await rows.instances(connection, slo))
            await rows.remove(connection, self._org_id, slo_id)
            await self._audit(connection, by, "slo.delete", slo_id, slo.definition, None)
        if kept is not None:
            await self._refresh.end_alerts(slo, kept.standing)
        await self._end_alerts(ended)

    async def _counted(self, stored: View) -> View:
        """A stored SLO with its numbers, where they can be had now: a job counts anyway."""
        try:
            counted = await self._refresh.calculate(stored.slo)
        except StoreError as error:
            _log.warning("the SLO is counted later", extra={"slo": stored.slo.id, "reason": str(error)})
            return stored
        return self._after(stored.slo, counted)

    def _after(self, slo: Slo, counted: Counted) -> View:
        return shown(slo, counted.standing or Standing(), self._clock.now(), counted.instances)

    async def _end_alerts(self, gone: Sequence[tuple[Slo, Standing | None]]) -> None:
        for slo, standing in gone:
            if standing is not None:
                await self._refresh.end_alerts(slo, standing)

    async def calculate(self, slo_id: str) -> tuple[View, Result]:
        """Count what is due for one SLO now.

        Raises:
            NotFound: the organisation has none of this id.
        """
        async with self._database.reading() as connection:
            slo = await existing(connection, self._org_id, slo_id)
        counted = await self._refresh.calculate(slo)
        return self._after(slo, counted), counted.result

    async def preview(self, definition: Definition, points: int) -> Trial:
        """Try a definition out on the history that Prometheus has; nothing is stored.

        Raises:
            SourceError: Prometheus is not configured or does not answer.
        """
        return await self._trials.preview(definition, points)

    async def what_if(self, slo_id: str, change: Callable[[Definition], Definition], points: int) -> Trial:
        """Try a change of a stored SLO out on history; nothing is stored.

        Raises:
            NotFound: the organisation has none of this id, or it was never counted.
            SourceError: it would count something else, and Prometheus does not answer.
        """
        async with self._database.reading() as connection:
            slo = await existing(connection, self._org_id, slo_id)
        return await self._trials.what_if(slo, change(slo.definition), points)

    async def _audit(
        self,
        connection: AsyncConnection,
        by: str,
        action: str,
        slo_id: str,
        before: Definition | None,
        after: Definition | None,
    ) -> None:
        await audit.append(
            connection,
            self._org_id,
            self._clock.now(),
            by,
            action,
            f"slo:{slo_id}",
            None if before is None else to_document(before),
            None if after is None else to_document(after),
        )


def refuse_stranger(slo: Slo, by: str, *, admin: bool) -> None:
    """Let nobody but its editors change an SLO that names some, and Admins.

    Raises:
        Forbidden: `by` is neither.
    """
    if not admin and not slo.definition.may_be_changed_by(by):
        editors = ", ".join(slo.definition.editors)
        raise Forbidden(f"'{slo.definition.name}' may be changed by {editors} and by Admins only")


def _refuse_group(slo: Slo) -> None:
    if slo.whole_id:
        raise Conflict(
            f"this is one group of the SLO '{slo.whole_id}', which says what it is: change that one"
        )


def _refuse_provisioned(slo: Slo) -> None:
    if slo.origin:
        raise Conflict(f"the SLO is provisioned from {slo.origin}: change it there")


def _fresh_id() -> str:
    return secrets.token_hex(8)
