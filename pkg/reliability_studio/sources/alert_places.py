r"""Places for an alert's labels in queries that people write: `$labels.namespace` is a whole quoted literal.

    up{namespace=$labels.namespace, pod=~$labels.pod}      → up{namespace="shop", pod=~"api\\-1"}
    {app=$labels.app} |= $labels.request_id

A value becomes a string literal of PromQL and LogQL, so it can say anything and still be only a value. After
an operator that takes a regular expression its signs mean themselves. A place within a literal or a comment
would not be one: it is refused when the rule is written.
"""

import re
from collections.abc import Mapping

from reliability_studio.errors import Invalid
from reliability_studio.sources import promql_grammar
from reliability_studio.sources.literals import quote
from reliability_studio.sources.logql_text import parse_lines
from reliability_studio.sources.scanner import MAX_TEXT

MAX_FILLED = 20_000
"""Characters of a query with its places filled in."""

_TOKENS = re.compile(
    r"""
      (?P<text>  "(?:[^"\\\n]|\\.)*"? | '(?:[^'\\\n]|\\.)*'? | `[^`]*`? )
    | (?P<note>  \#[^\n]* )
    | (?P<regex> (?:=~|!~|\|~) \s* )? \$labels\.(?P<label>[a-zA-Z_][a-zA-Z0-9_]*)
    """,
    re.VERBOSE,
)
_PLACE = re.compile(r"\$labels\b")
_SAMPLE = "x"


def labels_in(query: str) -> tuple[str, ...]:
    """The labels that a query has places for, each once."""
    found = (match["label"] for match in _TOKENS.finditer(query))
    return tuple(dict.fromkeys(label for label in found if label))


def filled(query: str, labels: Mapping[str, str]) -> str:
    """The query for an alert with these labels.

    Raises:
        Invalid: the alert lacks a label, a value is no text, or all of it is too long.
    """
    missing = [name for name in labels_in(query) if not labels.get(name)]
    if missing:
        raise Invalid(f"the alert has no label {', '.join(missing)}")

    def place(match: re.Match[str]) -> str:
        label, operator = match["label"], match["regex"] or ""
        if not label:
            return match.group()
        value = labels[label]
        return operator + quote(re.escape(value) if operator else value)

    made = _TOKENS.sub(place, query)
    if len(made) > MAX_FILLED:
        raise Invalid(f"the query would have more than {MAX_FILLED} characters")
    return made


def filled_logql(query: str, labels: Mapping[str, str]) -> str:
    """The same for LogQL; a query for lines is read once more and spelt anew.

    Raises:
        Invalid: as `filled`.
    """
    made = filled(query, labels)
    return parse_lines(made, "query") if asks_lines(made) else made


def asks_lines(query: str) -> bool:
    """Whether a LogQL query asks for lines; otherwise it asks for numbers."""
    return query.lstrip().startswith("{")


def check_promql(query: str, path: str) -> None:
    """Refuse what is no PromQL with places.

    Raises:
        Invalid: says what is wrong.
    """
    sample = _sample(query, path)
    try:
        promql_grammar.parse(sample)
    except ValueError as error:
        raise Invalid.field(path, f"is not PromQL: {error}") from error


def check_logql(query: str, path: str) -> None:
    """Refuse what is no LogQL with places. A query for numbers is read by the server only.

    Raises:
        Invalid: says what is wrong.
    """
    sample = _sample(query, path)
    if asks_lines(sample):
        parse_lines(sample, path)


def _sample(query: str, path: str) -> str:
    if not query.strip() or len(query) > MAX_TEXT:
        raise Invalid.field(path, f"must have 1 to {MAX_TEXT} characters")
    hidden = any(
        _PLACE.search(match["text"] or match["note"] or "") is not None for match in _TOKENS.finditer(query)
    )
    if hidden:
        raise Invalid.field(
            path, "has a place within quotes or a comment: write namespace=$labels.namespace, without quotes"
        )
    sample = filled(query, dict.fromkeys(labels_in(query), _SAMPLE))
    if "$" in _TOKENS.sub(lambda match: "" if match["text"] or match["note"] else match.group(), sample):
        raise Invalid.field(path, "has a $ that is no place: an alert's labels are written $labels.name")
    return sample
