"""X1, X2, I4: identity tokens that are forged, expired or meant for others are refused."""

import base64
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from reliability_studio.api.access import IdentityVerifier
from reliability_studio.errors import Forbidden, SourceUnavailable

KEY = ec.generate_private_key(ec.SECP256R1())
OTHER_KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(KEY.public_key()))
JWKS = {"keys": [{**PUBLIC, "kid": "k1", "alg": "ES256", "use": "sig"}]}


def _token(*, key=KEY, algorithm="ES256", kid="k1", minutes=5, audience="org:1", **more):
    # PyJWT reads the machine's clock for `exp`, so the test must use it too.
    expires = datetime.now(UTC) + timedelta(minutes=minutes)  # noqa: TID251
    claims = {"sub": "user:u-7", "exp": expires, "aud": audience, **more}
    return jwt.encode(claims, key, algorithm, headers={"kid": kid})


def _deep(part):
    """A token whose header or claims are nested far deeper than any reader goes."""
    nested = base64.urlsafe_b64encode(b"[" * 20_000).decode().rstrip("=")
    head, claims, _ = _token().split(".")
    signed = f"{nested}.{claims}" if part == "header" else f"{head}.{nested}"
    signature = jwt.get_algorithm_by_name("ES256").sign(signed.encode(), KEY)
    return f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


async def _keys(_key_id):
    return JWKS


async def test_a_good_token_gives_the_stable_user_id():
    """`sub` is `user:<uid>`."""
    assert await IdentityVerifier(_keys).user_uid(_token(), 1) == "u-7"


@pytest.mark.parametrize(
    "token",
    [
        _token(key=OTHER_KEY),
        _token(minutes=-5),
        _token(audience="org:2"),
        _token(kid="unknown"),
        _token(key="x" * 32, algorithm="HS256"),
        jwt.encode({"sub": "user:u-7"}, None, "none", headers={"kid": "k1"}),
        jwt.encode({"sub": "user:u-7", "aud": "org:1"}, KEY, "ES256", headers={"kid": "k1"}),
        jwt.encode({"sub": "user:u-7", "aud": "org:1"}, KEY, "ES256"),
        "not.a.token",
        "",
        _deep("header"),
        _deep("claims"),
    ],
    ids=[
        "another key", "expired", "another organisation", "unknown key id", "HMAC", "alg none", "no expiry",
        "no key id", "nonsense", "empty", "deep header", "deep claims",
    ],
)  # fmt: skip
async def test_a_bad_token_is_refused(token):
    """Each classic forgery ends as 403."""
    with pytest.raises(Forbidden):
        await IdentityVerifier(_keys).user_uid(token, 1)


@pytest.mark.parametrize("keys", [["k1"], [None], [{"kid": "k1"}], [{**PUBLIC, "kid": "k1", "x": 7}], []])
async def test_keys_that_are_none_vouch_for_nobody(keys):
    """Whatever Grafana, or something before it, answers as its key set."""

    async def odd(_key_id):
        return {"keys": keys}

    with pytest.raises(Forbidden, match="key that Grafana does not have"):
        await IdentityVerifier(odd).user_uid(_token(), 1)


async def test_without_grafanas_keys_nothing_is_claimed_about_the_user():
    """Grafana unreachable: the call goes on without a stable id instead of failing at 3 a.m."""

    async def unreachable(_key_id):
        raise SourceUnavailable("grafana: connection refused", source="grafana")

    assert await IdentityVerifier(unreachable).user_uid(_token(), 1) == ""


async def test_a_forged_algorithm_is_refused_even_without_grafanas_keys():
    """What can be seen in the header needs no key."""

    async def unreachable(_key_id):
        raise SourceUnavailable("grafana: connection refused", source="grafana")

    with pytest.raises(Forbidden):
        await IdentityVerifier(unreachable).user_uid(_token(key="x" * 32, algorithm="HS256"), 1)
