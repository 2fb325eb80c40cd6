"""Health of the plugin and of each thing it depends on, for CheckHealth and `GET health`.

Every dependency is examined at the same time under one deadline, so that one hanging source costs
seconds, not minutes. Without its own database the plugin is in error; without a source it is degraded:
it still shows and changes incidents.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reliability_studio.api.calls import HealthReport, HealthStatus
from reliability_studio.clock import Clock
from reliability_studio.errors import FieldProblem, StudioError

_log = logging.getLogger(__name__)

DEADLINE_S = 4.0
"""How long all examinations together may take; Grafana's page waits for it."""


class DependencyState(StrEnum):
    """Outcome of one examination."""

    OK = "ok"
    FAILED = "failed"
    NOT_CONFIGURED = "not_configured"


@dataclass(frozen=True, slots=True)
class Dependency:
    """Something outside the process. `probe` answers a short text or raises; None: not configured."""

    name: str
    required: bool
    probe: Callable[[], Awaitable[str]] | None


def failed(name: str, error: StudioError) -> Dependency:
    """Something that is needed and was found to be broken already."""

    async def probe() -> str:
        raise error

    return Dependency(name, required=True, probe=probe)


@dataclass(frozen=True, slots=True)
class Finding:
    """What the examination of one dependency showed."""

    name: str
    required: bool
    state: DependencyState
    message: str
    latency_ms: float = 0.0


async def examine(
    dependencies: Sequence[Dependency],
    clock: Clock,
    *,
    problems: Sequence[FieldProblem] = (),
    warnings: Sequence[str] = (),
    facts: Mapping[str, object] | None = None,
) -> HealthReport:
    """Examine all dependencies together and sum up.

    Args:
        dependencies: what to examine.
        clock: for latencies.
        problems: what is wrong with the settings.
        warnings: what the operator should know, for example a data folder that may vanish.
        facts: more details to show, for example the version.
    """
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_examine_one(dependency, clock)) for dependency in dependencies]
    findings = [task.result() for task in tasks]
    status = _status(findings, problems)
    details: dict[str, object] = {
        **(facts or {}),
        "status": status.value,
        "dependencies": {f.name: _shown(f) for f in findings},
        "settingsProblems": [{"path": p.path, "problem": p.problem} for p in problems],
        "warnings": list(warnings),
    }
    return HealthReport(status, _message(status, findings, problems, warnings), details)


async def _examine_one(dependency: Dependency, clock: Clock) -> Finding:
    name, required = dependency.name, dependency.required
    if dependency.probe is None:
        return Finding(name, required, DependencyState.NOT_CONFIGURED, "not configured")
    began = clock.monotonic()
    try:
        async with asyncio.timeout(DEADLINE_S):
            message = await dependency.probe()
    except TimeoutError:
        return Finding(name, required, DependencyState.FAILED, f"no answer within {DEADLINE_S:g} s")
    except StudioError as error:
        return Finding(name, required, DependencyState.FAILED, str(error))
    except Exception:  # noqa: BLE001 - one broken examination must not hide what the others found
        _log.exception("an examination failed", extra={"dependency": name})
        return Finding(name, required, DependencyState.FAILED, "the examination failed; the log says why")
    latency = (clock.monotonic() - began) * 1000
    return Finding(name, required, DependencyState.OK, message, round(latency, 1))


def _status(findings: Sequence[Finding], problems: Sequence[FieldProblem]) -> HealthStatus:
    failed = [f for f in findings if f.state is DependencyState.FAILED]
    if any(f.required for f in failed):
        return HealthStatus.ERROR
    return HealthStatus.DEGRADED if failed or problems else HealthStatus.OK


def _shown(finding: Finding) -> Mapping[str, object]:
    return {"state": finding.state.value, "message": finding.message, "latencyMs": finding.latency_ms}


def _message(
    status: HealthStatus,
    findings: Sequence[Finding],
    problems: Sequence[FieldProblem],
    warnings: Sequence[str],
) -> str:
    """One line for a person: what is wrong first, else what works."""
    wrong = [f"{f.name}: {f.message}" for f in findings if f.state is DependencyState.FAILED]
    wrong += [f"{p.path}: {p.problem}" for p in problems]
    if wrong:
        return f"{status.value}: " + "; ".join(wrong)
    working = ", ".join(f.name for f in findings if f.state is DependencyState.OK)
    configured = f"working: {working}" if working else "no source is configured yet"
    return "; ".join([configured, *warnings])
