"""The operator's folder of SLOs as code: every YAML file of it, as text.

    slos/api.yaml            belongs to organisation 1
    slos/org-2/shop.yml      belongs to organisation 2

A folder that cannot be read is an error and never an empty folder: nothing must be deleted because a mount
is missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reliability_studio.errors import FieldProblem, SettingsError

MAX_FILES = 1000
MAX_BYTES = 2 << 20


@dataclass(frozen=True, slots=True)
class SloFile:
    """One file, named as people see it."""

    name: str
    text: str


def read_folder(folder: Path, org_id: int) -> list[SloFile]:
    """The files of one organisation, by name.

    Raises:
        SettingsError: the folder or a file cannot be read, or there is too much of it.
    """
    own = folder / f"org-{org_id}"
    try:
        if not folder.is_dir():
            raise SettingsError((FieldProblem(str(folder), "is no folder"),))
        found = [
            *(_named(folder, folder) if org_id == 1 else ()),
            *(_named(own, folder) if own.is_dir() else ()),
        ]
    except OSError as error:
        raise SettingsError((FieldProblem(str(folder), error.strerror or str(error)),)) from error
    if len(found) > MAX_FILES:
        raise SettingsError((FieldProblem(str(folder), f"holds more than {MAX_FILES} files"),))
    return [SloFile(name, read_text(path)) for name, path in found]


def read_text(path: Path) -> str:
    """One file.

    Raises:
        SettingsError: it cannot be read, is too long, or is no UTF-8.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SettingsError((FieldProblem(str(path), f"has more than {MAX_BYTES} bytes"),))
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise SettingsError((FieldProblem(str(path), why),)) from error


def _named(folder: Path, root: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix in {".yaml", ".yml"} and not path.name.startswith("."):
            yield path.relative_to(root).as_posix(), path
