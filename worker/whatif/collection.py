"""Builds a member's record from many events, without deciding after each one."""

from __future__ import annotations

from typing import Any

from rules.facts import Event
from rules.history.record import Recognition, Record, append, recognise


class Gathering:
    """One record under construction."""

    def __init__(self) -> None:
        self._kinds: tuple[list[Any], ...] = tuple([] for _ in Record())
        self._alone: dict[tuple[str, str], Record] = {}
        """For the id and source of each event, a record that holds nothing else."""

    def take(self, event: Event, digest: bytes) -> Recognition:
        """Adds an event, unless its identity is known."""
        identity = (event.id, event.source)
        if identity in self._alone:
            return recognise(self._alone[identity], event)
        alone = append(Record(), event, digest)
        self._alone[identity] = alone
        for kind, of_kind in zip(alone, self._kinds, strict=True):
            for origin, fact in kind:
                of_kind.append((origin._replace(sequence=len(self._alone)), fact))
        return "new"

    def record(self) -> Record:
        """Returns the record of everything added so far."""
        return Record(*map(tuple, self._kinds))
