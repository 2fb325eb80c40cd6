"""When the process must end, with the real thread on a short tick."""

import asyncio
import contextlib
import logging
import os
import signal
import time

import pytest

from reliability_studio.wire import lifeline as module
from reliability_studio.wire.lifeline import FORCED, Lifeline, StopReason

TICK_S = 0.005


def a_lifeline(left: list[int], parent: int = 7, parent_now: int = 7) -> Lifeline:
    loop = asyncio.get_running_loop()
    return Lifeline(loop, parent, parent_now=lambda: parent_now, leave=left.append, tick_s=TICK_S)


@pytest.mark.parametrize(("parent", "parent_now"), [(7, 1), (7, 8), (1, 0)])
async def test_a_host_that_is_gone_stops_the_plugin(
    parent: int, parent_now: int, caplog: pytest.LogCaptureFixture
):
    """Pitfall 7: also when the host was process 1, or orphans have a keeper: what counts is the change."""
    caplog.set_level(logging.INFO)
    lifeline = a_lifeline([], parent, parent_now)
    with lifeline.guarded():
        async with asyncio.timeout(2):
            await lifeline.stopping.wait()
    assert caplog.records[-1].reason == StopReason.ORPHANED.value


@pytest.mark.parametrize("parent", [7, 1])
async def test_a_living_host_stops_nothing(parent: int):
    """Pitfall 7: in a container it may be process 1."""
    left: list[int] = []
    lifeline = a_lifeline(left, parent, parent)
    with lifeline.guarded():
        await asyncio.sleep(TICK_S * 10)
        assert not lifeline.stopping.is_set()
    assert left == []


async def test_sigterm_stops_once_and_the_handler_goes_with_the_guard():
    lifeline = a_lifeline([])
    with lifeline.guarded():
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(2):
            await lifeline.stopping.wait()
        lifeline.stop(StopReason.HOST_ASKED)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


async def test_a_stop_that_takes_too_long_is_ended_by_force(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "STOP_S", 0.02)
    left: list[int] = []
    lifeline = a_lifeline(left)
    with lifeline.guarded():
        lifeline.stop(StopReason.HOST_ASKED)
        while not left:  # noqa: ASYNC110 - the other side is a thread
            await asyncio.sleep(TICK_S)
    assert left == [FORCED]


async def test_an_event_loop_that_stands_still_is_told_with_its_place_and_then_ended(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """A host that asks a stuck plugin to stop would wait for ever."""
    monkeypatch.setattr(module, "STUCK_TICKS", 10)
    left: list[int] = []
    lifeline = a_lifeline(left)
    with lifeline.guarded(), contextlib.suppress(KeyboardInterrupt):
        deadline = time.monotonic() + 2
        while not left and time.monotonic() < deadline:
            time.sleep(TICK_S)  # noqa: ASYNC251 - the bug that is looked for
    assert left[0] == FORCED
    [told] = [record for record in caplog.records if "stands still" in record.message]
    assert "test_an_event_loop_that_stands_still" in told.where


async def test_a_host_that_is_gone_ends_also_a_plugin_whose_event_loop_stands_still(
    monkeypatch: pytest.MonkeyPatch,
):
    """Nobody is left who could kill it."""
    monkeypatch.setattr(module, "STOP_S", 0.02)
    left: list[int] = []
    lifeline = a_lifeline(left, 7, 1)
    with lifeline.guarded():
        deadline = time.monotonic() + 2
        while not left and time.monotonic() < deadline:
            time.sleep(TICK_S)  # noqa: ASYNC251 - the bug that is looked for
    assert left == [FORCED]
