"""The strict look at a frame before it is sent. A `CheckedFrame` is a frame that passed; nothing else is.

One frame that Grafana cannot decode fails the whole call with every refId in it, and one that it decodes
differently shows wrong data. So three things are held against Grafana's rules, and every problem found is
reported at once:

    each field     labels, metadata, nulls, values that the browser cannot hold
    the frame      equal lengths, distinct columns, and the shape that its kind promises (`contract.py`)
    the answer     frames of one refId that must agree with each other (`check_answer`)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
import polars as pl

from reliability_studio.errors import FieldProblem
from reliability_studio.frames import contract
from reliability_studio.frames.columns import NANOSECONDS, YEARS
from reliability_studio.frames.frame import Field, Frame
from reliability_studio.frames.kinds import Kind
from reliability_studio.frames.meta import NO_CONFIG, NO_META, faults
from reliability_studio.frames.refusal import BadFrame

EXACT = 1 << 53
"""Whole numbers up to this size survive JavaScript, which has only float64."""


@dataclass(frozen=True, slots=True)
class CheckedFrame:
    """A frame that Grafana decodes to exactly what it says. To build one is to check it.

    Raises:
        BadFrame: with everything that is wrong.
    """

    frame: Frame

    def __post_init__(self) -> None:
        found = problems(self.frame)
        if found:
            raise BadFrame.of(f"frame {self.frame.name!r}", found)

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def cells(self) -> int:
        """Rows times fields: a measure of the work to encode it."""
        return len(self.frame) * len(self.frame.fields)


def problems(frame: Frame) -> tuple[FieldProblem, ...]:
    """Everything wrong with a frame; empty when Grafana would take it as it is meant."""
    found = list(_frame_problems(frame))
    for at, field in enumerate(frame.fields):
        path = f"fields[{at}] {field.name!r}"
        found.extend(FieldProblem(path, problem) for problem in _field_problems(field))
    if not found:
        # The contract reads values, so it comes last, on fields that are sound.
        found.extend(contract.problems(frame))
    return tuple(found)


def check_answer(frames: Sequence[CheckedFrame]) -> None:
    """Hold the frames of one refId against each other.

    Raises:
        BadFrame: kinds that differ, two frames where one is allowed, the same series twice.
    """
    found = contract.answer_problems([each.frame for each in frames])
    if found:
        raise BadFrame.of("the answer", found)


def _frame_problems(frame: Frame) -> Iterable[FieldProblem]:
    if not _sound(frame.name):
        yield FieldProblem("name", "is not text that UTF-8 can carry")
    if frame.meta != NO_META:
        yield from (FieldProblem("meta", fault) for fault in faults(frame.meta))
    lengths = {len(field) for field in frame.fields}
    if len(lengths) > 1:
        yield FieldProblem("fields", f"have different lengths: {sorted(lengths)}")
    seen: set[tuple[str, str]] = set()
    for field in frame.fields:
        identity = (field.name, repr(sorted(field.labels.items(), key=repr)))
        if identity in seen:
            yield FieldProblem("fields", f"two are named {field.name!r} with the same labels")
        seen.add(identity)


def _field_problems(field: Field) -> Iterable[str]:
    if not _sound(field.name):
        yield "its name is not text that UTF-8 can carry"
    elif "\0" in field.name:
        # Arrow's C interface ends names at the NUL; the library panics on it.
        yield "its name holds a NUL character"
    for key, value in field.labels.items():
        if not (_sound(key) and _sound(value)):
            yield f"label {key!r} must be a string with a string value"
    if field.config != NO_CONFIG:
        yield from (f"config: {fault}" for fault in faults(field.config))
    if field.values.null_count and not field.nullable:
        yield "has nulls and is not nullable: Grafana would show zeros"
    yield from _value_problems(field)


def _value_problems(field: Field) -> Iterable[str]:
    if field.kind in {Kind.INT64, Kind.UINT64}:
        yield from _inexact(field)
    elif field.kind is Kind.TIME:
        yield from _far(field)
    elif field.kind is Kind.JSON:
        yield from _bad_json(field)
    elif field.kind is Kind.ENUM:
        yield from _bad_enum(field)


def _inexact(field: Field) -> Iterable[str]:
    values = pl.Series(field.values)
    low, high = values.min(), values.max()
    if (isinstance(high, int) and high > EXACT) or (isinstance(low, int) and low < -EXACT):
        yield "has whole numbers beyond 2^53, which browsers round: send them as strings"


def _far(field: Field) -> Iterable[str]:
    # At the very edge of the range Grafana's milliseconds overflow and the date jumps to the other end.
    moments = pl.Series(field.values).to_physical()
    low, high = moments.min(), moments.max()
    if isinstance(low, int) and isinstance(high, int) and not (low in NANOSECONDS and high in NANOSECONDS):
        yield f"has times outside the years {YEARS[0]} to {YEARS[-1]}"


def _bad_json(field: Field) -> Iterable[str]:
    for row, text in enumerate(pl.Series(field.values)):
        try:
            if text is not None:
                msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            yield f"row {row} is not valid JSON"
            return


def _bad_enum(field: Field) -> Iterable[str]:
    if field.config.type is None or field.config.type.enum is None:
        yield "is an enum without texts in its config"
        return
    highest = pl.Series(field.values).max()
    texts = len(field.config.type.enum.text)
    if isinstance(highest, int) and highest >= texts:
        yield f"has index {highest}, but only {texts} texts"


def _sound(text: object) -> bool:
    """A string without lone surrogates; looks at what the type checker may never have seen."""
    try:
        return isinstance(text, str) and text.encode() is not None
    except UnicodeEncodeError:
        return False
