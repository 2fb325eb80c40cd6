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


@dataclass(frozen=True, slots=True)
class Cluster:
    """Data on disk that a server can be started on, stopped, and started on again."""

    home: Path
    port: int
    password: str = field(repr=False)
    durable: bool

    @contextlib.contextmanager
    def running(self) -> Iterator[Postgres]:
        """Start the server and wait until it takes connections; the data stay when it is stopped.

        Raises:
            ProgramMissing, StartFailed
        """
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "fsync": "on" if self.durable else "off",
            "max_connections": "60",
        }
        command: list[str | Path] = [
            SERVER.find(),
            "-D",
            self.home / "data",
            *(word for k, v in settings.items() for word in ("-c", f"{k}={v}")),
        ]
        # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client to leave.
        with started("postgres", command, self.home, signal.SIGINT) as running:
            url = f"postgresql://studio:{self.password}@127.0.0.1:{self.port}/postgres"
            running.await_ready(lambda: _accepts(url, running))
            yield Postgres(url, self.port, self.password, running)


@contextlib.contextmanager
def cluster(*, durable: bool = False) -> Iterator[Cluster]:
    """A fresh cluster, with no server on it yet.

    Args:
        durable: flush commits to disk. Tests of behaviour need not; measurements and crash tests do.

    Raises:
        ProgramMissing, StartFailed
    """
    initdb = INITDB.find()
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
        yield Cluster(home, free_port(), password, durable)


@contextlib.contextmanager
def postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """Start a server on a fresh cluster and wait until it takes connections.

    Args:
        durable: as for `cluster`.

    Raises:
        ProgramMissing, StartFailed
    """
    with cluster(durable=durable) as data, data.running() as server:
        yield server


def _accepts(url: str, running: Running) -> bool:
    try:
        run([PSQL.find(), "--quiet", "--dbname", url, "--command", "SELECT 1"], running.folder, limit=5)
    except StartFailed:
        return False
    return True
