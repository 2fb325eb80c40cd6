"""History for a real Prometheus by remote write: no text format carries native histograms.

    remote_write(url, [Written({"__name__": "rt_seconds"}, [(ms, Buckets({3: 40}, total_s=5.0))])])
    remote_write(url, [Written({"__name__": "up"}, [(ms, 1.0)])])

The receiver wants protobuf in snappy; both are written here as far as they are needed. The server must run
with `FLAGS`.
"""

import struct
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

FLAGS = ("--enable-feature=native-histograms", "--web.enable-remote-write-receiver")
SCHEMA = 2
"""Four buckets for each power of two: bucket n ends at 2**(n/4)."""
_VARINT, _DOUBLE, _BYTES = 0, 1, 2
_LITERAL = 60
"""Snappy's longest literal whose length stands in its tag."""


@dataclass(frozen=True)
class Buckets:
    """A cumulative histogram: events by bucket number, and their sum."""

    counts: Mapping[int, int]
    total_s: float = 0.0


@dataclass(frozen=True)
class Written:
    """One series: labels with its name, and its numbers or histograms by time in milliseconds."""

    labels: Mapping[str, str]
    points: Sequence[tuple[int, Buckets | float]]


def bound(number: int) -> float:
    """The upper end of a bucket."""
    return float(2.0 ** (number / 2**SCHEMA))


def remote_write(url: str, series: Iterable[Written]) -> None:
    """Send series to a Prometheus; an answer other than success raises."""
    body = b"".join(_bytes(1, _series(each)) for each in series)
    headers = {
        "Content-Type": "application/x-protobuf",
        "Content-Encoding": "snappy",
        "X-Prometheus-Remote-Write-Version": "0.1.0",
    }
    request = urllib.request.Request(f"{url}/api/v1/write", _snappy(body), headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=30):  # noqa: S310
        pass


def _series(series: Written) -> bytes:
    labels = (
        _bytes(1, _bytes(1, name.encode()) + _bytes(2, value.encode()))
        for name, value in sorted(series.labels.items())
    )
    return b"".join([*labels, *(_point(at, each) for at, each in series.points)])


def _point(at: int, value: Buckets | float) -> bytes:
    if isinstance(value, Buckets):
        return _bytes(4, _histogram(at, value))
    return _bytes(2, _double(1, value) + _varint(2, at))


def _histogram(at: int, histogram: Buckets) -> bytes:
    """Its buckets as one span each, which is allowed, with differences from count to count."""
    spans, deltas, last, end = b"", b"", 0, 0
    for place, (number, count) in enumerate(sorted(histogram.counts.items())):
        offset = number if place == 0 else number - end
        spans += _bytes(11, _varint(1, _zigzag(offset)) + _varint(2, 1))
        deltas += _number(_zigzag(count - last))
        last, end = count, number + 1
    return b"".join(
        [
            _varint(1, sum(histogram.counts.values())),
            _double(3, histogram.total_s),
            _varint(4, _zigzag(SCHEMA)),
            _double(5, 1e-128),
            spans,
            _bytes(12, deltas),
            _varint(15, at),
        ]
    )


def _key(field: int, kind: int) -> bytes:
    return _number(field << 3 | kind)


def _varint(field: int, value: int) -> bytes:
    return _key(field, _VARINT) + _number(value)


def _double(field: int, value: float) -> bytes:
    return _key(field, _DOUBLE) + struct.pack("<d", value)


def _bytes(field: int, value: bytes) -> bytes:
    return _key(field, _BYTES) + _number(len(value)) + value


def _zigzag(value: int) -> int:
    return value * 2 if value >= 0 else -value * 2 - 1


def _number(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def _snappy(body: bytes) -> bytes:
    """Snappy's block format without compression: literals only."""
    return _number(len(body)) + b"".join(_literals(body))


def _literals(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), _LITERAL):
        part = body[start : start + _LITERAL]
        yield bytes([(len(part) - 1) << 2]) + part
