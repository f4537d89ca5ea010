"""Tells whether Redis has room for more work; at `maxmemory` it would refuse writes midway."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from time import monotonic
from typing import Final, NamedTuple

from worker.failures import Risk, StoreNearlyFull, UnsafeRedis
from worker.store.protocol import Store

LOOK_SECONDS: Final = 1.0


class NodeAnswer(NamedTuple):
    """What a server says of itself."""

    fullness: float
    risks: tuple[Risk, ...]


class NodeAnswers:
    """Asks each node once a second, however many shards are on it."""

    def __init__(self, node_of: Callable[[Store], Hashable]) -> None:
        """`node_of`: on which node a store is now; may raise `RetryableError`."""
        self._node_of = node_of
        self._answers: dict[Hashable, tuple[float, NodeAnswer]] = {}

    def of(self, store: Store) -> NodeAnswer:
        """The answer of a store's node; raises `StoreUnavailable`."""
        node = self._node_of(store)
        until, answer = self._answers.get(node, (0.0, None))
        if answer is None or monotonic() >= until:
            answer = NodeAnswer(store.fullness(), store.risks())
            self._answers[node] = (monotonic() + LOOK_SECONDS, answer)
        return answer


class Backpressure:
    """Checks at most once a second."""

    def __init__(
        self,
        store: Store,
        high: float,
        accepted: Collection[Risk] = (),
        nodes: NodeAnswers | None = None,
    ) -> None:
        """
        `accepted`: the risks that whoever runs this installation has taken on.

        `nodes`: what the nodes of all shards have said; None: there is one shard.
        """
        self._store = store
        self._nodes = nodes
        self._high = high
        self._accepted = frozenset(accepted)
        self._look_at = monotonic()
        self._is_there = True

    def __call__(self) -> bool:
        """
        Whether the memory in use is below the mark.

        Raises `StoreUnavailable`, and `UnsafeRedis` where decisions could come out wrong.
        """
        if monotonic() >= self._look_at:
            fullness, risks = self._answer()
            if not self._accepted.issuperset(risks):
                raise UnsafeRedis([risk for risk in risks if risk not in self._accepted])
            self._is_there = fullness < self._high
            self._look_at = monotonic() + LOOK_SECONDS
        return self._is_there

    def _answer(self) -> NodeAnswer:
        if self._nodes is None:
            return NodeAnswer(self._store.fullness(), self._store.risks())
        return self._nodes.of(self._store)

    def must_have_room(self) -> None:
        """Raises `StoreNearlyFull` at or above the mark, and `StoreUnavailable`."""
        if not self():
            raise StoreNearlyFull
