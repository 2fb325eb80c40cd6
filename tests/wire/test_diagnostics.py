"""CheckHealth and CollectMetrics over real gRPC."""

import json
from pathlib import Path

import pytest

from reliability_studio.wire.pb import backend_pb2 as pb
from tests.support.echo_plugin import EchoProduct
from tests.wire.harness import serving, who

OK, ERROR = pb.CheckHealthResponse.OK, pb.CheckHealthResponse.ERROR


@pytest.mark.parametrize(("mood", "status"), [("ok", OK), ("degraded", OK), ("error", ERROR)])
async def test_each_state_has_its_form_and_details_are_an_object(tmp_path: Path, mood: str, status: int):
    async with serving(EchoProduct(), tmp_path) as plugin:
        report = await plugin.host.health(who(json_data=json.dumps({"mood": mood}).encode()))
    assert (report.status, report.message) == (status, f"feeling {mood}")
    assert json.loads(report.jsonDetails) == {"store": {"status": "ok"}, "n": 1}


async def test_a_check_that_fails_is_an_error_without_foreign_text(tmp_path: Path):
    async with serving(EchoProduct(), tmp_path) as plugin:
        report = await plugin.host.health(who(json_data=b'{"mood":"raise"}'))
    assert report.status == ERROR
    assert "hunter2" not in report.message
    assert json.loads(report.jsonDetails)["code"] == "internal"


async def test_a_text_that_utf8_cannot_carry_does_not_take_the_report_away(tmp_path: Path):
    async with serving(EchoProduct(), tmp_path) as plugin:
        report = await plugin.host.health(who(json_data=b'{"mood":"half"}'))
    assert (report.status, report.message) == (OK, "no label '?'")
    assert json.loads(report.jsonDetails)


async def test_details_that_are_not_json_are_left_out(tmp_path: Path):
    """Grafana answers 500 when details are not a JSON object."""
    async with serving(EchoProduct(), tmp_path) as plugin:
        report = await plugin.host.health(who(json_data=b'{"mood":"nan"}'))
    assert (report.status, report.jsonDetails) == (OK, b"")


async def test_without_its_database_the_rest_of_an_organisation_is_examined(tmp_path: Path):
    """No instance was built; the product says what it knows without one."""
    async with serving(EchoProduct(), tmp_path) as plugin:
        report = await plugin.host.health(who(json_data=b'{"refuse":1}'.replace(b"1", b'"refuse"')))
    assert (report.status, report.message) == (ERROR, "the database is locked")
    assert json.loads(report.jsonDetails) == {"org": 1, "rest": "examined"}


async def test_metrics_come_in_prometheus_text_with_those_of_the_process(tmp_path: Path):
    async with serving(EchoProduct(), tmp_path) as plugin:
        text = await plugin.host.metrics()
    assert "process_resident_memory_bytes" in text
    assert "process_cpu_seconds_total" in text
    assert "reliability_studio_asyncio_tasks" in text
