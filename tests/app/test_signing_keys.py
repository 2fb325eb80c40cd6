"""Grafana's signing keys: fetched once, kept, and a Grafana that cannot be asked costs one wait a minute."""

from datetime import UTC, datetime

import httpx
import pytest

from reliability_studio.app.signing_keys import KEEP_FAILURE_S, KEEP_S, LOOK_AGAIN_S, SigningKeys
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
    assert await keys("one") == KEYS
    assert await keys("one") == KEYS
    assert grafana.paths == ["/api/signing-keys/keys"]
    clock.advance(KEEP_S)
    await keys("one")
    assert len(grafana.paths) == 2
    await keys.aclose()


async def test_a_key_that_grafana_has_made_meanwhile_is_found_at_once(clock):
    """Each month: until the old set was over its time, nobody with a new token came in."""
    grafana = Grafana(httpx.Response(200, json=KEYS))
    keys = _keys(grafana, clock)
    await keys("one")
    clock.advance(LOOK_AGAIN_S)
    both = {"keys": [*KEYS["keys"], {"kid": "two", "kty": "EC"}]}
    grafana.answer = httpx.Response(200, json=both)
    assert await keys("two") == both
    assert await keys("one") == both
    assert len(grafana.paths) == 2
    await keys.aclose()


async def test_keys_stay_when_a_new_one_cannot_be_looked_for(clock):
    grafana = Grafana(httpx.Response(200, json=KEYS))
    keys = _keys(grafana, clock)
    await keys("one")
    clock.advance(LOOK_AGAIN_S)
    grafana.answer = httpx.ConnectTimeout("no route")
    assert await keys("two") == KEYS
    assert await keys("one") == KEYS
    await keys.aclose()


async def test_names_of_keys_that_somebody_made_up_do_not_make_us_ask_and_ask(clock):
    grafana = Grafana(httpx.Response(200, json=KEYS))
    keys = _keys(grafana, clock)
    for number in range(100):
        assert await keys(f"made up {number}") == KEYS
        clock.advance(LOOK_AGAIN_S / 50)
    assert len(grafana.paths) <= 3
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
            await keys("one")
    assert len(set(grafana.paths)) == 1
    asked = len(grafana.paths)
    clock.advance(KEEP_FAILURE_S)
    grafana.answer = httpx.Response(200, json=KEYS)
    assert await keys("one") == KEYS
    assert len(grafana.paths) == asked + 1
    await keys.aclose()
