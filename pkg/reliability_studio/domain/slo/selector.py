"""Which series count: a metric and its label matchers, judged here exactly as a Prometheus server would.

`sources/promql_text.py` turns text into a `Selector`, `sources/promql.py` turns it back; here is what it
means. A missing label is an empty one, and regular expressions are anchored at both ends, as in Prometheus.
Go's and Python's regular expressions differ, so `judges_locally` says which matchers mean the same in both:
only those are judged here, the others are left to the server.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Op(StrEnum):
    """How a matcher compares, in PromQL's spelling."""

    EQUAL = "="
    NOT_EQUAL = "!="
    MATCHES = "=~"
    NOT_MATCHES = "!~"


@dataclass(frozen=True, slots=True, order=True)
class Matcher:
    """One condition on one label."""

    name: str
    op: Op
    value: str

    def judge(self, labels: Mapping[str, str]) -> bool:
        """Whether these labels fulfil the condition."""
        actual = labels.get(self.name, "")
        if self.op is Op.EQUAL:
            return actual == self.value
        if self.op is Op.NOT_EQUAL:
            return actual != self.value
        found = _pattern(self.value).fullmatch(actual) is not None
        return found if self.op is Op.MATCHES else not found

    @property
    def judges_locally(self) -> bool:
        """Whether `judge` is certain to agree with the server."""
        return self.op in {Op.EQUAL, Op.NOT_EQUAL} or _is_plain(self.value)


@dataclass(frozen=True, slots=True)
class Selector:
    """Series of one metric. Matchers are sorted and unique, so equal selections are equal values."""

    metric: str
    matchers: tuple[Matcher, ...] = ()

    @classmethod
    def of(cls, metric: str, matchers: Sequence[Matcher] = ()) -> "Selector":
        """The selector in its one canonical form."""
        return cls(metric, tuple(sorted(set(matchers))))

    def narrowed(self, *more: Matcher) -> "Selector":
        """Those of the series that fulfil these conditions as well."""
        return Selector.of(self.metric, (*self.matchers, *more))

    def beyond(self, wider: "Selector") -> tuple[Matcher, ...] | None:
        """The conditions that narrow `wider` down to this selector; None if it is not a part of it."""
        if self.metric != wider.metric or not set(wider.matchers) <= set(self.matchers):
            return None
        return tuple(m for m in self.matchers if m not in wider.matchers)


def judge(matchers: Sequence[Matcher], labels: Mapping[str, str]) -> bool:
    """Whether the labels fulfil every condition."""
    return all(matcher.judge(labels) for matcher in matchers)


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    # Unicode classes are Python's habit; Go's \d and \w are ASCII.
    return re.compile(text, re.ASCII)


_PLAIN = re.compile(
    r"""(?: [A-Za-z0-9_/:,;@=%&\ -]      # characters that stand for themselves
          | \\[.dw/-] | [.|]             # the escapes and signs that both dialects share
          | \[ [A-Za-z0-9_-]+ \]         # simple character classes
          | \( (?!\?) | \) (?![*+?{])    # groups, but no flags and no repeated groups (slow in Python)
          | [*+?] (?![*+?{])             # quantifiers, but neither lazy nor possessive ones
        )*""",
    re.VERBOSE,
)
_MAX_QUANTIFIERS = 2
"""Python tries all their lengths: with two a value of 2,000 signs takes a millisecond, with four an hour."""


@lru_cache(maxsize=1024)
def _is_plain(text: str) -> bool:
    """Whether this regular expression means the same in Go and in Python, and is quick in Python."""
    if not _PLAIN.fullmatch(text) or sum(text.count(sign) for sign in "*+?") > _MAX_QUANTIFIERS:
        return False
    try:
        _pattern(text)
    except re.error:
        return False
    return True
