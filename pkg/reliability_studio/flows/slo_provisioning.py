"""Keeps SLOs as the operator's folder says: read again each minute, taken over where something changed.

What comes from a file is changed there and nowhere else: the API refuses to edit or delete it. An SLO whose
file no longer names it goes, with its history. A file with a mistake takes nothing away: the SLOs that it
gave before stay as they are, the others of it are taken over, and health says what is wrong. When the folder
is no longer configured, its SLOs stay and belong to people again.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from reliability_studio.domain.slo.spec import Slo
from reliability_studio.errors import FieldProblem, SettingsError, StudioError
from reliability_studio.flows.slo_code.composites import resolved
from reliability_studio.flows.slo_code.documents import drafts_of, indicators_of, parsed
from reliability_studio.flows.slo_code.drafts import Draft, MemberName, Node
from reliability_studio.flows.slos import Slos
from reliability_studio.sources.slo_files import SloFile, read_folder

BY = "provisioning"
SHOWN = 5
"""Problems that health names one by one."""


@dataclass(slots=True)
class Done:
    """What one reading of the folder did."""

    created: int = 0
    changed: int = 0
    deleted: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FromFile:
    """One SLO of the folder."""

    file: str
    draft: Draft


def read_files(files: Sequence[SloFile]) -> list[FromFile]:
    """Every SLO of the files; one that two files name is refused in the second, and so is an SLI.

    An SLO may refer to an SLI of any of the files. A file that cannot be read as YAML is one draft that says
    so.
    """
    documents, found = _documents(files)
    indicators, twice = _indicators(documents)
    found += twice
    seen: dict[MemberName, str] = {}
    for name, nodes in documents.items():
        for draft in drafts_of(nodes, indicators):
            first = seen.setdefault(draft.key, name)
            twin = draft.definition is not None and first != name
            found.append(FromFile(name, _refused(draft, first) if twin else draft))
    return found


def _refused(draft: Draft, first: str) -> Draft:
    problem = FieldProblem("$", f"{draft.service} has an SLO named '{draft.name}' in {first} already")
    return Draft(draft.name, draft.service, None, (problem,))


def _documents(files: Sequence[SloFile]) -> tuple[Mapping[str, Sequence[Node]], list[FromFile]]:
    """The documents of each file, and what is wrong with those that are no YAML."""
    documents: dict[str, Sequence[Node]] = {}
    wrong: list[FromFile] = []
    for file in files:
        try:
            documents[file.name] = parsed(file.text)
        except StudioError as error:
            wrong.append(FromFile(file.name, Draft("?", "", None, (FieldProblem("$", str(error)),))))
    return documents, wrong


def _indicators(documents: Mapping[str, Sequence[Node]]) -> tuple[Mapping[str, Node], list[FromFile]]:
    """The SLIs of all files by name, and those that a file before had already."""
    known: dict[str, tuple[str, Node]] = {}
    twice: list[FromFile] = []
    for file, nodes in documents.items():
        for name, node in indicators_of(nodes).items():
            first, _ = known.setdefault(name, (file, node))
            if first != file:
                problem = FieldProblem(node.path, f"{first} has an SLI named '{name}' already")
                twice.append(FromFile(file, Draft(name, "", None, (problem,))))
    return {name: node for name, (_, node) in known.items()}, twice


class SloProvisioning:
    """One organisation's part of the folder."""

    def __init__(self, slos: Slos, org_id: int, folder: Path | None) -> None:
        self._slos = slos
        self._org_id = org_id
        self._folder = folder
        self.problem = ""
        """What is wrong with the folder, for health; empty when nothing is."""

    async def run(self, _now: datetime) -> Done:
        """Take the folder over.

        Raises:
            SettingsError: the folder cannot be read; nothing was changed.
        """
        known = {
            MemberName(v.slo.definition.service, v.slo.definition.name): v.slo
            for v in await self._slos.every()
        }
        if self._folder is None:
            return await self._release(known)
        try:
            files = await asyncio.to_thread(read_folder, self._folder, self._org_id)
        except SettingsError as error:
            self.problem = f"SLO folder {error}"
            raise
        done = await self._take_over(await asyncio.to_thread(read_files, files), known)
        shown = "; ".join(done.problems[:SHOWN])
        self.problem = f"SLO folder: {len(done.problems)} problems: {shown}" if done.problems else ""
        return done

    async def _take_over(self, wanted: Sequence[FromFile], known: Mapping[MemberName, Slo]) -> Done:
        done, named, broken = Done(), set[MemberName](), set[str]()
        ids = {name: slo.id for name, slo in known.items()}
        # Composites last: what they are made of is there by then.
        for each in sorted(wanted, key=lambda each: bool(each.draft.members)):
            named.add(each.draft.key)
            try:
                ids |= await self._one(each, known.get(each.draft.key), ids, done)
            except StudioError as error:
                done.problems.append(f"{each.file}: {each.draft.name}: {error}")
            if each.draft.definition is None:
                broken.add(each.file)
                done.problems += [
                    f"{each.file}: {each.draft.name}: {p.path} {p.problem}" for p in each.draft.problems
                ]
        for key, slo in known.items():
            if slo.origin and slo.origin not in broken and key not in named:
                await self._slos.delete(slo.id, BY, provisioned=True)
                done.deleted += 1
        return done

    async def _one(
        self, each: FromFile, old: Slo | None, ids: Mapping[MemberName, str], done: Done
    ) -> Mapping[MemberName, str]:
        """Take one SLO over; the id of one that was made, by its name."""
        if each.draft.definition is None:
            return {}
        definition = resolved(each.draft, each.draft.definition, ids)
        if old is None:
            view = await self._slos.create(definition, BY, at_once=False, origin=each.file)
            done.created += 1
            return {each.draft.key: view.slo.id}
        if not old.origin:
            where = f"{each.file}: {each.draft.name}"
            done.problems.append(f"{where}: somebody made an SLO of this name by hand; rename one of them")
        elif (old.definition, old.origin) != (definition, each.file):
            await self._slos.edit(
                old.id, old.version, lambda _: definition, BY, at_once=False, origin=each.file
            )
            done.changed += 1
        return {}

    async def _release(self, known: Mapping[MemberName, Slo]) -> Done:
        done = Done()
        for slo in known.values():
            if slo.origin:
                await self._slos.edit(slo.id, slo.version, lambda old: old, BY, at_once=False, origin="")
                done.changed += 1
        return done
