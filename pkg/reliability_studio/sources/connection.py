"""How a source is connected to: credentials, time to connect, size of the pool, whom TLS trusts."""

import ssl
from functools import lru_cache

import httpx

from reliability_studio.errors import FieldProblem, SettingsError
from reliability_studio.settings.sources import SourceSettings

MOST_STREAMS = 8
"""Connections beside the slots, for answers that go on and on."""
COMPRESSION = "gzip"
"""Of answers. In one layer only: layers multiply, and a few kilobytes of two can become gigabytes."""
CONNECT_S = 3.0
"""An unreachable host is known as such sooner than a slow query."""


def opened(
    settings: SourceSettings,
    transport: httpx.AsyncBaseTransport | None,
    auth: httpx.Auth | None,
    verify: ssl.SSLContext | None,
) -> httpx.AsyncClient:
    """A client with the source's credentials, limits and authorities; nothing is sent yet.

    Args:
        settings: address, credentials, bounds.
        transport: instead of the network.
        auth: instead of the settings' credentials.
        verify: instead of the settings' authorities.

    Raises:
        SettingsError: the authorities cannot be read.
    """
    headers = {"User-Agent": "reliability-studio", "Accept-Encoding": COMPRESSION, **settings.headers}
    if settings.token:
        headers["Authorization"] = f"Bearer {settings.token}"
    if auth is None and settings.username:
        auth = httpx.BasicAuth(settings.username, settings.password)
    return httpx.AsyncClient(
        auth=auth,
        headers=headers,
        verify=verify or (_tls(settings.ca_pem) if settings.url.startswith("https:") else _no_tls()),
        timeout=httpx.Timeout(settings.timeout_s, connect=min(CONNECT_S, settings.timeout_s)),
        limits=httpx.Limits(
            max_connections=settings.max_concurrency + MOST_STREAMS,
            max_keepalive_connections=settings.max_concurrency,
        ),
        follow_redirects=False,
        # Proxies and netrc files of the machine are nobody's configuration of this plugin.
        trust_env=False,
        transport=transport,
    )


@lru_cache(maxsize=32)
def _tls(ca_pem: str) -> ssl.SSLContext:
    """One context per set of authorities: loading them takes 20 ms, a client itself 0.1 ms."""
    if not ca_pem:
        return httpx.create_ssl_context(trust_env=False)
    try:
        return ssl.create_default_context(cadata=ca_pem)
    except (ssl.SSLError, ValueError) as error:
        raise SettingsError(
            (FieldProblem("caCertificate", "holds no certificate that can be read"),)
        ) from error


@lru_cache(maxsize=1)
def _no_tls() -> ssl.SSLContext:
    """For plain http: it trusts nobody. httpx wants one, and loading authorities is slow."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
