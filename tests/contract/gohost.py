"""The Go program `tests/contract/host`: build it once, run its commands, take their answers as values.

Where there is no Go toolchain, or its modules cannot be had, a test that needs it is skipped and says so;
with `CI` or `RS_REQUIRE_GO` set it fails instead, so that a broken set-up cannot pass for a kept contract.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.contract.launchers import Launcher

T = TypeVar("T")

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SOURCE = HERE / "host"
BINARY = SOURCE / "bin" / "contracthost"
MODULES_LIMIT = 240.0
"""Seconds to download the modules of a cold machine."""
BUILD_LIMIT = 420.0
"""Seconds to compile Grafana's SDK without a build cache, on two slow cores."""


class GoMissing(Exception):
    """What is missing to build the host; not a fault of the code."""


@dataclass(frozen=True, slots=True)
class Run:
    """What happened to one plugin process, as `contracthost run` told it."""

    raw: Any

    @property
    def steps(self) -> list[Any]:
        """Each step's outcome: `do`, `code` (gRPC status), `message`, `milliseconds`, `result`.

        The test fails if the plugin did not start.
        """
        if self.raw.get("error"):
            pytest.fail(f"the plugin did not start: {self.raw['error']}\n{self.log}")
        found: list[Any] = self.raw["steps"]
        return found

    @property
    def results(self) -> list[Any]:
        """Each step's result; the test fails if a step was not answered with the gRPC status OK."""
        refused = [step for step in self.steps if step["code"] != "OK"]
        if refused:
            pytest.fail(f"calls failed: {refused}\n{self.log}")
        return [step.get("result") for step in self.steps]

    @property
    def start(self) -> Any:
        """`milliseconds`, `network`, `address`, `pid`."""
        return self.raw["start"]

    @property
    def stop(self) -> Any:
        """`milliseconds`, `graceful`, `blocked`, `socketLeft`."""
        return self.raw["stop"]

    @property
    def log(self) -> Any:
        """`lines`, `levels`, `entries`, `violations`, and `host`: what go-plugin itself warned of."""
        return self.raw["log"]


@dataclass(frozen=True)
class GoHost:
    """The built host."""

    binary: Path

    def proto_check(self, descriptors: Path) -> Any:
        """How a descriptor set differs from the official one: `{"services", …, "differences": […]}`."""
        return self._json("proto-check", str(descriptors))

    def decode(self, directory: Path) -> Any:
        """What the official decoder finds in each *.arrow: `[{"name", "frame", "error", "dataplane"}]`."""
        return self._json("decode", str(directory))

    def run(
        self,
        launcher: Launcher,
        *steps: Mapping[str, object],
        context: Mapping[str, object] | None = None,
        limit: float = 120.0,
    ) -> Run:
        """Start a plugin, make the steps, stop it. The test fails if the host itself does not survive it."""
        script = {
            "env": {"GF_PLUGIN_DATA_DIR": str(launcher.data), **launcher.environment},
            "context": {"pluginId": launcher.plugin_id, **(context or {})},
            "steps": steps,
        }
        with tempfile.TemporaryDirectory(prefix="rs-contract-") as elsewhere:
            path = Path(elsewhere) / "script.json"
            path.write_text(json.dumps(script), encoding="utf-8")
            answer = self._json(
                "run",
                *("--plugin-dir", str(launcher.folder)),
                *("--executable", launcher.executable),
                *("--role", launcher.role),
                *("--script", str(path)),
                limit=limit,
                cwd=elsewhere,
            )
        return Run(answer)

    def _json(self, *arguments: str, limit: float = 60.0, cwd: str | None = None) -> Any:
        done = subprocess.run(
            [self.binary, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
            cwd=cwd,
        )
        if done.returncode not in {0, 1}:
            pytest.fail(f"contracthost {arguments[0]} ended with {done.returncode}:\n{done.stderr[-4000:]}")
        return json.loads(done.stdout)


def built() -> GoHost:
    """Build the host; quick when nothing changed.

    Raises:
        GoMissing: no toolchain, or no modules.
        RuntimeError: the program does not compile.
    """
    build(SOURCE, ".", BINARY)
    return GoHost(BINARY)


def build(module: Path, package: str, into: Path) -> None:
    """Compile one program of a Go module.

    Raises:
        GoMissing: no toolchain, or no modules.
        RuntimeError: the program does not compile.
    """
    go = shutil.which("go")
    if go is None:
        raise GoMissing("there is no Go toolchain (`go`) on the PATH")
    listed = _go(go, "list", "-deps", package, module=module, limit=MODULES_LIMIT)
    if listed.returncode != 0:
        raise GoMissing(f"Go cannot load the modules of {module.name}: {listed.stderr[-600:].strip()}")
    compiled = _go(go, "build", "-trimpath", "-o", str(into), package, module=module, limit=BUILD_LIMIT)
    if compiled.returncode != 0:
        raise RuntimeError(f"{module.name} does not compile:\n{compiled.stderr[-4000:]}")


def needed(make: Callable[[], T]) -> T:
    """What `make` builds, or the test is skipped; fails instead where Go must be at hand."""
    try:
        return make()
    except GoMissing as missing:
        if os.environ.get("CI") or os.environ.get("RS_REQUIRE_GO"):
            pytest.fail(f"{missing}; it must be here (CI or RS_REQUIRE_GO is set)")
        pytest.skip(f"not checked against Grafana's own Go code: {missing}")


def _go(go: str, *arguments: str, module: Path, limit: float) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            [go, *arguments],
            cwd=module,
            env={**os.environ, "GOFLAGS": "-mod=readonly -buildvcs=false"},
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise GoMissing(f"`go {arguments[0]}` did not end within {limit:.0f} s") from late
