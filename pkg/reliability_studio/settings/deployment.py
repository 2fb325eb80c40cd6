"""The settings of one process: where its files live and which database it starts on.

Grafana gives plugins no data folder. `GF_PLUGIN_DATA_DIR` (ini: `[plugin.reliability-studio-app]
data_dir`) names one; otherwise a folder beside Grafana's plugins folder is taken, otherwise the temp
folder, with a warning that health shows. Never the plugin's own folder: a new file there breaks its
signature. In the temp folder everybody may make folders, so there only one that is ours alone will do.
"""

import os
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PLUGIN_ID = "reliability-studio-app"


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where this process keeps its state. `warnings` are shown by health."""

    data_dir: Path
    database_url: str = field(default="", repr=False)
    """From the ini; empty means SQLite in `data_dir`."""
    secret_key: str = field(default="", repr=False)
    """From the ini; empty means a key file in `data_dir`."""
    log_level: str = "info"
    catalog_file: Path | None = None
    """The operator's file of services; from the ini only, since it names a file of this machine."""
    slo_folder: Path | None = None
    """From the ini: a folder of SLOs as code."""
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    warnings: tuple[str, ...] = ()

    @property
    def sqlite_path(self) -> Path:
        """The embedded database."""
        return self.data_dir / "studio.sqlite"

    @property
    def key_path(self) -> Path:
        """The key that encrypts stored settings, when the ini gives none."""
        return self.data_dir / "secret.key"

    @classmethod
    def find(cls, environ: Mapping[str, str], program: Path) -> "Deployment":
        """The deployment of this process; creates the data folder with mode 0700.

        Args:
            environ: the process environment.
            program: a path inside the plugin's folder (the executable).

        Raises:
            OSError: not even the temp folder is writable.
        """
        root = _plugin_root(program)
        warnings: list[str] = []
        for candidate, warning in _candidates(environ, root):
            try:
                folder = _writable(candidate, root, alone=bool(warning))
            except OSError as error:
                warnings.append(f"data folder {candidate}: {error.strerror or error}")
                continue
            if warning:
                warnings.append(warning)
            return cls(
                data_dir=folder,
                database_url=environ.get("GF_PLUGIN_DATABASE_URL", ""),
                secret_key=environ.get("GF_PLUGIN_SECRET_KEY", ""),
                catalog_file=Path(given) if (given := environ.get("GF_PLUGIN_CATALOG_FILE", "")) else None,
                slo_folder=Path(given) if (given := environ.get("GF_PLUGIN_SLO_FOLDER", "")) else None,
                log_level=environ.get("GF_PLUGIN_LOG_LEVEL", "info"),
                environ=environ,
                warnings=tuple(warnings),
            )
        raise OSError("; ".join(warnings))


def _candidates(environ: Mapping[str, str], root: Path | None) -> list[tuple[Path, str]]:
    """Folders to try in order, each with the warning that its use deserves."""
    found: list[tuple[Path, str]] = []
    if given := environ.get("GF_PLUGIN_DATA_DIR", ""):
        found.append((Path(given), ""))
    if root is not None and root.parent.name == "plugins":
        found.append((root.parent.parent / "reliability-studio", ""))
    temp = Path(tempfile.gettempdir()) / f"reliability-studio-{os.geteuid()}"
    found.append((temp, f"data is kept in the temp folder {temp} and may be lost: set data_dir"))
    return found


def _plugin_root(program: Path) -> Path | None:
    """The app plugin's folder: the outermost one above the program that holds a `plugin.json`."""
    holders = [folder for folder in program.absolute().parents if (folder / "plugin.json").is_file()]
    return holders[-1] if holders else None


def _writable(folder: Path, root: Path | None, *, alone: bool) -> Path:
    """The folder, made if it is not there. `alone`: no other user may own it, read it or write to it."""
    if root is not None and folder.absolute().is_relative_to(root):
        raise PermissionError(0, "lies inside the plugin's folder, which would break its signature")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if alone and (found.st_uid != os.geteuid() or found.st_mode & 0o077 or not stat.S_ISDIR(found.st_mode)):
        raise PermissionError(0, "was made by somebody else, or others may look into it")
    with tempfile.TemporaryFile(dir=folder):
        return folder
