"""The interval of a share: Wilson's, at 95 %."""

from __future__ import annotations

from math import sqrt
from typing import Final, NamedTuple

Z_95: Final = 1.959963984540054
"""The 97.5 % point of the normal distribution."""

METHOD: Final = "Wilson score interval, 95 %"


class ShareInterval(NamedTuple):
    """A share of lines with its bounds, each to a thousandth."""

    share: float
    low: float
    high: float


def wilson(part: int, whole: int) -> ShareInterval | None:
    """
    The share `part / whole` with its interval; None of nothing.

    Wilson's bounds stay within 0 and 1, and mean something for few lines and for shares near the
    ends (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927).
    """
    if not whole:
        return None
    share, z = part / whole, Z_95
    middle = share + z * z / (2 * whole)
    spread = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    scale = 1 + z * z / whole
    low, high = (middle - spread) / scale, (middle + spread) / scale
    return ShareInterval(round(share, 3), round(max(low, 0.0), 3), round(min(high, 1.0), 3))
