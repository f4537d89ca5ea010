"""Asks all shards for their backlog, so that a node that hangs holds up only its own shards."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Final

from worker.failures import InstallationMismatch, RetryableError
from worker.intake.node_rounds import NodeRings, node_round
from worker.intake.shard_watch import ShardPlace, ShardWatch

NODES_MAX: Final = 64
"""How many nodes are asked side by side."""

_OF_ONE_SHARD: Final = ("installation", "unsaid")
"""What a worker and one shard can differ in, while it agrees with the others."""

ANSWER_SECONDS: Final = 0.05
"""How long a round waits; a node that needs longer is heard in a later one."""


class ShardRounds:
    """Rounds through the shards, each node's in a thread of its own."""

    def __init__(
        self,
        watches: Sequence[ShardWatch],
        node_of: Callable[[int], Hashable],
        rings_of: Callable[[int], NodeRings],
    ) -> None:
        """`node_of`: on which node a shard is now; may raise `RetryableError`."""
        self._watches = watches
        self._rings_of = rings_of
        self._node_of = node_of
        self._asked: dict[Hashable, Future[list[ShardPlace]]] = {}
        self._threads: ThreadPoolExecutor | None = None
        self._first = 0

    @property
    def shards(self) -> int:
        """How many there are."""
        return len(self._watches)

    def reason(self) -> RetryableError | None:
        """
        Why this worker is not ready; None: it can work in some shard.

        A worker that is older than its installation, or is set otherwise, is so in every shard.
        """
        found = [watch.reason for watch in self._watches if watch.reason is not None]
        for reason in found:
            if isinstance(reason, InstallationMismatch) and reason.matter not in _OF_ONE_SHARD:
                return reason
        return found[0] if len(found) == len(self._watches) else None

    def backlog(self) -> list[ShardPlace]:
        """The places that need a dispatch, as far as their shards have answered, in fair turns."""
        if len(self._watches) == 1:
            return self._watches[0].backlog()
        self._ask_idle_nodes()
        done, _ = wait(self._asked.values(), ANSWER_SECONDS)
        # First, so that one that failed is not read again in each round after this.
        self._asked = {node: each for node, each in self._asked.items() if each not in done}
        found = [place for each in done for place in each.result()]
        for watch in self._watches:
            watch.tell()
        return self._in_turns(found)

    def withdraw(self) -> None:
        """Withdraws the announcement in each shard."""
        for watch in self._watches:
            watch.withdraw()

    def _ask_idle_nodes(self) -> None:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(NODES_MAX, thread_name_prefix="mrs-shards")
        for node, watches in self._by_node().items():
            if node not in self._asked:
                self._asked[node] = self._threads.submit(
                    node_round, self._rings_of(watches[0].shard), watches
                )

    def _by_node(self) -> dict[Hashable, list[ShardWatch]]:
        nodes: dict[Hashable, list[ShardWatch]] = {}
        for watch in self._watches:
            try:
                node = self._node_of(watch.shard)
            except RetryableError as failure:
                watch.reason = failure
            else:
                nodes.setdefault(node, []).append(watch)
        return nodes

    def _in_turns(self, found: list[ShardPlace]) -> list[ShardPlace]:
        """One place of each shard after another, beginning with another shard each time."""
        by_shard: dict[int, list[ShardPlace]] = {}
        for place in found:
            by_shard.setdefault(place.shard, []).append(place)
        self._first += 1
        count = len(self._watches)
        shards = sorted(by_shard, key=lambda shard: (shard - self._first) % count)
        turns = max((len(places) for places in by_shard.values()), default=0)
        return [
            by_shard[shard][turn]
            for turn in range(turns)
            for shard in shards
            if turn < len(by_shard[shard])
        ]
