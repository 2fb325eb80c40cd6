"""The scripts behind the Makefile: what they decide, without running the tools."""

import ast
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grafana_host.journal import Journal
from scripts import build, check, engine_tests, lock, package, setup
from scripts import test as every_test

ROOT = build.ROOT
MODULES = ("setup", "check", "test", "build", "package", "lock", "audit", "engine_tests")


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.integration
def test_every_script_tells_what_it_does(name: str) -> None:
    """--help works before anything is set up: the standard library is enough."""
    command = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        "import runpy, sys; sys.path.insert(0, '.'); " + _module(name),
    ]
    done = subprocess.run([*command, "--help"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "usage:" in done.stdout


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.integration
def test_every_script_refuses_what_it_does_not_know(name: str) -> None:
    """A slip in an option must not look like a run that it did not ask for."""
    done = subprocess.run(
        [sys.executable, "-B", "-m", f"scripts.{name}", "--nonsense"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "--nonsense" in done.stderr


@pytest.mark.integration
def test_locks_without_uv_say_what_is_missing(tmp_path: Path) -> None:
    """The one tool that setup does not bring."""
    done = subprocess.run(
        [sys.executable, "-B", "-m", "scripts.lock"],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("uv is not on the PATH")


def _module(name: str) -> str:
    return f"runpy.run_module('scripts.{name}', run_name='__main__')"


@pytest.mark.integration
def test_make_shows_its_targets() -> None:
    """`make` alone is the help, and each of the promised targets is in it."""
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = {line.split()[0] for line in shown.splitlines()}
    assert {
        "setup",
        "check",
        "test",
        "bench",
        "demo",
        "build",
        "package",
        "clean",
        "format",
        "proto",
    } <= targets


def test_ci_runs_the_readmes_test_command() -> None:
    """`.ci/run` is executable and ends in `make test`, without an input to wait for."""
    path = ROOT / ".ci" / "run"
    assert os.access(path, os.X_OK)
    assert path.read_text().strip().splitlines()[-1] == "exec make test </dev/null"
    assert "make test" in (ROOT / "README.md").read_text()


def test_the_frontends_tools_are_needed_only_where_there_is_a_frontend(tmp_path: Path) -> None:
    """Node and npm with package.json, a browser with Playwright's configuration."""
    assert not {"nodejs", "npm", "chromium"} & {need.package for need in setup.needs(tmp_path)}
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / "playwright.config.ts").write_text("")
    assert {"nodejs", "npm", "chromium"} <= {need.package for need in setup.needs(tmp_path)}


def test_every_server_that_tests_start_has_its_debian_package() -> None:
    """What scripts/servers looks for is what setup installs."""
    wanted: set[str] = set()
    for path in (ROOT / "scripts" / "servers").glob("*.py"):
        wanted |= set(re.findall(r'Program\(\(.*?\), "([a-z0-9-]+)"', path.read_text()))
    assert wanted
    assert wanted <= {need.package for need in setup.needs()}


@pytest.mark.integration
def test_a_user_is_told_the_missing_packages_and_nothing_is_changed(tmp_path: Path) -> None:
    """Exit code 3 and the exact names; an empty search path stands for a bare machine."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts.setup", "--check"],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == setup.MISSING
    named = done.stderr.splitlines()[0].removeprefix("Missing Debian packages: ").split()
    assert {"binutils", "busybox-static", "prometheus", "prometheus-alertmanager"} <= set(named)


def test_gates_cover_the_frontend_only_where_there_is_one() -> None:
    """I3, R1.3: types are a gate; each has its own name; `make check` runs no slow kind of tests."""
    names = [gate.name for gate in check.gates()]
    assert len(set(names)) == len(names)
    assert {"format", "lint", "layers", "types", "proto", "tests"} <= set(names)
    assert any(name.startswith("frontend-") for name in names) == build.has_frontend()
    assert all(kind in check.PURE for kind in ("integration", "contract", "packaged"))


def test_the_engines_tests_run_once_with_a_floor_below_what_they_run_of_it() -> None:
    """One gate measures them, the other leaves them out; a floor that nothing reaches is a failure."""
    commands = {gate.name: gate.command for gate in check.gates()}
    assert commands["engine-tests"][-1] == "scripts.engine_tests"
    assert f"--ignore={engine_tests.TESTS}" in commands["tests"]
    assert (ROOT / engine_tests.TESTS).is_dir()
    assert 95 < engine_tests.FLOOR < 100


def test_a_failing_gate_fails_the_check(capsys: pytest.CaptureFixture[str]) -> None:
    """The others still run, the output of the failed one is shown, and the exit code is 1."""
    good = check.Gate("good", (sys.executable, "-c", "print('quiet')"))
    bad = check.Gate("bad", (sys.executable, "-c", "print('why'); raise SystemExit(4)"))
    assert check.check([bad, good]) == 1
    shown = capsys.readouterr().out
    assert "FAIL bad" in shown
    assert "why" in shown
    assert "ok   good" in shown
    assert "quiet" not in shown
    assert check.check([good]) == 0


def test_v8_the_backends_tests_need_neither_node_nor_a_browser() -> None:
    """V8: they start nothing of the frontend; what the browser does is tested by npm's own scripts."""
    programs = {"node", "npm", "npx", "chromium", "playwright"}
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if path.parent.name != "e2e"  # what Playwright starts, not the reverse
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.List | ast.Tuple)
        and node.elts
        and isinstance(node.elts[0], ast.Constant)
        and node.elts[0].value in programs
    ]
    assert found == []
    assert all(gate.command[0] != "npm" for gate in check.gates() if not gate.name.startswith("frontend-"))


def test_npm_tests_run_as_far_as_the_frontend_has_them() -> None:
    """Unit tests before the browser's; nothing where there is no frontend."""
    steps = every_test.frontend_steps()
    if build.has_frontend():
        assert steps[0] == "test"
    else:
        assert steps == []


def test_the_zip_of_one_folder_is_always_the_same(tmp_path: Path) -> None:
    """Sorted entries, one day, modes as Grafana needs them: byte for byte equal."""
    dist = tmp_path / "dist"
    (dist / "backend").mkdir(parents=True)
    (dist / "plugin.json").write_text(json.dumps({"id": "some-thing-app"}))
    (dist / "backend" / "program").write_text("x")
    (dist / "backend" / "program").chmod(0o700)
    sums = {package.pack(dist, tmp_path / name) for name in ("one.zip", "two.zip")}
    os.utime(dist / "plugin.json", (0, 0))
    sums.add(package.pack(dist, tmp_path / "three.zip"))
    assert len(sums) == 1
    with zipfile.ZipFile(tmp_path / "one.zip") as bundle:
        modes = {entry.filename: oct(entry.external_attr >> 16) for entry in bundle.infolist()}
    assert modes == {"some-thing-app/backend/program": "0o100755", "some-thing-app/plugin.json": "0o100644"}


def test_a_folder_without_git_is_of_today(tmp_path: Path) -> None:
    """A source archive can be built too."""
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", build.released(tmp_path))


def test_locks_pin_everything_by_hash_and_name_no_registry() -> None:
    """I11, R1.4: what is installed is what was reviewed, wherever it comes from."""
    for name in lock.LOCKS:
        text = (ROOT / "requirements" / f"{name}.lock").read_text()
        pinned = re.findall(r"^[a-z0-9-]+==", text, re.MULTILINE)
        assert len(pinned) > 20
        assert text.count("--hash=sha256:") >= len(pinned)
        assert "://" not in text


def test_the_locks_agree() -> None:
    """The bundle, the tests and the plugin use the same versions."""
    pins = {name: _pins(ROOT / "requirements" / f"{name}.lock") for name in lock.LOCKS}
    for name in ("package", "dev"):
        assert pins["runtime"].items() <= pins[name].items()
    assert "pyinstaller" in pins["package"]
    assert not {"pytest", "mypy", "numpy"} & set(pins["package"])


def _pins(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", path.read_text(), re.MULTILINE))


@pytest.mark.integration
@pytest.mark.parametrize("left", [(), ("backend/glibc",)], ids=["no backend", "no loader"])
def test_a_folder_that_is_not_whole_is_one_readable_line(tmp_path: Path, left: tuple[str, ...]) -> None:
    """A half-unpacked zip, or the data source's folder alone; Grafana shows what has the form of its log."""
    template = (ROOT / "scripts" / "payload" / "launcher.sh").read_text()
    launcher = tmp_path / "gpx_reliability_studio"
    launcher.write_text(template.replace("@BACKEND@", "backend").replace("@LOADER@", "ld-linux.so"))
    launcher.chmod(0o755)
    for folder in left:
        (tmp_path / folder).mkdir(parents=True)
    done = subprocess.run([launcher], cwd="/", env={}, capture_output=True, check=False)
    journal = Journal()
    for line in done.stderr.splitlines():
        journal.feed(line)
    assert (done.returncode, done.stdout, list(journal.violations)) == (1, b"", [])
    assert [entry["@level"] for entry in journal.entries] == ["error"]
    assert "unpack the zip again" in journal.messages()[0]
