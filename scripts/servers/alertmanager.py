"""A real Alertmanager on loopback that posts what it receives to a webhook, as version "4" messages."""

import contextlib
import json
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scripts.servers.process import Program, Running, answers, folder, free_port, give, started

ALERTMANAGER = Program(("prometheus-alertmanager", "alertmanager"), "prometheus-alertmanager")


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where notifications go, and the token that opens the door there."""

    url: str
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Alertmanager:
    """A running Alertmanager."""

    url: str
    running: Running

    @property
    def address(self) -> str:
        """host:port, as Prometheus wants it."""
        return self.url.removeprefix("http://")

    def post(self, alerts: Sequence[Mapping[str, object]]) -> None:
        """Hand alerts over as Prometheus would (API v2): labels, annotations, startsAt, endsAt."""
        request = urllib.request.Request(  # noqa: S310
            f"{self.url}/api/v2/alerts",
            data=json.dumps([dict(alert) for alert in alerts]).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        with urllib.request.urlopen(request, timeout=10):  # noqa: S310
            pass

    def alerts(self) -> list[dict[str, object]]:
        """What it holds now, as its API tells it."""
        with urllib.request.urlopen(f"{self.url}/api/v2/alerts", timeout=10) as reply:  # noqa: S310
            held: list[dict[str, object]] = json.load(reply)
        return held


@contextlib.contextmanager
def alertmanager(
    webhook: Webhook | None = None,
    *,
    group_by: Sequence[str] = ("service",),
    group_wait: str = "0s",
    group_interval: str = "1s",
    repeat_interval: str = "4h",
    flags: Sequence[str] = (),
) -> Iterator[Alertmanager]:
    """Start Alertmanager and wait until it is ready. Without a webhook it only keeps alerts.

    Raises:
        ProgramMissing, StartFailed
    """
    program = ALERTMANAGER.find()
    receiver: dict[str, object] = {"name": "studio"}
    if webhook is not None:
        receiver["webhook_configs"] = [_webhook(webhook)]
    config = {
        "global": {"resolve_timeout": "5m"},
        "route": {
            "receiver": "studio",
            "group_by": list(group_by),
            "group_wait": group_wait,
            "group_interval": group_interval,
            "repeat_interval": repeat_interval,
        },
        "receivers": [receiver],
    }
    with folder("alertmanager") as home:
        path = home / "alertmanager.yml"
        path.write_text(json.dumps(config))
        give(home)
        port = free_port()
        command: list[str | Path] = [
            program,
            f"--config.file={path}",
            f"--storage.path={home / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
            "--log.level=warn",
            *flags,
        ]
        with started("alertmanager", command, home) as running:
            url = f"http://127.0.0.1:{port}"
            running.await_ready(lambda: answers(f"{url}/-/ready"))
            yield Alertmanager(url, running)


def _webhook(webhook: Webhook) -> dict[str, object]:
    entry: dict[str, object] = {"url": webhook.url, "send_resolved": True}
    if webhook.token:
        entry["http_config"] = {"authorization": {"type": "Bearer", "credentials": webhook.token}}
    return entry
