"""The whole engine on small worlds made by hand."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest

from reliability_studio.domain.correlation.engine import investigate
from reliability_studio.domain.correlation.evidence import Likely, Outcome, Verdict
from reliability_studio.domain.correlation.kinds import Kind, Type
from reliability_studio.domain.correlation.telemetry import Change, ClusterEvent, Question, Source, Telemetry
from tests.domain.correlation.telemetry import END, ONSET, START, at, edges, series

QUESTION = Question(start=ONSET + timedelta(minutes=3), at=END, service="shop")


def slow_database(**parts: object) -> Telemetry:
    """shop → cart → db; db burns processor time, all three get slow."""
    whole: dict[str, object] = {
        "metrics": pl.concat(
            [
                series("shop", "request_latency", 80, 300),
                series("cart", "request_latency", 40, 260),
                series("db", "query_latency", 10, 230),
                series("db", "cpu_usage", 0.4, 0.98),
                series("cart", "cpu_usage", 0.3),
                series("shop", "cpu_usage", 0.3),
                series("mail", "request_latency", 20),
                series("mail", "cpu_usage", 0.2),
            ]
        ),
        "edges": edges(("shop", "cart"), ("cart", "db"), ("shop", "mail")),
        **parts,
    }
    return Telemetry.of(**whole)  # type: ignore[arg-type]


def confidence(verdict: Verdict, service: str) -> float:
    return next(each.confidence for each in verdict.causes if each.service == service)


class TestRanking:
    def test_the_deepest_faulty_service_is_first_and_its_callers_are_explained(self) -> None:
        verdict = investigate(slow_database(), QUESTION)
        assert (verdict.causes[0].service, verdict.causes[0].kind) == ("db", "cpu")
        reasons = {(each.service, each.reason) for each in verdict.ruled_out}
        assert ("cart", "explained by its dependency db") in reasons
        assert ("shop", "explained by its dependency cart") in reasons
        assert ("mail", "within its own noise") in reasons

    def test_c7_every_cause_names_its_evidence_and_every_term_of_its_score(self) -> None:
        verdict = investigate(slow_database(), QUESTION)
        ids = {each.id for each in verdict.findings}
        for cause in verdict.causes:
            assert {each.id for each in cause.evidence} <= ids
            assert sum(term.log_odds for term in cause.terms) == pytest.approx(cause.log_odds)

    def test_all_services_are_ranked_and_probabilities_leave_room_for_none(self) -> None:
        verdict = investigate(slow_database(), QUESTION)
        assert {each.service for each in verdict.causes} == {"shop", "cart", "db", "mail"}
        assert sum(each.confidence for each in verdict.causes) + verdict.none <= 1 + 1e-9

    def test_the_onset_is_found_before_the_alert(self) -> None:
        verdict = investigate(slow_database(), QUESTION)
        assert verdict.onset.found
        assert abs(verdict.onset.at - ONSET) <= timedelta(minutes=1)
        assert verdict.onset.reported == QUESTION.start

    def test_people_are_told_of_the_end_of_a_bucket_and_never_of_an_effect_before_its_cause(self) -> None:
        """The step lies somewhere in its bucket: comparisons take the start of it, the timeline the end."""
        verdict = investigate(slow_database(), QUESTION)
        assert verdict.onset.at < verdict.onset.shown <= verdict.onset.at + timedelta(minutes=1)
        cpu = next(each for each in verdict.causes[0].evidence if each.kind is Kind.CPU)
        assert cpu.first_seen is not None
        assert cpu.shown is not None
        assert cpu.shown - cpu.first_seen == verdict.onset.shown - verdict.onset.at

    def test_a_finding_tells_its_numbers_and_its_query(self) -> None:
        verdict = investigate(slow_database(), QUESTION)
        cpu = next(each for each in verdict.causes[0].evidence if each.kind is Kind.CPU)
        assert cpu.before == pytest.approx(0.4, rel=0.05)
        assert cpu.now == pytest.approx(0.98, rel=0.05)
        assert (cpu.type, cpu.outcome, cpu.query) == (Type.SATURATION, Outcome.FOUND, "cpu_usage")
        assert cpu.samples >= 12
        assert cpu.first_seen is not None

    def test_a_symptom_is_never_named_as_the_cause(self) -> None:
        metrics = pl.concat([series("shop", "request_latency", 80, 300), series("cart", "cpu_usage", 0.3)])
        verdict = investigate(Telemetry.of(metrics=metrics, edges=edges(("shop", "cart"))), QUESTION)
        assert (verdict.causes[0].service, verdict.causes[0].kind) == ("shop", "failure")

    def test_a_surge_is_blamed_where_it_enters(self) -> None:
        metrics = pl.concat(
            [
                *(series(each, "requests_rate", 100, 300) for each in ("shop", "cart", "db")),
                *(series(each, "cpu_usage", 0.3, 0.9) for each in ("shop", "cart", "db")),
                series("db", "query_latency", 10, 40),
                series("shop", "request_latency", 50, 90),
            ]
        )
        verdict = investigate(
            Telemetry.of(metrics=metrics, edges=edges(("shop", "cart"), ("cart", "db"))), QUESTION
        )
        assert (verdict.causes[0].service, verdict.causes[0].kind) == ("shop", "traffic")


class TestLogs:
    def test_the_minute_that_is_not_over_is_no_fall_of_the_error_lines(self) -> None:
        """Two lines a second since the onset, asked 12 s and 45 s into a minute."""
        for seconds, last in ((12, 120.0), (45, 120.0)):
            until = 63 + seconds / 60
            logs = pl.DataFrame(
                {
                    "ts": [at(m) for m in range(60)]
                    + [at(60) + 500 * n for n in range(int((until - 60) * 120))],
                    "service": "db",
                    "message": ["ok"] * 60 + ["cannot write"] * int((until - 60) * 120),
                    "level": ["info"] * 60 + ["error"] * int((until - 60) * 120),
                }
            )
            question = Question(ONSET + timedelta(minutes=1), START + timedelta(minutes=until), "shop")
            verdict = investigate(slow_database(logs=logs), question)
            finding = next(
                each for each in verdict.findings if (each.service, each.kind) == ("db", Kind.LOG_ERRORS)
            )
            chart = next(each for each in verdict.charts if each.finding == finding.id)
            known = [value for value in chart.values if value is not None]
            assert known[-1] == pytest.approx(last, rel=0.05)


class TestChanges:
    def test_a_change_at_the_onset_of_its_services_trouble_becomes_the_cause(self) -> None:
        change = Change(ONSET - timedelta(minutes=1), "db", "rollout", "v2")
        plain = investigate(slow_database(), QUESTION)
        verdict = investigate(slow_database(changes=(change,)), QUESTION)
        assert (verdict.causes[0].service, verdict.causes[0].kind) == ("db", "rollout")
        assert verdict.headline.startswith(f"Likely: rollout of db at {change.at:%H:%M} UTC: ")
        assert verdict.causes[0].changes == (change,)
        assert verdict.causes[0].confidence >= plain.causes[0].confidence
        assert verdict.steps[0].command == "kubectl rollout undo deploy/db"
        placed = investigate(slow_database(changes=(change,)), replace(QUESTION, namespace="my shop"))
        assert placed.steps[0].command == "kubectl -n 'my shop' rollout undo deploy/db"

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (Change(ONSET - timedelta(minutes=1), "mail", "rollout"), "shows no trouble of its own"),
            (Change(ONSET + timedelta(minutes=6), "cart", "rollout"), "after the trouble had begun"),
            (Change(ONSET - timedelta(hours=3), "cart", "rollout"), "two hours older"),
        ],
    )
    def test_a_decoy_is_ruled_out_by_name(self, change: Change, reason: str) -> None:
        verdict = investigate(slow_database(changes=(change,)), QUESTION)
        assert verdict.causes[0].service == "db"
        assert any(each.service == change.service and reason in each.reason for each in verdict.ruled_out)


class TestEvents:
    def test_c4_a_crash_and_an_image_change_are_both_evidence(self) -> None:
        events = tuple(
            ClusterEvent(ONSET + timedelta(minutes=k), "cart", "BackOff", "restarting", object="cart-1")
            for k in (1, 2)
        )
        change = Change(ONSET - timedelta(minutes=2), "cart", "image")
        telemetry = Telemetry.of(
            metrics=pl.concat(
                [series("cart", "request_errors_ratio", 0.001, 0.5), series("shop", "cpu_usage", 0.3)]
            ),
            edges=edges(("shop", "cart")),
            events=events,
            changes=(change,),
        )
        verdict = investigate(telemetry, QUESTION)
        assert verdict.causes[0].service == "cart"
        assert Kind.RESTARTS in {each.kind for each in verdict.causes[0].evidence}
        assert verdict.causes[0].changes == (change,)

    def test_an_event_that_always_comes_is_no_evidence(self) -> None:
        events = tuple(
            ClusterEvent(START + timedelta(minutes=k), "cart", "Unhealthy") for k in range(0, 75, 2)
        )
        verdict = investigate(slow_database(events=events), QUESTION)
        found = next(each for each in verdict.findings if each.subject == "Unhealthy")
        assert found.outcome is Outcome.CLEAN

    def test_normal_events_say_nothing(self) -> None:
        event = ClusterEvent(ONSET, "cart", "Pulled", type="Normal")
        verdict = investigate(slow_database(events=(event,)), QUESTION)
        assert not [each for each in verdict.findings if each.subject == "Pulled"]


class TestMissing:
    def test_nothing_at_all_is_no_cause_and_no_error(self) -> None:
        verdict = investigate(Telemetry(), QUESTION)
        assert (verdict.causes, verdict.likely, verdict.none) == ((), Likely.NONE, 1.0)
        assert set(verdict.sources.values()) == {"no data"}
        assert "No cause found" in verdict.headline

    def test_calm_telemetry_is_no_cause_found(self) -> None:
        metrics = pl.concat([series(each, "request_latency", 80) for each in ("shop", "cart", "db")])
        verdict = investigate(Telemetry.of(metrics=metrics, edges=edges(("shop", "cart"))), QUESTION)
        assert verdict.likely is Likely.NONE
        assert verdict.leading is None
        assert not verdict.onset.found
        assert verdict.steps == ()

    def test_a_source_that_failed_is_told(self) -> None:
        telemetry = replace(slow_database(), failed={Source.LOGS: "loki: timeout after 5 s"})
        verdict = investigate(telemetry, QUESTION)
        assert verdict.sources[Source.LOGS] == "loki: timeout after 5 s"
        assert verdict.sources[Source.METRICS] == "used"

    def test_without_a_call_graph_confidence_is_capped_and_says_so(self) -> None:
        verdict = investigate(slow_database(edges=None), QUESTION)
        assert verdict.causes[0].confidence <= 0.7
        assert max(each.confidence for each in verdict.causes) <= 0.7

    def test_a_short_normal_caps_confidence(self) -> None:
        telemetry = slow_database()
        short = replace(telemetry, metrics=telemetry.metrics.filter(pl.col("ts") >= at(40)))
        verdict = investigate(short, QUESTION)
        assert verdict.causes[0].service == "db"
        assert verdict.causes[0].confidence <= 0.5

    def test_one_kind_of_evidence_caps_confidence(self) -> None:
        metrics = pl.concat([series("db", "cpu_usage", 0.2, 0.99), series("shop", "cpu_usage", 0.3)])
        verdict = investigate(Telemetry.of(metrics=metrics, edges=edges(("shop", "db"))), QUESTION)
        assert verdict.causes[0].service == "db"
        assert verdict.causes[0].confidence <= 0.6

    def test_too_few_points_are_no_data_and_not_clean(self) -> None:
        few = series("tax", "request_latency", 5).gather_every(25)
        telemetry = slow_database()
        verdict = investigate(
            replace(telemetry, metrics=pl.concat([telemetry.metrics, Telemetry.of(metrics=few).metrics])),
            QUESTION,
        )
        assert [each.outcome for each in verdict.findings if each.service == "tax"] == [Outcome.NO_DATA]

    def test_values_that_are_no_numbers_are_left_out(self) -> None:
        telemetry = slow_database()
        odd = telemetry.metrics.with_columns(
            value=pl.when(pl.col("ts") == at(61)).then(float("nan")).otherwise("value")
        )
        assert investigate(replace(telemetry, metrics=odd), QUESTION).causes[0].service == "db"

    def test_nothing_after_the_moment_of_asking_is_read(self) -> None:
        early = replace(QUESTION, start=START + timedelta(minutes=40), at=START + timedelta(minutes=50))
        verdict = investigate(slow_database(), early)
        cut = slow_database()
        cut = replace(cut, metrics=cut.metrics.filter(pl.col("ts") <= at(50)))
        assert verdict == investigate(cut, early)
        assert verdict.likely is Likely.NONE


class TestLaws:
    def test_k3_the_same_input_gives_the_same_answer_a_hundred_times(self) -> None:
        telemetry = slow_database(changes=(Change(ONSET, "cart", "config"),))
        first = investigate(telemetry, QUESTION)
        assert all(investigate(telemetry, QUESTION) == first for _ in range(100))

    def test_the_order_of_rows_does_not_matter(self) -> None:
        telemetry = slow_database()
        mixed = replace(
            telemetry,
            metrics=telemetry.metrics.sample(fraction=1, shuffle=True, seed=4),
            edges=telemetry.edges.reverse(),
        )
        assert investigate(mixed, QUESTION) == investigate(telemetry, QUESTION)

    @pytest.mark.parametrize(
        "more",
        [
            series("db", "memory_rss", 100, 180),
            series("db", "cpu_throttled_ratio", 0.01, 0.6),
            series("db", "query_errors_ratio", 0.001, 0.2),
            series("db", "container_restarts", 0, 3),
            series("db", "odd_gauge", 5, 9),
        ],
    )
    def test_one_more_agreeing_signal_never_lowers_confidence(self, more: pl.DataFrame) -> None:
        telemetry = slow_database()
        richer = replace(
            telemetry, metrics=pl.concat([telemetry.metrics, Telemetry.of(metrics=more).metrics])
        )
        before, after = investigate(telemetry, QUESTION), investigate(richer, QUESTION)
        assert confidence(after, "db") >= confidence(before, "db") - 1e-9

    @pytest.mark.parametrize("metric", ["query_latency", "cpu_usage"])
    def test_telemetry_that_is_missing_of_the_cause_never_raises_its_confidence(self, metric: str) -> None:
        telemetry = slow_database()
        poorer = replace(
            telemetry,
            metrics=telemetry.metrics.filter((pl.col("service") != "db") | (pl.col("name") != metric)),
        )
        assert confidence(investigate(poorer, QUESTION), "db") <= confidence(
            investigate(telemetry, QUESTION), "db"
        )
