"""The OpenAPI document says exactly what the routes do."""

import re
from typing import Any

import schemathesis
from jsonschema import Draft202012Validator

from reliability_studio.api.openapi import document, openapi_route
from reliability_studio.api.router import Router
from tests.support.desk import Desk
from tests.support.whole_app import App, app

__all__ = ["app"]

_SEGMENT = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*|\{[a-z]+\}")


def references(value: Any) -> set[str]:
    """Every `$ref` in a document."""
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(references(inner) for inner in value.values()), set())
    return set().union(*(references(inner) for inner in value)) if isinstance(value, list) else set()


async def test_the_document_has_each_route_and_no_other(desk: Desk) -> None:
    """Rows 114, 115. M5: itself included; with the role that each needs."""
    routes = desk.router.routes
    desk.router = Router((*routes, openapi_route(routes)))
    served = (await desk.ask("GET", "openapi.json")).json
    told = {
        (method.upper(), path[1:], operation["x-role"])
        for path, operations in served["paths"].items()
        for method, operation in operations.items()
    }
    assert told == {(one.method, one.path, one.role.name.title()) for one in desk.router.routes}
    ids = [one["operationId"] for operations in served["paths"].values() for one in operations.values()]
    assert len(ids) == len(set(ids))


async def test_answers_fit_the_schemas_that_the_document_gives(desk: Desk) -> None:
    """The schema comes from the type that is encoded; every reference leads somewhere."""
    made = document(desk.router.routes)
    schemas = made["components"]["schemas"]
    assert references(made) <= {f"#/components/schemas/{name}" for name in schemas}
    answer = (await desk.ask("POST", "incidents", {"title": "x"})).json
    content = made["paths"]["/incidents"]["post"]["responses"]["201"]["content"]
    schema = {**content["application/json"]["schema"], "components": made["components"]}
    Draft202012Validator(schema).validate(answer)


async def test_v15_the_document_of_the_whole_app_is_valid_and_its_names_are_of_one_kind(app: App) -> None:
    """By the schema of OpenAPI 3.1 itself; paths, verbs and statuses as people expect them."""
    made = document(app.runtime.router.routes)
    schemathesis.openapi.from_dict(made).validate()
    for path, operations in made["paths"].items():
        segments = path.removeprefix("/").split("/")
        assert all(_SEGMENT.fullmatch(segment) for segment in segments), path
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            assert operation["tags"] == [segments[0]], where
            [done] = [int(code) for code in operation["responses"] if code.startswith("2")]
            assert done in {"delete": {200, 204}, "post": {200, 201}}.get(method, {200}), where
            assert ("requestBody" in operation) <= (method in {"post", "put", "patch"}), where
            named = [each["name"] for each in operation["parameters"] if each["in"] == "path"]
            assert named == re.findall(r"\{([a-z]+)\}", path), where
