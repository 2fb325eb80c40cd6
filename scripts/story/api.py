"""The product's HTTP API as a visitor of the (preview) host sees it, with typed reading of its answers."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field

Document = Mapping[str, object]
"""A JSON object as it came."""


class Refused(RuntimeError):
    """The API answered with an error; the text holds status and message."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Api:
    """Calls below one address, with one token."""

    base: str
    token: str = field(repr=False)
    timeout: float = 15.0

    def get(self, path: str) -> Document:
        """GET an object."""
        return self.call("GET", path)

    def post(self, path: str, body: object = None) -> Document:
        """POST JSON."""
        return self.call("POST", path, body)

    def call(self, method: str, path: str, body: object = None) -> Document:
        """Any method; the answer is a JSON object (an array comes as `{"items": […]}`).

        Raises:
            Refused: a status of 400 and above.
            OSError: nobody answers there.
        """
        request = urllib.request.Request(  # noqa: S310 - our own host on loopback
            f"{self.base}/{path}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as reply:  # noqa: S310
                return _document(reply.read())
        except urllib.error.HTTPError as error:
            with error:
                raise Refused(error.code, error.read(2000).decode(errors="replace")) from None


def _document(body: bytes) -> Document:
    read: object = json.loads(body) if body.strip() else {}
    if isinstance(read, list):
        return {"items": read}
    return read if isinstance(read, dict) else {"value": read}


def at(document: object, path: str) -> object:
    """The value at `a.b.c`, or None where the way ends."""
    value = document
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def text(document: object, path: str) -> str:
    """The text at a path; empty when there is none."""
    value = at(document, path)
    return value if isinstance(value, str) else "" if value is None else str(value)


def number(document: object, path: str) -> float | None:
    """The number at a path; None when there is none, which is not zero."""
    value = at(document, path)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def items(document: object, path: str = "items") -> list[Document]:
    """The objects of the array at a path."""
    value = at(document, path)
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
