"""A measured number with its spread over the rounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

import msgspec


class Spread(msgspec.Struct, frozen=True):
    """The results of several rounds of one measurement."""

    median: float
    low: float
    high: float


def spread_of(measured: Iterable[float]) -> Spread:
    """Returns median, lowest and highest of at least one number."""
    numbers = sorted(measured)
    return Spread(median(numbers), numbers[0], numbers[-1])


def percentile(measured: Sequence[float], share: float) -> float:
    """Returns the number that the given share of all numbers do not exceed."""
    numbers = sorted(measured)
    return numbers[min(int(share * len(numbers)), len(numbers) - 1)]
