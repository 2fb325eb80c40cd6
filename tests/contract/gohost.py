"""The Go program `tests/contract/host`: build it once, run its commands, take their answers as values.

Where there is no Go toolchain, or its modules cannot be had, a test that needs it is skipped and says so;
with `CI` or `RS_REQUIRE_GO` set it fails instead, so that a broken set-up cannot pass for a kept contract.
"""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

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

    def _json(self, *arguments: str, limit: float = 60.0) -> Any:
        done = subprocess.run(
            [self.binary, *arguments], capture_output=True, text=True, timeout=limit, check=False
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
    go = shutil.which("go")
    if go is None:
        raise GoMissing("there is no Go toolchain (`go`) on the PATH")
    listed = _go(go, "list", "-deps", "./...", limit=MODULES_LIMIT)
    if listed.returncode != 0:
        raise GoMissing(f"Go cannot load the modules of tests/contract/host: {listed.stderr[-600:].strip()}")
    compiled = _go(go, "build", "-trimpath", "-o", str(BINARY), ".", limit=BUILD_LIMIT)
    if compiled.returncode != 0:
        raise RuntimeError(f"tests/contract/host does not compile:\n{compiled.stderr[-4000:]}")
    return GoHost(BINARY)


def need() -> GoHost:
    """The built host, or the test is skipped; fails instead where Go must be at hand."""
    try:
        return built()
    except GoMissing as missing:
        if os.environ.get("CI") or os.environ.get("RS_REQUIRE_GO"):
            pytest.fail(f"{missing}; it must be here (CI or RS_REQUIRE_GO is set)")
        pytest.skip(f"not checked against Grafana's own Go code: {missing}")


def _go(go: str, *arguments: str, limit: float) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            [go, *arguments],
            cwd=SOURCE,
            env={**os.environ, "GOFLAGS": "-mod=readonly -buildvcs=false"},
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise GoMissing(f"`go {arguments[0]}` did not end within {limit:.0f} s") from late
