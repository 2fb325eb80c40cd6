"""The ground of a process: data folder, databases, and settings that survive a restart, sealed."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reliability_studio.app.deployed import deploy
from reliability_studio.clock import ManualClock
from reliability_studio.errors import StoreError
from reliability_studio.flows.vault import SettingsDocument

CLOCK = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
DOCUMENT = SettingsDocument(
    json_data='{"prometheus": {"url": "http://prometheus:9090"}}',
    secure={"prometheusToken": "hunter2"},
    grafana={},
    updated_ms=7,
)


def _bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def _environ(folder: Path, **more: str) -> dict[str, str]:
    return {"GF_PLUGIN_DATA_DIR": str(folder), **more}


async def test_settings_survive_a_restart_and_are_not_readable_in_the_file(tmp_path: Path):
    first = await deploy(_environ(tmp_path), tmp_path, CLOCK)
    await first.settings.save(3, DOCUMENT)
    await first.databases.aclose()
    second = await deploy(_environ(tmp_path), tmp_path, CLOCK)
    assert await second.settings.organisations() == (3,)
    assert await second.settings.load(3) == DOCUMENT
    assert await second.settings.load(4) is None
    await second.databases.aclose()
    assert b"hunter2" not in _bytes_of(tmp_path)
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0


async def test_older_settings_never_replace_newer_ones(tmp_path: Path):
    ground = await deploy(_environ(tmp_path), tmp_path, CLOCK)
    await ground.settings.save(1, DOCUMENT)
    await ground.settings.save(1, SettingsDocument("{}", {}, {}, updated_ms=6))
    assert await ground.settings.load(1) == DOCUMENT
    await ground.databases.aclose()


async def test_another_key_is_told_and_does_not_look_like_no_settings(tmp_path: Path):
    first = await deploy(_environ(tmp_path, GF_PLUGIN_SECRET_KEY="one"), tmp_path, CLOCK)
    await first.settings.save(1, DOCUMENT)
    await first.databases.aclose()
    second = await deploy(_environ(tmp_path, GF_PLUGIN_SECRET_KEY="two"), tmp_path, CLOCK)
    with pytest.raises(StoreError, match="key changed"):
        await second.settings.load(1)
    await second.databases.aclose()


async def test_a_damaged_database_or_key_file_is_a_store_error(tmp_path: Path):
    broken, locked = tmp_path / "broken", tmp_path / "locked"
    for folder in (broken, locked):
        folder.mkdir()
    (broken / "studio.sqlite").write_bytes(b"this is no database file at all, however long it may be" * 40)
    with pytest.raises(StoreError):
        await deploy(_environ(broken), tmp_path, CLOCK)
    (locked / "secret.key").write_text("no key")
    with pytest.raises(StoreError, match="holds no key"):
        await deploy(_environ(locked), tmp_path, CLOCK)


async def test_an_address_is_opened_once_and_shared(tmp_path: Path):
    ground = await deploy(_environ(tmp_path), tmp_path, CLOCK)
    other = f"sqlite:///{tmp_path / 'other.sqlite'}"
    assert await ground.databases.at("") is await ground.databases.default()
    assert await ground.databases.at(other) is await ground.databases.at(other)
    await ground.databases.aclose()
    with sqlite3.connect(tmp_path / "other.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM incidents").fetchone() == (0,)
    connection.close()


async def test_each_start_has_a_name_of_its_own(tmp_path: Path):
    """A lease must never pass from a dead process to a new one that happens to have its process id."""
    one = await deploy(_environ(tmp_path), tmp_path, CLOCK)
    two = await deploy(_environ(tmp_path), tmp_path, CLOCK)
    assert one.holder != two.holder
    for each in (one, two):
        await each.databases.aclose()


async def test_an_organisations_settings_stand_over_the_defaults_of_the_ini(tmp_path: Path):
    environ = _environ(tmp_path, GF_PLUGIN_LOKI_URL="http://loki:3100")
    ground = await deploy(environ, tmp_path, CLOCK)
    settings = ground.decode(DOCUMENT)
    assert {name: source.url for name, source in settings.sources.items()} == {
        "prometheus": "http://prometheus:9090",
        "loki": "http://loki:3100",
    }
    assert "hunter2" not in repr(settings)
    await ground.databases.aclose()
