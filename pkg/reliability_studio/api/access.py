"""Who the caller is, beyond Grafana's word: verifies the `X-Grafana-Id` token.

The gRPC socket is private, so `PluginContext.user` can be trusted as far as the host can. The token adds
a stable user id for the audit trail; a token that is present but forged, expired or meant for another
organisation is refused.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import jwt

from reliability_studio.errors import Forbidden, SourceError

SigningKeys = Callable[[str], Awaitable[Mapping[str, Any]]]
"""Grafana's JWKS document, by the id of the key that is looked for; cached by whoever provides it."""

_LEEWAY_S = 30


class IdentityVerifier:
    """Checks identity tokens of one Grafana."""

    def __init__(self, signing_keys: SigningKeys) -> None:
        self._signing_keys = signing_keys

    async def user_uid(self, token: str, org_id: int) -> str:
        """The stable user id that the token vouches for.

        Returns an empty text when Grafana's keys cannot be fetched: then nothing can be said about the
        token, and the caller keeps the identity that the private socket already gives.

        Raises:
            Forbidden: the token is not one of this Grafana for this organisation, or has expired.
        """
        key_id = _key_id(token)
        try:
            keys = await self._signing_keys(key_id)
        except SourceError:
            return ""
        claims = _claims(token, _key(keys, key_id), org_id)
        subject = claims.get("sub")
        return subject.removeprefix("user:") if isinstance(subject, str) else ""


def _key_id(token: str) -> str:
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, RecursionError) as error:
        raise Forbidden("the identity token is malformed") from error
    # Asymmetric only: `none` and a public key misused as an HMAC secret are the classic forgeries.
    if header.get("alg") != "ES256":
        raise Forbidden("the identity token is signed with an algorithm that Grafana does not use")
    key_id = header.get("kid")
    if not isinstance(key_id, str):
        raise Forbidden("the identity token names no key")
    return key_id


def _key(keys: Mapping[str, Any], key_id: str) -> jwt.PyJWK:
    try:
        return jwt.PyJWKSet.from_dict(dict(keys))[key_id]
    except (KeyError, TypeError, ValueError, AttributeError, jwt.PyJWTError) as error:
        raise Forbidden("the identity token is signed with a key that Grafana does not have") from error


def _claims(token: str, key: jwt.PyJWK, org_id: int) -> Mapping[str, Any]:
    try:
        return jwt.decode(
            token,
            key,
            algorithms=["ES256"],
            audience=f"org:{org_id}",
            leeway=_LEEWAY_S,
            options={"require": ["exp", "aud"]},
        )
    except jwt.ExpiredSignatureError as error:
        raise Forbidden("the identity token has expired") from error
    except (jwt.PyJWTError, RecursionError) as error:
        raise Forbidden("the identity token is not valid for this organisation") from error
