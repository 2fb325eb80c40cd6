"""Errors out: any exception becomes a `StudioError`, and that becomes each call kind's way of failing.

This is the last resort of every call. A `StudioError` carries a text that is safe to show; of anything
else only "its log says why" leaves the process, because the text of a foreign error may hold anything.
"""

import logging
from typing import ClassVar

import grpc

from reliability_studio.api.calls import HealthReport, HealthStatus, QueryAnswer
from reliability_studio.errors import StudioError

_log = logging.getLogger(__name__)

CLIENT_GONE = 499
"""Status in logs and metrics of a call whose caller went away; never sent."""

_GRPC = {
    403: grpc.StatusCode.PERMISSION_DENIED,
    404: grpc.StatusCode.NOT_FOUND,
    429: grpc.StatusCode.RESOURCE_EXHAUSTED,
    503: grpc.StatusCode.UNAVAILABLE,
    504: grpc.StatusCode.DEADLINE_EXCEEDED,
}


class NotReady(StudioError):
    """The product is not loaded yet, or could not be; the message says which and why."""

    code: ClassVar[str] = "not_ready"
    status: ClassVar[int] = 503
    retryable: ClassVar[bool] = True


class TookTooLong(StudioError):
    """The call's own deadline passed: hosts set none."""

    code: ClassVar[str] = "took_too_long"
    status: ClassVar[int] = 504
    retryable: ClassVar[bool] = True


class Interrupted(StudioError):
    """The process stops, or the settings changed under a stream: ask again."""

    code: ClassVar[str] = "interrupted"
    status: ClassVar[int] = 503
    retryable: ClassVar[bool] = True


def told(error: BaseException) -> StudioError:
    """The error as one that may be shown; logs the stack of anything unexpected."""
    if isinstance(error, StudioError):
        return error
    if isinstance(error, ExceptionGroup) and (known := _known(error)) is not None:
        return known
    _log.error("a call failed unexpectedly", exc_info=error)
    return StudioError("the plugin failed to answer; its log says why")


def _known(group: ExceptionGroup[Exception]) -> StudioError | None:
    """The gravest error of a task group whose members all failed on purpose; None otherwise."""
    known, rest = group.split(StudioError)
    if known is None or rest is not None:
        return None
    return max(_leaves(known), key=lambda error: error.status)


def _leaves(group: ExceptionGroup[StudioError]) -> list[StudioError]:
    found: list[StudioError] = []
    for member in group.exceptions:
        found.extend(_leaves(member) if isinstance(member, ExceptionGroup) else [member])
    return found


def carried(text: str) -> str:
    """Text as protobuf takes it: foreign JSON may hold half of a surrogate pair, and an error may name it."""
    return text.encode("utf-8", "replace").decode()


def query_answer(error: StudioError) -> QueryAnswer:
    """What a refId gets when its query failed."""
    return QueryAnswer(error=str(error), status=error.status, downstream=error.downstream)


def health_report(error: StudioError) -> HealthReport:
    """What a failed health check says."""
    return HealthReport(HealthStatus.ERROR, str(error), {"code": error.code, "retryable": error.retryable})


def grpc_code(error: StudioError) -> grpc.StatusCode:
    """The status of calls that have no other way to fail (streams)."""
    return _GRPC.get(error.status, grpc.StatusCode.INTERNAL)
