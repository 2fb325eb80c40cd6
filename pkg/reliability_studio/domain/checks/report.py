"""What every check said about one incident: asked or not, found or clean, in the catalogue's order."""

from collections.abc import Iterable, Mapping

from reliability_studio.domain.checks.check import Check, Checked, Inputs, Judged
from reliability_studio.domain.correlation.answer import USED
from reliability_studio.domain.correlation.evidence import Outcome
from reliability_studio.domain.correlation.telemetry import Source

_FOUND_FIRST: Mapping[Outcome, int] = {
    Outcome.FOUND: 0,
    Outcome.CLEAN: 1,
    Outcome.FAILED: 2,
    Outcome.NO_DATA: 3,
    Outcome.SKIPPED: 4,
}


def report(checks: Iterable[Check], inputs: Inputs) -> tuple[Checked, ...]:
    """One entry for each check: what was found first, then what is clean, then what could not be told."""
    done = [_checked(check, _outcome(check, inputs), inputs) for check in checks]
    return tuple(sorted(done, key=lambda each: (_FOUND_FIRST[each.outcome], -each.strength)))


def threshold(check: Check) -> str:
    """From where on the check finds something, in words."""
    if check.condition is None:
        return "" if check.statistic.value == "fact" else "strength 2"
    condition = check.condition
    return f"{condition.op.value} {condition.value:g} {check.unit}".strip()


def _outcome(check: Check, inputs: Inputs) -> Judged:
    if not check.enabled:
        return Judged(Outcome.SKIPPED, "switched off")
    if check.id in inputs.unanswered:
        outcome, why = inputs.unanswered[check.id]
        return Judged(outcome, why)
    judged = check.judge(check, inputs)
    if judged.outcome in {Outcome.FOUND, Outcome.CLEAN} and (
        judged.outcome is Outcome.FOUND or judged.findings or _told(check.source, inputs)
    ):
        return judged
    return _silent(check.source, inputs) or judged


def _told(source: Source, inputs: Inputs) -> bool:
    return inputs.sources.get(source.value) in {USED, "no data"}


def _silent(source: Source, inputs: Inputs) -> Judged | None:
    """Why a source has nothing to say; None when it simply holds no such data."""
    state = inputs.sources.get(source.value, "")
    if state == "not configured":
        return Judged(Outcome.SKIPPED, f"{source.value}: not configured")
    if state not in {"", USED, "no data"}:
        return Judged(Outcome.FAILED, state)
    return None


def _checked(check: Check, judged: Judged, inputs: Inputs) -> Checked:
    return Checked(
        check=check.id,
        title=check.title,
        source=check.source,
        type=check.type,
        statistic=check.statistic,
        threshold=threshold(check),
        outcome=judged.outcome,
        summary=judged.summary,
        services=judged.services,
        findings=judged.findings,
        before=judged.before,
        now=judged.now,
        effect=judged.effect,
        samples=judged.samples,
        strength=judged.strength,
        unit=check.unit,
        query=inputs.queries.get(check.id, "") or judged.query,
        fix=check.fix if judged.outcome is Outcome.FOUND else "",
    )
