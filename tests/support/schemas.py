"""Values out of JSON schemas, as far as our OpenAPI document uses them: valid ones, for hypothesis."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
"""Any JSON at all."""

MOMENTS = st.sampled_from(
    [
        *("2026-03-01T11:00:00Z", "2026-03-01T12:30:00+05:30", "2020-01-01T00:00:00Z"),
        *("1970-01-01T00:00:00Z", "2200-01-01T00:00:00Z"),
        *("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"),
    ]
)
"""Usual ones, the first and the last that can be given, and those where years run out."""


def values(schema: Mapping[str, Any], components: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Values that a schema allows; `components` are those of the document."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return st.deferred(lambda: values(components[name], components))
    if "anyOf" in schema:
        return st.one_of([values(one, components) for one in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    kind = schema.get("type")
    if isinstance(kind, list):
        return st.one_of([values({**schema, "type": one}, components) for one in kind])
    return _OF_TYPE.get(str(kind), lambda _schema, _components: JSON)(schema, components)


def _text(schema: Mapping[str, Any], _components: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    if schema.get("format") == "date-time":
        return MOMENTS
    if schema.get("contentEncoding") == "base64":
        return st.sampled_from(["", "aGVsbG8=", "iVBORw0KGgo="])
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True).map(lambda text: text[:200])
    least, most = schema.get("minLength", 0), min(schema.get("maxLength", 30), 30)
    return st.text(min_size=least, max_size=max(least, most)) | st.sampled_from(["checkout", "ada", "INC-1"])


def _whole(schema: Mapping[str, Any], _components: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    return st.integers(schema.get("minimum"), schema.get("maximum"))


def _number(schema: Mapping[str, Any], _components: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    return st.floats(schema.get("minimum"), schema.get("maximum"), allow_nan=False, allow_infinity=False)


def _list(schema: Mapping[str, Any], components: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    items = values(schema.get("items", {}), components)
    return st.lists(items, min_size=schema.get("minItems", 0), max_size=3)


def _object(schema: Mapping[str, Any], components: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    fields = {name: values(one, components) for name, one in schema.get("properties", {}).items()}
    needed = set(schema.get("required", ()))
    if fields:
        return st.fixed_dictionaries(
            {name: one for name, one in fields.items() if name in needed},
            optional={name: one for name, one in fields.items() if name not in needed},
        )
    more = schema.get("additionalProperties", {})
    inner = values(more, components) if isinstance(more, Mapping) else JSON
    return st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=3)


_OF_TYPE = {
    "string": _text,
    "integer": _whole,
    "number": _number,
    "boolean": lambda _schema, _components: st.booleans(),
    "null": lambda _schema, _components: st.none(),
    "array": _list,
    "object": _object,
}
