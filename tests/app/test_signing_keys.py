"""Grafana's signing keys: fetched once, kept, and a Grafana that cannot be asked costs one wait a minute."""

from datetime import UTC, datetime

import httpx
import pytest

from reliability_studio.app.signing_keys import KEEP_FAILURE_S, KEEP_S, SigningKeys
from reliability_studio.clock import ManualClock
from reliability_studio.errors import SourceError

KEYS = {"keys": [{"kid": "one", "kty": "EC"}]}


class Grafana:
    def __init__(self, answer: httpx.Response | Exception):
        self.answer = answer
        self.paths: list[str] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.paths.append(request.url.path)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def clock():
    return ManualClock(datetime(2026, 1, 1, tzinfo=UTC))


def _keys(grafana: Grafana, clock: ManualClock) -> SigningKeys:
    return SigningKeys("http://grafana:3000", clock, httpx.MockTransport(grafana))


async def test_keys_are_fetched_once_and_again_when_they_are_old(clock):
    grafana = Grafana(httpx.Response(200, json=KEYS))
    keys = _keys(grafana, clock)
    assert await keys() == KEYS
    assert await keys() == KEYS
    assert grafana.paths == ["/api/signing-keys/keys"]
    clock.advance(KEEP_S)
    await keys()
    assert len(grafana.paths) == 2
    await keys.aclose()


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404),
        httpx.Response(200, content=b"<html>login</html>"),
        httpx.Response(200, json=["keys"]),
        httpx.Response(200, json={"keys": "none"}),
        httpx.ConnectTimeout("no route"),
    ],
)
async def test_a_grafana_without_keys_is_asked_again_only_after_a_minute(clock, answer):
    grafana = Grafana(answer)
    keys = _keys(grafana, clock)
    for _ in range(3):
        with pytest.raises(SourceError):
            await keys()
    assert len(set(grafana.paths)) == 1
    asked = len(grafana.paths)
    clock.advance(KEEP_FAILURE_S)
    grafana.answer = httpx.Response(200, json=KEYS)
    assert await keys() == KEYS
    assert len(grafana.paths) == asked + 1
    await keys.aclose()
