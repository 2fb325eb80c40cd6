"""QueryData over real gRPC: one answer per refId, whatever happens to its neighbours."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.wire.data import MAX_QUERIES, narrow_all
from reliability_studio.wire.pb import backend_pb2 as pb
from tests.support.echo_plugin import EchoProduct
from tests.wire.harness import serving, who


def a_query(ref_id: str, kind: str = "frames", start: int = 0, end: int = 1000) -> pb.DataQuery:
    span = pb.TimeRange(fromEpochMS=start, toEpochMS=end)
    return pb.DataQuery(refId=ref_id, queryType=kind, timeRange=span, json=b"{}")


async def test_a_bad_ref_id_never_harms_its_neighbours(tmp_path: Path):
    async with serving(EchoProduct(), tmp_path) as plugin:
        answers = await plugin.host.query(
            a_query("A", start=-1500),
            a_query("B", "error"),
            a_query("C", "forget"),
            a_query("D", start=2**62),
            a_query("E", "half"),
        )
    assert set(answers) == {"A", "B", "C", "D", "E"}
    assert json.loads(answers["A"].frames[0].removeprefix(b"ARROW1"))[1] == "1969-12-31T23:59:58.500000+00:00"
    assert (answers["A"].status, answers["A"].format) == (200, pb.ARROW)
    assert (answers["B"].error, answers["B"].status) == ("no such series", 502)
    assert answers["B"].errorSource == "downstream"
    assert (answers["C"].status, answers["C"].errorSource) == (500, "plugin")
    assert answers["D"].status == 400
    assert "timeRange" in answers["D"].error
    assert (answers["E"].status, answers["E"].error) == (400, "no label '?'"), "half of a surrogate pair"


async def test_a_product_that_fails_answers_every_ref_id_without_its_text(tmp_path: Path):
    async with serving(EchoProduct(), tmp_path) as plugin:
        answers = await plugin.host.query(a_query("A", "raise"), a_query("B"))
    assert [answers[ref].status for ref in "AB"] == [500, 500]
    assert not any("hunter2" in answer.error for answer in answers.values())


async def test_too_many_queries_are_refused_each(tmp_path: Path):
    async with serving(EchoProduct(), tmp_path) as plugin:
        answers = await plugin.host.query(*(a_query(f"R{n}") for n in range(MAX_QUERIES + 1)))
    assert {answer.status for answer in answers.values()} == {400}


async def test_an_alert_rule_needs_no_user_and_only_grafana_can_say_that_it_asks(tmp_path: Path):
    nobody = who(login="", role="")
    async with serving(EchoProduct(), tmp_path) as plugin:
        by_rule = await plugin.host.query(a_query("A"), context=nobody, FromAlert="true")
        by_browser = await plugin.host.query(a_query("A"), context=nobody, http_FromAlert="true")
    assert json.loads(by_rule["A"].frames[0].removeprefix(b"ARROW1"))[2] is True
    assert json.loads(by_browser["A"].frames[0].removeprefix(b"ARROW1"))[2] is False


async def test_a_forged_identity_is_refused_for_every_ref_id(tmp_path: Path):
    async with serving(EchoProduct(), tmp_path) as plugin:
        answers = await plugin.host.query(a_query("A"), **{"http_X-Grafana-Id": "forged"})
    assert answers["A"].status == 403


INT64 = st.integers(-(2**63), 2**63 - 1)


@given(start=INT64, end=INT64, interval=INT64, points=INT64)
def test_any_numbers_become_a_query_or_an_answer(start: int, end: int, interval: int, points: int):
    span = pb.TimeRange(fromEpochMS=start, toEpochMS=end)
    query = pb.DataQuery(refId="A", timeRange=span, intervalMS=interval, maxDataPoints=points)
    queries, answers = narrow_all(pb.QueryDataRequest(queries=[query]))
    assert len(queries) + len(answers) == 1
    for narrowed in queries:
        assert narrowed.interval.total_seconds() >= 0
        assert narrowed.max_points >= 0
