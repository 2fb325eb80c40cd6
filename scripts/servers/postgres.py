"""A throw-away PostgreSQL cluster on loopback with a password that nobody else knows."""

import contextlib
import secrets
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scripts.servers.process import Program, Running, StartFailed, folder, free_port, give, run, started

_BIN = "usr/lib/postgresql/*/bin"
INITDB = Program(("initdb",), "postgresql", _BIN)
SERVER = Program(("postgres",), "postgresql", _BIN)
PSQL = Program(("psql",), "postgresql", _BIN)


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running cluster; `url` holds the password, so it is kept out of `repr`."""

    url: str = field(repr=False)
    """`postgresql://studio:<password>@127.0.0.1:<port>/postgres`"""
    port: int
    password: str = field(repr=False)
    running: Running

    def database(self, name: str) -> str:
        """Create an empty database and return its URL; tests take one each."""
        run(
            [PSQL.find(), "--quiet", "--dbname", self.url, "--command", f'CREATE DATABASE "{name}"'],
            self.running.folder,
        )
        return f"{self.url.rsplit('/', 1)[0]}/{name}"


@contextlib.contextmanager
def postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """Start a fresh cluster and wait until it takes connections.

    Args:
        durable: flush commits to disk. Tests of behaviour need not; measurements and crash tests do.

    Raises:
        ProgramMissing, StartFailed
    """
    initdb, server = INITDB.find(), SERVER.find()
    password = secrets.token_urlsafe(18)
    with folder("postgres") as home:
        data, secret = home / "data", home / "password"
        secret.write_text(password)
        secret.chmod(0o600)
        give(home)
        run(
            [
                initdb,
                f"--pgdata={data}",
                "--username=studio",
                f"--pwfile={secret}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ],
            home,
        )
        port = free_port()
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "fsync": "on" if durable else "off",
            "max_connections": "60",
        }
        command: list[str | Path] = [
            server,
            "-D",
            data,
            *(word for k, v in settings.items() for word in ("-c", f"{k}={v}")),
        ]
        # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client to leave.
        with started("postgres", command, home, signal.SIGINT) as running:
            url = f"postgresql://studio:{password}@127.0.0.1:{port}/postgres"
            running.await_ready(lambda: _accepts(url, running))
            yield Postgres(url, port, password, running)


def _accepts(url: str, running: Running) -> bool:
    try:
        run([PSQL.find(), "--quiet", "--dbname", url, "--command", "SELECT 1"], running.folder, limit=5)
    except StartFailed:
        return False
    return True
