"""What must not be read in a log: values under secret-sounding keys, and tokens inside any text.

Key names stay, so that a reader sees that there was a secret and which; values never do. The second net,
over free text, is for what libraries put into exception messages: URLs with passwords, bearer headers.
"""

import re

REDACTED = "[redacted]"

_SECRET_KEY = re.compile(
    r"pass(word|wd|phrase)|secret|token|authorization|cookie|credential|api[-_]?key|private[-_]?key|x-grafana-id",
    re.IGNORECASE,
)

# A name begins where its letters and dashes do, and is looked at once: from each dash in it, a line of ten
# thousand would be read ten thousand times.
_SECRET_TEXT = re.compile(
    r"""
      (?P<scheme>\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{6,}
    | (?P<url>://)[^/\s:@]*:[^/\s@]+@
    | (?P<pair>(?<![\w-])[\w-]*(?:password|secret|token|api_?key)["']?\s*[=:]\s*["']?)[^\s&"',;]+
    | \bgl(?:sa|c|ptt)_[\w-]{8,}
    | (?<![\w-])(?=[\w-]*+\.[\w-])(?P<lead>(?:[\w-]*?-)??)eyJ[\w-]{8,}+\.[\w-]+(?:\.[\w-]*)?
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_secret(key: str) -> bool:
    """Whether a value under this key has no place in a log."""
    return _SECRET_KEY.search(key) is not None


def redact(text: str) -> str:
    """The text without bearer tokens, passwords in URLs, `token=...` pairs, JWTs and Grafana tokens."""
    return _SECRET_TEXT.sub(_keep_name, text)


def _keep_name(match: re.Match[str]) -> str:
    name = match["scheme"] or match["url"] or match["pair"] or match["lead"] or ""
    return f"{name}{REDACTED}@" if match["url"] else f"{name}{REDACTED}"
