"""One zip for every Linux: the installed plugin runs where there is nothing but a shell."""

import http.server
import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from grafana_host.arrow_reader import read
from reliability_studio.wire.pb import backend_pb2
from tests.packaging.empty_root import PLUGIN, EmptyRoot
from tests.packaging.plugin_process import Plugin, app_context, datasource_context, started

pytestmark = [pytest.mark.packaged, pytest.mark.integration, pytest.mark.timeout(180)]

HOUR_MS = 3_600_000
NAME = "prometheus.example.test"


@dataclass(frozen=True, slots=True)
class TlsServer:
    """A Prometheus that only says its version, over TLS, with a certificate of its own authority."""

    port: int
    authority: str
    """PEM text."""


@pytest.fixture
def tls_server(tmp_path: Path) -> Iterator[TlsServer]:
    certificate, key = _certificate()
    (tmp_path / "tls.pem").write_text(key + certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "tls.pem")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield TlsServer(server.server_port, certificate)
    server.shutdown()
    thread.join()
    server.server_close()


class _Answers(http.server.BaseHTTPRequestHandler):
    """Prometheus' answer to buildinfo, and an empty vector for every query."""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer()

    def _answer(self) -> None:
        data: dict[str, object] = {"version": "2.42.0"}
        if "buildinfo" not in self.path:
            data = {"resultType": "vector", "result": []}
        body = json.dumps({"status": "success", "data": data}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silence."""


def _certificate() -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
    now = datetime.now(UTC)  # noqa: TID251 - a certificate must hold now
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode(), private.decode()


def test_app_and_data_source_start_answer_and_stop(empty_root: EmptyRoot, tmp_path: Path) -> None:
    """Handshake, health, a query and shutdown, in a root folder with a static busybox and the package."""
    (tmp_path / "app").mkdir()
    (tmp_path / "datasource").mkdir()
    before = _files(empty_root.path / PLUGIN)
    with (
        started(empty_root.command("app"), cwd=tmp_path / "app", root=empty_root.path) as app,
        started(
            empty_root.command("datasource"), cwd=tmp_path / "datasource", root=empty_root.path
        ) as source,
    ):
        assert app.serving()
        assert source.serving()
        assert _health(app)["dependencies"]["database"]["state"] == "ok"
        _asks_for_incidents(source)
        assert app.stop() == 0
        assert source.stop() == 0
    assert _files(empty_root.path / PLUGIN) == before, "something was written into the plugin's folder"
    assert list((empty_root.path / "reliability-studio").glob("*.sqlite")), (
        "data lies beside the plugins folder"
    )
    assert not list((empty_root.path / "tmp").iterdir()), "sockets and temporary files are gone"
    assert [path.name for path in (empty_root.path / "dev").iterdir()] == ["urandom"], "no device was made up"


def test_names_and_certificates_are_checked_with_what_the_package_brings(
    empty_root: EmptyRoot, tls_server: TlsServer, tmp_path: Path
) -> None:
    """Name resolution and TLS work inside: a source is reached by name, over TLS, with its own authority."""
    source = {"url": f"https://{NAME}:{tls_server.port}", "caCertificate": tls_server.authority}
    with started(empty_root.command("app"), cwd=tmp_path, root=empty_root.path) as app:
        found = _health(app, {"prometheus": source})["dependencies"]["prometheus"]
        assert found["state"] == "ok", found


def test_a_certificate_of_nobody_we_know_is_refused(
    empty_root: EmptyRoot, tls_server: TlsServer, tmp_path: Path
) -> None:
    """Without an authority in the settings the public ones count, which the package brings along."""
    with started(empty_root.command("app"), cwd=tmp_path, root=empty_root.path) as app:
        settings = {"prometheus": {"url": f"https://{NAME}:{tls_server.port}"}}
        found = _health(app, settings)["dependencies"]["prometheus"]
        assert found["state"] == "failed"
        assert "certificate" in found["message"].lower(), found


def test_an_unknown_name_is_said_to_be_unknown(empty_root: EmptyRoot, tmp_path: Path) -> None:
    """A resolver that cannot load its parts would fail in some other way."""
    with started(empty_root.command("app"), cwd=tmp_path, root=empty_root.path) as app:
        found = _health(app, {"prometheus": {"url": "http://nowhere.example.test"}})["dependencies"][
            "prometheus"
        ]
        assert found["state"] == "failed"
        assert "nowhere.example.test" in found["message"], found


def _health(app: Plugin, settings: dict[str, object] | None = None) -> dict[str, dict[str, dict[str, str]]]:
    reply = app.health(app_context(json.dumps(settings or {}).encode()))
    return json.loads(reply.jsonDetails)


def _asks_for_incidents(source: Plugin) -> None:
    window = backend_pb2.TimeRange(fromEpochMS=HOUR_MS, toEpochMS=2 * HOUR_MS)
    query = backend_pb2.DataQuery(
        refId="A", timeRange=window, json=b'{"type":"incidents"}', queryType="incidents"
    )
    answer = source.query(datasource_context(), query)["A"]
    assert answer.error == ""
    assert read(answer.frames[0]).name == "incidents"


def _files(folder: Path) -> dict[Path, float]:
    return {path: path.stat().st_mtime for path in folder.rglob("*")}


def test_the_root_folder_is_as_empty_as_it_claims(empty_root: EmptyRoot) -> None:
    """Nothing outside the plugin's folder but the shell: no loader, no Python, no /proc."""
    top = {path.name for path in empty_root.path.iterdir()}
    assert top <= {"bin", "dev", "etc", "tmp", "plugins", "reliability-studio"}
    assert [path.name for path in (empty_root.path / "dev").iterdir()] == ["urandom"]
    assert {path.name for path in (empty_root.path / "bin").iterdir()} == {"busybox", "sh"}
    assert [path.name for path in empty_root.plugins.iterdir()] == ["reliability-studio-app"]
