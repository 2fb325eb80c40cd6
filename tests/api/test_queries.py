"""QueryData: each refId gets its own answer, and nothing that goes wrong in one touches another."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from grafana_host.arrow_reader import read
from reliability_studio.api.calls import Caller, Query, QueryAnswer, Role
from reliability_studio.api.queries import (
    THREAD_CELLS,
    Queries,
    QueryCall,
    QueryMeter,
    QueryModel,
    QueryType,
)
from reliability_studio.clock import ManualClock
from reliability_studio.errors import NotFound, SourceTimeout, SourceUnavailable, StoreUnavailable
from reliability_studio.frames import shapes
from reliability_studio.frames.check import CheckedFrame
from reliability_studio.observability.metrics import Metrics

START = datetime(2024, 1, 1, tzinfo=UTC)
VIEWER = Caller(org_id=1, login="vera", role=Role.VIEWER)
ALERTING = Caller(org_id=1, from_alert=True)

Frames = Sequence[CheckedFrame]


class Model(QueryModel):
    """What the tests ask for."""

    slo_id: str = ""
    limit: int = 10


def query(ref_id: str = "A", kind: str = "echo", model: object = None) -> Query:
    text = model if isinstance(model, bytes) else json.dumps(model or {}).encode()
    return Query(ref_id, kind, START, START + timedelta(hours=1), timedelta(minutes=1), 500, text)


async def echo(call: QueryCall[Model]) -> Frames:
    """What the handler was told, as a table."""
    row = {"slo": call.model.slo_id, "limit": call.model.limit, "who": call.caller.label, "ref": call.ref_id}
    return shapes.table(pl.DataFrame([row]))


def raising(error: BaseException) -> Callable[[QueryCall[Model]], Awaitable[Frames]]:
    async def handler(_: QueryCall[Model]) -> Frames:
        raise error

    return handler


async def forever(_: QueryCall[Model]) -> Frames:
    await asyncio.Event().wait()
    return ()


class World:
    """The dispatcher with its metrics; `more` adds query types to `echo`."""

    def __init__(
        self,
        more: Mapping[str, Callable[[QueryCall[Model]], Awaitable[Frames]]] | None = None,
        *,
        roles: Mapping[str, Role] | None = None,
        deadline_s: float = 30,
        max_parallel: int = 8,
        max_waiting: int = 1000,
    ) -> None:
        handlers = {"echo": echo, **(more or {})}
        self.types = [
            QueryType(name, Model, handler, (roles or {}).get(name, Role.VIEWER))
            for name, handler in handlers.items()
        ]
        self.metrics = Metrics()
        self.queries = Queries(
            self.types,
            deadline_s=deadline_s,
            max_parallel=max_parallel,
            max_waiting=max_waiting,
            meter=QueryMeter(self.metrics, list(handlers)),
            clock=ManualClock(START),
        )

    async def ask(self, *queries: Query, caller: Caller = VIEWER) -> Mapping[str, QueryAnswer]:
        return await self.queries.answer(caller, queries)

    async def one(self, asked: Query, caller: Caller = VIEWER) -> QueryAnswer:
        return (await self.ask(asked, caller=caller))[asked.ref_id]

    def count(self, kind: str, outcome: str) -> float:
        labels = {"type": kind, "outcome": outcome}
        return self.metrics.registry.get_sample_value("reliability_studio_query_seconds_count", labels) or 0

    @property
    def under_way(self) -> float | None:
        return self.metrics.registry.get_sample_value("reliability_studio_queries_under_way")


def rows(answer: QueryAnswer) -> list[dict[str, Any]]:
    assert answer.error == ""
    return [row for data in answer.frames for row in read(data).rows]


async def test_a_handler_gets_its_model_and_its_frames_carry_the_ref_id() -> None:
    answer = await World().one(query("B", model={"sloId": "slo-1", "limit": 3}))
    assert rows(answer) == [{"slo": "slo-1", "limit": 3, "who": "vera", "ref": "B"}]
    assert (read(answer.frames[0]).ref_id, answer.status) == ("B", 200)


async def test_a_handler_gets_the_range_and_resolution_of_the_panel() -> None:
    seen: list[QueryCall[Model]] = []

    async def keep(call: QueryCall[Model]) -> Frames:
        seen.append(call)
        return ()

    assert (await World({"keep": keep}).one(query(kind="keep"))).frames == ()
    (call,) = seen
    assert (call.start, call.end) == (START, START + timedelta(hours=1))
    assert (call.interval, call.max_points) == (timedelta(minutes=1), 500)


async def test_grafanas_own_keys_in_the_model_are_left_alone() -> None:
    model = {
        "datasource": {"type": "x", "uid": "u"},
        "hide": False,
        "intervalMs": 1000,
        "maxDataPoints": 100,
        "refId": "A",
        "queryType": "echo",
        "key": "Q-1",
        "newInGrafana99": {"a": [1]},
        "sloId": "s",
    }
    assert rows(await World().one(query(model=model)))[0]["slo"] == "s"


@pytest.mark.parametrize(
    "model", [{"queryType": "echo"}, {"type": "echo"}, {"queryType": "", "type": "echo"}]
)
async def test_the_type_is_taken_from_the_model_when_the_query_has_none(model: dict[str, str]) -> None:
    world = World()
    assert len(rows(await world.one(query(kind="", model=model)))) == 1
    assert world.count("echo", "ok") == 1


async def test_every_ref_id_has_an_answer_also_when_nothing_is_asked() -> None:
    world = World()
    assert await world.ask() == {}
    answers = await world.ask(query("A"), query("B", "nope"), query("C", model={"hide": True}))
    assert set(answers) == {"A", "B", "C"}


class TestRefusals:
    """Queries whose fault is their own."""

    async def test_an_unknown_type_names_the_known_ones(self) -> None:
        world = World({"incidents": echo})
        answer = await world.one(query(kind="slo_statsu"))
        assert answer.error == "there is no queryType 'slo_statsu'; use one of: echo, incidents"
        assert (answer.status, answer.downstream) == (400, False)
        assert world.count("other", "refused") == 1

    @pytest.mark.parametrize("model", [{}, {"queryType": 7}, {"type": None}, b""])
    async def test_a_missing_type_names_the_known_ones(self, model: object) -> None:
        answer = await World().one(query(kind="", model=model))
        assert (answer.status, answer.error) == (400, "the query has no queryType; use one of: echo")

    async def test_a_model_of_the_wrong_shape_names_the_field(self) -> None:
        answer = await World().one(query(model={"limit": "many"}))
        assert answer.status == 422
        assert "$.limit" in answer.error

    @pytest.mark.parametrize(
        ("text", "status"), [(b"{", 400), (b"\xff", 400), (b'{"hide":' + b"[" * 99_999, 400), (b"[]", 422)]
    )
    async def test_a_model_that_is_no_json_object_is_refused(self, text: bytes, status: int) -> None:
        world = World()
        assert (await world.one(query(kind="", model=text))).status == status
        assert world.count("other", "refused") == 1

    async def test_no_model_is_the_model_of_defaults(self) -> None:
        assert rows(await World().one(query(model=b"")))[0]["limit"] == 10

    async def test_a_ref_id_used_twice_is_refused_and_its_neighbour_is_not(self) -> None:
        answers = await World().ask(query("A"), query("A"), query("B"))
        assert (answers["A"].status, answers["A"].error) == (400, "2 queries have the refId 'A'")
        assert rows(answers["B"])


async def test_a_hidden_query_is_answered_with_nothing() -> None:
    world = World({"broken": raising(ValueError())})
    assert await world.one(query(kind="broken", model={"hide": True})) == QueryAnswer()
    assert world.count("broken", "hidden") == 1


class TestAccess:
    """Who may ask what."""

    async def test_alert_rules_and_public_dashboards_read_without_a_user(self) -> None:
        assert rows(await World().one(query(), caller=ALERTING))[0]["who"] == "grafana-alerting"

    async def test_a_named_user_without_a_role_is_refused(self) -> None:
        """Grafana's door lets every member of the organisation through."""
        answer = await World().one(query(), caller=Caller(org_id=1, login="nobody"))
        assert (answer.status, answer.error) == (403, "the query 'echo' needs the role Viewer or higher")

    @pytest.mark.parametrize(("caller", "status"), [(VIEWER, 403), (ALERTING, 403)])
    async def test_a_query_for_admins_is_for_admins(self, caller: Caller, status: int) -> None:
        world = World({"audit": echo}, roles={"audit": Role.ADMIN})
        assert (await world.one(query(kind="audit"), caller=caller)).status == status
        admin = Caller(org_id=1, login="root", role=Role.ADMIN)
        assert rows(await world.one(query(kind="audit"), caller=admin))


