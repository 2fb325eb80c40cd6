"""How answers become outcomes: each judge fits one way of asking; checks name the one that judges them."""

from collections.abc import Callable, Sequence

from reliability_studio.domain.checks.check import Check, Inputs, Judge, Judged, Measured
from reliability_studio.domain.correlation.changes import kind_of
from reliability_studio.domain.correlation.evidence import Finding, Outcome
from reliability_studio.domain.correlation.kinds import Kind, Type
from reliability_studio.domain.correlation.signals import PodState

MOST_NAMED = 5
"""Services or objects that a summary names."""


def series(check: Check, inputs: Inputs) -> Judged:
    """A metric check: its series against their own noise, and against its threshold if it has one."""
    mine = inputs.findings(lambda each: each.subject == check.title)
    measured = [each for each in inputs.measured.get(check.id, ()) if inputs.concerns(each.service)]
    judged = _of_findings(mine, f"{check.title}: no series of the services in question")
    if check.condition is None:
        return judged
    over = _over(check, measured)
    if over is not None and judged.outcome is not Outcome.FOUND:
        return over
    if judged.outcome is Outcome.NO_DATA and measured:
        worst = _worst(check, measured)
        return Judged(
            Outcome.CLEAN,
            f"at worst {_number(worst.worst, check.unit)} ({worst.subject or worst.service})",
            now=worst.worst,
            samples=sum(each.samples for each in measured),
        )
    return judged


def of_kinds(
    *kinds: Kind, subjects: Sequence[str] = (), direction: int = 0, types: Sequence[Type] = ()
) -> Judge:
    """What the engine measured of some kinds.

    Args:
        kinds: of the findings.
        subjects: only these metrics; all when empty.
        direction: +1 only rises, -1 only falls.
        types: only these types of findings; all when empty.
    """

    def claims(each: Finding) -> bool:
        return (
            each.kind in kinds
            and (not subjects or each.subject in subjects)
            and (not types or each.type in types)
            and (direction == 0 or (each.id.endswith(":down") == (direction < 0)))
            and not each.id.startswith(("event:", "log:"))
        )

    def judge(check: Check, inputs: Inputs) -> Judged:
        return _of_findings(inputs.findings(claims), f"{check.title}: nothing measures it")

    return judge


def of_events(*reasons: str) -> Judge:
    """Kubernetes events of some reasons; when events were read and none came, that is clean."""
    wanted = {each.lower() for each in reasons}

    def judge(_check: Check, inputs: Inputs) -> Judged:
        mine = inputs.findings(
            lambda each: each.id.startswith("event:") and (each.subject.lower() in wanted or not wanted)
        )
        if mine:
            return _of_findings(mine, "")
        return Judged(Outcome.CLEAN, f"no event says so ({', '.join(reasons[:MOST_NAMED])})")

    return judge


def of_pods(troubled: Callable[[PodState], str]) -> Judge:
    """Pods as Kubernetes describes them; `troubled` says what is wrong with one, or nothing."""

    def judge(_check: Check, inputs: Inputs) -> Judged:
        seen = [
            (service, pod)
            for service, pods in sorted(inputs.pods.items())
            if inputs.concerns(service)
            for pod in pods
        ]
        if not seen:
            return Judged(Outcome.NO_DATA, "no pods of the services in question")
        bad = [(service, pod.name, why) for service, pod in seen if (why := troubled(pod))]
        if not bad:
            return Judged(Outcome.CLEAN, f"none of {len(seen)} pods", samples=len(seen))
        said = "; ".join(f"{name}: {why}" for _, name, why in bad[:MOST_NAMED])
        more = f" and {len(bad) - MOST_NAMED} more" if len(bad) > MOST_NAMED else ""
        services = tuple(dict.fromkeys(service for service, _, _ in bad))
        return Judged(Outcome.FOUND, said + more, services, now=float(len(bad)), samples=len(seen))

    return judge


def of_patterns(claims: Callable[[Finding], bool]) -> Judge:
    """Log patterns; when lines were read and none is unusual, that is clean."""

    def judge(_check: Check, inputs: Inputs) -> Judged:
        mine = inputs.findings(lambda each: each.id.startswith("log:") and claims(each))
        if mine:
            return _of_findings(mine, "")
        return Judged(Outcome.CLEAN, "no such line beyond the usual")

    return judge


