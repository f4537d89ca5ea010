"""How many pages one person may see in a minute: more than anybody reads is no reading."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Final, Literal

WINDOW_SECONDS: Final = 60.0
PEOPLE_MAX: Final = 10_000


class Pace:
    """Counts the pages of each person, whatever sessions they have."""

    def __init__(self, pages_max: int, clock: Callable[[], float] = monotonic) -> None:
        self.pages_max = pages_max
        self._clock = clock
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()
        self._told: set[str] = set()
        self._lock = Lock()

    def step(self, person: str) -> Literal["on", "stop", "still"]:
        """Whether one more page may be shown: `stop` is the first that is not, `still` the next."""
        now = self._clock()
        with self._lock:
            seen = self._seen.setdefault(person, deque())
            self._seen.move_to_end(person)
            while seen and now - seen[0] >= WINDOW_SECONDS:
                seen.popleft()
            if len(seen) >= self.pages_max:
                is_first = person not in self._told
                self._told.add(person)
                return "stop" if is_first else "still"
            self._told.discard(person)
            seen.append(now)
            if len(self._seen) > PEOPLE_MAX:
                self._told.discard(self._seen.popitem(last=False)[0])
            return "on"
