"""Waiting for something real to come about: a poll with a deadline, for tests with servers in them only."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(check: Callable[[], T], limit: float = 15.0) -> T:
    """The first true answer of `check`, asked every 50 ms; the test fails after `limit` seconds."""
    deadline = time.monotonic() + limit
    while True:
        if answer := check():
            return answer
        if time.monotonic() > deadline:
            message = f"it did not come about within {limit:.0f} s; last answer: {answer!r}"
            raise AssertionError(message)
        time.sleep(0.05)
