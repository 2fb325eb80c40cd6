"""Foreign database errors become the `StoreError` tree here, and nowhere else.

What may work later (no connection, locked, serialisation, deadlock, disk full) is `StoreUnavailable`; the
rest is `StoreError`. The text names the kind of failure and never the statement, its values or the address.
"""

from sqlalchemy import exc

from reliability_studio.errors import StoreError, StoreUnavailable
from reliability_studio.observability.redaction import redact

_LATER_CLASSES = ("08", "53", "57")
"""Connection failure · out of resources · stopped by an operator or by a time limit."""
_LATER_STATES = ("40001", "40P01", "55P03", "25P03", "25P04")
"""Serialisation · deadlock · lock not available · idle too long · transaction too long."""
_LATER_WORDS = ("locked", "busy", "full", "unable to open", "disk i/o", "readonly database")
_WORDS = 200


def translated(error: exc.SQLAlchemyError | OSError) -> StoreError:
    """The error of ours that says the same."""
    if isinstance(error, exc.TimeoutError):
        return StoreUnavailable("all connections to the database are in use")
    if not isinstance(error, exc.DBAPIError):
        if isinstance(error, OSError):
            return StoreUnavailable(
                f"the database cannot be reached: {error.strerror or type(error).__name__}"
            )
        return StoreError(f"a statement could not be run ({type(error).__name__})")
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return _by_state(str(state), error)
    if error.connection_invalidated or isinstance(error, exc.OperationalError | exc.InterfaceError):
        return _by_words(error)
    return StoreError(f"the database refused a statement ({_kind(error)})")


def _by_state(state: str, error: exc.DBAPIError) -> StoreError:
    if state.startswith(_LATER_CLASSES) or state in _LATER_STATES:
        return StoreUnavailable(f"the database could not do it now ({_kind(error)}, SQLSTATE {state})")
    return StoreError(f"the database refused a statement ({_kind(error)}, SQLSTATE {state})")


def _by_words(error: exc.DBAPIError) -> StoreError:
    """Errors without a state: all of SQLite's, and PostgreSQL's when there is no connection."""
    lines = str(error.orig).strip().splitlines()
    text = redact(lines[0])[:_WORDS] if lines else _kind(error)
    sqlite = type(error.orig).__module__.startswith("sqlite3")
    if sqlite and not any(word in text.lower() for word in _LATER_WORDS):
        return StoreError(f"the database failed: {text}")
    return StoreUnavailable(f"the database cannot be used now: {text}")


def _kind(error: exc.DBAPIError) -> str:
    return type(error.orig).__name__
