"""The ringer sends orders where work waits, and says whether its worker may and can do it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import eventually
from tests.support.worlds import TERMS, MemoryWorld, take
from worker.failures import BrokerUnavailable, StoreUnavailable
from worker.intake.backpressure import Backpressure
from worker.intake.dispatcher import Dispatcher, Wiring
from worker.intake.shard_rounds import ShardRounds
from worker.intake.shard_watch import LOOK_SECONDS, ShardPlace, ShardWatch
from worker.processes.health import is_ready, show_alive
from worker.store.keys import DOOR, Place, lane_name
from worker.store.protocol import Backlog


class Worker:
    """What a ringer does to the worker that it belongs to."""

    def __init__(self, folder: Path) -> None:
        self.sent: list[Place] = []
        self.takes_orders: list[bool] = []
        self.announced: list[bool] = []
        self.broker_is_there = self.accepts = True
        show_alive(folder)  # as its main thread does
        self.wiring = Wiring(folder, self._send, self.takes_orders.append)

    def must_reach_broker(self) -> None:
        if not self.broker_is_there:
            raise BrokerUnavailable("The broker is away.")

    def _send(self, due: ShardPlace) -> bool:
        self.sent.append(due.place)
        return self.accepts


@pytest.fixture
def worker(tmp_path: Path) -> Worker:
    return Worker(tmp_path / "state")


@pytest.fixture
def ringer(memory_world: MemoryWorld, worker: Worker) -> Iterator[Dispatcher]:
    headroom = Backpressure(memory_world.store, 0.85)
    checks = (
        lambda: memory_world.store.agree(TERMS),
        headroom.must_have_room,
        worker.must_reach_broker,
    )
    places = (DOOR, *map(lane_name, range(TERMS.lanes)))
    watch = ShardWatch(0, memory_world.store, places, checks, worker.announced.append)
    rounds = ShardRounds([watch], lambda _: "the one node", lambda _: memory_world.store)
    ringer = Dispatcher(rounds, worker.wiring)
    yield ringer
    ringer.stop() if ringer.is_alive() else None


def test_an_order_is_sent_for_each_place_where_work_waits(memory_world, worker, ringer):
    memory_world.send({b"event": b"x"})
    memory_world.send_to_lane(3, {b"event": b"x"})

    ringer.start()

    assert eventually(lambda: [DOOR, "03"] == worker.sent)
    assert is_ready(worker.wiring.state_folder)
    assert True is worker.announced[-1]


def test_a_broker_that_takes_one_order_not_is_not_asked_for_the_rest(memory_world, worker, ringer):
    worker.accepts = False
    memory_world.send({b"event": b"x"})
    memory_world.send_to_lane(3, {b"event": b"x"})

    ringer.start()

    assert eventually(lambda: [DOOR] == worker.sent)
    assert not eventually(lambda: len(worker.sent) > 1, 0.2)


def test_an_order_is_not_repeated_before_its_mark_has_run_out(memory_world, worker, ringer):
    memory_world.send({b"event": b"x"})
    ringer.start()
    assert eventually(lambda: worker.sent == [DOOR])

    memory_world.milliseconds += 999
    assert not eventually(lambda: len(worker.sent) > 1, 0.2)
    memory_world.milliseconds += 1

    assert eventually(lambda: [DOOR, DOOR] == worker.sent)


def test_a_worker_that_ends_is_not_ready(worker, ringer):
    ringer.start()
    assert eventually(lambda: is_ready(worker.wiring.state_folder))

    ringer.stop()

    assert not is_ready(worker.wiring.state_folder)
    assert worker.announced[-1] is False


def test_a_worker_that_is_set_otherwise_takes_and_sends_no_orders(memory_world, worker, ringer):
    memory_world.store.agree(TERMS._replace(lanes=9))
    memory_world.send({b"event": b"x"})

    ringer.start()

    assert eventually(lambda: worker.takes_orders[:1] == [False])
    assert not is_ready(worker.wiring.state_folder)
    assert [] == worker.sent


def test_a_worker_whose_difference_is_mended_goes_on(memory_world, worker, ringer):
    memory_world.store.agree(TERMS._replace(lanes=9))
    memory_world.send({b"event": b"x"})
    ringer.start()
    assert eventually(lambda: worker.takes_orders[:1] == [False])

    memory_world.store.meta.clear()

    assert eventually(lambda: worker.sent == [DOOR])
    assert eventually(lambda: True in worker.takes_orders)
    assert eventually(lambda: is_ready(worker.wiring.state_folder))


def test_a_worker_stops_when_a_newer_library_works_in_a_lane(memory_world, worker, ringer):
    ringer.start()
    assert eventually(lambda: is_ready(worker.wiring.state_folder))

    memory_world.send_to_lane(0, {b"event": b"x"})
    memory_world.store.leases["00"] = ("another", 2**62)
    memory_world.store.meta["lane:00"] = "2"

    assert eventually(lambda: not is_ready(worker.wiring.state_folder))
    assert worker.takes_orders[-1] is False


def test_a_store_that_is_away_makes_not_ready_and_is_waited_for(memory_world, worker, ringer):
    ring, away = memory_world.store.ring, [True]

    def sometimes(places: tuple[Place, ...], mark: int) -> Backlog:
        if away[0]:
            raise StoreUnavailable
        return ring(places, mark)

    memory_world.store.ring = sometimes
    memory_world.send({b"event": b"x"})
    ringer.start()
    assert eventually(lambda: not is_ready(worker.wiring.state_folder))

    away[0] = False

    assert eventually(lambda: worker.sent == [DOOR])
    assert eventually(lambda: is_ready(worker.wiring.state_folder))


def test_a_full_store_makes_not_ready_until_there_is_room(memory_world, worker, ringer):
    fullness = [0.85]
    memory_world.store.fullness = lambda: fullness[0]
    memory_world.send({b"event": b"x"})
    ringer.start()
    assert not eventually(lambda: bool(worker.sent), 2 * LOOK_SECONDS)

    fullness[0] = 0.849

    assert eventually(lambda: worker.sent == [DOOR])


def test_a_worker_without_its_broker_is_not_ready_and_keeps_taking_dispatches(
    memory_world, worker, ringer
):
    worker.broker_is_there = False
    memory_world.send({b"event": b"x"})
    ringer.start()
    assert eventually(lambda: worker.announced == [False])
    assert not is_ready(worker.wiring.state_folder)
    assert ([], []) == (worker.sent, worker.takes_orders)

    worker.broker_is_there = True

    assert eventually(lambda: worker.sent == [DOOR])
    assert is_ready(worker.wiring.state_folder)
    assert True is worker.announced[-1]


def test_a_surprise_does_not_end_the_ringing(memory_world, worker, ringer):
    send, surprises = worker.wiring.send, [RuntimeError()]

    def sometimes(due: ShardPlace) -> bool:
        if surprises:
            raise surprises.pop()
        return send(due)

    ringer._wiring = worker.wiring._replace(send=sometimes)
    memory_world.send({b"event": b"x"})
    memory_world.send_to_lane(1, {b"event": b"x"})

    ringer.start()
    assert eventually(lambda: not surprises)
    memory_world.milliseconds += 1000

    assert eventually(lambda: {DOOR, "01"} <= set(worker.sent))


def test_a_state_folder_that_cannot_be_written_does_not_end_the_ringing(
    memory_world, worker, ringer, tmp_path
):
    shutil.rmtree(tmp_path / "state")
    (tmp_path / "state").write_text("a file where a folder should be")
    memory_world.send({b"event": b"x"})

    ringer.start()

    assert eventually(lambda: worker.sent == [DOOR])


def test_places_that_are_worked_at_are_left_alone(memory_world, worker, ringer):
    memory_world.send({b"event": b"x"})
    memory_world.send_to_lane(1, {b"event": b"x"})
    take(memory_world, DOOR)

    ringer.start()

    assert eventually(lambda: worker.sent == ["01"])


def test_a_key_of_a_wrong_kind_is_told_and_the_rest_goes_on(memory_world, worker, ringer, caplog):
    ring = memory_world.store.ring
    memory_world.store.ring = lambda places, mark: ring(places, mark)._replace(
        wrong_kinds=("lease",)
    )
    memory_world.send({b"event": b"x"})

    ringer.start()

    assert eventually(lambda: worker.sent == [DOOR])
    assert is_ready(worker.wiring.state_folder)
