"""Reads foreign JSON field by field and collects every problem, instead of stopping at the first.

Settings are edited by people in one form; telling them one mistake per attempt would be cruel. A value
that cannot be used is replaced by its default and reported, so that the rest keeps working.
"""

import math
import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from reliability_studio.errors import FieldProblem

_CERTIFICATE = re.compile("-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]+-----END CERTIFICATE-----", re.ASCII)


class Reader:
    """One JSON object with the path that leads to it; problems gather in a list shared by all children."""

    def __init__(self, value: object, path: str, problems: list[FieldProblem]) -> None:
        self.path = path
        self._problems = problems
        self._fields: Mapping[str, object] = {}
        if isinstance(value, Mapping):
            self._fields = {str(key): item for key, item in value.items()}
        elif value is not None:
            self.report("", f"must be an object, not {_kind(value)}")

    def report(self, name: str, problem: str) -> None:
        """Remember a problem with the field `name` (empty: with the object itself)."""
        path = f"{self.path}.{name}" if name else self.path
        self._problems.append(FieldProblem(path, problem))

    def only(self, known: Sequence[str]) -> None:
        """Report fields of any other name: a slip in a name must not look like a setting that works."""
        for name in self._fields:
            if name not in known:
                self.report(name, f"is no setting; there are {', '.join(known)}")

    def child(self, name: str) -> "Reader":
        """The object in the field `name`; an absent one reads as empty."""
        return Reader(self._fields.get(name), f"{self.path}.{name}", self._problems)

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._fields.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """A string without surrounding blanks."""
        value = self._fields.get(name)
        if value is None:
            return default
        if isinstance(value, str):
            return value.strip()
        self.report(name, f"must be a text, not {_kind(value)}")
        return default

    def certificates(self, name: str) -> str:
        """Certificates in PEM text, without what people write between them: OpenSSL takes ASCII only."""
        text = self.text(name)
        found = _CERTIFICATE.findall(text)
        if text and not found:
            self.report(
                name, "must be PEM text, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----"
            )
        return "\n".join(found)

    def number(self, name: str, default: float, *, low: float, high: float) -> float:
        """A number within `low..high`; text that reads as a number is taken, as forms send it."""
        value = self._fields.get(name)
        if value is None or value == "":
            return default
        number = _as_number(value)
        if number is None:
            self.report(name, f"must be a number, not {_kind(value)}")
            return default
        if not low <= number <= high:
            self.report(name, f"must lie between {low:g} and {high:g}, not {number:g}")
            return default
        return number

    def texts(self, name: str) -> Mapping[str, str]:
        """An object whose values are strings."""
        value = self._fields.get(name)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.report(name, f"must be an object of texts, not {_kind(value)}")
            return {}
        good = {str(key): item for key, item in value.items() if isinstance(item, str)}
        for key in value:
            if str(key) not in good:
                self.report(f"{name}.{key}", "must be a text")
        return good

    def children(self, name: str, most: int) -> "list[Reader]":
        """The objects of a list; what stands beyond `most` is reported and left out."""
        value = self._list(name)
        if len(value) > most:
            self.report(name, f"has {len(value)} entries; at most {most} are used")
        return [
            Reader(item, f"{self.path}.{name}[{index}]", self._problems)
            for index, item in enumerate(value[:most])
        ]

    def words(self, name: str, known: Sequence[str] = ()) -> tuple[str, ...]:
        """A list of texts without repetition; with `known`, others are reported and left out."""
        found: dict[str, None] = {}
        for index, item in enumerate(self._list(name)):
            place = f"{name}[{index}]"
            if not isinstance(item, str) or not item.strip():
                self.report(place, f"must be a text, not {_kind(item)}")
            elif known and item not in known:
                self.report(place, f"must be one of {', '.join(known)}")
            else:
                found[item.strip()] = None
        return tuple(found)

    def choice(self, name: str, known: Sequence[str], default: str) -> str:
        """One of some words."""
        text = self.text(name, default)
        if text in known:
            return text
        self.report(name, f"must be one of {', '.join(known)}")
        return default

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false."""
        value = self._fields.get(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.report(name, f"must be true or false, not {_kind(value)}")
        return default

    def _list(self, name: str) -> Sequence[object]:
        value = self._fields.get(name)
        if value is None or isinstance(value, list):
            return value or []
        self.report(name, f"must be a list, not {_kind(value)}")
        return []

    def url(self, name: str) -> str:
        """An http(s) base address without credentials, query or trailing slash; empty when absent."""
        text = self.text(name)
        if not text:
            return ""
        problem = _url_problem(text)
        if problem:
            self.report(name, problem)
            return ""
        return text.rstrip("/")


def _as_number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except OverflowError:  # a whole number that no float can hold lies within no bounds
        return math.inf
    except ValueError:
        return None


def is_header_text(text: str) -> bool:
    """Whether it can be the value of an HTTP header: printable ASCII on one line."""
    return text.isascii() and text.isprintable()


def is_address(text: str) -> bool:
    """Whether calls can go there: http(s), a host, a port that there is, no blanks."""
    try:
        parts = urlsplit(text)
        port_is_good = parts.port is None or parts.port > 0
    except ValueError:
        return False
    if any(ord(char) <= _BLANK or ord(char) == _DELETE for char in text):
        return False
    host = parts.hostname or ""
    numbers = host.split(".")
    if len(numbers) == _OCTETS and all(map(str.isdecimal, numbers)) and not all(map(_is_octet, numbers)):
        return False
    return parts.scheme in {"http", "https"} and bool(host) and port_is_good


_BLANK, _DELETE = 32, 127
_OCTETS = 4
"""Numbers of an IPv4 address."""


def _is_octet(number: str) -> bool:
    return number == str(int(number)) and int(number) < 256  # noqa: PLR2004 - a byte


def _url_problem(text: str) -> str:
    if not is_address(text):
        return "must be an address like http://prometheus:9090"
    parts = urlsplit(text)
    if parts.username or parts.password:
        return "must not contain credentials: use the user name and the secret fields"
    if parts.query or parts.fragment:
        return "must not contain a query or a fragment"
    return ""


def _kind(value: object) -> str:
    names = {
        bool: "true/false",
        int: "a number",
        float: "a number",
        str: "a text",
        list: "a list",
        dict: "an object",
    }
    return names.get(type(value), "something else")
