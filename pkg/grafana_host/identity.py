"""Grafana's identity tokens: who is signed in, signed with a key that anybody may check.

Grafana sends one with resource, query and health calls (not with those of streams) as `X-Grafana-Id`, and
publishes its keys under `/api/signing-keys/keys`. A token lives for ten minutes; it is made anew before.
"""

import json
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from grafana_host.grafana import User

HEADER = "X-Grafana-Id"
KEYS_PATH = "/api/signing-keys/keys"
LIFE_S = 600
RENEW_S = 60
"""A token is not used any more this long before its end: a call must outlive it."""


class Identity:
    """The signing key of one host, and the tokens made with it."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:  # noqa: TID251 - a program's edge
        self._clock = clock
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._id = f"default_{secrets.token_hex(8)}"
        self._made: dict[User, tuple[str, float]] = {}

    def keys(self) -> Mapping[str, Any]:
        """The key set that signatures are checked with (JWKS)."""
        described = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self._key.public_key()))
        return {"keys": [{**described, "kid": self._id, "alg": "ES256", "use": "sig"}]}

    def token(self, user: User) -> str:
        """A valid token of this user in the organisation where the user acts."""
        now = self._clock()
        made, until = self._made.get(user, ("", 0.0))
        if now < until - RENEW_S:
            return made
        claims = {
            "iss": "grafana",
            "sub": f"user:{user.uid}",
            "aud": f"org:{user.org_id}",
            "iat": int(now),
            "exp": int(now) + LIFE_S,
            "type": "user",
            "identifier": user.uid,
            "namespace": user.namespace,
            "email": user.email,
            "role": user.role,
        }
        made = jwt.encode(claims, self._key, algorithm="ES256", headers={"kid": self._id, "typ": "jwt"})
        self._made[user] = made, now + LIFE_S
        return made

    def vouched(self, user: User | None, prefix: str = "") -> Mapping[str, str]:
        """The header that a call of this user carries; none when Grafana itself calls."""
        return {} if user is None else {f"{prefix}{HEADER}": self.token(user)}
