"""plugin.json of the app and of its nested data source, as they stand in the source."""

import json
import re
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

import reliability_studio
from scripts import build

ROOT = Path(__file__).parent.parent.parent
APP = ROOT / "plugin.json"
NESTED = sorted((ROOT / "src").rglob("plugin.json"))
ICONS = {"bell", "fire", "monitor", "apps", "signal", "graph-bar", "cog"}
"""Names that Grafana's icon set has."""


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def pages(**wanted: object) -> list[Any]:
    """Page includes with these values."""
    found = [include for include in read(APP)["includes"] if include["type"] == "page"]
    return [page for page in found if all(page.get(key) == value for key, value in wanted.items())]


def test_the_app_is_an_app_with_a_backend() -> None:
    """G1, G4, G5."""
    about = read(APP)
    assert (about["type"], about["backend"], about["executable"]) == ("app", True, "gpx_reliability_studio")


@pytest.mark.parametrize("path", [APP, *NESTED], ids=lambda path: str(path.relative_to(ROOT)))
def test_ids_follow_grafanas_pattern_and_end_with_the_type(path: Path) -> None:
    """G3."""
    about = read(path)
    pattern = rf"^[0-9a-z]+-([0-9a-z]+-)?{about['type']}$"
    assert re.fullmatch(pattern, about["id"])
    assert about["dependencies"]["grafanaDependency"] == ">=12.4.0"


def test_one_name_everywhere() -> None:
    """G2: the app, its data source and the README call it the same."""
    assert read(APP)["name"] == "Reliability Studio"
    assert read(ROOT / "src" / "datasource" / "plugin.json")["name"] == "Reliability Studio"
    assert (ROOT / "README.md").read_text(encoding="utf-8").startswith("# Reliability Studio\n")


def test_there_are_seven_pages_in_the_navigation_with_icons_and_roles() -> None:
    """G7: one of them is where the app opens."""
    found = pages(addToNav=True)
    assert [page["name"] for page in found] == [
        "Incidents",
        "Alerts",
        "SLOs",
        "Services",
        "Status",
        "Insights",
        "Settings",
    ]
    assert all(page["icon"] in ICONS and page["path"].startswith("/a/%PLUGIN_ID%/") for page in found)
    assert [page["name"] for page in pages(defaultNav=True)] == ["Incidents"]


def test_pages_of_one_incident_and_one_service_are_there_but_not_in_the_navigation() -> None:
    """G8."""
    assert [page["name"] for page in pages(addToNav=False)] == ["Incident workspace", "Service detail"]


def test_settings_are_for_administrators_and_the_rest_is_for_viewers() -> None:
    """G6, G7: the role of a page; what a caller may do is checked by each route."""
    assert [page["name"] for page in pages(role="Admin")] == ["Settings"]
    assert len(pages(role="Viewer")) == len(pages()) - 1
    assert "routes" not in read(APP), "nothing is proxied past the plugin"


def test_the_data_source_is_included_and_answers_what_it_claims() -> None:
    """The nested data source has its own backend, is alertable and serves annotations, logs and streams."""
    includes = [include for include in read(APP)["includes"] if include["type"] == "datasource"]
    assert [include["path"] for include in includes] == ["datasource/plugin.json"]
    about = read(ROOT / "src" / includes[0]["path"])
    flags = ("backend", "alerting", "annotations", "logs", "metrics", "streaming")
    assert [about[flag] for flag in flags] == [True] * len(flags)
    assert about["id"] == "reliability-studio-datasource"


def test_three_panels_are_included_and_read_what_the_data_source_gives() -> None:
    """F12, F13, F14: each with an entry; none has a backend or queries of its own."""
    includes = [include for include in read(APP)["includes"] if include["type"] == "panel"]
    about = {include["path"]: read(ROOT / "src" / include["path"]) for include in includes}
    assert [each["id"] for each in about.values()] == [
        "reliability-slo-panel",
        "reliability-incident-panel",
        "reliability-kubernetes-panel",
    ]
    for include in includes:
        assert about[include["path"]]["name"] == include["name"]
        assert "backend" not in about[include["path"]]
        assert (ROOT / "src" / include["path"]).with_name("module.ts").exists()


def test_whatever_is_nested_is_included() -> None:
    """A plugin.json that the app does not name would be packed and never be shown as a part of it."""
    named = {
        ROOT / "src" / one["path"] for one in read(APP)["includes"] if one["type"] in ("datasource", "panel")
    }
    assert named == set(NESTED)


@pytest.mark.parametrize("path", [APP, *NESTED], ids=lambda path: str(path.relative_to(ROOT)))
def test_what_it_tells_about_itself_is_there(path: Path) -> None:
    """G9: description, keywords and logos; every picture that is named exists and opens."""
    info = read(path)["info"]
    assert info["description"]
    assert info["keywords"]
    folder = ROOT / "src" if path == APP else path.parent
    for logo in info["logos"].values():
        svg = ET.fromstring((folder / logo).read_bytes())  # noqa: S314 - our own file
        assert svg.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(info["screenshots"]) == (3 if path == APP else 0)
    for shot in info["screenshots"]:
        content = (build.PICTURES / Path(shot["path"]).name).read_bytes()
        assert content.startswith(b"\x89PNG\r\n\x1a\n")


def test_the_texts_of_every_language_are_there() -> None:
    """The file of a language has the name that Grafana asks for, and no text in it is empty."""
    languages = read(APP)["languages"]
    assert languages == ["en-US"]
    for language in languages:
        texts = read(ROOT / "src" / "locales" / language / f"{read(APP)['id']}.json")
        assert len(texts) > 100
        assert all(texts.values())


def test_extensions_have_ids_of_the_app_and_versions() -> None:
    """Row 125 of the incident features: menus of panels and alert rules, and a component for others."""
    about = read(APP)["extensions"]
    targets = [target for link in about["addedLinks"] for target in link["targets"]]
    assert {"grafana/dashboard/panel/menu", "grafana/alerting/alertingrule/action"} <= set(targets)
    assert all(
        re.fullmatch(rf"{read(APP)['id']}/[a-z-]+/v\d+", one["id"]) for one in about["exposedComponents"]
    )


def test_the_app_has_at_least_nine_keywords() -> None:
    """G9."""
    assert len(read(APP)["info"]["keywords"]) >= 9


def test_the_version_is_the_same_everywhere() -> None:
    """Metadata takes it from pyproject.toml at build time; what repeats it repeats it rightly."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert reliability_studio.__version__ == declared
    assert all(read(path)["info"]["version"] == "%VERSION%" for path in (APP, *NESTED))
    if (ROOT / "package.json").exists():
        assert read(ROOT / "package.json")["version"] == declared
