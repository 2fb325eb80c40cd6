"""Investigations as their JSON shapes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

from reliability_studio.api.explore import explore
from reliability_studio.api.investigation_shapes import (
    AnswerShape,
    BlastEdgeShape,
    BlastNodeShape,
    BlastRadiusShape,
    CauseShape,
    CheckResultShape,
    ConsideredShape,
    EvidenceChartShape,
    EvidenceWindowShape,
    FindingShape,
    FloorShape,
    GradeShape,
    InvestigationShape,
    InvestigationVersionShape,
    NextStepShape,
    OnsetShape,
    PointShape,
    RiskShape,
    RuledOutShape,
    RunningShape,
    SuspectChangeShape,
    TermShape,
)
from reliability_studio.api.rollouts import difference_shape
from reliability_studio.domain.checks.check import Checked
from reliability_studio.domain.checks.record import Record, Trigger
from reliability_studio.domain.correlation import confidence as trust
from reliability_studio.domain.correlation.evidence import Cause, Chart, Finding, Outcome, Verdict, Window
from reliability_studio.domain.correlation.kinds import Type
from reliability_studio.domain.correlation.telemetry import Source
from reliability_studio.flows.inquiry import Answer, Risk
from reliability_studio.flows.progress import Running
from reliability_studio.store.correlations import Version
from reliability_studio.store.grades import Grade

_SYSTEM: Mapping[Source, str] = {
    Source.METRICS: "prometheus",
    Source.LOGS: "loki",
    Source.TRACES: "tempo",
    Source.TOPOLOGY: "prometheus",
}


def investigation_shape(answer: Answer) -> InvestigationShape:
    """One answer, or that there is none yet."""
    version = answer.version
    return InvestigationShape(
        incident=answer.incident.key,
        state=answer.state,
        version=answer.number,
        at=None if version is None else version.at,
        trigger=None if version is None else Trigger(version.trigger),
        by="" if version is None else version.by,
        answer=None if answer.record is None else _answer(answer.record, answer.risks),
        versions=[_version(each, len(answer.versions) - at) for at, each in enumerate(answer.versions)],
        grade=None if answer.grade is None else _grade(answer.grade),
        running=None if answer.running is None else _running(answer.running, answer.running_risks),
    )


def _running(running: Running, risks: Sequence[Risk]) -> RunningShape:
    return RunningShape(
        began_at=running.began,
        waiting=list(running.waiting),
        answer=None if running.record is None else _answer(running.record, risks),
    )


def _answer(record: Record, risks: Sequence[Risk]) -> AnswerShape:
    verdict = record.verdict
    findings = {each.id: each for each in verdict.findings}
    return AnswerShape(
        verdict=verdict.likely,
        headline=verdict.headline,
        onset=OnsetShape(
            at=verdict.onset.at,
            reported=verdict.onset.reported,
            found=verdict.onset.found,
            votes=verdict.onset.votes,
        ),
        window=_window(verdict.window),
        baseline=_window(verdict.baseline),
        causes=[
            _cause(each, at + 1, verdict.leading is each, record.links)
            for at, each in enumerate(verdict.causes)
            if trust.plausible(each.confidence)
        ],
        considered=[
            ConsideredShape(service=each.service, confidence=each.confidence, summary=each.summary)
            for each in verdict.causes
            if not trust.plausible(each.confidence)
        ],
        floor=FloorShape(confidence=trust.PLAUSIBLE_FROM, because=trust.PLAUSIBLE_BECAUSE),
        ranked=record.ranked,
        none=verdict.none,
        caps=list(verdict.caps),
        charts=[
            _chart(chart, findings[chart.finding], record.links)
            for chart in verdict.charts
            if chart.finding in findings
        ],
        checks=[_check(each, verdict.window, record.links) for each in record.checks],
        outcomes={
            outcome.value: count for outcome, count in Counter(each.outcome for each in record.checks).items()
        },
        ruled_out=[
            RuledOutShape(service=each.service, what=each.what, reason=each.reason)
            for each in verdict.ruled_out
        ],
        affected_services=[each.service for each in verdict.impact],
        blast_radius=_blast(verdict, risks),
        slos_at_risk=[_risk(each) for each in risks],
        next_steps=[
            NextStepShape(title=each.title, command=each.command, why=each.why) for each in verdict.steps
        ],
        sources=dict(record.sources),
        service=record.service,
        namespace=record.namespace,
        dialect=record.dialect,
        queries=record.queries,
        took_ms=record.took_ms,
    )


def _blast(verdict: Verdict, risks: Sequence[Risk]) -> BlastRadiusShape:
    return BlastRadiusShape(
        center=verdict.center,
        nodes=[
            BlastNodeShape(
                service=each.service,
                hops=each.hops,
                request_share=each.share,
                impaired=each.impaired,
                slos_at_risk=[_risk(risk) for risk in risks if risk.service == each.service],
            )
            for each in verdict.impact
        ],
        edges=[
            BlastEdgeShape(caller=each.caller, callee=each.callee, share=each.share) for each in verdict.calls
        ],
    )


def _cause(cause: Cause, rank: int, named: bool, links: Mapping[str, str]) -> CauseShape:  # noqa: FBT001
    return CauseShape(
        rank=rank,
        service=cause.service,
        kind=cause.kind,
        confidence=cause.confidence,
        log_odds=cause.log_odds,
        summary=cause.summary,
        named=named,
        terms=[
            TermShape(name=each.name, log_odds=each.log_odds, because=each.because) for each in cause.terms
        ],
        evidence=[_finding(each, links) for each in cause.evidence],
        changes=[
            SuspectChangeShape(
                at=each.at,
                kind=each.kind,
                summary=each.summary,
                id=each.id,
                differences=[difference_shape(one) for one in each.differences],
            )
            for each in cause.changes
        ],
    )


def _finding(finding: Finding, links: Mapping[str, str]) -> FindingShape:
    return FindingShape(
        id=finding.id,
        service=finding.service,
        kind=finding.kind,
        type=finding.type,
        outcome=finding.outcome,
        subject=finding.subject,
        detail=finding.detail,
        before=finding.before,
        now=finding.now,
        unit=finding.unit,
        effect=finding.effect,
        samples=finding.samples,
        strength=finding.strength,
        first_seen=finding.first_seen,
        pod=finding.pod,
        query=finding.query,
        link=_link(finding, links),
        window=_window(finding.window),
        baseline=_window(finding.baseline),
        explained_by=finding.explained_by,
        examples=list(finding.samples_text),
    )


def _chart(chart: Chart, finding: Finding, links: Mapping[str, str]) -> EvidenceChartShape:
    step = timedelta(milliseconds=chart.step_ms)
    return EvidenceChartShape(
        finding=finding.id,
        title=f"{finding.service}: {finding.subject}",
        service=finding.service,
        kind=finding.kind,
        unit=finding.unit,
        query=finding.query,
        link=_link(finding, links),
        window=_window(finding.window),
        baseline=_window(finding.baseline),
        before=finding.before,
        now=finding.now,
        samples=chart.samples,
        step_seconds=chart.step_ms / 1000,
        points=[PointShape(at=chart.start + step * at, value=value) for at, value in enumerate(chart.values)],
    )


def _check(each: Checked, window: Window, links: Mapping[str, str]) -> CheckResultShape:
    system = _SYSTEM.get(each.source, "")
    return CheckResultShape(
        id=each.check,
        title=each.title,
        source=each.source,
        type=each.type,
        statistic=each.statistic,
        threshold=each.threshold,
        outcome=each.outcome,
        summary=each.summary,
        services=list(each.services),
        findings=list(each.findings),
        before=each.before,
        now=each.now,
        unit=each.unit,
        effect=each.effect,
        samples=each.samples,
        strength=each.strength,
        query=each.query,
        link=explore(links.get(system, ""), system, each.query, window.start, window.end),
        fix=each.fix if each.outcome is Outcome.FOUND else "",
    )


def _link(finding: Finding, links: Mapping[str, str]) -> str:
    """Where the finding's query can be looked at; spans' own series have no query that a source takes."""
    if finding.link or finding.type in {Type.LOG_PATTERN, Type.TRACE} or finding.id.startswith("event:"):
        return finding.link
    start, end = finding.baseline.start, finding.window.end
    return explore(links.get("prometheus", ""), "prometheus", finding.query, start, end)


def _window(window: Window) -> EvidenceWindowShape:
    return EvidenceWindowShape(start=window.start, end=window.end)


def _risk(risk: Risk) -> RiskShape:
    return RiskShape(
        slo_id=risk.slo_id,
        name=risk.name,
        service=risk.service,
        status=risk.status,
        remaining=risk.remaining,
    )


def _version(version: Version, number: int) -> InvestigationVersionShape:
    return InvestigationVersionShape(
        version=number,
        at=version.at,
        trigger=Trigger(version.trigger),
        by=version.by,
        headline=version.headline,
        verdict=version.likely,
        cause=version.cause,
        confidence=version.confidence,
    )


def _grade(grade: Grade) -> GradeShape:
    return GradeShape(right=grade.right, service=grade.service, note=grade.note, by=grade.by, at=grade.at)
