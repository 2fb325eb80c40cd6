"""Committed readings: what Grafana's own decoder found in our golden frames, for machines without Go.

One file per frame and form under `golden/`: the digest of the bytes that were read, the frame as read, and
what the data plane's reader makes of it. `python -m tests.contract.goldens --update` reads all anew.
"""

import argparse
import hashlib
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reliability_studio.frames import live
from tests.contract.gohost import GoHost, built
from tests.frames.goldens import Golden, goldens

FOLDER = Path(__file__).parent / "golden"

Reading = dict[str, Any]


def official_readings(host: GoHost) -> dict[str, Reading]:
    """What the official decoder finds now in every golden frame; by the frame's name."""
    with tempfile.TemporaryDirectory() as folder:
        for name, form in forms().items():
            suffix = ".json" if name.endswith(".live") else ".arrow"
            (Path(folder) / f"{name}{suffix}").write_bytes(form.data)
        readings = {each.pop("name"): each for each in host.decode(Path(folder))}
    return {name: {"sha256": digest, **readings[name]} for name, digest in digests().items()}


def committed_readings() -> dict[str, Reading]:
    """What it found when the fixtures were last written."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}


@dataclass(frozen=True, slots=True)
class Form:
    """A golden frame as it travels."""

    golden: Golden
    data: bytes


def forms() -> dict[str, Form]:
    """Each golden frame as an Arrow file, and under `NAME.live` as a message of Grafana Live."""
    found: dict[str, Form] = {}
    for golden in goldens():
        found[golden.name] = Form(golden, golden.arrow)
        found[f"{golden.name}.live"] = Form(golden, live.whole(golden.frame, golden.ref_id))
    return found


def digests() -> dict[str, str]:
    """SHA-256 of the bytes of each form."""
    return {name: hashlib.sha256(form.data).hexdigest() for name, form in forms().items()}


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
