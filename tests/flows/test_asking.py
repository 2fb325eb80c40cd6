"""Row 17: questions about alerts, on a real store, a real Prometheus and a strict stand-in for Loki."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from reliability_studio.clock import ManualClock, SystemClock
from reliability_studio.domain.alerts import AlertEvent, fingerprint
from reliability_studio.domain.incidents.enrichment import (
    LATE,
    MOST_KEPT,
    PER_ALERT,
    PER_DELIVERY,
    PER_INCIDENT,
    Enrichment,
    EnrichmentSource,
    QuestionState,
)
from reliability_studio.domain.incidents.maintenance import Window
from reliability_studio.domain.incidents.matchers import Matcher, Operator
from reliability_studio.domain.incidents.policy import Action, Rule
from reliability_studio.domain.timeline import Entry, EntryType
from reliability_studio.flows.asking import AT_ONCE, Asking
from reliability_studio.flows.desk import Desk
from reliability_studio.flows.enrichments import Enrichments
from reliability_studio.flows.hub import Hub
from reliability_studio.flows.ingest import Intake
from reliability_studio.flows.maintenance import Maintenance
from reliability_studio.flows.merging import Merging
from reliability_studio.flows.promoting import Promoting
from reliability_studio.flows.rules import Rules
from reliability_studio.flows.shelf import Held
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources.http import SourceClient
from reliability_studio.sources.loki import Loki, nanoseconds
from reliability_studio.sources.prometheus import Prometheus
from reliability_studio.store import alerts, incidents, questions, retention, timeline
from reliability_studio.store.engine import Database
from reliability_studio.store.questions import Question
from scripts.servers import Prometheus as Server
from scripts.servers import prometheus as run_prometheus
from scripts.servers.prometheus import PROMETHEUS, PROMTOOL
from tests.support.fake_sources import FakeLoki, client
from tests.support.faults import faults_of
from tests.support.records import NOON, an_alert, minutes
from tests.support.servers import need_program

ORG = 1
RULE = Enrichment("Errors now", "sum by (pod) (errors{namespace=$labels.namespace})")


def alert(name: str = "Slow", at: float = 0, **labels: str) -> AlertEvent:
    """A firing alert of the namespace `shop`."""
    given = {"alertname": name, "service": "checkout", "namespace": "shop", **labels}
    return an_alert(started=minutes(at), labels=given, fingerprint=fingerprint(given))


class StandIn:
    """A Prometheus that answers one thing."""

    def __init__(self, *rows: tuple[dict[str, str], str]) -> None:
        self.rows, self.status, self.asked, self.under_way, self.most = rows, 200, [], 0, 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """One answer."""
        assert request.url.path == "/api/v1/query"
        self.asked.append(dict(httpx.QueryParams(request.content.decode())))
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(0)
        self.under_way -= 1
        result = [{"metric": labels, "value": [NOON.timestamp(), text]} for labels, text in self.rows]
        body = {"status": "success", "data": {"resultType": "vector", "result": result}}
        if self.status != 200:
            body = {"status": "error", "errorType": "bad_data", "error": "no such function"}
        return httpx.Response(self.status, json=body)


@asynccontextmanager
async def asking(
    database: Database, *, prometheus: Any = None, loki: Any = None, hub: Hub | None = None
) -> AsyncIterator[Asking]:
    """The job over stand-ins, or without a source."""
    opened = {name: client(name, one, NOON) for name, one in (("p", prometheus), ("l", loki)) if one}
    try:
        yield Asking(
            ORG,
            database,
            hub or Hub(),
            Prometheus(opened["p"]) if "p" in opened else None,
            Loki(opened["l"]) if "l" in opened else None,
        )
    finally:
        for one in opened.values():
            await one.aclose()


@pytest.fixture
def intake(database: Database) -> Intake:
    """The door."""
    return Intake(database, Hub(), ManualClock(NOON))


async def ruled(database: Database, *rules: Enrichment) -> None:
    """Write rules, in this order."""
    async with asking(database) as job:
        for position, rule in enumerate(rules):
            held = Held("", rule, position=position)
            await Enrichments(database, job).add(ORG, held, by="ada", now=NOON)


async def asked(database: Database) -> list[Question]:
    """Every question, oldest alert first."""
    async with database.reading() as connection:
        page = await alerts.search(connection, ORG, firing=None, cursor=None, limit=200)
        found = [one for each in page.items for one in await questions.of_alert(connection, ORG, each.id)]
    return sorted(found, key=lambda one: one.id)


async def told(database: Database, number: int = 1) -> list[Entry]:
    """What an incident's timeline says of questions."""
    async with database.reading() as connection:
        found = await incidents.get(connection, ORG, number)
        assert found is not None
        page = await timeline.page(connection, found.id, limit=1000)
    found_ = [one.entry for one in page.items if one.entry.type is EntryType.EVIDENCE]
    return [entry for entry in found_ if entry.source_key.startswith("question:")]


