"""The health of an organisation whose own database is away: the rest is examined all the same."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from reliability_studio.api.calls import Caller, HealthStatus, Role, Tenant
from reliability_studio.app import load_app, load_datasource
from reliability_studio.errors import StoreError
from reliability_studio.observability.metrics import Metrics
from scripts.servers import Prometheus, prometheus
from scripts.servers.prometheus import PROMETHEUS, PROMTOOL
from tests.support.servers import need_program

pytestmark = pytest.mark.integration

AWAY = "postgresql://studio:hunter2@127.0.0.1:1/studio"
ADMIN = Caller(1, login="ada", role=Role.ADMIN)


def tenant(**sources: str) -> Tenant:
    """Organisation 1 with its own database, which nobody serves."""
    settings = json.dumps({name: {"url": url} for name, url in sources.items()})
    return Tenant("app", 1, updated_ms=5, json_data=settings.encode(), secure={"databaseUrl": AWAY})


@pytest.fixture
def server() -> Iterator[Prometheus]:
    """A source that is well."""
    need_program(PROMETHEUS, PROMTOOL)
    with prometheus() as running:
        yield running


async def test_the_sources_are_examined_without_the_database(server: Prometheus, tmp_path: Path):
    """G1: who is woken at night sees that it is the database alone, and no password."""
    environ = {"GF_PLUGIN_DATA_DIR": str(tmp_path)}
    product = await load_app.load(environ, Path(__file__), Metrics())
    asks = tenant(prometheus=server.url, loki="http://127.0.0.1:1")
    with pytest.raises(StoreError) as raised:
        await product.instance(asks)
    report = await product.ailing(asks, raised.value)
    await product.aclose()
    found = report.details["dependencies"]
    assert isinstance(found, dict)
    assert report.status is HealthStatus.ERROR
    assert {name: each["state"] for name, each in found.items()} == {
        "database": "failed",
        "prometheus": "ok",
        "alertmanager": "not_configured",
        "loki": "failed",
        "tempo": "not_configured",
        "kubernetes": "not_configured",
    }
    assert "hunter2" not in json.dumps(report.details) + report.message


async def test_the_data_source_says_that_its_database_is_away(tmp_path: Path):
    """It finds the settings in the vault, and has no sources of its own."""
    environ = {"GF_PLUGIN_DATA_DIR": str(tmp_path)}
    app = await load_app.load(environ, Path(__file__), Metrics())
    with pytest.raises(StoreError):
        await app.instance(tenant())
    await app.aclose()
    product = await load_datasource.load(environ, Path(__file__), Metrics())
    instance = await product.instance(Tenant("datasource", 1, "studio"))
    with pytest.raises(StoreError) as raised:
        await instance.health(ADMIN)
    report = await product.ailing(Tenant("datasource", 1, "studio"), raised.value)
    await product.aclose()
    assert report.status is HealthStatus.ERROR
    assert report.details["role"] == "datasource"
    found = report.details["dependencies"]
    assert isinstance(found, dict)
    assert [(name, each["state"]) for name, each in found.items()] == [("database", "failed")]
