"""The one way to promql-parser, which is written in Rust and fails in three ways.

    parse('sum(rate(up[5m]))')    what it says, as promql-parser's objects

By an error; by a panic, which is no `Exception`; and where an expression goes thousands of steps deep, by the
end of the process, after seconds in which nobody else is served. So its depth is bounded before.
"""

import re

import promql_parser

from reliability_studio.endings import ENDINGS

MOST_STEPS = 250
"""Operators and parentheses of one expression: it is never deeper than it has of them. Large ones that people
write have some dozens; these are read in 10 ms."""

_TOKENS = re.compile(
    r"""
    \#[^\n]*
    | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' | `[^`]*`
    | (?P<step> [-+*/%^<>(] | [=!]= | \b(?:and|or|unless|atan2)\b )
    """,
    re.VERBOSE | re.IGNORECASE,
)


def parse(text: str) -> object:
    """The expression.

    Raises:
        ValueError: it is no PromQL, or too deep to be read; says why.
    """
    steps = sum(1 for token in _TOKENS.finditer(text) if token["step"])
    if steps > MOST_STEPS:
        raise ValueError(f"it has {steps} operators and parentheses; at most {MOST_STEPS} are taken")
    try:
        found: object = promql_parser.parse(text)
    except (ValueError, *ENDINGS):
        raise
    except BaseException as panic:
        raise ValueError("it cannot be read: a number or a time is out of bounds") from panic
    return found
