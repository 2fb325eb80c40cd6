"""Committed readings: what Grafana's own decoder found in our golden frames, for machines without Go.

One file per frame under `golden/`: the digest of the Arrow bytes that were read, the frame as read, and what
the data plane's reader makes of it. `python -m tests.contract.goldens --update` reads all anew.
"""

import argparse
import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

from tests.contract.gohost import GoHost, built
from tests.frames.goldens import goldens, write

FOLDER = Path(__file__).parent / "golden"

Reading = dict[str, Any]


def official_readings(host: GoHost) -> dict[str, Reading]:
    """What the official decoder finds now in every golden frame; by the frame's name."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder))
        readings = {each.pop("name"): each for each in host.decode(Path(folder))}
    return {name: {"sha256": digest, **readings[name]} for name, digest in digests().items()}


def committed_readings() -> dict[str, Reading]:
    """What it found when the fixtures were last written."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def digests() -> dict[str, str]:
    """SHA-256 of each golden frame's Arrow bytes."""
    return {golden.name: hashlib.sha256(golden.arrow).hexdigest() for golden in goldens()}


def update(host: GoHost) -> None:
    """Write the fixtures anew; removes those of frames that are no more."""
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.json"):
        path.unlink()
    for name, reading in official_readings(host).items():
        text = json.dumps(reading, ensure_ascii=False, indent=1, sort_keys=True)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Grafana's own reading of our golden frames, as fixtures.")
    parser.add_argument("--update", action="store_true", required=True, help="read them anew; needs Go")
    parser.parse_args()
    update(built())


if __name__ == "__main__":
    main()