async def test_row_17_an_alert_is_durable_first_and_asked_about_afterwards(
    database: Database, intake: Intake
) -> None:
    """The intake asks nobody; the job does, about the moment of the alert, and tells it once."""
    await ruled(database, RULE)
    assert (await intake.apply(ORG, [alert()], minutes(1))).opened == ("INC-1",)
    [due] = await asked(database)
    assert (due.reading.state, due.query) == (QuestionState.DUE, 'sum by (pod) (errors{namespace="shop"})')
    server, hub = StandIn(({"pod": "a"}, "3"), ({"pod": "b"}, "7.5"), ({"pod": "c"}, "NaN")), Hub()
    async with asking(database, prometheus=server, hub=hub) as job, hub.subscribe(ORG) as notices:
        assert await job.sweep(minutes(2)) == 1
        assert (await anext(notices)).number == "INC-1"
        assert await job.sweep(minutes(3)) == 0
    assert [(each["query"], float(each["time"])) for each in server.asked] == [
        (due.query, minutes(1).timestamp())
    ]
    [done] = await asked(database)
    assert (done.reading.state, done.reading.samples, done.ran_at) == (QuestionState.DONE, 3, minutes(2))
    assert [(one.labels["pod"], one.value) for one in done.reading.values] == [
        ("b", 7.5),
        ("a", 3.0),
        ("c", None),
    ]
    [entry] = await told(database)
    assert (entry.title, entry.source) == ("Errors now: 3 series", "prometheus")
    assert entry.metadata["query"] == due.query
    assert entry.description.splitlines()[0] == "pod=b 7.5"


async def test_row_17_an_answer_is_told_once_when_its_alert_joins_an_incident_later(
    database: Database, intake: Intake
) -> None:
    """It came while maintenance was on; what is told happened when the alert came in."""
    await ruled(database, RULE)
    window = Window("upgrade", minutes(0), minutes(30), services=("checkout",))
    await Maintenance(database).add(ORG, window, enabled=True, by="ada", now=NOON)
    assert (await intake.apply(ORG, [alert()], minutes(1))).set_aside == 1
    async with asking(database, prometheus=StandIn(({"pod": "a"}, "3"))) as job:
        await job.sweep(minutes(2))
    await intake.sweep(ORG, minutes(31))
    [entry] = await told(database)
    assert (entry.title, entry.occurred_at, entry.recorded_at) == ("Errors now: 3", minutes(1), minutes(31))
    await intake.apply(ORG, [alert()], minutes(40))
    await intake.sweep(ORG, minutes(41))
    assert len(await told(database)) == 1


