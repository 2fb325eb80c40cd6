"""A Prometheus made of two counters, a real SQLite, a hand-moved clock: the world of the SLO tests.

The server keeps a sample every 15 s of what `bad` and `total` per minute say, and answers the queries that
the engine sends, by the rules of `last_over_time`; anything else fails the test.
"""

import json
import re
from datetime import UTC, datetime
from urllib.parse import parse_qs

import httpx

from reliability_studio.clock import ManualClock
from reliability_studio.domain.slo.goals import Objective, Rolling
from reliability_studio.domain.slo.indicators import Part, RatioIndicator
from reliability_studio.domain.slo.spec import Definition
from reliability_studio.errors import Overloaded
from reliability_studio.flows.slo_refresh import SloRefresh
from reliability_studio.flows.slos import Slos
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources.http import SourceClient
from reliability_studio.sources.limits import BreakerPolicy
from reliability_studio.sources.prometheus import Prometheus, explain
from reliability_studio.sources.promql_text import parse_selector

START = int(datetime(2026, 3, 10, 9, 0, tzinfo=UTC).timestamp())
"""When the tests begin; the service has existed for ten days by then."""

BORN = START - 10 * 86_400
SCRAPE_S = 15


def _bare(pattern):
    """The pattern without the names of its groups."""
    return re.sub(r"\?P<\w+>", "?:", pattern.pattern)


_QUERY = re.compile(r"last_over_time\((?P<selector>.*)\[(?P<number>\d+)(?P<unit>[smh])\]\)")
_PEAK = re.compile(r"max_over_time\((?P<range>.*\[\w+\])\) > last_over_time\((?P=range)\)")
_INCREASE = re.compile(r"sum\(increase\((?P<selector>.*)\[(?P<seconds>\d+)s\]\)\)")
_GROWN = re.compile(
    r"sum(?: by \((?P<by>\w+)\))? \(increase\((?P<selector>.*)\[(?P<number>\d+)(?P<unit>[smh])\]\)\)"
)
_SHARE = re.compile(rf"(?P<part>{_bare(_GROWN)}) / (?P<total>{_bare(_GROWN)})")
_COUNT = re.compile(r"count\(last_over_time\((?P<selector>.*)\[\w+\]\)\)")
_UNITS = {"s": 1, "m": 60, "h": 3600}


