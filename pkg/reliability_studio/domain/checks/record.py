"""One run of an investigation as it is kept: the verdict with frozen evidence, and what every check said.

It is stored as one document and read back as the same value, so a review in a year sees what the people on
call saw, whatever the sources still hold. Everything in it is bounded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from reliability_studio.domain.checks.check import Checked
from reliability_studio.domain.correlation.evidence import Finding, Outcome, Verdict

MOST_CAUSES = 20
MOST_FINDINGS = 300


class Trigger(StrEnum):
    """Why a run was made."""

    OPENED = "opened"
    AGE = "age"
    """The incident reached an age at which more is known."""
    ALERTS = "alerts"
    """Another alert joined."""
    ASKED = "asked"
    """Somebody asked for it."""


@dataclass(frozen=True, slots=True)
class Record:
    """One run. `verdict` is cut to what people read; `ranked` says how many services were ranked."""

    service: str
    namespace: str
    trigger: Trigger
    by: str
    verdict: Verdict
    checks: tuple[Checked, ...]
    sources: Mapping[str, str]
    """Per source: `used`, `no data`, `not configured`, or what is wrong."""
    links: Mapping[str, str] = field(default_factory=dict)
    """Per source, the uid of the Grafana data source that it is reached through."""
    dialect: str = ""
    queries: int = 0
    took_ms: float = 0.0
    ranked: int = 0
    alerts: int = 0
    """Alerts of the incident at that moment."""


def kept(verdict: Verdict, scope: frozenset[str]) -> Verdict:
    """The verdict without what nobody reads: causes far down the list, clean findings of strangers."""
    causes = verdict.causes[:MOST_CAUSES]
    cited = {each.id for cause in causes for each in cause.evidence}
    cited |= {chart.finding for chart in verdict.charts}

    def worth(each: Finding) -> tuple[bool, bool, bool, float, str]:
        return (
            each.id not in cited,
            each.outcome is not Outcome.FOUND,
            each.service not in scope,
            -each.strength,
            each.id,
        )

    chosen = sorted(verdict.findings, key=worth)[:MOST_FINDINGS]
    order = {each.id: at for at, each in enumerate(verdict.findings)}
    return replace(verdict, causes=causes, findings=tuple(sorted(chosen, key=lambda each: order[each.id])))
