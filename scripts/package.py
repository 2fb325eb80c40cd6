#!/usr/bin/env python3
"""Put dist/ into a zip that Grafana can install, with its checksum beside it.

    python3 -m scripts.package              build what is stale, then pack
    python3 -m scripts.package --no-build   pack dist/ as it is

The zip's top folder is the plugin id and modes are kept (executables 0755). Entries are sorted and carry
the day of the last commit, so the same dist/ gives the same bytes. The package is not signed: a Grafana
must allow its plugin ids (docs/deployment.md).
"""

import argparse
import hashlib
import json
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

from scripts import build

OUT = build.ROOT / "build"
EXECUTABLE, PLAIN = 0o100755, 0o100644


def archive_path() -> Path:
    """Where the zip of this version and machine goes."""
    return OUT / f"{_plugin_id(build.DIST)}-{build.version()}.{build.suffix().replace('_', '-')}.zip"


def pack(dist: Path, archive: Path) -> str:
    """Write the zip and `<archive>.sha256`; returns the checksum."""
    top, day = _plugin_id(dist), date.fromisoformat(build.released())
    archive.parent.mkdir(parents=True, exist_ok=True)
    draft = archive.with_suffix(".part")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as bundle:
        for path in sorted(path for path in dist.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(
                f"{top}/{path.relative_to(dist)}", (day.year, day.month, day.day, 0, 0, 0)
            )
            entry.external_attr = (EXECUTABLE if path.stat().st_mode & 0o111 else PLAIN) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(entry, path.read_bytes())
    draft.replace(archive)
    with archive.open("rb") as stream:
        checksum = hashlib.file_digest(stream, "sha256").hexdigest()
    archive.with_name(f"{archive.name}.sha256").write_text(f"{checksum}  {archive.name}\n", encoding="utf-8")
    return checksum


def megabytes(folder: Path) -> float:
    """Size of all files below a folder, in MB."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def _plugin_id(dist: Path) -> str:
    return str(json.loads((dist / "plugin.json").read_text(encoding="utf-8"))["id"])


def main() -> int:
    """Pack; the exit code of the build when that failed."""
    parser = argparse.ArgumentParser(description="Put dist/ into an installable zip with a checksum.")
    parser.add_argument("--no-build", action="store_true", help="pack dist/ as it is")
    if not parser.parse_args().no_build:
        built = subprocess.run(
            [sys.executable, "-m", "scripts.build"], cwd=build.ROOT, check=False
        ).returncode
        if built:
            return built
    archive = archive_path()
    checksum = pack(build.DIST, archive)
    packed, unpacked = archive.stat().st_size / 1e6, megabytes(build.DIST)
    print(f"{archive.relative_to(build.ROOT)}\n  {packed:.1f} MB packed, {unpacked:.1f} MB unpacked")
    print(f"  sha256 {checksum}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
