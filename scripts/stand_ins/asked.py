"""A question to a stand-in and its answer, whether a socket carries them or a call."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

LITERAL = r'"(?:[^"\\\n]|\\.)*"'
"""A string literal of LogQL and TraceQL."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request without a body."""

    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"

    def whole(self, name: str, default: int | None = None) -> int:
        """A parameter that must be a whole number.

        Raises:
            Refusal: it is missing or something else.
        """
        value = self.params.get(name)
        if value is None and default is not None:
            return default
        if value is None or not re.fullmatch(r"\d{1,19}", value):
            raise Refusal(400, f"{name}: cannot read '{value or ''}' as a whole number")
        return int(value)


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer."""

    status: int
    body: bytes
    kind: str = "application/json"


class Refusal(Exception):
    """The question is refused, with a status and the server's words."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.reply = Reply(status, text.encode(), "text/plain; charset=utf-8")


def document(value: object, status: int = 200) -> Reply:
    """A JSON answer."""
    return Reply(status, json.dumps(value).encode())


def meant(literal: str) -> str:
    """The text that a string literal stands for."""
    return literal[1:-1].encode().decode("unicode_escape").encode("latin-1").decode()
