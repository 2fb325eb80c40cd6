"""The handler and what is bound to lines; the hooks are tested in a process of their own (tests/wire)."""

import asyncio
import logging
import os
import threading
from collections.abc import Iterator

import pytest

from reliability_studio.observability import logs
from tests.wire.strict import parse


class Pipe:
    """A handler on a pipe, and what came out of it."""

    def __init__(self) -> None:
        self.reader, self.writer = os.pipe()
        self.handler = logs.HclogHandler(self.writer)
        self.log = logging.Logger("rs.test", logging.DEBUG)  # noqa: LOG001 - apart from the real tree
        self.log.addHandler(self.handler)

    def told(self) -> bytes:
        os.set_blocking(self.reader, False)
        try:
            return os.read(self.reader, 1 << 20)
        except BlockingIOError:
            return b""

    def lines(self) -> list[bytes]:
        return self.told().splitlines()


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    made = Pipe()
    yield made
    os.close(made.reader)
    os.close(made.writer)


def entries(pipe: Pipe) -> list[dict[str, object]]:
    return [entry for line in pipe.lines() if (entry := parse(line)) is not None]


def test_lines_of_many_threads_do_not_mix(pipe: Pipe):
    def write() -> None:
        for _ in range(10):
            pipe.log.info("x" * 500)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry["@message"] for entry in entries(pipe)] == ["x" * 500] * 80


def test_a_reader_that_is_gone_is_no_error(pipe: Pipe):
    os.close(pipe.reader)
    pipe.log.info("nobody hears this")
    pipe.reader = os.dup(pipe.writer)


def test_a_line_that_a_full_pipe_cut_does_not_spoil_the_next(pipe: Pipe):
    os.set_blocking(pipe.writer, False)
    for _ in range(200):
        pipe.log.info("x" * 3000)
    read = pipe.told()
    pipe.log.info("after")
    *_, last = (read + pipe.told()).splitlines()  # as a reader sees it: one stream, torn where it was torn
    entry = parse(last)
    assert entry is not None
    assert entry["@message"] == "after"


async def test_bound_fields_follow_awaits_tasks_and_threads_and_end_with_their_block(pipe: Pipe):
    async def in_a_task() -> None:
        pipe.log.info("task")

    with logs.bound(org=1):
        with logs.bound(user="anna"):
            await asyncio.to_thread(pipe.log.info, "thread")
            async with asyncio.TaskGroup() as group:
                group.create_task(in_a_task())
        pipe.log.info("outer")
    pipe.log.info("outside")
    told = [(entry["@message"], entry.get("org"), entry.get("user")) for entry in entries(pipe)]
    assert told == [("thread", 1, "anna"), ("task", 1, "anna"), ("outer", 1, None), ("outside", None, None)]


@pytest.mark.parametrize(
    ("name", "level"), [("debug", 10), (" WARN ", 30), ("warning", 30), ("error", 40), ("loud", 20), ("", 20)]
)
def test_a_level_that_is_not_known_is_info(name: str, level: int):
    assert logs.parse_level(name) == level
