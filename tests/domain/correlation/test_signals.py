"""Absolute checks with their starting priors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.correlation import signals
from reliability_studio.domain.correlation.logs.shift import Pattern
from reliability_studio.domain.correlation.signals import PodState, Signal, SignalType


def pattern(now: int, level: str = "error") -> Pattern:
    return Pattern("id", "s", "it broke", level, 0, now, 0.0, now / 5, 3.0, False, 0, (), None)


class TestPods:
    def test_c9_a_crash_looping_pod_counts_although_its_phase_is_running(self) -> None:
        (found,) = signals.of_pods("s", [PodState("s-1", "Running", "CrashLoopBackOff", "Error", 137, 4)])
        assert (found.confidence, found.type) == (0.95, SignalType.INFRASTRUCTURE)
        assert "CrashLoopBackOff" in found.title
        assert "exit code 137" in found.detail

    def test_c9_a_finished_job_is_no_signal(self) -> None:
        assert signals.of_pods("s", [PodState("job-1", "Succeeded", finished_on_purpose=True)]) == ()

    @pytest.mark.parametrize("waiting", ["", "ContainerCreating"])
    def test_a_running_pod_is_no_signal(self, waiting: str) -> None:
        assert signals.of_pods("s", [PodState("s-1", "Running", waiting)]) == ()

    @pytest.mark.parametrize("phase", ["Pending", "Failed", "Unknown"])
    def test_a_pod_that_does_not_run_is(self, phase: str) -> None:
        assert len(signals.of_pods("s", [PodState("s-1", phase)])) == 1


@pytest.mark.parametrize(
    ("share", "count"), [(0.011, 1), (0.009, 0), (0.01, 0), (None, 0), (float("nan"), 0)]
)
def test_c10_error_rate_over_one_percent_is_a_signal_of_08(share: float | None, count: int) -> None:
    found = signals.of_error_share("s", share)
    assert [each.confidence for each in found] == [0.8] * count


@pytest.mark.parametrize(("seconds", "count"), [(4.775, 1), (0.9, 0), (1.0, 0), (None, 0), (float("nan"), 0)])
def test_c11_latency_over_a_second_is_a_signal_of_07(seconds: float | None, count: int) -> None:
    found = signals.of_latency("s", seconds)
    assert [each.confidence for each in found] == [0.7] * count


@pytest.mark.parametrize(("now", "level", "count"), [(6, "error", 1), (5, "error", 0), (60, "info", 0)])
def test_c12_a_pattern_of_more_than_five_error_lines_is_a_signal_of_06(
    now: int, level: str, count: int
) -> None:
    found = signals.of_patterns([pattern(now, level)])
    assert [each.confidence for each in found] == [0.6] * count


def test_l7_types_are_metric_log_and_infrastructure_and_what_was_added_to_them() -> None:
    """L7: the first three are the original's; traces and the named cause came later."""
    assert {"metric", "log", "infrastructure"} < {each.value for each in SignalType}
    assert {each.value for each in SignalType} - {"metric", "log", "infrastructure"} == {"trace", "cause"}


@given(st.lists(st.tuples(st.text(max_size=3), st.floats(0, 1)), max_size=8), st.floats(0, 1))
def test_l6_one_more_agreeing_signal_never_lowers_the_confidence(
    drawn: list[tuple[str, float]], more: float
) -> None:
    given_ = [Signal(k, SignalType.METRIC, "s", "t", 1, 0, c) for k, c in drawn]
    another = Signal("one more", SignalType.LOG, "s", "t", 1, 0, more)
    assert 0 <= signals.together(given_) <= signals.together([*given_, another]) + 1e-12 <= 1 + 1e-9


def test_no_signal_is_no_confidence() -> None:
    assert signals.together([]) == 0