class Server:
    """The stand-in for Prometheus."""

    def __init__(self):
        self.bad = lambda _minute: 1
        self.total = lambda _minute: 100
        self.routes = {}
        """Of a service with several routes: what `bad` and `total` say, by route."""
        self.late = None
        """From when on (Unix seconds) samples are still on their way; None: all have arrived."""
        self.width = 0
        """How many series it says there are; 0: the truth."""
        self.most_days = 1000
        """Longer ranges are refused, as a server with a limit of samples does."""
        self.refused = 0
        self.estimates = 1.0
        """How much too large `increase` is."""
        self.gaps = []
        """Times (Unix seconds) without samples: [start, end)."""
        self.down = set()
        """Metrics whose queries fail."""
        self.no_patterns_of = ""
        """Label of which no regular expression is taken."""
        self.overloaded = False
        self.warn = ""
        self.asked = []
        self._sums = {}

    def __call__(self, request):
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        for pattern, answer in (
            (_PEAK, _peaks),
            (_INCREASE, self._increase),
            (_SHARE, self._shares),
            (_GROWN, self._grown),
            (_COUNT, self._count),
        ):
            if found := pattern.fullmatch(form["query"]):
                return answer(found, form)
        if refusal := self._refusal(form):
            return refusal
        found = _QUERY.fullmatch(form["query"])
        assert found, f"the engine sent {form['query']}"
        self.asked.append(form)
        selector = parse_selector(found["selector"], "$")
        if selector.metric in self.down:
            return _refused(422, f"{selector.metric} is broken")
        range_s = int(found["number"]) * _UNITS[found["unit"]]
        ranged = "start" in form
        times = _times(form) if ranged else [int(float(form["time"]))]
        result = []
        for labels, counter in self._series(selector):
            values = [[t, str(v)] for t in times if (v := self._last(counter, t, range_s)) is not None]
            if values and ranged:
                result.append({"metric": labels, "values": values})
            elif values:
                result.append({"metric": labels, "value": values[0]})
        data = {"resultType": "matrix" if ranged else "vector", "result": result}
        body = {"status": "success", "data": data, **({"warnings": [self.warn]} if self.warn else {})}
        return httpx.Response(200, content=json.dumps(body).encode())

    def _increase(self, found, form):
        selector, at = parse_selector(found["selector"], "$"), int(float(form["time"]))
        parts = [c(at) - c(at - int(found["seconds"])) for _, c in self._series(selector)]
        return _numbers(at, [self.estimates * sum(parts)] if parts else [])

    def _grown(self, found, form):
        """Events of each range by a label, as a query of somebody's own asks for them."""
        self.asked.append(form)
        selector, range_s = (
            parse_selector(found["selector"], "$"),
            int(found["number"]) * _UNITS[found["unit"]],
        )
        sums = {}
        for labels, counter in self._series(selector):
            group = ((found["by"], labels.get(found["by"], "")),) if found["by"] else ()
            values = sums.setdefault(group, {})
            for t in _times(form) if "start" in form else [int(float(form["time"]))]:
                values[t] = values.get(t, 0) + counter(t) - counter(t - range_s)
        result = []
        for group, values in sums.items():
            pairs = [[t, str(v)] for t, v in values.items()]
            said = {"values": pairs} if "start" in form else {"value": pairs[0]}
            result.append({"metric": {name: value for name, value in group if value}, **said})
        data = {"resultType": "matrix" if "start" in form else "vector", "result": result}
        return httpx.Response(200, content=json.dumps({"status": "success", "data": data}).encode())

    def _shares(self, found, form):
        """One sum of events divided by another, series by series."""
        part, total = (
            json.loads(self._grown(_GROWN.fullmatch(found[name]), form).content)["data"]
            for name in ("part", "total")
        )
        of = {json.dumps(each["metric"]): each for each in total["result"]}
        result = [_divided(each, of[json.dumps(each["metric"])]) for each in part["result"]]
        data = {**part, "result": result}
        return httpx.Response(200, content=json.dumps({"status": "success", "data": data}).encode())

    def _count(self, found, form):
        number = self.width or len(self._series(parse_selector(found["selector"], "$")))
        return _numbers(int(float(form["time"])), [number])

    def _refusal(self, form):
        if "start" in form and float(form["end"]) - float(form["start"]) > self.most_days * 86_400:
            self.refused += 1
            return _refused(422, "query processing would load too many samples into memory")
        if self.overloaded:
            return httpx.Response(503, content=b"too busy")
        if self.no_patterns_of and f"{self.no_patterns_of}=~" in form["query"]:
            return _refused(400, "no patterns, please")
        return None

    def truth(self, start, end):
        """(bad, total) of `(start, end]`, from the world itself."""
        return tuple(
            self._sum(counter, end) - self._sum(counter, start) for counter in (self.bad, self.total)
        )

    def _series(self, selector):
        base = {"__name__": selector.metric, "job": "api", "instance": "i1"}
        series = []
        for route, (bad, total) in (self.routes or {"": (self.bad, self.total)}).items():
            own = {**base, **({"route": route} if route else {})}
            series += [
                ({**own, "code": "500"}, lambda t, bad=bad: self._sum(bad, t)),
                (
                    {**own, "code": "200"},
                    lambda t, bad=bad, total=total: self._sum(total, t) - self._sum(bad, t),
                ),
            ]
        return [(ls, c) for ls, c in series if all(m.judge(ls) for m in selector.matchers)]

    def _sum(self, per_minute, at):
        """Events since the service was born; by the minute, and none within one."""
        key = (per_minute, (at - BORN) // 60)
        if key not in self._sums:
            sums, value = {}, 0
            for minute in range((at - BORN) // 60 + 3 * 1440):
                sums[per_minute, minute] = value
                value += per_minute(BORN + minute * 60)
            self._sums.update(sums)
        return self._sums[key]

    def _last(self, counter, at, range_s):
        sample = at // SCRAPE_S * SCRAPE_S
        while sample > at - range_s:
            if sample < BORN:
                return None
            arrived = self.late is None or sample < self.late
            if arrived and not any(start <= sample < end for start, end in self.gaps):
                return counter(sample)
            sample -= SCRAPE_S
        return None


def _divided(part, total):
    def quotient(a, b):
        return [a[0], str(float(a[1]) / float(b[1])) if float(b[1]) else "NaN"]

    if "value" in part:
        return {**part, "value": quotient(part["value"], total["value"])}
    return {**part, "values": [quotient(*pair) for pair in zip(part["values"], total["values"], strict=True)]}


def _peaks(_found, _form):
    """No counter of this world is ever reset."""
    return httpx.Response(200, json={"status": "success", "data": {"resultType": "matrix", "result": []}})


def _numbers(at, numbers):
    result = [{"metric": {}, "value": [at, str(number)]} for number in numbers]
    return httpx.Response(200, json={"status": "success", "data": {"resultType": "vector", "result": result}})


def _refused(status, error):
    body = {"status": "error", "errorType": "execution", "error": error}
    return httpx.Response(status, content=json.dumps(body).encode())


def _times(form):
    start, end, step = (int(float(form[name])) for name in ("start", "end", "step"))
    return list(range(start, end + 1, step))


class Door:
    """Everybody's door for alerts."""

    def __init__(self):
        self.events, self.closed = [], False

    async def __call__(self, org_id, events):
        if self.closed:
            raise Overloaded("full")
        assert org_id == 1
        self.events += events


class World:
    """Everything that a test moves."""

    def __init__(self, database, tell=lambda _notice: None):
        self.clock = ManualClock(datetime.fromtimestamp(START + 90, UTC))
        self.server, self.door, self.database = Server(), Door(), database
        self.tell = tell
        self.restart()

    def restart(self, *, configured=True):
        """A new process on the same database."""
        self.refresh, self.slos = self.process(configured=configured)

    def process(self, *, configured=True):
        """One more process on the same database."""
        settings = SourceSettings(name="prometheus", url="http://prom.test", timeout_s=5)
        transport = httpx.MockTransport(self.server)
        policy = BreakerPolicy(failures=10_000)
        client = SourceClient(settings, clock=self.clock, explain=explain, transport=transport, policy=policy)
        self.prometheus = prometheus = Prometheus(client) if configured else None
        refresh = SloRefresh(1, self.database, prometheus, self.clock, self.door, tell=self.tell)
        return refresh, Slos(1, self.database, refresh, self.clock)

    async def minutes(self, count=1):
        """Time passes and the job runs each minute."""
        found = None
        for _ in range(count):
            self.clock.advance(60)
            found = await self.refresh.run()
        return found

    def now(self):
        """Unix seconds."""
        return int(self.clock.now().timestamp())


def definition(name="availability", metric="http_requests_total", objective="99.9", **more):
    """An availability SLO of the counters; one day unless told otherwise."""
    total = parse_selector(f'{metric}{{job="api"}}', "$")
    bad = parse_selector(f'{metric}{{job="api",code=~"5.."}}', "$")
    indicator = RatioIndicator(total, bad, Part.BAD)
    return Definition(
        name,
        "api",
        objective=Objective.percent(objective),
        **{"indicator": indicator, "window": Rolling(1), **more},
    )
