"""Logging of the plugin process: everything that anything says ends as hclog JSON lines on stderr.

`install` routes to one handler: the logging module, warnings, uncaught exceptions of the main thread, of
other threads and of finalisers, and whatever Python code prints. `watch_loop` adds asyncio. `bound` puts
fields on every line that is logged inside it, through awaits and threads started by `asyncio.to_thread`.

The handler writes each line with one system call and never raises: a log that cannot be written is lost,
the call that wanted to write it goes on.
"""

import asyncio
import contextlib
import faulthandler
import io
import logging
import os
import sys
import threading
from collections.abc import Mapping
from contextvars import ContextVar
from types import TracebackType

from typing_extensions import Buffer, override

from reliability_studio.observability import hclog

_context: ContextVar[Mapping[str, object]] = ContextVar("log_fields", default={})  # noqa: B039 - never mutated

_LEVELS = {
    "trace": 5,
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}

_CHATTY = ("alembic", "httpx", "httpcore", "kubernetes")
"""Libraries whose ordinary lines tell an operator nothing."""

_log = logging.getLogger(__name__)


class bound:  # noqa: N801 - read as a word of the `with` statement
    """Put these fields on every line logged inside the block."""

    def __init__(self, **fields: object) -> None:
        self._fields = fields

    def __enter__(self) -> None:
        self._token = _context.set({**_context.get(), **self._fields})

    def __exit__(self, *_error: object) -> None:
        _context.reset(self._token)


class HclogHandler(logging.Handler):
    """Writes records as hclog lines to a file descriptor."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._torn = False
        """Whether the last line was cut by a full or closed pipe: then the next begins a fresh line."""

    @override
    def emit(self, record: logging.LogRecord) -> None:
        line = hclog.line(record, _context.get())
        try:
            self._write(b"\n" + line if self._torn else line)
        except OSError:
            # Nobody reads, or not fast enough: there is no second place to complain in.
            self._torn = True

    def _write(self, line: bytes) -> None:
        rest = memoryview(line)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
            self._torn = bool(rest)

    @override
    def handleError(self, record: logging.LogRecord) -> None:
        """Stay silent: the default prints a traceback, which the host would not understand."""


def parse_level(name: str) -> int:
    """The logging level of a setting; anything unknown is `info`."""
    return _LEVELS.get(name.strip().lower(), logging.INFO)


def install(level: int = logging.INFO, *, descriptor: int = 2) -> None:
    """Take over every way in which this process can say something. Call before heavy imports.

    Args:
        level: least level that is written.
        descriptor: where lines go; the host reads stderr.
    """
    # The C core of grpc reads these when it is imported; its own lines are no JSON, it must not install fork
    # handlers that nobody needs, and its older way to listen costs a fifth less CPU per call (ADR 0011).
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "false")
    os.environ.setdefault("GRPC_EXPERIMENTS", "-event_engine_listener")
    with contextlib.suppress(OSError, ValueError):
        faulthandler.enable(file=descriptor)
    logging.basicConfig(handlers=[HclogHandler(descriptor)], level=level, force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable
    sys.stdout = _captured("stdout", descriptor)
    sys.stderr = _captured("stderr", descriptor)


def watch_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Log what the event loop could not deliver anywhere else."""
    loop.set_exception_handler(_loop_exception)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    _log.critical("uncaught exception", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    name = args.thread.name if args.thread else "unknown"
    error = args.exc_value or args.exc_type()
    trace = (args.exc_type, error, args.exc_traceback)
    _log.error("uncaught exception in a thread", exc_info=trace, extra={"thread_name": name})


def _unraisable(args: "sys.UnraisableHookArgs") -> None:
    error = args.exc_value or args.exc_type()
    trace = (args.exc_type, error, args.exc_traceback)
    what = args.err_msg or "exception ignored"
    _log.error("%s", what, exc_info=trace, extra={"object": args.object})


def _loop_exception(_loop: asyncio.AbstractEventLoop, context: Mapping[str, object]) -> None:
    error = context.get("exception")
    trace = (type(error), error, error.__traceback__) if isinstance(error, BaseException) else None
    rest = {f"loop_{key}": value for key, value in context.items() if key not in {"message", "exception"}}
    _log.error("%s", context.get("message", "event loop error"), exc_info=trace, extra=rest)


def _captured(name: str, descriptor: int) -> io.TextIOWrapper:
    raw = io.BufferedWriter(_Captured(name, descriptor))
    return io.TextIOWrapper(raw, encoding="utf-8", errors="replace", line_buffering=True)


class _Captured(io.RawIOBase):
    """Stands in for sys.stdout and sys.stderr: each complete line becomes a log record.

    A line that some library prints could look like hclog JSON with wrong types, which kills the host.
    """

    _LONGEST = 8 << 10

    def __init__(self, name: str, descriptor: int) -> None:
        super().__init__()
        self._log = logging.getLogger(name)
        self._descriptor = descriptor
        self._partial = b""

    @override
    def writable(self) -> bool:
        return True

    @override
    def fileno(self) -> int:
        return self._descriptor

    @override
    def write(self, data: Buffer, /) -> int:
        taken = bytes(data)
        *complete, self._partial = (self._partial + taken).split(b"\n")
        if len(self._partial) > self._LONGEST:
            complete.append(self._partial)
            self._partial = b""
        for line in complete:
            if line.strip():
                self._log.info("%s", line.decode("utf-8", "replace"))
        return len(taken)
