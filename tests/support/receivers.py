"""Strict receivers on loopback: a webhook's end and a mail server, which refuse what the real ones refuse."""

import base64
import contextlib
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Received:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Webhook:
    """An HTTP end; `answers` are the next statuses, 200 after them."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


@contextlib.contextmanager
def wild(*parts: bytes, pause_s: float = 0.0) -> Iterator[str]:
    """An end that answers whatever comes with these bytes, part by part, whether it is HTTP or not."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            length = 0
            while (line := self.rfile.readline()) not in {b"\r\n", b""}:
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            self.rfile.read(length)
            with contextlib.suppress(OSError):
                for part in parts:
                    self.wfile.write(part)
                    over.wait(pause_s)

    over = threading.Event()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        with _serving(server):
            yield f"http://127.0.0.1:{server.server_address[1]}"
            over.set()


@contextlib.contextmanager
def webhook() -> Iterator[Webhook]:
    end = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            end.received.append(Received(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            status = end.answers.pop(0) if end.answers else 200
            if self.headers["Content-Type"] != "application/json":
                status = 415
            self.send_response(status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        end.url = f"http://127.0.0.1:{server.server_port}"
        with _serving(server):
            yield end


@dataclass
class MailServer:
    """An SMTP end without TLS; `refuse` is a reply to RCPT, empty to take everybody."""

    port: int = 0
    refuse: str = ""
    refused: tuple[str, ...] = ()
    """Addresses that it refuses by themselves."""
    greeting: tuple[str, ...] = ("220 strict ready",)
    pause_s: float = 0.0
    """Before each line of the greeting."""
    goodbye_s: float = 0.0
    """Before the last line."""
    login: bytes = b""
    """The only credentials that it takes; empty: none are asked for."""
    over: threading.Event = field(default_factory=threading.Event)
    talks: int = 0
    """Conversations that came to their end."""
    mails: list[bytes] = field(default_factory=list)


class _MailHandler(socketserver.StreamRequestHandler):
    """One SMTP conversation."""

    end: MailServer

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            self._talk()
        self.end.talks += 1

    def _talk(self) -> None:
        for each in self.end.greeting:
            self.end.over.wait(self.end.pause_s)
            self._say(each)
        while line := self.rfile.readline():
            word = line.split(b" ", 1)[0].strip().upper()
            if word == b"QUIT":
                self.end.over.wait(self.end.goodbye_s)
                self._say("221 bye")
                return
            if word == b"DATA":
                self._data()
            else:
                self._say(self._reply(word, line))

    def _reply(self, word: bytes, line: bytes) -> str:
        if word == b"RCPT":
            unknown = any(each.encode() in line for each in self.end.refused)
            return self.end.refuse or ("550 nobody of that name" if unknown else "250 ok")
        if word == b"EHLO" and self.end.login:
            return "250-strict\r\n250 AUTH PLAIN"
        if word == b"AUTH":
            taken = base64.b64decode(line.split()[-1]) == self.end.login
            return "235 welcome" if taken else "535 who are you"
        return "250 ok" if word in {b"EHLO", b"HELO", b"MAIL", b"RSET", b"NOOP"} else "502 unknown"

    def _data(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            assert line.endswith(b"\r\n"), "a bare line feed ends no line of a mail"
            lines.append(line)
        self.end.mails.append(b"".join(lines))
        self._say("250 taken")

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


@contextlib.contextmanager
def mail_server() -> Iterator[MailServer]:
    end = MailServer()
    handler = type("Handler", (_MailHandler,), {"end": end})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        end.port = server.server_address[1]
        with _serving(server):
            yield end
            end.over.set()


@contextlib.contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
