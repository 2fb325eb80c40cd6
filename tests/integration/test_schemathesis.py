"""Schemathesis over the product's own OpenAPI document and real HTTP, on both databases.

The plugin runs from source under the stand-in host. Schemathesis makes calls that the document allows and
calls that it does not, and holds each answer against the document: no 5xx, and no status, content type,
header or body that it does not describe.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure
from schemathesis.openapi import from_url
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi import checks as conformance

from scripts.story.plugin import APP, from_source
from tests.store.conftest import DIALECTS
from tests.support.servers import postgres
from tests.support.whole_app import SEEDS

__all__ = ["postgres"]

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]

PKG = Path(__file__).resolve().parents[2] / "pkg"
EXAMPLES = 8
"""Calls per operation; there are well over a hundred operations."""
CHECKS = (
    not_a_server_error,
    conformance.status_code_conformance,
    conformance.content_type_conformance,
    conformance.response_schema_conformance,
    conformance.response_headers_conformance,
    conformance.unsupported_method,
)


@pytest.fixture(scope="module", params=DIALECTS)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BaseSchema]:
    """The document as the running plugin gives it, with one of most things in its store."""
    folder = tmp_path_factory.mktemp("schemathesis")
    options = ["--data-dir", str(folder / "data")]
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").database("schemathesis")
        options += ["--set", f"database_url={url}"]
    from_source(folder / "plugin")
    command = [sys.executable, "-m", "grafana_host", "--plugins", str(folder / "plugin"), *options]
    host = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": str(PKG), "PATH": "/usr/bin:/bin"}
    )
    try:
        said = json.loads(host.stdout.readline())
        base = f"{said['url'].rstrip('/')}/api/plugins/{APP}/resources"
        headers = {"Authorization": f"Bearer {said['token']}"}
        for method, path, body in SEEDS:
            answer = httpx.request(method, f"{base}/{path}", json=body, headers=headers, timeout=30)
            assert answer.status_code < 300, (path, answer.text)
        schema = from_url(f"{base}/openapi.json", headers=headers)
        schema.config.update(base_url=base, headers=headers)
        yield schema
    finally:
        host.terminate()
        host.wait(10)
        host.stdout.close()


def test_each_answer_is_one_that_the_document_describes(served: BaseSchema) -> None:
    """V14, V15, Q3, S9: over HTTP, through the host and the wire, whatever is sent."""
    operations = [one.ok() for one in served.get_all_operations()]
    assert len(operations) > 100
    found = [fault for operation in operations for fault in _faults(operation)]
    assert not found, "\n\n".join(found)


def _faults(operation: APIOperation) -> Iterator[str]:
    """What is wrong with answers of one operation."""

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy() | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def calls(case: Case) -> None:
        case.call_and_validate(checks=list(CHECKS), timeout=30)

    try:
        calls()
    except* Failure as group:
        yield f"{operation.label}: " + "\n".join(str(each) for each in _flat(group))


def _flat(group: BaseExceptionGroup) -> Iterator[BaseException]:
    for each in group.exceptions:
        if isinstance(each, BaseExceptionGroup):
            yield from _flat(each)
        else:
            yield each
