"""What common failure lines mean. A table, first match wins; most need the line to be about a failure.

`database` in a line proves nothing ("database ok"), so such words count only beside a word of failure or at
a level of failure.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from reliability_studio.domain.correlation.logs.lines import ERROR_LEVELS


class Meaning(StrEnum):
    """What a line is about."""

    MEMORY = "memory exhaustion"
    CERTIFICATE = "certificate problem"
    NAME = "name resolution failure"
    DISK = "disk full"
    POOL = "connection pool exhausted"
    CONNECTION = "service connection failure"
    TIMEOUT = "request timeout"
    DATABASE = "database error"
    LIMIT = "rate limit or overload"
    PERMISSION = "permission or credential problem"
    UPSTREAM = "dependency answers with errors"
    EXCEPTION = "unhandled exception"


DEPENDENCY = frozenset({Meaning.CONNECTION, Meaning.TIMEOUT, Meaning.UPSTREAM, Meaning.DATABASE})
"""What a caller writes when something that it depends on is at fault."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the table."""

    meaning: Meaning
    pattern: re.Pattern[str]
    needs_failure: bool = False


_FAILURE = re.compile(
    r"(?i)\b(error|err|fail(ed|ure|s|ing)?|cannot|can't|could not|couldn't|unable|refused|lost|denied|"
    r"deadlock|"
    r"exception|abort(ed)?|fatal|down|unavailable|timed? ?out|too many|broken|corrupt(ed)?|rejected)\b"
)


MOST_SIGNS = 10_000
"""Of a line that are looked at."""
_NEAR = ".{0,200}"
"""What may lie between two words that belong together: with no end, a long line is read anew for each."""


def _entry(meaning: Meaning, pattern: str, *, needs_failure: bool = False) -> Entry:
    return Entry(meaning, re.compile(rf"(?i){pattern.replace('.*', _NEAR)}"), needs_failure)


TABLE: tuple[Entry, ...] = (
    _entry(
        Meaning.MEMORY,
        r"out of memory|outofmemory|oomkilled|oom.?kill|cannot allocate memory|heap space|memory exhausted",
    ),
    _entry(
        Meaning.CERTIFICATE, r"certificate.*(expired|invalid|unknown|verif)|x509|tls handshake|ssl.*error"
    ),
    _entry(
        Meaning.NAME,
        r"no such host|name resolution|name or service not known|nxdomain|servfail|getaddrinfo|"
        r"unknown ?host|could not resolve|dns.*(fail|error|time)",
    ),
    _entry(Meaning.DISK, r"no space left|disk (is )?full|disk quota|read-only file system"),
    _entry(
        Meaning.POOL,
        r"pool.*(exhaust|timeout|time(d)? ?out|full|empty|limit)|too many (clients|connections|open files)|"
        r"(unable|failed|could not|cannot|timeout).*acquir.*(connection|lease)|connection is not available|"
        r"remaining connection slots",
    ),
    _entry(
        Meaning.CONNECTION,
        r"connection refused|econnrefused|connection reset|econnreset|broken pipe|no route to host|"
        r"network is unreachable|connection (closed|aborted|lost)|connect(ion)? (failed|error)"
        r"|no healthy upstream",
    ),
    _entry(Meaning.TIMEOUT, r"time(d)?[ -]?out|deadline exceeded|etimedout"),
    _entry(
        Meaning.DATABASE,
        r"database|deadlock|duplicate key|sqlstate|sqlexception|relation \S+ does not exist|"
        r"\b(postgres(ql)?|mysql|mongo(db)?|redis|cassandra|sql)\b",
        needs_failure=True,
    ),
    _entry(Meaning.LIMIT, r"rate.?limit|too many requests|circuit.?breaker.*open|overload|\b429\b"),
    _entry(
        Meaning.PERMISSION,
        r"permission denied|access denied|unauthori[sz]ed|forbidden|authentication failed|invalid credential",
    ),
    _entry(
        Meaning.UPSTREAM,
        r"\b50[0234]\b|internal server error|bad gateway|service unavailable|upstream|rpc error",
        needs_failure=True,
    ),
    _entry(Meaning.EXCEPTION, r"\b\w*exception\b|traceback|panic:|stack ?trace|segfault|segmentation fault"),
)


def meaning(text: str, level: str = "unknown") -> Meaning | None:
    """What the line is about, if the table knows it; debug and trace lines are never failures."""
    if level in {"debug", "trace"}:
        return None
    seen = text[:MOST_SIGNS]
    failing = level in ERROR_LEVELS or _FAILURE.search(seen) is not None
    for each in TABLE:
        if each.pattern.search(seen) and (failing or not each.needs_failure):
            return each.meaning
    return None