class TestIsolation:
    """One query's trouble stays its own."""

    @pytest.mark.parametrize(
        ("error", "status", "downstream"),
        [
            (NotFound("there is no SLO 'x'"), 404, False),
            (StoreUnavailable("the store is locked"), 503, False),
            (SourceUnavailable("prometheus is down", source="prom"), 502, True),
            (SourceTimeout("prometheus is slow", source="prom"), 504, True),
        ],
    )
    async def test_a_known_error_shows_its_text_status_and_whose_fault_it_is(
        self, error: Exception, status: int, *, downstream: bool
    ) -> None:
        answers = await World({"bad": raising(error)}).ask(query("A", "bad"), query("B"))
        assert answers["A"] == QueryAnswer(error=str(error), status=status, downstream=downstream)
        assert rows(answers["B"])

    @pytest.mark.parametrize(
        "error",
        [
            RuntimeError("password=hunter2"),
            TimeoutError("hunter2"),
            MemoryError("hunter2"),
            asyncio.CancelledError("hunter2"),
            pl.exceptions.PanicException("hunter2"),
            BaseExceptionGroup("hunter2", [asyncio.CancelledError()]),
        ],
        ids=lambda error: type(error).__name__,
    )
    async def test_an_unexpected_error_is_logged_and_shows_no_detail(
        self, error: BaseException, caplog: pytest.LogCaptureFixture
    ) -> None:
        """A panic in a library is no Exception, and a cancellation may be raised that nobody asked for."""
        world = World({"bad": raising(error)})
        with caplog.at_level(logging.ERROR):
            answers = await world.ask(query("A", "bad"), query("B"))
        assert (answers["A"].status, answers["A"].frames) == (500, ())
        assert answers["A"].error == "the plugin failed to answer; its log says why"
        assert rows(answers["B"])
        (record,) = caplog.records
        assert record.exc_info is not None
        assert (record.ref_id, record.query_type) == ("A", "bad")  # type: ignore[attr-defined]
        assert world.count("bad", "failed") == 1

    async def test_the_end_of_the_process_is_no_ones_answer(self) -> None:
        with pytest.raises(SystemExit):
            await World({"exit": raising(SystemExit(3))}).queries._guarded(VIEWER, query(kind="exit"))

    async def test_a_frame_against_the_rules_is_an_error_of_its_query_only(self) -> None:
        """Sent as it is, it would make Grafana refuse the whole call."""

        async def bad(_: QueryCall[Model]) -> Frames:
            return shapes.table(pl.DataFrame({"id": [1 << 60]}))

        async def twice(_: QueryCall[Model]) -> Frames:
            (frame,) = shapes.timeseries_multi(pl.DataFrame({"time": [START], "value": [1.0]}))
            return (frame, frame)

        answers = await World({"bad": bad, "twice": twice}).ask(
            query("A", "bad"), query("B", "twice"), query("C")
        )
        assert answers["A"].status == answers["B"].status == 500
        assert "field" in answers["A"].error
        assert "send them as strings" in answers["A"].error
        assert "the same series" in answers["B"].error
        assert rows(answers["C"])

    async def test_a_query_over_its_deadline_times_out_alone(self) -> None:
        world = World({"forever": forever}, deadline_s=0.02)
        answers = await world.ask(query("A", "forever"), query("B"))
        assert answers["A"] == QueryAnswer(error="the query took longer than 0.02 s", status=504)
        assert rows(answers["B"])
        assert world.count("forever", "timeout") == 1

    async def test_the_deadline_counts_the_wait_for_a_turn(self) -> None:
        started = 0

        async def counted(call: QueryCall[Model]) -> Frames:
            nonlocal started
            started += 1
            return await forever(call)

        world = World({"counted": counted}, deadline_s=0.02, max_parallel=1)
        answers = await world.ask(*(query(str(at), "counted") for at in range(3)))
        assert {answer.status for answer in answers.values()} == {504}
        assert started == 1


