"""Profiles and guards that hold for every test; fixtures live in `tests/support`."""

import os
from collections.abc import Iterator

import pytest
from blockbuster import BlockBuster
from blockbuster.blockbuster import BlockBusterFunction
from hypothesis import HealthCheck, settings

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci", max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("nightly", max_examples=5000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))

PRODUCT = "reliability_studio"
CHILDREN = ("subprocess.Popen.communicate", "subprocess.Popen.wait")
LEFT_OUT = ("os.", "io.", "builtins.", "threading.")
"""Log lines, time zones and the start touch files for microseconds; a collector may take a lock anywhere."""


@pytest.fixture(scope="session", autouse=True)
def loop_guard() -> Iterator[BlockBuster]:
    """What the product calls on an event loop fails when it would make the whole plugin wait."""
    guard = BlockBuster(PRODUCT)
    guard.functions = {name: each for name, each in guard.functions.items() if not name.startswith(LEFT_OUT)}
    guard.functions |= {name: BlockBusterFunction(None, name, scanned_modules=PRODUCT) for name in CHILDREN}
    for name in ("sqlite3.Connection.execute", "sqlite3.Cursor.fetchone"):
        guard.functions[name].can_block_in("store/marks.py", "now")  # a look at shared memory
    guard.activate()
    yield guard
    guard.deactivate()
