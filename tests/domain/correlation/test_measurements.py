"""Series, onset, noise, traces and events: the statistics that findings come from."""

import math
import random
import re
from datetime import timedelta

import polars as pl
import pytest

from reliability_studio.domain.correlation import events, measured, noise, onset, traces
from reliability_studio.domain.correlation.evidence import Outcome, Window
from reliability_studio.domain.correlation.kinds import Kind
from reliability_studio.domain.correlation.series import MOST_BUCKETS, Grid, grid_of, series_of
from reliability_studio.domain.correlation.telemetry import ClusterEvent, Telemetry
from tests.domain.correlation.telemetry import END, ONSET, START, at, series


def metrics(*frames: pl.DataFrame) -> pl.DataFrame:
    return Telemetry.of(metrics=pl.concat(frames)).metrics


GRID = Grid(at(0), 60_000, 75)


def strength(*frames: pl.DataFrame) -> pl.DataFrame:
    return noise.strengths(series_of(metrics(*frames), GRID), 60, 75)


class TestSeries:
    def test_the_grid_follows_the_data_but_not_finer_than_affordable(self) -> None:
        assert grid_of(metrics(series("a", "cpu", 1)), at(0), at(75)).step == 60_000
        fine = pl.DataFrame({"ts": range(at(0), at(75), 1000)}).with_columns(
            service=pl.lit("a"), name=pl.lit("cpu"), value=1.0
        )
        grid = grid_of(Telemetry.of(metrics=fine).metrics, at(0), at(75))
        assert grid.buckets <= MOST_BUCKETS

    def test_a_counter_becomes_increases_and_a_reset_is_no_fall(self) -> None:
        values = [float(100 + 10 * k) for k in range(30)] + [float(10 * k) for k in range(30)]
        rows = pl.DataFrame({"ts": [at(k) for k in range(60)], "value": values}).with_columns(
            service=pl.lit("a"), name=pl.lit("http_requests_total")
        )
        made = series_of(Telemetry.of(metrics=rows).metrics, GRID)
        up = made.points.filter(pl.col("x") >= 0)["x"].unique().sort().to_list()
        assert up == [0.0, 10.0]

    def test_a_kind_that_is_bad_both_ways_gives_two_series(self) -> None:
        made = series_of(metrics(series("a", "http_requests_rate", 5)), GRID)
        assert sorted(made.index["sign"]) == [-1, 1]

    def test_no_rows_are_no_series(self) -> None:
        assert series_of(Telemetry().metrics, GRID).index.is_empty()


class TestStrength:
    def test_a_clear_step_is_found_and_a_calm_series_is_clean(self) -> None:
        rows = strength(series("a", "cpu_usage", 0.4, 0.9), series("b", "cpu_usage", 0.4))
        assert dict(rows.select("service", "state").iter_rows()) == {"a": "found", "b": "clean"}

    def test_a_step_in_the_good_direction_is_clean(self) -> None:
        assert strength(series("a", "cpu_usage", 0.9, 0.4))["state"].to_list() == ["clean"]

    def test_a_larger_step_is_never_weaker(self) -> None:
        found = [
            strength(series("a", "cpu_usage", 0.4, now))["strength"][0] for now in (0.5, 0.7, 1.2, 4, 40)
        ]
        assert found == sorted(found)

    def test_a_jumpy_series_needs_a_greater_jump(self) -> None:
        rng = random.Random(2)  # noqa: S311 - noise
        jumpy = series("b", "cpu_usage", 0.4, 0.6).with_columns(
            value=pl.col("value") * pl.Series([rng.lognormvariate(0, 0.5) for _ in range(75)])
        )
        rows = strength(series("a", "cpu_usage", 0.4, 0.6), jumpy)
        calm, wild = rows["strength"].to_list()
        assert calm > wild

    def test_drift_that_went_on_all_the_time_is_not_found(self) -> None:
        drift = series("a", "request_latency", 1).with_columns(
            value=pl.Series([50 + 0.5 * k + math.sin(k) for k in range(75)])
        )
        assert strength(drift)["state"].to_list() == ["clean"]

    def test_a_tiny_shift_of_a_very_calm_series_is_not_worth_a_word(self) -> None:
        assert strength(series("a", "request_latency", 100, 104))["state"].to_list() == ["clean"]


class TestOnset:
    def test_the_step_of_most_series_is_the_onset(self) -> None:
        made = series_of(
            metrics(
                series("a", "cpu_usage", 0.4, 0.9),
                series("b", "cpu_usage", 0.4, 0.9),
                series("c", "cpu_usage", 0.4, 0.9, since=50),
            ),
            GRID,
        )
        weights = made.index.select("sid", weight=pl.lit(1.0))
        found = onset.onset(onset.splits(made, 45, 70), weights, 62, 15)
        assert found is not None
        assert (found[0], found[1]) == (60, 2)

    def test_calm_series_have_no_onset(self) -> None:
        made = series_of(metrics(series("a", "cpu_usage", 0.4)), GRID)
        weights = made.index.select("sid", weight=pl.lit(1.0))
        assert onset.onset(onset.splits(made, 45, 70), weights, 62, 15) is None


