"""Anticipated failures of a command: each is one line without secrets, and an exit code."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import IO, Any, NamedTuple

import click

from rules.loading.faults import LibraryRefused
from worker.archive.manifest import ArchiveUnfit
from worker.commands.interruption import (
    WORKER,
    exit_code_of,
    sentence_of,
    tell_stopped,
)
from worker.config.redis_failures import failure_in_words
from worker.config.settings import SettingsRefused, load_settings
from worker.events.file_formats import NotEventLines
from worker.failures import MissingError, RetryableError
from worker.logs.early import tell_as_worker
from worker.replay.scenarios import NotAScenario

FOUND_WANTING = 1
MISUSED = 2
COULD_NOT_BE_DONE = 3

_WORKER = Path(__file__).resolve().parents[1]
_OURS = (_WORKER, *(_WORKER.with_name(each) for each in ("console", "doors", "rules")))


class NotFound(MissingError):
    """What was asked for does not exist; the message says what."""


class FailureMessage(NamedTuple):
    """The message of a failure, and the exit code of the command."""

    text: str
    exit_code: int


class CommandFailed(click.ClickException):
    """Ends a command with the message of its failure."""

    def __init__(self, saying: FailureMessage, done: str = "", command: str = "") -> None:
        """`done`: what was done until then, and what to do; `command`: which one it was."""
        super().__init__(f"{saying.text} {done}".rstrip())
        self.exit_code = saying.exit_code  # type: ignore[misc]  # click reads it off the instance
        self._command = command

    def show(self, file: IO[Any] | None = None) -> None:
        """Prints the message; a worker logs it."""
        if self._command == WORKER:
            tell_as_worker("critical", "not started", self.message)
        else:
            super().show(file)


class CommandStopped(click.ClickException):
    """Ends a command that a signal stopped."""

    def __init__(self, command: str, number: int, done: str) -> None:
        super().__init__(done or sentence_of(command))
        self.exit_code = exit_code_of(command, number)  # type: ignore[misc]  # as above
        self._command = command
        self._number = number

    def show(self, file: IO[Any] | None = None) -> None:
        """Says what was done and what to do."""
        del file
        tell_stopped(self._command, self._number, self.message)


def said_of(error: Exception) -> FailureMessage:
    """
    Returns the message of a failure.

    An unexpected error shows only its type and place: its text may contain event data.
    """
    match error:
        case SettingsRefused() | NotAScenario() | NotEventLines():
            return FailureMessage(str(error), MISUSED)
        case NotFound():
            return FailureMessage(str(error), FOUND_WANTING)
        case LibraryRefused() | RetryableError() | ArchiveUnfit():
            return FailureMessage(str(error), COULD_NOT_BE_DONE)
        case OSError(strerror=str(why)):
            return FailureMessage(_of_file(error, why), COULD_NOT_BE_DONE)
        case _:
            return _of_redis(error) or _of_a_surprise(error)


def _of_redis(error: Exception) -> FailureMessage | None:
    """Handles Redis errors without importing redis: if it is not imported, it did not fail."""
    redis = sys.modules.get("redis.exceptions")
    if redis is not None and isinstance(error, redis.RedisError):
        failure = failure_in_words(error, load_settings().masked_redis_url)
        return FailureMessage(failure.text, COULD_NOT_BE_DONE)
    return None


def _of_a_surprise(error: Exception) -> FailureMessage:
    return FailureMessage(
        f"Unexpected {type(error).__name__} at {_place(error)}: please report it. "
        "MRS_LOG_LEVEL=debug shows the whole traceback.",
        COULD_NOT_BE_DONE,
    )


def _place(error: Exception) -> str:
    """Returns the innermost file and line of our own code, if there is one."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if _is_ours(frame.filename)]
    last = (ours or frames)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


def _is_ours(file: str) -> bool:
    return any(Path(file).is_relative_to(folder) for folder in _OURS)


def _of_file(error: OSError, why: str) -> str:
    return f"{error.filename}: {why}" if error.filename else why
