#!/usr/bin/env python3
"""Generate Python messages from proto/, and the descriptor set that the stand-in host reads.

Two outputs, both committed:

    pkg/reliability_studio/wire/pb/*_pb2.py(i)   messages of the plugin
    pkg/grafana_host/contract.binpb              FileDescriptorSet, imports included

protoc sees the files under the virtual path `reliability_studio/wire/pb`, so generated imports are absolute
without text being rewritten; the proto packages stay Grafana's. The host gets descriptors instead of code
because both sides may live in one test process, and one process cannot register a message twice.

    python scripts/gen_proto.py           write both
    python scripts/gen_proto.py --check   exit 1 when a committed file is stale
"""

import argparse
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from grpc_tools import protoc

ROOT = Path(__file__).resolve().parent.parent
PROTO = ROOT / "proto"
PACKAGE = "reliability_studio/wire/pb"
CONTRACT = "grafana_host/contract.binpb"


def generate(out: Path) -> None:
    """Write both outputs under `out`, which stands for pkg/."""
    names = sorted(path.name for path in PROTO.glob("*.proto"))
    well_known = str(files("grpc_tools") / "_proto")
    (out / PACKAGE).mkdir(parents=True, exist_ok=True)
    (out / CONTRACT).parent.mkdir(parents=True, exist_ok=True)
    _protoc(
        f"-I{PACKAGE}={PROTO}",
        f"-I{well_known}",
        f"--python_out={out}",
        f"--pyi_out={out}",
        *(f"{PACKAGE}/{name}" for name in names),
    )
    _protoc(
        f"-I{PROTO}",
        f"-I{well_known}",
        "--include_imports",
        f"--descriptor_set_out={out / CONTRACT}",
        *names,
    )


def _protoc(*arguments: str) -> None:
    status = protoc.main(["protoc", *arguments])
    if status != 0:
        sys.exit(f"protoc failed with status {status}")


def stale(pkg: Path, fresh: Path) -> list[str]:
    """Names under `pkg` that differ from, lack in, or exceed the freshly generated files."""
    made = {path.relative_to(fresh) for path in fresh.rglob("*") if path.is_file()}
    kept = {path.relative_to(pkg) for path in (pkg / PACKAGE).glob("*_pb2*.py*")} | {Path(CONTRACT)}
    return sorted(
        str(name)
        for name in made | kept
        if name not in made
        or not (pkg / name).is_file()
        or (pkg / name).read_bytes() != (fresh / name).read_bytes()
    )


def main() -> int:
    """Generate, or compare with --check."""
    parser = argparse.ArgumentParser(description="proto/ -> wire/pb and the host's descriptor set")
    parser.add_argument("--check", action="store_true", help="change nothing; fail when a file is stale")
    if not parser.parse_args().check:
        generate(ROOT / "pkg")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder))
        differing = stale(ROOT / "pkg", Path(folder))
    for name in differing:
        print(f"stale: pkg/{name} (run scripts/gen_proto.py)", file=sys.stderr)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
