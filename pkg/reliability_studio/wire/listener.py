"""Where the server listens: a private unix socket, or loopback TCP where no folder can hold one.

Grafana names no folder of its own to a plugin, so the operator's choice comes first, then the usual
temporary folders. A name carries our process id: a plugin that was killed leaves its socket behind, and
the next start removes it.
"""

import contextlib
import errno
import logging
import os
import re
import secrets
import socket
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

LONGEST_PATH = 103 if sys.platform == "darwin" else 107
"""Usable bytes of `sun_path`."""

_OURS = re.compile(r"plugin-rs-(?P<pid>\d{1,10})-[0-9a-f]{8}")
_MAX_SWEPT = 256
"""Names looked at in one start: a folder full of debris must not delay the handshake."""

_log = logging.getLogger(__name__)

Bind = Callable[[str], int]
"""gRPC's `add_insecure_port`: the port for TCP, 1 for a socket, an error when it cannot."""


@dataclass(frozen=True, slots=True)
class Listener:
    """An address that is bound. `network` and `address` are those of the handshake line."""

    network: str
    address: str

    def close(self) -> None:
        """Remove the socket file, if there is one."""
        if self.network == "unix":
            Path(self.address).unlink(missing_ok=True)


def listen(bind: Bind, environ: Mapping[str, str]) -> Listener:
    """Bind to the first address that works.

    Raises:
        RuntimeError: not even loopback TCP can be bound.
    """
    for folder in _folders(environ):
        path = folder / f"plugin-rs-{os.getpid()}-{secrets.token_hex(4)}"
        if problem := _unusable(folder, path):
            _log.warning("no socket in this folder", extra={"folder": str(folder), "reason": problem})
            continue
        sweep(folder)
        try:
            _bind_private(bind, path, environ.get("PLUGIN_UNIX_SOCKET_GROUP", ""))
        except (OSError, RuntimeError) as error:
            _log.warning("no socket in this folder", extra={"folder": str(folder), "reason": str(error)})
            continue
        return Listener("unix", str(path))
    _log.warning("listening on loopback TCP, which every local user can reach")
    return Listener("tcp", f"127.0.0.1:{bind('127.0.0.1:0')}")


def sweep(folder: Path) -> int:
    """Remove sockets of our own dead processes; how many.

    A process id alone proves nothing: another container may share the folder but not the process ids.
    So a socket goes only when its process is dead here and nobody answers on it.
    """
    swept = 0
    with contextlib.suppress(OSError):
        for path in _leftovers(folder):
            if _abandoned(path):
                with contextlib.suppress(OSError):
                    path.unlink()
                    swept += 1
    return swept


def _folders(environ: Mapping[str, str]) -> Iterator[Path]:
    for name in ("PLUGIN_UNIX_SOCKET_DIR", "TMPDIR"):
        if value := environ.get(name, ""):
            yield Path(value)
    yield Path("/tmp")  # noqa: S108 - the socket has a random name and mode 0600
    yield Path("/var/tmp")  # noqa: S108 - as above


def _unusable(folder: Path, path: Path) -> str:
    """Why no socket can be made there; empty when it can."""
    if len(os.fsencode(path)) > LONGEST_PATH or not path.is_absolute():
        return f"a socket path must be absolute and at most {LONGEST_PATH} bytes long"
    if not folder.is_dir():
        return "not a folder"
    return "" if os.access(folder, os.W_OK | os.X_OK) else "not writable"


def _bind_private(bind: Bind, path: Path, group: str) -> None:
    """Bind so that only we (and the group, when the operator names one) may connect."""
    before = os.umask(0o077)
    try:
        bind(f"unix:{path}")
    finally:
        os.umask(before)
    if not group:
        return
    try:
        os.chown(path, -1, _group_id(group))
        path.chmod(0o660)
    except (OSError, KeyError) as error:
        # The host may still connect when it runs as our own user; if not, it says so itself.
        _log.error("the socket's group cannot be set", extra={"group": group, "reason": str(error)})


def _group_id(group: str) -> int:
    if group.isdecimal():
        return int(group)
    import grp  # noqa: PLC0415 - absent on Windows, needed for this setting only

    return grp.getgrnam(group).gr_gid


def _leftovers(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        ours = (entry for entry in entries if _OURS.fullmatch(entry.name))
        for _, entry in zip(range(_MAX_SWEPT), ours, strict=False):
            yield Path(entry.path)


def _abandoned(path: Path) -> bool:
    found = _OURS.fullmatch(path.name)
    if found is None or _alive(int(found["pid"])):
        return False
    status = path.lstat()
    if not stat.S_ISSOCK(status.st_mode) or status.st_uid != os.geteuid():
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.0)
        return probe.connect_ex(str(path)) == errno.ECONNREFUSED


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
