"""Loki's own patterns where the server keeps them, and logs of what the incident's service depends on."""

import httpx
import pytest

from reliability_studio.domain.correlation.engine import investigate
from reliability_studio.domain.correlation.evidence import Outcome
from reliability_studio.domain.correlation.kinds import Kind
from reliability_studio.domain.correlation.telemetry import Question
from reliability_studio.errors import SourceMalformed, SourceUnavailable
from reliability_studio.flows import gather as gathering
from reliability_studio.flows.gather import gather
from reliability_studio.flows.telemetry import Signals
from reliability_studio.sources.loki import Loki, nanoseconds
from tests.flows.test_investigate import FakePrometheus, investigated, prometheus
from tests.support.fake_sources import FakeLoki, client
from tests.support.records import NOON, minutes

NOW = minutes(10)
BASE = nanoseconds(NOON)
SECOND = 1_000_000_000


def seconds(at):
    return int(at.timestamp())


def pattern(text, counts, level="error"):
    return {"pattern": text, "level": level, "samples": [[seconds(at), count] for at, count in counts]}


def info(n):
    return (BASE - n * 60 * SECOND, f"level=info msg=ok{n}")


def loki(stand_in):
    return Loki(client("loki", stand_in, NOW))


async def test_patterns_are_read_as_the_server_counts_them():
    """Issue 5 item 6: text, level and counts; the level is missing on older servers."""
    told = [pattern("refused <_>", [(NOON, 3)]), {"pattern": "panic: <_>", "samples": [[seconds(NOON), 1]]}]
    server = FakeLoki([], patterns=[*told, pattern("handled <_>", [(NOON, 900)], "info")])
    found = await loki(server).patterns('{app="checkout"}', NOON, NOW, step_s=30)
    assert [(each.text, each.level, each.trouble) for each in found] == [
        ("refused <_>", "error", True),
        ("panic: <_>", "", True),
        ("handled <_>", "info", False),
    ]
    assert found[0].samples == ((seconds(NOON), 3),)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(404, text="404 page not found"), None),
        (httpx.Response(400, text="pattern ingester is not enabled"), None),
        (httpx.Response(503), SourceUnavailable),
        (httpx.Response(200, json={"data": [{"pattern": "x", "samples": [["a"]]}]}), SourceMalformed),
    ],
)
async def test_a_server_without_patterns_has_none_and_a_broken_one_is_an_error(answer, error):
    """Fall-back is for what is not there, not for what fails."""
    source = loki(lambda _request: answer)
    if error is None:
        assert await source.patterns('{app="checkout"}', NOON, NOW, step_s=30) is None
        return
    with pytest.raises(error):
        await source.patterns('{app="checkout"}', NOON, NOW, step_s=30)


