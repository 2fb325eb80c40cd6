"""The types of a field, each with its Arrow type and with the names that Grafana's two halves give it.

Everything else that Arrow can express (large strings, dictionaries, dates, decimals, lists, structs) is
refused by Grafana's decoder, so it has no kind here.
"""

from collections.abc import Mapping
from enum import StrEnum

from arro3.core import DataType


class Kind(StrEnum):
    """Type of a field; the value is its name in Grafana's Go code."""

    TIME = "time.Time"
    FLOAT64 = "float64"
    FLOAT32 = "float32"
    INT8 = "int8"
    INT16 = "int16"
    INT32 = "int32"
    INT64 = "int64"
    UINT8 = "uint8"
    UINT16 = "uint16"
    UINT32 = "uint32"
    UINT64 = "uint64"
    STRING = "string"
    BOOL = "bool"
    JSON = "json.RawMessage"
    ENUM = "enum"

    @property
    def arrow(self) -> DataType:
        """The only Arrow type that we send for this kind."""
        return _ARROW[self]

    @property
    def simple(self) -> str:
        """The browser's name of the type (`tstype`)."""
        return _SIMPLE.get(self, "number")

    @property
    def integer(self) -> bool:
        """Whole numbers; the indexes of an enum are not numbers."""
        return self in _INTEGERS

    @property
    def numeric(self) -> bool:
        """Something that an alert rule can compare with a threshold."""
        return self.integer or self in {Kind.FLOAT64, Kind.FLOAT32}


_ARROW: Mapping[Kind, DataType] = {
    # Nanoseconds without exception: Grafana reads any other unit as nanoseconds too, which gives 1970.
    Kind.TIME: DataType.timestamp("ns"),
    Kind.FLOAT64: DataType.float64(),
    Kind.FLOAT32: DataType.float32(),
    Kind.INT8: DataType.int8(),
    Kind.INT16: DataType.int16(),
    Kind.INT32: DataType.int32(),
    Kind.INT64: DataType.int64(),
    Kind.UINT8: DataType.uint8(),
    Kind.UINT16: DataType.uint16(),
    Kind.UINT32: DataType.uint32(),
    Kind.UINT64: DataType.uint64(),
    Kind.STRING: DataType.utf8(),
    Kind.BOOL: DataType.bool(),
    Kind.JSON: DataType.binary(),
    Kind.ENUM: DataType.uint16(),
}
_SIMPLE: Mapping[Kind, str] = {
    Kind.TIME: "time",
    Kind.STRING: "string",
    Kind.BOOL: "boolean",
    Kind.JSON: "other",
    Kind.ENUM: "enum",
}
_INTEGERS = frozenset(kind for kind in Kind if kind.value.startswith(("int", "uint")))
