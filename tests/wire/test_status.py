"""Errors out of the process: whose fault, which status, and never a foreign text."""

import grpc
import pytest

from reliability_studio.api.calls import HealthStatus
from reliability_studio.errors import (
    Conflict,
    Forbidden,
    NotFound,
    Overloaded,
    SourceUnavailable,
    StoreUnavailable,
    StudioError,
)
from reliability_studio.wire import status


def test_an_error_of_ours_passes_unchanged():
    error = Conflict("somebody was faster")
    assert status.told(error) is error


def test_a_foreign_error_leaves_its_text_in_the_log(caplog: pytest.LogCaptureFixture):
    told = status.told(RuntimeError("password=hunter2"))
    assert (told.code, told.status) == ("internal", 500)
    assert "hunter2" not in str(told)
    assert "hunter2" in caplog.text


def test_the_gravest_of_a_task_groups_errors_speaks_for_the_group():
    group = ExceptionGroup("g", [NotFound("a"), ExceptionGroup("h", [StoreUnavailable("b"), Conflict("c")])])
    assert isinstance(status.told(group), StoreUnavailable)


def test_a_group_with_a_foreign_member_is_foreign():
    assert status.told(ExceptionGroup("g", [NotFound("a"), RuntimeError("b")])).code == "internal"


def test_a_query_knows_whether_a_source_is_to_blame():
    answer = status.query_answer(SourceUnavailable("no connection", source="prometheus"))
    assert (answer.error, answer.status, answer.downstream) == ("no connection", 502, True)
    assert not status.query_answer(StoreUnavailable("locked")).downstream


def test_a_failed_check_is_a_report():
    report = status.health_report(StoreUnavailable("locked"))
    assert (report.status, report.message) == (HealthStatus.ERROR, "locked")
    assert (report.details["code"], report.details["retryable"]) == ("store_unavailable", True)
    other = status.health_report(status.NotReady("the plugin is still starting"))
    assert other.details == {"code": "not_ready", "retryable": True}, "nothing is known of the database"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFound("x"), grpc.StatusCode.NOT_FOUND),
        (Forbidden("x"), grpc.StatusCode.PERMISSION_DENIED),
        (Overloaded("x"), grpc.StatusCode.UNAVAILABLE),
        (status.NotReady("x"), grpc.StatusCode.UNAVAILABLE),
        (status.TookTooLong("x"), grpc.StatusCode.DEADLINE_EXCEEDED),
        (StudioError("x"), grpc.StatusCode.INTERNAL),
    ],
)
def test_streams_fail_with_a_code_that_says_whether_to_ask_again(error: StudioError, code: grpc.StatusCode):
    assert status.grpc_code(error) is code
