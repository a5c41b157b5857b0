"""Numbers, scores and times as text for people."""

import math


def number(value: float) -> str:
    """Formats a number for people, in about three digits.

    Example:
        >>> number(59000), number(0.25), number(0.00002), number(float("nan"))
        ('59,000', '0.25', '2e−5', '–')
    """
    if not math.isfinite(value):
        return "–"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    small = 0 < abs(value) < 1e-3
    digits, _, exponent = f"{value:{'.1e' if small else '.3g'}}".partition("e")
    if small:
        digits = digits.removesuffix(".0")
    text = f"{digits}e{int(exponent)}" if exponent else digits
    return text.replace("-", "−")


def score(value: float | None) -> str:
    """Formats a score with three decimals, or as a dash if it is unknown."""
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:.3f}"


def signed(value: float) -> str:
    """Formats a difference with its sign.

    Example:
        >>> signed(0.0123), signed(-0.2)
        ('+0.012', '−0.200')
    """
    return f"{value:+.3f}".replace("-", "−")


def percent(value: float | None) -> str:
    """Formats a share as a percentage, or as a dash if it is unknown."""
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:.1%}"


def duration(seconds: float | None) -> str:
    """Formats a time for people.

    Example:
        >>> duration(4.21), duration(200), duration(8000)
        ('4.2 s', '3 min 20 s', '2 h 13 min')
    """
    if seconds is None or not math.isfinite(seconds):
        return "–"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def is_lopsided(balance: float) -> bool:
    """Returns whether a bit takes one value for over 95% of the images."""
    return not 0.05 <= balance <= 0.95