def chatty():
    """More lines than are read: the newest ones say nothing about what was usual."""
    return [(BASE + n * SECOND // 100, f"level=info msg=ok{n}") for n in range(200)]


async def test_when_lines_are_cut_the_servers_patterns_tell_what_was_usual(database, monkeypatch):
    """Issue 5 item 6: a pattern that came four times an hour comes sixty times a minute since the onset."""
    monkeypatch.setattr(gathering, "LINES", 100)
    rare = [(minutes(-100 + 25 * n), 1) for n in range(4)]
    often = [(minutes(n / 2), 30) for n in range(20)]
    server = FakeLoki(
        [({"app": "checkout"}, chatty())],
        patterns=[pattern("payment <_> refused", rare + often), pattern("ok<_>", often, "info")],
    )
    _, _, answer = await investigated(database, Signals(None, loki(server), None, None))
    found = [each for each in answer.verdict.findings if each.subject == "payment <_> refused"]
    assert [each.outcome for each in found] == [Outcome.FOUND]
    assert (found[0].kind, found[0].unit) == (Kind.LOG_PATTERN, "lines")
    assert not [each for each in answer.verdict.findings if each.subject.startswith("ok<_>")]


async def test_lines_that_all_fit_are_clustered_here_and_the_server_is_not_asked(database):
    """And a server without patterns leaves the investigation as it was."""
    lines = [info(n) for n in range(1, 60)] + [
        (BASE + n * SECOND, "level=error msg=refused") for n in range(60)
    ]
    server = FakeLoki([({"app": "checkout"}, lines)])
    _, _, answer = await investigated(database, Signals(None, loki(server), None, None))
    assert [each for each in answer.verdict.findings if each.id.startswith("log:")]
    assert "/loki/api/v1/patterns" not in [path for path, _ in server.asked]


async def test_without_the_servers_patterns_cut_lines_are_clustered_here(monkeypatch):
    """404: nothing fails, and the own lines are there."""
    monkeypatch.setattr(gathering, "LINES", 100)
    got = await gather(
        Signals(None, loki(FakeLoki([({"app": "checkout"}, chatty())])), None, None),
        (),
        "checkout",
        "shop",
        NOON,
        NOW,
    )
    assert got.logs.height == 100
    assert "logs" not in {source.value for source in got.failed}


async def test_what_the_service_depends_on_is_read_too_and_its_trouble_counts():
    """Logs of dependencies: trouble of the callee that begins at the onset is a finding about the callee."""
    own = [info(n) for n in range(1, 100)]
    usual = [(BASE - n * 120 * SECOND, f"level=error msg=retry{n}") for n in range(1, 45)]
    bad = [(BASE + n * SECOND, 'level=error msg="no space left on device"') for n in range(300)]
    server = FakeLoki(
        [({"app": "checkout"}, own), ({"app": "payments"}, [*usual, *bad]), ({"app": "far"}, bad)]
    )
    signals = Signals(prometheus(FakePrometheus(20, 4)), loki(server), None, None)
    got = await gather(
        signals, (), "checkout", "shop", NOON, NOW, declared={("checkout", "payments"), ("web", "far")}
    )
    assert set(got.logs["service"].unique()) == {"checkout", "payments"}
    assert got.logs.filter(service="payments").height == 344
    asked = [params.get("query", "") for path, params in server.asked if path.endswith("query_range")]
    assert len(asked) == 2
    assert got.queries <= 60
    verdict = investigate(got.telemetry(), Question(NOON, NOW, "checkout"))
    about = [each for each in verdict.findings if each.id.startswith("log:payments")]
    assert [each.outcome for each in about if "no space" in each.subject] == [Outcome.FOUND]


async def test_a_dependency_with_more_trouble_than_fits_is_left_out(monkeypatch):
    """A part of its lines would look as if the trouble began where the part does."""
    monkeypatch.setattr(gathering, "LINES", 100)
    own = [info(n) for n in range(1, 60)]
    flood = [(BASE - n * SECOND, "level=error msg=refused") for n in range(500)]
    server = FakeLoki([({"app": "checkout"}, own), ({"app": "payments"}, flood)])
    got = await gather(
        Signals(None, loki(server), None, None),
        (),
        "checkout",
        "shop",
        NOON,
        NOW,
        declared={("checkout", "payments")},
    )
    assert got.logs["service"].unique().to_list() == ["checkout"]


async def test_all_logs_begin_where_the_own_ones_do(monkeypatch):
    """What was usual is counted over the same time for everybody, or a rate would look higher than it was."""
    monkeypatch.setattr(gathering, "LINES", 100)
    early = [(BASE - 3000 * SECOND, "level=error msg=early")]
    late = [(BASE + SECOND * 3 // 2, "level=error msg=late")]
    server = FakeLoki([({"app": "checkout"}, chatty()), ({"app": "payments"}, early + late)])
    got = await gather(
        Signals(None, loki(server), None, None),
        (),
        "checkout",
        "shop",
        NOON,
        NOW,
        declared={("checkout", "payments")},
    )
    assert got.logs.filter(service="payments")["message"].to_list() == ["level=error msg=late"]
