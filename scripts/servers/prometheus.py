"""A real Prometheus on loopback: scraping given targets, evaluating given rules, or on backfilled history.

The configuration is written as JSON, which is YAML too, so nothing needs a YAML writer.
"""

import contextlib
import json
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scripts.servers.process import Program, Running, answers, folder, free_port, give, run, started

PROMETHEUS = Program(("prometheus",), "prometheus")
PROMTOOL = Program(("promtool",), "prometheus")


@dataclass(frozen=True, slots=True)
class Target:
    """Something to scrape: `address` is host:port, `job` names the group, `labels` are added."""

    address: str
    job: str = "demo"
    labels: dict[str, str] = field(default_factory=dict)
    path: str = "/metrics"


@dataclass(frozen=True, slots=True)
class Prometheus:
    """A running Prometheus."""

    url: str
    running: Running

    def query(self, promql: str, at: float | None = None) -> list[tuple[dict[str, str], float]]:
        """Instant query: (labels, value) per series. `at` is Unix seconds."""
        arguments = {"query": promql} if at is None else {"query": promql, "time": f"{at:.3f}"}
        url = f"{self.url}/api/v1/query?{urllib.parse.urlencode(arguments)}"
        with urllib.request.urlopen(url, timeout=30) as reply:  # noqa: S310
            result = json.load(reply)["data"]["result"]
        return [(row["metric"], float(row["value"][1])) for row in result]


@contextlib.contextmanager
def prometheus(
    *,
    targets: Sequence[Target] = (),
    rules: str = "",
    alertmanagers: Sequence[str] = (),
    every: str = "1s",
    blocks: Path | None = None,
    flags: Sequence[str] = (),
) -> Iterator[Prometheus]:
    """Start Prometheus and wait until it answers queries.

    Args:
        targets: what to scrape; labels in the exposition win over the target's (`honor_labels`).
        rules: text of a rule file (YAML or JSON), checked by promtool first.
        alertmanagers: host:port each, to which alerts go (API v2).
        every: scrape and evaluation interval.
        blocks: an OpenMetrics text file to have as history, or a folder made by `backfill`.
        flags: more command line.

    Raises:
        ProgramMissing, StartFailed
    """
    program, promtool = PROMETHEUS.find(), PROMTOOL.find()
    with folder("prometheus") as home:
        config = home / "prometheus.yml"
        config.write_text(json.dumps(_config(targets, alertmanagers, every, with_rules=bool(rules))))
        (home / "rules.yml").write_text(rules or '{"groups": []}')
        give(home)
        run([promtool, "check", "config", config], home)
        data = home / "data"
        if blocks is not None:
            backfill(blocks, data)
        port = free_port()
        command: list[str | Path] = [
            program,
            f"--config.file={config}",
            f"--storage.tsdb.path={data}",
            "--storage.tsdb.retention.time=10y",  # the default would drop backfilled history
            f"--web.listen-address=127.0.0.1:{port}",
            "--web.enable-lifecycle",
            "--log.level=warn",
            *flags,
        ]
        with started("prometheus", command, home) as running:
            url = f"http://127.0.0.1:{port}"
            running.await_ready(lambda: answers(f"{url}/-/ready"))
            yield Prometheus(url, running)


def backfill(openmetrics: Path, into: Path) -> None:
    """Turn an OpenMetrics text file (ending in `# EOF`) into blocks below `into`, as wide as may be.

    The wide block is what makes it quick: a 30 day file takes 10 s instead of more than ten minutes.

    Raises:
        ProgramMissing, StartFailed
    """
    promtool = PROMTOOL.find()
    into.mkdir(exist_ok=True)
    with folder("backfill") as work:
        text = work / "history.om"
        text.write_bytes(openmetrics.read_bytes())
        give(work)
        give(into)
        # The tool's user may not look into every folder above ours: it works in its own and we move.
        run(
            [
                promtool,
                "tsdb",
                "create-blocks-from",
                "--max-block-duration=744h",
                "openmetrics",
                text,
                "blocks",
            ],
            work,
            limit=300,
        )
        for block in (work / "blocks").iterdir():
            block.rename(into / block.name)


def _config(
    targets: Sequence[Target], alertmanagers: Sequence[str], every: str, *, with_rules: bool
) -> dict[str, object]:
    jobs: dict[tuple[str, str], list[Target]] = {}
    for target in targets:
        jobs.setdefault((target.job, target.path), []).append(target)
    return {
        "global": {"scrape_interval": every, "evaluation_interval": every, "scrape_timeout": every},
        "rule_files": ["rules.yml"] if with_rules else [],
        "alerting": {
            "alertmanagers": [{"static_configs": [{"targets": list(alertmanagers)}], "api_version": "v2"}]
        },
        "scrape_configs": [
            {
                "job_name": f"{job}{'' if path == '/metrics' else path}",
                "metrics_path": path,
                "honor_labels": True,
                "static_configs": [{"targets": [t.address], "labels": t.labels} for t in members],
            }
            for (job, path), members in jobs.items()
        ],
    }
