"""proto/ is wire-equal to the contract that Grafana itself is built on: nothing differs, lacks or exceeds."""

from collections.abc import Callable
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet

from tests.contract.gohost import ROOT, GoHost

pytestmark = [pytest.mark.contract, pytest.mark.integration, pytest.mark.timeout(720)]

Change = Callable[[FileDescriptorProto], None]

CONTRACT = ROOT / "pkg" / "grafana_host" / "contract.binpb"


def test_our_contract_equals_the_official_one(go_host: GoHost) -> None:
    """G1: services, methods, streaming, fields by number, types, labels, enum values."""
    report = go_host.proto_check(CONTRACT)
    assert report["differences"] == []
    # A comparison of nothing would find no difference either.
    assert (report["services"], report["methods"]) == (10, 17)
    assert report["messages"] > 40
    assert report["fields"] > 130
    assert report["enumValues"] > 20


def _backend(contract: FileDescriptorSet) -> FileDescriptorProto:
    return next(file for file in contract.file if file.package == "pluginv2")


def _another_type(backend: FileDescriptorProto) -> None:
    message = next(each for each in backend.message_type if each.name == "CallResourceResponse")
    next(each for each in message.field if each.name == "code").type = FieldDescriptorProto.TYPE_INT64


def _another_number(backend: FileDescriptorProto) -> None:
    message = next(each for each in backend.message_type if each.name == "CallResourceResponse")
    next(each for each in message.field if each.name == "body").number = 9


def _no_stream(backend: FileDescriptorProto) -> None:
    service = next(each for each in backend.service if each.name == "Resource")
    service.method[0].server_streaming = False


def _a_method_more(backend: FileDescriptorProto) -> None:
    service = next(each for each in backend.service if each.name == "Data")
    method = service.method.add()
    method.CopyFrom(service.method[0])
    method.name = "Extra"


def _no_service(backend: FileDescriptorProto) -> None:
    del backend.service[0]


def _another_enum_value(backend: FileDescriptorProto) -> None:
    backend.enum_type[0].value[1].number = 7


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (_another_type, "field pluginv2.CallResourceResponse #1"),
        (_another_number, "field pluginv2.CallResourceResponse #9"),
        (_no_stream, "method /pluginv2.Resource/CallResource"),
        (_a_method_more, "method /pluginv2.Data/Extra"),
        (_no_service, "service pluginv2.Resource"),
        (_another_enum_value, "enumvalue pluginv2.DataFrameFormat #7"),
    ],
)
def test_a_contract_that_differs_is_told_with_the_place(
    go_host: GoHost, tmp_path: Path, change: Change, where: str
) -> None:
    contract = FileDescriptorSet.FromString(CONTRACT.read_bytes())
    change(_backend(contract))
    changed = tmp_path / "changed.binpb"
    changed.write_bytes(contract.SerializeToString())
    assert where in [each["where"] for each in go_host.proto_check(changed)["differences"]]
