"""A plugin's stderr, read as Grafana reads it, and held to the rules that Grafana does not check.

Grafana's parser dies on a log line whose `@`-keys are not text, and shows what it cannot parse at debug
level, where nobody sees it. Here each such line is a violation with its reason; tests fail on any.
"""

import json
import math
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

LONGEST = 64 << 10
"""Bytes of a line; go-plugin cuts longer ones to pieces."""
KEPT = 5000
LEVELS = {"trace", "debug", "info", "warn", "error"}

_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(?:Z|[+-]\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class Violation:
    """A line that breaks a rule of the log protocol."""

    rule: str
    line: str


@dataclass(slots=True)
class Journal:
    """Entries and violations of one plugin; bounded, the oldest go first."""

    entries: deque[dict[str, object]] = field(default_factory=lambda: deque(maxlen=KEPT))
    violations: deque[Violation] = field(default_factory=lambda: deque(maxlen=KEPT))
    listener: Callable[[dict[str, object]], None] | None = None
    """Gets each entry as it comes, for a terminal."""

    def feed(self, line: bytes) -> None:
        """Take one line, without its line feed."""
        if len(line) >= LONGEST:
            self._violated("a line of 64 KiB or more is cut to pieces", line)
            return
        if not line.strip():
            return
        try:
            entry = json.loads(line, parse_constant=_number, parse_float=_number, parse_int=_number)
        except ValueError:
            self._violated("not JSON: shown at debug level", line)
            return
        if not isinstance(entry, dict):
            self._violated("not a JSON object: shown at debug level", line)
            return
        rule = _broken(entry)
        if rule:
            self._violated(rule, line)
        self.entries.append(entry)
        if self.listener is not None:
            self.listener(entry)

    def messages(self) -> list[str]:
        """The texts of all entries."""
        return [str(entry.get("@message", "")) for entry in self.entries]

    def _violated(self, rule: str, line: bytes) -> None:
        self.violations.append(Violation(rule, line[:2000].decode("utf-8", "replace")))


def _number(text: str) -> float:
    """A number as Go reads it, which knows neither NaN nor one beyond float64.

    Raises:
        ValueError: Go would refuse the whole line.
    """
    found = float(text)
    if not math.isfinite(found):
        raise ValueError(f"{text[:20]} is no number in Go's JSON")
    return int(found) if found.is_integer() else found


def _broken(entry: dict[str, object]) -> str:
    """Which rule an entry breaks; empty when none."""
    for key in ("@level", "@message", "@timestamp"):
        if key not in entry:
            return f"{key} is missing"
        if not isinstance(entry[key], str):
            return f"{key} is not text: Grafana's server would die"
    if str(entry["@level"]) not in LEVELS:
        return "@level is none that Grafana knows: the raw line is shown at debug level"
    if not _TIMESTAMP.fullmatch(str(entry["@timestamp"])):
        return "@timestamp is not of the one form: the line is taken for plain text"
    return ""
