"""What every benchmark gets: the plugins to measure, a place for files, and how long it may take."""

from dataclasses import dataclass
from pathlib import Path

from benchmarks.process import Plugin


@dataclass(frozen=True, slots=True)
class Bench:
    """One run."""

    folder: Path
    """Scratch; each benchmark makes its own data folders in it."""
    builds: tuple[Plugin, ...]
    """The app role per build: packaged first if it is there, then from source."""
    datasources: tuple[Plugin, ...]
    """The data source role, in the same order."""
    echo: Plugin | None
    """The Go echo plugin, when Go is at hand."""
    goload: Path | None
    """The Go load client, when Go is at hand; else load comes from Python."""
    go_missing: str = ""
    """Why there is no Go."""
    quick: bool = False
    """Shorter and rougher, for trying things out."""

    @property
    def app(self) -> Plugin:
        """The build that budgets apply to."""
        return self.builds[0]

    @property
    def datasource(self) -> Plugin:
        """The data source role of that build."""
        return self.datasources[0]

    def seconds(self, wanted: float) -> float:
        """How long a load runs."""
        return min(wanted, 1.0) if self.quick else wanted

    def many(self, wanted: int) -> int:
        """How many things a benchmark makes."""
        return max(10, wanted // 20) if self.quick else wanted

    def data(self, name: str) -> Path:
        """An empty data folder for one benchmark."""
        path = self.folder / name
        path.mkdir(parents=True)
        return path