async def test_row_17_an_answer_is_told_in_an_incident_that_somebody_makes_of_its_alert(
    database: Database, intake: Intake
) -> None:
    """Declared for it, or split off with it."""
    await ruled(database, RULE)
    rule = await Rules(database).add(ORG, Rule("", "aside", action=Action.SET_ASIDE), by="ada", now=NOON)
    await intake.apply(ORG, [alert()], minutes(1))
    async with asking(database, prometheus=StandIn(({"pod": "a"}, "3"))) as job:
        await job.sweep(minutes(2))
    [about] = await asked(database)
    desk = Desk(database, Hub())
    await Promoting(desk).declare(ORG, about.alert_id, by="ada", now=minutes(5))
    assert [entry.title for entry in await told(database)] == ["Errors now: 3"]
    await Rules(database).delete(ORG, rule.id, by="ada", now=minutes(6))
    await intake.apply(ORG, [alert("Other")], minutes(7))
    split = await Merging(desk).split(ORG, 1, [about.alert_id], by="ada", now=minutes(8))
    assert [entry.title for entry in await told(database, split.number)] == ["Errors now: 3"]


async def test_row_17_repeats_and_ends_have_nothing_asked(database: Database, intake: Intake) -> None:
    """Each rule asks once about an episode, and not about what was over before anybody heard."""
    await ruled(database, RULE)
    await intake.apply(ORG, [alert()], minutes(1))
    await intake.apply(ORG, [alert(), replace(alert("Over"), ends_at=minutes(1))], minutes(2))
    await intake.apply(ORG, [replace(alert(), ends_at=minutes(3))], minutes(3))
    assert len(await asked(database)) == 1


async def test_row_17_without_rules_nothing_is_written(database: Database, intake: Intake) -> None:
    """Not a statement more."""
    with faults_of(database) as statements:
        statements.arm(0)
        await intake.apply(ORG, [alert()], minutes(1))
        assert not [step for step in statements.steps if "alert_questions" in str(step)]
    async with asking(database) as job:
        assert await job.sweep(minutes(2)) == 0


@pytest.mark.parametrize(
    ("rows", "status", "state", "text", "title"),
    [
        ((), 200, QuestionState.NO_DATA, "no series", "Errors now: no series"),
        ((), 400, QuestionState.FAILED, "no such function", "Errors now: could not be asked"),
        ((({}, "0.25"),), 200, QuestionState.DONE, "1 series", "Errors now: 0.25"),
    ],
)
async def test_row_17_an_answer_is_told_plainly_whatever_it_is(
    database: Database, intake: Intake, rows: Any, status: int, state: QuestionState, text: str, title: str
) -> None:
    """No data and a failure are answers too."""
    await ruled(database, RULE)
    await intake.apply(ORG, [alert()], minutes(1))
    server = StandIn(*rows)
    server.status = status
    async with asking(database, prometheus=server) as job:
        await job.sweep(minutes(2))
    [done] = await asked(database)
    assert done.reading.state is state
    assert text in done.reading.text
    assert [entry.title for entry in await told(database)] == [title]


async def test_row_17_what_cannot_be_asked_says_why(database: Database, intake: Intake) -> None:
    """No source, a label that the alert lacks, a query that would be too long: never silence."""
    lacking = replace(RULE, title="By node", query="up{node=$labels.node}")
    long = replace(RULE, title="Long", query="up{note=$labels.note}")
    await ruled(database, RULE, lacking, long)
    await intake.apply(ORG, [alert(note='"' * 10_000)], minutes(1))
    async with asking(database) as job:
        assert await job.sweep(minutes(2)) == 1
    found = {one.title: (one.reading.state, one.reading.text) for one in await asked(database)}
    assert found == {
        "Errors now": (QuestionState.NOT_RUN, "no Prometheus is configured"),
        "By node": (QuestionState.NOT_RUN, "the alert has no label node"),
        "Long": (QuestionState.NOT_RUN, "the query would have more than 20000 characters"),
    }
    assert await told(database) == []


async def test_row_17_after_a_restart_what_is_due_is_asked_about_its_own_moment(
    database: Database, intake: Intake
) -> None:
    """Another process, hours later; a day later it is marked as not run."""
    await ruled(database, RULE)
    await intake.apply(ORG, [alert()], minutes(1))
    server = StandIn(({}, "1"))
    async with asking(database, prometheus=server) as job:
        await job.sweep(minutes(180))
    assert float(server.asked[0]["time"]) == minutes(1).timestamp()
    await intake.apply(ORG, [alert("Late", 200)], minutes(200))
    async with asking(database, prometheus=server) as job:
        await job.sweep(minutes(201) + LATE)
    late = (await asked(database))[-1]
    assert late.reading.state is QuestionState.NOT_RUN
    assert late.reading.text == "nothing ran for 24 hours after the alert came in"
    assert len(server.asked) == 1


