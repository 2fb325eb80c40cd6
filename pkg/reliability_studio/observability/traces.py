"""The trace that a call belongs to, out of W3C `traceparent`, so that log lines can be joined to it."""

import re

_TRACEPARENT = re.compile(r"[0-9a-f]{2}-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})-[0-9a-f]{2}(-.*)?")
_FORBIDDEN_VERSION = "ff"


def trace_id(traceparent: str) -> str:
    """The 32 hexadecimal digits of the trace; empty when the header is absent or not of W3C's form."""
    found = _TRACEPARENT.fullmatch(traceparent.strip())
    if found is None or traceparent.startswith(_FORBIDDEN_VERSION) or set(found["trace"]) == {"0"}:
        return ""
    return found["trace"]
