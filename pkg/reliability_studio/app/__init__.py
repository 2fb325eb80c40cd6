"""The composition root: everything is built here, in one visible order, and nowhere else.

`run` is light on purpose. The handshake must reach Grafana within moments, so the heavy parts (Polars, the
database, HTTP clients) are imported after it, in a thread, all at once: a later import could fail when the
plugin's folder is replaced by an update.

    run            wire, and the loader
    product        one process: deployment, databases, vault, organisations, jobs
    runtime_app    one organisation in the app role: sources, flows, routes
    runtime_data   one organisation in the data source role: queries
"""

import asyncio
import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from reliability_studio.observability.metrics import Metrics
from reliability_studio.wire import server
from reliability_studio.wire.handshake import HandshakeChannel

if TYPE_CHECKING:
    from reliability_studio.api.calls import Product


def run(role: str, channel: HandshakeChannel, environ: Mapping[str, str]) -> int:
    """Serve Grafana in a role until it stops us; returns the exit status."""
    metrics = Metrics()

    async def load() -> "Product":
        # In a thread: importing takes longer than Grafana should wait for a health check.
        module = await asyncio.to_thread(importlib.import_module, f"reliability_studio.app.load_{role}")
        product: Product = await module.load(environ, Path(__file__), metrics)
        return product

    return server.run(load, channel, environ, metrics)
