"""Numbers that people write, within bounds in which exact arithmetic is quick.

decimal_of("14.4")           Decimal("14.4")
decimal_of("1e999999999")    ValueError: as a fraction it would have a billion digits
"""

from decimal import Decimal, InvalidOperation

MOST_SIGNS = 50
LARGEST = 30
"""Powers of ten above and below one."""


def decimal_of(text: str | Decimal) -> Decimal:
    """The number, exactly as it was written.

    Raises:
        ValueError: it is none, not finite, or beyond what anything here is measured in.
    """
    if isinstance(text, str) and len(text) > MOST_SIGNS:
        raise ValueError(f"has more than {MOST_SIGNS} signs")
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError("is no number") from error
    if not number.is_finite() or abs(number.adjusted()) > LARGEST:
        raise ValueError("is out of bounds")
    return number
