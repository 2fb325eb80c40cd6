"""Run the investigation engine offline on a recorded incident: `reliability-studio replay FOLDER`.

The same engine as in production, for game days, regression tests and bug reports. `replay` is the function on
frames, `main` the command. The answer goes to stdout, as text for people or with `--json` for machines;
problems go to stderr with exit code 1 (2 for wrong usage).
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reliability_studio.domain.correlation.engine import investigate
from reliability_studio.domain.correlation.evidence import Cause, Finding, Verdict, Window
from reliability_studio.domain.correlation.telemetry import Question, Telemetry
from reliability_studio.domain.incidents.report import chance
from reliability_studio.errors import StudioError
from reliability_studio.flows import recording

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Replayed:
    """A verdict with what it took."""

    verdict: Verdict
    read_ms: float
    investigate_ms: float


def replay(telemetry: Telemetry, question: Question) -> Replayed:
    """Investigate columns that are already in memory."""
    begin = time.perf_counter()
    verdict = investigate(telemetry, question)
    return Replayed(verdict, 0.0, (time.perf_counter() - begin) * 1000)


def replay_folder(folder: Path, at: datetime | None = None) -> Replayed:
    """Read a folder and investigate it; errors are those of `recording.read`."""
    begin = time.perf_counter()
    recorded = recording.read(folder, at)
    took = (time.perf_counter() - begin) * 1000
    done = replay(recorded.telemetry, recorded.question)
    return Replayed(done.verdict, took, done.investigate_ms)


def main(arguments: Sequence[str]) -> int:
    """The command; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="reliability-studio replay", description="Investigate a recorded incident offline."
    )
    parser.add_argument("folder", type=Path, help="see docs/replay-format.md")
    parser.add_argument("--at", type=recording.moment, metavar="TIME", help="ignore everything after it")
    parser.add_argument("--json", action="store_true", help="the whole answer as one JSON object")
    try:
        options = parser.parse_args(list(arguments))
    except SystemExit as stop:
        # argparse has said what is wrong; the exit status is the caller's to use.
        return stop.code if isinstance(stop.code, int) else 2
    try:
        done = replay_folder(options.folder, options.at)
    except StudioError as error:
        sys.stderr.write(f"reliability-studio replay: {error}\n")
        return 1
    text = json.dumps(as_json(done), indent=2, allow_nan=False) if options.json else as_text(done)
    sys.stdout.write(f"{text}\n")
    return 0


def as_json(done: Replayed) -> dict[str, object]:
    """The whole answer in plain types; moments are ISO 8601 in UTC."""
    verdict = done.verdict
    return {
        "onset": verdict.onset.at.isoformat(),
        "onset_found": verdict.onset.found,
        "reported": verdict.onset.reported.isoformat(),
        "window": _window(verdict.window),
        "baseline": _window(verdict.baseline),
        "headline": verdict.headline,
        "verdict": verdict.likely.value,
        "causes": [_cause(each) for each in verdict.causes],
        "none": verdict.none,
        "caps": list(verdict.caps),
        "blast_radius": [
            {"service": a.service, "hops": a.hops, "share": a.share, "impaired": a.impaired}
            for a in verdict.impact
        ],
        "ruled_out": [{"service": r.service, "what": r.what, "reason": r.reason} for r in verdict.ruled_out],
        "findings": [_finding(each) for each in verdict.findings],
        "next_steps": [{"title": s.title, "command": s.command, "why": s.why} for s in verdict.steps],
        "sources": {source.value: state for source, state in verdict.sources.items()},
        "timings": {
            "read_ms": round(done.read_ms, 1),
            "investigate_ms": round(done.investigate_ms, 1),
        },
    }


def _window(window: Window) -> dict[str, str]:
    return {"start": window.start.isoformat(), "end": window.end.isoformat()}


def _cause(cause: Cause) -> dict[str, object]:
    return {
        "service": cause.service,
        "kind": cause.kind,
        "confidence": cause.confidence,
        "log_odds": cause.log_odds,
        "summary": cause.summary,
        "terms": [{"name": t.name, "log_odds": t.log_odds, "because": t.because} for t in cause.terms],
        "evidence": [_finding(each) for each in cause.evidence],
        "changes": [
            {"at": c.at.isoformat(), "kind": c.kind, "summary": c.summary, "id": c.id} for c in cause.changes
        ],
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "id": finding.id,
        "service": finding.service,
        "kind": finding.kind.value,
        "type": finding.type.value,
        "outcome": finding.outcome.value,
        "subject": finding.subject,
        "before": finding.before,
        "now": finding.now,
        "effect": finding.effect,
        "samples": finding.samples,
        "strength": finding.strength,
        "first_seen": finding.first_seen.isoformat() if finding.first_seen else None,
        "pod": finding.pod,
        "query": finding.query,
        "detail": finding.detail,
        "explained_by": finding.explained_by,
        "examples": list(finding.samples_text),
    }


def as_text(done: Replayed) -> str:
    """The answer for people: the verdict first, then why, then what it is not."""
    verdict = done.verdict
    found = "found" if verdict.onset.found else "as reported"
    lines = [
        verdict.headline,
        (
            f"Onset {verdict.onset.at:%Y-%m-%d %H:%M:%S} UTC ({found}; reported "
            f"{verdict.onset.reported:%H:%M:%S}), none of these: {chance(verdict.none)}"
        ),
        *(f"  limit: {each}" for each in verdict.caps),
        "",
        "Causes",
    ]
    for place, cause in enumerate(verdict.causes[:SHOWN], start=1):
        lines.append(
            f"  {place}. {cause.service:<28} {cause.kind:<12} {chance(cause.confidence):>6}"
            f"  log-odds {cause.log_odds:+.2f}"
        )
        lines += [f"       {each.detail} ({each.subject})" for each in cause.evidence[:3]]
    lines += ["", "Who feels it"]
    lines += [
        f"  {each.hops} hops  {each.service}{'' if each.impaired else '  (no symptom seen)'}"
        for each in verdict.impact
    ]
    lines += ["", "Ruled out"]
    lines += [f"  {each.service}: {each.what}: {each.reason}" for each in verdict.ruled_out[: 2 * SHOWN]]
    if verdict.steps:
        lines += ["", "Next steps"]
        lines += [f"  {each.title} ({each.why})\n    {each.command}" for each in verdict.steps]
    lines += ["", f"read {done.read_ms:.0f} ms, investigated {done.investigate_ms:.0f} ms"]
    return "\n".join(lines)
