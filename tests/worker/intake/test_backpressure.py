"""Work stops while Redis is nearly full."""

from __future__ import annotations

import pytest

from tests.support.worlds import MemoryWorld
from worker.failures import StoreNearlyFull
from worker.intake.backpressure import Backpressure


@pytest.mark.parametrize(
    ("fullness", "is_there"),
    [
        pytest.param(0.0, True, id="no limit set"),
        pytest.param(0.8499, True, id="just below the mark"),
        pytest.param(0.85, False, id="at the mark"),
        pytest.param(1.2, False, id="beyond the limit"),
    ],
)
def test_there_is_room_below_the_mark(memory_world: MemoryWorld, fullness, is_there):
    memory_world.store.fullness = lambda: fullness

    assert is_there is Backpressure(memory_world.store, 0.85)()


def test_the_store_is_asked_once_a_second_at_most(memory_world: MemoryWorld):
    asked = []
    memory_world.store.fullness = lambda: asked.append(1) or 0.0
    room = Backpressure(memory_world.store, 0.85)

    for _ in range(10):
        room()

    assert 1 == len(asked)


def test_a_worker_is_not_ready_while_there_is_no_room(memory_world: MemoryWorld):
    memory_world.store.fullness = lambda: 0.85
    room = Backpressure(memory_world.store, 0.85)

    with pytest.raises(StoreNearlyFull, match="Give it more memory"):
        room.must_have_room()
