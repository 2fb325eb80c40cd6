"""dist/ after a build: a plugin folder that Grafana accepts, and a zip that keeps it so."""

import hashlib
import json
import os
import re
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

from scripts import build, package

pytestmark = [pytest.mark.packaged, pytest.mark.timeout(120)]


@pytest.fixture
def described(dist: Path) -> dict[Path, Any]:
    """Every plugin.json in the build, by its folder."""
    return {path.parent: json.loads(path.read_text(encoding="utf-8")) for path in dist.rglob("plugin.json")}


def test_executables_are_named_as_grafana_looks_for_them(described: dict[Path, Any]) -> None:
    """G5: `<executable>_<os>_<arch>` beside its plugin.json, and it may be executed."""
    backends = {folder: about for folder, about in described.items() if about.get("backend")}
    assert {about["type"] for about in backends.values()} == {"app", "datasource"}
    for folder, about in backends.items():
        path = folder / f"{about['executable']}_{build.suffix()}"
        assert os.access(path, os.X_OK)
        assert path.read_bytes().startswith(b"#!/bin/sh\n"), "Alpine has no bash"


def test_version_and_day_are_filled_in(described: dict[Path, Any]) -> None:
    """G9."""
    for about in described.values():
        assert about["info"]["version"] == build.version()
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", about["info"]["updated"])


def test_every_file_that_is_referenced_exists(described: dict[Path, Any], dist: Path) -> None:
    """G9: logos, screenshots, and the includes' files."""
    for folder, about in described.items():
        info = about["info"]
        names = [*info["logos"].values(), *(shot["path"] for shot in info["screenshots"])]
        names += [one["path"] for one in about.get("includes", []) if one["type"] != "page" and "path" in one]
        names += [f"locales/{language}/{about['id']}.json" for language in about.get("languages", [])]
        for name in names:
            assert (folder / name).stat().st_size > 0
    assert {"README.md", "LICENSE", "CHANGELOG.md"} <= {path.name for path in dist.iterdir()}


def test_every_plugin_has_its_frontend(described: dict[Path, Any]) -> None:
    """F12-F14: `module.js` beside each plugin.json, as an AMD module for Grafana's loader."""
    if not build.has_frontend():
        pytest.skip("this tree holds no frontend")
    types = sorted(about["type"] for about in described.values())
    assert types == ["app", "datasource", "panel", "panel", "panel"]
    for folder in described:
        assert "define(" in (folder / "module.js").read_text(encoding="utf-8")[:2000], folder


def test_the_frontend_asks_nobody_but_its_grafana_and_opens_no_box_of_the_browser(dist: Path) -> None:
    """F20, V10: no absolute host but those that fields show as an example, and no `alert()`."""
    if not build.has_frontend():
        pytest.skip("this tree holds no frontend")
    texts = {path.name: path.read_text(encoding="utf-8") for path in dist.rglob("*.js")}
    examples = {"prometheus", "loki", "tempo", "alertmanager", "kubernetes.default.svc", "127.0.0.1:3000"}
    # The last one stands in the text that a new text panel of @grafana/scenes begins with; nobody asks it.
    named = {"www.w3.org", "github.com", "commonmark.org"}
    for name, text in texts.items():
        hosts = set(re.findall(r"https?://([a-zA-Z0-9.-]+(?::3000)?)", text))
        assert hosts <= examples | named, name
        assert not re.search(r"\b(window\.)?(alert|confirm|prompt)\(", text), name


def test_no_mark_of_a_template_is_left(dist: Path) -> None:
    """%VERSION% and @BACKEND@ are gone; %PLUGIN_ID% is Grafana's own."""
    texts = [*dist.rglob("plugin.json"), *dist.rglob("gpx_*_linux_*")]
    for path in texts:
        text = path.read_text(encoding="utf-8").replace("%PLUGIN_ID%", "")
        assert not re.search(r"%[A-Z_]+%|@[A-Z]+@", text), path


def test_the_payload_is_there_once_with_its_licences_and_without_what_slips_in(dist: Path) -> None:
    """A development package in the bundle would double it."""
    payloads = [path for path in dist.rglob("_internal") if path.is_dir()]
    assert payloads == [dist / "backend" / "_internal"]
    bundled = {path.name for path in payloads[0].iterdir()}
    assert not bundled & {"numpy", "pyarrow", "pydantic", "pandas", "setuptools", "pytest", "kubernetes"}
    licences = {path.name.lower() for path in (dist / "backend" / "licenses").iterdir()}
    assert {"python", "polars", "grpcio", "psycopg", "sqlalchemy"} <= licences
    assert package.megabytes(dist) < 320


def test_data_files_are_in_the_bundle(dist: Path) -> None:
    """Zones and authorities are read as files; migrations are modules, as a start in an empty root proves."""
    internal = dist / "backend" / "_internal"
    assert (internal / "tzdata" / "zoneinfo" / "Europe" / "Berlin").is_file()
    assert (internal / "certifi" / "cacert.pem").is_file()


def test_the_zip_installs_as_it_is(archive: Path, dist: Path) -> None:
    """One top folder named by the plugin id, executables 0755, no links, the checksum beside it."""
    with zipfile.ZipFile(archive) as bundle:
        entries = bundle.infolist()
    assert {entry.filename.split("/")[0] for entry in entries} == {"reliability-studio-app"}
    modes = {entry.filename.partition("/")[2]: entry.external_attr >> 16 for entry in entries}
    assert all(stat.S_ISREG(mode) for mode in modes.values())
    assert {path for path, mode in modes.items() if mode & 0o111} >= {
        f"gpx_reliability_studio_{build.suffix()}",
        f"datasource/gpx_reliability_studio_{build.suffix()}",
        "backend/gpx_reliability_studio",
    }
    assert set(modes) == {str(path.relative_to(dist)) for path in dist.rglob("*") if path.is_file()}
    checksum, name = archive.with_name(f"{archive.name}.sha256").read_text().split()
    assert (checksum, name) == (hashlib.sha256(archive.read_bytes()).hexdigest(), archive.name)
