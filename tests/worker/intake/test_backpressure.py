"""Work stops while Redis is nearly full."""

from __future__ import annotations

import pytest

from tests.support.worlds import MemoryWorld
from worker.intake import backpressure
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


def test_both_changes_are_told(memory_world: MemoryWorld, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(backpressure, "LOOK_SECONDS", 0)
    told: list[str] = []
    monkeypatch.setattr(
        backpressure._log, "error", lambda *_, **__: told.append("full"), raising=False
    )
    monkeypatch.setattr(
        backpressure._log, "info", lambda *_, **__: told.append("room"), raising=False
    )
    levels = iter([0.5, 0.9, 0.95, 0.5])
    memory_world.store.fullness = lambda: next(levels)
    room = Backpressure(memory_world.store, 0.85)

    answers = [room() for _ in range(4)]

    assert [True, False, False, True] == answers
    assert ["full", "room"] == told
