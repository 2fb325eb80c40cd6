"""Commands for a terminal: backup, restore, moving, replay; what they say and how they end."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from reliability_studio.__main__ import main
from reliability_studio.store import incidents
from reliability_studio.store.engine import Database
from tests.support.records import an_incident


async def _filled(path: Path, count: int) -> None:
    database = await Database.open(f"sqlite:///{path}")
    async with database.writing() as connection:
        for number in range(1, count + 1):
            await incidents.insert(connection, an_incident(number=number))
    await database.aclose()


def _count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM incidents").fetchone()[0])


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    import asyncio

    path = tmp_path / "studio.sqlite"
    asyncio.run(_filled(path, 7))
    return path


def test_a_backup_comes_back_whole(filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file, other = tmp_path / "backup.sqlite", tmp_path / "other.sqlite"
    assert main(["backup", str(file), "--database", f"sqlite:///{filled}"]) == 0
    assert "counts and checksums agree" in capsys.readouterr().out
    assert main(["restore", str(file), "--database", f"sqlite:///{other}"]) == 0
    assert _count(other) == 7


def test_nothing_is_overwritten_unless_that_is_wanted(filled: Path, tmp_path: Path, capsys):
    file = tmp_path / "backup.sqlite"
    address = f"sqlite:///{filled}"
    assert main(["backup", str(file), "--database", address]) == 0
    assert main(["backup", str(file), "--database", address]) == 1
    assert main(["restore", str(file), "--database", address]) == 1
    assert "holds data already" in capsys.readouterr().err
    assert main(["restore", str(file), "--database", address, "--replace"]) == 0
    assert _count(filled) == 7


def test_the_plugins_own_database_is_the_one_without_an_address(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("GF_PLUGIN_DATA_DIR", str(filled.parent))
    target = tmp_path / "moved.sqlite"
    assert main(["move", f"sqlite:///{target}"]) == 0
    assert _count(target) == 7


@pytest.mark.parametrize(
    "words",
    [["backup"], ["restore", "x", "--nonsense"], ["move"], ["replay"]],
)
def test_a_slip_in_the_words_is_answered_with_the_usage(words: list[str], capsys):
    assert main(words) == 2
    assert "usage:" in capsys.readouterr().err


def test_what_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["restore", str(tmp_path / "no"), "--database", f"sqlite:///{tmp_path}/a.sqlite"]) == 1
    assert main(["replay", str(tmp_path / "no")]) == 1
    assert "no" in capsys.readouterr().err