def spans(slow: float) -> pl.DataFrame:
    """shop calls cart; from minute 60 the network between them takes `slow` milliseconds more."""
    rows = []
    for k in range(75 * 6):
        ts, gap = at(k / 6), 1 + (slow if k >= 360 else 0)
        rows += [
            (ts, f"t{k}", f"{k}a", None, "shop", "GET /", "server", 60 + gap, False),
            (ts, f"t{k}", f"{k}b", f"{k}a", "shop", "call", "CLIENT", 40 + gap, False),
            (ts, f"t{k}", f"{k}c", f"{k}b", "cart", "list", "server", 40.0, k % 50 == 0),
        ]
    names = ("ts", "trace_id", "span_id", "parent_id", "service", "operation", "kind", "duration_ms", "error")
    types = (pl.Int64, *[pl.String] * 6, pl.Float64, pl.Boolean)
    return Telemetry.of(
        spans=pl.DataFrame(rows, schema=dict(zip(names, types, strict=True)), orient="row")
    ).spans


class TestTraces:
    def test_spans_give_edges_rates_errors_and_self_time(self) -> None:
        read = traces.read(spans(0), GRID)
        assert read.edges.select("caller", "callee").rows() == [("shop", "cart")]
        value = dict(
            read.rows.filter(pl.col("ts") == at(30))
            .select(pl.format("{} {}", "service", "kind"), "value")
            .iter_rows()
        )
        assert value["shop traffic"] == 6
        assert value["cart self_time"] == 40
        assert value["shop self_time"] == pytest.approx(20)
        assert value["shop edge_gap"] == value["cart edge_gap"] == pytest.approx(1)

    def test_a_slow_network_shows_in_the_gap_and_not_in_self_time(self) -> None:
        rows = noise.strengths(series_of(traces.read(spans(200), GRID).rows, GRID), 60, 75)
        found = set(rows.filter(pl.col("state") == "found").select("service", "is_kind").iter_rows())
        assert found == {("shop", "edge_gap"), ("cart", "edge_gap"), ("shop", "latency")}

    def test_no_spans_are_no_rows(self) -> None:
        assert traces.read(Telemetry().spans, GRID).rows.is_empty()


class TestEvents:
    WINDOW, BASELINE = Window(ONSET, END), Window(START, ONSET)

    def found(self, *given: ClusterEvent) -> dict[str, tuple[Kind, Outcome]]:
        return {f.subject: (f.kind, f.outcome) for f in events.findings(given, self.WINDOW, self.BASELINE)}

    @pytest.mark.parametrize(
        ("reason", "kind"),
        [
            ("OOMKilling", Kind.OOM),
            ("BackOff", Kind.RESTARTS),
            ("NodeNotReady", Kind.NODE),
            ("ErrImagePull", Kind.EVENT),
            ("FreeDiskSpaceFailed", Kind.DISK),
            ("SomethingNew", Kind.EVENT),
        ],
    )
    def test_a_reason_has_a_kind(self, reason: str, kind: Kind) -> None:
        event = ClusterEvent(ONSET + timedelta(minutes=1), "a", reason)
        assert self.found(event) == {reason: (kind, Outcome.FOUND)}

    def test_events_outside_the_window_say_nothing(self) -> None:
        assert self.found(ClusterEvent(END + timedelta(minutes=1), "a", "BackOff")) == {}
        earlier = ClusterEvent(START + timedelta(minutes=5), "a", "BackOff")
        assert self.found(earlier) == {"BackOff": (Kind.RESTARTS, Outcome.CLEAN)}


class TestFindings:
    @pytest.mark.parametrize(("unit", "told"), [("ms", r" ms"), ("", "")])
    def test_what_a_series_did_is_told_in_its_unit(self, unit: str, told: str) -> None:
        """No number without its unit."""
        rows = strength(series("a", "latency_p95", 148, 3800)).with_columns(unit=pl.lit(unit))
        (finding,) = measured.of_series(rows, GRID, Window(at(0), END), Window(START, at(60)))
        assert re.fullmatch(rf"latency went from 14\d\.?\d* to 3[78]\d\d{told}", finding.detail)

    def test_a_share_is_told_in_percent(self) -> None:
        """Nobody woken up at night turns 0.5259 into a percentage."""
        rows = strength(series("a", "error_ratio", 0.01, 0.52)).with_columns(unit=pl.lit("share"))
        (finding,) = measured.of_series(rows, GRID, Window(at(0), END), Window(START, at(60)))
        assert re.search(r" went from \d+\.\d\d% to \d+\.\d\d%$", finding.detail)
