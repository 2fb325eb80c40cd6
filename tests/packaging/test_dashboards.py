"""The shipped dashboards, held to the backend: models of queries, names of metrics, provisioning."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from reliability_studio.api.finding_queries import FindingsModel
from reliability_studio.api.incident_queries import AlertsModel, IncidentsModel, MttxModel
from reliability_studio.api.queries import QueryModel
from reliability_studio.api.record_queries import ServiceGraphModel, ServicesModel, TimelineModel
from reliability_studio.api.slo_queries import SloAlertsModel, SloHistoryModel, SloStatusModel

ROOT = Path(__file__).parent.parent.parent
BOARDS = sorted((ROOT / "src" / "dashboards").glob("*.json"))
MODELS: dict[str, type[QueryModel]] = {
    "incidents": IncidentsModel,
    "mttx": MttxModel,
    "alerts": AlertsModel,
    "findings": FindingsModel,
    "incident_timeline": TimelineModel,
    "services": ServicesModel,
    "service_graph": ServiceGraphModel,
    "slo_status": SloStatusModel,
    "slo_history": SloHistoryModel,
    "slo_alerts": SloAlertsModel,
}


def targets(board: Any) -> Iterator[dict[str, Any]]:
    """Every query, those of annotations too."""
    for panel in board["panels"]:
        yield from panel["targets"]
    for annotation in board["annotations"]["list"]:
        yield annotation["target"] | {"datasource": annotation["datasource"]}


@pytest.mark.parametrize("path", BOARDS, ids=lambda path: path.stem)
def test_the_backend_reads_every_query(path: Path) -> None:
    """Row 86 of the SLO features: variables stand for all, as when everything is chosen."""
    for target in targets(json.loads(path.read_text(encoding="utf-8"))):
        if "queryType" not in target:
            continue
        chosen = {
            name: [word for word in value if "$" not in word] if isinstance(value, list) else value
            for name, value in target.items()
        }
        msgspec.convert(chosen, MODELS[target["queryType"]])


def test_every_metric_that_a_dashboard_reads_is_one_that_the_plugin_counts() -> None:
    """Names in the code carry neither the prefix nor what Prometheus adds to counters and histograms."""
    sources = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "pkg" / "reliability_studio").rglob("*.py")
    )
    counted = set(re.findall(r"metrics\.(?:counter|gauge|histogram)s?\(\s*\"([a-z_]+)\"", sources)) | set(
        re.findall(r"\{PREFIX\}([a-z_]+)", sources)
    )
    text = "".join(path.read_text(encoding="utf-8") for path in BOARDS)
    read = {
        re.sub(r"_(total|bucket|count|sum)$", "", name)
        for name in re.findall(r"reliability_studio_([a-z_]+)", text)
    }
    assert read
    assert read <= counted


def test_provisioning_shows_the_dashboards_and_scrapes_both_processes() -> None:
    """The development Grafana reads the same files that the package carries."""
    provided = yaml.safe_load((ROOT / "provisioning/grafana/dashboards/studio.yaml").read_text())
    (provider,) = provided["providers"]
    assert provider["options"]["path"] == "/var/lib/grafana/plugins/reliability-studio-app/dashboards"
    scraped = yaml.safe_load((ROOT / "provisioning/prometheus/prometheus.yml").read_text())["scrape_configs"]
    assert {
        "/metrics/plugins/reliability-studio-app",
        "/metrics/plugins/reliability-studio-datasource",
    } <= {job.get("metrics_path") for job in scraped}
