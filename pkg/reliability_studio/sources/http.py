"""Every call to a telemetry or alert source goes out here: one client per source, with its limits.

    client = SourceClient(settings, clock=clock, meter=meter)
    body = await client.get("/api/v1/status/buildinfo")
    body = await client.post_form("/api/v1/query", {"query": promql}, idempotent=True)

What it holds for each call, in this order: a slot and the breaker (`limits.py`), bounded retries with
jitter (idempotent calls only, and only when the source could not be reached), one deadline per attempt,
a size limit while the answer streams in. Redirects are followed on the same host only. Foreign errors
become the `SourceError` tree; their texts name the source and its host, never a header or a parameter.
"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import NoReturn
from urllib.parse import urlsplit

import httpx
import stamina
import stamina.instrumentation

from reliability_studio.clock import Clock
from reliability_studio.errors import (
    SourceError,
    SourceGone,
    SourceMalformed,
    SourceRejected,
    SourceTimeout,
    SourceUnavailable,
)
from reliability_studio.observability.redaction import redact
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources.allowance import spend
from reliability_studio.sources.connection import COMPRESSION, CONNECT_S, opened
from reliability_studio.sources.limits import BreakerPolicy, SourceLimits
from reliability_studio.sources.meter import CallOutcome, SourceMeter

ATTEMPTS = 3
MAX_REDIRECTS = 3
EXPLANATION = 300
"""Characters of a source's own error text that are passed on."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a source's own error body says: one line of text, and whether it gave up for lack of time."""

    text: str = ""
    timeout: bool = False


Explain = Callable[[bytes], Fault]
"""Reads an error body of one kind of source."""


Content = Mapping[str, str] | bytes | None
"""What a request carries: a form, a ready body, or nothing."""


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    params: Mapping[str, str]
    content: Content
    headers: Mapping[str, str]
    status_only: bool = False
    """Nobody reads what a good answer says."""


class SourceClient:
    """HTTP to one source. Close it with `aclose`; safe for concurrent use."""

    def __init__(
        self,
        settings: SourceSettings,
        *,
        clock: Clock,
        meter: SourceMeter | None = None,
        explain: Explain | None = None,
        policy: BreakerPolicy | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        auth: httpx.Auth | None = None,
        verify: ssl.SSLContext | None = None,
    ) -> None:
        # stamina's own hooks would log the arguments of a call; ours are counted in `_retry`.
        stamina.instrumentation.set_on_retry_hooks([])
        self.name = settings.name
        self.clock = clock
        self._settings = settings
        self._meter = meter
        self._explain = explain or plain
        # An address may have a password in front of its host; errors name the host.
        self._host = urlsplit(settings.url).netloc.rpartition("@")[2]
        self._client = opened(settings, transport, auth, verify)
        self.limits = SourceLimits(
            settings.name, clock=clock, max_concurrency=settings.max_concurrency, policy=policy
        )

    async def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        retries: bool = True,
    ) -> bytes:
        """The body of a GET; retried when the source cannot be reached, unless one answer is enough.

        Raises:
            SourceError: in one of its forms, naming the source.
        """
        return await self._call("GET", path, params=params or {}, form=None, headers=headers, retries=retries)

    async def post_form(self, path: str, form: Mapping[str, str], *, idempotent: bool) -> bytes:
        """The body of a form POST; retried only if it is a query in disguise (`idempotent`).

        Raises:
            SourceError: in one of its forms, naming the source.
        """
        return await self._call("POST", path, params={}, form=form, retries=idempotent)

    async def post_body(self, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        """The answer to a POST of a ready body; never repeated here: it may have been taken.

        Raises:
            SourceError: in one of its forms, naming the source.
        """
        return await self._call("POST", path, params={}, form=body, headers=headers, retries=False)

    async def hand_over(self, path: str, body: bytes, headers: Mapping[str, str]) -> None:
        """A POST of a message, never repeated here. It was taken as soon as a 2xx says so.

        What the receiver answers beside that is not waited for: however long, slow or broken it is, a second
        message would come of it.

        Raises:
            SourceError: in one of its forms, naming the source.
        """
        await self._call("POST", path, params={}, form=body, headers=headers, retries=False, status_only=True)

    async def patch_body(self, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        """The answer to a PATCH that says what is to be, so that it may be repeated.

        Raises:
            SourceError: in one of its forms, naming the source.
        """
        return await self._call("PATCH", path, params={}, form=body, headers=headers, retries=True)

    @contextlib.asynccontextmanager
    async def lines(
        self, path: str, params: Mapping[str, str], *, idle_s: float, most_bytes: int
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """The lines of a GET whose answer goes on and on; it takes no slot once it has begun.

        Args:
            path: of the call.
            params: of the call.
            idle_s: the stream ends when nothing comes for so long.
            most_bytes: of one line.

        Raises:
            SourceError: in one of its forms, naming the source.
        """
        spend(self.name)
        url = httpx.URL(self._settings.url.rstrip("/") + path).copy_merge_params(dict(params))
        began, outcome = self.clock.monotonic(), "cancelled"
        try:
            async with self.limits.call():
                response = await self._begun(url, idle_s)
            outcome = CallOutcome.OK
        except SourceError as error:
            outcome = error.code
            raise
        finally:
            if self._meter is not None:
                self._meter.ended(self.name, outcome, self.clock.monotonic() - began)
        try:
            async with contextlib.aclosing(self._lines(response, most_bytes)) as lines:
                yield lines
        finally:
            await response.aclose()

    async def _begun(self, url: httpx.URL, idle_s: float) -> httpx.Response:
        limit = self._settings.timeout_s
        with self._ours(limit):
            # httpx' own read timeout is the one that goes on while the answer streams in.
            timeout = httpx.Timeout(limit, connect=min(CONNECT_S, limit), read=idle_s)
            request = self._client.build_request("GET", url, timeout=timeout)
            async with asyncio.timeout(limit):
                response = await self._client.send(request, stream=True)
            if response.status_code < HTTPStatus.MULTIPLE_CHOICES:
                return response
            try:
                if response.status_code >= HTTPStatus.BAD_REQUEST:
                    self._raise_for(response.status_code, await self._read(response))
                raise SourceRejected(
                    f"{self.name} redirects a stream, which is not followed", source=self.name
                )
            finally:
                await response.aclose()

    async def _lines(self, response: httpx.Response, most_bytes: int) -> AsyncGenerator[bytes]:
        self._check_compression(response)
        rest = b""
        try:
            with self._ours(self._settings.timeout_s):
                async for part in response.aiter_bytes():
                    *lines, rest = (rest + part).split(b"\n")
                    if max(map(len, (*lines, rest))) > most_bytes:
                        text = f"{self.name} sends a line of more than {most_bytes} bytes"
                        raise SourceMalformed(text, source=self.name)
                    for line in lines:
                        if line.strip():
                            yield line
        except (SourceTimeout, SourceUnavailable):
            return  # Nothing came for too long, or the connection broke: the stream is over.

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str],
        form: Content,
        retries: bool,
        headers: Mapping[str, str] | None = None,
        status_only: bool = False,
    ) -> bytes:
        spend(self.name)
        began = self.clock.monotonic()
        outcome = "cancelled"
        request = _Request(method, path, params, form, headers or {}, status_only)
        try:
            body = await self._repeated(request, retries=retries)
        except SourceError as error:
            outcome = error.code
            raise
        else:
            outcome = CallOutcome.OK
            return body
        finally:
            if self._meter is not None:
                self._meter.ended(self.name, outcome, self.clock.monotonic() - began)

    async def _repeated(self, request: "_Request", *, retries: bool) -> bytes:
        attempts = stamina.retry_context(
            on=_worth_repeating,
            attempts=ATTEMPTS if retries else 1,
            timeout=self._settings.timeout_s,
            wait_initial=0.1,
            wait_max=1.0,
            wait_jitter=0.2,
        )
        async for attempt in attempts:
            if attempt.num > 1 and self._meter is not None:
                self._meter.retried(self.name)
            with attempt:
                async with self.limits.call():
                    return await self._once(request)
        raise AssertionError("the last attempt returns or raises")  # pragma: no cover

    async def _once(self, request: "_Request") -> bytes:
        limit = self._settings.timeout_s
        with self._ours(limit):
            async with asyncio.timeout(limit):
                return await self._exchange(request)

    @contextlib.contextmanager
    def _ours(self, limit: float) -> Iterator[None]:
        """Foreign errors of one exchange as our own."""
        try:
            yield
        except (TimeoutError, httpx.TimeoutException) as error:
            connecting = isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout)
            what = "took no connection" if connecting else f"did not answer within {limit:g} s"
            raise SourceTimeout(f"{self.name} at {self._host} {what}", source=self.name) from error
        except httpx.DecodingError as error:
            raise SourceMalformed(
                f"{self.name} sent a body that does not decode", source=self.name
            ) from error
        except httpx.InvalidURL as error:
            text = f"{self.name} has no address that can be called: {redact(str(error))}"
            raise SourceRejected(text, source=self.name) from error
        except httpx.RequestError as error:
            why = redact(str(error)) or type(error).__name__
            text = f"{self.name} cannot be reached at {self._host}: {why}"
            raise SourceUnavailable(text, source=self.name) from error

    async def _exchange(self, call: "_Request") -> bytes:
        method = call.method
        url = httpx.URL(self._settings.url.rstrip("/") + call.path)
        if call.params:
            url = url.copy_merge_params(dict(call.params))
        for _ in range(MAX_REDIRECTS + 1):
            content = call.content if isinstance(call.content, bytes) else None
            form = dict(call.content) if isinstance(call.content, Mapping) else None
            request = self._client.build_request(
                method, url, content=content, data=form, headers=dict(call.headers)
            )
            response = await self._client.send(request, stream=True)
            try:
                if response.has_redirect_location:
                    url = self._redirected(call, response)
                    continue
                if response.status_code >= HTTPStatus.BAD_REQUEST:
                    self._raise_for(response.status_code, await self._reason(response))
                if not call.status_only:
                    return await self._read(response)
                if response.is_success:
                    return b""
                text = f"{self.name} answers {response.status_code}, which takes nothing in"
                raise SourceRejected(text, source=self.name)
            finally:
                await response.aclose()
        raise SourceRejected(f"{self.name} redirects more than {MAX_REDIRECTS} times", source=self.name)

    def _redirected(self, call: "_Request", response: httpx.Response) -> httpx.URL:
        """Where to go on. Only the same host gets our credentials, and a POST is not repeated as a GET."""
        target = response.url.join(response.headers["Location"])
        same = (target.scheme, target.host, target.port) == (
            response.url.scheme,
            response.url.host,
            response.url.port,
        )
        if not same:
            place = f"{target.scheme}://{target.netloc.decode()}" if not target.userinfo else "another host"
            text = f"{self.name} redirects to {place}, which is not followed; configure that address"
            raise SourceRejected(text, source=self.name)
        if call.status_only:
            # Where messages go to may be a secret, and so may be where they are sent from there.
            text = f"{self.name} redirects messages to another path; configure the whole address"
            raise SourceRejected(text, source=self.name)
        if call.method != "GET":
            text = f"{self.name} redirects a query to {target.path}; configure that address"
            raise SourceRejected(text, source=self.name)
        return target

    async def _reason(self, response: httpx.Response) -> bytes:
        """What an error answer says; nothing when it is too long or broken, as the status says enough."""
        try:
            return await self._read(response)
        except (SourceMalformed, httpx.DecodingError, httpx.RemoteProtocolError):
            return b""

    def _check_compression(self, response: httpx.Response) -> None:
        used = response.headers.get("Content-Encoding", "identity").strip().lower()
        if used not in {"identity", COMPRESSION}:
            text = f"{self.name} compresses its answer in a way that was not asked for: {used[:100]}"
            raise SourceMalformed(text, source=self.name)

    async def _read(self, response: httpx.Response) -> bytes:
        self._check_compression(response)
        limit = self._settings.max_bytes
        parts: list[bytes] = []
        size = 0
        async for part in response.aiter_bytes():
            size += len(part)
            if size > limit:
                text = f"{self.name} answers more than {limit} bytes; ask for less or raise maxMegabytes"
                raise SourceMalformed(text, source=self.name)
            parts.append(part)
        if self._meter is not None:
            self._meter.received(self.name, size)
        return b"".join(parts)

    def _raise_for(self, status: int, body: bytes) -> NoReturn:
        fault = self._explain(body)
        said = redact(fault.text)[:EXPLANATION]
        text = f"{self.name} answers {status}{': ' + said if said else ''}"
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            text = f"{self.name} refuses the credentials ({status})"
        if fault.timeout or status in {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.GATEWAY_TIMEOUT}:
            raise SourceTimeout(text, source=self.name)
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise SourceUnavailable(text, source=self.name)
        if status == HTTPStatus.GONE:
            raise SourceGone(text, source=self.name)
        raise SourceRejected(text, source=self.name)


def _worth_repeating(error: Exception) -> bool:
    """Only what may have been bad luck: a slow query repeated is the same load again."""
    return isinstance(error, SourceUnavailable)


def plain(body: bytes) -> Fault:
    """An error page's text, unless it is HTML, which helps nobody in one line."""
    text = body[: EXPLANATION * 4].decode("utf-8", "replace").strip()
    return Fault() if text.startswith("<") else Fault(" ".join(text.split()))
