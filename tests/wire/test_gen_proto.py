"""The committed messages are the ones that proto/ states."""

import runpy
from pathlib import Path

from google.protobuf import descriptor_pb2

from reliability_studio.wire.pb import backend_pb2

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "gen_proto.py"))


def test_generated_files_are_not_stale(tmp_path: Path):
    SCRIPT["generate"](tmp_path)
    assert SCRIPT["stale"](ROOT / "pkg", tmp_path) == []


def test_a_changed_a_missing_and_a_superfluous_file_are_stale(tmp_path: Path):
    kept, fresh = tmp_path / "kept", tmp_path / "fresh"
    SCRIPT["generate"](kept)
    SCRIPT["generate"](fresh)
    folder = kept / "reliability_studio/wire/pb"
    (folder / "health_pb2.py").write_text("changed")
    (folder / "backend_pb2.pyi").unlink()
    (folder / "gone_pb2.py").write_text("")
    names = [Path(name).name for name in SCRIPT["stale"](kept, fresh)]
    assert names == ["backend_pb2.pyi", "gone_pb2.py", "health_pb2.py"]


def test_the_hosts_copy_states_the_same_contract():
    raw = (ROOT / "pkg/grafana_host/contract.binpb").read_bytes()
    files = {file.name: file for file in descriptor_pb2.FileDescriptorSet.FromString(raw).file}
    theirs = {
        (message.name, field.name, field.number, field.type)
        for message in files["backend.proto"].message_type
        for field in message.field
    }
    ours = {
        (message.name, field.name, field.number, field.type)
        for message in backend_pb2.DESCRIPTOR.message_types_by_name.values()
        for field in message.fields
    }
    assert theirs == ours
    assert "google/protobuf/empty.proto" in files
