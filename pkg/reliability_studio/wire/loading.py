"""The product while it loads: calls wait for it a while, or learn why it is not there.

Loading comes after the handshake, because it imports the heavy libraries and opens the store. When it
fails the process stays: a process that dies is started again every second, and its reason is lost in a
log that nobody reads. Here the reason is in every health check, and loading is tried again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from prometheus_client import Counter

from reliability_studio.api.calls import Product
from reliability_studio.clock import Clock
from reliability_studio.endings import ENDINGS
from reliability_studio.errors import StudioError
from reliability_studio.wire import heap
from reliability_studio.wire.status import NotReady

_log = logging.getLogger(__name__)

FIRST_RETRY_S = 1.0
LAST_RETRY_S = 30.0


class ProductSlot:
    """Holds the product once it is loaded; `run` loads it."""

    def __init__(self, load: Callable[[], Awaitable[Product]], clock: Clock, failures: Counter) -> None:
        self._load = load
        self._clock = clock
        self._failures = failures
        self._product: Product | None = None
        self._reason = ""
        self._tried = asyncio.Event()

    @property
    def loaded(self) -> Product | None:
        """The product, None while there is none."""
        return self._product

    async def run(self) -> None:
        """Load until it succeeds, waiting longer after each failure; then let the product work by itself."""
        delay = FIRST_RETRY_S
        started = self._clock.monotonic()
        while not await self._attempt():
            await self._clock.sleep(delay)
            delay = min(delay * 2, LAST_RETRY_S)
        heap.settle()
        _log.info("ready", extra={"seconds": round(self._clock.monotonic() - started, 3)})
        while not await self._work():
            await self._clock.sleep(LAST_RETRY_S)

    async def product(self, patience_s: float) -> Product:
        """The product, waiting for the first attempt to load it.

        Raises:
            NotReady: it is still loading after `patience_s`, or it could not be loaded.
        """
        if self._product is None and not self._tried.is_set():
            try:
                async with asyncio.timeout(patience_s):
                    await self._tried.wait()
            except TimeoutError:
                raise NotReady("the plugin is still starting") from None
        if self._product is None:
            raise NotReady(f"the plugin could not start and tries again: {self._reason}")
        return self._product

    async def _work(self) -> bool:
        """Let the product do its own work; False when that broke, which must not end the answers."""
        if self._product is None:  # pragma: no cover - called after loading only
            return True
        try:
            await self._product.run()
        except ENDINGS:
            raise
        except BaseException:  # noqa: BLE001 - whatever it was, the process stays and says so
            _log.exception("the plugin's own work broke off and begins anew")
            return False
        return True

    async def _attempt(self) -> bool:
        try:
            self._product = await self._load()
        except ENDINGS:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever it was, the process stays and says so
            # Only our own errors have a text that is safe to show.
            self._reason = str(error) if isinstance(error, StudioError) else "its log says why"
            self._failures.inc()
            _log.exception("the plugin could not be loaded")
            return False
        finally:
            self._tried.set()
        return True
