"""What spans show: where time is spent, which fail, and what those have in common."""

from reliability_studio.domain.checks import judges
from reliability_studio.domain.checks.check import Check, Statistic
from reliability_studio.domain.correlation.kinds import Kind, Type
from reliability_studio.domain.correlation.telemetry import Source


def _fact(id_: str, title: str, fix: str) -> Check:
    return Check(
        id_,
        title,
        Source.TRACES,
        Type.TRACE,
        judges.of_facts,
        Kind.SELF_TIME,
        statistic=Statistic.FACT,
        fix=fix,
    )


CHECKS: tuple[Check, ...] = (
    Check(
        "self-time",
        "Slow code of its own",
        Source.TRACES,
        Type.TRACE,
        # Recorded spans have a course; a live search gives a few whole traces.
        judges.first_that_tells(judges.of_kinds(Kind.SELF_TIME), judges.of_facts),
        Kind.SELF_TIME,
        unit="ms",
        fix="profile it, or compare a slow trace with a usual one",
    ),
    _fact("failing-spans", "Spans that fail", "open a trace; the deepest failed span is where it began"),
    _fact(
        "slow-spans", "Spans that are slow", "open a trace; the longest span without children is the place"
    ),
    _fact(
        "span-attributes",
        "What failing spans have in common",
        "a pod, version, route or tenant that stands out narrows the search",
    ),
    _fact(
        "repeated-calls",
        "One request that makes the same call many times",
        "ask for many at once instead of one by one",
    ),
)
