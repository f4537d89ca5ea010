"""Stops a command by a signal in good order, and lets it say what was done until then.

Nothing but the standard library is imported here: a signal may come while the rest is imported.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final, NoReturn

SIGNAL_CODES: Final = 128
"""A command that a signal ended exits with this and the signal's number."""

_AGAIN_SECONDS: Final = 0.01


class Terminated(SystemExit):
    """SIGTERM, which unwinds the stack as Ctrl-C does."""

    def __init__(self, number: int = signal.SIGTERM) -> None:
        super().__init__(SIGNAL_CODES + number)


def take_signals() -> None:
    """From now on Ctrl-C and SIGTERM raise; one that was ignored stays ignored."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _stop)
    sys.unraisablehook = _raise_again


def leave_signals() -> None:
    """Nothing is left to do: Ctrl-C is ignored now, and SIGTERM ends the process at once."""
    # While it ends, Python would let a Ctrl-C kill it, and so change its exit code.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_IGN:
        signal.signal(signal.SIGTERM, _end_at_once)
    # Python notes a Ctrl-C that leaves a piece of source code it was running, as when it makes a
    # class of fields, and kills itself at the end, whatever the exit code. This clears the note.
    exec("", {})  # noqa: S102  # nothing is run


def signal_of(stopped: BaseException) -> int | None:
    """The signal that an exception stands for; None if it is another exception."""
    if isinstance(stopped, KeyboardInterrupt):
        return signal.SIGINT
    return signal.SIGTERM if isinstance(stopped, Terminated) else None


@contextmanager
def says_when_stopped(say: Callable[[], str], *, failing: bool = False) -> Iterator[None]:
    """
    What `say` returns is told if a signal ends the block: what was done, and what to do.

    With `failing`, it is also told with any other exception.
    """
    try:
        yield
    except BaseException as stopped:
        if signal_of(stopped) or (failing and isinstance(stopped, Exception)):
            stopped.add_note(say())
        raise


def said_when_stopped(stopped: BaseException) -> str:
    """
    What the innermost block had to say; empty if none had.

    A second signal may have come while the first was handled: then the first carries the word.
    """
    told: BaseException | None = stopped
    while told is not None:
        notes: list[str] = getattr(told, "__notes__", [])
        if notes:
            return notes[0]
        told = told.__context__
    return ""


def output_is_closed() -> bool:
    """Whether nobody reads standard output or standard error any more, as after `| head`."""
    return any(_is_closed(number) for number in (1, 2))


def drop_output() -> None:
    """Sends what is still to be written to nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):
        if _is_closed(number):
            os.dup2(nowhere, number)


def flush_output() -> None:
    """Python would do it later, and complain if nobody reads any more."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            drop_output()


def _is_closed(number: int) -> bool:
    watched = select.poll()
    watched.register(number, 0)
    return any(seen & (select.POLLERR | select.POLLNVAL) for _, seen in watched.poll(0))


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise Terminated(number)


def _end_at_once(number: int, _frame: FrameType | None) -> NoReturn:
    os._exit(SIGNAL_CODES + number)


def _raise_again(hook: sys.UnraisableHookArgs) -> None:
    """Python drops what a finaliser raises, which a signal may interrupt: it is sent again."""
    stopped = hook.exc_value
    number = None if stopped is None else signal_of(stopped)
    if number is None:
        sys.__unraisablehook__(hook)
    else:
        again = threading.Timer(_AGAIN_SECONDS, _send_to_self, [number])
        again.daemon = True
        again.start()


def _send_to_self(number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(os.getpid(), number)