class TestBounds:
    """How much runs at once."""

    async def test_no_more_than_max_parallel_run_at_once(self) -> None:
        running = most = 0

        async def counted(_: QueryCall[Model]) -> Frames:
            nonlocal running, most
            running += 1
            most = max(most, running)
            for _ in range(3):
                await asyncio.sleep(0)
            running -= 1
            return ()

        world = World({"counted": counted}, max_parallel=3)
        answers = await world.ask(*(query(str(at), "counted") for at in range(20)))
        assert (most, len(answers), world.count("counted", "ok")) == (3, 20, 20)

    async def test_too_many_under_way_are_refused_as_overloaded_and_counted(self) -> None:
        world = World({"forever": forever}, deadline_s=0.02, max_parallel=1, max_waiting=2)
        answers = await world.ask(*(query(str(at), "forever") for at in range(3)))
        assert [answers[str(at)].status for at in range(3)] == [504, 504, 503]
        assert answers["2"].error == "2 queries are under way already; try again"
        assert world.count("forever", "overloaded") == 1
        assert world.under_way == 0
        assert rows(await world.one(query()))

    async def test_cancelling_the_call_ends_its_queries_and_leaves_nothing_behind(self) -> None:
        """A client that goes away stops the work it asked for."""
        started, ended = asyncio.Event(), asyncio.Event()

        async def waits(_: QueryCall[Model]) -> Frames:
            started.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()
            return ()

        world = World({"waits": waits}, max_parallel=1)
        async with asyncio.TaskGroup() as group:
            call = group.create_task(world.ask(query(kind="waits"), query("B", "waits")))
            await started.wait()
            assert world.under_way == 2
            call.cancel()
        assert call.cancelled()
        assert ended.is_set()
        assert world.under_way == 0
        assert rows(await world.one(query()))

    @pytest.mark.parametrize("count", [1, THREAD_CELLS + 1])
    async def test_large_answers_are_encoded_as_well_as_small_ones(self, count: int) -> None:
        async def many(_: QueryCall[Model]) -> Frames:
            return shapes.table(pl.DataFrame({"n": range(count)}))

        assert rows(await World({"many": many}).one(query(kind="many"))) == [{"n": at} for at in range(count)]

    def test_two_types_of_one_name_are_a_mistake_of_the_program(self) -> None:
        world = World()
        with pytest.raises(ValueError, match="two query types"):
            Queries(
                world.types * 2,
                deadline_s=1,
                max_parallel=1,
                meter=QueryMeter(Metrics(), []),
                clock=ManualClock(START),
            )

    @pytest.mark.parametrize(
        "limits", [{"deadline_s": 0}, {"max_parallel": 0}, {"max_parallel": 8, "max_waiting": 7}]
    )
    def test_limits_that_let_nothing_through_are_a_mistake_of_the_program(
        self, limits: dict[str, Any]
    ) -> None:
        with pytest.raises(ValueError, match="are positive"):
            World(**limits)
