"""The OpenAPI document says exactly what the routes do."""

from typing import Any

from jsonschema import Draft202012Validator

from reliability_studio.api.openapi import document, openapi_route
from reliability_studio.api.router import Router
from tests.support.desk import Desk


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
