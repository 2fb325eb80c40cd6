"""The detector on simulated shops and plants: what it tells in quiet hours, and which faults it tells of.

Shops are quiet for seven hours each, judged every minute as the job does; a fault counts as told when, within
the nine to sixteen minutes that the simulation goes on after its onset, any service is.
"""

from collections.abc import Iterator
from datetime import timedelta

from benchmarks.bench import Bench
from benchmarks.measure import Measure, Skipped
from tests.support.world import plant, shop, watch
from tests.support.world.case import Case

GROUP = "detector"
SEEDS = range(300, 314)
PLANTS = range(300, 308)
HOURS = 7
FALSE_PER_DAY = 1.0
"""Candidates per organisation and quiet day that people bear."""


def measure(bench: Bench) -> Iterator[Measure | Skipped]:
    """False candidates per quiet day, and the share of faults that are told."""
    seeds = SEEDS[:2] if bench.quick else SEEDS
    hours, services, false = 0.0, 0.0, 0
    for seed in seeds:
        world = shop.system(seed)
        case = shop.case(world, None, seed, minutes_before=HOURS * 60 + 45)
        false += sum(1 for _ in watch.told(case, case.question.at - timedelta(hours=HOURS)))
        hours += HOURS
        services += HOURS * len(world.services)
    note = f"{hours:.0f} quiet hours, {services:.0f} service hours"
    yield Measure(GROUP, "shops: false candidates per day", 24 * false / hours, "", FALSE_PER_DAY, note=note)
    calm = [plant.case(plant.plant(seed), None, seed) for seed in PLANTS]
    minutes = sum(_judged(case).total_seconds() / 60 for case in calm)
    wrong = sum(1 for case in calm for _ in watch.told(case, case.question.at - _judged(case)))
    note = f"{minutes / 60:.1f} quiet hours"
    yield Measure(GROUP, "plants: false candidates", float(wrong), "", note=note)
    faults = [(shop.system(seed), seed, fault) for seed in seeds[:4] for fault in shop.FAULTS]
    cases = [shop.case(world, fault, seed, minutes_before=90) for world, seed, fault in faults]
    found = [
        {one.service for one in watch.told(case, case.question.at - timedelta(minutes=5))} for case in cases
    ]
    note = f"of {len(cases)} faults, {len(shop.FAULTS)} kinds"
    yield Measure(GROUP, "shops: faults told", sum(map(bool, found)) / len(cases), "", note=note)
    right = sum(case.service in names for case, names in zip(cases, found, strict=True))
    yield Measure(GROUP, "shops: faulty service told", right / len(cases), "", note=note)


def _judged(case: Case) -> timedelta:
    """The end of a calm stretch, in which there is enough before it to compare with."""
    first = case.telemetry.metrics["ts"].min()
    begun = first / 1000 if isinstance(first, int) else case.question.at.timestamp()
    whole = timedelta(seconds=case.question.at.timestamp() - begun)
    return max(whole - timedelta(minutes=75), timedelta(minutes=1))
