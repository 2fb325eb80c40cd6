"""SLOs go in and out as code. An SLO of the text and one in the store are the same if service and name are.

A strict import writes all or nothing: any problem or warning holds everything back. A lenient one writes what
can be read. What is written is counted by the next refresh.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reliability_studio.clock import Clock
from reliability_studio.domain.slo.spec import Slo
from reliability_studio.errors import FieldProblem, Invalid, StudioError
from reliability_studio.flows.slo_code.composites import checked, resolved
from reliability_studio.flows.slo_code.documents import read_documents, write_openslo, write_rules
from reliability_studio.flows.slo_code.drafts import Draft, MemberName
from reliability_studio.flows.slos import Slos


class Action(StrEnum):
    """What became of one SLO of the text."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    HELD_BACK = "held_back"
    """It could be read, but another one could not, and the import is strict."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """One SLO of the text and what became of it."""

    draft: Draft
    action: Action
    slo_id: str = ""
    problems: tuple[FieldProblem, ...] = ()


class SloExchange:
    """Import and export for one organisation."""

    def __init__(self, slos: Slos, clock: Clock) -> None:
        self._slos = slos
        self._clock = clock

    async def take_in(
        self, text: str, by: str, *, strict: bool, dry_run: bool, admin: bool = True
    ) -> Sequence[TakenIn]:
        """Import the SLOs of a YAML text; `admin` as for `Slos.edit`.

        Raises:
            InputError: the text as a whole cannot be read.
        """
        known = await self._known()
        drafts = checked(read_documents(text), {name: slo.definition for name, slo in known.items()})
        if strict and any(draft.problems or draft.warnings for draft in drafts):
            return [
                TakenIn(d, Action.HELD_BACK if d.definition else Action.REFUSED, problems=d.problems)
                for d in drafts
            ]
        ids = {name: slo.id for name, slo in known.items()}
        done: dict[int, TakenIn] = {}
        # Composites last: what they are made of is there by then.
        for at in sorted(range(len(drafts)), key=lambda at: bool(drafts[at].members)):
            done[at] = await self._one(drafts[at], known, ids, by, dry_run=dry_run, admin=admin)
            if done[at].slo_id:
                ids[drafts[at].key] = done[at].slo_id
        return [done[at] for at in range(len(drafts))]

    async def give_out(self, form: str, services: Collection[str]) -> str:
        """The SLOs (of these services) as `openslo` documents or `prometheus` rules.

        Raises:
            Invalid: there is no such format.
        """
        every = tuple((await self._known()).values())
        slos = [slo for slo in every if not services or slo.definition.service in services]
        if form == "openslo":
            return write_openslo(slos, every) if slos else ""
        if form == "prometheus":
            return write_rules(slos, int(self._clock.now().timestamp()), every)
        raise Invalid.field("format", "must be openslo or prometheus")

    async def _known(self) -> Mapping[MemberName, Slo]:
        seen = await self._slos.every()
        found = {MemberName(view.slo.definition.service, view.slo.definition.name): view.slo for view in seen}
        return dict(sorted(found.items(), key=lambda each: (each[0].service, each[0].name)))

    async def _one(
        self,
        draft: Draft,
        known: Mapping[MemberName, Slo],
        ids: Mapping[MemberName, str],
        by: str,
        *,
        dry_run: bool,
        admin: bool,
    ) -> TakenIn:
        if draft.definition is None:
            return TakenIn(draft, Action.REFUSED, problems=draft.problems)
        definition = draft.definition
        old = known.get(draft.key)
        if not dry_run or all(name in ids for name in draft.members):
            try:
                definition = resolved(draft, definition, ids)
            except Invalid as error:
                return TakenIn(draft, Action.REFUSED, problems=error.problems)
        if old is not None and old.definition == definition:
            return TakenIn(draft, Action.UNCHANGED, old.id)
        action = Action.CREATED if old is None else Action.UPDATED
        if dry_run:
            return TakenIn(draft, action, "" if old is None else old.id)
        try:
            if old is None:
                view = await self._slos.create(definition, by, at_once=False)
            else:
                view = await self._slos.edit(
                    old.id, old.version, lambda _: definition, by, admin=admin, at_once=False
                )
        except StudioError as error:
            return TakenIn(draft, Action.REFUSED, problems=(FieldProblem("$", str(error)),))
        return TakenIn(draft, action, view.slo.id)
