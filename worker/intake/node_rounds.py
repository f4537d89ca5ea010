"""One round through the shards of a node: two round trips, however many shards there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from worker.failures import RetryableError, StoreUnavailable
from worker.intake.shard_watch import MARK_MILLISECONDS, ShardPlace, ShardWatch
from worker.store.keys import Place
from worker.store.protocol import Backlog


class NodeRings(Protocol):
    """What a round asks of a node."""

    def ring_all(
        self, prefixes: Sequence[str], places: Sequence[Place], mark_milliseconds: int
    ) -> list[Backlog | None]:
        """See `ShardRings`."""

    def knocks(self, prefixes: Sequence[str]) -> list[bool]:
        """See `ShardRings`."""


def node_round(rings: NodeRings, watches: Sequence[ShardWatch]) -> list[ShardPlace]:
    """
    The places of a node's shards that need a dispatch.

    Of a shard in which nothing has happened for a while only the door is looked at: what waits in
    its lanes is found once a second.
    """
    for watch in watches:
        watch.look()
        if isinstance(watch.reason, StoreUnavailable):  # the others would each wait as long
            _note_all(watches, watch.reason)
            return []
    try:
        _wake(rings, [watch for watch in watches if watch.is_ready and not watch.is_awake])
        return _rung(rings, [watch for watch in watches if watch.is_ready and watch.is_awake])
    except RetryableError as failure:
        _note_all(watches, failure)
        return []


def _note_all(watches: Sequence[ShardWatch], failure: RetryableError) -> None:
    for watch in watches:
        watch.note(failure)


def _wake(rings: NodeRings, asleep: Sequence[ShardWatch]) -> None:
    if not asleep:
        return
    for watch, knocks in zip(asleep, rings.knocks([each.prefix for each in asleep]), strict=True):
        if knocks:
            watch.wake()


def _rung(rings: NodeRings, awake: Sequence[ShardWatch]) -> list[ShardPlace]:
    if not awake:
        return []
    places = awake[0].places
    answers = rings.ring_all([each.prefix for each in awake], places, MARK_MILLISECONDS)
    return [
        place
        for watch, found in zip(awake, answers, strict=True)
        for place in (watch.backlog() if found is None else watch.take_in(found))
    ]
