"""What ends a task or the process, and is nobody's failure."""

import asyncio

ENDINGS = (asyncio.CancelledError, KeyboardInterrupt, SystemExit, GeneratorExit)
"""What is raised to end something. Whoever is the last to see an error lets these pass and takes the rest,
`BaseException` too: a panic in a library written in Rust (Polars, arro3) is nothing less."""
