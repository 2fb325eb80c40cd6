"""Route by role by organisation: what one organisation has, nobody of another reads or changes."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from reliability_studio.api.calls import Caller, Role
from reliability_studio.store.engine import Database
from reliability_studio.store.tables import metadata
from tests.api.test_fuzz import QUERIES, body_of, described
from tests.support.whole_app import KNOWN, App, app, opened

__all__ = ["app"]

SECRET = "kept-by-organisation-1"


async def rows_of_first(database: Database) -> dict[str, list[str]]:
    """Every row of the first organisation."""
    async with database.reading() as connection:
        return {
            table.name: sorted(map(repr, await connection.execute(select(table).where(table.c.org_id == 1))))
            for table in metadata.sorted_tables
            if "org_id" in table.c
        }


def path_of(path: str) -> str:
    """The path with ids that the first organisation has."""
    return "/".join(KNOWN.get(part, ["1"])[0] if part.startswith("{") else part for part in path.split("/"))


@pytest.fixture
async def told(app: App) -> App:
    """The first organisation's app, its texts made unmistakable."""
    for method, path, body in (
        ("PATCH", "incidents/1", {"title": SECRET, "summary": SECRET, "labels": {"team": SECRET}}),
        ("POST", "incidents/1/comments", {"text": SECRET}),
        ("PATCH", "services/checkout", {"description": SECRET}),
        ("POST", "rules", {"name": SECRET}),
    ):
        status, answer = await app.ask(method, path, json.dumps(body).encode())
        assert status < 300, answer
    return app


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.ADMIN])
async def test_no_route_shows_or_changes_what_another_organisation_has(
    database: Database, role: Role
) -> None:
    """Row 134. With each role, and with ids that exist elsewhere: as if nothing were there."""
    before = await rows_of_first(database)
    other = await opened(database, 2)
    caller = Caller(2, login="zoe", role=role)
    for route in other.runtime.router.routes:
        if route.path == "openapi.json":
            continue
        status, answer = await other.ask(route.method, path_of(route.path), caller=caller)
        assert SECRET.encode() not in answer, (route.method, route.path)
        assert status < 500, (route.method, route.path, answer)
        if role < route.role:
            assert status == 403, (route.method, route.path)
        elif "incidents/{number}" in route.path and route.body is None:
            assert status in {400, 404, 415}, (route.method, route.path, status)
    assert await rows_of_first(database) == before


@pytest.mark.usefixtures("told")
@settings(
    max_examples=60,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)
@given(data=st.data())
async def test_no_body_reaches_into_another_organisation(database: Database, data: st.DataObject) -> None:
    """Whatever an admin of one organisation sends, the other one is as it was."""
    other = await opened(database, 2)
    route: Any = data.draw(
        st.sampled_from(other.runtime.router.routes).filter(lambda one: one.path != "health")
    )
    body = data.draw(body_of(route, described(other.runtime.router)))
    before = await rows_of_first(database)
    query = data.draw(QUERIES)
    caller = Caller(2, login="zoe", role=Role.ADMIN)
    _, answer = await other.ask(route.method, path_of(route.path), body, caller=caller, query=query)
    assert SECRET.encode() not in answer, (route.method, route.path)
    assert await rows_of_first(database) == before
