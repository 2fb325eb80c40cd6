"""LogQL text in: which log lines count.

    parse_lines('{app="api"} |= "error" | json | status >= 500', "$.indicator.bad")    read, checked, respelt

A user writes which lines count: streams, and the stages that lines go through. What is about time or
numbers (`[5m]`, `rate`, `unwrap`) is refused: the product counts. The text is read token by token and spelt
anew from what was read, so it cannot say anything else where it is put into a larger query.

    lines   = "{" matcher { "," matcher } "}" { stage }
    stage   = ( "|=" | "!=" | "|~" | "!~" | "|>" | "!>" ) text { "or" text }      a text, or ip("10.0.0.0/8")
            | "|" ( parser | "line_format" string | "label_format" … | "drop" … | "keep" … | condition )
    parser  = "json" | "logfmt" | "regexp" | "pattern" | "unpack" | "decolorize"
"""

import re
from collections.abc import Callable, Sequence

from reliability_studio.domain.slo.selector import Matcher, Op
from reliability_studio.sources.literals import quote
from reliability_studio.sources.scanner import Scanner

_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_FLAG = re.compile(r"--(strict|keep-empty)\b")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?([a-zA-Zµ]+(\d+(\.\d+)?[a-zA-Zµ]+)*)?")
"""A number, a duration (`1m30s`) or a size (`5KiB`)."""

_MATCHES = ("=~", "!~", "!=", "=")
_FILTERS = ("|=", "!=", "|~", "!~", "|>", "!>")
_COMPARES = ("==", "=~", "!~", "!=", ">=", "<=", ">", "<", "=")
_REGEXES = frozenset({"=~", "!~", "|~"})
_DEEPEST = 50
"""Brackets within brackets of one condition."""


def parse_lines(text: str, path: str) -> str:
    """Which lines count, spelt anew from what was read.

    Args:
        text: what the user wrote.
        path: the field that holds it, for the error.

    Raises:
        Invalid: says where it breaks (line and column) and what was expected.
    """
    return _Lines(text, path).lines()


