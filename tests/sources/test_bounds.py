"""Issue 5, point 1: limits of each source (size, time, calls at once, repeats), a breaker, typed errors."""

import asyncio
import contextlib
import gzip
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.clock import ManualClock
from reliability_studio.errors import (
    SettingsError,
    SourceError,
    SourceMalformed,
    SourceRejected,
    SourceTimeout,
    SourceUnavailable,
)
from reliability_studio.settings import decode
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources.http import SourceClient
from reliability_studio.sources.limits import BreakerPolicy, BreakerState, SourceLimits

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Server:
    """Answers with what it is given, in turn; the last one again and again."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    async def __call__(self, request):
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            return httpx.Response(200, content=b"{}")
        if isinstance(answer, Exception):
            raise answer
        return answer


def client(server, **settings):
    given = {"name": "loki", "url": "http://loki.test", "timeout_s": 5, **settings}
    return SourceClient(
        SourceSettings(**given), clock=ManualClock(NOW), transport=httpx.MockTransport(server)
    )


_TEXT = st.text(max_size=20) | st.text("abc0129.:/[]@%?#-_ é☃\n", max_size=20)


@given(
    url=st.builds("http://{}".format, _TEXT) | _TEXT,
    token=_TEXT,
    headers=st.dictionaries(_TEXT, _TEXT, max_size=2),
    location=_TEXT,
)
async def test_whatever_the_settings_and_the_source_say_a_call_ends_in_an_answer_or_its_error(
    url, token, headers, location
):
    """No address, token, header or redirect raises what nobody expects."""
    certificate = f"-----BEGIN CERTIFICATE-----{location}-----END CERTIFICATE-----"
    document = {"loki": {"url": url, "headers": headers, "caCertificate": certificate}}
    found = decode(json.dumps(document).encode(), {"lokiToken": token}).source("loki")
    if found is None:
        return
    answers = [
        httpx.Response(302, headers=[(b"Location", location.encode())]),
        httpx.Response(200, content=b"{}"),
    ]
    transport = httpx.MockTransport(lambda _request: answers.pop(0))
    with contextlib.suppress(SourceError, SettingsError):
        source = SourceClient(found, clock=ManualClock(NOW), transport=transport)
        assert await source.get("/ready", retries=False) == b"{}"


async def test_row_84_headers_and_the_token_go_along():
    """Slo-features 84: the tenant of Mimir, Loki and Tempo."""
    server = Server(httpx.Response(200, content=b"{}"))
    await client(server, headers={"X-Scope-OrgID": "shop"}, token="secret").get("/ready")
    [request] = server.asked
    assert request.headers["X-Scope-OrgID"] == "shop"
    assert request.headers["Authorization"] == "Bearer secret"


async def test_an_answer_without_end_is_given_up_and_not_held():
    """It stops where the limit is, and says which setting raises it."""
    sent = 0

    async def parts():
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 1000

    server = Server(httpx.Response(200, content=parts()))
    with pytest.raises(SourceMalformed, match="more than 10000 bytes; ask for less or raise maxMegabytes"):
        await client(server, max_bytes=10_000).get("/")
    assert sent == 11


async def test_a_source_that_hangs_costs_its_deadline_and_is_not_asked_again():
    """A slow query repeated is the same load once more."""
    server = Server(30.0)
    with pytest.raises(SourceTimeout, match=r"did not answer within 0\.1 s"):
        await client(server, timeout_s=0.1).get("/")
    assert len(server.asked) == 1


@pytest.mark.parametrize(("idempotent", "asked"), [(True, 2), (False, 1)])
async def test_only_what_changes_nothing_is_repeated(idempotent, asked):
    """When the source could not be reached."""
    server = Server(httpx.ConnectError("refused"), httpx.Response(200, content=b"{}"))
    asking = client(server).post_form("/query", {"query": "x"}, idempotent=idempotent)
    if idempotent:
        assert await asking == b"{}"
    else:
        with pytest.raises(SourceUnavailable, match=r"cannot be reached at loki\.test: refused"):
            await asking
    assert len(server.asked) == asked


async def test_credentials_do_not_follow_a_redirect_to_another_host():
    """Nor does anything else."""
    server = Server(httpx.Response(302, headers={"Location": "http://evil.test/"}))
    with pytest.raises(SourceRejected, match=r"redirects to http://evil\.test, which is not followed"):
        await client(server, token="secret").get("/")
    assert [request.url.host for request in server.asked] == ["loki.test"]


@pytest.mark.parametrize("location", ["http://[::1", "http://loki.test:port/", "http://999.1.1.1/", "//\x01"])
async def test_a_redirect_to_no_address_is_an_error_of_the_source(location):
    """Whatever a source sends, the error is its own."""
    server = Server(httpx.Response(302, headers={"Location": location}))
    with pytest.raises(SourceUnavailable, match=r"cannot be reached at loki\.test: Invalid URL in location"):
        await client(server).get("/", retries=False)


@pytest.mark.parametrize("url", ["http://☃.example", "http://[v1.x]", "http://loki\u2488com"])
async def test_an_address_that_only_the_client_refuses_is_an_error_of_the_source(url):
    """No check of the settings knows every rule of international names."""
    with pytest.raises(SourceRejected, match="loki has no address that can be called: Invalid"):
        await client(Server(httpx.Response(200)), url=url).get("/")


@pytest.mark.parametrize("encoding", ["gzip, gzip", "deflate", "br", "zstd", "gzip, identity, gzip"])
@pytest.mark.parametrize("status", [200, 500])
async def test_an_answer_is_inflated_from_one_layer_at_most(encoding, status):
    """Sixty kilobytes that were compressed twice can become sixty gigabytes: nobody begins with them."""

    async def parts():
        raise AssertionError("it was read")
        yield b""

    server = Server(httpx.Response(status, headers={"Content-Encoding": encoding}, content=parts()))
    with pytest.raises(SourceUnavailable if status == 500 else SourceMalformed) as told:
        await client(server).get("/", retries=False)
    assert ("not asked for" in str(told.value)) is (status == 200)
    assert server.asked[0].headers["Accept-Encoding"] == "gzip"


async def test_one_layer_is_inflated_and_bounded_by_what_comes_out():
    """A source's own compression is welcome; the bound is of what it becomes."""
    body = gzip.compress(b"x" * 100_000)
    answer = httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=body)
    assert await client(Server(answer)).get("/") == b"x" * 100_000
    with pytest.raises(SourceMalformed, match="answers more than 50000 bytes"):
        await client(Server(answer), max_bytes=50_000).get("/")


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, SourceRejected), (401, SourceRejected), (504, SourceTimeout), (429, SourceUnavailable)],
)
async def test_what_a_status_means_is_a_type(status, error):
    """So that callers need not read words."""
    server = Server(httpx.Response(status, content=b"no"))
    with pytest.raises(error, match=str(status)):
        await client(server).post_form("/query", {}, idempotent=False)


