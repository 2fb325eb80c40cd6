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
from reliability_studio.api.investigation_queries import BlastRadiusModel, CausesModel, LogPatternsModel
from reliability_studio.api.queries import QueryModel
from reliability_studio.api.record_queries import ServiceGraphModel, ServicesModel, TimelineModel
from reliability_studio.api.rollout_queries import RolloutsModel
from reliability_studio.api.slo_queries import SloAlertsModel, SloHistoryModel
from reliability_studio.api.slo_report_query import SloReportModel
from reliability_studio.api.slo_status_query import SloStatusModel
from reliability_studio.app.runtime_data import NAMES

ROOT = Path(__file__).parent.parent.parent
BOARDS = sorted((ROOT / "src" / "dashboards").glob("*.json"))
MODELS: dict[str, type[QueryModel]] = {
    "incidents": IncidentsModel,
    "mttx": MttxModel,
    "alerts": AlertsModel,
    "findings": FindingsModel,
    "causes": CausesModel,
    "blast_radius": BlastRadiusModel,
    "log_patterns": LogPatternsModel,
    "rollouts": RolloutsModel,
    "incident_timeline": TimelineModel,
    "services": ServicesModel,
    "service_graph": ServiceGraphModel,
    "slo_status": SloStatusModel,
    "slo_history": SloHistoryModel,
    "slo_alerts": SloAlertsModel,
    "slo_report": SloReportModel,
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


def test_browser_and_backend_know_the_same_query_types() -> None:
    """Pods alone are asked through the app, so the data source's process does not know them."""
    text = (ROOT / "src" / "datasource" / "query.ts").read_text(encoding="utf-8")
    listed = re.search(r"QUERY_TYPES: readonly QueryType\[\] = \[(.*?)\]", text, re.DOTALL)
    assert listed
    assert set(re.findall(r"'([a-z_]+)'", listed[1])) == {*NAMES, "kubernetes_pods"}
    assert set(MODELS) == set(NAMES)


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
