"""What people deploy with: compose file, provisioning, variables. Held to what the code reads."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
COMPOSE = (ROOT / "docker-compose.yaml").read_text(encoding="utf-8")
SERVICES: dict[str, Any] = yaml.safe_load(COMPOSE)["services"]
INI = (ROOT / "provisioning" / "grafana" / "grafana.ini").read_text(encoding="utf-8")
DEPLOYMENT = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")


def test_every_variable_of_the_example_is_read_and_the_reverse() -> None:
    """Audit #28."""
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    offered = set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))
    read = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE)) | set(
        re.findall(r"environment: ([A-Z_]+)$", COMPOSE, re.MULTILINE)
    )
    assert offered == read


def test_no_secret_has_a_default() -> None:
    """X15: passwords and tokens are empty in the example and required in the compose file."""
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    secrets = re.findall(r"^([A-Z_]*(?:PASSWORD|TOKEN)[A-Z_]*)=(.*)$", example, re.MULTILINE)
    assert len(secrets) == 3
    assert all(value == "" for _, value in secrets)
    for name, _ in secrets:
        assert f"${{{name}:-" not in COMPOSE


def test_settings_that_the_process_reads_are_documented_and_the_reverse() -> None:
    """Audit #21, #28: each GF_PLUGIN_ variable in the code is in the table, and nothing else is."""
    source = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "pkg/reliability_studio/settings").glob("*.py")
    )
    literal = set(re.findall(r'environ\.get\("(GF_PLUGIN_[A-Z_]+)"', source))
    patterned = {
        f"GF_PLUGIN_<SOURCE>_{kind}"
        for kind in re.findall(r'f"GF_PLUGIN_\{name\.upper\(\)\}_([A-Z]+)"', source)
    }
    assert literal
    assert patterned
    assert set(re.findall(r"`(GF_PLUGIN_[A-Z_<>]+)`", DEPLOYMENT)) == literal | patterned


def test_keys_of_the_ini_are_documented() -> None:
    """What the development Grafana sets is what the table offers; both processes share one database."""
    sections = dict(re.findall(r"^\[(plugin\.[a-z-]+)\]\n((?:[a-z_]+ = .*\n)+)", INI, re.MULTILINE))
    assert set(sections) == {"plugin.reliability-studio-app", "plugin.reliability-studio-datasource"}
    for text in sections.values():
        keys = dict(line.split(" = ", 1) for line in text.splitlines())
        assert keys["database_url"] == "$__env{STUDIO_DATABASE_URL}"
        documented = {re.sub(r"^(prometheus|alertmanager|loki|tempo)_", "<source>_", key) for key in keys}
        assert all(f"`{key}`" in DEPLOYMENT for key in documented)
    given = set(SERVICES["grafana"]["environment"])
    assert set(re.findall(r"\$__env\{([A-Z_]+)\}", INI)) <= given


def test_images_are_pinned_to_a_version() -> None:
    """O8."""
    for name, service in SERVICES.items():
        assert re.fullmatch(r"[a-z/]+:v?\d+\.\d+(\.\d+)?(-alpine)?", service["image"]), name


def test_the_plugin_is_mounted_from_the_build_and_waits_for_what_it_needs() -> None:
    """O1, O3: the folder with module.js and the launchers, read-only; PostgreSQL is healthy first."""
    grafana = SERVICES["grafana"]
    assert "./dist:/var/lib/grafana/plugins/reliability-studio-app:ro" in grafana["volumes"]
    assert {"postgres", "prometheus", "loki", "tempo"} <= set(grafana["depends_on"])
    assert grafana["depends_on"]["postgres"] == {"condition": "service_healthy"}
    assert "pg_isready" in SERVICES["postgres"]["healthcheck"]["test"]
    assert any(mount.startswith("postgres:") for mount in SERVICES["postgres"]["volumes"]), "data survives"


def test_data_sources_of_the_development_grafana_are_provisioned() -> None:
    """O4-O7: each with a fixed uid, at the address of its service; Prometheus has our backend as a target."""
    sources = yaml.safe_load((ROOT / "provisioning/grafana/datasources/sources.yaml").read_text())[
        "datasources"
    ]
    assert {"prometheus", "loki", "tempo", "alertmanager", "reliability-studio"} == {
        one["uid"] for one in sources
    }
    assert all(one["url"].split("/")[2].split(":")[0] in SERVICES for one in sources if "url" in one)
    scraped = yaml.safe_load((ROOT / "provisioning/prometheus/prometheus.yml").read_text())["scrape_configs"]
    paths = {job.get("metrics_path") for job in scraped}
    assert "/metrics/plugins/reliability-studio-app" in paths


def test_every_plugin_id_with_a_backend_or_a_module_is_allowed_unsigned() -> None:
    """Grafana compares each nested id by itself."""
    ids = {
        re.search(r'"id": "([a-z-]+)"', path.read_text(encoding="utf-8")).group(1)  # type: ignore[union-attr]
        for path in (ROOT / "plugin.json", *(ROOT / "src").rglob("plugin.json"))
    }
    for text in (INI, DEPLOYMENT):
        allowed = re.search(r"allow_loading_unsigned_plugins = (.*)", text)
        assert allowed
        assert ids <= set(allowed.group(1).strip().split(","))


@pytest.mark.parametrize(
    "path", sorted((ROOT / ".github" / "workflows").glob("*.yml")), ids=lambda path: path.name
)
def test_workflows_ask_for_no_more_than_they_need(path: Path) -> None:
    """No permission by default; foreign actions pinned by hash with their version beside it."""
    text = path.read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {}
    assert all({"permissions", "timeout-minutes"} <= set(job) for job in workflow["jobs"].values())
    for line in re.findall(r"uses: (.*)", text):
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)
