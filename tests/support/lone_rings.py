"""A node with one shard: what a round asks of the node is asked of the shard."""

from __future__ import annotations

from collections.abc import Sequence

from worker.intake.shard_watch import Rings
from worker.store.keys import Place
from worker.store.protocol import Backlog


class LoneRings:
    """The rings of a node whose only shard has this store."""

    def __init__(self, store: Rings) -> None:
        self._store = store

    def ring_all(
        self, prefixes: Sequence[str], places: Sequence[Place], mark_milliseconds: int
    ) -> list[Backlog | None]:
        """The backlog of the shard, once for each prefix: there is one."""
        return [self._store.ring(places, mark_milliseconds) for _ in prefixes]

    def knocks(self, prefixes: Sequence[str]) -> list[bool]:
        """Something may always be at the door."""
        return [True] * len(prefixes)
