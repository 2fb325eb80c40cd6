"""Every error that this program raises on purpose, in one tree.

    StudioError
     x InputError      the caller's     BadRequest · Forbidden · NotFound · MethodNotAllowed
     |                                  Conflict (StillFiring, HasSlos) · TooLarge · Invalid
     |                                  TooManyRequests
     x SourceError     downstream       SourceUnavailable · SourceTimeout
     |                                  SourceRejected (SourceGone)
     |                                  SourceMalformed · SourceNotConfigured
     x StoreError      the plugin's     StoreUnavailable · StaleWrite
     x Overloaded      the plugin's     a bounded queue is full: try again
     x SettingsError   the operator's   carries every problem found, key names only

Foreign errors are translated into this tree where they enter (`sources/http.py`, `store/engine.py`) and
out of it in one place (`wire/status.py`, `api/router.py`). A message names what is wrong and what to do;
it may name a secret's key, never its value.
"""

from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override


class StudioError(Exception):
    """An error with a stable code, a fault owner and a text that is safe to show to the caller."""

    code: ClassVar[str] = "internal"
    """Stable, machine-readable name; part of the HTTP API."""
    status: ClassVar[int] = 500
    """HTTP status that the error becomes."""
    downstream: ClassVar[bool] = False
    """Whether a system behind us is to blame (Grafana's `errorSource`)."""
    retryable: ClassVar[bool] = False
    """Whether the same call may work later."""


class InputError(StudioError):
    """The caller can mend this."""

    code = "bad_request"
    status = 400


class BadRequest(InputError):
    """The body or the query cannot be read at all, for example malformed JSON."""


class Forbidden(InputError):
    """The caller's role or organisation does not allow this."""

    code = "forbidden"
    status = 403


class NotFound(InputError):
    """There is no such thing, or not in the caller's organisation."""

    code = "not_found"
    status = 404


class MethodNotAllowed(InputError):
    """The path exists, the method does not; `allowed` lists those that do."""

    code = "method_not_allowed"
    status = 405

    def __init__(self, message: str, *, allowed: tuple[str, ...]) -> None:
        super().__init__(message)
        self.allowed = allowed


class Conflict(InputError):
    """The thing changed meanwhile, or the change is not allowed in its present state."""

    code = "conflict"
    status = 409


class HasSlos(Conflict):
    """A service cannot be forgotten yet: SLOs name it. Say what becomes of them: `slos=delete` or `keep`."""

    code = "has_slos"


class StillFiring(Conflict):
    """An incident cannot be resolved yet: some of its alerts still fire. `force` resolves it all the same."""

    code = "still_firing"


class TooLarge(InputError):
    """The body is over the limit that the message names."""

    code = "too_large"
    status = 413


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with one field. `path` is `$.a.b[0]`; `problem` says what to do about it."""

    path: str
    problem: str


class Invalid(InputError):
    """The body reads well but breaks its schema or a rule; lists each field with its problem."""

    code = "invalid"
    status = 422

    def __init__(self, message: str, problems: tuple[FieldProblem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems

    @classmethod
    def field(cls, path: str, problem: str) -> "Invalid":
        """An error about exactly one field."""
        return cls(f"{path}: {problem}", (FieldProblem(path, problem),))


class TooManyRequests(InputError):
    """The caller is over its rate limit; `retry_after` in seconds."""

    code = "too_many_requests"
    status = 429
    retryable = True

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class SourceError(StudioError):
    """A telemetry or alert source failed. `source` is its configured name."""

    code = "source_error"
    status = 502
    downstream = True

    def __init__(self, message: str, *, source: str) -> None:
        super().__init__(message)
        self.source = source


class SourceUnavailable(SourceError):
    """No connection, a 5xx, or the circuit breaker is open."""

    code = "source_unavailable"
    retryable = True


class SourceTimeout(SourceError):
    """The source did not answer within its deadline."""

    code = "source_timeout"
    status = 504
    retryable = True


class SourceRejected(SourceError):
    """The source refused the query or the credentials (4xx); repeating will not help."""

    code = "source_rejected"


class SourceGone(SourceRejected):
    """What the call refers to has expired at the source (410): begin anew."""

    code = "source_gone"


class SourceMalformed(SourceError):
    """The source answered something that is not its documented answer, or too much of it."""

    code = "source_malformed"


class SourceNotConfigured(SourceError):
    """Nobody told the plugin where this source is."""

    code = "source_not_configured"
    status = 424
    downstream = False


class StoreError(StudioError):
    """The plugin's own database failed."""

    code = "store_error"
    status = 500


class StoreUnavailable(StoreError):
    """The database cannot be reached or is locked; nothing was written."""

    code = "store_unavailable"
    status = 503
    retryable = True


class StaleWrite(StoreError):
    """The row changed since it was read; `current` is its version now."""

    code = "stale_write"
    status = 409

    def __init__(self, message: str, *, current: int) -> None:
        super().__init__(message)
        self.current = current


class Overloaded(StudioError):
    """A bounded queue or executor is full. Answers 503, which Alertmanager retries (it drops on any 4xx).

    `retry_after` in seconds; 0 when nobody can say.
    """

    code = "overloaded"
    status = 503
    retryable = True

    def __init__(self, message: str, *, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class SettingsError(StudioError):
    """The plugin's settings have problems; all of them are listed, key names only."""

    code = "settings"
    status = 424

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        super().__init__("; ".join(f"{p.path}: {p.problem}" for p in problems))
        self.problems = problems

    @override
    def __repr__(self) -> str:
        return f"SettingsError({len(self.problems)} problems)"
