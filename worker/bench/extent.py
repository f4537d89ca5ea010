"""How much is measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

SIZES: Final = (125, 250, 500, 1000)
"""The sizes of a growth curve."""


class Extent(NamedTuple):
    """How much is measured."""

    rounds: int
    events: int
    """Per round, for contenders that take batches."""
    seconds: float
    """How long latency is measured at each rate."""
    sizes: Sequence[int] = SIZES
    """Of what grows."""
