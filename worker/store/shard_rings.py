"""Where work waits in several shards of one node, found in one round trip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from redis import Redis

from worker.store.keys import Keys, Place
from worker.store.protocol import Backlog
from worker.store.scripts import Scripts, failures_in_our_words


class ShardRings:
    """Asks the node of a client about several shards that are there."""

    def __init__(self, client: Redis, scripts: Scripts) -> None:
        self._client = client
        self._scripts = scripts

    def ring_all(
        self, prefixes: Sequence[str], places: Sequence[Place], mark_milliseconds: int
    ) -> list[Backlog | None]:
        """
        `Store.ring` for each shard; raises `StoreUnavailable`.

        None: of that one it has to be asked alone, as its slot has gone or a script is not known.
        """
        pipeline = self._client.pipeline(transaction=False)
        for prefix in prefixes:
            names = rung_keys(Keys(prefix), places)
            self._scripts.add_to(pipeline, "ring", names, mark_milliseconds)
        with failures_in_our_words(self._client):
            answers = pipeline.execute(raise_on_error=False)
        return [
            None if isinstance(answer, Exception) else backlog_in(answer, places)
            for answer in answers
        ]

    def knocks(self, prefixes: Sequence[str]) -> list[bool]:
        """
        Whether something may be at the door of each shard; raises `StoreUnavailable`.

        True where that cannot be told here.
        """
        pipeline = self._client.pipeline(transaction=False)
        for prefix in prefixes:
            pipeline.xlen(Keys(prefix).door)
        with failures_in_our_words(self._client):
            return [answer != 0 for answer in pipeline.execute(raise_on_error=False)]


def rung_keys(keys: Keys, places: Sequence[Place]) -> list[str]:
    """The keys of the script `ring`."""
    return [
        name
        for place in places
        for name in (keys.stream(place), keys.lease(place), keys.mark(place))
    ]


def backlog_in(answer: Any, places: Sequence[Place]) -> Backlog:  # noqa: ANN401  # Lua's own
    """What the script `ring` has answered."""
    waiting, due, problems = answer
    return Backlog(
        waiting=waiting,
        places=tuple(places[position] for position in due),
        wrong_kinds=tuple(problem.decode().removeprefix("WRONGKIND ") for problem in problems),
    )
