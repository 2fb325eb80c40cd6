#!/usr/bin/env python3
"""Build dist/, the plugin's folder as Grafana loads it: frontend, backend, launchers, metadata.

    python3 -m scripts.build             what is stale
    python3 -m scripts.build --force     everything
    python3 -m scripts.build --backend   without the frontend
    python3 -m scripts.build --check     say whether something is stale; change nothing

The halves are built side by side. Each keeps the hash of its inputs in build/, so nothing is rebuilt without
need. Only files that we made are replaced in dist/.
"""

import argparse
import contextlib
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from scripts.payload import freeze

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
STAMPS = ROOT / "build" / "stamps"
BACKEND = "backend"
ROLES = {"app": DIST, "datasource": DIST / "datasource"}
DOCUMENTS = ("README.md", "LICENSE", "CHANGELOG.md")
PICTURES = ROOT / "docs" / "images"
"""Where the screenshots that plugin.json names are kept."""
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def suffix() -> str:
    """What Grafana adds to an executable's name on this machine: `linux_amd64`."""
    machine = platform.machine()
    return f"{sys.platform}_{ARCHITECTURES.get(machine, machine)}"


def version() -> str:
    """The version of everything: `project.version` of pyproject.toml."""
    described = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(described["project"]["version"])


def released(root: Path = ROOT) -> str:
    """Day of the last commit, so that two builds of one commit are equal; today without git."""
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        shown = ["git", "-C", str(root), "log", "-1", "--format=%cs"]
        day = subprocess.run(shown, capture_output=True, text=True, check=True).stdout.strip()
        if day:
            return day
    return datetime.fromtimestamp(time.time_ns() // 10**9, UTC).date().isoformat()


def stale() -> list[str]:
    """Which halves differ from what dist/ was built from: `frontend`, `backend`."""
    halves = {"backend": DIST / BACKEND / freeze.PROGRAM}
    if has_frontend():
        halves["frontend"] = DIST / "module.js"
    return sorted(half for half, made in halves.items() if not made.exists() or _stamp(half) != _hash(half))


def has_frontend() -> bool:
    """Whether this tree holds a frontend: its entry."""
    return (ROOT / "src" / "module.tsx").exists()


def build(halves: Iterable[str]) -> None:
    """Build these halves, then write what both need: metadata, logos, documents, launchers."""
    DIST.mkdir(exist_ok=True)
    # Side by side: each is mostly one process that computes, and they write apart.
    with ThreadPoolExecutor() as side_by_side:
        for done in [side_by_side.submit(_HALVES[half]) for half in halves]:
            done.result()
    _metadata()
    for name in DOCUMENTS:
        if (ROOT / name).exists():
            shutil.copyfile(ROOT / name, DIST / name)
    # Last, because others compare their age with that of the source.
    for role, folder in ROLES.items():
        _launcher(folder, role)


def _frontend() -> None:
    before = _hash("frontend")
    for name in ("build", "preview:build"):
        done = subprocess.run(["npm", "run", "--silent", name], cwd=ROOT, check=False)
        if done.returncode != 0:
            raise freeze.BuildFailed(f"the frontend's build failed (npm run {name})")
    _keep_stamp("frontend", before)


def _backend() -> None:
    """Freeze beside the old one, then swap: a build that fails leaves what was there."""
    before = _hash("backend")
    fresh, old = ROOT / "build" / "backend.new", ROOT / "build" / "backend.old"
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    freeze.freeze(fresh)
    with contextlib.suppress(FileNotFoundError):
        (DIST / BACKEND).rename(old)
    fresh.rename(DIST / BACKEND)
    shutil.rmtree(old, ignore_errors=True)
    _keep_stamp("backend", before)


_HALVES = {"frontend": _frontend, "backend": _backend}


def _metadata() -> None:
    """Every plugin.json with version and day filled in, and the pictures that it names beside it."""
    filling = {"%VERSION%": version(), "%TODAY%": released()}
    nested = {path: path.parent.relative_to(ROOT / "src") for path in (ROOT / "src").rglob("plugin.json")}
    for source, where in {ROOT / "plugin.json": Path(), **nested}.items():
        text = source.read_text(encoding="utf-8")
        for mark, value in filling.items():
            text = text.replace(mark, value)
        folder = DIST / where
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "plugin.json").write_text(text, encoding="utf-8")
        images = ROOT / "src" / where / "img"
        if images.is_dir():
            shutil.copytree(images, folder / "img", dirs_exist_ok=True)
        for shot in json.loads(text)["info"]["screenshots"]:
            picture = folder / shot["path"]
            picture.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(PICTURES / picture.name, picture)


def _launcher(folder: Path, role: str) -> None:
    """The executable that a plugin.json names: a shell script that starts the one backend in a role."""
    executable = json.loads((folder / "plugin.json").read_text(encoding="utf-8"))["executable"]
    marks = {
        "@BACKEND@": os.path.relpath(DIST / BACKEND, folder),
        "@LOADER@": freeze.loader(DIST / BACKEND),
        "@PROGRAM@": freeze.PROGRAM,
        "@ROLE@": role,
    }
    text = (freeze.HERE / "launcher.sh").read_text(encoding="utf-8")
    for mark, value in marks.items():
        text = text.replace(mark, value)
    path = folder / f"{executable}_{suffix()}"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def _inputs(half: str) -> list[Path]:
    if half == "backend":
        own = [freeze.LOCK, *(path for path in freeze.HERE.iterdir() if path.is_file())]
        return own + [path for path in freeze.PACKAGE.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    settings = ("package.json", "package-lock.json", "webpack.config.mjs", "tsconfig.json")
    folders = (ROOT / "src", ROOT / "preview")
    return [ROOT / name for name in settings] + [
        path for folder in folders for path in folder.rglob("*") if path.is_file()
    ]


def _hash(half: str) -> str:
    """Of the names and contents of everything that the half is made from, and of the tool's version."""
    digest = hashlib.sha256(f"{sys.version}\n{suffix()}\n".encode())
    for path in sorted(set(_inputs(half))):
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _stamp(half: str) -> str:
    path = STAMPS / half
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _keep_stamp(half: str, before: str) -> None:
    """Remember what a half was built from; a change during the build leaves it stale."""
    if _hash(half) != before:
        return
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / half).write_text(before, encoding="utf-8")


def main() -> int:
    """Build what was asked for; 1 when a build failed or, with --check, when something is stale."""
    parser = argparse.ArgumentParser(description="Build dist/, the plugin's folder as Grafana loads it.")
    parser.add_argument("--force", action="store_true", help="build even what is fresh")
    parser.add_argument("--backend", action="store_true", help="leave the frontend as it is")
    parser.add_argument("--check", action="store_true", help="only say what is stale; exit 1 if anything is")
    wanted = parser.parse_args()
    every = ["backend", *(["frontend"] if has_frontend() else [])]
    due = [half for half in (every if wanted.force else stale()) if not wanted.backend or half == "backend"]
    if wanted.check:
        print("stale:", ", ".join(due) or "nothing")
        return 1 if due else 0
    started = time.monotonic()
    try:
        build(due)
    except freeze.BuildFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    print(f"dist/ is built ({', '.join(due) or 'nothing was stale'}; {time.monotonic() - started:.1f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
