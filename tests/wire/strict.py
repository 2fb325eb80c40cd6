"""The host's log parser at its strictest: what would kill Grafana or be lost fails the test."""

import json
import re

LONGEST = 64 << 10
LEVELS = {"trace", "debug", "info", "warn", "error"}
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)")


def parse(line: bytes) -> dict[str, object] | None:
    """The entry of a line, None for plain text (which the host shows at debug level)."""
    assert len(line) < LONGEST, "the host cuts longer lines to pieces"
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    if not isinstance(entry, dict):
        return None
    for key in ("@level", "@message", "@timestamp"):
        assert isinstance(entry.get(key), str), f"{key} is not text: the host would die: {line!r}"
    assert entry["@level"] in LEVELS, line
    assert TIMESTAMP.fullmatch(entry["@timestamp"]), line
    assert "timestamp" not in entry, "the host drops this key"
    return entry
