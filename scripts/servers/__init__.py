"""Real servers for the demo, the tests and the benchmarks: Prometheus, Alertmanager, PostgreSQL.

    process.py       one child process: unprivileged, own folder, log file, readiness, stop by process id
    prometheus.py    `prometheus(...)` and `backfill(...)` (OpenMetrics text → blocks, through promtool)
    alertmanager.py  `alertmanager(...)` that posts to a webhook with a bearer token
    postgres.py      `postgres()`, a throw-away cluster

Each is a context manager that yields the running server and stops it at the end. All listen on
127.0.0.1, on a free port, and keep their files in a temporary folder that goes when they go. Standard
library only, so that it runs before anything is installed.
"""

from scripts.servers.alertmanager import Alertmanager, Webhook, alertmanager
from scripts.servers.postgres import Postgres, postgres
from scripts.servers.process import Program, ProgramMissing, Running, StartFailed, free_port
from scripts.servers.prometheus import Prometheus, Target, backfill, prometheus

__all__ = [
    "Alertmanager",
    "Postgres",
    "Program",
    "ProgramMissing",
    "Prometheus",
    "Running",
    "StartFailed",
    "Target",
    "Webhook",
    "alertmanager",
    "backfill",
    "free_port",
    "postgres",
    "prometheus",
]
