"""What the program does besides serving Grafana: backup, restore, moving to PostgreSQL, replay.

    reliability-studio backup FILE [--database ADDRESS]
    reliability-studio restore FILE [--database ADDRESS] [--replace]
    reliability-studio move TO [--from ADDRESS] [--replace]
    reliability-studio replay FOLDER …
    reliability-studio slo validate|import|export|rules …     (`slo_commands`)

An address is `sqlite:////path` or `postgresql://…`; without one it is the database that a plugin would use
here (`GF_PLUGIN_DATABASE_URL`, `GF_PLUGIN_DATA_DIR`). Exit status: 0 done, 1 failed, 2 a slip in the words.
"""

import argparse
import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from reliability_studio.app import slo_commands
from reliability_studio.errors import StudioError
from reliability_studio.flows import replay
from reliability_studio.settings.deployment import Deployment
from reliability_studio.store import transfer
from reliability_studio.store.engine import Database
from reliability_studio.store.transfer import Report

ADDRESS = "DATABASE"


def run(word: str, arguments: Sequence[str]) -> int:
    """Run one command; returns the exit status."""
    if word == "replay":
        return replay.main(arguments)
    if word == "slo":
        return slo_commands.run(arguments, _address)
    parser, work = _COMMANDS[word]()
    try:
        options = parser.parse_args(list(arguments))
    except SystemExit as stop:
        # argparse has said what is wrong; the exit status is the caller's to use.
        return stop.code if isinstance(stop.code, int) else 2
    try:
        report = asyncio.run(work(options))
    except StudioError as error:
        sys.stderr.write(f"reliability-studio {word}: {error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"reliability-studio {word}: {error.strerror or error}\n")
        return 1
    sys.stdout.write(_told(report))
    return 0


Work = Callable[[argparse.Namespace], Coroutine[Any, Any, Report]]


def _backup() -> tuple[argparse.ArgumentParser, Work]:
    parser = _parser("backup", "Write everything into one new file.")
    parser.add_argument("file", type=Path)
    _add_address(parser, "--database", "what to back up")

    async def work(options: argparse.Namespace) -> Report:
        async with contextlib.aclosing(await Database.open(options.database or _address())) as database:
            return await transfer.backup(database, options.file)

    return parser, work


def _restore() -> tuple[argparse.ArgumentParser, Work]:
    parser = _parser("restore", "Fill a database from a backup, also from one of an earlier version.")
    parser.add_argument("file", type=Path)
    _add_address(parser, "--database", "what to fill")
    _add_replace(parser)

    async def work(options: argparse.Namespace) -> Report:
        return await transfer.restore(options.file, options.database or _address(), replace=options.replace)

    return parser, work


def _move() -> tuple[argparse.ArgumentParser, Work]:
    parser = _parser("move", "Copy a database to another one, and compare what arrived.")
    parser.add_argument("to", metavar="TO", help="address of an empty database")
    _add_address(parser, "--from", "what to copy")
    _add_replace(parser)

    async def work(options: argparse.Namespace) -> Report:
        source = getattr(options, "from") or _address()
        return await transfer.move(source, options.to, replace=options.replace)

    return parser, work


_COMMANDS: dict[str, Callable[[], tuple[argparse.ArgumentParser, Work]]] = {
    "backup": _backup,
    "restore": _restore,
    "move": _move,
}


def _parser(word: str, text: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog=f"reliability-studio {word}", description=text)


def _add_address(parser: argparse.ArgumentParser, name: str, text: str) -> None:
    parser.add_argument(name, metavar=ADDRESS, default="", help=f"{text}; the plugin's own by default")


def _add_replace(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--replace", action="store_true", help="delete what the target holds first")


def _address() -> str:
    """The database that a plugin process with this environment would use."""
    deployment = Deployment.find(os.environ, Path(__file__))
    return deployment.database_url or f"sqlite:///{deployment.sqlite_path}"


def _told(report: Report) -> str:
    lines = [f"{table.name:<20} {table.rows:>10}" for table in report.tables if table.rows]
    total = f"{report.rows} rows in {len(report.tables)} tables; counts and checksums agree"
    return "\n".join([*lines, total, ""])
