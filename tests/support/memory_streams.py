"""What waits and what was put aside, in memory: the streams of the memory store."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from tests.support.memory_entries import Fields, discarded_of, id_order
from worker.store.keys import DOOR, Place
from worker.store.protocol import KeptDeadLetter


class MemoryStreams:
    """Door, lanes, dead letters and what was discarded of them; public, so that a test can look."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self.clock = clock
        """Milliseconds."""
        self.streams: defaultdict[Place, dict[str, Fields]] = defaultdict(dict)
        self.letters: dict[str, Fields] = {}
        self.letters_by_member: set[str] | None = set()
        """Hash and id of each dead letter; None: some of them were put aside before it began."""
        self.discards: dict[str, Fields] = {}
        self.counters: Counter[str] = Counter()
        self._sequence = 0

    def send(self, fields: Fields) -> str:
        """What a producer does: an entry at the door."""
        return self._add(self.streams[DOOR], fields)

    def waiting(self, places: Sequence[Place]) -> int:
        """See `Store`."""
        return sum(len(self.streams[place]) for place in places)

    def dead_letters(self, after: str | None, count: int) -> tuple[KeptDeadLetter, ...]:
        """See `Store`."""
        return _page(self.letters, after, count)

    def dead_letter(self, dead_letter_id: str) -> KeptDeadLetter | None:
        """See `Store`."""
        fields = self.letters.get(dead_letter_id)
        return None if fields is None else KeptDeadLetter(dead_letter_id, fields)

    def dead_letter_ids(self, member_hashes: Sequence[str]) -> Mapping[str, Sequence[str]] | None:
        """See `Store`."""
        known = self.letters_by_member
        if known is None:
            return None if self.letters else {each: [] for each in member_hashes}
        return {
            each: [name.removeprefix(f"{each}:") for name in sorted(known) if name.startswith(each)]
            for each in member_hashes
        }

    def redrive(self, dead_letter_id: str) -> bool:
        """See `Store`."""
        fields = self.letters.get(dead_letter_id)
        if fields is None or b"order" in fields:
            return False
        as_it_came = {
            name.removeprefix(b"entry:"): value
            for name, value in fields.items()
            if name == b"event" or name.startswith(b"entry:")
        }
        self.send(as_it_came)
        self._forget(dead_letter_id)
        self.counters["redriven"] += 1
        return True

    def discard(self, dead_letter_id: str, because: str) -> bool:
        """See `Store`."""
        fields = self.letters.get(dead_letter_id)
        if fields is None:
            return False
        self._forget(dead_letter_id)
        self._add(self.discards, discarded_of(dead_letter_id, fields, because))
        self.counters["discarded"] += 1
        return True

    def discarded(self, after: str | None, count: int) -> tuple[KeptDeadLetter, ...]:
        """See `Store`."""
        return _page(self.discards, after, count)

    def _put_aside(self, fields: Fields) -> None:
        if not self.letters:
            self.letters_by_member = self.letters_by_member or set()
        dead_letter_id = self._add(self.letters, fields)
        if self.letters_by_member is not None and fields[b"member_hash"]:
            self.letters_by_member.add(f"{fields[b'member_hash'].decode()}:{dead_letter_id}")

    def _forget(self, dead_letter_id: str) -> None:
        fields = self.letters.pop(dead_letter_id)
        if self.letters_by_member is not None:
            hashed = fields.get(b"member_hash", b"").decode()
            self.letters_by_member.discard(f"{hashed}:{dead_letter_id}")

    def _add(self, stream: dict[str, Fields], fields: Fields) -> str:
        entry_id = self._next_id()
        stream[entry_id] = fields
        return entry_id

    def _next_id(self) -> str:
        self._sequence += 1
        return f"{self.clock()}-{self._sequence}"


def _page(stream: dict[str, Fields], after: str | None, count: int) -> tuple[KeptDeadLetter, ...]:
    ids = [each for each in stream if after is None or id_order(each) > id_order(after)]
    return tuple(KeptDeadLetter(each, stream[each]) for each in ids[:count])
