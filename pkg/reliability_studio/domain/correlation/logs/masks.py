"""What varies in a line by nature (times, ids, addresses, numbers) is masked before lines are compared.

The order matters: what contains other things comes first. All masks are linear-time expressions.
"""

import polars as pl

MASKS: tuple[tuple[str, str], ...] = (
    (
        r"\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?",
        "<time>",
    ),
    (r"\b\d{2}:\d{2}:\d{2}(?:[.,]\d+)?\b", "<time>"),
    (r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b", "<id>"),
    (r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b", "<mail>"),
    (r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b", "<ip>"),
    (r"\b0[xX][0-9a-fA-F]+\b", "<hex>"),
    # A run of hex digits is an id only with a digit in it: `deadbeef` may be a word, `c0ffee12` hardly.
    (r"\b[0-9a-fA-F]*\d[0-9a-fA-F]{7,}\b", "<id>"),
    (r"\b[0-9a-fA-F]{7,}\d[0-9a-fA-F]*\b", "<id>"),
    # Tokens that mix letters and digits: ids of requests, pods, orders.
    (r"\b[A-Za-z]*\d+[A-Za-z0-9]*(?:[-_][A-Za-z0-9]*\d[A-Za-z0-9]*)+\b", "<id>"),
    (r"[-+]?\b\d+(?:[.,]\d+)*(?:ns|us|µs|ms|s|m|h|KB|MB|GB|KiB|MiB|GiB|B|%)?\b", "<n>"),
)


def masked(text: pl.Expr) -> pl.Expr:
    """The text with its variable parts replaced."""
    for pattern, mask in MASKS:
        text = text.str.replace_all(pattern, mask)
    return text.str.replace_all(r"\s+", " ").str.strip_chars()
