"""Rounds through the shards are fair, and a node that hangs holds up only its own shards."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event

import pytest

from tests.support.lone_rings import LoneRings
from tests.support.processes import eventually
from worker.failures import InstallationMismatch, RetryableError, StoreUnavailable
from worker.intake.shard_rounds import ShardRounds
from worker.intake.shard_watch import ShardWatch
from worker.store.keys import Place
from worker.store.protocol import Backlog

PLACES = ("door", "00")


class Rung:
    """A shard whose places all have work."""

    prefix = "{mrs-0}"

    def __init__(self) -> None:
        self.goes_on = Event()
        self.goes_on.set()

    def ring(self, places: Sequence[Place], mark_milliseconds: int) -> Backlog:
        del mark_milliseconds
        self.goes_on.wait()
        return Backlog(waiting=len(places), places=tuple(places), wrong_kinds=())


def nothing_wrong() -> None:
    """A check."""


def rounds_of(shards: Sequence[Rung], failing: dict[int, RetryableError] | None = None):
    def check_of(number: int):
        def check() -> None:
            if failing and number in failing:
                raise failing[number]

        return check

    watches = [
        ShardWatch(number, each, PLACES, [check_of(number)], lambda ready: None)
        for number, each in enumerate(shards)
    ]
    return ShardRounds(watches, lambda shard: shard, lambda shard: LoneRings(shards[shard]))


def until_found(rounds: ShardRounds, count: int) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    assert eventually(lambda: bool(found.extend(rounds.backlog())) or len(found) >= count, 60)
    return found


def test_each_round_begins_with_another_shard_and_gives_each_a_place_in_turn():
    rounds = rounds_of([Rung(), Rung(), Rung()])
    turns = []
    while len(turns) < 2:
        found = rounds.backlog()
        if len(found) == 6:
            turns.append([shard for shard, _ in found])

    assert all({0, 1, 2} == set(turn[:3]) == set(turn[3:]) for turn in turns)
    assert turns[0][0] != turns[1][0] or turns[0] != turns[1]


def test_a_node_that_hangs_holds_up_only_its_own_shards():
    hung, fine = Rung(), Rung()
    hung.goes_on.clear()
    rounds = rounds_of([hung, fine])
    try:
        found = until_found(rounds, 4)
        assert {1} == {shard for shard, _ in found}
        assert eventually(lambda: rounds.reason() is None, 60)
    finally:
        hung.goes_on.set()
    seen: set[int] = set()
    assert eventually(lambda: seen.update(s for s, _ in rounds.backlog()) or 0 in seen, 60)


class Broken(Rung):
    """What fails once, in a way that nobody foresaw."""

    def __init__(self) -> None:
        super().__init__()
        self.failures = 0

    def ring(self, places: Sequence[Place], mark_milliseconds: int) -> Backlog:
        if not self.failures:
            self.failures += 1
            raise ZeroDivisionError
        return super().ring(places, mark_milliseconds)


def test_a_round_that_fails_unforeseen_fails_once_and_the_next_goes_on():
    broken = Broken()
    rounds = rounds_of([broken, Rung()])
    raised: list[bool] = []

    def fails() -> bool:
        try:
            rounds.backlog()
        except ZeroDivisionError:
            raised.append(True)
        return bool(raised)

    assert eventually(fails, 60)
    assert {0, 1} == {shard for shard, _ in until_both(rounds)}
    assert [True] == raised


def until_both(rounds: ShardRounds) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    assert eventually(
        lambda: bool(found.extend(rounds.backlog())) or {0, 1} == {shard for shard, _ in found}, 60
    )
    return found


@pytest.mark.parametrize(
    ("failing", "is_ready"),
    [
        pytest.param({0: StoreUnavailable("away")}, True, id="one shard is away"),
        pytest.param({0: InstallationMismatch("installation", "none")}, True, id="one was lost"),
        pytest.param({0: InstallationMismatch("unsaid", "none")}, True, id="one is new"),
        pytest.param({0: InstallationMismatch("shards", "3")}, False, id="another number"),
        pytest.param({0: InstallationMismatch("lanes", "3")}, False, id="other lanes in one"),
        pytest.param(
            {number: StoreUnavailable("away") for number in range(2)}, False, id="all are away"
        ),
    ],
)
def test_when_a_worker_is_ready(failing, is_ready):
    rounds = rounds_of([Rung(), Rung()], failing)
    found: list[object] = []
    for _ in range(3):
        found += rounds.backlog()

    assert eventually(lambda: bool(rounds.backlog()) or not is_ready, 60)
    assert eventually(lambda: (rounds.reason() is None) == is_ready, 60)


def test_a_shard_whose_node_is_unknown_is_away():
    def nowhere(shard: int) -> int:
        if shard == 0:
            raise StoreUnavailable("no node has it")
        return shard

    shards = [Rung(), Rung()]
    watches = [
        ShardWatch(number, each, PLACES, [nothing_wrong], lambda ready: None)
        for number, each in enumerate(shards)
    ]
    rounds = ShardRounds(watches, nowhere, lambda shard: LoneRings(shards[shard]))

    assert {1} == {shard for shard, _ in until_found(rounds, 2)}
    assert isinstance(watches[0].reason, StoreUnavailable)
    assert rounds.reason() is None
    rounds.withdraw()
