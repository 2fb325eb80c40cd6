"""The shape that each kind of frame promises to those who read it: panels, alert rules, expressions.

A typed frame (`meta.type`) is read by Grafana's data plane reader, which trusts the promise. An untyped one
is guessed from its columns. The rules per kind:

    timeseries-wide    one time field, rising without repeats, and numbers only beside it
    timeseries-multi   the same with exactly one number; one frame per series, one type for all
    numeric-multi      exactly one number; one frame per number
    numeric-long       at least one number; the rest are strings, which become labels
    log-lines          `timestamp` and `body` without nulls; `severity`, `id` strings; `labels` JSON
    table              anything

No fields at all under a type is "no data". Frames with the topic `annotations` and those that draw a node
graph have rules too. All functions are pure and return problems, none raise.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import polars as pl

from reliability_studio.errors import FieldProblem
from reliability_studio.frames.frame import Field, Frame
from reliability_studio.frames.kinds import Kind
from reliability_studio.frames.meta import FrameType, Picture, Topic

Problems = Iterable[FieldProblem]

MAX_CHANNEL = 160
"""Characters in the address of a live channel."""


def problems(frame: Frame) -> Problems:
    """What breaks the promise of the frame's kind."""
    if not frame.fields:
        if frame.meta.type is None:
            yield FieldProblem("fields", "there are none; say no data with a type and no fields")
        return
    if frame.meta.type is not None:
        yield from _RULES[frame.meta.type](frame)
    if frame.meta.topic is Topic.ANNOTATIONS:
        yield from _annotations(frame)
    if frame.meta.picture is Picture.NODE_GRAPH:
        yield from _node_graph(frame)
    if any(at >= len(frame.fields) for at in frame.meta.row_id_fields):
        yield FieldProblem("meta", "uniqueRowIdFields names a field that does not exist")
    if len(frame.meta.channel) > MAX_CHANNEL:
        yield FieldProblem("meta", f"channel has more than {MAX_CHANNEL} characters")


def answer_problems(frames: Sequence[Frame]) -> tuple[FieldProblem, ...]:
    """What breaks the promise between the frames of one refId."""
    kinds = {frame.meta.type for frame in frames}
    if len(kinds) > 1:
        words = sorted("none" if kind is None else kind.value for kind in kinds)
        return (
            FieldProblem("meta.type", f"frames of one answer must have one type, not {', '.join(words)}"),
        )
    kind = next(iter(kinds), None)
    if kind in _ONE_FRAME and len(frames) > 1:
        return (FieldProblem("frames", f"{kind.value if kind else ''} is exactly one frame"),)
    if kind in {FrameType.TIMESERIES_MULTI, FrameType.NUMERIC_MULTI}:
        return tuple(_multi_problems(frames))
    return ()


_ONE_FRAME = frozenset(
    {
        FrameType.TIMESERIES_WIDE,
        FrameType.NUMERIC_LONG,
        FrameType.LOG_LINES,
    }
)


def _multi_problems(frames: Sequence[Frame]) -> Problems:
    values = [field for frame in frames for field in frame.fields if field.kind is not Kind.TIME]
    types = {("*" * field.nullable) + field.kind.value for field in values}
    if len(types) > 1:
        yield FieldProblem("frames", f"the value fields must have one type, not {', '.join(sorted(types))}")
    seen = {(field.name, frozenset(field.labels.items())) for field in values}
    if len(seen) < len(values):
        yield FieldProblem("frames", "two frames are the same series: same value name and labels")


def _wide(frame: Frame) -> Problems:
    yield from _one_time(frame)
    # A string or a boolean beside the time makes an alert rule fail: "series must be wide".
    yield from _numbers(frame, beside=(Kind.TIME,))
    yield from _rising(frame)


def _multi(frame: Frame) -> Problems:
    yield from _wide(frame)
    if sum(field.kind.numeric for field in frame.fields) > 1:
        yield FieldProblem("fields", "each frame has exactly one number")


def _numeric_multi(frame: Frame) -> Problems:
    yield from _numbers(frame)
    if len(frame.fields) > 1:
        yield FieldProblem("fields", "each frame has exactly one number")


def _numeric_long(frame: Frame) -> Problems:
    yield from _numbers(frame, beside=(Kind.STRING,))


def _log_lines(frame: Frame) -> Problems:
    yield from _needs(frame, "timestamp", Kind.TIME)
    yield from _needs(frame, "body", Kind.STRING)
    yield from _may(frame, "severity", Kind.STRING)
    yield from _may(frame, "id", Kind.STRING)
    yield from _may(frame, "labels", Kind.JSON)
    yield from _distinct(frame, "id")


def _annotations(frame: Frame) -> Problems:
    yield from _needs(frame, "time", Kind.TIME)
    yield from _may(frame, "timeEnd", Kind.TIME)
    for name in ("title", "text", "tags"):
        yield from _may(frame, name, Kind.STRING)


def _node_graph(frame: Frame) -> Problems:
    for field in frame.fields:
        if field.name != field.name.lower():
            yield _at(field, "names of a node graph's fields are lower-case")
    yield from _needs(frame, "id", Kind.STRING)
    yield from _distinct(frame, "id")
    if frame.name == "edges":
        yield from _needs(frame, "source", Kind.STRING)
        yield from _needs(frame, "target", Kind.STRING)


def _table(_: Frame) -> Problems:
    return ()


_RULES: Mapping[FrameType, Callable[[Frame], Problems]] = {
    FrameType.TIMESERIES_WIDE: _wide,
    FrameType.TIMESERIES_MULTI: _multi,
    FrameType.NUMERIC_MULTI: _numeric_multi,
    FrameType.NUMERIC_LONG: _numeric_long,
    FrameType.LOG_LINES: _log_lines,
    FrameType.TABLE: _table,
}


def _one_time(frame: Frame) -> Problems:
    times = [field for field in frame.fields if field.kind is Kind.TIME]
    if len(times) != 1:
        yield FieldProblem("fields", f"there must be exactly one time field, not {len(times)}")
    for field in times:
        if field.nullable:
            yield _at(field, "the time of a series must not be nullable")


def _rising(frame: Frame) -> Problems:
    for field in frame.fields:
        if field.kind is Kind.TIME and len(field) > 1:
            lowest = pl.Series(field.values).to_physical().diff().min()
            if isinstance(lowest, int) and lowest <= 0:
                yield _at(field, "times must rise, without repeats")


def _numbers(frame: Frame, beside: tuple[Kind, ...] = ()) -> Problems:
    """Numbers and these kinds, at least one number."""
    for field in frame.fields:
        if not field.kind.numeric and field.kind not in beside:
            yield _at(field, f"is {field.kind.value}, which this type of frame does not have")
    if not any(field.kind.numeric for field in frame.fields):
        yield FieldProblem("fields", "there is no number")


def _needs(frame: Frame, name: str, kind: Kind) -> Problems:
    field = frame.find(name)
    if field is None:
        yield FieldProblem("fields", f"{name!r} is missing")
    elif field.kind is not kind or field.nullable:
        yield _at(field, f"must be {kind.value} and not nullable")


def _may(frame: Frame, name: str, kind: Kind) -> Problems:
    field = frame.find(name)
    if field is not None and field.kind is not kind:
        yield _at(field, f"must be {kind.value}")


def _distinct(frame: Frame, name: str) -> Problems:
    field = frame.find(name)
    if field is not None and pl.Series(field.values).drop_nulls().is_duplicated().any():
        yield _at(field, "its values must be unique")


def _at(field: Field, problem: str) -> FieldProblem:
    return FieldProblem(repr(field.name), problem)