class _Lines(Scanner):
    """Reads which lines count; every method gives what it read, respelt."""

    def lines(self) -> str:
        self._skip()
        if self._peek() != "{":
            self._fail('streams, like {app="api"}')
        parts = [self._streams()]
        self._skip()
        while self._at < len(self._text):
            parts.append(self._stage())
            self._skip()
        return " ".join(parts)

    def _streams(self) -> str:
        self._at += 1
        place, found = self._at, list[Matcher]()
        while True:
            self._skip()
            name = self._take(_NAME)
            if not name:
                self._fail("a label name")
            op = self._one_of(_MATCHES, "one of = != =~ !~")
            found.append(Matcher(name, Op(op), self._literal(regex=op in _REGEXES)))
            self._skip()
            if self._word(","):
                continue
            if not self._word("}"):
                self._fail("',' or '}'")
            break
        if not any(_chooses(each) for each in found):
            self._at = place
            self._fail("a label with a value: streams of every kind would be searched")
        return "{" + ",".join(f"{each.name}{each.op.value}{quote(each.value)}" for each in found) + "}"

    def _stage(self) -> str:
        if (sign := self._sign(_FILTERS)) is not None:
            return f"{sign} {self._texts(regex=sign in _REGEXES)}"
        if self._peek() == "[":
            self._fail("the end: ranges are added by the product, per bucket")
        if not self._word("|"):
            self._fail('a stage like |= "error" or | json, or the end')
        self._skip()
        return f"| {self._pipe()}"

    def _texts(self, *, regex: bool) -> str:
        found = [self._text_or_ip(regex=regex)]
        while self._keyword("or"):
            found.append(self._text_or_ip(regex=regex))
        return " or ".join(found)

    def _text_or_ip(self, *, regex: bool = False) -> str:
        self._skip()
        if self._keyword("ip"):
            return self._ip()
        return quote(self._literal(regex=regex))

    def _ip(self) -> str:
        self._need("(")
        address = quote(self._literal())
        self._need(")")
        return f"ip({address})"

    def _pipe(self) -> str:
        place = self._at
        name = self._take(_NAME)
        if name in {"json", "logfmt"}:
            return self._parser(name)
        if name in {"unpack", "decolorize"}:
            return name
        if name in {"regexp", "pattern", "line_format"}:
            return f"{name} {quote(self._literal(regex=name == 'regexp'))}"
        if name == "label_format":
            return f"{name} {self._listed(self._renaming)}"
        if name in {"drop", "keep"}:
            return f"{name} {self._listed(self._label)}"
        self._at = place
        if name == "unwrap":
            self._fail("a stage that keeps lines: unwrap takes values out of them, and lines are counted")
        return self._condition(0)

    def _parser(self, name: str) -> str:
        parts = [name]
        self._skip()
        while flag := self._take(_FLAG) if name == "logfmt" else "":
            parts.append(flag)
            self._skip()
        if _NAME.match(self._text, self._at):
            parts.append(self._listed(self._extraction))
        return " ".join(parts)

    def _listed(self, one: Callable[[], str]) -> str:
        found = [one()]
        self._skip()
        while self._word(","):
            found.append(one())
            self._skip()
        return ", ".join(found)

    def _extraction(self) -> str:
        name = self._label_name()
        self._skip()
        return f"{name}={quote(self._literal())}" if self._word("=") else name

    def _renaming(self) -> str:
        name = self._label_name()
        self._need("=")
        self._skip()
        return f"{name}={self._take(_NAME) or quote(self._literal())}"

    def _label(self) -> str:
        name = self._label_name()
        self._skip()
        op = self._sign(_MATCHES)
        return name if op is None else f"{name}{op}{quote(self._literal(regex=op in _REGEXES))}"

    def _condition(self, depth: int) -> str:
        """Comparisons of labels, joined by `and`, `or`, a comma or nothing."""
        found = self._term(depth)
        while True:
            self._skip()
            joint = next((word for word in ("and", "or") if self._keyword(word)), "")
            comma = not joint and self._word(",")
            self._skip()
            if not (joint or comma or _begins_term(self._text, self._at)):
                return found
            found += f"{', ' if comma else ' '}{joint}{' ' if joint else ''}{self._term(depth)}"

    def _term(self, depth: int) -> str:
        if self._word("("):
            if depth == _DEEPEST:
                self._fail(f"at most {_DEEPEST} brackets within each other")
            self._skip()
            inside = self._condition(depth + 1)
            self._need(")")
            return f"({inside})"
        name = self._take(_NAME)
        if not name:
            self._fail("a parser (json, logfmt, regexp, pattern) or a condition like status >= 500")
        op = self._one_of(_COMPARES, f"a comparison of {name} like {name} >= 500")
        self._skip()
        if op not in _REGEXES and (number := self._take(_NUMBER)):
            return f"{name} {op} {number}"
        return f"{name} {op} {self._text_or_ip(regex=op in _REGEXES)}"

    def _label_name(self) -> str:
        self._skip()
        name = self._take(_NAME)
        if not name:
            self._fail("a label name")
        return name

    def _literal(self, *, regex: bool = False) -> str:
        self._skip()
        place = self._at
        if self._peek() not in {'"', "`"}:
            self._fail('a text in "…" or `…`')
        value = self._string()
        if regex:
            self._regex(value, place)
        return value

    def _one_of(self, signs: Sequence[str], expected: str) -> str:
        self._skip()
        sign = self._sign(signs)
        if sign is None:
            self._fail(expected)
        return sign

    def _sign(self, signs: Sequence[str]) -> str | None:
        found = next((sign for sign in signs if self._text.startswith(sign, self._at)), None)
        self._at += len(found or "")
        return found

    def _need(self, sign: str) -> None:
        self._skip()
        if not self._word(sign):
            self._fail(f"'{sign}'")

    def _word(self, sign: str) -> bool:
        return self._sign((sign,)) is not None

    def _keyword(self, word: str) -> bool:
        self._skip()
        found = _NAME.match(self._text, self._at)
        if found is None or found.group() != word:
            return False
        self._at = found.end()
        return True


def _chooses(matcher: Matcher) -> bool:
    """Whether the condition leaves out streams without that label, as far as that can be told here."""
    if matcher.op not in {Op.EQUAL, Op.MATCHES}:
        return False
    return not matcher.judges_locally or not matcher.judge({})


def _begins_term(text: str, at: int) -> bool:
    return text.startswith("(", at) or _NAME.match(text, at) is not None
