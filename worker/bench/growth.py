"""How the time to decide grows: seconds by size, and the exponent of the curve through them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import log
from typing import Final

import msgspec

from worker.bench.members import CLAIMS, chain_of, claims_of_a_day, member_with
from worker.bench.spread import Spread, spread_of

EVENTS_A_CLAIM: Final = 5


class GrowthCurve(msgspec.Struct, frozen=True):
    """Seconds of the processor by size."""

    seconds: Mapping[str, Spread]
    exponent: float
    """1: in proportion to the size; 2: its square. The slope of a line through the medians, both
    axes logarithmic."""


def events_of_a_member(count: int) -> list[bytes]:
    """Returns so many events of one member, one in five of them a claim."""
    claims = max(count // EVENTS_A_CLAIM, 1)
    return member_with(claims, count - claims - 1)


def claims_beside_studies(count: int) -> list[bytes]:
    """Returns a member with four claims and so many studies."""
    return member_with(CLAIMS, count)


APPLIED: Final[Mapping[str, Callable[[int], list[bytes]]]] = {
    "events": events_of_a_member,
    "claims_of_a_day": claims_of_a_day,
    "chain": chain_of,
}
"""Curves of events that are applied one by one: by name, the events for a size."""

STUDIES: Final = "studies"
"""The curve of four claims that are decided at once beside so many studies."""

CURVES: Final = (*APPLIED, STUDIES)


def curve_of(rounds: Mapping[int, Sequence[float]]) -> GrowthCurve:
    """Returns the curve of what was measured in each round, by size."""
    spreads = {size: spread_of(seconds) for size, seconds in rounds.items()}
    return GrowthCurve(
        {str(size): spread for size, spread in spreads.items()},
        exponent({size: spread.median for size, spread in spreads.items()}),
    )


def exponent(seconds: Mapping[int, float]) -> float:
    """Returns the slope of the line of least squares, of at least two sizes."""
    across = [log(size) for size in seconds]
    up = [log(taken) for taken in seconds.values()]
    middle, height = sum(across) / len(across), sum(up) / len(up)
    steep = sum((x - middle) * (y - height) for x, y in zip(across, up, strict=True))
    return round(steep / sum((x - middle) ** 2 for x in across), 3)
