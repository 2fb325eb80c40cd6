"""A stand-in on a port of 127.0.0.1, one thread per question; a watch is a chunked stream."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast
from urllib.parse import parse_qsl, unquote, urlsplit

from scripts.stand_ins.asked import Asked, Reply
from scripts.stand_ins.kubernetes import Watch

POLL_S = 0.2
"""How often a watch looks for news."""

Answer = Callable[[Asked], Reply | Watch]
News = Callable[[str, int], list[tuple[int, bytes]]]


class _Door(ThreadingHTTPServer):
    daemon_threads = True
    answer: Answer
    news: News
    open = True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer a question."""
        door = cast("_Door", self.server)
        parts = urlsplit(self.path)
        params = dict(parse_qsl(parts.query, keep_blank_values=True))
        found = door.answer(Asked(unquote(parts.path), params, self.command))
        with contextlib.suppress(ConnectionError):
            if isinstance(found, Watch):
                self._stream(door, found)
            else:
                self._whole(found)

    def _whole(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.kind)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def _stream(self, door: _Door, watch: Watch) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        since, until = watch.since, time.monotonic() + watch.seconds
        while door.open and time.monotonic() < until:
            for version, line in door.news(watch.kind, since):
                since = version
                self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
            self.wfile.flush()
            time.sleep(POLL_S)
        self.wfile.write(b"0\r\n\r\n")

    # `override` is not in the standard library of Python 3.11, and scripts use nothing else.
    def log_message(self, format: str, *args: object) -> None:  # type: ignore[explicit-override]  # noqa: A002
        """Questions are not worth a line."""


@contextlib.contextmanager
def serve(answer: Answer, news: News = lambda _kind, _since: []) -> Iterator[str]:
    """The stand-in's address while it serves.

    Args:
        answer: called in the question's own thread.
        news: lines of a kind after a version, for watches.
    """
    with _Door(("127.0.0.1", 0), _Handler) as door:
        door.answer, door.news = answer, news
        threading.Thread(target=door.serve_forever, args=(0.1,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{door.server_port}"
        finally:
            door.open = False
            door.shutdown()
