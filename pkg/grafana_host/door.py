"""Who may come in: a one-time token for a browser, a bearer token for machines, and no other site's pages.

With a password the user `admin` may sign in as in Grafana too: `POST /login`, or basic authentication.

The host listens on loopback, where every page of every browser on this machine can send requests. So the
Host header must be ours (a foreign name that was made to point here is refused), a request that changes
something must come from our own pages (Origin), and everybody needs a session or the bearer token.
"""

import base64
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

COOKIE = "preview_session"
USER = "admin"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_SESSIONS = 100


class Entry(StrEnum):
    """What the door says."""

    SESSION = "session"
    BEARER = "bearer"
    NO_SESSION = "no_session"
    FOREIGN_HOST = "foreign_host"
    FOREIGN_ORIGIN = "foreign_origin"

    @property
    def admitted(self) -> bool:
        """Whether the request goes on."""
        return self in {Entry.SESSION, Entry.BEARER}


@dataclass(slots=True)
class Door:
    """Tokens and sessions of one host."""

    port: int = 0
    bearer: str = field(default_factory=lambda: f"glsa_{secrets.token_urlsafe(24)}", repr=False)
    """Stands in for a service-account token; for Alertmanager and scripts."""
    one_time: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    """Opens one session; empty once used."""
    password: str = field(default="", repr=False)
    """Of the user `admin`; empty when nobody signs in by password."""
    sessions: dict[str, None] = field(default_factory=dict, repr=False)

    def exchange(self, token: str) -> str | None:
        """A session for the one-time token, which is used up; None for any other."""
        if not self.one_time or not hmac.compare_digest(token.encode(), self.one_time.encode()):
            return None
        self.one_time = ""
        return self.open_session()

    def sign_in(self, user: str, password: str) -> str | None:
        """A session for the right name and password; None for others, and when there is no password."""
        return self.open_session() if self._knows(f"{user}:{password}") else None

    def open_session(self) -> str:
        """A new session."""
        while len(self.sessions) >= MAX_SESSIONS:
            self.sessions.pop(next(iter(self.sessions)))
        session = secrets.token_urlsafe(24)
        self.sessions[session] = None
        return session

    def renew(self) -> str:
        """A fresh one-time token, for another browser."""
        self.one_time = secrets.token_urlsafe(24)
        return self.one_time

    def judge(self, method: str, headers: Mapping[str, str], session: str) -> Entry:
        """Whether a request may come in.

        Args:
            method: HTTP verb; a WebSocket's handshake counts as one that changes something.
            headers: by lower-case name.
            session: the session cookie's value.
        """
        if not self._is_ours(headers.get("host", "")):
            return Entry.FOREIGN_HOST
        authorization = headers.get("authorization", "")
        if authorization:
            return Entry.BEARER if self._authorized(authorization) else Entry.NO_SESSION
        changes = method not in SAFE or headers.get("upgrade", "").lower() == "websocket"
        origin = headers.get("origin", "")
        if changes and not self._is_ours(urlsplit(origin).netloc):
            return Entry.FOREIGN_ORIGIN
        return Entry.SESSION if session in self.sessions else Entry.NO_SESSION

    def _authorized(self, header: str) -> bool:
        kind, _, given = header.partition(" ")
        if kind == "Basic":
            try:
                return self._knows(base64.b64decode(given, validate=True).decode())
            except ValueError:
                return False
        return kind == "Bearer" and hmac.compare_digest(given.encode(), self.bearer.encode())

    def _knows(self, pair: str) -> bool:
        known = f"{USER}:{self.password}".encode()
        return bool(self.password) and hmac.compare_digest(pair.encode(), known)

    def _is_ours(self, authority: str) -> bool:
        return authority in {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}
