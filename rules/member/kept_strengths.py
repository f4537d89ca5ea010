"""How firmly studies stand that are known from reports alone, kept from event to event."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping
from datetime import date

from rules.exclusivity.strength import Strength
from rules.history.studies import StudyKey

StoredStrengths = tuple[tuple[str, date, int], ...]
"""Procedure, day and strength of each, sorted."""


class KeptStrengths:
    """They are looked up by study, and only the days that are decided again are gone through."""

    def __init__(self, stored: StoredStrengths) -> None:
        self.stored = stored
        self.by_study: dict[StudyKey, Strength] = {
            (procedure, on): Strength(strength) for procedure, on, strength in stored
        }
        self._days = sorted([(on, procedure) for procedure, on in self.by_study])
        self._sorted = list(stored)

    def renew(self, since: date, now: Mapping[StudyKey, Strength]) -> None:
        """Takes in what all studies of a day and later are decided as now."""
        first = bisect_left(self._days, (since, ""))
        then = {(procedure, on) for on, procedure in self._days[first:]}
        changed = {key for key in then | now.keys() if self.by_study.get(key) != now.get(key)}
        for key in changed:
            if key in then:
                self._drop(key)
            if key in now:
                self._keep(key, now[key])
        if changed:
            self.stored = tuple(self._sorted)

    def _drop(self, key: StudyKey) -> None:
        procedure, on = key
        del self._days[bisect_left(self._days, (on, procedure))]
        del self._sorted[bisect_left(self._sorted, (procedure, on, self.by_study.pop(key)))]

    def _keep(self, key: StudyKey, strength: Strength) -> None:
        procedure, on = key
        self.by_study[key] = strength
        insort(self._days, (on, procedure))
        insort(self._sorted, (procedure, on, int(strength)))
