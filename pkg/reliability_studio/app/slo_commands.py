"""SLOs as code from a terminal, for pipelines: validate, import, export, rules.

    reliability-studio slo validate PATH… [--lenient]
    reliability-studio slo import PATH… [--lenient] [--dry-run] [--org N] [--database ADDRESS]
    reliability-studio slo export [--format F] [--service NAME]… [--org N] [--database ADDRESS]
    reliability-studio slo rules PATH… [--lenient]

A path is a file or a folder of YAML files; `-` is the standard input. Exit status: 0 all is well, 1 something
is wrong with a specification or could not be done, 2 a slip in the words. Strict is the usual way: a warning
(something that could not be kept) fails as well; with `--lenient` only errors do.
"""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from reliability_studio.clock import Clock, SystemClock
from reliability_studio.domain.slo.spec import Slo
from reliability_studio.errors import FieldProblem, SettingsError, StudioError
from reliability_studio.flows.hub import Hub
from reliability_studio.flows.ingest import Intake
from reliability_studio.flows.slo_code.composites import checked, resolved
from reliability_studio.flows.slo_code.documents import write_rules
from reliability_studio.flows.slo_exchange import Action, SloExchange
from reliability_studio.flows.slo_provisioning import FromFile, read_files
from reliability_studio.flows.slo_refresh import SloRefresh
from reliability_studio.flows.slos import Slos
from reliability_studio.sources.slo_files import SloFile, read_text
from reliability_studio.store.engine import Database

BY = "command line"


def run(arguments: Sequence[str], usual_address: Callable[[], str]) -> int:
    """Run one `slo` command; returns the exit status."""
    parser = _parser()
    try:
        options = parser.parse_args(list(arguments))
    except SystemExit as stop:
        # argparse has said what is wrong; the exit status is the caller's to use.
        return stop.code if isinstance(stop.code, int) else 2
    try:
        return _run(options, usual_address)
    except StudioError as error:
        sys.stderr.write(f"reliability-studio slo {options.action}: {error}\n")
        return 1


def _run(options: argparse.Namespace, usual_address: Callable[[], str]) -> int:
    if options.action in {"validate", "rules"}:
        found = _with_members(read_files(_files(options.paths)))
        sound = _told(found, lenient=options.lenient)
        if options.action == "rules" and sound:
            sys.stdout.write(_rules(found))
        elif sound:
            sys.stdout.write(f"{sum(each.draft.definition is not None for each in found)} SLOs are well\n")
        return 0 if sound else 1
    return asyncio.run(_on_store(options, options.database or usual_address()))


async def _on_store(options: argparse.Namespace, address: str) -> int:
    clock = SystemClock()
    async with contextlib.aclosing(await Database.open(address)) as database:
        exchange = SloExchange(_slos(options.org, database, clock), clock)
        if options.action == "export":
            sys.stdout.write(await exchange.give_out(options.format, options.service or ()))
            return 0
        return await _import(options, exchange)


async def _import(options: argparse.Namespace, exchange: SloExchange) -> int:
    files = _files(options.paths)
    if not _told(read_files(files), lenient=options.lenient):
        return 1
    text = "\n---\n".join(file.text for file in files)
    done = await exchange.take_in(text, BY, strict=not options.lenient, dry_run=options.dry_run)
    for each in done:
        sys.stdout.write(f"{each.action.value} {each.draft.service}/{each.draft.name}\n")
        for problem in each.problems:
            sys.stderr.write(f"  {problem.path} {problem.problem}\n")
    return 1 if any(each.action in {Action.REFUSED, Action.HELD_BACK} for each in done) else 0


def _slos(org_id: int, database: Database, clock: Clock) -> Slos:
    """Without a source: what is written is counted by the plugin's next refresh."""
    intake = Intake(database, Hub(), clock)
    refresh = SloRefresh(org_id, database, None, clock, intake.apply)
    return Slos(org_id, database, refresh, clock)


def _with_members(found: Sequence[FromFile]) -> list[FromFile]:
    """What composites are made of may be where the files go, which is not known here."""
    drafts = checked([each.draft for each in found], {}, elsewhere=True)
    return [replace(each, draft=draft) for each, draft in zip(found, drafts, strict=True)]


def _files(paths: Sequence[str]) -> list[SloFile]:
    found: list[SloFile] = []
    for path in paths:
        if path == "-":
            found.append(SloFile("(standard input)", sys.stdin.read()))
            continue
        place = Path(path)
        inside = (
            sorted(p for p in place.rglob("*") if p.suffix in {".yaml", ".yml"})
            if place.is_dir()
            else [place]
        )
        found += [SloFile(str(each), read_text(each)) for each in inside]
    if not found:
        raise SettingsError((FieldProblem(" ".join(paths), "holds no YAML file"),))
    return found


def _told(found: Sequence[FromFile], *, lenient: bool) -> bool:
    """Say what is wrong; whether that is nothing."""
    sound = True
    for each in found:
        where = f"{each.file}: {each.draft.service}/{each.draft.name}"
        for problem in each.draft.problems:
            sys.stderr.write(f"error   {where}: {problem.path} {problem.problem}\n")
            sound = False
        for warning in each.draft.warnings:
            sys.stderr.write(f"warning {where}: {warning.path} {warning.problem}\n")
            sound = sound and lenient
    return sound


def _rules(found: Sequence[FromFile]) -> str:
    """Rules need an id; without a store it is made of service and name."""
    now = SystemClock().now()
    drafts = [each.draft for each in found]
    # A composite with a member in none of the files is left out, with its name.
    ids = {name: name.text for draft in drafts for name in draft.members}
    ids |= {draft.key: f"{draft.service}-{draft.name}" for draft in drafts}
    slos = [
        Slo(ids[draft.key], 1, resolved(draft, definition, ids), 1, 1, _BORN, _BORN)
        for draft in drafts
        if (definition := draft.definition) is not None
    ]
    return write_rules(slos, int(now.timestamp()))


_BORN = datetime(1970, 1, 1, tzinfo=UTC)

_TEXTS: Mapping[str, str] = {
    "validate": "Say what is wrong with specifications.",
    "import": "Write specifications into the plugin's database.",
    "export": "Write the SLOs of the database as code.",
    "rules": "Write Prometheus rules for specifications.",
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="reliability-studio slo", description="SLOs as code.")
    actions = parser.add_subparsers(dest="action", required=True)
    for name, text in _TEXTS.items():
        action = actions.add_parser(name, help=text, description=text)
        if name == "export":
            action.add_argument("--format", choices=("openslo", "prometheus"), default="openslo")
            action.add_argument("--service", action="append", help="only of this service; may be repeated")
        else:
            action.add_argument("paths", nargs="+", metavar="PATH", help="a YAML file, a folder, or -")
            action.add_argument("--lenient", action="store_true", help="warnings do not fail")
        if name == "import":
            action.add_argument("--dry-run", action="store_true", help="only say what would be done")
        if name in {"import", "export"}:
            action.add_argument("--org", type=int, default=1, help="the organisation; 1 by default")
            action.add_argument(
                "--database", metavar="DATABASE", default="", help="the plugin's own by default"
            )
    return parser
