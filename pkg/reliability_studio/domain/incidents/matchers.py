"""Conditions on labels, written as Prometheus writes them.

Regular expressions run in Polars' engine, whose time grows linearly with the text, so that no pattern can
stall the intake.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import polars as pl
from polars.exceptions import ComputeError


class Operator(StrEnum):
    """How a matcher compares, spelled as Prometheus does."""

    EQUAL = "="
    NOT_EQUAL = "!="
    MATCHES = "=~"
    NOT_MATCHES = "!~"


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on one label; a missing label counts as empty."""

    label: str
    operator: Operator
    value: str

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether labels fulfil it."""
        found = labels.get(self.label, "")
        if self.operator in {Operator.EQUAL, Operator.NOT_EQUAL}:
            return (found == self.value) is (self.operator is Operator.EQUAL)
        return _full_match(self.value, found) is (self.operator is Operator.MATCHES)


def pattern_problem(pattern: str) -> str:
    """What is wrong with a regular expression; empty when it can be used."""
    try:
        pl.Series([""]).str.contains(pattern)  # by itself: `a)|(b` makes sense within our brackets only
        _full_match(pattern, "")
    except ComputeError as error:
        return f"is not a regular expression: {str(error).splitlines()[0][:200]}"
    return ""


def _full_match(pattern: str, text: str) -> bool:
    return bool(pl.Series([text]).str.contains(f"^(?s:{pattern})$").item())
