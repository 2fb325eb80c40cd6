"""What the services write: how much of it is trouble, what is new, what it means."""

from collections.abc import Collection

from reliability_studio.domain.checks import judges
from reliability_studio.domain.checks.check import Check, Judge
from reliability_studio.domain.correlation.evidence import Finding
from reliability_studio.domain.correlation.kinds import Kind, Type
from reliability_studio.domain.correlation.logs import known
from reliability_studio.domain.correlation.logs.known import Meaning
from reliability_studio.domain.correlation.telemetry import Source


def _new(each: Finding) -> bool:
    return ", new, " in each.detail


def _meant(meanings: Collection[Meaning]) -> Judge:
    def claims(each: Finding) -> bool:
        return known.meaning(" ".join((each.subject, *each.samples_text)), "error") in meanings

    return judges.of_patterns(claims)


def _log(id_: str, title: str, judge: Judge, fix: str, kind: Kind = Kind.LOG_PATTERN) -> Check:
    return Check(id_, title, Source.LOGS, Type.LOG_PATTERN, judge, kind, unit="lines/min", fix=fix)


CHECKS: tuple[Check, ...] = (
    _log(
        "log-errors",
        "More error lines than usual",
        judges.of_kinds(Kind.LOG_ERRORS),
        "read them, the newest patterns first",
        Kind.LOG_ERRORS,
    ),
    _log("log-new", "Lines never seen before", judges.of_patterns(_new), "a new line names a new fault"),
    _log(
        "log-elevated",
        "Known lines that come more often",
        judges.of_patterns(lambda each: not _new(each)),
        "read an example with its trace",
    ),
    _log(
        "log-dependency",
        "Lines about a dependency that fails",
        _meant(known.DEPENDENCY),
        "the line names the address that it could not reach",
        Kind.LOG_ERRORS,
    ),
    _log(
        "log-exhaustion",
        "Lines about something that ran out",
        _meant({Meaning.MEMORY, Meaning.DISK, Meaning.POOL, Meaning.LIMIT}),
        "the line names what ran out",
    ),
    _log(
        "log-access",
        "Lines about certificates, names or rights",
        _meant({Meaning.CERTIFICATE, Meaning.NAME, Meaning.PERMISSION}),
        "the line names the certificate, name or right",
    ),
    _log(
        "log-exception",
        "Lines about unhandled exceptions",
        _meant({Meaning.EXCEPTION}),
        "the stack names the place",
    ),
)
