"""The grammar of a bare PromQL selector, read from left to right by something that knows where it stands.

    selector  = metric [ "{" [ matcher { "," matcher } [","] ] "}" ] | "{" … "}" with the metric inside
    matcher   = label op string | string op string | string          (the last two: names beyond ASCII)

promql-parser knows the whole language, but not positions; an editor needs them. What this reads is
confirmed by that parser afterwards. `quote` is the way back: a value as a literal.
"""

import re
from typing import NoReturn

import promql_parser

from reliability_studio.domain.slo.selector import Matcher, Op, Selector
from reliability_studio.errors import Invalid

TAG = "__role__"
"""Label that tells apart the parts of a tagged query (`promql.tagged`); no user may match on it."""

_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_SPACE = re.compile(r"[ \t\r\n]*")
_OPS = ("=~", "!~", "!=", "=")


def read_selector(text: str, path: str) -> Selector:
    """The selector that `text` spells.

    Raises:
        Invalid: names the field `path`, line and column, and what was expected there.
    """
    return _Scanner(text, path).selector()


def quote(value: str) -> str:
    """A PromQL string literal that means exactly `value`.

    Raises:
        Invalid: the value is not Unicode text (a lone surrogate).
    """
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise Invalid("a label value is not Unicode text") from error
    return '"' + "".join(_escaped(char) for char in value) + '"'


class _Scanner:
    """Reads one selector from left to right and knows where it stands."""

    def __init__(self, text: str, path: str) -> None:
        self._text = text
        self._path = path
        self._at = 0

    def selector(self) -> Selector:
        self._skip()
        metric = self._take(_METRIC)
        self._skip()
        matchers: list[Matcher] = []
        if self._peek() == "{":
            metric = self._braces(metric, matchers)
        elif not metric:
            self._fail('a metric name, like http_requests_total{job="api"}')
        self._skip()
        self._end(metric)
        if not metric:
            self._at = 0
            self._fail("a metric name: a selector over all metrics would count everything")
        return Selector.of(metric, matchers)

    def _end(self, metric: str) -> None:
        if self._at == len(self._text):
            return
        rest = self._text[self._at :]
        if rest.startswith("["):
            self._fail("the end: ranges are added by the product, per window")
        if rest.startswith(("offset", "@")):
            self._fail("the end: moments are chosen by the product")
        if rest.startswith("("):
            self._fail(
                f"a bare selector, not the function {metric}(): counters are differenced series by series"
            )
        self._fail("the end of the selector")

    def _braces(self, metric: str, matchers: list[Matcher]) -> str:
        self._at += 1
        while True:
            self._skip()
            if self._peek() == "}":
                self._at += 1
                return metric
            quoted = self._peek() in {'"', "'", "`"}
            name = self._string() if quoted else self._take(_LABEL)
            if not name:
                self._fail("a label name or '}'")
            self._skip()
            if quoted and self._peek() in {",", "}"} and not metric:
                metric = name  # Prometheus 3: {"metric.name"}
            else:
                metric = self._matcher(name, metric, matchers)
            self._skip()
            if self._peek() == ",":
                self._at += 1
            elif self._peek() != "}":
                self._fail("',' or '}'")

    def _matcher(self, name: str, metric: str, matchers: list[Matcher]) -> str:
        began = self._at
        op = next((op for op in _OPS if self._text.startswith(op, self._at)), "")
        if not op:
            self._fail("one of = != =~ !~")
        self._at += len(op)
        self._skip()
        if self._peek() not in {'"', "'", "`"}:
            self._fail("a quoted value")
        place = self._at
        value = self._string()
        if name == "__name__":
            if op != "=" or metric:
                self._at = began
                self._fail("one metric name: a selector counts one metric")
            return value
        if name == TAG:
            self._at = place
            self._fail(f"another label: {TAG} is used by the product")
        if op in {"=~", "!~"}:
            self._regex(value, place)
        matchers.append(Matcher(name, Op(op), value))
        return metric

    def _regex(self, value: str, place: int) -> None:
        try:
            promql_parser.parse(f"x{{y=~{quote(value)}}}")
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


def _escaped(char: str) -> str:
    if char in {'"', "\\"}:
        return "\\" + char
    if char == "\n":
        return "\\n"
    if char.isprintable():
        return char
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"  # noqa: PLR2004
