"""A plugin as a child process, started with Grafana's environment and nothing else."""

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from tests.wire.harness import target
from tests.wire.strict import parse

ROOT = Path(__file__).resolve().parents[2]
ECHO = ROOT / "tests" / "support" / "echo_plugin.py"
COMMAND = (sys.executable, "-X", "utf8", str(ECHO))

ENVIRON = {
    "grafana_plugin_type": "datasource",
    "PLUGIN_MIN_PORT": "10000",
    "PLUGIN_MAX_PORT": "25000",
    "PLUGIN_PROTOCOL_VERSIONS": "2",
    "GF_VERSION": "13.2.3",
    "GF_EDITION": "Open Source",
}
"""What go-plugin and Grafana 12.4 or newer give: no PATH, no HOME, no TMPDIR."""


class Child:
    """Starts the process, reads both pipes to their ends, and never leaves it behind."""

    def __init__(self, folder: Path, command: Sequence[str] = COMMAND, **environ: str) -> None:
        self.folder = folder
        given = {**ENVIRON, "PLUGIN_UNIX_SOCKET_DIR": str(folder), **environ}
        started = time.monotonic()
        self.process = subprocess.Popen(
            list(command), env=given, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.stderr: list[bytes] = []
        self._reader = threading.Thread(target=self._read_stderr, daemon=True)
        self._reader.start()
        self.line = self._stdout.readline().decode()
        self.seconds_to_handshake = time.monotonic() - started

    @property
    def _stdout(self) -> IO[bytes]:
        assert self.process.stdout is not None
        return self.process.stdout

    @property
    def target(self) -> str:
        return target(self.line)

    @property
    def entries(self) -> list[dict[str, object]]:
        """Everything logged so far; a line that would harm the host fails here."""
        return [entry for line in list(self.stderr) if (entry := parse(line)) is not None]

    @property
    def messages(self) -> str:
        return "\n".join(str(entry["@message"]) for entry in self.entries)

    def end(self, limit: float) -> int:
        """Wait for the exit and for the end of both pipes; the exit status."""
        status = self.process.wait(limit)
        self._reader.join(limit)
        assert not self._reader.is_alive(), "somebody still holds stderr: the host would wait for ever"
        assert self._stdout.read() == b"", "stdout belongs to the handshake"
        return status

    def _read_stderr(self) -> None:
        assert self.process.stderr is not None
        self.stderr.extend(self.process.stderr)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._reader.join(5)
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()


def gone(pid: int) -> bool:
    """Whether a process has ended, also when nobody has asked for its status yet."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def children(pid: int) -> list[int]:
    """Processes whose parent is this one."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found.extend(int(child) for child in (task / "children").read_text(encoding="utf-8").split())
    return found


def ports(pid: int) -> list[str]:
    """Local addresses (in hexadecimal, as the kernel shows them) on which this process waits for TCP."""
    held = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):  # closed meanwhile
            held.add(str(descriptor.readlink()))
    tables = (Path(f"/proc/{pid}/net/{name}").read_text(encoding="utf-8") for name in ("tcp", "tcp6"))
    rows = [line.split() for table in tables for line in table.splitlines()[1:]]
    listening = "0A"
    return [row[1] for row in rows if row[3] == listening and f"socket:[{row[9]}]" in held]
