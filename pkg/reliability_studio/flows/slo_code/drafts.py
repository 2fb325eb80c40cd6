"""What was read of somebody else's specification, and the reader that knows where it stands in it.

YAML is read without types: numbers stay as they were written, so that 99.999 is never a float.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.numbers import decimal_of
from reliability_studio.domain.slo.spec import Definition
from reliability_studio.errors import FieldProblem, Invalid

DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class MemberName:
    """What an SLO is known by outside of the store."""

    service: str
    name: str

    @property
    def text(self) -> str:
        """For people: `shop / reads`."""
        return f"{self.service} / {self.name}"


@dataclass(frozen=True, slots=True)
class Draft:
    """One SLO of a specification."""

    name: str
    service: str
    definition: Definition | None
    """None when it cannot be expressed here; `problems` says why."""
    problems: tuple[FieldProblem, ...] = ()
    warnings: tuple[FieldProblem, ...] = ()
    """What was left out or read in another sense; the rest is as it was written."""
    members: tuple[MemberName, ...] = ()
    """Of a composite: whom its members' placeholders stand for, in their order."""

    @property
    def key(self) -> MemberName:
        """What others name it by."""
        return MemberName(self.service, self.name)


@dataclass(slots=True)
class Notes:
    """Collects what could not be kept."""

    warnings: list[FieldProblem] = field(default_factory=list)

    def warn(self, path: str, problem: str) -> None:
        """Something was left out."""
        self.warnings.append(FieldProblem(path, problem))


class Node:
    """A mapping of the document and its path; what is not there is an error with the path."""

    def __init__(self, value: object, path: str) -> None:
        if not isinstance(value, Mapping):
            raise Invalid.field(path, "must be a mapping")
        self._value: Mapping[str, object] = value
        self.path = path

    def has(self, name: str) -> bool:
        """Whether the key is there with something in it."""
        return self._value.get(name) not in (None, "", {}, [])

    def text(self, name: str, usual: str | None = None) -> str:
        """A scalar as it was written; without `usual` it must be there."""
        value = self._value.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if value in (None, "") and usual is not None:
            return usual
        raise Invalid.field(f"{self.path}.{name}", "must be given as a single value")

    def node(self, name: str) -> "Node":
        """A mapping; an absent one is empty."""
        return Node(self._value.get(name) or {}, f"{self.path}.{name}")

    def nodes(self, name: str) -> list["Node"]:
        """The entries of a list of mappings."""
        value = self._value.get(name) or []
        if not isinstance(value, list):
            raise Invalid.field(f"{self.path}.{name}", "must be a list")
        return [Node(each, f"{self.path}.{name}[{at}]") for at, each in enumerate(value)]

    def texts(self, name: str) -> dict[str, str]:
        """A mapping of scalars, for labels and annotations."""
        value = self._value.get(name) or {}
        if not isinstance(value, Mapping):
            raise Invalid.field(f"{self.path}.{name}", "must be a mapping")
        return {str(key): str(each) for key, each in value.items()}

    def words(self, name: str) -> tuple[str, ...]:
        """A list of scalars; an absent one is empty."""
        value = self._value.get(name) or []
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise Invalid.field(f"{self.path}.{name}", "must be a list of words")
        return tuple(value)

    def number(self, name: str) -> Decimal:
        """A number, exactly as it was written."""
        try:
            return decimal_of(self.text(name))
        except ValueError as error:
            raise Invalid.field(f"{self.path}.{name}", "must be a number") from error


def settled(name: str, service: str, notes: Notes, error: Invalid | BadSpec) -> Draft:
    """The draft of something that cannot be expressed."""
    if isinstance(error, Invalid):
        problems = error.problems or (FieldProblem("$", str(error)),)
    else:
        problems = (FieldProblem(error.path, str(error)),)
    return Draft(name, service, None, problems, tuple(notes.warnings))


_DURATION = re.compile(r"(?P<number>\d{1,6})(?P<unit>[mhdwMQYy])")
_UNITS = {"m": 60, "h": 3600, "d": DAY_S, "w": 7 * DAY_S}


def duration_s(text: str, path: str) -> int:
    """Seconds of a duration like `5m`, `30d` or `4w`.

    Raises:
        Invalid: it is none, or a calendar's length (a month is never 30 days).
    """
    found = _DURATION.fullmatch(text)
    if not found:
        raise Invalid.field(path, "must be a duration like 5m, 30d or 4w")
    if found["unit"] not in _UNITS:
        raise Invalid.field(path, f"{text} has no fixed length; write days, or use a calendar window")
    return int(found["number"]) * _UNITS[found["unit"]]


def whole_days(text: str, path: str) -> int:
    """Days of a rolling window.

    Raises:
        Invalid: it is not a whole number of days (`1m` is a minute, not a month).
    """
    seconds = duration_s(text, path)
    if seconds % DAY_S or not seconds:
        raise Invalid.field(path, f"{text} is not a whole number of days")
    return seconds // DAY_S


def known_labels(labels: Mapping[str, str], path: str, notes: Notes) -> dict[str, str]:
    """Labels whose names are label names here; others are left out with a warning."""
    kept: dict[str, str] = {}
    for name, value in labels.items():
        clean = re.sub(r"[^a-zA-Z0-9_]", "_", name)
        if not clean or clean[0].isdigit():
            notes.warn(f"{path}.{name}", "is no label name here and was left out")
            continue
        if clean != name:
            notes.warn(f"{path}.{name}", f"is named {clean} here")
        kept[clean] = value
    return kept


def unsupported(nodes: Sequence[tuple[Node, str, str]], notes: Notes) -> None:
    """Warn about keys that are there and mean nothing here: (node, key, why)."""
    for node, name, why in nodes:
        if node.has(name):
            notes.warn(f"{node.path}.{name}", why)
