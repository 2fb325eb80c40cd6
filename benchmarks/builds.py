"""The plugins that a run measures: the packaged build, this source, and the Go echo plugin beside them."""

import os
import shutil
import subprocess
from pathlib import Path

from benchmarks.process import Plugin
from scripts.story.plugin import EXECUTABLE, PluginFolder, from_source, packaged

ECHO = Path(__file__).parent / "goecho"


class NoGo(RuntimeError):
    """Go, or the modules that the echo plugin needs, are not at hand."""


def builds(folder: Path) -> tuple[PluginFolder, ...]:
    """The packaged build first, when there is a fresh one; then one made from the source."""
    found = packaged()
    source = from_source(folder / "source" / "reliability-studio-app")
    return (source,) if found is None else (found, source)


def plugin(build: PluginFolder, role: str) -> Plugin:
    """A role of a build."""
    program = build.program(role)
    return Plugin(f"{role} {build.kind}", program.parent, program.name.rsplit("_", 2)[0], role)


def go_programs(into: Path) -> tuple[Plugin, Path]:
    """Compile the echo plugin and the load client.

    Raises:
        NoGo: and why.
    """
    go = shutil.which("go")
    if go is None:
        message = "there is no Go toolchain (`go`) on the PATH"
        raise NoGo(message)
    into.mkdir(parents=True, exist_ok=True)
    name = f"goecho_{_go(go, 'env', 'GOOS')}_{_go(go, 'env', 'GOARCH')}"
    _go(go, "build", "-trimpath", "-o", str(into / name), ".")
    _go(go, "build", "-trimpath", "-o", str(into / "goload"), "./goload")
    return Plugin("Go echo", into, "goecho"), into / "goload"


def _go(go: str, *arguments: str) -> str:
    environment = {**os.environ, "GOFLAGS": "-mod=readonly -buildvcs=false"}
    try:
        done = subprocess.run(
            [go, *arguments],
            cwd=ECHO,
            env=environment,
            capture_output=True,
            text=True,
            timeout=420,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        message = f"`go {arguments[0]}` took too long"
        raise NoGo(message) from late
    if done.returncode != 0:
        raise NoGo(done.stderr[-400:].strip())
    return done.stdout.strip()


__all__ = ["ECHO", "EXECUTABLE", "NoGo", "builds", "go_programs", "plugin"]
