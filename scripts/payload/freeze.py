"""The backend as a folder that runs on any Linux of this CPU: interpreter, libraries, C library, loader.

    backend/gpx_reliability_studio   PyInstaller's bootloader with our code
    backend/_internal/               Python's standard library, dependencies, data files
    backend/glibc/                   loader, C library and what else ldd finds outside the folder
    backend/licenses/                licences of what is bundled

PyInstaller runs in an environment of its own: optional imports of Polars and others would drag in
whatever a developer has installed besides.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build"
LOCK = ROOT / "requirements" / "package.lock"
HERE = Path(__file__).resolve().parent
PROGRAM = "gpx_reliability_studio"
PACKAGE = ROOT / "pkg" / "reliability_studio"
LEFT_OUT = (
    *(
        "tkinter",
        "_tkinter",
        "turtle",
        "idlelib",
        "curses",
        "readline",
        "ensurepip",
        "venv",
        "pip",
        "setuptools",
    ),
    *("distutils", "lib2to3", "pydoc", "pydoc_data", "doctest", "test", "unittest"),
    *("numpy", "pandas", "pyarrow", "pydantic", "IPython", "matplotlib", "pytest", "hypothesis"),
)
"""Modules that nothing needs at run time, and optional ones that must not slip in."""
BUILD_ONLY = ("pip", "setuptools", "altgraph", "packaging", "pyinstaller_hooks_contrib")
"""Distributions of the clean environment that do not go into the bundle."""
NAME_SERVICE = ("libnss_files.so.2", "libnss_dns.so.2", "libresolv.so.2")
"""Loaded by the C library by name, so ldd does not see them."""

LINKED = re.compile(r"\t(?:.+ => )?(/.+) \(0x[0-9a-f]+\)$")
"""A line of ldd: a name, an arrow and a path; for the loader, the path alone."""


class BuildFailed(RuntimeError):
    """A tool failed, or a file that the package needs is missing; the text says which."""


def freeze(into: Path) -> None:
    """Build the backend folder; `into` must not exist.

    Raises:
        BuildFailed
    """
    python = environment()
    work = BUILD / "pyinstaller"
    shutil.rmtree(work / "out", ignore_errors=True)
    run([python, "-m", "PyInstaller", *_options(work), HERE / "entry.py"], _environ(work))
    made = work / "out" / PROGRAM
    _drop_links(made)
    _bring_c_library(made)
    _bring_licences(python, made / "licenses")
    into.parent.mkdir(parents=True, exist_ok=True)
    made.rename(into)


def environment() -> Path:
    """The Python of a clean environment that holds the locked runtime and PyInstaller, nothing else."""
    key = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()[:12]
    home = BUILD / f"venv-{key}"
    python = home / "bin" / "python"
    if not (home / "complete").exists():
        venv.create(home, clear=True, with_pip=True)
        run([python, "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", LOCK])
        (home / "complete").touch()
    return python


def _options(work: Path) -> list[str | Path]:
    options: list[str | Path] = [
        "--noconfirm",
        "--onedir",
        "--strip",
        "--log-level=ERROR",
        f"--name={PROGRAM}",
    ]
    options += ["--distpath", work / "out", "--workpath", work / "work", "--specpath", work]
    options += ["--paths", ROOT / "pkg", "--runtime-hook", HERE / "names.py", "--python-option=X utf8"]
    # Without docstrings: megabytes of them would be loaded, and nobody reads them in there.
    options += ["--optimize=2"]
    options += ["--collect-submodules=reliability_studio", "--collect-data=reliability_studio"]
    options += ["--collect-data=tzdata", "--collect-data=certifi"]
    return [*options, *(f"--exclude-module={name}" for name in LEFT_OUT)]


def _environ(work: Path) -> dict[str, str]:
    """Same input, same bytes: no random hashes, no user-wide cache, no settings of a developer's Python."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    # Without the search path, "collect all modules of our package" finds no package, and says so to nobody.
    ours = {"PYTHONPATH": str(ROOT / "pkg"), "PYTHONHASHSEED": "0"}
    return {**kept, **ours, "PYINSTALLER_CONFIG_DIR": str(work / "cache")}


def _drop_links(bundle: Path) -> None:
    """Remove second names of libraries: not every unzip makes links, and a copy would double them.

    Whoever needs one finds it beside itself; `_foreign` fails if somebody does not.
    """
    for path in [path for path in bundle.rglob("*") if path.is_symlink()]:
        path.unlink()


def _bring_c_library(bundle: Path) -> None:
    """Copy the loader and every library that the bundle takes from this machine into `glibc/`."""
    glibc = bundle / "glibc"
    glibc.mkdir()
    for library in _foreign(bundle):
        shutil.copy2(library, glibc / library.name)
    libc_home = _only(path for path in _foreign(bundle) if path.name == "libc.so.6").resolve().parent
    for name in NAME_SERVICE:
        if (libc_home / name).exists():
            shutil.copy2(libc_home / name, glibc / name)
    for path in glibc.iterdir():
        path.chmod(0o755)


def _foreign(bundle: Path) -> set[Path]:
    """Libraries outside the bundle that its programs and libraries are linked with, loader included."""
    binaries = [bundle / PROGRAM, *(path for path in bundle.rglob("*.so*") if path.is_file())]
    search = {**os.environ, "LD_LIBRARY_PATH": str(bundle / "_internal")}
    found: set[Path] = set()
    for line in run(["ldd", *binaries], search).splitlines():
        if line.endswith("not found"):
            raise BuildFailed(f"a library is missing on this machine: {line.strip()}")
        if linked := LINKED.match(line):
            found.add(Path(linked[1]))
    return {path for path in found if not path.is_relative_to(bundle)}


def loader(backend: Path) -> str:
    """File name of the bundled loader, as in `ld-linux-x86-64.so.2`."""
    return _only((backend / "glibc").glob("ld-linux*")).name


def _bring_licences(python: Path, into: Path) -> None:
    """Licence texts of the bundled distributions, of Python, and of the C library as Debian words it."""
    packages = Path(run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).strip())
    for about in sorted(packages.glob("*.dist-info")):
        name = about.name.removesuffix(".dist-info").rsplit("-", 1)[0]
        if name in BUILD_ONLY:
            continue
        for text in sorted(path for path in about.rglob("*") if _is_licence(path)):
            target = into / name / text.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(text, target)
    python_text = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    debian = Path("/usr/share/doc")
    _first((python_text, *debian.glob("python3.*/copyright")), into / "Python")
    _first((debian / "libc6" / "copyright",), into / "glibc")


def _first(candidates: Iterable[Path], into: Path) -> None:
    for text in (path for path in candidates if path.is_file()):
        into.mkdir(parents=True)
        shutil.copyfile(text, into / text.name)
        return


def _is_licence(path: Path) -> bool:
    return path.is_file() and path.name.upper().startswith(
        ("LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS")
    )


def _only(paths: Iterable[Path]) -> Path:
    found = sorted(paths)
    if len(found) != 1:
        raise BuildFailed(f"expected one file, found {len(found)}: {', '.join(map(str, found)) or 'none'}")
    return found[0]


def run(command: list[str | Path], environ: dict[str, str] | None = None) -> str:
    """Run a tool and return what it printed.

    Raises:
        BuildFailed: with the end of its output.
    """
    words = [str(word) for word in command]
    done = subprocess.run(words, env=environ, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BuildFailed(f"{words[0]} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-3000:]}")
    return done.stdout
