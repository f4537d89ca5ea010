"""One bar for work in several stages, so that the time left is that of all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Final, NamedTuple

_STEP: Final = 1 / 2000
"""The bar is moved only by this share of the whole: that costs more than a line does."""

_TELLING: Final = 0.05
"""From this share on a stage says by itself how long it takes; before, its weight helps."""

ShowShare = Callable[[float, float | None], object]
"""Receives each further share of the whole, and the seconds left; None: not known."""


class _Stage(NamedTuple):
    """A stage that has begun."""

    name: str
    began_at: float
    is_sized: bool


class WeightedStages:
    """
    Moves a bar from 0 to 1; each stage has the share of it that its weight is of all weights.

    A weight is the time that a stage is expected to take, relative to the others. The time left
    leans on it only for what has not begun: a stage that runs is judged by the time that it takes.
    """

    def __init__(
        self,
        show: ShowShare,
        weights: Mapping[str, float],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._weights = weights
        self._whole = sum(weights.values())
        self._show = show
        self._clock = clock
        self._ahead = list(weights)
        self._shown = 0.0
        self._heaviest = self._pace = 0.0
        self._now: _Stage | None = None

    def begin(self, name: str, total: int) -> Callable[[int], None]:
        """
        Begins a stage; call the returned function with each further amount done of `total`.

        Stages before it count as done. 0: the total is not known.
        """
        self._end()
        self._ahead = self._ahead[self._ahead.index(name) + 1 :]
        self._now = _Stage(name, self._clock(), total > 0)
        share = self._weights[name] / self._whole
        behind = 1.0 - share - sum(self._weights[each] for each in self._ahead) / self._whole
        done = 0.0

        def tell(more: int) -> None:
            nonlocal done
            done += more
            part = min(done / total, 1.0) if total else 1.0
            further = behind + share * part - self._shown
            if further > 0 and further >= (_STEP if done < total else 0):
                self._show(further, self._seconds_left(part))
                self._shown += further

        return tell

    def _end(self) -> None:
        """From the heaviest stage so far it is known how long a weight takes."""
        if self._now is not None and self._weights[self._now.name] > self._heaviest:
            self._heaviest = self._weights[self._now.name]
            self._pace = (self._clock() - self._now.began_at) / self._heaviest

    def _seconds_left(self, part: float) -> float | None:
        """The time left when so much of this stage is done."""
        now = self._now
        assert now is not None  # a stage has begun
        weight = self._weights[now.name]
        if not (now.is_sized and part and weight):
            return None
        own = (self._clock() - now.began_at) / part
        if self._heaviest:
            trust = min(part / _TELLING, 1.0)
            own = trust * own + (1 - trust) * weight * self._pace
        pace = own / weight if weight > self._heaviest else self._pace
        return own * (1 - part) + pace * sum(self._weights[name] for name in self._ahead)
