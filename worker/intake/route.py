"""Moves what has come to the door into the lanes of its members."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from zlib import crc32

import structlog

from worker.events.decode import read_member_id
from worker.metrics.counters import Tally
from worker.processes.deadline import NO_DEADLINE, Guard
from worker.store.keys import DOOR, Place
from worker.store.protocol import Lease, Move, QueueEntry, Store

LINGER_ENTRIES_MAX: Final = 50
LINGER_MILLISECONDS: Final = 100
MARK_MILLISECONDS: Final = 20
"""Until the turn in a lane that was reached: a moment, as another may have held the lane."""

_log = structlog.get_logger(__name__)


def lane_of(member_id: str, lanes: int) -> int:
    """The lane of a member; any language's CRC-32 gives the same."""
    return crc32(member_id.encode()) % lanes


class Routing:
    """What is done with the entries of the door: no more than the member id is read of them."""

    place: Place = DOOR

    def __init__(
        self,
        store: Store,
        lanes: int,
        tally: Tally,
        drain: Callable[[int], None],
        guard: Guard = NO_DEADLINE,
    ) -> None:
        self.tally = tally
        self._store = store
        self._lanes = lanes
        self._drain = drain
        """Has a turn in a lane."""
        self._guard = guard
        self._last_id = ""
        self._moved = 0
        self._reached: dict[int, None] = {}
        """Lanes into which something was moved since they were drained, in that order."""

    def finish(self, lease: Lease, entries: Sequence[QueueEntry]) -> None:
        """Moves each entry to its member's lane, or where it is refused to that of its bytes."""
        with self._guard():
            moves = [Move(entry.id, self._lane(entry)) for entry in entries]
        self._move(lease, moves)

    def give_up(self, lease: Lease, entry: QueueEntry, failure: Exception | None) -> None:
        """Moves an entry that could not even be looked at; its lane deals with it."""
        del failure  # told by the slice already
        self._move(lease, [Move(entry.id, self._lane_of_bytes(entry))])

    def linger(self) -> bool:
        """
        Drains what was moved, then waits a moment for more, so that a few events need no orders.

        After many the door is left to the next, as draining takes a while.
        """
        if not self._last_id or self._moved > LINGER_ENTRIES_MAX:
            return False
        self.drain_reached()
        return self._store.wait_for_entry(DOOR, self._last_id, LINGER_MILLISECONDS)

    def drain_reached(self) -> None:
        """Has a turn in each lane into which something was moved."""
        for lane in self._reached:
            self._drain(lane)
        self._reached.clear()
        self._moved = 0

    def _move(self, lease: Lease, moves: Sequence[Move]) -> None:
        self._moved += len(moves)
        mark = MARK_MILLISECONDS if self._moved <= LINGER_ENTRIES_MAX else 0
        self._store.move(lease, self._lanes, moves, mark)
        self._last_id = moves[-1].entry_id
        self._reached |= dict.fromkeys(move.lane for move in moves)
        _log.debug("routed", lane=self.place, events=len(moves))

    def _lane(self, entry: QueueEntry) -> int:
        member_id = None if entry.event is None else read_member_id(entry.event)
        if member_id is None:
            return self._lane_of_bytes(entry)
        return lane_of(member_id, self._lanes)

    def _lane_of_bytes(self, entry: QueueEntry) -> int:
        return crc32(entry.loose if entry.event is None else entry.event) % self._lanes
