#!/usr/bin/env python3
"""Make a fresh clone ready: Debian packages, the Python environment, the frontend's dependencies.

    python3 -m scripts.setup           bring everything up to date; quick when nothing changed
    python3 -m scripts.setup --check   say what is missing; change nothing

As root, missing Debian packages are installed, and their services are kept from starting: tests run their
own servers. As a user, the missing packages are named and the exit code is 3. Locks decide what goes into
the environments; a stamp with the lock's hash tells whether there is anything to do.
"""

import argparse
import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

OLDEST = (3, 11)
if sys.version_info < OLDEST:
    sys.exit("Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 ...")

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements" / "dev.lock"
MODULES = ROOT / "node_modules"
POLICY = Path("/usr/sbin/policy-rc.d")
MISSING = 3
"""Exit code when Debian packages are missing and we may not install them."""


Command = Sequence[str | Path]


class SetupFailed(RuntimeError):
    """A tool failed; its own output says why."""


@dataclass(frozen=True, slots=True)
class Need:
    """A Debian package, and how to see that what it brings is there, from wherever it came."""

    package: str
    present: Callable[[], bool]
    services: tuple[str, ...] = ()
    """System services that come with it, which nobody here wants running."""


def needs(root: Path = ROOT) -> tuple[Need, ...]:
    """What this tree needs: the frontend's tools only where there is a frontend."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    found = [
        Need("python3-venv", lambda: find_spec("ensurepip") is not None),
        Need(f"libpython{python}", _shared_python),
        Need("binutils", lambda: _programs("objdump", "strip")),
        Need("busybox-static", _static_busybox),
        Need("prometheus", lambda: _programs("prometheus", "promtool"), ("prometheus.service",)),
        Need(
            "prometheus-alertmanager",
            lambda: _programs("prometheus-alertmanager") or _programs("alertmanager"),
            ("prometheus-alertmanager.service",),
        ),
        Need("postgresql", _postgresql, ("postgresql.service",)),
    ]
    if (root / "package.json").exists():
        found += [Need("nodejs", lambda: _programs("node")), Need("npm", lambda: _programs("npm"))]
    if (root / "playwright.config.ts").exists():
        found.append(Need("chromium", lambda: _programs("chromium")))
    return tuple(found)


def _programs(*names: str) -> bool:
    return all(shutil.which(name) for name in names)


def _shared_python() -> bool:
    """PyInstaller bundles Python as a shared library; Debian keeps it in a package of its own."""
    name = sysconfig.get_config_var("INSTSONAME")
    folders = (sysconfig.get_config_var("LIBDIR"), f"/usr/lib/{sysconfig.get_config_var('MULTIARCH')}")
    return any((Path(str(folder)) / str(name)).exists() for folder in folders)


def _static_busybox() -> bool:
    found = shutil.which("busybox")
    return found is not None and b"/ld-linux" not in Path(found).read_bytes()


def _postgresql() -> bool:
    return _programs("initdb", "postgres") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def install(missing: Sequence[Need]) -> None:
    """Install Debian packages as root, without recommended extras and without starting services."""
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt: Command = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120", "-o", "Dpkg::Use-Pty=0"]
    with _no_service_starts():
        _run([*apt, "update"], environ, quiet=True)
        packages = [need.package for need in missing]
        _run([*apt, "install", "--yes", "--no-install-recommends", *packages], environ, quiet=True)
    services = [service for need in missing for service in need.services]
    if services and Path("/run/systemd/system").is_dir():  # nor at the next boot
        _run(["systemctl", "disable", "--quiet", "--now", *services])


@contextlib.contextmanager
def _no_service_starts() -> Iterator[None]:
    """Debian asks this script before it starts a service; a machine's own answer is left alone."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


def python_environment() -> bool:
    """Bring .venv to what the lock says; False when it was so already."""
    stamp, python = VENV / "setup-stamp", VENV / "bin" / "python"
    base = f"{sys.version.splitlines()[0]} in {VENV}"
    wanted = f"{base}\n{_hash(LOCK)}\n"
    if _read(stamp) == wanted:
        return False
    if VENV.is_symlink():
        # Clearing would empty what it points at, which belongs to another clone.
        raise SetupFailed(f"{VENV} is a link to {VENV.resolve()}; remove the link and run this again")
    if not python.exists() or not _read(stamp).startswith(base):  # another Python, or the clone has moved
        _run([sys.executable, "-m", "venv", "--clear", VENV])
    pip: Command = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
    _run([*pip, "install", "--require-hashes", "--requirement", LOCK])
    site = Path(_output([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]))
    (site / "reliability_studio.pth").write_text(os.path.relpath(ROOT / "pkg", site) + "\n", encoding="utf-8")
    stamp.write_text(wanted, encoding="utf-8")
    return True


def frontend_environment() -> bool:
    """Bring node_modules to what its lock says; False when it was so already, or there is no frontend."""
    lock, stamp = ROOT / "package-lock.json", MODULES / ".setup-stamp"
    if not lock.exists():
        return False
    wanted = _hash(lock, _output(["node", "--version"]))
    if _read(stamp) == wanted:
        return False
    _run(["npm", "ci", "--silent", "--no-audit", "--no-fund"])
    stamp.write_text(wanted, encoding="utf-8")
    return True


def _hash(path: Path, *more: str) -> str:
    return hashlib.sha256(path.read_bytes() + "\0".join(more).encode()).hexdigest()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _run(command: Command, environ: dict[str, str] | None = None, *, quiet: bool = False) -> None:
    """Run a tool in the clone; `quiet` shows its output only when it fails."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        print((done.stdout or "")[-3000:], file=sys.stderr)
        raise SetupFailed(f"`{' '.join(map(str, command))}` ended with {done.returncode}")


def _output(command: Command) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def setup() -> int:
    """Everything in order; 0, or 3 when packages are missing that we may not install."""
    missing = [need for need in needs() if not need.present()]
    if missing and (os.geteuid() != 0 or not _programs("apt-get")):
        _tell(missing)
        return MISSING
    if missing:
        print(f"setup: installing {', '.join(need.package for need in missing)}", flush=True)
        install(missing)
    with ThreadPoolExecutor() as side_by_side:  # both mostly wait for what they download
        bringing = {
            "Python": side_by_side.submit(python_environment),
            "frontend": side_by_side.submit(frontend_environment),
        }
        for name, brought in bringing.items():
            if brought.result():
                print(f"setup: the {name} environment is ready", flush=True)
    return 0


def _tell(missing: Sequence[Need]) -> None:
    packages = " ".join(need.package for need in missing)
    print(f"Missing Debian packages: {packages}", file=sys.stderr)
    print(f"As root: apt-get install --no-install-recommends {packages}", file=sys.stderr)


def main() -> int:
    """Set up, or with --check only say what is missing."""
    parser = argparse.ArgumentParser(description="Make a fresh clone ready to build and test.")
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit 3 when packages are missing"
    )
    if parser.parse_args().check:
        missing = [need for need in needs() if not need.present()]
        if missing:
            _tell(missing)
        return MISSING if missing else 0
    try:
        return setup()
    except SetupFailed as failure:
        print(f"setup: {failure}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
