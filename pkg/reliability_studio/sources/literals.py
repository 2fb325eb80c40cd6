"""A value as a string literal of PromQL or LogQL, which both take Go's.

What reads them is `scanner.py`.
"""

from reliability_studio.errors import Invalid


def quote(value: str) -> str:
    """A string literal that means exactly `value`.

    Raises:
        Invalid: the value is not Unicode text (a lone surrogate).
    """
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise Invalid("a label value is not Unicode text") from error
    return '"' + "".join(_escaped(char) for char in value) + '"'


def _escaped(char: str) -> str:
    if char in {'"', "\\"}:
        return "\\" + char
    if char == "\n":
        return "\\n"
    if char.isprintable():
        return char
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"  # noqa: PLR2004
