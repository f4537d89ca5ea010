"""What a command says that a signal stopped, unless it has something better to say itself."""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from worker.logs.early import tell_as_worker
from worker.processes.interruption import SIGNAL_CODES

WORKER: Final = "worker"
"""The command whose output is a log."""

CHANGED_NOTHING: Final = "Nothing was changed in the installation. Run the command again."
NOT_BEGUN: Final = "Nothing was done yet. Run the command again."
_STOPPED_AND_REMOVED: Final = "What was started for it is stopped and removed. Run it again."

_SENTENCES: Final[Mapping[str, str]] = {
    "demo": _STOPPED_AND_REMOVED,
    "bench": _STOPPED_AND_REMOVED,
    "replay": _STOPPED_AND_REMOVED,
    "decide": "The output is not complete. Run the command again.",
    "exporter": "It changes nothing. Start it again to have metrics.",
    "console": "What was sent is in the queue, and nothing else is kept. Start it again.",
    WORKER: "What was not committed is still in the queue. Start it again.",
}

_WORDS: Final = {signal.SIGINT: "Interrupted", signal.SIGTERM: "Terminated"}


def sentence_of(command: str) -> str:
    """What was done by a command that was stopped, and what to do."""
    return _SENTENCES.get(command, CHANGED_NOTHING)


def exit_code_of(command: str, number: int) -> int:
    """Of a command that a signal stopped; a supervisor stops a worker by SIGTERM with success."""
    return 0 if (command, number) == (WORKER, signal.SIGTERM) else SIGNAL_CODES + number


def tell_stopped(command: str, number: int, sentence: str) -> None:
    """Writes one line to standard error: for a worker a line of its log."""
    word = _WORDS[signal.Signals(number)]
    if command == WORKER:
        tell_as_worker("info", f"{word.lower()} before it was ready", sentence)
    else:
        begin = "\n" if sys.stderr.isatty() else ""  # after the terminal's ^C
        sys.stderr.write(f"{begin}{word}: {sentence}\n")
    sys.stderr.flush()


def command_in(words: Sequence[str]) -> str:
    """The command among the words that were typed; empty if there is none."""
    return next((word for word in words if not word.startswith("-")), "")
