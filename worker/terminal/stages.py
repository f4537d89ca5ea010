"""One bar for work in several stages, so that the time left is that of all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

_STEP: Final = 1 / 2000
"""The bar is moved only by this share of the whole: that costs more than a line does."""


class WeightedStages:
    """
    Moves a bar from 0 to 1; each stage has the share of it that its weight is of all weights.

    A weight is the time that a stage is expected to take, relative to the others. Where it is
    wrong, the time left is so only until the stage has run for some minutes.
    """

    def __init__(self, advance: Callable[[float], object], weights: Mapping[str, float]) -> None:
        whole = sum(weights.values())
        self._shares = {name: weight / whole for name, weight in weights.items()}
        self._advance = advance

    def begin(self, name: str, total: int) -> Callable[[int], None]:
        """Begins a stage; call the returned function with each further amount done of `total`."""
        share = self._shares[name]
        done = told = 0.0

        def tell(more: int) -> None:
            nonlocal done, told
            done += more
            reached = share * min(done / total, 1.0) if total else share
            if reached - told >= (_STEP if done < total else 0) and reached > told:
                self._advance(reached - told)
                told = reached

        return tell
