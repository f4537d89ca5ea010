"""Asks for less where Redis cuts long answers off, by a small `client-output-buffer-limit`."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Final, TypeVar

import structlog
from redis import Redis
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import RedisError

LEAST_BYTES: Final = 4096
"""Less is not asked for: one entry or one record always comes whole."""

REMEMBERED_SECONDS: Final = 60.0
"""After this the whole length is tried again: the limit may have been raised."""

_Answer = TypeVar("_Answer")
_log = structlog.get_logger(__name__)


class ReplySize:
    """The length of the answers that one kind of reading may ask for."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._fits: int | None = None
        self._tried_again_at = 0.0

    def read(self, size: int, read: Callable[[int], _Answer]) -> _Answer:
        """
        What `read` answers, asked for `size` bytes or for what fits; raises as `read` does.

        A connection that is lost twice over the same question, to a Redis that answers another one,
        was lost over the length of the answer. `read` must change nothing.
        """
        size = self._worth_trying(size)
        cut_off = 0
        while True:
            try:
                return read(size)
            except ConnectionLost as failure:
                if type(failure) is not ConnectionLost or not self._answers():
                    raise
                cut_off += 1
                if cut_off < 2:
                    continue
                if size <= LEAST_BYTES:
                    raise
                size, cut_off = max(size // 2, LEAST_BYTES), 0
                self._note(size)

    def _worth_trying(self, size: int) -> int:
        if self._fits is None or monotonic() >= self._tried_again_at:
            return size
        return min(size, self._fits)

    def _note(self, size: int) -> None:
        _log.warning(
            "Redis cuts long answers off, so less is asked for at once: see "
            "client-output-buffer-limit.",
            bytes=size,
        )
        self._fits = size
        self._tried_again_at = monotonic() + REMEMBERED_SECONDS

    def _answers(self) -> bool:
        try:
            self._client.ping()
        except RedisError:
            return False
        return True
