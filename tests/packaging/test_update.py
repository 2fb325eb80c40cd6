"""An update at run time: the host replaces the plugin's folder while the old process still answers.

What a process imports or reads from its folder only when it first needs it would fail from then on.
"""

import json
import os
import shutil
from pathlib import Path

import pytest

from reliability_studio.wire.pb import backend_pb2 as pb
from scripts import build
from tests.packaging.plugin_process import Plugin, app_context, datasource_context, started
from tests.support.waiting import eventually

pytestmark = [pytest.mark.packaged, pytest.mark.integration, pytest.mark.timeout(120)]

UNREACHABLE = json.dumps({"prometheus": {"url": "http://127.0.0.1:9"}, "loki": {"url": "http://127.0.0.1:9"}})
QUERIES = (
    *("incidents", "incident_timeline", "mttx", "alerts", "services"),
    *("findings", "causes", "service_graph", "blast_radius", "rollouts", "log_patterns"),
    *("slo_status", "slo_history", "slo_alerts", "slo_report"),
)
_FAULTS = {500, 501}
"""Statuses that are ours; a source that is not there answers 502, 503 or 504."""
SLO = {
    "name": "checkout",
    "service": "checkout",
    "objective": "99.9",
    "indicator": {"type": "ratio", "total": "t_total", "bad": 't_total{code="500"}'},
    "window": {"type": "rolling", "days": 30},
}
OPENSLO = """apiVersion: openslo/v1
kind: SLO
metadata: {name: cart}
spec:
  service: cart
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.99}]
  indicator:
    metadata: {name: cart}
    spec:
      ratioMetric:
        counter: true
        bad: {metricSource: {type: Prometheus, spec: {query: 't_total{code="500"}'}}}
        total: {metricSource: {type: Prometheus, spec: {query: t_total}}}
"""


def _resource(plugin: Plugin, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
    """Status and body of a resource call."""
    request = pb.CallResourceRequest(
        pluginContext=app_context(UNREACHABLE.encode()), method=method, path=path.partition("?")[0], url=path
    )
    request.body = body
    answer = plugin.call("/pluginv2.Resource/CallResource", request, pb.CallResourceResponse)
    return answer.code, answer.body


def _copy(dist: Path, into: Path) -> Path:
    """The build, as an installed folder that can be taken away."""
    return Path(shutil.copytree(dist, into, copy_function=os.link))


def _broken(plugin: Plugin) -> list[str]:
    """Log lines that speak of something missing in the folder."""
    signs = ("ModuleNotFoundError", "ImportError", "FileNotFoundError", "No such file")
    return [line for line in plugin.log.read_text().splitlines() if any(sign in line for sign in signs)]


def test_the_app_goes_on_answering_when_its_folder_is_gone(dist: Path, tmp_path: Path) -> None:
    """Every route that reads, and the writes that use the largest libraries for the first time."""
    folder = _copy(dist, tmp_path / "plugin")
    data = {"GF_PLUGIN_DATA_DIR": str(tmp_path / "data")}
    with started(
        [folder / f"gpx_reliability_studio_{build.suffix()}"], cwd=tmp_path, environment=data
    ) as app:
        eventually(lambda: _resource(app, "GET", "incidents")[0] == 200, limit=30.0)
        shutil.rmtree(folder)
        made = [
            _resource(app, "POST", "services", b'{"name": "checkout", "ownerTeam": "shop"}'),
            _resource(app, "POST", "incidents", b'{"title": "slow", "service": "checkout"}'),
            _resource(app, "POST", "slos", json.dumps(SLO).encode()),
            _resource(app, "POST", "slos/import", json.dumps({"text": OPENSLO}).encode()),
            _resource(app, "POST", "incidents/INC-1/comments", b'{"text": "**seen**"}'),
            _resource(app, "POST", "incidents/INC-1/investigation"),
        ]
        described = json.loads(_resource(app, "GET", "openapi.json")[1])
        reads = [path.lstrip("/") for path, methods in described["paths"].items() if "get" in methods]
        answers = {path: _resource(app, "GET", path.replace("{number}", "INC-1"))[0] for path in reads}
        assert {status for status, _ in made} <= {200, 201, 202}, made
        assert {path: status for path, status in answers.items() if status in _FAULTS} == {}
        assert sum(status == 200 for status in answers.values()) > 30
        assert _broken(app) == []
        assert app.stop() == 0


def test_the_data_source_goes_on_answering_when_its_folder_is_gone(dist: Path, tmp_path: Path) -> None:
    """Every type of query, each for the first time."""
    folder = _copy(dist, tmp_path / "plugin")
    data = {"GF_PLUGIN_DATA_DIR": str(tmp_path / "data")}
    program = f"gpx_reliability_studio_{build.suffix()}"
    span = pb.TimeRange(fromEpochMS=1_790_000_000_000, toEpochMS=1_790_003_600_000)
    with (
        started([folder / program], cwd=tmp_path, environment=data) as app,
        started([folder / "datasource" / program], cwd=tmp_path, environment=data) as source,
    ):
        eventually(lambda: _resource(app, "GET", "incidents")[0] == 200, limit=30.0)
        eventually(lambda: source.health(datasource_context()).status == 1, limit=30.0)
        shutil.rmtree(folder)
        queries = [
            pb.DataQuery(refId=kind, queryType=kind, json=b"{}", timeRange=span, maxDataPoints=100)
            for kind in QUERIES
        ]
        answers = source.query(datasource_context(), *queries)
        assert {kind: answers[kind].error for kind in QUERIES if answers[kind].status >= 500} == {}
        assert _broken(source) == []