def of_changes(*kinds: str) -> Judge:
    """Changes of some kinds: found when one may have caused it, clean with the reason when none did."""

    def judge(_check: Check, inputs: Inputs) -> Judged:
        blamed = [
            (cause.service, change)
            for cause in inputs.verdict.causes
            if inputs.concerns(cause.service)
            for change in cause.changes
            if kind_of(change) in kinds
        ]
        if blamed:
            said = "; ".join(
                f"{service}: {change.kind} at {change.at:%H:%M:%S} {change.summary}".strip()
                for service, change in blamed[:MOST_NAMED]
            )
            return Judged(
                Outcome.FOUND, said, tuple(dict.fromkeys(s for s, _ in blamed)), samples=len(blamed)
            )
        cleared = [each for each in inputs.verdict.ruled_out if each.what.split(" ")[0] in kinds]
        if cleared:
            said = "; ".join(f"{each.service}: {each.what}: {each.reason}" for each in cleared[:MOST_NAMED])
            return Judged(Outcome.CLEAN, said, samples=len(cleared))
        return Judged(Outcome.CLEAN, "none before or during the incident")

    return judge


def of_facts(check: Check, inputs: Inputs) -> Judged:
    """What a source told as it is."""
    # Facts come from the incident's own requests, so they concern it wherever they lead.
    mine = [each for each in inputs.facts if each.check == check.id]
    if mine:
        return Judged(
            Outcome.FOUND,
            "; ".join(each.text for each in mine[:MOST_NAMED]),
            tuple(dict.fromkeys(each.service for each in mine)),
            before=mine[0].before,
            now=mine[0].value,
            samples=sum(each.samples for each in mine),
            strength=max(each.strength for each in mine),
            query=mine[0].query,
        )
    if check.id in inputs.asked:
        return Judged(Outcome.CLEAN, "nothing of the kind")
    return Judged(Outcome.NO_DATA, "nothing answers this question")


def first_that_tells(*judges: Judge) -> Judge:
    """The answer of the first judge that has data; of the last when none has."""

    def judge(check: Check, inputs: Inputs) -> Judged:
        told = [each(check, inputs) for each in judges]
        return next((each for each in told if each.outcome is not Outcome.NO_DATA), told[-1])

    return judge


def _of_findings(mine: Sequence[Finding], nothing: str) -> Judged:
    found = [each for each in mine if each.outcome is Outcome.FOUND]
    clean = [each for each in mine if each.outcome is Outcome.CLEAN]
    shown = found or clean
    if not shown:
        why = f"{len(mine)} series have too few points" if mine else nothing
        return Judged(Outcome.NO_DATA, why, samples=sum(each.samples for each in mine))
    first = shown[0]
    said = [
        f"{each.service}: {each.detail}"
        + (f", explained by {each.explained_by}" if each.explained_by else "")
        for each in shown[: MOST_NAMED if found else 1]
    ]
    return Judged(
        Outcome.FOUND if found else Outcome.CLEAN,
        "; ".join(said),
        tuple(dict.fromkeys(each.service for each in found)),
        tuple(each.id for each in shown[:20]),
        first.before,
        first.now,
        first.effect,
        first.samples,
        first.strength,
        first.query,
    )


def _over(check: Check, measured: Sequence[Measured]) -> Judged | None:
    condition = check.condition
    if condition is None:
        return None
    over = [each for each in measured if each.beyond >= min(condition.points, max(1, each.samples))]
    if not over:
        return None
    worst = _worst(check, over)
    said = "; ".join(
        f"{each.subject or each.service}: {_number(each.worst, check.unit)}" for each in over[:MOST_NAMED]
    )
    return Judged(
        Outcome.FOUND,
        f"{said} (threshold {condition.op.value} {_number(condition.value, check.unit)})",
        tuple(dict.fromkeys(each.service for each in over)),
        now=worst.worst,
        samples=sum(each.samples for each in over),
    )


def _worst(check: Check, measured: Sequence[Measured]) -> Measured:
    above = check.condition is None or check.condition.met_by(float("inf"))
    return max(measured, key=lambda each: (each.worst if above else -each.worst, each.service))


def _number(value: float, unit: str) -> str:
    if unit == "share":
        return f"{100 * value:.3g}%"
    return f"{value:.4g} {unit}".strip()
