"""The engine on the simulated worlds: a small part of what `benchmarks/investigation.py` reports."""

import pytest

from reliability_studio.domain.correlation.engine import investigate
from tests.support.world import grade, plant, shop

SHOP = shop.system(9001, size=6)
PLANT = plant.plant(9001)


@pytest.fixture(scope="module")
def shops() -> list[grade.Graded]:
    """Every fault once in a small shop, and quiet windows."""
    cases = [shop.case(SHOP, fault, 1) for fault in (*shop.FAULTS, *[None] * 1)]
    return [grade.answer(case) for case in cases]


@pytest.fixture(scope="module")
def plants() -> list[grade.Graded]:
    """The same in the second world."""
    return [grade.answer(plant.case(PLANT, broken, 1)) for broken in (*plant.BREAKDOWNS, None)]


class TestAccuracy:
    @pytest.mark.parametrize("world", ["shops", "plants"])
    def test_the_true_cause_is_nearly_always_among_the_first(
        self, world: str, request: pytest.FixtureRequest
    ) -> None:
        graded: list[grade.Graded] = request.getfixturevalue(world)
        assert grade.accuracy(graded, 1) >= 0.8
        assert grade.accuracy(graded, 3) >= 0.9
        assert grade.decoys_blamed(graded) <= 0.05
        assert grade.quiet_blamed(graded) == 0

    def test_twenty_and_more_kinds_of_faults_are_there(self) -> None:
        assert len({each.name for each in shop.FAULTS}) >= 20

    def test_a_case_is_the_same_each_time(self) -> None:
        fault = shop.FAULTS[0]
        one, other = shop.case(SHOP, fault, 3), shop.case(SHOP, fault, 3)
        assert one.telemetry.metrics.equals(other.telemetry.metrics)
        assert (one.service, one.question, one.decoys) == (other.service, other.question, other.decoys)


class TestGaps:
    @pytest.mark.parametrize("part", ["metrics", "logs", "spans", "edges", "changes", "events"])
    def test_v16_any_part_may_be_missing_and_the_answer_still_ranks_everyone(self, part: str) -> None:
        world = next(w for w in map(shop.system, range(50)) if w.has_spans and w.has_logs and w.has_edges)
        case = shop.without(shop.case(world, shop.FAULTS[4], 2), part=part)
        verdict = investigate(case.telemetry, case.question)
        assert case.service in {cause.service for cause in verdict.causes}
        assert verdict.sources

    def test_losing_all_telemetry_of_the_cause_never_makes_it_surer(self) -> None:
        for fault in shop.FAULTS[::6]:
            case = shop.case(SHOP, fault, 1)
            before = investigate(case.telemetry, case.question).causes[0]
            poorer = shop.without(case, service=before.service)
            after = {
                cause.service: cause.confidence
                for cause in investigate(poorer.telemetry, poorer.question).causes
            }
            assert after.get(before.service, 0.0) <= before.confidence


def test_calibration_error_is_zero_for_honest_and_one_for_boastful_answers() -> None:
    assert grade._error([(0.5, True), (0.5, False)] * 10, 1) == pytest.approx(0.0)
    assert grade._error([(1.0, False)] * 10, 5) == pytest.approx(1.0)
