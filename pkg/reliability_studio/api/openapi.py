"""The OpenAPI 3.1 document, made from the route table and the types that the routes really use.

There is no second description that could differ: paths, roles, bodies and answers come from `Route`, schemas
from msgspec. `openapi_route(routes)` serves it, itself included.
"""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from reliability_studio import __version__
from reliability_studio.api.calls import Role
from reliability_studio.api.router import Call, ErrorShape, Reply, Route

_PARAMETER = re.compile(r"\{(?P<name>[^}]+)\}")
_REF = "#/components/schemas/{name}"
_JSON = "application/json"

_PROBLEMS = {
    "400": "The body or a parameter cannot be read.",
    "403": "The caller's role does not allow this.",
    "404": "There is no such thing in the caller's organisation.",
    "409": "It changed meanwhile, its state does not allow this, or (`still_firing`) it needs `force`.",
    "413": "The body is too large.",
    "422": "A field breaks its schema or a rule; `problems` names each.",
    "424": "A source or a setting that this needs is missing; the message says which.",
    "429": "This caller changed too much at once; `Retry-After` says when to come again.",
    "502": "A source failed or refused.",
    "503": "Nothing was changed; the same call may work later.",
    "504": "A source, or the call itself, did not end in time.",
}


def openapi_route(routes: Sequence[Route[Any]]) -> Route[Any]:
    """The route that serves the document about these routes and itself."""

    async def show(_call: Call[None]) -> Reply:
        return Reply(document((*routes, route)))

    route: Route[Any] = Route("GET", "openapi.json", Role.VIEWER, show, "This document")
    return route


def document(routes: Sequence[Route[Any]]) -> dict[str, Any]:
    """The OpenAPI document of these routes."""
    kinds = {kind for route in routes for kind in (route.body, route.returns) if kind is not None}
    ordered = sorted({*kinds, ErrorShape}, key=lambda kind: kind.__name__)
    schemas, components = msgspec.json.schema_components(ordered, schema_hook=_any, ref_template=_REF)
    found = dict(zip(ordered, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        operations = paths.setdefault(f"/{route.path}", {})
        operations[route.method.lower()] = _operation(route, found)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Reliability Studio",
            "version": __version__,
            "description": "What the app plugin answers to browsers, alert senders and scripts.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/api/plugins/reliability-studio-app/resources"}],
        "security": [{"grafana": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "grafana": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A Grafana session or a service-account token.",
                }
            },
        },
    }


def _any(kind: type) -> dict[str, Any]:
    """The schema of a value that may be any JSON."""
    if kind is object:
        return {"description": "Any JSON value."}
    raise NotImplementedError


def _operation(route: Route[Any], schemas: dict[type, dict[str, Any]]) -> dict[str, Any]:
    success: dict[str, Any] = {"description": route.summary}
    if route.returns is not None:
        success["content"] = {_JSON: {"schema": schemas[route.returns]}}
    failure = {_JSON: {"schema": schemas[ErrorShape]}}
    operation: dict[str, Any] = {
        "operationId": _operation_id(route),
        "summary": route.summary,
        "description": f"Least role: {route.role.name.title()}.",
        "tags": [route.path.partition("/")[0]],
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in _PARAMETER.findall(route.path)
        ],
        "responses": {
            str(route.status): success,
            **{code: {"description": text, "content": failure} for code, text in _PROBLEMS.items()},
        },
        "x-role": route.role.name.title(),
    }
    if route.body is not None:
        operation["requestBody"] = {"required": True, "content": {_JSON: {"schema": schemas[route.body]}}}
    return operation


def _operation_id(route: Route[Any]) -> str:
    words = [_PARAMETER.sub(r"by_\g<name>", part) for part in route.path.split("/")]
    return re.sub(r"[^a-zA-Z0-9]+", "_", "_".join((route.method.lower(), *words)))
