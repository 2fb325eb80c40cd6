"""R3.4, V12: what a route or a query answers is worked out; no handler returns a constant."""

import ast
from collections.abc import Iterator
from pathlib import Path

import reliability_studio

ROOT = Path(reliability_studio.__file__).parent
MODULES = (*sorted((ROOT / "api").glob("*.py")), *sorted((ROOT / "app").glob("*.py")))
TAKES = ("Call", "QueryCall")
FIXED = [("openapi.py", "show")]
"""The document of the routes, made once of the routes themselves."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def handlers(tree: ast.AST) -> Iterator[Function]:
    """Functions that take a call, as route tables and query types name them."""
    for node in ast.walk(tree):
        if not isinstance(node, Function):
            continue
        kinds = [ast.unparse(each.annotation) for each in node.args.args if each.annotation is not None]
        if any(kind.partition("[")[0] in TAKES for kind in kinds):
            yield node


def worked_out(handler: Function) -> bool:
    """Whether it asks somebody, or its answer depends on what it was given."""
    own = {each.arg for each in handler.args.args}
    body = [node for statement in handler.body for node in ast.walk(statement)]
    used = {node.id for node in body if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return bool(own & used) or any(isinstance(node, ast.Await) for node in body)


def test_r3_4_no_handler_returns_a_constant() -> None:
    """The predecessor answered 99.9, 0.5 and 250 to everybody (A18-A20)."""
    found = [
        (path.name, handler.name, worked_out(handler))
        for path in MODULES
        for handler in handlers(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert len(found) > 100
    assert [(module, name) for module, name, good in found if not good] == FIXED


def test_a_constant_would_be_found() -> None:
    """The rule can say no."""
    constant = "async def show(self, _call: Call[Any]) -> Reply:\n    return Reply({'availability': 99.9})\n"
    asked = constant.replace("99.9", "self._store.availability(1)")
    assert [worked_out(each) for each in handlers(ast.parse(constant + asked))] == [False, True]
