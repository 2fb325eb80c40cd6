"""LogQL text out: the queries that count log lines.

    counting(text, 60, by=("route",), only=())    lines of a bucket
    streams(text)                                 where those lines are looked for

Which lines count was read and spelt anew by `logql_text.py`.
"""

import re
from collections.abc import Sequence

from reliability_studio.domain.slo.selector import Matcher
from reliability_studio.sources.literals import quote

_STREAMS = re.compile(r'\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\}')
"""As `parse_lines` spells them: every value in double quotes, where a bracket is only a sign."""


def counting(lines: str, seconds: int, *, by: Sequence[str] = (), only: Sequence[Matcher] = ()) -> str:
    """The query for how many lines there were within `seconds`.

    Args:
        lines: as `parse_lines` gives it.
        seconds: up to the moment that is asked about.
        by: labels by whose values the lines are told apart.
        only: further conditions on labels, also on those that a stage made.
    """
    narrowed = lines + "".join(f" | {each.name}{each.op.value}{quote(each.value)}" for each in only)
    grouped = f" by ({','.join(by)}) " if by else ""
    return f"sum{grouped}(count_over_time({narrowed} [{seconds}s]))"


def streams(lines: str) -> str:
    """The streams that lines are chosen from, without the stages; `lines` as `parse_lines` gives it.

    Raises:
        ValueError: `parse_lines` gave something else.
    """
    found = _STREAMS.match(lines)
    if found is None:
        raise ValueError("log lines begin with their streams")
    return found.group()
