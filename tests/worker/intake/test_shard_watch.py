"""A shard that is away is told of once, and holds up no other."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from tests.support.lone_rings import LoneRings
from tests.support.processes import eventually
from tests.support.worlds import TERMS, MemoryWorld
from worker.failures import BrokerUnavailable, StoreUnavailable
from worker.intake.shard_rounds import ShardRounds
from worker.intake.shard_watch import ShardPlace, ShardWatch
from worker.store.keys import DOOR


class Shards:
    """Two shards on two nodes; `away` says what is wrong with the second."""

    def __init__(self) -> None:
        self.worlds = (MemoryWorld(), MemoryWorld())
        self.away: Exception | None = None
        watches = [
            ShardWatch(number, world.store, [DOOR], [checks], lambda _: None, look_seconds=0)
            for number, (world, checks) in enumerate(
                zip(self.worlds, (self._is_there, self._may_be_away), strict=True)
            )
        ]
        self.rounds = ShardRounds(
            watches, lambda shard: shard, lambda shard: LoneRings(self.worlds[shard].store)
        )
        for world in self.worlds:
            world.store.agree(TERMS)
            world.send({b"event": b"x"})

    def found(self) -> set[ShardPlace]:
        """What some rounds find: a node that needs longer is heard in a later one."""
        return {place for _ in range(20) for place in self.rounds.backlog()}

    def _is_there(self) -> None:
        """Nothing is wrong with the first."""

    def _may_be_away(self) -> None:
        if self.away is not None:
            raise self.away


@pytest.fixture
def shards() -> Shards:
    return Shards()


def told(lines) -> list[tuple[str, int, str | None]]:
    return [(each["event"], each["shard"], each.get("cause")) for each in lines]


def test_a_shard_that_is_away_is_told_of_once_and_the_other_is_worked_on(shards):
    shards.away = StoreUnavailable("The node of the second does not answer.")
    with capture_logs() as lines:
        assert {ShardPlace(0, DOOR)} == shards.found()
        assert None is shards.rounds.reason()
        shards.away = None
        # One that is away is looked at once a second.
        assert eventually(lambda: ShardPlace(1, DOOR) in shards.found(), 60)
        assert set() == shards.found()

    assert [
        ("a shard is away", 1, "StoreUnavailable"),
        ("a shard is there again", 1, None),
    ] == told(lines)


def test_what_is_wrong_with_the_worker_is_no_shards_to_tell(shards):
    shards.away = BrokerUnavailable("The broker is away.")

    with capture_logs() as lines:
        shards.found()

    assert [] == told(lines)
