"""What the judge looks at, read from the store in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from tests.faults.observed import Observed
from tests.support.memory_store import MemoryStore
from worker.events.decode import read_member_id
from worker.intake.route import lane_of
from worker.metrics.snapshot import QueueSnapshot
from worker.store.keys import DOOR, Place
from worker.store.member_state import decode_member
from worker.store.protocol import Commit, Lease, Move


class WatchedStore(MemoryStore):
    """Knows of which arrivals at the door the letters are that say it was tried too often."""

    def __init__(self, clock: Callable[[], int]) -> None:
        super().__init__(clock)
        self.set_aside: set[str] = set()
        """The ids that they had at the door."""
        self.keeps_order = True
        """Whether each event went to the lane of its member; one that was tried too often at the
        door does not."""

    def commit(self, lease: Lease, commit: Commit) -> None:
        """See `Store`."""
        waiting = self.streams[lease.place]
        doors = {
            fields.get(b"door", letter.entry_id.encode()).decode()
            for letter in commit.dead_letters
            if letter.reason == "ATTEMPTS_EXHAUSTED"
            and (fields := waiting.get(letter.entry_id)) is not None
        }
        super().commit(lease, commit)
        self.set_aside |= doors

    def move(
        self, lease: Lease, lanes: int, moves: Sequence[Move], mark_milliseconds: int = 0
    ) -> None:
        """See `Store`."""
        door = self.streams[DOOR]
        for move in moves:
            member_id = read_member_id(door.get(move.entry_id, {}).get(b"event", b""))
            if member_id is not None and lane_of(member_id, lanes) != move.lane:
                self.keeps_order = False
        super().move(lease, lanes, moves, mark_milliseconds)

    def copy(self) -> Mapping[str, Any]:
        """All that it holds, as on a disk."""
        stays = ("clock", "_sequence")  # ids go on with the time: none is given twice
        return {name: deepcopy(held) for name, held in vars(self).items() if name not in stays}

    def restart(self, on_disk: Mapping[str, Any]) -> None:
        """Holds what was on its disk, and nothing of what it was told since."""
        vars(self).update(on_disk)


def observed_in(store: MemoryStore, places: Sequence[Place], received: int) -> Observed:
    """All of it; `received` events have come to the door."""
    waiting = {place: store.streams[place] for place in places}
    return Observed(
        survey=QueueSnapshot(
            now=store.clock() / 1000,
            at_door=len(waiting[DOOR]),
            ever_added=received,
            in_lanes=sum(map(len, waiting.values())) - len(waiting[DOOR]),
            oldest_arrival=None,
            dead_letters=len(store.letters),
            counters=dict(store.counters),
            workers=[],
            pends=[],
        ),
        queue=[entry for entries in waiting.values() for entry in entries.items()],
        determinations=[(one.id, {b"event": one.event}) for one in store.determinations],
        letters=list(store.letters.items()),
        members={
            member_id: decode_member(stored.body or b"")
            for member_id, stored in store.records.items()
        },
        indexes={member_id: ids for member_id, ids in store.indexes.items() if ids},
        claims={claim_id: set(members) for claim_id, members in store.claims.items()},
        pends={key: dict(lines) for key, lines in store.pends.items()},
        attempts=sum(len(attempts) for attempts in store.attempts.values()),
        takes=dict(store.takes),
        leases=0,
    )
