"""How good answers are: accuracy of the first one and three, calibration, quiet windows, decoys."""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reliability_studio.domain.correlation.engine import investigate
from reliability_studio.domain.correlation.evidence import Verdict
from tests.support.world import baselines, plant, shop
from tests.support.world.case import Case


@dataclass(frozen=True, slots=True)
class Graded:
    """One answer beside the truth; the telemetry is let go of, so that hundreds fit in memory."""

    system: str
    fault: str
    decoys: tuple[str, ...]
    rank: int
    """Place of the true service, from 1; 0 for quiet windows."""
    verdict: Verdict
    plain: tuple[tuple[str, int], ...]
    """The plain ways of ranking by name, and the place that each gives the true service; 0: not at all."""

    @property
    def right(self) -> bool:
        """Whether the first cause is the true one."""
        return self.rank == 1

    @property
    def confidence(self) -> float:
        """Of the first cause."""
        return self.verdict.causes[0].confidence


def answer(case: Case) -> Graded:
    """Investigate one case, and let the plain ways rank it too."""
    verdict = investigate(case.telemetry, case.question)
    names = [cause.service for cause in verdict.causes]
    return Graded(
        case.system,
        case.fault,
        case.decoys,
        names.index(case.service) + 1 if case.service else 0,
        verdict,
        tuple((name, _place(rank(case), case.service)) for name, rank in PLAIN.items() if case.service),
    )


def _place(names: Sequence[str], service: str) -> int:
    return names.index(service) + 1 if service in names else 0


PLAIN: Mapping[str, Callable[[Case], list[str]]] = {
    "n sigma": baselines.n_sigma,
    "robust": baselines.robust,
    "latest change": baselines.latest_change,
}


def shops(seeds: Iterable[int], *, quiet: int = 3) -> Iterator[Case]:
    """Every fault once in each shop, and some quiet windows."""
    for seed in seeds:
        world = shop.system(seed)
        for fault in shop.FAULTS:
            yield shop.case(world, fault, seed)
        for again in range(quiet):
            yield shop.case(world, None, seed + again)


def plants(seeds: Iterable[int], *, quiet: int = 6) -> Iterator[Case]:
    """The same for the second world."""
    for seed in seeds:
        world = plant.plant(seed)
        for broken in plant.BREAKDOWNS:
            yield plant.case(world, broken, seed)
        for again in range(quiet):
            yield plant.case(world, None, seed + again)


def accuracy(graded: Sequence[Graded], within: int) -> float:
    """Share of faults whose service is among the first."""
    faults = [each for each in graded if each.rank]
    return sum(each.rank <= within for each in faults) / len(faults)


def accuracy_of(name: str, graded: Sequence[Graded], within: int) -> float:
    """The same for a plain way of ranking."""
    places = [dict(each.plain)[name] for each in graded if each.rank]
    return sum(0 < place <= within for place in places) / len(places)


def calibration_error(graded: Sequence[Graded], bins: int = 10) -> float:
    """Expected calibration error of the first cause's confidence, in bins of equal mass.

    A quiet window's first cause is always wrong.
    """
    return _error([(each.confidence, each.right) for each in graded], bins)


def calibration_interval(graded: Sequence[Graded], draws: int = 200) -> tuple[float, float]:
    """The middle nine tenths of the calibration error over resampled cases."""
    rng = random.Random(7)  # noqa: S311 - a simulation
    pairs = [(each.confidence, each.right) for each in graded]
    found = sorted(_error(rng.choices(pairs, k=len(pairs)), 10) for _ in range(draws))
    return found[draws // 20], found[-draws // 20]


def _error(pairs: Sequence[tuple[float, bool]], bins: int) -> float:
    ordered = sorted(pairs)
    size = len(ordered)
    total = 0.0
    for at in range(bins):
        part = ordered[at * size // bins : (at + 1) * size // bins]
        if part:
            total += abs(sum(c for c, _ in part) - sum(r for _, r in part))
    return total / size


def brier(graded: Sequence[Graded]) -> tuple[float, float]:
    """Brier score of the confidences, and of always saying the base rate."""
    base = sum(each.right for each in graded) / len(graded)
    mine = sum((each.confidence - each.right) ** 2 for each in graded) / len(graded)
    return mine, base * (1 - base)


def quiet_blamed(graded: Sequence[Graded]) -> float:
    """Share of quiet windows in which a cause was named (confidence of 0.5 or more)."""
    quiet = [each for each in graded if not each.rank]
    return sum(each.confidence >= 0.5 for each in quiet) / len(quiet)


def decoys_blamed(graded: Sequence[Graded]) -> float:
    """Share of cases with harmless changes in which one was named (confidence of 0.5 or more)."""
    there = [each for each in graded if each.decoys]
    return sum(
        each.confidence >= 0.5
        and each.verdict.causes[0].service in each.decoys
        and bool(each.verdict.causes[0].changes)
        for each in there
    ) / len(there)
