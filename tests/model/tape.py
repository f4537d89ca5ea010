"""A worker over the store in memory that stops and goes on at any call of the store.

What it has been told so far is on its tape: to go on, its code runs again from the start of its
unit of work and hears the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from random import Random
from types import SimpleNamespace
from typing import Any, Final
from unittest.mock import patch

from tests.support.memory_store import MemoryStore
from worker.failures import RetryableError, StoreUnavailable
from worker.intake import consumer, lane_handler, runtime

LOST: Final = object()


class Paused(BaseException):
    """It has done as much as it may for now."""


class Died(BaseException):
    """Its process was killed."""


class Tape:
    """What one unit of work was told."""

    def __init__(self, lots: Random, crash: float, lost: float) -> None:
        self.left = 0
        """So many calls it may make before it pauses."""
        self.calls = 0
        """Calls that it has made of the store."""
        self._heard: list[object] = []
        self._at = 0
        self._is_stopped = False
        """Whether the code only leaves its frames: what it is told then is on no tape."""
        self._lots = lots
        self._crash, self._lost = crash, lost

    def rewind(self) -> None:
        """From the start."""
        self._at = 0
        self._is_stopped = False

    def hear(self, say: Callable[[], object], *, is_step: bool = True) -> Any:
        """What it was told at this point, or now is; a step may be lost, or be its last."""
        if self._is_stopped:
            return say()
        if self._at < len(self._heard):
            heard = self._heard[self._at]
            self._at += 1
        else:
            heard = self._step(say) if is_step else say()
            self._heard.append(heard)
            self._at += 1
        if heard is LOST:
            raise StoreUnavailable("No answer came in time.", "")
        if isinstance(heard, Exception):
            raise heard.with_traceback(None)
        return heard

    def _step(self, say: Callable[[], object]) -> object:
        if not self.left:
            self._is_stopped = True
            raise Paused
        self.left -= 1
        self.calls += 1
        chance = self._lots.random()
        if chance < self._lost / 2:
            return LOST
        try:
            answer = say()
        except RetryableError as refused:
            answer = refused
        if chance < self._lost:
            return LOST
        if chance > 1 - self._crash:
            self._is_stopped = True
            raise Died
        return answer


class TapedStore:
    """The store as a worker on tape sees it."""

    def __init__(self, store: MemoryStore, now: Callable[[], Tape]) -> None:
        self._store = store
        self._now = now

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._store, name)

        def call(*arguments: Any, **named: Any) -> Any:
            return self._now().hear(lambda: method(*arguments, **named))

        return call


@contextmanager
def on_tape(
    now: Callable[[], Tape], seconds: Callable[[], float], names: Iterator[str]
) -> Iterator[None]:
    """Clock and tokens of the workers' code are on the tape too."""

    def monotonic() -> float:
        return now().hear(seconds, is_step=False)

    def token() -> SimpleNamespace:
        return SimpleNamespace(hex=now().hear(lambda: next(names), is_step=False))

    def sleep(_: float) -> None:
        now().hear(lambda: None, is_step=False)

    with ExitStack() as patches:
        for module in (consumer, lane_handler, runtime):
            patches.enter_context(patch.object(module, "monotonic", monotonic))
        patches.enter_context(patch.object(consumer, "uuid4", token))
        patches.enter_context(patch.object(consumer, "sleep", sleep))
        yield
