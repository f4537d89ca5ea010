"""Counts wrong secrets by where they come from, so that nobody can guess for long."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Final

WRONG_MAX: Final = 10
"""So many wrong secrets of one place are answered; then nothing of it is, for a while."""
FORGOTTEN_AFTER_SECONDS: Final = 60.0
PLACES_MAX: Final = 10_000


class WrongGuesses:
    """How often each place, such as an address, was wrong in the last minute."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._lock = Lock()

    def are_too_many(self, place: str) -> bool:
        """Whether nothing more of this place is looked at for now."""
        with self._lock:
            return self._count(place)[0] >= WRONG_MAX

    def add(self, place: str) -> None:
        """One more was wrong."""
        with self._lock:
            count, since = self._count(place)
            self._wrong[place] = (count + 1, since)
            self._wrong.move_to_end(place)
            if len(self._wrong) > PLACES_MAX:
                self._wrong.popitem(last=False)

    def forget(self, place: str) -> None:
        """One was right."""
        with self._lock:
            self._wrong.pop(place, None)

    def _count(self, place: str) -> tuple[int, float]:
        now = self._clock()
        count, since = self._wrong.get(place, (0, now))
        return (0, now) if now - since >= FORGOTTEN_AFTER_SECONDS else (count, since)
