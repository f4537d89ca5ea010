"""A turn at a place: batches, one by one where a batch failed, and never an attempt too many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import cycle
from time import sleep

import pytest

from tests.support.memory_store import MemoryStore
from tests.support.turns import PACE, turn
from tests.support.worlds import TERMS, MemoryWorld, take
from worker.failures import (
    InstallationMismatch,
    LeaseLost,
    RetryableError,
    StaleRead,
    StoreUnavailable,
    WrongKeyType,
)
from worker.intake.consumer import STALE_MAX
from worker.metrics.counters import Tally
from worker.store.protocol import Commit, Lease, QueueEntry

LANE = "00"
BAD = b"bad"


class Killed(BaseException):
    """What the death of the process looks like from inside: nothing after it is done."""


class Recorder:
    """Finishes what it is given; what is bad makes it raise."""

    place = LANE

    def __init__(self, store: MemoryStore, *failures: BaseException, for_ever: bool = True) -> None:
        self.tally = Tally()
        self.seen: list[list[bytes | None]] = []
        self.put_aside: list[tuple[bytes | None, int, str | None]] = []
        self._failures = cycle(failures) if for_ever else iter(failures)
        self._store = store

    def finish(self, lease: Lease, entries: Sequence[QueueEntry]) -> None:
        self.seen.append([entry.event for entry in entries])
        failure = next(self._failures, None) if BAD in self.seen[-1] else None
        if failure is not None:
            raise failure
        self._store.commit(lease, Commit(self._store.clock(), [entry.id for entry in entries]))

    def give_up(self, lease: Lease, entry: QueueEntry, failure: Exception | None) -> None:
        name = None if failure is None else type(failure).__name__
        self.put_aside.append((entry.event, entry.attempts, name))
        self._store.commit(lease, Commit(self._store.clock(), [entry.id]))


class Broken(MemoryStore):
    """A store of which one method raises, so and so often."""

    def __init__(self, clock: Callable[[], int]) -> None:
        super().__init__(clock)
        self.failing: dict[str, list[Exception]] = {}

    def __getattribute__(self, name: str) -> object:
        if name != "failing" and not name.startswith("_") and self.failing.get(name):
            raise self.failing[name].pop(0)
        return super().__getattribute__(name)


@pytest.fixture
def world(memory_world: MemoryWorld) -> MemoryWorld:
    memory_world.store = Broken(memory_world.now)
    return memory_world


def put(world: MemoryWorld, *events: bytes) -> None:
    for event in events:
        world.send_to_lane(0, {b"event": event})


def retries(work: Recorder) -> dict[str, int]:
    fields = work.tally.fields()
    return {key.split("|")[1]: n for key, n in fields.items() if key.startswith("mrs_retries")}


def test_entries_are_finished_in_order_and_together(world):
    put(world, b"1", b"2", b"3")
    work = Recorder(world.store)

    turn(world, work, PACE)

    assert [[b"1", b"2", b"3"]] == work.seen
    assert {} == world.store.leases


def test_an_empty_place_is_left_and_a_look_that_finds_nothing_is_no_batch(world):
    put(world, b"1")
    work = Recorder(world.store)

    turn(world, work)

    assert [[b"1"]] == work.seen
    assert {} == world.store.leases
    assert 1 == sum(n for key, n in work.tally.fields().items() if "read|bucket" in key)


def test_no_more_than_a_batch_is_read_at_once(world):
    put(world, b"1", b"2", b"3")
    work = Recorder(world.store)

    turn(world, work, replace(PACE, batch_entries=2))

    assert [[b"1", b"2"], [b"3"]] == work.seen


def test_a_place_that_another_holds_is_left_alone(world):
    put(world, b"1")
    take(world, LANE, token="another")
    work = Recorder(world.store)

    turn(world, work)

    assert [] == work.seen


def test_nothing_is_begun_without_room_or_without_time(world):
    put(world, b"1")
    work = Recorder(world.store)

    turn(world, work, has_room=lambda: False)
    turn(world, work, seconds=0)

    assert [] == work.seen
    assert {} == world.store.leases


def test_no_further_batch_is_begun_when_the_room_is_gone(world):
    put(world, b"1", b"2", b"3")
    work = Recorder(world.store)
    room = iter([True, True, False])

    turn(world, work, replace(PACE, batch_entries=1), has_room=lambda: next(room))

    assert [[b"1"]] == work.seen
    assert {} == world.store.leases


def test_a_batch_that_fails_is_tried_one_by_one_and_the_bad_one_put_aside_alone(world):
    put(world, b"1", BAD, b"3")
    work = Recorder(world.store, ZeroDivisionError())

    turn(world, work)

    assert [[b"1", BAD, b"3"], [b"1"], [BAD], [BAD], [BAD], [b"3"]] == work.seen
    assert [(BAD, 3, "ZeroDivisionError")] == work.put_aside
    assert {"batch": 1, "attempt": 3} == retries(work)
    assert [] == world.entries(LANE)


def test_an_entry_that_fails_twice_is_finished_the_third_time(world):
    put(world, BAD)
    work = Recorder(world.store, *[ValueError()] * 3, for_ever=False)

    turn(world, work)

    assert [[BAD]] * 4 == work.seen  # once as a batch of its own, then three times alone
    assert [] == work.put_aside
    assert {} == world.attempts(LANE)


@pytest.mark.parametrize(("before", "tried"), [(2, 1), (3, 0), (4, 0)])
def test_the_attempts_of_holders_before_count(world, before, tried):
    put(world, BAD)
    ((entry_id, _),) = world.entries(LANE)
    world.store.attempts[LANE][entry_id] = before
    work = Recorder(world.store, ValueError())

    turn(world, work)

    assert tried == len(work.seen)
    assert [(BAD, max(before, 3), "ValueError" if tried else None)] == work.put_aside


def test_the_death_of_a_batch_is_no_attempt_but_makes_the_next_holder_go_singly(world):
    put(world, b"1", BAD, b"3")
    with pytest.raises(Killed):
        turn(world, Recorder(world.store, Killed()))
    assert {} == world.attempts(LANE)
    world.lose_lease(LANE)
    work = Recorder(world.store)

    turn(world, work)

    assert [[b"1"], [BAD], [b"3"]] == work.seen


def test_an_entry_that_kills_its_process_is_found_and_put_aside_alone(world):
    put(world, b"1", BAD, b"3")
    deaths = 0
    work = Recorder(world.store, Killed())

    while world.entries(LANE):
        try:
            turn(world, work)
        except Killed:
            deaths += 1
            world.lose_lease(LANE)

    assert [(BAD, 3, None)] == work.put_aside
    assert 1 + PACE.max_attempts == deaths


@pytest.mark.parametrize(
    "failure",
    [StoreUnavailable(), WrongKeyType("record"), InstallationMismatch("generation", "9")],
    ids=repr,
)
def test_what_cannot_be_done_now_is_never_an_attempt(world, failure):
    put(world, b"1", BAD)
    world.store.takes[LANE] = 1  # the next holder is the second, so it goes singly
    work = Recorder(world.store, failure)

    turn(world, work)

    assert [[b"1"], [BAD]] == work.seen
    assert {0} == set(world.attempts(LANE).values())
    assert [] == work.put_aside
    assert {} == world.store.leases


def test_a_place_where_nothing_could_be_done_is_left_alone_for_a_while(world):
    put(world, BAD)

    turn(world, Recorder(world.store, StoreUnavailable()))

    assert () == world.store.ring((LANE,), 1000).places


def test_a_newer_generation_that_was_met_is_told(world):
    put(world, BAD)

    turn(world, Recorder(world.store, InstallationMismatch("generation", "9")))

    assert "9" == world.store.meta["lane:00"]


def test_a_worker_that_disagrees_takes_nothing_and_says_so(world):
    world.store.agree(TERMS._replace(lanes=9))
    put(world, b"1")
    work = Recorder(world.store)

    turn(world, work)

    assert [] == work.seen


def test_work_behind_a_lost_lease_is_void_and_counted(world):
    put(world, BAD)

    turn(world, Recorder(world.store, LeaseLost()))

    assert 1 == world.counters()["mrs_fenced_commits_total"]
    assert 1 == len(world.entries(LANE))


def test_a_trial_behind_a_lost_lease_stays_an_attempt(world):
    put(world, BAD)
    world.store.takes[LANE] = 1

    turn(world, Recorder(world.store, LeaseLost()))

    assert [1] == list(world.attempts(LANE).values())


def test_what_changed_meanwhile_is_read_again(world):
    put(world, BAD)
    work = Recorder(world.store, *[StaleRead()] * (STALE_MAX - 1), for_ever=False)

    turn(world, work)

    assert [[BAD]] * STALE_MAX == work.seen
    assert {"stale": STALE_MAX - 1} == retries(work)
    assert [] == world.entries(LANE)


def test_what_changes_under_us_each_time_is_left_for_later(world):
    put(world, BAD)
    work = Recorder(world.store, StaleRead())

    turn(world, work)

    assert STALE_MAX == len(work.seen)
    assert {} == world.store.leases


def test_the_lease_is_given_back_as_soon_as_the_store_answers_again(world):
    put(world, b"1")
    world.store.failing = {"head": [StoreUnavailable()], "release": [StoreUnavailable()]}

    turn(world, Recorder(world.store))

    assert {} == world.store.leases


@pytest.mark.parametrize("failure", [LeaseLost(), WrongKeyType("takes")], ids=repr)
def test_a_lease_that_cannot_be_given_back_runs_out(world, failure):
    put(world, b"1")
    world.store.failing = {"release": [failure, AssertionError("asked twice")]}

    turn(world, Recorder(world.store))

    assert [LANE] == list(world.store.leases)


def test_a_store_that_stays_away_is_not_waited_for_without_end(world):
    put(world, b"1")
    world.store.failing = {
        "head": [StoreUnavailable()],
        "release": [StoreUnavailable()] * 1000,
        "count": [RetryableError()],
    }

    turn(world, Recorder(world.store))

    assert [LANE] == list(world.store.leases)
    assert 900 < len(world.store.failing["release"])


def test_a_lease_of_which_the_answer_was_lost_is_given_back(world):
    put(world, b"1")
    take = world.store.take

    def losing(*arguments: object) -> None:
        take(*arguments)
        raise StoreUnavailable

    world.store.take = losing
    work = Recorder(world.store)

    turn(world, work)

    assert [] == work.seen
    assert {} == world.store.leases


def test_a_store_that_is_away_when_a_turn_begins_ends_it(world):
    put(world, b"1")
    world.store.failing = {"take": [StoreUnavailable()]}
    work = Recorder(world.store)

    turn(world, work)

    assert [] == work.seen


def test_a_turn_ends_in_time_also_one_by_one(world):
    put(world, *[b"x"] * 50)
    world.store.takes[LANE] = 1

    class Slow(Recorder):
        def finish(self, lease: Lease, entries: Sequence[QueueEntry]) -> None:
            sleep(0.02)
            super().finish(lease, entries)

    work = Slow(world.store)

    turn(world, work, seconds=0.1)

    assert 1 <= len(work.seen) < 50
    assert 50 == len(work.seen) + len(world.entries(LANE))
