"""Laws of confidence: agreement never lowers it, and telemetry that is lost never raises it."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.correlation.answer import rested_on
from reliability_studio.domain.correlation.engine import investigate
from reliability_studio.domain.correlation.evidence import Verdict
from reliability_studio.domain.correlation.telemetry import Question, Telemetry
from tests.domain.correlation.telemetry import edges, series
from tests.domain.correlation.test_engine import QUESTION, confidence, slow_database

RIVALS = ("shop", "cart", "mail", "search")
PARTS = tuple((service, metric) for service in RIVALS for metric in ("latency", "cpu", "errors"))


def contested() -> Telemetry:
    """The slow database beside rivals that are in trouble of their own."""
    plain = slow_database(edges=edges(("shop", "cart"), ("cart", "db"), ("shop", "mail"), ("mail", "search")))
    more = pl.concat(
        [
            series("mail", "request_errors_ratio", 0.001, 0.02),
            series("search", "cpu_usage", 0.3, 0.7),
            series("search", "request_latency", 30, 70),
            series("cart", "request_errors_ratio", 0.001, 0.2),
        ]
    )
    return replace(plain, metrics=pl.concat([plain.metrics, Telemetry.of(metrics=more).metrics]))


WHOLE = contested()
FIRST = investigate(WHOLE, QUESTION)


def after(verdict: Verdict) -> Question:
    """The next question about the same incident."""
    return replace(QUESTION, earlier=rested_on(verdict))


@given(st.sets(st.sampled_from(PARTS), min_size=1))
def test_l6_losing_any_evidence_of_rivals_makes_the_named_cause_no_surer(parts: set[tuple[str, str]]) -> None:
    """Within an incident: whatever rivals' series disappear between two runs."""
    lost = pl.lit(value=False)
    for service, metric in parts:
        lost |= (pl.col("service") == service) & pl.col("name").str.contains(metric)
    poorer = replace(WHOLE, metrics=WHOLE.metrics.filter(~lost))
    again = investigate(poorer, after(FIRST))
    assert confidence(again, "db") <= confidence(FIRST, "db") + 1e-9


@pytest.mark.parametrize("part", ["metrics", "edges"])
def test_losing_a_whole_source_makes_nobody_surer(part: str) -> None:
    """The source fails between two runs: every service is at most as likely as before."""
    poorer = replace(WHOLE, **{part: getattr(Telemetry(), part)})
    again = investigate(poorer, after(FIRST))
    for cause in again.causes:
        assert cause.confidence <= confidence(FIRST, cause.service) + 1e-9


def test_the_limit_says_whose_telemetry_is_missing() -> None:
    """A rival that spoke before and is silent now is named in the caps."""
    poorer = replace(WHOLE, metrics=WHOLE.metrics.filter(pl.col("service") != "search"))
    again = investigate(poorer, after(FIRST))
    if confidence(investigate(poorer, QUESTION), "db") > confidence(FIRST, "db"):
        assert any("telemetry of search is missing" in cap for cap in again.caps)
    assert confidence(again, "db") <= confidence(FIRST, "db")


def test_nothing_lost_is_no_limit() -> None:
    """The same telemetry gives the same answer, with or without an earlier one."""
    again = investigate(WHOLE, after(FIRST))
    assert again == FIRST


def test_a_service_far_down_without_telemetry_limits_the_answer() -> None:
    """What the suspect depends on, however far, may be the true cause while nobody measures it."""
    telemetry = slow_database(
        edges=edges(("shop", "cart"), ("cart", "db"), ("db", "proxy"), ("proxy", "disk"))
    )
    seen = Telemetry.of(metrics=series("proxy", "request_latency", 5)).metrics
    telemetry = replace(telemetry, metrics=pl.concat([telemetry.metrics, seen]))
    verdict = investigate(telemetry, QUESTION)
    assert verdict.causes[0].service == "db"
    assert verdict.causes[0].confidence <= 0.8


@given(
    st.sampled_from(
        [
            ("memory_rss", 100, 180),
            ("cpu_throttled_ratio", 0.01, 0.6),
            ("query_errors_ratio", 0.001, 0.2),
            ("container_restarts", 0, 3),
            ("odd_gauge", 5, 9),
            ("pool_connections", 10, 40),
            ("disk_usage", 0.4, 0.9),
        ]
    ),
    st.floats(1.0, 3.0),
)
def test_l6_one_more_agreeing_series_never_lowers_confidence(
    more: tuple[str, float, float], times: float
) -> None:
    """L6: of any kind and any size."""
    name, usual, now = more
    extra = Telemetry.of(metrics=series("db", name, usual, now * times)).metrics
    richer = replace(WHOLE, metrics=pl.concat([WHOLE.metrics, extra]))
    assert confidence(investigate(richer, QUESTION), "db") >= confidence(FIRST, "db") - 1e-9
