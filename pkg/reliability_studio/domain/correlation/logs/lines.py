"""What a raw line says: its level and its message, from JSON, logfmt, klog or plain text.

A level in the line wins over the stream's label: collectors label `info` by default whatever the line says.
All expressions are vectorised and never fail on malformed text; a line that is half JSON is plain text.
"""

import polars as pl

LEVELS = ("critical", "error", "warning", "info", "debug", "trace", "unknown")
ERROR_LEVELS = ("critical", "error")
MOST_CHARACTERS = 3_000
"""Longer lines are cut: what tells patterns apart stands at the front."""

_LEVEL_KEYS = r"level|lvl|severity|severityText|severity_text|levelname|loglevel|log\.level|log_level"
_MESSAGE_KEYS = r"message|msg|body|event|error|err|log"
_JSON_LEVEL = rf'(?i)"(?:{_LEVEL_KEYS})"\s*:\s*"?([A-Za-z]+|\d+)'
_JSON_MESSAGE = r'"(?:message|msg|body)"\s*:\s*"((?:[^"\\]|\\.)*)"'
_JSON_OTHER = rf'"(?:{_MESSAGE_KEYS})"\s*:\s*"((?:[^"\\]|\\.)*)"'
_FMT_LEVEL = rf'(?i)(?:^|\s)(?:{_LEVEL_KEYS})="?([A-Za-z]+)'
_FMT_QUOTED = rf'(?:^|\s)(?:{_MESSAGE_KEYS})="((?:[^"\\]|\\.)*)"'
_FMT_BARE = rf"(?:^|\s)(?:{_MESSAGE_KEYS})=([^\s\"]+)"
_WORD = (
    r"TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|FATAL|CRITICAL|CRIT|PANIC|SEVERE|EMERG|ALERT|Trace|Debug|"
    r"Info|Warn|Warning|Error|Fatal|Critical|trace|debug|info|warn|warning|error|fatal|critical|panic"
)
_PLAIN_LEVEL = rf"^(?:.{{0,80}}?[\s\[(|<:])?({_WORD})(?:[\s\])|>:]|$)"
_LEADING_LEVEL = rf"^[\[(<|]?(?:{_WORD})[\])>|:]*\s+"
_KLOG = r"^([IWEF])\d{4}\s"


def parsed(lines: pl.DataFrame) -> pl.DataFrame:
    """The same rows with `level` (one of `LEVELS`) and `text` (the message alone) settled."""
    line = pl.col("message").fill_null("").str.slice(0, MOST_CHARACTERS).str.strip_chars()
    prepared = lines.with_columns(line=line)
    is_json = pl.col("line").str.starts_with("{") & pl.col("line").str.ends_with("}")
    is_fmt = ~is_json & pl.col("line").str.contains(rf"(?:^|\s)(?:{_LEVEL_KEYS}|{_MESSAGE_KEYS})=")
    said = (
        pl.when(is_json)
        .then(pl.col("line").str.extract(_JSON_LEVEL))
        .when(is_fmt)
        .then(pl.col("line").str.extract(_FMT_LEVEL))
        .otherwise(pl.coalesce(pl.col("line").str.extract(_KLOG), pl.col("line").str.extract(_PLAIN_LEVEL)))
    )
    text = (
        pl.when(is_json)
        .then(
            pl.coalesce(
                _unescaped(pl.col("line").str.extract(_JSON_MESSAGE)),
                _unescaped(pl.col("line").str.extract(_JSON_OTHER)),
                pl.col("line"),
            )
        )
        .when(is_fmt)
        .then(
            pl.coalesce(
                _unescaped(pl.col("line").str.extract(_FMT_QUOTED)),
                pl.col("line").str.extract(_FMT_BARE),
                pl.col("line"),
            )
        )
        # The level is kept beside the text; within it, it would only make unlike lines alike.
        .otherwise(pl.col("line").str.replace(_LEADING_LEVEL, ""))
    )
    return prepared.with_columns(
        text=text, level=pl.coalesce(normal_level(said), normal_level(pl.col("level")), pl.lit("unknown"))
    ).drop("line")


def normal_level(said: pl.Expr) -> pl.Expr:
    """One of `LEVELS`, or null for words that are none. Numbers are bunyan's, pino's and OpenTelemetry's."""
    word = said.str.to_lowercase().str.strip_chars()
    return word.replace_strict(_WORDS, default=None, return_dtype=pl.String)


def _unescaped(text: pl.Expr) -> pl.Expr:
    return (
        text.str.replace_all(r"\"", '"', literal=True)
        .str.replace_all(r"\n", "\n", literal=True)
        .str.replace_all(r"\t", " ", literal=True)
        .str.replace_all("\\\\", "\\", literal=True)
    )


_WORDS = {
    **dict.fromkeys(("critical", "crit", "fatal", "panic", "emerg", "emergency", "alert", "f"), "critical"),
    **dict.fromkeys(("error", "err", "severe", "e"), "error"),
    **dict.fromkeys(("warning", "warn", "w"), "warning"),
    **dict.fromkeys(("info", "information", "informational", "notice", "i"), "info"),
    **dict.fromkeys(("debug", "d", "fine"), "debug"),
    **dict.fromkeys(("trace", "t", "finest", "verbose"), "trace"),
    "10": "trace",
    "20": "debug",
    "30": "info",
    "40": "warning",
    "50": "error",
    "60": "critical",
    "9": "info",
    "13": "warning",
    "17": "error",
    "21": "critical",
    "5": "debug",
    "1": "trace",
}
