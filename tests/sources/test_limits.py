"""A source that is broken is spared, and whoever asks for it hears why."""

from datetime import UTC, datetime

import pytest

from reliability_studio.clock import ManualClock
from reliability_studio.errors import SourceUnavailable
from reliability_studio.sources.limits import BreakerPolicy, SourceLimits


async def test_a_refusal_tells_how_the_last_call_failed() -> None:
    """Health shows this text: that a source is not asked says nothing of what to repair."""
    limits = SourceLimits(
        "loki",
        clock=ManualClock(datetime(2026, 1, 1, tzinfo=UTC)),
        max_concurrency=1,
        policy=BreakerPolicy(failures=2),
    )
    for _ in range(2):
        with pytest.raises(SourceUnavailable):
            async with limits.call():
                raise SourceUnavailable("loki: certificate verify failed", source="loki")
    with pytest.raises(
        SourceUnavailable, match=r"failed 2 times in a row.*: loki: certificate verify failed"
    ):
        async with limits.call():
            pytest.fail("the call went out")
