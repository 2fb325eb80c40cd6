"""Reads text from left to right and always knows where it stands: what grammars of queries are written with.

An editor needs line and column of a mistake, and a string literal is read by Go's rules in PromQL and LogQL
alike. `literals.py` is the way back: a value as a literal.
"""

import re
from typing import NoReturn

from reliability_studio.errors import Invalid
from reliability_studio.sources import promql_grammar
from reliability_studio.sources.literals import quote

MAX_TEXT = 10_000
"""Characters of one text; more is a mistake."""

_SPACE = re.compile(r"[ \t\r\n]*")


def bounded(text: str, path: str) -> None:
    """Refuse what is too long to be read.

    Raises:
        Invalid: it is.
    """
    if len(text) > MAX_TEXT:
        raise Invalid.field(path, f"has {len(text)} characters; at most {MAX_TEXT} are taken")


class Scanner:
    """A text, and how far it has been read. What is expected and not there is `Invalid`, with its place."""

    def __init__(self, text: str, path: str) -> None:
        bounded(text, path)
        self._text = text
        self._path = path
        self._at = 0

    def _regex(self, value: str, place: int) -> None:
        try:
            promql_grammar.parse(f"x{{y=~{quote(value)}}}")
        except ValueError as error:
            if "regex" in str(error):
                self._at = place
                self._fail("a regular expression")

    def _string(self) -> str:
        """A string literal, by Go's rules."""
        began = self._at
        mark = self._text[self._at]
        pattern = _RAW if mark == "`" else _STRINGS[mark]
        found = pattern.match(self._text, self._at)
        if not found:
            self._at = began
            self._fail(f"a closing {mark}")
        self._at = found.end()
        body = found.group()[1:-1]
        if mark == "`":
            return body
        return self._unescaped(body, began + 1)

    def _unescaped(self, body: str, began: int) -> str:
        parts: list[bytes] = []
        at = 0
        while at < len(body):
            if body[at] != "\\":
                parts.append(body[at].encode("utf-8", "surrogatepass"))
                at += 1
                continue
            found = _ESCAPE.match(body, at)
            if not found:
                self._at = began + at
                self._fail('a known escape such as \\\\ \\" \\n')
            parts.append(_unescape(found.group()))
            at = found.end()
        try:
            return b"".join(parts).decode()
        except UnicodeDecodeError:
            self._at = began
            self._fail("Unicode text")

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _skip(self) -> None:
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if not found:
            return ""
        self._at = found.end()
        return found.group()

    def _fail(self, expected: str) -> NoReturn:
        before = self._text[: self._at]
        line = before.count("\n") + 1
        column = self._at - (before.rfind("\n") + 1) + 1
        found = f"'{self._peek()}'" if self._at < len(self._text) else "the end"
        raise Invalid.field(self._path, f"line {line}, column {column}: expected {expected}, found {found}")


_RAW = re.compile(r"`[^`]*`")
_STRINGS = {
    '"': re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    "'": re.compile(r"'(?:[^'\\\n]|\\.)*'"),
}
_ESCAPE = re.compile(r"""\\(?:[abfnrtv\\'"]|x[0-9A-Fa-f]{2}|[0-3][0-7]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})""")
_SIMPLE = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, "'": 39, '"': 34}


def _unescape(escape: str) -> bytes:
    kind, digits = escape[1], escape[2:]
    if kind in _SIMPLE:
        return bytes([_SIMPLE[kind]])
    if kind == "x":
        return bytes([int(digits, 16)])
    if kind in "uU":
        code = int(digits, 16)
        return chr(code).encode("utf-8", "surrogatepass") if code <= 0x10FFFF else b"\xff"  # noqa: PLR2004
    return bytes([int(escape[1:], 8)])
