"""A worker over the store in memory that stops and goes on at any call of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from random import Random
from types import SimpleNamespace
from typing import Any, Final, Literal
from unittest.mock import patch

from greenlet import getcurrent, greenlet

from tests.support.memory_store import MemoryStore
from worker.failures import RetryableError, StoreUnavailable
from worker.intake import consumer, lane_handler, runtime

End = Literal["pauses", "ends", "dies"]


class Died(BaseException):
    """Its process was killed; no code of ours catches it."""


class Shift:
    """One unit of work, on a stack of its own: it stands still between two calls of the store."""

    def __init__(self, work: Callable[[], None], lots: Random, crash: float, lost: float) -> None:
        self.calls = 0
        """Calls that it has made of the store."""
        self._left = 0
        """So many it may make before it pauses."""
        self._is_dead = False
        self._work = work
        self._lots = lots
        self._crash, self._lost = crash, lost
        self._stack = greenlet(self._run)

    def go_on(self, calls: int) -> End:
        """Makes some more calls."""
        self._left = calls
        end: End = self._stack.switch()
        return end

    def call(self, say: Callable[[], object]) -> object:
        """One call of the store; its request or answer may be lost, or it is the last."""
        if self._is_dead:
            raise Died
        while not self._left:
            self._pause()
        self._left -= 1
        self.calls += 1
        chance = self._lots.random()
        if chance < self._lost / 2:
            raise _NO_ANSWER.with_traceback(None)
        refused = answer = None
        try:
            answer = say()
        except RetryableError as failure:
            refused = failure
        if chance < self._lost:
            raise _NO_ANSWER.with_traceback(None)
        if chance > 1 - self._crash:
            self._is_dead = True
            raise Died
        if refused is not None:
            raise refused
        return answer

    def _run(self) -> End:
        try:
            self._work()
        except Died:
            return "dies"
        return "ends"

    def _pause(self) -> None:
        main = getcurrent().parent
        assert main is not None
        main.switch("pauses")


class ShiftedStore:
    """The store as a worker on a shift sees it."""

    def __init__(
        self, store: MemoryStore, now: Callable[[], Shift], refuses: Callable[[str], bool]
    ) -> None:
        self._store = store
        self._now = now
        self._refuses = refuses

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._store, name)

        def call(*arguments: Any, **named: Any) -> Any:
            return self._now().call(partial(carry_out, *arguments, **named))

        def carry_out(*arguments: Any, **named: Any) -> Any:
            if self._refuses(name):
                raise _FULL.with_traceback(None)
            return method(*arguments, **named)

        setattr(self, name, call)
        return call


@contextmanager
def in_hand(
    seconds: Callable[[], float], names: Iterator[str], batch: int, commit: int
) -> Iterator[None]:
    """Takes clock, pauses, tokens and the sizes of this process's worker code in hand."""
    with ExitStack() as patches:
        for module in (consumer, lane_handler, runtime):
            patches.enter_context(patch.object(module, "monotonic", seconds))
        named = lambda: SimpleNamespace(hex=next(names))  # noqa: E731
        patches.enter_context(patch.object(consumer, "uuid4", named))
        patches.enter_context(patch.object(consumer, "sleep", lambda _: None))
        patches.enter_context(patch.object(runtime, "BATCH_ENTRIES", batch))
        patches.enter_context(patch.object(lane_handler, "DETERMINATIONS_MAX", commit))
        yield


_NO_ANSWER: Final = StoreUnavailable("No answer came in time.", "")
_FULL: Final = StoreUnavailable("It is full and takes no more data.", "")
