"""A connection of redis-py that answers what was recorded, and cuts where nothing is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from redis import Redis
from redis.backoff import NoBackoff
from redis.connection import ConnectionPool, UnixDomainSocketConnection
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as NoAnswer
from redis.retry import Retry

from tests.model.keyspaces import hiredis_answer
from worker.config.discreet_redis import DiscreetRedis

LOST: Final = b""
"""Stands for an answer that never came."""
STOPPED: Final = b"stopped"
"""Stands for a signal that stops whoever waits for the answer."""


class Cut(BaseException):
    """Here is a request whose answer nobody knows yet; no code of ours catches it."""

    def __init__(self, request: bytes) -> None:
        super().__init__()
        self.request = request


class Script:
    """The answers that one actor has got so far, in their order."""

    def __init__(self) -> None:
        self._answers: Iterator[bytes] = iter(())

    def begin(self, answers: Sequence[bytes]) -> None:
        """Plays them from the first on."""
        self._answers = iter(answers)

    def answer(self, request: bytes) -> bytes:
        """The next answer; raises `Cut`."""
        for answer in self._answers:
            return answer
        raise Cut(request)


class RecordedConnection(UnixDomainSocketConnection):
    """Sends nothing; reads from a script."""

    script: Script
    _request = b""

    def connect(self, *_: Any, **__: Any) -> None:
        """Is always connected."""

    def disconnect(self, *_: Any, **__: Any) -> None:
        """Stays connected."""

    def can_read(self, *_: Any, **__: Any) -> bool:
        """Nothing comes unasked."""
        return False

    def send_command(self, *words: Any, **_: Any) -> None:
        """Keeps what Redis is asked."""
        self._request = b"".join(self.pack_command(*words))

    def send_packed_command(self, command: Any, **_: Any) -> None:
        """Keeps what Redis is asked, of a pipeline."""
        self._request = command if isinstance(command, bytes) else b"".join(command)

    def read_response(self, *_: Any, **__: Any) -> Any:
        """The next answer of the script."""
        answer = self.script.answer(self._request)
        if answer == LOST:
            raise NoAnswer("No answer came in time.")
        if answer == STOPPED:
            raise KeyboardInterrupt
        read: Any = hiredis_answer(answer, _error)
        if isinstance(read, ResponseError):
            raise read
        return read


def recorded_client(script: Script) -> Redis:
    """A client such as a worker has, over a connection of this kind; it never tries again."""
    of_script = type("_Connection", (RecordedConnection,), {"script": script})
    pool = ConnectionPool(
        connection_class=of_script, path="", protocol=2, retry=Retry(NoBackoff(), 0)
    )
    return DiscreetRedis(connection_pool=pool)


def _error(text: str) -> ResponseError:
    """As redis-py's parser has it, without the word that says no more than that it is an error."""
    return ResponseError(text.removeprefix("ERR "))
