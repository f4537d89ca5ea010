"""Moves what has come to the door into the lanes of its members."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import structlog

from worker.deadline import NO_DEADLINE, Guard
from worker.events import read_member_id
from worker.keys import DOOR, Place
from worker.metrics import Tally
from worker.store.protocol import Entry, Lease, Move, Store

_log = structlog.get_logger(__name__)


def lane_of(member_id: str, lanes: int) -> int:
    """The lane of a member; any language's CRC-32 gives the same."""
    return crc32(member_id.encode()) % lanes


class Routing:
    """What is done with the entries of the door: no more than the member id is read of them."""

    place: Place = DOOR

    def __init__(self, store: Store, lanes: int, tally: Tally, guard: Guard = NO_DEADLINE) -> None:
        self.tally = tally
        self.lanes_reached: dict[int, None] = {}
        """Lanes into which something was moved, in the order of the first time."""
        self._store = store
        self._lanes = lanes
        self._guard = guard

    def finish(self, lease: Lease, entries: Sequence[Entry]) -> None:
        """Moves each entry to its member's lane, or where it is refused to that of its bytes."""
        with self._guard():
            moves = [Move(entry.id, self._lane(entry)) for entry in entries]
        self._move(lease, moves)

    def give_up(self, lease: Lease, entry: Entry, failure: Exception | None) -> None:
        """Moves an entry that could not even be looked at; its lane deals with it."""
        del failure  # told by the slice already
        self._move(lease, [Move(entry.id, self._lane_of_bytes(entry))])

    def _move(self, lease: Lease, moves: Sequence[Move]) -> None:
        self._store.move(lease, self._lanes, moves)
        self.lanes_reached |= dict.fromkeys(move.lane for move in moves)
        _log.debug("routed", lane=self.place, events=len(moves))

    def _lane(self, entry: Entry) -> int:
        member_id = None if entry.event is None else read_member_id(entry.event)
        if member_id is None:
            return self._lane_of_bytes(entry)
        return lane_of(member_id, self._lanes)

    def _lane_of_bytes(self, entry: Entry) -> int:
        return crc32(entry.loose if entry.event is None else entry.event) % self._lanes
