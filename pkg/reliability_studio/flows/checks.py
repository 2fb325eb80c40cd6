"""The checks of one organisation: what ships, what it switched or tuned, and what it added.

Tunings and own checks are documents by check id; every change is in the audit log. How often each check was
right, as people graded closed incidents, stands beside it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.checks.catalogue import BY_ID
from reliability_studio.domain.checks.check import Check
from reliability_studio.domain.checks.tuning import (
    CUSTOM,
    MOST_CUSTOM,
    CustomCheck,
    Tuning,
    problems,
    tuned,
)
from reliability_studio.errors import Conflict, FieldProblem, Invalid, NotFound
from reliability_studio.flows.measure import Place, filled
from reliability_studio.sources import promql_grammar
from reliability_studio.store import audit, grades
from reliability_studio.store import checks as rows
from reliability_studio.store.engine import Database, lock_organisation
from reliability_studio.store.grades import Precision

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_ANYWHERE = Place("service", "namespace", frozenset({"service"}), frozenset(), "requests_total")


@dataclass(frozen=True, slots=True)
class CheckView:
    """A check as the organisation has it, with how often it was right."""

    check: Check
    tuned: bool
    precision: Precision | None


class Checks:
    """What an organisation's investigations look at."""

    def __init__(self, org_id: int, database: Database) -> None:
        self._org_id = org_id
        self._database = database

    async def tuned(self) -> tuple[Check, ...]:
        """Every check, as the organisation wants it."""
        async with self._database.reading() as connection:
            return tuned(*_split(await rows.listing(connection, self._org_id)))

    async def listing(self) -> tuple[CheckView, ...]:
        """Every check with its precision."""
        async with self._database.reading() as connection:
            return await self._read(connection)

    async def tune(self, check_id: str, tuning: Tuning, *, by: str, now: datetime) -> CheckView:
        """Switch or tune a check that ships.

        Raises:
            NotFound: no check that ships has this id.
            Invalid: the check has no threshold.
        """
        check = BY_ID.get(check_id)
        if check is None:
            raise NotFound(f"no check is called '{check_id[:100]}'")
        if check.condition is None and (tuning.threshold is not None or tuning.points is not None):
            raise Invalid.field(
                "$.threshold", "this check has no fixed threshold: it can only be switched on or off"
            )
        async with self._database.writing() as connection:
            return await self._put(connection, check_id, msgspec.to_builtins(tuning), by, now, "check.tune")

    async def add(self, custom: CustomCheck, *, by: str, now: datetime) -> CheckView:
        """Add a check of the organisation's own; it comes back with its id.

        Raises:
            Invalid: names the fields that cannot be.
            Conflict: there are too many already.
        """
        async with self._database.writing() as connection:
            await lock_organisation(connection, self._org_id)
            _, customs = _split(await rows.listing(connection, self._org_id))
            if len(customs) >= MOST_CUSTOM:
                raise Conflict(f"there are {MOST_CUSTOM} checks of your own already: delete one first")
            self._refuse(custom, tuned({}, customs))
            check_id = f"{CUSTOM}{uuid4().hex[:8]}"
            body = msgspec.to_builtins(custom)
            return await self._put(connection, check_id, body, by, now, "check.create")

    async def change(self, check_id: str, custom: CustomCheck, *, by: str, now: datetime) -> CheckView:
        """Replace a check of the organisation's own.

        Raises:
            NotFound: there is no such check.
            Invalid: names the fields that cannot be.
        """
        async with self._database.writing() as connection:
            await lock_organisation(connection, self._org_id)
            _, customs = _split(await rows.listing(connection, self._org_id))
            if check_id not in customs:
                raise NotFound(f"no check of your own is called '{check_id[:100]}'")
            self._refuse(custom, [each for each in tuned({}, customs) if each.id != check_id])
            body = msgspec.to_builtins(custom)
            return await self._put(connection, check_id, body, by, now, "check.change")

    async def remove(self, check_id: str, *, by: str, now: datetime) -> None:
        """Forget a tuning, so that the check is as it ships, or delete a check of one's own.

        Raises:
            NotFound: there is neither.
        """
        async with self._database.writing() as connection:
            held = (await rows.listing(connection, self._org_id)).get(check_id)
            if held is None:
                raise NotFound(f"nothing was changed about a check '{check_id[:100]}'")
            await rows.remove(connection, self._org_id, check_id)
            await self._log(connection, "check.remove", check_id, held, None, by, now)

    async def _put(
        self, connection: AsyncConnection, check_id: str, body: Any, by: str, now: datetime, action: str
    ) -> CheckView:
        """Keep a document; the check as it is now, read before the commit so that an answer is certain."""
        held = (await rows.listing(connection, self._org_id)).get(check_id)
        await rows.put(connection, self._org_id, check_id, body, by=by, at=now)
        await self._log(connection, action, check_id, held, body, by, now)
        return next(each for each in await self._read(connection) if each.check.id == check_id)

    async def _read(self, connection: AsyncConnection) -> tuple[CheckView, ...]:
        stored = await rows.listing(connection, self._org_id)
        known = await grades.precision(connection, self._org_id)
        tunings, customs = _split(stored)
        return tuple(
            CheckView(check, check.id in tunings or check.custom, known.get(check.id))
            for check in tuned(tunings, customs)
        )

    async def _log(
        self,
        connection: AsyncConnection,
        action: str,
        check_id: str,
        before: Any,
        after: Any,
        by: str,
        now: datetime,
    ) -> None:
        await audit.append(connection, self._org_id, now, by, action, f"check:{check_id}", before, after)

    def _refuse(self, custom: CustomCheck, others: "tuple[Check, ...] | list[Check]") -> None:
        found = dict(problems(custom, others))
        if "query" not in found:
            try:
                promql_grammar.parse(filled(custom.query, _ANYWHERE))
            except ValueError as error:
                found["query"] = f"is not PromQL: {error}"
        for label in custom.by:
            if not _LABEL.fullmatch(label):
                found["by"] = f"'{label[:50]}' is not a label name"
        if found:
            listed = tuple(FieldProblem(f"$.{name}", text) for name, text in found.items())
            raise Invalid("; ".join(f"{each.path}: {each.problem}" for each in listed), listed)


def _split(
    stored: Mapping[str, Any],
) -> tuple[Mapping[str, Tuning], Mapping[str, CustomCheck]]:
    """Documents as tunings and own checks. One that cannot be read any more is left out, as if not there."""
    tunings: dict[str, Tuning] = {}
    customs: dict[str, CustomCheck] = {}
    for check_id, body in stored.items():
        try:
            if check_id.startswith(CUSTOM):
                customs[check_id] = msgspec.convert(body, CustomCheck)
            else:
                tunings[check_id] = msgspec.convert(body, Tuning)
        except msgspec.ValidationError:
            continue
    return tunings, customs
