"""The guards of this suite do guard."""

import asyncio

import pytest
from blockbuster import BlockingError

from reliability_studio import clock


def wait() -> None:
    """As if the line stood in a module of the product."""
    exec(compile("import time; time.sleep(0)", clock.__file__, "exec"), {})  # noqa: S102 - a line of this file


async def test_the_product_may_not_wait_on_the_event_loop() -> None:
    """Principle 14, pitfall 10: whoever waits there lets every panel and alert wait."""
    with pytest.raises(BlockingError):
        wait()


async def test_in_a_thread_it_may() -> None:
    """Nobody else waits for it."""
    await asyncio.to_thread(wait)
