"""Moves the entries at the door into the lanes of their members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from zlib import crc32

import structlog

from worker.events.decode import read_member_id
from worker.intake.spans import NO_SPANS, Spans
from worker.metrics.counters import Tally
from worker.processes.deadline import NO_DEADLINE, Guard
from worker.store.keys import DOOR, Place
from worker.store.protocol import Lease, Move, QueueEntry, Store

LINGER_ENTRIES_MAX: Final = 50
"""After more than this the door is left to other workers, as draining takes a while."""
MARK_MILLISECONDS: Final = 20
"""Keeps others from dispatching a reached lane before our turn there; short, in case we lose it."""

_log = structlog.get_logger(__name__)


def lane_of(member_id: str, lanes: int) -> int:
    """The lane of a member; any language's CRC-32 gives the same."""
    return crc32(member_id.encode()) % lanes


class Routing:
    """What is done with the entries of the door; only their member id is read."""

    place: Place = DOOR

    def __init__(
        self,
        store: Store,
        lanes: int,
        tally: Tally,
        guard: Guard = NO_DEADLINE,
        spans: Spans = NO_SPANS,
    ) -> None:
        self.tally = tally
        self.last_id = ""
        """Id of the last entry that was moved; empty if none was."""
        self._store = store
        self._lanes = lanes
        self._guard = guard
        self._spans = spans
        self._moved = 0
        self._reached: dict[int, None] = {}
        """Lanes that entries were moved into since the last `take_reached`, in that order."""

    @property
    def moved_few(self) -> bool:
        """Whether few enough entries were moved since then to be drained soon."""
        return 0 < self._moved <= LINGER_ENTRIES_MAX

    def take_reached(self) -> tuple[int, ...]:
        """The lanes that entries were moved into since the last call, in that order."""
        reached = tuple(self._reached)
        self._reached.clear()
        self._moved = 0
        return reached

    def finish(self, lease: Lease, entries: Sequence[QueueEntry]) -> None:
        """Moves each entry to its member's lane; without a member, its bytes choose the lane."""
        with self._spans.batch("route", self.place, entries):
            with self._guard():
                moves = [Move(entry.id, self._lane(entry)) for entry in entries]
            self._move(lease, moves)

    def give_up(self, lease: Lease, entry: QueueEntry, failure: Exception | None) -> None:
        """Moves an entry whose member could not even be looked for; its lane deals with it."""
        del failure  # already logged by the slice
        self._move(lease, [Move(entry.id, self._lane_of_bytes(entry))])

    def _move(self, lease: Lease, moves: Sequence[Move]) -> None:
        moved = self._moved + len(moves)
        mark = MARK_MILLISECONDS if moved <= LINGER_ENTRIES_MAX else 0
        self._store.move(lease, self._lanes, moves, mark)
        self._moved = moved
        self.last_id = moves[-1].entry_id
        self._reached |= dict.fromkeys(move.lane for move in moves)
        _log.debug("routed", lane=self.place, events=len(moves))

    def _lane(self, entry: QueueEntry) -> int:
        member_id = None if entry.event is None else read_member_id(entry.event)
        if member_id is None:
            return self._lane_of_bytes(entry)
        return lane_of(member_id, self._lanes)

    def _lane_of_bytes(self, entry: QueueEntry) -> int:
        return crc32(entry.loose if entry.event is None else entry.event) % self._lanes