async def test_row_17_bounds_of_an_alert_an_incident_a_delivery_and_at_once(
    database: Database, intake: Intake
) -> None:
    """A storm of alerts is no storm of questions."""
    await ruled(database, *(replace(RULE, title=f"R{n}") for n in range(PER_ALERT + 2)))
    await intake.apply(ORG, [alert(f"A{n}", n / 100) for n in range(110)], minutes(2))
    found = await asked(database)
    assert len(found) == 110 * PER_ALERT
    due = [one for one in found if one.reading.state is QuestionState.DUE]
    assert len(due) == PER_DELIVERY
    assert {one.reading.text for one in found if one not in due} == {
        "the delivery had more than 500 questions"
    }
    server = StandIn(({}, "1"))
    async with asking(database, prometheus=server) as job:
        for _ in range(5):
            await job.sweep(minutes(3))
    assert len(server.asked) == PER_INCIDENT
    assert server.most <= 4
    assert AT_ONCE < PER_INCIDENT
    refused = [one for one in await asked(database) if "about this incident" in one.reading.text]
    assert len(refused) == 5 * AT_ONCE - PER_INCIDENT
    assert len(await told(database)) == PER_INCIDENT


async def test_row_17_lines_of_logs_are_kept_bounded_and_without_secrets(
    database: Database, intake: Intake
) -> None:
    """From the strict stand-in for Loki: the newest lines of the window before the alert."""
    shop = {"namespace": "shop", "app": "checkout"}
    lines = [
        (nanoseconds(minutes(-n / 60)), f"error {n} token=abcdef123456 {'x' * 2000}") for n in range(1, 40)
    ]
    old = [(nanoseconds(minutes(-30)), "error long ago")]
    server = FakeLoki(
        [(shop, [*lines, *old]), ({"namespace": "other"}, [(nanoseconds(minutes(-1)), "error")])]
    )
    rule = Enrichment(
        "Last errors",
        "{namespace=$labels.namespace} |= `error`",
        EnrichmentSource.LOKI,
        matchers=(Matcher("alertname", Operator.EQUAL, "Slow"),),
    )
    await ruled(database, rule)
    await intake.apply(ORG, [alert(), alert("Other")], NOON)
    async with asking(database, loki=server) as job:
        await job.sweep(minutes(1))
    [done] = await asked(database)
    assert (done.reading.state, done.reading.text) == (
        QuestionState.DONE,
        f"the newest {MOST_KEPT} lines of more",
    )
    assert len(done.reading.lines) == MOST_KEPT
    assert done.reading.lines[0].text.startswith("error 1 token=[redacted]")
    assert all(len(line.text) <= 1000 for line in done.reading.lines)
    assert done.reading.lines[0].at == minutes(-1 / 60)
    [entry] = await told(database)
    assert entry.source == "loki"
    assert len(entry.description.splitlines()) == 5


async def test_row_17_a_hostile_label_reaches_loki_as_a_value(database: Database, intake: Intake) -> None:
    """The stand-in reads the query by Loki's grammar and would refuse anything else."""
    hostile = 'x"} |= "secret" or {a="'
    server = FakeLoki([({"namespace": hostile}, [(nanoseconds(minutes(-1)), "error of theirs")])])
    rule = Enrichment("Lines", "{namespace=$labels.namespace} |= `error`", EnrichmentSource.LOKI)
    await ruled(database, rule)
    await intake.apply(ORG, [alert(namespace=hostile)], NOON)
    async with asking(database, loki=server) as job:
        await job.sweep(minutes(1))
    [done] = await asked(database)
    assert [line.text for line in done.reading.lines] == ["error of theirs"]