def broken():
    return SourceUnavailable("down", source="loki")


async def called(limits, error=None):
    async with limits.call():
        if error is not None:
            raise error


async def test_the_breaker_opens_lets_one_call_find_out_and_stays_open_for_longer_if_that_fails():
    """The predecessor did not open again after a failure in between."""
    clock = ManualClock(NOW)
    limits = SourceLimits("loki", clock=clock, max_concurrency=4, policy=BreakerPolicy(failures=3, open_s=5))
    for _ in range(3):
        with pytest.raises(SourceUnavailable, match="down"):
            await called(limits, broken())
    assert limits.breaker.state is BreakerState.OPEN
    with pytest.raises(SourceUnavailable, match="is not asked now"):
        await called(limits)
    clock.advance(timedelta(seconds=5).total_seconds())
    with pytest.raises(SourceUnavailable, match="down"):
        await called(limits, broken())
    assert (limits.breaker.state, limits.breaker.open_s) == (BreakerState.OPEN, 10)
    clock.advance(9)
    with pytest.raises(SourceUnavailable, match="is not asked now"):
        await called(limits)
    clock.advance(1)
    async with limits.call():
        with pytest.raises(SourceUnavailable, match="one call is finding out"):
            await called(limits)
    assert limits.breaker.state is BreakerState.CLOSED


async def test_a_query_that_is_refused_says_nothing_against_the_source():
    """A mistake of the one who asks does not open the breaker."""
    limits = SourceLimits("loki", clock=ManualClock(NOW), max_concurrency=1, policy=BreakerPolicy(failures=1))
    with pytest.raises(SourceRejected):
        await called(limits, SourceRejected("bad query", source="loki"))
    assert limits.breaker.state is BreakerState.CLOSED


async def test_so_many_calls_at_once_and_so_many_that_wait():
    """More than that are refused, instead of a queue that grows."""
    limits = SourceLimits("loki", clock=ManualClock(NOW), max_concurrency=2, max_waiting=1)
    under_way, most, go_on = 0, 0, asyncio.Event()

    async def work():
        nonlocal under_way, most
        async with limits.call():
            under_way += 1
            most = max(most, under_way)
            await go_on.wait()
            under_way -= 1

    async with asyncio.TaskGroup() as group:
        for _ in range(2):
            group.create_task(work())
            await asyncio.sleep(0)
        group.create_task(work())
        await asyncio.sleep(0)
        with pytest.raises(SourceUnavailable, match="1 calls wait for it already"):
            await called(limits)
        go_on.set()
    assert most == 2
