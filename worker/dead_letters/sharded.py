"""The dead letters of all shards as one list, the oldest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from worker.store.protocol import KeptDeadLetter
from worker.store.shard_presence import PresentShards
from worker.store.stream_ids import id_before, number_of

MARK = "@"
"""Between the id in a shard and the number of the shard."""


class DeadLetters(Protocol):
    """What the commands need of a store."""

    def dead_letters(self, after: str | None, count: int) -> tuple[KeptDeadLetter, ...]:
        """See `Store`."""

    def dead_letter(self, dead_letter_id: str) -> KeptDeadLetter | None:
        """See `Store`."""

    def dead_letter_ids(self, member_hashes: Sequence[str]) -> Mapping[str, Sequence[str]] | None:
        """See `Store`."""

    def redrive(self, dead_letter_id: str) -> bool:
        """See `Store`."""

    def discard(self, dead_letter_id: str, because: str) -> bool:
        """See `Store`."""

    def discarded(self, after: str | None, count: int) -> tuple[KeptDeadLetter, ...]:
        """See `Store`."""


class ShardedDeadLetters:
    """
    The same over several shards: an id has the number of its shard behind it.

    Two shards may give one id, so the number belongs to it: `1795885051647-2@3`.
    """

    def __init__(self, shards: Mapping[int, DeadLetters]) -> None:
        """`shards`: those that answer, by their numbers."""
        self._shards = shards

    def dead_letters(self, after: str | None, count: int) -> tuple[KeptDeadLetter, ...]:
        """See `Store`."""
        return self._page(DeadLetters.dead_letters, after, count)

    def discarded(self, after: str | None, count: int) -> tuple[KeptDeadLetter, ...]:
        """See `Store`."""
        return self._page(DeadLetters.discarded, after, count)

    def dead_letter(self, dead_letter_id: str) -> KeptDeadLetter | None:
        """See `Store`."""
        found = self._named(dead_letter_id)
        if found is None:
            return None
        store, within = found
        kept = store.dead_letter(within)
        return kept and kept._replace(id=dead_letter_id)

    def dead_letter_ids(self, member_hashes: Sequence[str]) -> Mapping[str, Sequence[str]] | None:
        """See `Store`."""
        known: dict[str, list[str]] = {}
        for number, store in self._shards.items():
            found = store.dead_letter_ids(member_hashes)
            if found is None:
                return None
            for each, ids in found.items():
                known.setdefault(each, []).extend(f"{name}{MARK}{number}" for name in ids)
        return {each: sorted(ids, key=order_of) for each, ids in known.items()}

    def redrive(self, dead_letter_id: str) -> bool:
        """See `Store`."""
        found = self._named(dead_letter_id)
        return found is not None and found[0].redrive(found[1])

    def discard(self, dead_letter_id: str, because: str) -> bool:
        """See `Store`."""
        found = self._named(dead_letter_id)
        return found is not None and found[0].discard(found[1], because)

    def _named(self, dead_letter_id: str) -> tuple[DeadLetters, str] | None:
        within, _, number = dead_letter_id.partition(MARK)
        if not number.isdigit() or int(number) not in self._shards:
            return None
        return self._shards[int(number)], within

    def _page(
        self,
        read: Callable[[DeadLetters, str | None, int], tuple[KeptDeadLetter, ...]],
        after: str | None,
        count: int,
    ) -> tuple[KeptDeadLetter, ...]:
        """The next of all shards; one with a higher number may have another of the same id."""
        found = [
            kept._replace(id=f"{kept.id}{MARK}{number}")
            for number, store in self._shards.items()
            for kept in getattr(store, read.__name__)(_start(after, number), count)
        ]
        return tuple(sorted(found, key=lambda kept: order_of(kept.id))[:count])


def dead_letters_of(shards: PresentShards) -> DeadLetters:
    """Those of the shards that answer."""
    if len(shards.every) == 1:
        return shards.every[0].store
    return ShardedDeadLetters({each.number: each.store for each in shards.answering})


def _start(after: str | None, shard: int) -> str | None:
    if after is None:
        return None
    within, _, number = after.partition(MARK)
    if not number or shard <= int(number):
        return within
    return id_before(within)


def order_of(dead_letter_id: str) -> tuple[tuple[int, int], int]:
    """By what ids sort, with or without the number of a shard."""
    within, _, number = dead_letter_id.partition(MARK)
    return number_of(within), int(number or 0)
