"""Wherever a worker dies or loses its store, the outcome is that of an undisturbed run."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from rules.library_model import Library
from tests.support.outcomes import outcome, put_events, resolve, work
from tests.support.worlds import MemoryWorld, RedisWorld, World
from worker.failures import StoreUnavailable


class Died(BaseException):
    """The process is gone: nothing after it is done."""


class Disturbed:
    """A store that fails once, before or after the n-th thing that is asked of it."""

    def __init__(self, store: Any, at: int, failure: BaseException, *, after: bool) -> None:
        self.asked = 0
        self._store = store
        self._at = at
        self._failure = failure
        self._after = after

    def __getattr__(self, name: str) -> Callable[..., object]:
        method = getattr(self._store, name)

        def ask(*arguments: object, **named: object) -> object:
            self.asked += 1
            is_now = self.asked == self._at
            if is_now and not self._after:
                raise self._failure
            answer = method(*arguments, **named)
            if is_now:
                raise self._failure
            return answer

        return ask


FAULTS: dict[str, tuple[type[BaseException], bool]] = {
    "cut before": (StoreUnavailable, False),
    "answer lost": (StoreUnavailable, True),
    "dies before": (Died, False),
    "dies after": (Died, True),
}


@pytest.fixture(scope="module")
def undisturbed(library: Library) -> tuple[dict[str, Any], int]:
    """The outcome of an undisturbed run, and how often it asked the store."""
    world = MemoryWorld()
    put_events(world)
    store = Disturbed(world.store, 0, StoreUnavailable(), after=False)
    work(world, store, library)
    return outcome(world), store.asked


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_any_point_changes_nothing_in_the_end(
    library: Library,
    undisturbed: tuple[dict[str, Any], int],
    fault: str,
    fresh: Callable[[], World],
):
    expected, asked = undisturbed
    failure, after = FAULTS[fault]

    for at in range(1, asked + 1):
        world = fresh()
        put_events(world)
        with suppress(Died):
            work(world, Disturbed(world.store, at, failure(), after=after), library)
        resolve(world, library)

        assert (at, expected) == (at, outcome(world))


@pytest.mark.parametrize("fault", ["dies before", "dies after"])
def test_a_second_death_on_the_way_changes_nothing_either(
    library: Library, undisturbed: tuple[dict[str, Any], int], fault: str
):
    expected, asked = undisturbed
    failure, after = FAULTS[fault]

    for first in range(1, asked + 1, 3):
        for second in range(1, asked + 1, 5):
            world = MemoryWorld()
            put_events(world)
            for at in (first, second):
                try:
                    work(world, Disturbed(world.store, at, failure(), after=after), library)
                except Died:
                    world.store.leases.clear()
            resolve(world, library)

            assert (first, second, expected) == (first, second, outcome(world))


@pytest.fixture(params=["memory", "redis"])
def fresh(request: pytest.FixtureRequest) -> Callable[[], World]:
    """Makes an empty store of one kind."""
    if request.param == "memory":
        return MemoryWorld
    world: RedisWorld = request.getfixturevalue("redis_world")

    def emptied() -> World:
        world.client.flushall()
        return world

    return emptied
