"""Where the process keeps its files."""

import os
from pathlib import Path

import pytest

from reliability_studio.settings import Deployment


def _plugin(folder: Path) -> Path:
    program = folder / "backend" / "program"
    program.parent.mkdir(parents=True)
    (folder / "plugin.json").write_text("{}")
    nested = folder / "datasource"
    nested.mkdir()
    (nested / "plugin.json").write_text("{}")
    return program


def test_the_operators_folder_wins(tmp_path):
    """`data_dir` of the ini section arrives as GF_PLUGIN_DATA_DIR."""
    program = _plugin(tmp_path / "plugins" / "reliability-studio-app")
    found = Deployment.find({"GF_PLUGIN_DATA_DIR": str(tmp_path / "mine")}, program)
    assert found.data_dir == tmp_path / "mine"
    assert found.data_dir.stat().st_mode & 0o777 == 0o700
    assert found.warnings == ()


def test_without_one_a_folder_beside_the_plugins_folder_is_taken(tmp_path):
    """Grafana's own data folder is the parent of its plugins folder."""
    program = _plugin(tmp_path / "plugins" / "reliability-studio-app")
    found = Deployment.find({}, program)
    assert found.data_dir == tmp_path / "reliability-studio"


def test_the_plugins_own_folder_is_never_used(tmp_path, monkeypatch):
    """A new file there would break the signature: it falls back and says so."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    root = tmp_path / "elsewhere" / "reliability-studio-app"
    found = Deployment.find({"GF_PLUGIN_DATA_DIR": str(root / "data")}, _plugin(root))
    assert not found.data_dir.is_relative_to(root)
    assert any("signature" in warning for warning in found.warnings)
    assert any("temp folder" in warning for warning in found.warnings)


def test_the_whole_plugins_folder_is_its_own_also_for_the_nested_one(tmp_path, monkeypatch):
    """One signature covers them all."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    root = tmp_path / "elsewhere" / "reliability-studio-app"
    _plugin(root)
    found = Deployment.find({"GF_PLUGIN_DATA_DIR": str(root / "data")}, root / "datasource" / "program")
    assert not found.data_dir.is_relative_to(root)


def test_a_folder_in_temp_that_others_may_touch_is_never_used(tmp_path, monkeypatch):
    """Anybody may make a folder there before us, and would read our store or put a key of theirs into it."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ours = tmp_path / f"reliability-studio-{os.geteuid()}"
    ours.mkdir(mode=0o777)
    ours.chmod(0o777)
    with pytest.raises(OSError, match="others may look into it"):
        Deployment.find({}, tmp_path / "bin" / "x")
    ours.rmdir()
    (tmp_path / "theirs").mkdir(mode=0o700)
    ours.symlink_to(tmp_path / "theirs")
    with pytest.raises(OSError, match="made by somebody else"):
        Deployment.find({}, tmp_path / "bin" / "x")
    ours.unlink()
    assert Deployment.find({}, tmp_path / "bin" / "x").data_dir == ours
    assert ours.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_written_falls_back_with_a_warning(tmp_path, monkeypatch):
    """A file stands where the folder should be."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "file").write_text("")
    found = Deployment.find({"GF_PLUGIN_DATA_DIR": str(tmp_path / "file")}, tmp_path / "bin" / "x")
    assert found.data_dir.is_dir()
    assert found.warnings
