"""The one way out: a call that is given up is given up upstream too, and TLS is verified."""

import asyncio
import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from reliability_studio.clock import SystemClock
from reliability_studio.errors import SourceUnavailable
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources.http import SourceClient

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@asynccontextmanager
async def opened(url: str, ca_pem: str = "") -> AsyncIterator[SourceClient]:
    """A client of that address."""
    settings = SourceSettings(name="prometheus", url=url, timeout_s=5, ca_pem=ca_pem)
    client = SourceClient(settings, clock=SystemClock())
    try:
        yield client
    finally:
        await client.aclose()


async def test_a_caller_that_leaves_cancels_the_query_upstream() -> None:
    """V13: the source sees its connection closed while it still works on the answer."""
    asked, left = asyncio.Event(), asyncio.Event()

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.set()
        await reader.read()  # ends when the other side closes
        left.set()
        writer.close()

    server = await asyncio.start_server(slow, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, opened(f"http://127.0.0.1:{port}") as client:
        call = asyncio.create_task(client.get("/api/v1/query"))  # noqa: TID251 - cancelled below
        async with asyncio.timeout(5):
            await asked.wait()
            call.cancel()
            await left.wait()
        with pytest.raises(asyncio.CancelledError):
            await call


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    """X9: unless the settings name the authority that it is from."""
    certificate, key = authority()
    (tmp_path / "tls.pem").write_text(key + certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "tls.pem")

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        async with opened(url) as client:
            with pytest.raises(SourceUnavailable, match="certificate"):
                await client.get("/")
        async with opened(url, ca_pem=certificate) as client:
            assert await client.get("/") == b"{}"


def authority() -> tuple[str, str]:
    """A certificate for 127.0.0.1 that signs itself, and its key, as PEM text."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = dt.datetime.now(dt.UTC)  # noqa: TID251 - TLS looks at the machine's clock
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM).decode(), pem.decode()