async def test_row_17_an_answer_is_written_once_and_goes_with_its_alert(
    database: Database, intake: Intake
) -> None:
    """Two processes that ask the same question tell it once; retention takes it along."""
    await ruled(database, RULE)
    await intake.apply(ORG, [alert()], minutes(1))
    server = StandIn(({}, "1"))
    async with asking(database, prometheus=server) as one, asking(database, prometheus=server) as other:
        await asyncio.gather(one.sweep(minutes(2)), other.sweep(minutes(2)))  # noqa: TID251 - two processes
    assert len(await told(database)) == 1
    await intake.apply(ORG, [replace(alert(), ends_at=minutes(3))], minutes(3))
    horizon = retention.Horizon(incidents=minutes(60), alerts=minutes(60))
    await retention.sweep(database, ORG, horizon)
    async with database.reading() as connection:
        assert await questions.due(connection, ORG, 10) == ()
        assert (await alerts.search(connection, ORG, firing=None, cursor=None, limit=10)).total == 0


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real Prometheus that knows errors of two pods around the alert."""
    need_program(PROMETHEUS, PROMTOOL)
    text = tmp_path_factory.mktemp("history") / "history.om"
    first = NOON.timestamp() - 600
    rows = [
        f'errors{{namespace="{space}",pod="{pod}"}} {value + step} {first + step * 60:.0f}'
        for space, pod, value in (("shop", "a", 0), ("shop", "b", 100), ("other", "c", 500))
        for step in range(30)
    ]
    text.write_text("# TYPE errors gauge\n" + "\n".join(rows) + "\n# EOF\n")
    with run_prometheus(blocks=Path(text)) as running:
        yield running


@pytest.mark.integration
async def test_row_17_a_real_prometheus_is_asked_about_the_moment_of_the_alert(
    database: Database, intake: Intake, history: Server
) -> None:
    """Its values then, not now; a hostile label is a label's value there too."""
    hostile = 'shop"} or errors{namespace="other'
    echo = replace(RULE, title="Echo", query='label_replace(vector(1), "said", $labels.note, "", "")')
    await ruled(database, RULE, echo)
    await intake.apply(ORG, [alert(note=hostile.replace("$", "")), alert("Evil", namespace=hostile)], NOON)
    source = SourceClient(
        SourceSettings(name="prometheus", url=history.url, timeout_s=5), clock=SystemClock()
    )
    try:
        await Asking(ORG, database, Hub(), Prometheus(source), None).sweep(minutes(1))
    finally:
        await source.aclose()
    found = {(one.title, one.query): one.reading for one in await asked(database)}
    shop = found["Errors now", 'sum by (pod) (errors{namespace="shop"})']
    assert [(one.labels, one.value) for one in shop.values] == [({"pod": "b"}, 110.0), ({"pod": "a"}, 10.0)]
    states = {one.title: one.reading.state for one in await asked(database) if hostile in str(one.query)}
    assert "Errors now" not in states
    [evil] = [r for (title, query), r in found.items() if title == "Errors now" and "other" in query]
    assert (evil.state, evil.text) == (QuestionState.NO_DATA, "no series")
    [said] = [r for (title, query), r in found.items() if title == "Echo" and "vector" in query and r.values]
    assert said.values[0].labels == {"said": hostile}


async def test_row_17_a_rule_is_tried_without_an_alert(database: Database) -> None:
    """Now, on labels that somebody gives; nothing is kept."""
    moment: datetime = minutes(5)
    server = StandIn(({"pod": "a"}, "3"))
    async with asking(database, prometheus=server) as job:
        rules = Enrichments(database, job)
        tried = await rules.rehearse(RULE, {"namespace": "shop"}, moment)
        lacking = await rules.rehearse(replace(RULE, window=timedelta(minutes=1)), {}, moment)
    assert (tried.query, tried.reading.samples) == ('sum by (pod) (errors{namespace="shop"})', 1)
    assert (lacking.query, lacking.reading.text) == ("", "the alert has no label namespace")
    assert len(server.asked) == 1
    assert await asked(database) == []
