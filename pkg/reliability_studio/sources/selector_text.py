"""The grammar of a bare PromQL selector, read from left to right by something that knows where it stands.

    selector  = metric [ "{" [ matcher { "," matcher } [","] ] "}" ] | "{" … "}" with the metric inside
    matcher   = label op string | string op string | string          (the last two: names beyond ASCII)

promql-parser knows the whole language, but not positions; an editor needs them. What this reads is
confirmed by that parser afterwards.
"""

import re

from reliability_studio.domain.slo.selector import Matcher, Op, Selector
from reliability_studio.sources.promql import TAG
from reliability_studio.sources.scanner import Scanner

_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_OPS = ("=~", "!~", "!=", "=")


def read_selector(text: str, path: str) -> Selector:
    """The selector that `text` spells.

    Raises:
        Invalid: names the field `path`, line and column, and what was expected there.
    """
    return _Selectors(text, path).selector()


class _Selectors(Scanner):
    """Reads one selector."""

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
